//! Approximate randomization: the rows of two systems are exchanged at random, and folded. Significance tests follow
//! from this.
//!
//! E. W. Noreen, "Computer-intensive methods for testing hypotheses", 1989; S. Riezler and J. T. Maxwell, "On some
//! pitfalls in automatic evaluation and significance testing for MT", 2005.
//!
//! # Idea
//!
//! For each trial and segment, a random bit decides whether the systems exchange rows. What one system gains, the other
//! loses, so only the differences of the exchanged rows are summed. Segments are processed eight at a time: the sums of
//! all 256 subsets of eight differences are computed once for many trials, and each trial looks up its byte. Sums are
//! exact ([`SplitSums`]), so their order does not matter.

use crate::exact::{LANES, SplitSums, Vector};
use crate::parallel;
use crate::random::{Stream, binomial, streams};
use crate::resampling::bootstrap::by_stream;
use rand_xoshiro::rand_core::Rng;

/// The number of segments that a byte decides on.
const BYTE: usize = 8;
/// The number of segments that a random number decides on.
const WORD: usize = 64;
/// The number of trials that are computed at a time, for which a table is computed once.
const TRIALS: usize = 512;

/// The output: for each trial, a row of each system.
#[derive(Debug, Default)]
pub struct Sums<'a> {
    pub one: &'a mut [f64],
    pub other: &'a mut [f64],
}

#[derive(Debug, Default)]
struct Job<'a> {
    streams: Vec<Stream>,
    sums: Sums<'a>,
}

/// The sums of all subsets of eight rows.
type SubsetSums = [Vector; 1 << BYTE];

struct Worker {
    table: Box<SubsetSums>,
    words: Vec<u64>,
    /// For each vector of parts and trial, the gain of the first system.
    gains: Vec<Vector>,
}

impl Default for Worker {
    fn default() -> Self {
        Self { table: Box::new([[0.0; LANES]; 1 << BYTE]), words: Vec::new(), gains: Vec::new() }
    }
}

/// Folds as many trials as `sums` has room for, beginning with trial number `first`. Both systems must have the same
/// numbers of rows and columns.
///
/// `check` is called regularly, on the calling thread.
///
/// # Errors
/// The error of `check`, which ends the work.
pub fn fold<E>(
    one: &[f64],
    other: &[f64],
    columns: usize,
    (seed, first): (u64, usize),
    Sums { one: sums_one, other: sums_other }: Sums<'_>,
    mut check: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let rows = one.len() / columns;
    // The sums are over differences, and over the rows of both systems.
    let parts = SplitSums::of(&[one, other], columns, 2 * rows as u64 + 1);
    let totals = [total(&parts, one, columns), total(&parts, other, columns)];
    let mut waiting = streams(seed, first, sums_one.len() / columns).into_iter();
    let mut sums_one = sums_one.chunks_mut(TRIALS * columns);
    let mut sums_other = sums_other.chunks_mut(TRIALS * columns);
    let mut own = Worker::default();
    parallel::run(
        &mut own,
        Worker::default,
        |job: &mut Job<'_>| {
            check()?;
            job.streams.clear();
            job.streams.extend(waiting.by_ref().take(TRIALS));
            job.sums = Sums { one: sums_one.next().unwrap_or_default(), other: sums_other.next().unwrap_or_default() };
            Ok(!job.streams.is_empty())
        },
        |job, worker| {
            worker.sum(one, other, columns, &parts, &mut job.streams);
            let trials = job.streams.len();
            let mut sum = vec![[0.0; LANES]; parts.panels()];
            let rows = job.sums.one.chunks_exact_mut(columns).zip(job.sums.other.chunks_exact_mut(columns));
            for (trial, (one, other)) in rows.enumerate() {
                for (row, sign, total) in [(one, 1.0, &totals[0]), (other, -1.0, &totals[1])] {
                    for (panel, (sum, total)) in sum.iter_mut().zip(total).enumerate() {
                        let gain = &worker.gains[panel * trials + trial];
                        *sum = std::array::from_fn(|lane| total[lane] + sign * gain[lane]);
                    }
                    parts.join(&sum, row);
                }
            }
        },
    )?;
    Ok(())
}

fn total(parts: &SplitSums, rows: &[f64], columns: usize) -> Vec<Vector> {
    let mut sums = vec![[0.0; LANES]; parts.panels()];
    for row in rows.chunks_exact(columns) {
        parts.cut(row, |at, part| sums.as_flattened_mut()[at] += part);
    }
    sums
}

