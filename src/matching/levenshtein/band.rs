//! Alignments of texts of several hundred tokens: rows are computed near the diagonal only.
//!
//! # Idea
//!
//! Each step off the diagonal costs one edit. If the distance is at most `k` and the reference is `d` tokens longer, an
//! optimal path stays between `(k - d) / 2` cells before the main diagonal and `(k + d) / 2` cells after it (E. Ukkonen,
//! "Algorithms for approximate string matching", 1985). Other cells are not computed; their values are overestimated,
//! which does not change the path back. The first upper bound of the distance is the length of the longer text; every
//! few rows, a cell near the diagonal plus the edits that can still follow gives a tighter one.

use super::{CellBits, EDGE, EditCounts, walk_back};
use crate::stop;
use std::ops::Range;

/// The number of rows that are computed at a time, with the same words of their bitmaps, which stay in registers.
const ROWS_AT_A_TIME: usize = 32;

/// The cells that are computed.
struct Band {
    /// The number of reference tokens minus the number of hypothesis tokens.
    surplus: isize,
    /// An upper bound of the distance.
    distance: isize,
}

impl Band {
    /// The words of the bitmaps that are computed for some rows, of `words` in all.
    fn words(&self, rows: Range<usize>, words: usize) -> Range<usize> {
        // One more cell on each side, which the path back reads before it turns.
        let before = (self.distance - self.surplus) / 2 + 1;
        let after = self.distance.midpoint(self.surplus) + 1;
        let word = |column: isize| (column.max(1).cast_unsigned() - 1) / 64;
        word(rows.start.cast_signed() - before)..word(rows.end.cast_signed() + after).min(words - 1) + 1
    }
}

/// Counts from the positions of each token, `words` long. `matrix` is a buffer.
pub fn count(
    matrix: &mut Vec<CellBits>,
    positions: &[u64],
    words: usize,
    hypothesis: &[u32],
    reference: usize,
    bound: usize,
) -> EditCounts {
    let rows = hypothesis.len();
    let (longer, surplus) = (rows.max(reference).cast_signed(), reference.cast_signed() - rows.cast_signed());
    let mut band = Band { surplus, distance: longer };
    let size = words * (rows + 1);
    if matrix.len() < size {
        stop::resize(matrix, size.next_power_of_two(), CellBits::FIRST);
    }

    // The words that were computed for the last row, and the value before the first of them.
    let (mut computed, mut value) = (0..0, 0);
    for (number, tokens) in hypothesis.chunks(ROWS_AT_A_TIME).enumerate() {
        let before = ROWS_AT_A_TIME * number;
        let row = before + tokens.len();
        let matrix = &mut matrix[before * words..(row + 1) * words];
        let wanted = band.words(before + 1..row, words);
        // In words that are added, each cell is one more than its neighbour; in words that are left, each row is one
        // more.
        if computed.end < wanted.end {
            matrix[computed.end..wanted.end].fill(CellBits::FIRST);
        }
        let left_behind = &matrix[computed.start..wanted.start];
        value = left_behind.iter().fold(value, |value, cells| cells.climb(value, 64)) + tokens.len();
        computed = wanted;
        let tokens = tokens.iter().map(|&token| &positions[bound.min(token as usize) * words..][computed.clone()]);
        match computed.len() {
            1 => sweep::<1>(matrix, words, computed.start, tokens),
            2 => sweep::<2>(matrix, words, computed.start, tokens),
            3 => sweep::<3>(matrix, words, computed.start, tokens),
            4 => sweep::<4>(matrix, words, computed.start, tokens),
            5 => sweep::<5>(matrix, words, computed.start, tokens),
            6 => sweep::<6>(matrix, words, computed.start, tokens),
            _ => sweep_all(matrix, words, computed.clone(), tokens),
        }

        let near = if row == rows { reference } else { (row * reference / rows).max(64 * computed.start + 1) };
        let column = reference.min(near.div_ceil(64).min(computed.end) * 64);
        let here = &matrix[(row - before) * words..][computed.clone()];
        let here = here.iter().zip((64 * computed.start..column).step_by(64));
        let reached = here.fold(value, |value, (cells, at)| cells.climb(value, column - at));
        let rest = (rows - row).max(reference - column);
        band.distance = band.distance.min((reached + rest).cast_signed());
    }
    let rises = |row: usize, column: usize| matrix[row * words + column / 64].rises(column % 64);
    let falls = |row: usize, column: usize| matrix[row * words + column / 64].falls(column % 64);
    let deletions = walk_back(rows, reference, rises, falls);
    EditCounts::new(reference, rows, band.distance.cast_unsigned() as u64, deletions)
}

/// Computes consecutive rows from the positions of their tokens: `WORDS` words of each row from word `first` on.
#[inline]
fn sweep<'a, const WORDS: usize>(
    matrix: &mut [CellBits],
    words: usize,
    first: usize,
    tokens: impl Iterator<Item = &'a [u64]>,
) {
    let mut cells = [CellBits::FIRST; WORDS];
    let mut rows = matrix.chunks_exact_mut(words);
    if let Some(before) = rows.next() {
        cells.copy_from_slice(&before[first..first + WORDS]);
    }
    for (row, positions) in rows.zip(tokens) {
        let (Some(kept), Some(positions)) = (row[first..].first_chunk_mut::<WORDS>(), positions.first_chunk::<WORDS>())
        else {
            return;
        };
        let mut step = EDGE;
        for word in 0..WORDS {
            (cells[word], step) = cells[word].next(positions[word], step);
            kept[word] = cells[word];
        }
    }
}

/// [`sweep`] for more words than registers hold.
fn sweep_all<'a>(
    matrix: &mut [CellBits],
    words: usize,
    computed: Range<usize>,
    tokens: impl Iterator<Item = &'a [u64]>,
) {
    for (row, positions) in tokens.enumerate() {
        let (before, here) = matrix[row * words..][..2 * words].split_at_mut(words);
        let mut step = EDGE;
        let known = before[computed.clone()].iter().zip(positions);
        for (cells, (before, &positions)) in here[computed.clone()].iter_mut().zip(known) {
            (*cells, step) = before.next(positions, step);
        }
    }
}
