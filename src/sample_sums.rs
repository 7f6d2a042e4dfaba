//! Sums of values drawn with replacement by `NumPy`'s legacy generator, for the percentiles of rouge-score's aggregator.
//!
//! Only a few of the samples' sums decide a percentile: those of one or two ranks. So all sums are first made in
//! whatever order is fast, and those that rounding might move to one of the ranks asked for are made again in the order
//! of the reference, one value after the other.
//!
//! # Cost
//!
//! One thread draws, the others look values up; the slower of both counts.

use crate::parallel;
use crate::twister::Twister;
use std::ops::Range;

/// Draws that are looked up at a time: they stay in the cache.
const DRAWS: usize = 1 << 15;

/// Values, of which those at the same place are drawn together.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Column by column; no column is empty.
    pub values: &'a [f64],
    /// Values of a column.
    pub count: usize,
    /// Columns for which the same places are drawn. Each group of them has draws of its own, one group after another.
    pub columns: usize,
}

impl Table<'_> {
    fn groups(self) -> usize {
        self.values.len() / (self.count * self.columns)
    }

    /// The columns of a group.
    fn drawn_by(self, group: usize) -> Range<usize> {
        group * self.columns..(group + 1) * self.columns
    }

    fn column(&self, column: usize) -> &[f64] {
        &self.values[column * self.count..][..self.count]
    }

    #[expect(clippy::cast_possible_truncation, reason = "checked before anything is drawn")]
    fn last(self) -> u32 {
        (self.count - 1) as u32
    }
}

/// Places that a few samples draw one after the other, or some of those that one sample draws.
#[derive(Debug, Default)]
struct Batch {
    /// The number of the first sample, over all groups.
    first: usize,
    places: Vec<u32>,
}

/// The sums of each column's samples, (columns of all groups, samples); those that decide the order statistics `ranks`
/// are added up from the first place drawn to the last. The generator ends where `NumPy`'s would.
///
/// # Errors
/// What `check` says, which is asked again and again.
///
/// # Panics
/// When a column has more than 2^32 values.
pub fn sums<E>(
    table: Table,
    twister: &mut Twister,
    samples: usize,
    ranks: &[usize],
    mut check: impl FnMut() -> Result<(), E>,
) -> Result<Vec<f64>, E> {
    assert!(u32::try_from(table.count - 1).is_ok(), "places are 32 bits");
    let wanted = table.groups() * samples;
    // So many samples are drawn at a time, and for these there is one state, from which they can be drawn again.
    let together = (DRAWS / table.count).clamp(1, wanted);
    let mut states = Vec::with_capacity(wanted.div_ceil(together));
    let (mut first, mut left) = (0, 0);
    let fill = |batch: &mut Batch| {
        batch.places.clear();
        if left == 0 {
            first = states.len() * together;
            if first >= wanted {
                return Ok(false);
            }
            states.push(twister.clone());
            left = table.count * together.min(wanted - first);
        }
        check()?;
        batch.first = first;
        let now = left.min(DRAWS);
        twister.draw(table.last(), now, &mut batch.places);
        left -= now;
        Ok(true)
    };
    let make = || vec![0.0; wanted * table.columns];
    let work = |batch: &mut Batch, sums: &mut Vec<f64>| {
        for (at, places) in (batch.first..).zip(batch.places.chunks(table.count)) {
            for column in table.drawn_by(at / samples) {
                sums[column * samples + at % samples] += sum_drawn(table.column(column), places);
            }
        }
    };
    let mut sums = make();
    for other in parallel::run(&mut sums, make, fill, work)? {
        sums.iter_mut().zip(other).for_each(|(sum, part)| *sum += part);
    }

    let mut places = Vec::new();
    let mut near = vec![false; wanted * table.columns];
    for (column, (sums, near)) in sums.chunks_exact_mut(samples).zip(near.chunks_exact_mut(samples)).enumerate() {
        let values = table.column(column);
        if values.iter().all(|value| value == &values[0]) {
            // Each sample is the same, drawn or not.
            sums.fill(values.iter().sum());
        } else {
            mark_near(values, sums, ranks, near);
        }
    }
    for (number, mut state) in states.into_iter().enumerate() {
        let drawn = number * together..wanted.min((number + 1) * together);
        let is_near = |at: usize| table.drawn_by(at / samples).any(|column| near[column * samples + at % samples]);
        let Some(end) = drawn.clone().rfind(|&at| is_near(at)) else {
            continue;
        };
        check()?;
        for at in drawn.start..=end {
            places.clear();
            state.draw(table.last(), table.count, &mut places);
            for column in table.drawn_by(at / samples).filter(|_| is_near(at)) {
                let values = table.column(column);
                sums[column * samples + at % samples] = places.iter().map(|&place| values[place as usize]).sum();
            }
        }
    }
    Ok(sums)
}

