//! Multilabel classification: rows of indicators, one for each true label and one for each predicted label.
//!
//! A total sums, for C labels: the true positives, predicted rows and true rows of each label (3 C columns), then for
//! each row its precision, recall, F1 and Jaccard index where they are defined, the numbers of rows where they are
//! (equal for F1 and the Jaccard index), whether all labels are right, and 1: see [`ROW`]. Follows scikit-learn 1.9's
//! `average="samples"`.
//!
//! ```
//! use rapidscore::classification::multilabel::fold;
//!
//! // One row of two labels: both are true, the second one is predicted.
//! let total = fold(&[1, 1, 0, 1], 2, 1, None);
//! assert_eq!(total.row()[..6], [0.0, 1.0, 0.0, 1.0, 1.0, 1.0]);
//! ```

use crate::exact::{CompactSum, ExactSum};
use crate::parallel::over_rows;
use crate::scoring::{Column, GroupTotals, References, RowSource, Total};
use crate::stop;
use std::ops::Range;

/// The number of values of a row besides the values of its labels.
pub const ROW: usize = 9;

/// The values of a row, from its true and predicted indicators.
fn values(true_labels: &[u8], predicted_labels: &[u8]) -> [f64; ROW] {
    let count = |labels: &[u8]| labels.iter().map(|&label| u32::from(label)).sum::<u32>();
    let pairs = || true_labels.iter().zip(predicted_labels);
    let found = f64::from(pairs().map(|(truth, predicted)| u32::from(truth & predicted)).sum::<u32>());
    let (wanted, guessed) = (f64::from(count(true_labels)), f64::from(count(predicted_labels)));
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let is = |condition: bool| f64::from(u8::from(condition));
    [
        share(found, guessed),
        share(found, wanted),
        // In scikit-learn's form, which rounds once.
        share(2.0 * found, wanted + guessed),
        share(found, wanted + guessed - found),
        is(guessed > 0.0),
        is(wanted > 0.0),
        is(wanted + guessed > 0.0),
        is(true_labels == predicted_labels),
        1.0,
    ]
}

/// The number of rows between two checks for the end of the call.
const POLL_ROWS: usize = 1 << 10;

/// The values of consecutive rows, each of `labels` true and `labels` predicted indicators.
#[must_use]
pub fn measure(rows: &[u8], labels: usize, count: usize) -> Vec<f64> {
    let mut values = stop::with_capacity(count * ROW);
    for row in 0..count {
        stop::poll_every(row, POLL_ROWS);
        values.extend(values_of(rows, labels, row));
    }
    values
}

fn values_of(rows: &[u8], labels: usize, row: usize) -> [f64; ROW] {
    let (truth, predicted) = rows[row * 2 * labels..][..2 * labels].split_at(labels);
    values(truth, predicted)
}

/// The sums of one thread.
struct Sums {
    /// For rows without weights: the true positives, predicted rows and true rows of each label.
    counts: Vec<u64>,
    /// For rows with weights: the sums of these.
    weights: Vec<ExactSum>,
    /// The sums of the values of rows.
    values: [ExactSum; ROW],
}

/// Folds rows of indicators, with or without weights.
#[must_use]
pub fn fold(rows: &[u8], labels: usize, count: usize, weights: Option<&[f64]>) -> Total {
    let new = || Sums {
        counts: vec![0; if weights.is_none() { 3 * labels } else { 0 }],
        weights: vec![ExactSum::default(); if weights.is_some() { 3 * labels } else { 0 }],
        values: std::array::from_fn(|_| ExactSum::default()),
    };
    let folded = over_rows(
        count,
        new,
        |part, sums: &mut Sums| {
            for row in part {
                stop::poll_every(row, POLL_ROWS);
                let (truth, predicted) = rows[row * 2 * labels..][..2 * labels].split_at(labels);
                let of_labels =
                    (0..labels).map(|label| [truth[label] & predicted[label], predicted[label], truth[label]]);
                if let Some(weights) = weights {
                    for (label, cells) in of_labels.enumerate() {
                        for (kind, _) in cells.into_iter().enumerate().filter(|(_, cell)| *cell != 0) {
                            sums.weights[kind * labels + label].add(weights[row]);
                        }
                    }
                } else {
                    for (label, cells) in of_labels.enumerate() {
                        cells.into_iter().enumerate().for_each(|(kind, cell)| {
                            sums.counts[kind * labels + label] += u64::from(cell);
                        });
                    }
                }
                let weight = weights.map_or(1.0, |weights| weights[row]);
                let values = values_of(rows, labels, row);
                sums.values.iter_mut().zip(values).for_each(|(sum, value)| sum.add(value * weight));
            }
        },
        |sums, others| {
            sums.counts.iter_mut().zip(others.counts).for_each(|(sum, count)| *sum += count);
            sums.weights.iter_mut().zip(&others.weights).for_each(|(sum, other)| sum.merge(other));
            sums.values.iter_mut().zip(&others.values).for_each(|(sum, other)| sum.merge(other));
        },
    );
    #[expect(clippy::cast_precision_loss, reason = "counts of rows in memory stay below 2^53")]
    let counts = folded.counts.iter().map(|&count| CompactSum::Double(count as f64));
    let sums = folded.weights.iter().chain(&folded.values).map(CompactSum::from);
    Total::of_sums(counts.chain(sums).collect(), count as u64)
}

