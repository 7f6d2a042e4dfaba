//! Longest common subsequences, 64 table cells at a time.
//!
//! # Idea
//!
//! Hyyrö's bit-parallel recurrence: column `j` of the dynamic programming table is a bit vector `V` over the reference,
//! in which a zero means that the value increases by one at this row. With `P` the positions of hypothesis token `j`,
//! the next column is `V ← (V + (V & P)) | (V & !P)`. The number of zeros in the last column is the length.
//!
//! A reference of more than 64 tokens is split into blocks of 256, which are processed one after another, so that
//! positions are stored for one block only and memory stays linear. A block passes the carry of the addition to the
//! next block, one bit for each hypothesis token.
//!
//! H. Hyyrö, "Bit-parallel LCS-length computation revisited", AWOCA 2004.

use crate::matching::lanes::{Group, LANES, gather};
use crate::stop;
use std::ops::{BitAnd, BitOr, Not, Shl};

/// The number of words in a block.
const WORDS: usize = 4;
const BLOCK: usize = 64 * WORDS;

/// A bit vector that fits an integer.
pub trait Bits:
    Copy + Default + PartialEq + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self> + Shl<u32, Output = Self>
{
    /// Only the lowest bit set.
    const LOWEST: Self;

    /// The lowest set bit alone.
    #[must_use]
    fn lowest(self) -> Self;

    #[must_use]
    fn wrapping_add(self, other: Self) -> Self;

    fn count_zeros(self) -> u32;
}

macro_rules! bits {
    ($integer:ty) => {
        impl Bits for $integer {
            const LOWEST: Self = 1;

            #[inline]
            fn lowest(self) -> Self {
                self & self.wrapping_neg()
            }

            #[inline]
            fn wrapping_add(self, other: Self) -> Self {
                self.wrapping_add(other)
            }

            #[inline]
            fn count_zeros(self) -> u32 {
                self.count_zeros()
            }
        }
    };
}

bits!(u64);
bits!(u128);

/// The next column, for a reference no longer than the bit vector. The zeros of the last column count the length.
#[inline]
#[must_use]
pub fn next_column<B: Bits>(column: B, here: B) -> B {
    column.wrapping_add(column & here) | column & !here
}

/// The lengths for one text and each of eight others. `positions` holds the bitmap of positions in the text for each
/// token.
#[must_use]
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
pub fn lengths<const WORDS: usize>(positions: &[[u64; WORDS]], others: Group<'_>) -> [usize; LANES] {
    let mut columns = [[u64::MAX; LANES]; WORDS];
    let mut found = [0; LANES];
    let mut done = 0;
    // No closures, because they would not be compiled with the caller's instructions.
    for (ended, found) in found.iter_mut().enumerate() {
        for tokens in &others.tokens[done..others.lengths[ended]] {
            let mut carry = [0; LANES];
            for (word, column) in columns.iter_mut().enumerate() {
                let here = gather(positions, tokens, word);
                for lane in 0..LANES {
                    let (before, both) = (column[lane], column[lane] & here[lane]);
                    let sum = before.wrapping_add(both).wrapping_add(carry[lane]);
                    // If both had the highest bit, or one of them had it and the sum does not.
                    carry[lane] = (both | before & !sum) >> 63;
                    column[lane] = sum | before & !here[lane];
                }
            }
        }
        done = others.lengths[ended];
        for column in &columns {
            *found += column[ended].count_zeros() as usize;
        }
    }
    found
}

/// The length. Tokens of the reference are numbered from 0 to `distinct`; greater numbers match nothing.
#[must_use]
pub fn length(hypothesis: &[u32], reference: &[u32], distinct: usize) -> u64 {
    let mut positions = Positions::new(distinct);
    let mut carries = stop::filled(0, hypothesis.len().div_ceil(64));
    let mut length = 0;
    for block in reference.chunks(BLOCK) {
        stop::poll();
        positions.set(block);
        let mut column = [u64::MAX; WORDS];
        for (tokens, carries) in hypothesis.chunks(64).zip(&mut carries) {
            *carries = positions.sweep(&mut column, tokens, *carries, |_| {});
        }
        length += column.iter().map(|word| u64::from(word.count_zeros())).sum::<u64>();
        positions.unset(block);
    }
    length
}