/// Marks the sums that may have one of these ranks when they are added up in another order.
fn mark_near(values: &[f64], sums: &[f64], ranks: &[usize], near: &mut [bool]) {
    let mut ordered = sums.to_vec();
    ordered.sort_by(f64::total_cmp);
    let largest = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    // Two sums of the same n values differ by at most this much (N. Higham, "Accuracy and stability of numerical
    // algorithms", 4.2), with as much again to be safe.
    #[expect(clippy::cast_precision_loss, reason = "a bound")]
    let margin = 2.0 * (values.len() as f64).powi(2) * f64::EPSILON * largest;
    for &rank in ranks {
        let there = ordered[rank.min(ordered.len() - 1)];
        for (near, sum) in near.iter_mut().zip(sums) {
            *near |= (sum - there).abs() <= 2.0 * margin;
        }
    }
}

/// The sum of the values at these places, in any order.
fn sum_drawn(values: &[f64], places: &[u32]) -> f64 {
    // Several sums in turn, so that one addition does not wait for the one before.
    let mut sums = [0.0; 8];
    let (parts, rest) = places.as_chunks::<8>();
    for part in parts {
        for (sum, &place) in sums.iter_mut().zip(part) {
            *sum += values[place as usize];
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&place| values[place as usize]).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{Table, sums};
    use crate::twister::{Twister, WORDS};
    use std::convert::Infallible;

    #[test]
    fn decisive_sums_are_in_order() {
        let (count, columns, groups, samples) = (1_000_usize, 3_usize, 2_usize, 50);
        let values: Vec<f64> = (0..count * columns * groups)
            .map(|at| f64::from(u32::try_from(at * 7919 % 1000).unwrap()) / 997.0)
            .collect();
        let table = Table { values: &values, count, columns };
        let start =
            Twister::new(std::array::from_fn(|at| u32::try_from(at).unwrap().wrapping_mul(2_654_435_761) >> 3), WORDS);
        let (mut one, mut other) = (start.clone(), start);
        let found = sums(table, &mut one, samples, &[24, 25], || Ok::<_, Infallible>(())).unwrap();
        let mut places = Vec::new();
        for group in 0..groups {
            let mut ordered = vec![Vec::new(); columns];
            for sample in 0..samples {
                places.clear();
                other.draw(999, count, &mut places);
                for (column, ordered) in ordered.iter_mut().enumerate() {
                    let column = group * columns + column;
                    let sum: f64 = places.iter().map(|&place| table.column(column)[place as usize]).sum();
                    assert!((sum - found[column * samples + sample]).abs() < 1e-9);
                    ordered.push(sum);
                }
            }
            for (column, mut ordered) in ordered.into_iter().enumerate() {
                let mut found = found[(group * columns + column) * samples..][..samples].to_vec();
                found.sort_by(f64::total_cmp);
                ordered.sort_by(f64::total_cmp);
                assert_eq!(found[24..26], ordered[24..26]);
            }
        }
        assert_eq!(one.state(), other.state());
    }
}
