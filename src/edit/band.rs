//! Alignments of texts of some hundred tokens: rows are computed near the diagonal only.
//!
//! # Idea
//!
//! A path that leaves the diagonal must come back, and each step aside costs one. So where the distance is at most `k`,
//! cells farther from the diagonal than `k / 2` belong to no best path (E. Ukkonen, "Algorithms for approximate string
//! matching", 1985), and need not be computed: they count as too far, which changes no choice on the way back. No
//! distance exceeds the longer text's length; every few rows a cell near the diagonal tells that it is less.

use super::{Cells, Counts, EDGE, walk_back};

/// Rows between two looks at how far it may be at most.
const INTERVAL: usize = 32;

/// How far from the diagonal cells are computed.
struct Band {
    /// Reference tokens more than hypothesis tokens.
    surplus: isize,
    /// A distance that is not exceeded.
    distance: isize,
}

impl Band {
    /// The words of a row's bitmaps that are computed, of so many.
    fn words(&self, row: usize, words: usize) -> (usize, usize) {
        // One cell more on each side, where the path back looks before it turns.
        let before = (self.distance - self.surplus) / 2 + 1;
        let behind = self.distance.midpoint(self.surplus) + 1;
        let word = |column: isize| (column.max(1).cast_unsigned() - 1) / 64;
        let row = row.cast_signed();
        (word(row - before), word(row + behind).min(words - 1))
    }
}

/// Counts from the places of each token, `words` long; `matrix` is a buffer.
pub fn count(
    matrix: &mut Vec<Cells>,
    places: &[u64],
    words: usize,
    hypothesis: &[u32],
    reference: usize,
    bound: usize,
) -> Counts {
    let rows = hypothesis.len();
    let (longer, surplus) = (rows.max(reference).cast_signed(), reference.cast_signed() - rows.cast_signed());
    let mut band = Band { surplus, distance: longer };
    let size = words * (rows + 1);
    if matrix.len() < size {
        matrix.resize(size.next_power_of_two(), Cells::FIRST);
    }

    // The words that were computed of the row before, and the value before the first of them.
    let (mut first, mut end, mut value) = (0, 0, 0);
    for (row, &token) in (1..).zip(hypothesis) {
        let (before, here) = matrix[(row - 1) * words..(row + 1) * words].split_at_mut(words);
        let (begin, last) = band.words(row, words);
        // Words that come in rise by one with each cell, those left behind by one with each row.
        if end <= last {
            before[end..=last].fill(Cells::FIRST);
        }
        value = before[first..begin].iter().fold(value, |value, cells| cells.climb(value, 64)) + 1;
        (first, end) = (begin, last + 1);

        let places = &places[bound.min(token as usize) * words..][..words];
        let known = before[first..end].iter().zip(&places[first..end]);
        let mut step = EDGE;
        for (cells, (before, &places)) in here[first..end].iter_mut().zip(known) {
            (*cells, step) = before.next(places, step);
        }

        if row % INTERVAL == 0 || row == rows {
            let near = if row == rows { reference } else { (row * reference / rows).max(64 * first + 1) };
            let column = reference.min(near.div_ceil(64).min(end) * 64);
            let here = here[first..].iter().zip((64 * first..column).step_by(64));
            let reached = here.fold(value, |value, (cells, at)| cells.climb(value, column - at));
            let rest = (rows - row).max(reference - column);
            band.distance = band.distance.min((reached + rest).cast_signed());
        }
    }
    let rises = |row: usize, column: usize| matrix[row * words + column / 64].rises(column % 64);
    let falls = |row: usize, column: usize| matrix[row * words + column / 64].falls(column % 64);
    let deletions = walk_back(rows, reference, rises, falls);
    Counts::new(reference, rows, band.distance.cast_unsigned() as u64, deletions)
}
