//! Distances without alignments, between one text and eight others at a time.

use super::{CellBits, EDGE, Step};
use crate::matching::lanes::{Group, LANES, gather};

/// The edit distances between a text of `length` tokens and the texts of a group. `positions` holds the bitmap of
/// positions in the text for each token.
#[must_use]
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
pub fn distances<const WORDS: usize>(positions: &[[u64; WORDS]], length: usize, others: Group<'_>) -> [usize; LANES] {
    let mut rises = [[CellBits::FIRST.rises; LANES]; WORDS];
    let mut falls = [[CellBits::FIRST.falls; LANES]; WORDS];
    let mut found = [0; LANES];
    let mut done = 0;
    // No closures, because they would not be compiled with the caller's instructions.
    for (ended, found) in found.iter_mut().enumerate() {
        for tokens in &others.tokens[done..others.lengths[ended]] {
            let mut up = [EDGE.up; LANES];
            let mut down = [EDGE.down; LANES];
            for word in 0..WORDS {
                let here = gather(positions, tokens, word);
                for lane in 0..LANES {
                    let cells = CellBits { rises: rises[word][lane], falls: falls[word][lane] };
                    let (cells, step) = cells.next(here[lane], Step { up: up[lane], down: down[lane] });
                    rises[word][lane] = cells.rises;
                    falls[word][lane] = cells.falls;
                    up[lane] = step.up;
                    down[lane] = step.down;
                }
            }
        }
        done = others.lengths[ended];
        // The value of the last cell of the last row, from the value of the first.
        *found = done;
        for word in 0..length.div_ceil(64) {
            let cells = CellBits { rises: rises[word][ended], falls: falls[word][ended] };
            *found = cells.climb(*found, length - 64 * word);
        }
    }
    found
}
