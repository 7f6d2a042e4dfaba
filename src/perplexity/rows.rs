//! The rows of sequences, and their total.

use crate::parallel;
use crate::scoring::{Column, Total};
use crate::stop;
use std::iter::once;
use std::ops::Range;

/// The number of columns of a row.
pub const ROW: usize = 9;

/// Columns that are always known hold whole numbers, except the sums of floats.
const COLUMNS: [(&str, bool); ROW] = [
    ("nll", false),
    ("tokens", true),
    ("perplexity", false),
    ("sequences", true),
    ("hits", false),
    ("top_k_hits", false),
    ("bytes", false),
    ("characters", false),
    ("words", false),
];

/// The number of sequences that a thread takes at a time.
pub(super) const BATCH: usize = 1 << 13;

/// The columns of a row.
#[must_use]
pub fn columns() -> Vec<Column> {
    COLUMNS.iter().map(|&(name, whole)| Column { name: name.to_owned(), whole }).collect()
}

/// A sequence's perplexity and 1, or 0 and 0 if it has no tokens.
fn perplexity([nll, tokens]: [f64; 2]) -> (f64, f64) {
    if tokens > 0.0 { ((nll / tokens).exp(), 1.0) } else { (0.0, 0.0) }
}

/// What is known of sequences.
#[derive(Clone, Copy, Debug)]
pub struct SequenceRows<'a> {
    /// The negative log-likelihood and the number of tokens.
    pub sums: &'a [[f64; 2]],
    /// The numbers of tokens whose label is the likeliest, and is among the k likeliest.
    pub hits: Option<&'a [[f64; 2]]>,
    /// The numbers of bytes, characters and words.
    pub sizes: [Option<&'a [f64]>; 3],
}

impl SequenceRows<'_> {
    fn row(&self, at: usize) -> [f64; ROW] {
        let [nll, tokens] = self.sums[at];
        let (perplexity, sequences) = perplexity(self.sums[at]);
        let count = |column| self.count(column, at);
        [nll, tokens, perplexity, sequences, count(4), count(5), count(6), count(7), count(8)]
    }

    /// The value of a column from the fifth on.
    fn count(&self, column: usize, at: usize) -> f64 {
        match column {
            4 | 5 => self.hits.map_or(f64::NAN, |hits| hits[at][column - 4]),
            _ => self.sizes[column - 6].map_or(f64::NAN, |sizes| sizes[at]),
        }
    }

    fn is_known(&self, column: usize) -> bool {
        if column < 6 { self.hits.is_some() } else { self.sizes[column - 6].is_some() }
    }

    /// The rows of all sequences.
    #[must_use]
    pub fn rows(&self) -> Vec<[f64; ROW]> {
        let mut rows = stop::filled([0.0; ROW], self.sums.len());
        parallel::fill(&mut rows, BATCH, |first, rows| {
            rows.iter_mut().enumerate().for_each(|(at, row)| *row = self.row(first + at));
        });
        rows
    }

    /// The total of all rows, without storing them.
    #[must_use]
    pub fn total(&self) -> Total {
        totalled(self.sums.len(), |range, total| self.fold(range, total))
    }

    /// Adds the rows of some sequences to a total.
    pub(super) fn fold(&self, range: Range<usize>, total: &mut Total) {
        let sums = &self.sums[range.clone()];
        add(total, 0, sums.iter().map(|sums| sums[0]));
        add(total, 1, sums.iter().map(|sums| sums[1]));
        add(total, 2, sums.iter().map(|&sums| perplexity(sums).0));
        add(total, 3, sums.iter().map(|&sums| perplexity(sums).1));
        for column in 4..ROW {
            if self.is_known(column) {
                add(total, column, range.clone().map(|at| self.count(column, at)));
            } else {
                add(total, column, once(f64::NAN));
            }
        }
        total.segments += range.len() as u64;
    }
}

/// Adds values to a column of a total. Tokens in memory are far fewer than a total holds, and the callers check counts
/// that are given.
fn add(total: &mut Total, column: usize, values: impl Iterator<Item = f64> + Clone) {
    total.fold_column(column, values).unwrap_or_default();
}

/// The total of `rows` rows, which `fold` adds, on all cores.
pub(super) fn totalled(rows: usize, fold: impl Fn(Range<usize>, &mut Total) + Sync) -> Total {
    let make = || Total::new(&columns());
    parallel::over_rows(rows, make, fold, |total, other| {
        // Both have the same columns.
        let _ = total.merge(&other);
    })
}

#[cfg(test)]
mod tests {
    use super::{ROW, SequenceRows, columns};
    use crate::scoring::Total;

    #[test]
    fn the_total_is_that_of_the_rows() {
        let sums: Vec<[f64; 2]> = (0..100_000).map(|at| [0.1 * f64::from(at % 97), f64::from(at % 5)]).collect();
        let sizes: Vec<f64> = (0..100_000).map(f64::from).collect();
        let segments = SequenceRows { sums: &sums, hits: None, sizes: [Some(&sizes), None, None] };
        let rows = segments.rows();
        assert_eq!(rows[98][..4], [0.1, 3.0, (0.1f64 / 3.0).exp(), 1.0]);
        assert_eq!(rows[97][..4], [0.0, 2.0, 1.0, 1.0]);
        assert_eq!(rows[100][1..4], [0.0, 0.0, 0.0]);
        let mut total = Total::new(&columns());
        total.fold(rows.as_flattened()).unwrap();
        total.segments = 100_000;
        assert_eq!(total, segments.total());
        let row = total.row();
        assert_eq!(row[6], 99_999.0 * 50_000.0);
        assert_eq!(row.iter().filter(|value| value.is_nan()).count(), ROW - 5);
    }
}
