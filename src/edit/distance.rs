//! Distances alone, of one text from many: no differences are kept, as nobody asks for the path back.

use super::{Cells, EDGE};

/// How many edits make one text of the other: `places` has, for each number of a token, the bitmap of its places in a
/// text of so many tokens.
#[must_use]
pub fn distance<const WORDS: usize>(places: &[[u64; WORDS]], length: usize, other: &[u32]) -> usize {
    let mut row = [Cells::FIRST; WORDS];
    for &token in other {
        let mut step = EDGE;
        for (cells, &places) in row.iter_mut().zip(&places[token as usize]) {
            (*cells, step) = cells.next(places, step);
        }
    }
    // From the first cell of the last row to its last one.
    let blocks = row.iter().take(length.div_ceil(64)).enumerate();
    blocks.fold(other.len(), |value, (word, cells)| cells.climb(value, length - 64 * word))
}