impl Worker {
    fn sum(&mut self, one: &[f64], other: &[f64], columns: usize, parts: &SplitSums, streams: &mut [Stream]) {
        let Self { table, words, gains } = self;
        gains.clear();
        gains.resize(parts.panels() * streams.len(), [0.0; LANES]);
        let mut differences = vec![[[0.0; LANES]; BYTE]; parts.panels()];
        let segments = one.chunks(columns * WORD).zip(other.chunks(columns * WORD));
        for (one, other) in segments {
            words.clear();
            words.extend(streams.iter_mut().map(Rng::next_u64));
            for (shift, (one, other)) in
                (0..).step_by(BYTE).zip(one.chunks(columns * BYTE).zip(other.chunks(columns * BYTE)))
            {
                // After the last segment nothing is exchanged.
                differences.as_flattened_mut().fill([0.0; LANES]);
                for (at, (one, other)) in one.chunks_exact(columns).zip(other.chunks_exact(columns)).enumerate() {
                    parts.cut(one, |part, value| differences[part / LANES][at][part % LANES] = -value);
                    parts.cut(other, |part, value| differences[part / LANES][at][part % LANES] += value);
                }
                for (differences, gains) in differences.iter().zip(gains.chunks_mut(words.len())) {
                    choose(differences, table);
                    add(table, words, shift, gains);
                }
            }
        }
    }
}

/// Computes the sums of all subsets.
fn choose(rows: &[Vector; BYTE], table: &mut SubsetSums) {
    table[0] = [0.0; LANES];
    for (bit, row) in rows.iter().enumerate() {
        let (without, with) = table.split_at_mut(1 << bit);
        for (with, without) in with.iter_mut().zip(without) {
            *with = std::array::from_fn(|lane| without[lane] + row[lane]);
        }
    }
}

/// Adds the subset of each trial's byte.
fn add(table: &SubsetSums, words: &[u64], shift: u32, gains: &mut [Vector]) {
    for (gain, word) in gains.iter_mut().zip(words) {
        let chosen = &table[(word >> shift & 0xFF) as usize];
        for lane in 0..LANES {
            gain[lane] += chosen[lane];
        }
    }
}

/// The segments that trial number `trial` exchanges, as in [`fold`].
#[must_use]
pub fn exchanged(rows: usize, seed: u64, trial: usize) -> Vec<bool> {
    let mut stream = streams(seed, trial, 1).remove(0);
    let words: Vec<u64> = (0..rows.div_ceil(WORD)).map(|_| stream.next_u64()).collect();
    (0..rows).map(|at| words[at / WORD] >> (at % WORD) & 1 == 1).collect()
}

/// Draws how many copies of each distinct segment a trial exchanges, for each trial, on all cores. `sizes` holds the
/// number of copies of each.
pub fn exchanged_counts(sizes: &[u64], seed: u64, first: usize, counts: &mut [u64]) {
    by_stream(sizes.len(), sizes.iter().sum(), seed, first, counts, |stream, counts| {
        for (count, &size) in counts.iter_mut().zip(sizes) {
            *count = binomial(size, 1, 2, stream);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::{Sums, exchanged, exchanged_counts, fold};
    use crate::exact::ExactSum;
    use std::convert::Infallible;

    #[test]
    fn sums_are_those_of_the_exchanged_rows() {
        for rows in [1, 7, 8, 9, 64, 65, 200] {
            let row = |at: u32| [f64::from(at % 5), 1.0 / f64::from(at + 3), f64::from(at * at)];
            let one: Vec<f64> = (0..rows).flat_map(row).collect();
            let other: Vec<f64> = (100..100 + rows).flat_map(row).collect();
            let trials = 600;
            let (mut sums_one, mut sums_other) = (vec![0.0; 3 * trials], vec![0.0; 3 * trials]);
            let sums = Sums { one: &mut sums_one, other: &mut sums_other };
            let Ok(()) = fold(&one, &other, 3, (5, 0), sums, || Ok::<_, Infallible>(()));
            for trial in 0..trials {
                let mut exact = vec![ExactSum::default(); 6];
                for (at, exchange) in exchanged(rows as usize, 5, trial).into_iter().enumerate() {
                    for column in 0..3 {
                        let (one, other) = (one[3 * at + column], other[3 * at + column]);
                        exact[column].add(if exchange { other } else { one });
                        exact[3 + column].add(if exchange { one } else { other });
                    }
                }
                let exact: Vec<f64> = exact.iter().map(ExactSum::value).collect();
                assert_eq!(sums_one[3 * trial..3 * trial + 3], exact[..3], "{rows} rows");
                assert_eq!(sums_other[3 * trial..3 * trial + 3], exact[3..]);
            }
        }
    }

    #[test]
    fn half_of_equal_segments_are_exchanged() {
        let mut counts = vec![0; 2 * 3000];
        exchanged_counts(&[100, 1], 1, 0, &mut counts);
        let sums = counts.chunks(2).fold((0, 0), |(one, other), counts| (one + counts[0], other + counts[1]));
        assert!((148_600..151_400).contains(&sums.0) && (1_360..1_640).contains(&sums.1), "{sums:?}");
        assert!(counts.chunks(2).all(|counts| counts[0] <= 100 && counts[1] <= 1));
    }
}
