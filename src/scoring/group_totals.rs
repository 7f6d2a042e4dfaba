//! Totals of groups of rows, all folded in one pass.
//!
//! # Idea
//!
//! A [`Total`] of many columns takes kilobytes, too much for each of many small groups. Rows are split into parts whose
//! sums are exact in plain `f64` ([`SplitSums`]), so a group takes one number for each part, in any order of the rows.
//! The [`Total`] of a group is made from the sums of its parts when it is asked for, and equals the total of the
//! group's rows to the bit.
//!
//! ```
//! use rapidscore::scoring::{Column, GroupTotals, References, Total};
//!
//! let columns = [Column { name: "errors".to_owned(), whole: true }, Column { name: "mean".to_owned(), whole: false }];
//! let rows = [1.0, 0.1, 2.0, 0.2, 4.0, 0.7];
//! let groups = GroupTotals::fold(&columns, &rows, &[0, 1, 0], 2, References::Unknown);
//! assert_eq!(groups.rows(), [5.0, 0.1 + 0.7, 2.0, 0.2]);
//! assert_eq!(groups.total(0).unwrap().row(), [5.0, 0.1 + 0.7]);
//! ```

use crate::cpu::prefetch_line;
use crate::error::Error;
use crate::exact::{LANES, Ranges, SplitSums, Vector};
use crate::parallel;
use crate::scoring::metric::Column;
use crate::scoring::total::Total;
use crate::stop;
use std::ops::Range;

/// The number of rows that are split at a time.
const BATCH: usize = 1 << 10;

/// While a row is added, the sums of the group of the row this many positions ahead are fetched into the cache.
const AHEAD: usize = 8;

/// The numbers of references of segments.
#[derive(Clone, Copy, Debug)]
pub enum References<'a> {
    /// Segments have none.
    Unknown,
    /// The lowest and the highest number of all segments.
    All(u64, u64),
    /// The number of each segment.
    Each(&'a [i64]),
}

/// Rows that are read or computed a batch at a time.
pub trait RowSource: Sync {
    /// Consecutive rows, in `buffer` if they are computed.
    fn read<'a>(&'a self, rows: Range<usize>, buffer: &'a mut Vec<f64>) -> &'a [f64];
}

/// Consecutive rows in memory.
struct Rows<'a> {
    rows: &'a [f64],
    columns: usize,
}

impl RowSource for Rows<'_> {
    fn read<'a>(&'a self, rows: Range<usize>, _: &'a mut Vec<f64>) -> &'a [f64] {
        &self.rows[rows.start * self.columns..rows.end * self.columns]
    }
}

/// The totals of groups of rows.
#[derive(Debug)]
pub struct GroupTotals {
    columns: Vec<Column>,
    split: SplitSums,
    /// For each group, the sums of the parts of its rows.
    sums: Vec<Vector>,
    segments: Vec<u64>,
    references: Vec<(u64, u64)>,
}

impl GroupTotals {
    /// Folds consecutive rows. `codes` holds the group of each row, below `groups`.
    ///
    /// # Panics
    /// If a code is not below `groups`, or there are fewer rows than codes. The caller must check this.
    #[must_use]
    pub fn fold(columns: &[Column], rows: &[f64], codes: &[i32], groups: usize, references: References<'_>) -> Self {
        Self::fold_source(columns, &Rows { rows, columns: columns.len() }, codes, groups, references)
    }

