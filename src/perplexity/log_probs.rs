//! Sums of log-probabilities of sequences.

use super::logits::ScoredToken;
use super::rows::{BATCH, SequenceRows, totalled};
use crate::parallel;
use crate::scoring::Total;
use crate::stop;
use std::array::from_fn;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The highest value that is accepted as a log-probability, because rounding may raise one above 0.
const MOST: f64 = 0.01;

/// The number of sums side by side. Additions to a single sum would wait for one another.
const LANES: usize = 2;

/// Whether a value is the logarithm of a probability.
#[inline]
#[must_use]
pub fn is_log_probability(value: f64) -> bool {
    value <= MOST
}

/// The sum of a sequence's log-probabilities, in twice the precision of `f64`.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogProbSum {
    sums: [f64; LANES],
    /// The rounding errors of the sums.
    lost: [f64; LANES],
    tokens: usize,
}

/// The rounded sum of two numbers, and its rounding error.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let added = sum - a;
    (sum, (a - (sum - added)) + (b - added))
}

impl LogProbSum {
    /// Adds the log-probability of a token.
    #[inline]
    pub fn add(&mut self, log_probability: f64) {
        let lane = self.tokens % LANES;
        let (sum, lost) = two_sum(self.sums[lane], log_probability);
        self.sums[lane] = sum;
        self.lost[lane] += lost;
        self.tokens += 1;
    }

    /// The sum of many values, or `None` if one is not a log-probability.
    #[inline]
    #[must_use]
    pub fn of(log_probabilities: &[f64]) -> Option<Self> {
        let (mut sums, mut lost, mut greatest) = ([0.0; LANES], [0.0; LANES], [f64::NEG_INFINITY; LANES]);
        let mut add = |step: &[f64; LANES]| {
            // Each statement handles all lanes, so that the compiler vectorizes it.
            let next: [f64; LANES] = from_fn(|lane| sums[lane] + step[lane]);
            let added: [f64; LANES] = from_fn(|lane| next[lane] - sums[lane]);
            let kept: [f64; LANES] = from_fn(|lane| next[lane] - added[lane]);
            lost = from_fn(|lane| lost[lane] + ((sums[lane] - kept[lane]) + (step[lane] - added[lane])));
            greatest = from_fn(|lane| if step[lane] > greatest[lane] { step[lane] } else { greatest[lane] });
            sums = next;
        };
        let (steps, rest) = log_probabilities.as_chunks::<LANES>();
        steps.iter().for_each(&mut add);
        if let &[last] = rest {
            // Adding zero changes nothing.
            add(&[last, 0.0]);
        }
        // NaN is not greater than any number, but makes the sum NaN.
        let good =
            greatest.iter().all(|&greatest| is_log_probability(greatest)) && !sums.iter().any(|sum| sum.is_nan());
        good.then_some(Self { sums, lost, tokens: log_probabilities.len() })
    }

    /// The negative log-likelihood in nats, where `unit` is the size of a unit of log-probability in nats, and the
    /// number of tokens.
    #[inline]
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "tokens stay below 2^53")]
    pub fn finish(self, unit: f64) -> [f64; 2] {
        let (sum, lost) = two_sum(self.sums[0], self.sums[1]);
        let lost = lost + self.lost[0] + self.lost[1];
        let sum = if sum.is_finite() { sum + lost } else { sum };
        // `0.0 - 0.0` is positive zero.
        [0.0 - sum * unit, self.tokens as f64]
    }
}

/// Consecutive sequences of log-probabilities: sequence `n` is from `offsets[n]` to `offsets[n + 1]`.
#[derive(Clone, Copy, Debug)]
pub struct LogProbSequences<'a> {
    pub log_probabilities: &'a [f64],
    /// Ascending, and at least 0.
    pub offsets: &'a [i64],
    /// The size of a unit of log-probability in nats.
    pub unit: f64,
}

