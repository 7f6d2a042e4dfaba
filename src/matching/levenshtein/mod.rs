//! Levenshtein alignments: which words or characters are hits, substitutions, deletions and insertions.
//!
//! # Idea
//!
//! Row `r` of the dynamic programming table (`r` hypothesis tokens) is stored as differences between adjacent cells,
//! one bit each for +1 and -1, and is computed from the previous row with about twenty instructions for 64 cells: G.
//! Myers, "A fast bit-vector algorithm for approximate string matching based on dynamic programming", JACM 1999, in the
//! form of H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003. The
//! differences of all rows are kept, and are enough to follow the path back.
//!
//! # Which alignment
//!
//! Several alignments may have the same distance but different hits and substitutions. This is the alignment of
//! rapidfuzz 3.14.6 (`Levenshtein.opcodes`), and so of jiwer 4.0.0: a common prefix and suffix are hits; from the end,
//! the path back takes a deletion if one is possible, else an insertion if only that is cheaper, else a diagonal step.
//! If the differences would take more than a megabyte, texts are split: see `hirschberg.rs`. Rows of more than 128
//! tokens are computed near the diagonal only, which finds the same alignment: see `band.rs`.
//!
//! # Cost
//!
//! Proportional to the length of one text times the length of the other divided by 64. Memory is at most a few
//! megabytes, or linear.

mod band;
mod distance;
mod hirschberg;

pub(crate) use distance::distances;

use crate::stop;
use crate::text::WordTable;
use crate::text::tokenize::Word;
pub use hirschberg::Hirschberg;
use std::iter;

/// The numbers of the edits of an alignment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EditCounts {
    pub hits: u64,
    pub substitutions: u64,
    pub deletions: u64,
    pub insertions: u64,
}

impl EditCounts {
    #[must_use]
    pub fn errors(self) -> u64 {
        self.substitutions + self.deletions + self.insertions
    }

    /// The counts of an alignment of texts of these lengths with this distance and number of deletions.
    fn new(reference: usize, hypothesis: usize, distance: u64, deletions: u64) -> Self {
        let (reference, hypothesis) = (reference as u64, hypothesis as u64);
        // All tokens that are not deleted or inserted are in a diagonal step.
        let insertions = hypothesis + deletions - reference;
        let substitutions = distance - deletions - insertions;
        Self { hits: reference - deletions - substitutions, substitutions, deletions, insertions }
    }
}

/// An edit that is not a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    Substitution,
    Deletion,
    Insertion,
}

/// References of up to 64 times this number of tokens have their positions in bitmaps as a whole.
const WIDEST: usize = 32;

/// Whether all differences are kept, or texts are split first. Follows rapidfuzz, which decides by the size of its
/// matrix in bytes for these lengths, where `band` tokens of a row matter.
fn fits(reference: usize, hypothesis: usize, band: usize) -> bool {
    2 * band.min(reference) * hypothesis / 8 < 1 << 20 || reference < 65 || hypothesis < 10
}

/// Aligns texts. The buffers are reused.
#[derive(Debug, Default)]
pub struct Levenshtein {
    table: WordTable<u64>,
    /// The bitmap of positions in the reference for each token. All zero between calls.
    positions: Vec<u64>,
    /// The cells of each row, beginning with the row for no hypothesis tokens.
    matrix: Vec<CellBits>,
    hirschberg: Hirschberg,
}

