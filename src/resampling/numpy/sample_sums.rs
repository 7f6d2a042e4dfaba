//! Sums of values drawn with replacement by `NumPy`'s legacy generator, for the percentiles of rouge-score's
//! aggregator.
//!
//! A percentile depends on the sums of one or two ranks only. All sums are thus computed from rounded values first.
//! Those that the rounding might move to a requested rank are computed again, in the order of the reference
//! implementation.
//!
//! # Cost
//!
//! A batch is drawn from the state at the end of the previous batch, which depends on that batch's words. So the thread
//! that hands out batches skips those of other threads by counting, which takes a third of the time of drawing and
//! looking up. Batches that it draws itself need not be skipped.

use crate::parallel;
use crate::resampling::numpy::mt19937::{BITS, Mt19937};
use std::ops::Range;

/// The number of draws that are worth handing out.
const BATCH: usize = 1 << 15;

/// Columns of values, in which rows are drawn.
#[derive(Clone, Copy, Debug)]
pub struct ValueTable<'a> {
    /// The values by column; no column is empty.
    pub values: &'a [f64],
    /// The number of values in a column.
    pub count: usize,
    /// The number of columns in a group, for which the same rows are drawn. Groups are drawn one after another.
    pub columns: usize,
}

impl ValueTable<'_> {
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

/// Consecutive samples.
#[derive(Debug)]
struct Batch {
    /// Their numbers, over all groups.
    samples: Range<usize>,
    /// The generator before the first of them, or after the last if they are drawn.
    generator: Mt19937,
}

/// The sums of each column's samples (columns of all groups, samples). Sums that decide the order statistics `ranks`
/// are added in the order of the draws; others may be rounded. The generator ends in the same state as `NumPy`'s.
///
/// # Errors
/// The error of `check`, which is called regularly.
///
/// # Panics
/// If a column has more than 2^32 values.
pub fn sums<E>(
    table: ValueTable,
    generator: &mut Mt19937,
    samples: usize,
    ranks: &[usize],
    mut check: impl FnMut() -> Result<(), E>,
) -> Result<Vec<f64>, E> {
    assert!(u32::try_from(table.count - 1).is_ok(), "positions are 32 bits");
    let wanted = table.groups() * samples;
    // The number of samples that are drawn at a time. One state is stored for them, from which they can be drawn again.
    let together = (BATCH / table.count).clamp(1, wanted);
    let mut states = Vec::with_capacity(wanted.div_ceil(together));
    let mut given = 0..0;
    let fill = |batch: &mut Option<Batch>| {
        check()?;
        // The generator is still before the batch that was handed out last.
        match batch.take() {
            Some(drawn) if drawn.samples == given => *generator = drawn.generator,
            _ => generator.skip(table.last(), given.len() * table.count),
        }
        given = given.end..wanted.min(given.end + together);
        if given.is_empty() {
            return Ok(false);
        }
        states.push(generator.clone());
        *batch = Some(Batch { samples: given.clone(), generator: generator.clone() });
        Ok(true)
    };
    let columns = table.groups() * table.columns;
    let (grids, steps): (Vec<Grid>, Vec<Vec<u32>>) = (0..columns).map(|column| Grid::of(table.column(column))).unzip();
    let make = || vec![0; wanted * table.columns];
    let work = |batch: &mut Option<Batch>, sums: &mut Vec<u64>| {
        if let Some(Batch { samples: numbers, generator }) = batch {
            for at in numbers.clone() {
                let sums = &mut sums[at * table.columns..][..table.columns];
                generator.add_drawn(&steps[table.drawn_by(at / samples)], table.count, sums);
            }
        }
    };
    // The columns of each sample; below, the samples of each column.
    let mut drawn = make();
    for other in parallel::run(&mut drawn, make, fill, work)? {
        drawn.iter_mut().zip(other).for_each(|(sum, part)| *sum += part);
    }
    let mut sums = Vec::with_capacity(drawn.len());
    for (column, grid) in grids.iter().enumerate() {
        let (group, column) = (column / table.columns, column % table.columns);
        let drawn = drawn[group * samples * table.columns..].iter().skip(column).step_by(table.columns).take(samples);
        sums.extend(drawn.map(|&steps| grid.value(steps, table.count)));
    }

    let mut room = Vec::new();
    let mut near = vec![false; wanted * table.columns];
    for (column, (sums, near)) in sums.chunks_exact_mut(samples).zip(near.chunks_exact_mut(samples)).enumerate() {
        let values = table.column(column);
        if values.iter().all(|value| value == &values[0]) {
            // All samples are equal.
            sums.fill(values.iter().sum());
        } else if grids[column].step < f64::MIN_POSITIVE {
            // Subnormal steps are rounded themselves.
            near.fill(true);
        } else {
            grids[column].mark_near(values, sums, ranks, near);
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
            let positions = state.draw(table.last(), table.count, &mut room);
            for column in table.drawn_by(at / samples).filter(|_| is_near(at)) {
                let values = table.column(column);
                sums[column * samples + at % samples] =
                    positions.iter().map(|&position| values[position as usize]).sum();
            }
        }
    }
    Ok(sums)
}

