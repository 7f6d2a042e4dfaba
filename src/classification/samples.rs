//! Counts of samples of rows of labels, from which confidence intervals and randomization tests of labels follow.
//!
//! # Idea
//!
//! A test set has few distinct rows of labels, and a sample is a number of copies of each of them. Samples are counted
//! while they are drawn, sixteen side by side and on all cores, and only their counts are kept. A [`Tally`] knows what a row adds to the counts: of
//! one label in [`ClassTally`](super::ClassTally), of several in
//! [`IndicatorTally`](super::IndicatorTally). All sums are exact, so their order does not matter.

use crate::parallel;
use crate::random::{Multinomial, Numbers, STREAMS, Streams, Visit, streams};
use std::ops::Range;

/// The number of rows of sixteen samples that are worth a thread.
const BATCH: usize = 1 << 10;

/// The counts of samples, one sample after the other.
pub trait Counts: Default + Send {
    /// Appends the counts of other samples.
    fn append(&mut self, other: Self);
}

/// Distinct rows, and how copies of them are counted, of sixteen samples side by side.
pub trait Tally: Sync {
    /// The sums of sixteen samples.
    type Sums: Send;
    type Counts: Counts;

    /// The number of distinct rows.
    fn rows(&self) -> usize;

    /// The number of values in the counts of a sample, at most.
    fn width(&self) -> usize;

    /// The sums of no rows.
    fn sums(&self) -> Self::Sums;

    /// Adds copies of a row to each sample: a row with its weight times their number, which may round.
    fn add(&self, row: usize, copies: &Numbers, sums: &mut Self::Sums);

    /// Adds copies of a row to one sample, or takes them away if `sign` is -1.
    fn change(&self, row: usize, copies: u64, sign: f64, sample: usize, sums: &mut Self::Sums);

    /// Appends the counts of a sample: of each group, if there are groups, and of all rows.
    fn write(&self, sample: usize, sums: &Self::Sums, counts: &mut Self::Counts);

    /// Appends the counts of a sample: of the group of a row, if there are groups, and of all rows.
    fn write_of(&self, row: usize, sample: usize, sums: &Self::Sums, counts: &mut Self::Counts);

    /// Forgets all rows.
    fn clear(&self, sums: &mut Self::Sums);
}

/// Counts samples drawn with replacement, each of as many rows as there are copies. `sizes` holds the number of copies
/// of each distinct row.
///
/// `check` is called regularly, on the calling thread.
///
/// # Errors
/// The error of `check`, which ends the work.
pub fn bootstrap<T: Tally, E>(
    tally: &T,
    sizes: &[u64],
    seed: u64,
    samples: Range<usize>,
    check: impl FnMut() -> Result<(), E>,
) -> Result<T::Counts, E> {
    let shared = Multinomial::new(sizes.iter().copied());
    let streams = streams(seed, samples.start, samples.len());
    in_order(
        0..samples.len(),
        sizes.len(),
        || tally.sums(),
        check,
        |samples, sums, counts: &mut T::Counts| {
            shared.draw_lanes(&mut Streams::new(&streams[samples.clone()]), &mut Adder { tally, sums });
            write_all(tally, samples.len(), sums, counts);
        },
    )
}

/// Counts trials in which the rows of two systems are exchanged at random. Returns the counts of both systems.
///
/// The tally has distinct pairs of rows: first the rows of one system, then as many of the other. `sizes` holds the
/// number of copies of each pair.
///
/// # Errors
/// Like [`bootstrap`].
pub fn exchanges<T: Tally, E>(
    tally: &T,
    sizes: &[u64],
    seed: u64,
    trials: Range<usize>,
    check: impl FnMut() -> Result<(), E>,
) -> Result<(T::Counts, T::Counts), E> {
    let streams = streams(seed, trials.start, trials.len());
    let make = || (tally.sums(), tally.sums());
    let trials = 0..trials.len();
    in_order(trials, sizes.len(), make, check, |trials, (one, other), counts: &mut (T::Counts, T::Counts)| {
        let lanes = &streams[trials.clone()];
        Streams::new(lanes).halve(sizes, &mut Exchanger { tally, sizes, one, other });
        write_all(tally, trials.len(), one, &mut counts.0);
        write_all(tally, trials.len(), other, &mut counts.1);
    })
}

/// Counts samples of given numbers of copies of each distinct row.
///
/// # Errors
/// Like [`bootstrap`].
pub fn copies<T: Tally, E>(tally: &T, copies: &[u64], check: impl FnMut() -> Result<(), E>) -> Result<T::Counts, E> {
    let rows = tally.rows();
    let samples = 0..copies.len() / rows.max(1);
    in_order(
        samples,
        rows,
        || tally.sums(),
        check,
        |samples, sums, counts: &mut T::Counts| {
            for row in 0..rows {
                let mut of_row = [0; STREAMS];
                of_row
                    .iter_mut()
                    .zip(samples.clone())
                    .for_each(|(of_row, sample)| *of_row = copies[sample * rows + row]);
                tally.add(row, &of_row, sums);
            }
            write_all(tally, samples.len(), sums, counts);
        },
    )
}