    /// Folds rows that are computed a batch at a time.
    ///
    /// # Panics
    /// Like [`fold`](Self::fold).
    #[must_use]
    pub fn fold_source(
        columns: &[Column],
        source: &impl RowSource,
        codes: &[i32],
        groups: usize,
        references: References<'_>,
    ) -> Self {
        let count = codes.len();
        let ranges = parallel::over_rows(
            count,
            || Ranges::new(columns.iter().map(|column| column.whole)),
            |rows, ranges| each_batch(source, rows, |_, rows| ranges.note(rows)),
            |ranges, other| ranges.merge(&other),
        );
        // The sum over all groups must be exact, too.
        let split = SplitSums::new(&ranges, count as u64);
        let panels = split.panels();
        let of_group = |code: i32| {
            let start = code.cast_unsigned() as usize * panels;
            start..start + panels
        };
        let sums = parallel::over_rows(
            count,
            || stop::filled([0.0; LANES], groups * panels),
            |rows, sums| {
                each_batch(source, rows, |rows, values| {
                    let codes = &codes[rows];
                    let rows = values.chunks_exact(columns.len().max(1));
                    for (at, (&code, row)) in codes.iter().zip(rows).enumerate() {
                        if let Some(&next) = codes.get(at + AHEAD) {
                            of_group(next).for_each(|panel| prefetch_line(sums[panel].as_ptr().cast()));
                        }
                        split.add(row, &mut sums[of_group(code)]);
                    }
                });
            },
            |sums, others| {
                let parts = sums.as_flattened_mut().iter_mut().zip(others.as_flattened());
                parts.for_each(|(sum, other)| *sum += other);
            },
        );
        let mut segments = stop::filled(0, groups);
        codes.iter().for_each(|&code| segments[code.cast_unsigned() as usize] += 1);
        let references = references.of_groups(codes, &segments);
        Self { columns: columns.to_vec(), split, sums, segments, references }
    }

    /// The number of groups.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.segments.len()
    }

    /// The number of segments of each group.
    #[must_use]
    pub fn segments(&self) -> &[u64] {
        &self.segments
    }

    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    /// The summed row of each group, consecutively, each value rounded once.
    #[must_use]
    pub fn rows(&self) -> Vec<f64> {
        let mut rows = stop::filled(0.0, self.groups() * self.columns.len());
        let sums = self.sums.chunks_exact(self.split.panels().max(1));
        for (row, sums) in rows.chunks_exact_mut(self.columns.len().max(1)).zip(sums) {
            self.split.join(sums, row);
        }
        rows
    }

    /// The total of a group.
    ///
    /// # Errors
    /// If counts add up to more than 64 bits hold.
    ///
    /// # Panics
    /// If there is no such group.
    pub fn total(&self, group: usize) -> Result<Total, Error> {
        let panels = self.split.panels();
        self.total_of(&self.sums[group * panels..][..panels], self.segments[group], self.references[group])
    }

    /// The total of all rows.
    ///
    /// # Errors
    /// Like [`total`](Self::total).
    pub fn overall(&self) -> Result<Total, Error> {
        let panels = self.split.panels();
        let mut sums = vec![[0.0; LANES]; panels];
        for of_group in self.sums.chunks_exact(panels.max(1)) {
            let parts = sums.as_flattened_mut().iter_mut().zip(of_group.as_flattened());
            parts.for_each(|(sum, part)| *sum += part);
        }
        let widest = |one: (u64, u64), other: &(u64, u64)| (one.0.min(other.0), one.1.max(other.1));
        let references = self.references.iter().fold((u64::MAX, 0), widest);
        self.total_of(&sums, self.segments.iter().sum(), references)
    }

    fn total_of(&self, sums: &[Vector], segments: u64, references: (u64, u64)) -> Result<Total, Error> {
        let mut total = Total::new(&self.columns);
        for column in 0..self.columns.len() {
            total.fold_column(column, self.split.terms(column, sums))?;
        }
        total.note_segments(segments, references.0, references.1);
        Ok(total)
    }
}

impl References<'_> {
    /// The lowest and the highest number of each group, `(u64::MAX, 0)` if it has no segments or they are unknown.
    fn of_groups(self, codes: &[i32], segments: &[u64]) -> Vec<(u64, u64)> {
        let mut references = vec![(u64::MAX, 0); segments.len()];
        match self {
            References::Unknown => {}
            References::All(fewest, most) => {
                let groups = references.iter_mut().zip(segments).filter(|&(_, &segments)| segments > 0);
                groups.for_each(|(references, _)| *references = (fewest, most));
            }
            References::Each(counts) => {
                for (&code, &count) in codes.iter().zip(counts) {
                    let (fewest, most) = &mut references[code.cast_unsigned() as usize];
                    (*fewest, *most) = ((*fewest).min(count.cast_unsigned()), (*most).max(count.cast_unsigned()));
                }
            }
        }
        references
    }
}

