//! Alignments of long texts in little memory.
//!
//! If the differences of all rows would take too much memory, the hypothesis is split in the middle, and the reference
//! at the first position where the sum of the two parts' distances is smallest. Then each part is aligned separately:
//! D. Hirschberg, "A linear space algorithm for computing maximal common subsequences", CACM 1975. The alignment
//! depends on where texts are split, so they are split at the same positions as in rapidfuzz 3.14.6.
//!
//! Rows are computed for 256 reference tokens at a time, for all hypothesis tokens, before the next 256, so positions
//! are stored for 256 tokens only. For a part whose distance is known, only cells near enough to the diagonal are
//! computed, because a path of that distance cannot reach others.

use super::{CellBits, EDGE, Edit, Step, fits, strip};
use crate::stop;
use std::iter;

/// The number of words in a block of cells.
const WORDS: usize = 4;
const BLOCK: usize = 64 * WORDS;

/// The buffers, which are reused.
#[derive(Debug, Default)]
pub struct Hirschberg {
    /// The bitmap of positions in a block for each token. All zero between blocks.
    positions: Vec<[u64; WORDS]>,
    /// For each row, the step from one block to the next.
    steps: Vec<Step>,
    /// The cells of each block by row, beginning with the row before its first one.
    cells: Vec<[CellBits; WORDS]>,
    /// For each block, the index of its first cells, and their row.
    blocks: Vec<(usize, usize)>,
}

/// Parts of the two texts.
#[derive(Clone, Copy)]
struct Part<'a> {
    hypothesis: &'a [u32],
    reference: &'a [u32],
    /// Where the parts begin.
    at: (usize, usize),
    /// An upper bound of their distance.
    distance: usize,
}