/// The positions of each token in one block of the reference.
#[derive(Debug, Default)]
struct Positions {
    /// The last entry is for tokens that the reference does not have, and stays zero.
    bitmaps: Vec<[u64; WORDS]>,
}

impl Positions {
    fn new(distinct: usize) -> Self {
        Self { bitmaps: stop::filled([0; WORDS], distinct + 1) }
    }

    fn set(&mut self, block: &[u32]) {
        for (at, &word) in block.iter().enumerate() {
            self.bitmaps[word as usize][at / 64] |= 1 << (at % 64);
        }
    }

    fn unset(&mut self, block: &[u32]) {
        for &word in block {
            self.bitmaps[word as usize] = [0; WORDS];
        }
    }

    /// Moves the column of a block over up to 64 hypothesis tokens. Takes and returns a carry bit for each.
    #[inline]
    fn sweep(
        &self,
        column: &mut [u64; WORDS],
        tokens: &[u32],
        incoming: u64,
        mut visit: impl FnMut(&[u64; WORDS]),
    ) -> u64 {
        let absent = self.bitmaps.len() - 1;
        let mut outgoing = 0;
        for (at, &token) in tokens.iter().enumerate() {
            let here = &self.bitmaps[absent.min(token as usize)];
            let mut carry = incoming >> at & 1 == 1;
            for (word, &here) in column.iter_mut().zip(here) {
                let (sum, first) = word.overflowing_add(*word & here);
                let (sum, second) = sum.overflowing_add(u64::from(carry));
                carry = first | second;
                *word = sum | *word & !here;
            }
            outgoing |= u64::from(carry) << at;
            visit(column);
        }
        outgoing
    }
}

/// Finds the reference tokens of the longest common subsequence. The buffers are reused.
///
/// Of several longest subsequences it finds the one of rouge-score 0.1.2 (`_backtrack_norec`), which walks back from
/// the end of the table: a match if the two tokens are equal, else back in the hypothesis if the value increases at
/// this reference token, else back in the reference. (On a mismatch the value increases at `(i, j)` exactly if the
/// entry `(i, j-1)` is greater than `(i-1, j)`, which is the reference implementation's condition.)
///
/// Columns are stored for every 64th token only, and computed again where the walk needs them, in tiles of 256 × 64
/// cells.
#[derive(Debug, Default)]
pub struct Backtrack {
    positions: Positions,
    /// The carries into each block from the previous block, 64 hypothesis tokens in a word.
    carries: Vec<u64>,
    /// The column of each block before every 64th hypothesis token.
    checkpoints: Vec<[u64; WORDS]>,
    tile: Vec<[u64; WORDS]>,
}

impl Backtrack {
    /// Prepares for references whose tokens are numbered from 0 to `distinct`.
    pub fn clear(&mut self, distinct: usize) {
        self.positions.bitmaps.clear();
        stop::resize(&mut self.positions.bitmaps, distinct + 1, [0; WORDS]);
    }