/// Calls `work` with consecutive batches of rows and their values.
fn each_batch(source: &impl RowSource, rows: Range<usize>, mut work: impl FnMut(Range<usize>, &[f64])) {
    let mut buffer = Vec::new();
    for start in rows.clone().step_by(BATCH) {
        let batch = start..rows.end.min(start + BATCH);
        work(batch.clone(), source.read(batch, &mut buffer));
    }
}

#[cfg(test)]
mod tests {
    use super::{GroupTotals, References};
    use crate::scoring::{Column, Total};
    use crate::testing::Random;

    fn columns() -> Vec<Column> {
        [("count", true), ("mean", false), ("likelihood", false)]
            .map(|(name, whole)| Column { name: name.to_owned(), whole })
            .into()
    }

    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn table(rows: usize) -> Vec<f64> {
        let mut numbers = Random::new(8);
        let mut fraction = || (numbers.bits() >> 11) as f64 / (1u64 << 53) as f64;
        (0..rows).flat_map(|at| [(at % 97) as f64, fraction(), -40.0 * fraction()]).collect()
    }

    fn alone(rows: &[f64], codes: &[i32], group: i32, counts: &[i64]) -> Total {
        let mut total = Total::new(&columns());
        for ((row, &code), &count) in rows.chunks(3).zip(codes).zip(counts) {
            if code == group {
                total.fold(row).unwrap();
                total.note_segments(1, count.cast_unsigned(), count.cast_unsigned());
            }
        }
        total
    }

    #[test]
    fn a_group_has_the_total_of_its_rows() {
        for (count, groups) in [(0, 0), (0, 3), (1, 1), (500, 7), (150_000, 20)] {
            let rows = table(count);
            let mut numbers = Random::new(9);
            let mut below = |most: u64| (numbers.bits() >> 33) % most;
            let codes: Vec<i32> = (0..count).map(|_| i32::try_from(below(groups.max(2) as u64 - 1)).unwrap()).collect();
            let counts: Vec<i64> = (0..count).map(|_| 1 + below(4).cast_signed()).collect();
            let found = GroupTotals::fold(&columns(), &rows, &codes, groups, References::Each(&counts));
            for group in 0..groups {
                let expected = alone(&rows, &codes, i32::try_from(group).unwrap(), &counts);
                assert_eq!(found.total(group).unwrap(), expected);
                assert_eq!(found.total(group).unwrap().to_bytes(), expected.to_bytes());
                assert_eq!(found.rows()[3 * group..3 * group + 3], expected.row());
                assert_eq!(found.segments()[group], expected.segments);
            }
            let mut all = Total::new(&columns());
            (0..groups).for_each(|group| all.merge(&found.total(group).unwrap()).unwrap());
            assert_eq!(found.overall().unwrap(), all);
        }
    }

    #[test]
    fn numbers_that_are_not_finite() {
        let (infinity, nan) = (f64::INFINITY, f64::NAN);
        let rows = [1.0, infinity, 0.1, 2.0, -infinity, 0.2, 3.0, nan, 0.3, 4.0, 1.0, 1e300, 5.0, infinity, -1e-300];
        for codes in [[0, 0, 1, 1, 1], [0, 1, 2, 0, 0], [1, 1, 1, 1, 1]] {
            let found = GroupTotals::fold(&columns(), &rows, &codes, 3, References::All(1, 1));
            for group in 0..3 {
                let expected = alone(&rows, &codes, group, &[1; 5]);
                assert_eq!(found.total(group.cast_unsigned() as usize).unwrap().to_bytes(), expected.to_bytes());
            }
        }
    }
}