/// Folds rows of indicators of the groups of `codes`, with or without weights.
///
/// # Panics
/// If a code is not below `groups`. The caller must check this.
#[must_use]
pub fn fold_groups(rows: &[u8], labels: usize, weights: Option<&[f64]>, codes: &[i32], groups: usize) -> GroupTotals {
    let column = Column { name: String::new(), whole: false };
    let source = Indicators { rows, labels, weights };
    GroupTotals::fold_source(&vec![column; 3 * labels + ROW], &source, codes, groups, References::Unknown)
}

/// Rows of indicators, from which the rows that are summed are computed.
struct Indicators<'a> {
    rows: &'a [u8],
    labels: usize,
    weights: Option<&'a [f64]>,
}

impl RowSource for Indicators<'_> {
    fn read<'a>(&'a self, rows: Range<usize>, buffer: &'a mut Vec<f64>) -> &'a [f64] {
        buffer.clear();
        for row in rows {
            let weight = self.weights.map_or(1.0, |weights| weights[row]);
            summed_values(self.rows, self.labels, row).for_each(|value| buffer.push(value * weight));
        }
        buffer
    }
}

/// What a row of weight 1 adds to a total.
pub(super) fn summed_values(rows: &[u8], labels: usize, row: usize) -> impl Iterator<Item = f64> {
    let (truth, predicted) = rows[row * 2 * labels..][..2 * labels].split_at(labels);
    let found = truth.iter().zip(predicted).map(|(truth, predicted)| truth & predicted);
    let of_labels = found.chain(predicted.iter().copied()).chain(truth.iter().copied());
    of_labels.map(f64::from).chain(values(truth, predicted))
}

#[cfg(test)]
mod tests {
    use super::{ROW, fold, fold_groups, measure};

    #[test]
    fn sums_of_a_few_rows() {
        // Two labels. The rows (true, predicted) are 11 01, 00 10, 00 00.
        let rows = [1, 1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0];
        let total = fold(&rows, 2, 3, None);
        let expected = [0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 2.0 / 3.0, 0.5, 2.0, 1.0, 2.0, 1.0, 3.0];
        assert_eq!(total.row(), expected);
        assert_eq!(total.segments, 3);
        assert_eq!(fold(&rows, 2, 3, Some(&[1.0; 3])), total);
        assert_eq!(fold(&rows, 2, 3, Some(&[2.0; 3])).row(), expected.map(|sum| 2.0 * sum));
        assert_eq!(measure(&rows, 2, 3)[2 * ROW..], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn many_rows_sum_up_in_any_order() {
        let rows: Vec<u8> = (0..600_000_u32).map(|at| u8::from(at.wrapping_mul(2_654_435_761) >> 30 == 0)).collect();
        let whole = fold(&rows, 3, 100_000, None);
        let mut parts = fold(&rows[300_000..], 3, 50_000, None);
        parts.merge(&fold(&rows[..300_000], 3, 50_000, None)).unwrap();
        assert_eq!(parts, whole);
    }

    #[test]
    fn a_group_has_the_total_of_its_rows() {
        let rows: Vec<u8> = (0..6_000_u32).map(|at| u8::from(at.wrapping_mul(2_654_435_761) >> 30 == 0)).collect();
        let weights: Vec<f64> = (0..1_000).map(|at| 0.1 * f64::from(at % 7)).collect();
        let codes: Vec<i32> = (0..1_000).map(|at| at * at % 5).collect();
        for weights in [None, Some(&weights[..])] {
            let found = fold_groups(&rows, 3, weights, &codes, 5);
            for group in 0..5 {
                let positions: Vec<usize> = (0..1_000).filter(|&at| codes[at] == group).collect();
                let of_group: Vec<u8> = positions.iter().flat_map(|&at| rows[6 * at..6 * at + 6].to_vec()).collect();
                let weights: Option<Vec<f64>> = weights.map(|all| positions.iter().map(|&at| all[at]).collect());
                let expected = fold(&of_group, 3, positions.len(), weights.as_deref());
                assert_eq!(found.total(group.cast_unsigned() as usize).unwrap(), expected);
            }
        }
    }
}