    /// Appends the indices of the reference tokens, in descending order.
    pub fn find(&mut self, hypothesis: &[u32], reference: &[u32], indices: &mut Vec<u32>) {
        let groups = hypothesis.len().div_ceil(64);
        self.carries.clear();
        stop::resize(&mut self.carries, groups, 0); // the first block has no incoming carries
        self.checkpoints.clear();
        for block in reference.chunks(BLOCK) {
            stop::poll();
            stop::reserve(&mut self.checkpoints, groups);
            stop::reserve(&mut self.carries, groups);
            self.positions.set(block);
            let mut column = [u64::MAX; WORDS];
            for tokens in hypothesis.chunks(64) {
                self.checkpoints.push(column);
                let incoming = self.carries[self.carries.len() - groups];
                self.carries.push(self.positions.sweep(&mut column, tokens, incoming, |_| {}));
            }
            self.positions.unset(block);
        }

        let (mut i, mut j) = (reference.len(), hypothesis.len());
        let mut loaded = None;
        while i > 0 && j > 0 {
            if reference[i - 1] == hypothesis[j - 1] {
                i -= 1;
                j -= 1;
                #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 tokens")]
                indices.push(i as u32);
                continue;
            }
            let (block, group) = ((i - 1) / BLOCK, (j - 1) / 64);
            if loaded != Some((block, group)) {
                stop::poll();
                let tokens = &hypothesis[64 * group..hypothesis.len().min(64 * (group + 1))];
                self.load(
                    &reference[BLOCK * block..reference.len().min(BLOCK * (block + 1))],
                    tokens,
                    block * groups + group,
                );
                loaded = Some((block, group));
            }
            let row = (i - 1) % BLOCK;
            let rises = self.tile[(j - 1) % 64][row / 64] >> (row % 64) & 1 == 0;
            if rises {
                j -= 1;
            } else {
                i -= 1;
            }
        }
    }

    /// Computes the columns of one tile again.
    fn load(&mut self, block: &[u32], tokens: &[u32], at: usize) {
        let mut column = self.checkpoints[at];
        self.tile.clear();
        self.positions.set(block);
        self.positions.sweep(&mut column, tokens, self.carries[at], |column| self.tile.push(*column));
        self.positions.unset(block);
    }
}

#[cfg(test)]
mod tests {
    use super::{Backtrack, length, next_column};
    use crate::testing::Random;

    fn table(hypothesis: &[u32], reference: &[u32]) -> Vec<Vec<u64>> {
        let mut table = vec![vec![0; hypothesis.len() + 1]; reference.len() + 1];
        for (i, r) in reference.iter().enumerate() {
            for (j, h) in hypothesis.iter().enumerate() {
                table[i + 1][j + 1] = if r == h { table[i][j] + 1 } else { table[i][j + 1].max(table[i + 1][j]) };
            }
        }
        table
    }

    #[test]
    fn lengths_and_positions_are_those_of_the_table() {
        let mut numbers = Random::new(7);
        let mut random = |bound| numbers.token(bound);
        let mut backtrack = Backtrack::default();
        for lengths in [0, 1, 2, 10, 63, 64, 65, 130, 255, 256, 257, 600] {
            for vocabulary in [1, 2, 7, 100] {
                let hypothesis: Vec<u32> = (0..random(lengths + 2)).map(|_| random(vocabulary + 1)).collect();
                let reference: Vec<u32> = (0..lengths).map(|_| random(vocabulary)).collect();
                let table = table(&hypothesis, &reference);
                let expected = table[reference.len()][hypothesis.len()];
                assert_eq!(length(&hypothesis, &reference, vocabulary), expected);
                if reference.len() <= 64 {
                    let bitmap = |h| reference.iter().enumerate().fold(0, |b, (i, r)| b | u64::from(r == h) << i);
                    let column = hypothesis.iter().map(bitmap).fold(u64::MAX, next_column::<u64>);
                    assert_eq!(u64::from(column.count_zeros()), expected);
                }

                let (mut i, mut j, mut indices) = (reference.len(), hypothesis.len(), Vec::new());
                while i > 0 && j > 0 {
                    if reference[i - 1] == hypothesis[j - 1] {
                        i -= 1;
                        j -= 1;
                        indices.push(u32::try_from(i).unwrap());
                    } else if table[i][j - 1] > table[i - 1][j] {
                        j -= 1;
                    } else {
                        i -= 1;
                    }
                }
                let mut found = Vec::new();
                backtrack.clear(vocabulary);
                backtrack.find(&hypothesis, &reference, &mut found);
                assert_eq!(found, indices);
            }
        }
    }
}