impl Hirschberg {
    /// The size of the buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.positions.capacity() * size_of::<[u64; WORDS]>()
            + self.cells.capacity() * size_of::<[CellBits; WORDS]>()
            + self.steps.capacity() * size_of::<Step>()
    }

    /// Calls `visit` with each edit that is not a hit, from the end, with the positions of the hypothesis and the
    /// reference token. Tokens are numbers below `bound`; others match nothing.
    pub fn align(
        &mut self,
        hypothesis: &[u32],
        reference: &[u32],
        bound: usize,
        mut visit: impl FnMut(Edit, usize, usize),
    ) {
        if self.positions.len() < bound + 1 {
            stop::resize(&mut self.positions, bound + 1, [0; WORDS]);
        }
        let distance = hypothesis.len().max(reference.len());
        self.align_part(Part { hypothesis, reference, at: (0, 0), distance }, bound, &mut visit);
    }

    fn align_part(&mut self, part: Part<'_>, bound: usize, visit: &mut impl FnMut(Edit, usize, usize)) {
        let begins = iter::zip(part.hypothesis, part.reference).take_while(|(one, other)| one == other).count();
        let (hypothesis, reference, _) = strip(part.hypothesis, part.reference, |(one, other)| one == other);
        let (rows, columns) = (hypothesis.len(), reference.len());
        let distance = part.distance.min(rows.max(columns));
        let at = (part.at.0 + begins, part.at.1 + begins);
        if fits(columns, rows, 2 * distance + 1) {
            return self.trace(Part { hypothesis, reference, at, distance }, bound, visit);
        }
        let (middle, cut, [left, right]) = self.cut(hypothesis, reference, bound);
        let ((one, other), (begin, end)) = (hypothesis.split_at(middle), reference.split_at(cut));
        let after = (at.0 + middle, at.1 + cut);
        self.align_part(Part { hypothesis: other, reference: end, at: after, distance: right }, bound, visit);
        self.align_part(Part { hypothesis: one, reference: begin, at, distance: left }, bound, visit);
    }

    /// The positions at which the hypothesis and the reference are split, and the distances of the parts.
    fn cut(&mut self, hypothesis: &[u32], reference: &[u32], bound: usize) -> (usize, usize, [usize; 2]) {
        let backwards = |text: &[u32]| {
            let mut backwards = stop::with_capacity(text.len());
            backwards.extend(text.iter().rev());
            backwards
        };
        let (one, other) = hypothesis.split_at(hypothesis.len() / 2);
        let left = self.last_row(one, reference, bound);
        let right = self.last_row(&backwards(other), &backwards(reference), bound);
        let sums = iter::zip(&left, right.iter().rev()).map(|(left, right)| left + right);
        // The first of equally good positions.
        let cut = sums.enumerate().min_by_key(|&(at, sum)| (sum, at)).map_or(0, |(at, _)| at);
        (one.len(), cut, [left[cut], right[reference.len() - cut]])
    }

    /// The distances between a hypothesis and all prefixes of a reference.
    fn last_row(&mut self, hypothesis: &[u32], reference: &[u32], bound: usize) -> Vec<usize> {
        let Self { positions, steps, .. } = self;
        steps.clear();
        stop::resize(steps, hypothesis.len(), EDGE);
        let mut distance = hypothesis.len();
        let mut distances = stop::with_capacity(reference.len() + 1);
        distances.push(distance);
        for block in reference.chunks(BLOCK) {
            stop::poll();
            set(positions, block);
            let mut cells = [CellBits::FIRST; WORDS];
            for (&token, step) in hypothesis.iter().zip(&mut *steps) {
                next(&mut cells, &positions[bound.min(token as usize)], step);
            }
            for at in 0..block.len() {
                distance += usize::from(cells[at / 64].rises(at % 64));
                distance -= usize::from(cells[at / 64].falls(at % 64));
                distances.push(distance);
            }
            unset(positions, block);
        }
        distances
    }

    /// Follows the path back.
    fn trace(&mut self, part: Part<'_>, bound: usize, visit: &mut impl FnMut(Edit, usize, usize)) {
        let Part { hypothesis, reference, at, distance } = part;
        self.compute(hypothesis, reference, bound, distance);
        let (mut row, mut column) = (hypothesis.len(), reference.len());
        while row > 0 && column > 0 {
            let (word, bit) = ((column - 1) % BLOCK / 64, (column - 1) % 64);
            let (start, first) = self.blocks[(column - 1) / BLOCK];
            // The cells begin with the row before the first one.
            let at_row = start + row + 1 - first;
            if self.cells[at_row][word].rises(bit) {
                column -= 1;
                visit(Edit::Deletion, at.0 + row, at.1 + column);
                continue;
            }
            row -= 1;
            if self.cells[at_row - 1][word].falls(bit) {
                visit(Edit::Insertion, at.0 + row, at.1 + column);
                continue;
            }
            column -= 1;
            if hypothesis[row] != reference[column] {
                visit(Edit::Substitution, at.0 + row, at.1 + column);
            }
        }
        for column in (0..column).rev() {
            visit(Edit::Deletion, at.0 + row, at.1 + column);
        }
        for row in (0..row).rev() {
            visit(Edit::Insertion, at.0 + row, at.1);
        }
    }

    /// Computes the cells within `distance` of the diagonal. Other cells count as too far: where the computed cells of
    /// a block begin, the row before has cells that each increase by one, and after them each row increases by one.
    fn compute(&mut self, hypothesis: &[u32], reference: &[u32], bound: usize, distance: usize) {
        let Self { positions, steps, cells, blocks } = self;
        steps.clear();
        stop::resize(steps, hypothesis.len(), EDGE);
        cells.clear();
        blocks.clear();
        for (number, block) in reference.chunks(BLOCK).enumerate() {
            stop::poll();
            let begin = BLOCK * number;
            // Rows are numbered from 1; row `r` is for `r` hypothesis tokens.
            let first = (begin + 1).saturating_sub(distance + 1).max(1);
            let last = hypothesis.len().min(begin + BLOCK + distance + 1);
            let start = cells.len();
            blocks.push((start, first));
            set(positions, block);
            let mut current = [CellBits::FIRST; WORDS];
            stop::resize(cells, start + 1 + last - (first - 1), current);
            let rows = hypothesis[first - 1..last].iter().zip(&mut steps[first - 1..last]);
            for ((&token, step), kept) in rows.zip(&mut cells[start + 1..]) {
                next(&mut current, &positions[bound.min(token as usize)], step);
                // One word at a time: copied as a whole, the cells would have to wait until all are written.
                kept.iter_mut().zip(current).for_each(|(kept, cells)| *kept = cells);
            }
            // For rows that this block does not compute, the next block finds the initial steps. Rows before its first
            // one are not read again.
            unset(positions, block);
        }
    }
}

/// The cells of a block in the next row. `step` comes from the previous block and is replaced with the step to the
/// next.
#[inline]
fn next(cells: &mut [CellBits; WORDS], positions: &[u64; WORDS], step: &mut Step) {
    for (cells, &positions) in cells.iter_mut().zip(positions) {
        (*cells, *step) = cells.next(positions, *step);
    }
}

fn set(positions: &mut [[u64; WORDS]], block: &[u32]) {
    for (at, &token) in block.iter().enumerate() {
        positions[token as usize][at / 64] |= 1 << (at % 64);
    }
}

fn unset(positions: &mut [[u64; WORDS]], block: &[u32]) {
    for &token in block {
        positions[token as usize] = [0; WORDS];
    }
}