impl Levenshtein {
    /// The size of the buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.positions.capacity() * size_of::<u64>()
            + self.matrix.capacity() * size_of::<CellBits>()
            + self.hirschberg.size()
    }

    /// Counts the edits from a hypothesis of words to the reference, if the reference is short enough. Then words need
    /// no numbers.
    #[inline]
    pub fn count_words(&mut self, hypothesis: &[Word], reference: &[Word]) -> Option<EditCounts> {
        let equal = |(one, other): (&Word, &Word)| {
            (one.low ^ other.low) | (one.high ^ other.high) | u64::from(one.length ^ other.length) == 0
        };
        let (hypothesis, reference, affix) = strip(hypothesis, reference, equal);
        if reference.len() > 64 || !fits(reference.len(), hypothesis.len(), reference.len()) {
            return None;
        }
        let Self { table, matrix, .. } = self;
        table.clear();
        let mut bit = 1;
        for &word in reference {
            table.change(word, |positions| positions | bit);
            bit <<= 1;
        }
        let rows = hypothesis.iter().map(|&word| [table.get(word)]);
        Some(affix.and(count::<1>(matrix, rows, hypothesis.len(), reference.len())))
    }

    /// Counts the edits of texts of numbered tokens. Tokens are numbers below `bound`; others match nothing.
    pub fn count(&mut self, hypothesis: &[u32], reference: &[u32], bound: usize) -> EditCounts {
        let (hypothesis, reference, affix) = strip(hypothesis, reference, |(one, other)| one == other);
        let fits = fits(reference.len(), hypothesis.len(), reference.len());
        let counts = match reference.len().div_ceil(64) {
            0 | 1 if fits => self.count_short::<1>(hypothesis, reference, bound),
            2 if fits => self.count_short::<2>(hypothesis, reference, bound),
            words @ 3..=WIDEST if fits && !hypothesis.is_empty() => {
                self.count_banded(hypothesis, reference, bound, words)
            }
            _ => {
                let mut counts = EditCounts::default();
                self.hirschberg.align(hypothesis, reference, bound, |edit, _, _| match edit {
                    Edit::Substitution => counts.substitutions += 1,
                    Edit::Deletion => counts.deletions += 1,
                    Edit::Insertion => counts.insertions += 1,
                });
                counts.hits = reference.len() as u64 - counts.substitutions - counts.deletions;
                counts
            }
        };
        affix.and(counts)
    }

    fn count_short<const WORDS: usize>(&mut self, hypothesis: &[u32], reference: &[u32], bound: usize) -> EditCounts {
        let Self { positions, matrix, .. } = self;
        if positions.len() < (bound + 1) * WORDS {
            stop::resize(positions, ((bound + 1) * WORDS).next_power_of_two(), 0);
        }
        let (positions, _) = positions.as_chunks_mut::<WORDS>();
        for (at, &token) in reference.iter().enumerate() {
            positions[token as usize][at / 64] |= 1 << (at % 64);
        }
        let rows = hypothesis.iter().map(|&token| positions[bound.min(token as usize)]);
        let counts = count::<WORDS>(matrix, rows, hypothesis.len(), reference.len());
        for &token in reference {
            positions[token as usize] = [0; WORDS];
        }
        counts
    }

    fn count_banded(&mut self, hypothesis: &[u32], reference: &[u32], bound: usize, words: usize) -> EditCounts {
        let Self { positions, matrix, .. } = self;
        if positions.len() < (bound + 1) * words {
            stop::resize(positions, ((bound + 1) * words).next_power_of_two(), 0);
        }
        for (at, &token) in reference.iter().enumerate() {
            positions[token as usize * words + at / 64] |= 1 << (at % 64);
        }
        let counts = band::count(matrix, positions, words, hypothesis, reference.len(), bound);
        for (at, &token) in reference.iter().enumerate() {
            positions[token as usize * words + at / 64] = 0;
        }
        counts
    }

    /// Calls `visit` with each edit from the hypothesis to the reference, from the end, with the positions of the
    /// hypothesis and the reference token.
    pub fn align(
        &mut self,
        hypothesis: &[u32],
        reference: &[u32],
        bound: usize,
        visit: impl FnMut(Edit, usize, usize),
    ) {
        self.hirschberg.align(hypothesis, reference, bound, visit);
    }
}

/// The length of the common prefix and suffix of two texts.
struct Affix(u64);

impl Affix {
    fn and(self, counts: EditCounts) -> EditCounts {
        EditCounts { hits: counts.hits + self.0, ..counts }
    }
}