/// The values of a column as integers in units of a step above the lowest value. They take half the memory, so more fit
/// the caches, and their sums are exact.
#[derive(Debug)]
struct Grid {
    lowest: f64,
    step: f64,
}

impl Grid {
    /// The grid, and the integer for each value.
    fn of(values: &[f64]) -> (Self, Vec<u32>) {
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let most = f64::from((1 << BITS) - 1);
        let step = (highest - lowest) / most;
        // The step may underflow to 0.
        let steps_of = |value: &f64| ((value - lowest) / step).round().min(most);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the most of the bits")]
        let steps = values.iter().map(|value| steps_of(value) as u32).collect();
        (Self { lowest, step }, steps)
    }

    /// The approximate sum of `count` values.
    #[expect(clippy::cast_precision_loss, reason = "the margin is wide enough")]
    fn value(&self, steps: u64, count: usize) -> f64 {
        self.lowest * count as f64 + self.step * steps as f64
    }

    /// Marks the sums that may have one of these ranks when the values are added in order.
    fn mark_near(&self, values: &[f64], sums: &[f64], ranks: &[usize], near: &mut [bool]) {
        let mut ordered = sums.to_vec();
        ordered.sort_by(f64::total_cmp);
        let largest = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        #[expect(clippy::cast_precision_loss, reason = "a bound")]
        let count = values.len() as f64;
        // The error of each value is at most half a step, and the error of a sum of n values at most the second term,
        // in any order (N. Higham, "Accuracy and stability of numerical algorithms", 4.2). Both are doubled to be safe.
        let margin = count * self.step + 2.0 * count.powi(2) * f64::EPSILON * largest;
        for &rank in ranks {
            let there = ordered[rank.min(ordered.len() - 1)];
            for (near, sum) in near.iter_mut().zip(sums) {
                *near |= (sum - there).abs() <= 2.0 * margin;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ValueTable, sums};
    use crate::resampling::numpy::mt19937::{Mt19937, WORDS};
    use std::convert::Infallible;

    #[test]
    fn decisive_sums_are_in_order() {
        let (count, columns, groups, samples) = (1_000_usize, 3_usize, 2_usize, 50);
        let values: Vec<f64> = (0..count * columns * groups)
            .map(|at| f64::from(u32::try_from(at * 7919 % 1000).unwrap()) / 997.0)
            .collect();
        let table = ValueTable { values: &values, count, columns };
        let start =
            Mt19937::new(std::array::from_fn(|at| u32::try_from(at).unwrap().wrapping_mul(2_654_435_761) >> 3), WORDS);
        let (mut one, mut other) = (start.clone(), start);
        let found = sums(table, &mut one, samples, &[24, 25], || Ok::<_, Infallible>(())).unwrap();
        let mut room = Vec::new();
        for group in 0..groups {
            let mut ordered = vec![Vec::new(); columns];
            for sample in 0..samples {
                let positions = other.draw(999, count, &mut room);
                for (column, ordered) in ordered.iter_mut().enumerate() {
                    let column = group * columns + column;
                    let sum: f64 = positions.iter().map(|&position| table.column(column)[position as usize]).sum();
                    // Within half a step for each value.
                    assert!((sum - found[column * samples + sample]).abs() < 2e-4);
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