impl LogProbSequences<'_> {
    fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    fn range(&self, at: usize) -> Range<usize> {
        let offset = |at: usize| usize::try_from(self.offsets[at]).unwrap_or_default();
        offset(at)..offset(at + 1)
    }

    /// Sums sequences from number `first` on. `wrong` receives the first sequence with a value that is not a
    /// log-probability.
    #[inline]
    fn sum(&self, first: usize, sums: &mut [[f64; 2]], wrong: &AtomicUsize) {
        for (at, sum) in (first..).zip(sums) {
            match LogProbSum::of(&self.log_probabilities[self.range(at)]) {
                Some(sequence) => *sum = sequence.finish(self.unit),
                None => _ = wrong.fetch_min(at, Relaxed),
            }
        }
    }

    /// `found`, or the position of the first value that is not a log-probability.
    fn checked<T>(&self, found: T, wrong: &AtomicUsize) -> Result<T, usize> {
        let at = wrong.load(Relaxed);
        if at == usize::MAX {
            return Ok(found);
        }
        let range = self.range(at);
        let wrong = |&value: &f64| !is_log_probability(value);
        Err(range.start + self.log_probabilities[range].iter().position(wrong).unwrap_or(0))
    }

    /// The negative log-likelihood and the number of tokens of each sequence.
    ///
    /// # Errors
    /// The position of a value that is not a log-probability.
    pub fn sums(&self) -> Result<Vec<[f64; 2]>, usize> {
        let mut sums = stop::filled([0.0; 2], self.len());
        let wrong = AtomicUsize::new(usize::MAX);
        parallel::fill(&mut sums, BATCH, |first, sums| self.sum(first, sums, &wrong));
        self.checked(sums, &wrong)
    }

    /// The total of the sequences' rows, without sizes. Memory does not depend on the number of sequences.
    ///
    /// # Errors
    /// The position of a value that is not a log-probability.
    pub fn total(&self) -> Result<Total, usize> {
        let wrong = AtomicUsize::new(usize::MAX);
        let total = totalled(self.len(), |range, total| {
            let mut sums = [[0.0; 2]; 512];
            for begin in range.clone().step_by(sums.len()) {
                let sums = &mut sums[..(range.end - begin).min(512)];
                self.sum(begin, sums, &wrong);
                SequenceRows { sums, hits: None, sizes: [None; 3] }.fold(0..sums.len(), total);
            }
        });
        self.checked(total, &wrong)
    }
}

/// The negative log-likelihood and the number of tokens of each sequence of `time` labels, and the numbers of its
/// tokens whose label is the likeliest, and is among the `k` likeliest.
#[must_use]
pub fn sum_tokens(tokens: &[ScoredToken], sequences: usize, time: usize, k: usize) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let (mut sums, mut hits) = (stop::filled([0.0; 2], sequences), stop::filled([0.0; 2], sequences));
    for tokens in tokens.chunk_by(|one, next| one.position / time == next.position / time) {
        let mut sequence = LogProbSum::default();
        let hits = &mut hits[tokens[0].position / time];
        for token in tokens {
            sequence.add(-token.loss);
            hits[0] += f64::from(token.rank == 0);
            hits[1] += f64::from((token.rank as usize) < k);
        }
        sums[tokens[0].position / time] = sequence.finish(1.0);
    }
    (sums, hits)
}

#[cfg(test)]
mod tests {
    use super::{LogProbSequences, LogProbSum, SequenceRows, sum_tokens};
    use crate::perplexity::logits::ScoredToken;

    fn summed(log_probabilities: &[f64], offsets: &[i64], unit: f64) -> Result<Vec<[f64; 2]>, usize> {
        let sequences = LogProbSequences { log_probabilities, offsets, unit };
        let sums = sequences.sums();
        let total = sums.as_ref().map(|sums| SequenceRows { sums, hits: None, sizes: [None; 3] }.total());
        assert_eq!(sequences.total(), total.map_err(|&at| at));
        sums
    }

    #[test]
    fn sums_are_those_of_each_sequence() {
        let values = [-1.0, -2.0, -1e16, -1.0, -1.0, f64::NEG_INFINITY, 0.005];
        let sums = summed(&values, &[0, 2, 2, 5, 7], 1.0).unwrap();
        assert_eq!(sums, [[3.0, 2.0], [0.0, 0.0], [1e16 + 2.0, 3.0], [f64::INFINITY, 2.0]]);
        assert_eq!(LogProbSum::default().finish(2.0)[0].to_bits(), 0);
        assert_eq!(summed(&[-1.0, 0.3, f64::NAN], &[0, 1, 3], 1.0), Err(1));
        assert_eq!(summed(&[-1.0, -0.3, f64::NAN], &[0, 1, 3], 1.0), Err(2));
        assert_eq!(summed(&[-3.0], &[0, 1], std::f64::consts::LN_2).unwrap()[0][0], 3.0 * std::f64::consts::LN_2);
    }

    #[test]
    fn tokens_are_summed_by_sequence() {
        let token = |position, loss, rank| ScoredToken { position, loss, rank, ..ScoredToken::default() };
        let tokens = [token(0, 0.5, 0), token(2, 1.5, 3), token(6, 2.0, 2), token(7, f64::INFINITY, 9)];
        let (sums, hits) = sum_tokens(&tokens, 4, 3, 3);
        assert_eq!(sums, [[2.0, 2.0], [0.0, 0.0], [f64::INFINITY, 2.0], [0.0, 0.0]]);
        assert_eq!(hits, [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]]);
    }
}