/// The texts without their common prefix, and without the common suffix of the rest.
#[inline]
fn strip<'a, T>(one: &'a [T], other: &'a [T], equal: impl Fn((&T, &T)) -> bool) -> (&'a [T], &'a [T], Affix) {
    let prefix = iter::zip(one, other).take_while(|&pair| equal(pair)).count();
    let (one, other) = (&one[prefix..], &other[prefix..]);
    let suffix = iter::zip(one.iter().rev(), other.iter().rev()).take_while(|&pair| equal(pair)).count();
    (&one[..one.len() - suffix], &other[..other.len() - suffix], Affix((prefix + suffix) as u64))
}

/// 64 cells of a row: where the value rises from a cell to the next, and where it falls.
#[derive(Clone, Copy, Debug)]
struct CellBits {
    rises: u64,
    falls: u64,
}

/// The difference between the cell before a block of cells and the same cell in the previous row.
#[derive(Clone, Copy, Debug)]
struct Step {
    up: u64,
    down: u64,
}

impl CellBits {
    /// The row for no hypothesis tokens.
    const FIRST: Self = Self { rises: u64::MAX, falls: 0 };

    /// The value of cell `cells`, from the value before the first cell.
    fn climb(self, before: usize, cells: usize) -> usize {
        let inside = u64::MAX >> 64usize.saturating_sub(cells);
        before + (self.rises & inside).count_ones() as usize - (self.falls & inside).count_ones() as usize
    }

    fn rises(self, bit: usize) -> bool {
        self.rises >> bit & 1 == 1
    }

    fn falls(self, bit: usize) -> bool {
        self.falls >> bit & 1 == 1
    }

    /// The same cells in the next row, whose token is at `positions`, and the step for the next block.
    #[inline]
    fn next(self, positions: u64, step: Step) -> (Self, Step) {
        let Self { rises, falls } = self;
        let matches = positions | step.down;
        let equal = ((matches & rises).wrapping_add(rises) ^ rises) | matches | falls;
        let up = falls | !(equal | rises);
        let down = equal & rises;
        let out = Step { up: up >> 63, down: down >> 63 };
        let (up, down) = (up << 1 | step.up, down << 1 | step.down);
        (Self { rises: down | !(equal | up), falls: up & equal }, out)
    }
}

/// The first cell of each row is one more than in the previous row.
const EDGE: Step = Step { up: 1, down: 0 };

/// Counts from the positions of each row's token in the reference.
#[inline]
fn count<const WORDS: usize>(
    matrix: &mut Vec<CellBits>,
    rows: impl Iterator<Item = [u64; WORDS]>,
    hypothesis: usize,
    reference: usize,
) -> EditCounts {
    if hypothesis == 0 || reference == 0 {
        return EditCounts::new(reference, hypothesis, (hypothesis + reference) as u64, reference as u64);
    }
    let size = WORDS * (hypothesis + 1);
    if matrix.len() < size {
        stop::resize(matrix, size.next_power_of_two(), CellBits::FIRST);
    }
    let (matrix, _) = matrix.as_chunks_mut::<WORDS>();
    let mut cells = [CellBits::FIRST; WORDS];
    matrix[0] = cells;
    for (kept, positions) in matrix[1..].iter_mut().zip(rows) {
        let mut step = EDGE;
        for word in 0..WORDS {
            (cells[word], step) = cells[word].next(positions[word], step);
            kept[word] = cells[word];
        }
    }
    let words = cells.iter().zip((0..reference).step_by(64));
    let distance = words.fold(hypothesis, |value, (cells, at)| cells.climb(value, reference - at)) as u64;
    let rises = |row: usize, column: usize| matrix[row][column / 64].rises(column % 64);
    let falls = |row: usize, column: usize| matrix[row][column / 64].falls(column % 64);
    EditCounts::new(reference, hypothesis, distance, walk_back(hypothesis, reference, rises, falls))
}