/// Counts samples of rows at given positions, `length` in each sample. A position may occur any number of times.
///
/// # Errors
/// Like [`bootstrap`].
pub fn positions<T: Tally, E>(
    tally: &T,
    positions: &[usize],
    length: usize,
    check: impl FnMut() -> Result<(), E>,
) -> Result<T::Counts, E> {
    let samples = 0..positions.len() / length.max(1);
    in_order(
        samples,
        length,
        || tally.sums(),
        check,
        |samples, sums, counts: &mut T::Counts| {
            for (lane, sample) in samples.clone().enumerate() {
                let positions = &positions[sample * length..][..length];
                positions.iter().for_each(|&position| tally.change(position, 1, 1.0, lane, sums));
            }
            write_all(tally, samples.len(), sums, counts);
        },
    )
}

/// Counts all rows without one copy of each of some distinct rows, one distinct row after the other. `sizes` holds the
/// number of copies of each. Appends the counts of the group of the row, if there are groups, and of all rows.
///
/// # Errors
/// Like [`bootstrap`].
pub fn left_out<T: Tally, E>(
    tally: &T,
    sizes: &[u64],
    rows: Range<usize>,
    check: impl FnMut() -> Result<(), E>,
) -> Result<T::Counts, E> {
    let everything = || {
        let mut sums = tally.sums();
        sizes.iter().enumerate().for_each(|(row, &size)| tally.add(row, &[size; STREAMS], &mut sums));
        sums
    };
    in_order(rows, tally.width(), everything, check, |rows, sums, counts: &mut T::Counts| {
        for row in rows {
            tally.change(row, sizes[row], -1.0, 0, sums);
            tally.change(row, sizes[row] - 1, 1.0, 0, sums);
            tally.write_of(row, 0, sums, counts);
            tally.change(row, sizes[row] - 1, -1.0, 0, sums);
            tally.change(row, sizes[row], 1.0, 0, sums);
        }
    })
}

/// Appends the counts of the first samples, and forgets them.
fn write_all<T: Tally>(tally: &T, samples: usize, sums: &mut T::Sums, counts: &mut T::Counts) {
    (0..samples).for_each(|sample| tally.write(sample, sums, counts));
    tally.clear(sums);
}

/// Adds copies that are drawn.
struct Adder<'a, T: Tally> {
    tally: &'a T,
    sums: &'a mut T::Sums,
}

impl<T: Tally> Visit for Adder<'_, T> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn visit(&mut self, row: usize, copies: &Numbers) {
        self.tally.add(row, copies, self.sums);
    }
}

/// Adds copies that are kept to one system, and copies that are exchanged to the other.
struct Exchanger<'a, T: Tally> {
    tally: &'a T,
    sizes: &'a [u64],
    one: &'a mut T::Sums,
    other: &'a mut T::Sums,
}

impl<T: Tally> Visit for Exchanger<'_, T> {
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn visit(&mut self, row: usize, kept: &Numbers) {
        let (size, pair) = (self.sizes[row], self.sizes.len() + row);
        let exchanged = kept.map(|kept| size - kept);
        self.tally.add(row, kept, self.one);
        self.tally.add(pair, kept, self.other);
        self.tally.add(row, &exchanged, self.other);
        self.tally.add(pair, &exchanged, self.one);
    }
}

impl<C: Counts> Counts for (C, C) {
    fn append(&mut self, other: Self) {
        self.0.append(other.0);
        self.1.append(other.1);
    }
}

/// Has `work` append the counts of up to sixteen consecutive samples, each of `rows` rows, on all cores.
fn in_order<W: Send, C: Counts, E>(
    samples: Range<usize>,
    rows: usize,
    make: impl Fn() -> W + Sync,
    mut check: impl FnMut() -> Result<(), E>,
    work: impl Fn(Range<usize>, &mut W, &mut C) + Sync,
) -> Result<C, E> {
    let batch = STREAMS * (BATCH / rows.max(1)).max(1);
    let mut parts: Vec<C> = Vec::new();
    parts.resize_with(samples.len().div_ceil(batch), C::default);
    let mut waiting = samples.clone().step_by(batch).zip(&mut parts);
    let mut own = make();
    parallel::run(
        &mut own,
        &make,
        |job: &mut Option<(usize, &mut C)>| {
            check()?;
            *job = waiting.next();
            Ok(job.is_some())
        },
        |job, worker| {
            if let Some((first, counts)) = job {
                let end = samples.end.min(*first + batch);
                for first in (*first..end).step_by(STREAMS) {
                    work(first..end.min(first + STREAMS), worker, counts);
                }
            }
        },
    )?;
    let mut counts = C::default();
    parts.into_iter().for_each(|part| counts.append(part));
    Ok(counts)
}