/// Follows the path back from the last row and column, and counts its deletions. `rises` and `falls` return whether the
/// value of a row rises or falls at a column, counted from 0.
#[inline]
fn walk_back(
    rows: usize,
    columns: usize,
    rises: impl Fn(usize, usize) -> bool,
    falls: impl Fn(usize, usize) -> bool,
) -> u64 {
    let (mut row, mut column, mut deletions) = (rows, columns, 0);
    while row > 0 && column > 0 {
        let (deleted, inserted) = (rises(row, column - 1), falls(row - 1, column - 1));
        // A single branch, because most steps are diagonal; which of the other two is taken is unpredictable.
        if deleted | inserted {
            deletions += u64::from(deleted);
            row -= usize::from(!deleted);
            column -= usize::from(deleted);
        } else {
            row -= 1;
            column -= 1;
        }
    }
    deletions + column as u64
}

#[cfg(test)]
mod tests {
    use super::{Edit, EditCounts, Levenshtein};
    use crate::testing::Random;
    use crate::text::tokenize::Word;

    /// The whole table, and the path back in the order of choices that the module documents.
    fn naive(hypothesis: &[u32], reference: &[u32]) -> EditCounts {
        let begins = hypothesis.iter().zip(reference).take_while(|(one, other)| one == other).count();
        let (one, other) = (&hypothesis[begins..], &reference[begins..]);
        let ends = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
        let (one, other) = (&one[..one.len() - ends], &other[..other.len() - ends]);
        let mut table = vec![vec![0usize; other.len() + 1]; one.len() + 1];
        for row in 0..=one.len() {
            for column in 0..=other.len() {
                table[row][column] = if row == 0 || column == 0 {
                    row + column
                } else {
                    let change = usize::from(one[row - 1] != other[column - 1]);
                    let aside = table[row - 1][column].min(table[row][column - 1]) + 1;
                    aside.min(table[row - 1][column - 1] + change)
                };
            }
        }
        let mut counts = EditCounts { hits: (begins + ends) as u64, ..EditCounts::default() };
        let (mut row, mut column) = (one.len(), other.len());
        while row > 0 || column > 0 {
            if row == 0 || column > 0 && table[row][column] == table[row][column - 1] + 1 {
                counts.deletions += 1;
                column -= 1;
            } else if column == 0 || table[row - 1][column] + 1 == table[row - 1][column - 1] {
                counts.insertions += 1;
                row -= 1;
            } else {
                (row, column) = (row - 1, column - 1);
                *if one[row] == other[column] { &mut counts.hits } else { &mut counts.substitutions } += 1;
            }
        }
        counts
    }

    #[test]
    fn every_width_counts_as_the_table_does() {
        let mut numbers = Random::new(3);
        let mut random = |bound| numbers.index(bound);
        let mut edits = Levenshtein::default();
        for length in [0, 1, 2, 10, 63, 64, 65, 127, 128, 129, 192, 193, 256, 257, 400] {
            for vocabulary in [1, 2, 5, 60] {
                for _ in 0..5 {
                    let reference: Vec<u32> = (0..length).map(|_| u32::try_from(random(vocabulary)).unwrap()).collect();
                    let kept: Vec<u32> = reference.iter().filter(|_| random(8) > 0).copied().collect();
                    // With one word that the reference does not have.
                    let other = (0..random(length + 3)).map(|_| u32::try_from(random(vocabulary + 1)).unwrap());
                    for hypothesis in [other.collect(), kept] {
                        let expected = naive(&hypothesis, &reference);
                        assert_eq!(edits.count(&hypothesis, &reference, vocabulary + 1), expected);

                        let mut visited = [0; 3];
                        edits.align(&hypothesis, &reference, vocabulary + 1, |edit, _, _| match edit {
                            Edit::Substitution => visited[0] += 1,
                            Edit::Deletion => visited[1] += 1,
                            Edit::Insertion => visited[2] += 1,
                        });
                        assert_eq!(visited, [expected.substitutions, expected.deletions, expected.insertions]);

                        let words = |text: &[u32]| {
                            let word = |&word: &u32| Word { low: word.into(), high: 0, length: 4, start: 0 };
                            text.iter().map(word).collect::<Vec<_>>()
                        };
                        if let Some(counts) = edits.count_words(&words(&hypothesis), &words(&reference)) {
                            assert_eq!(counts, expected);
                        }
                    }
                }
            }
        }
    }
}
