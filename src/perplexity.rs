//! Perplexity. Row: [nll, tokens, perplexity, sequences, hits, top-k hits, bytes, characters, words].
//!
//! `nll` is the negative log-likelihood of a sequence, in nats. `sequences` is 1 where there is a token, and
//! `perplexity` is that sequence's own, for the mean of all. What is not known is NaN, and makes the total's NaN.

use crate::logits::Token;
use crate::metric::Column;
use crate::parallel;
use crate::statistics::Total;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// How many columns a row has.
pub const ROW: usize = 9;

/// Whole numbers are those that are always known.
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

/// Rounding may lift a log-probability so far above 0; what lies higher is something else.
const MOST: f64 = 0.01;

/// Sequences that a thread takes at a time.
const BATCH: usize = 1 << 13;

/// The columns of a row.
#[must_use]
pub fn columns() -> Vec<Column> {
    COLUMNS.iter().map(|&(name, whole)| Column { name: name.to_owned(), whole }).collect()
}

/// The sum of a sequence's log-probabilities, in twice the precision.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequence {
    sum: f64,
    /// What rounding took from the sum.
    lost: f64,
    tokens: u32,
}

impl Sequence {
    /// Adds the log-probability of a token. It is one if this gives true; otherwise it is positive or NaN.
    #[inline]
    #[must_use]
    pub fn add(&mut self, log_probability: f64) -> bool {
        let sum = self.sum + log_probability;
        let added = sum - self.sum;
        self.lost += (self.sum - (sum - added)) + (log_probability - added);
        self.sum = sum;
        self.tokens += 1;
        log_probability <= MOST
    }

    /// The negative log-likelihood in nats, where log-probabilities count units of `unit` nats; and the tokens.
    #[must_use]
    pub fn finish(self, unit: f64) -> [f64; 2] {
        let sum = if self.sum.is_finite() { self.sum + self.lost } else { self.sum };
        // Zero minus zero has no sign.
        [0.0 - sum * unit, self.tokens.into()]
    }
}

/// Negative log-likelihood and tokens of sequences whose log-probabilities lie one behind the other: sequence `n` from
/// `offsets[n]` to `offsets[n + 1]`.
///
/// # Errors
/// The place of a value that is no log-probability.
pub fn sum_sequences(log_probabilities: &[f64], offsets: &[usize], unit: f64) -> Result<Vec<[f64; 2]>, usize> {
    let mut sums = vec![[0.0; 2]; offsets.len().saturating_sub(1)];
    let wrong = AtomicUsize::new(usize::MAX);
    parallel::fill(&mut sums, BATCH, |first, sums| {
        for (at, sum) in (first..).zip(sums) {
            let mut sequence = Sequence::default();
            let mut good = true;
            for &value in &log_probabilities[offsets[at]..offsets[at + 1]] {
                good &= sequence.add(value);
            }
            if !good {
                wrong.fetch_min(at, Relaxed);
            }
            *sum = sequence.finish(unit);
        }
    });
    match wrong.into_inner() {
        usize::MAX => Ok(sums),
        at => {
            let values = &log_probabilities[offsets[at]..offsets[at + 1]];
            let place = values.iter().position(|&value| !Sequence::default().add(value));
            Err(offsets[at] + place.unwrap_or(0))
        }
    }
}

/// Negative log-likelihood and tokens of sequences whose labels are `time` each; and of these tokens, how many labels
/// are the likeliest, and among the likeliest k.
#[must_use]
pub fn sum_tokens(tokens: &[Token], sequences: usize, time: usize, k: usize) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let (mut sums, mut hits) = (vec![[0.0; 2]; sequences], vec![[0.0; 2]; sequences]);
    for tokens in tokens.chunk_by(|one, next| one.place / time == next.place / time) {
        let mut sequence = Sequence::default();
        let hits = &mut hits[tokens[0].place / time];
        for token in tokens {
            let _ = sequence.add(-token.loss);
            hits[0] += f64::from(token.rank == 0);
            hits[1] += f64::from((token.rank as usize) < k);
        }
        sums[tokens[0].place / time] = sequence.finish(1.0);
    }
    (sums, hits)
}

/// What is known of segments.
#[derive(Clone, Copy, Debug)]
pub struct Segments<'a> {
    /// Negative log-likelihood and tokens.
    pub sums: &'a [[f64; 2]],
    /// Tokens whose label is the likeliest, and that are among the likeliest k.
    pub hits: Option<&'a [[f64; 2]]>,
    /// Bytes, characters and words.
    pub sizes: [Option<&'a [f64]>; 3],
}

impl Segments<'_> {
    fn row(&self, at: usize) -> [f64; ROW] {
        let [nll, tokens] = self.sums[at];
        let [hits, top_k_hits] = self.hits.map_or([f64::NAN; 2], |hits| hits[at]);
        let [bytes, characters, words] = self.sizes.map(|sizes| sizes.map_or(f64::NAN, |sizes| sizes[at]));
        let (perplexity, sequences) = if tokens > 0.0 { ((nll / tokens).exp(), 1.0) } else { (0.0, 0.0) };
        [nll, tokens, perplexity, sequences, hits, top_k_hits, bytes, characters, words]
    }

    /// All rows, one behind the other.
    #[must_use]
    pub fn rows(&self) -> Vec<[f64; ROW]> {
        let mut rows = vec![[0.0; ROW]; self.sums.len()];
        parallel::fill(&mut rows, BATCH, |first, rows| {
            rows.iter_mut().enumerate().for_each(|(at, row)| *row = self.row(first + at));
        });
        rows
    }

    /// The total of all rows, which are not kept.
    #[must_use]
    pub fn total(&self) -> Total {
        let make = || Total::new(&columns());
        let work = |range: Range<usize>, total: &mut Total| {
            let mut rows = [[0.0; ROW]; 128];
            for begin in range.clone().step_by(rows.len()) {
                let count = rows.len().min(range.end - begin);
                rows[..count].iter_mut().enumerate().for_each(|(at, row)| *row = self.row(begin + at));
                total.fold(rows[..count].as_flattened());
            }
            total.segments += range.len() as u64;
        };
        parallel::over_rows(self.sums.len(), make, work, |total, other| {
            // Both have these columns.
            let _ = total.merge(&other);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ROW, Segments, Sequence, columns, sum_sequences, sum_tokens};
    use crate::logits::Token;
    use crate::statistics::Total;

    #[test]
    fn sums_are_those_of_each_sequence() {
        let values = [-1.0, -2.0, -1e16, -1.0, -1.0, f64::NEG_INFINITY, 0.005];
        let sums = sum_sequences(&values, &[0, 2, 2, 5, 7], 1.0).unwrap();
        assert_eq!(sums, [[3.0, 2.0], [0.0, 0.0], [1e16 + 2.0, 3.0], [f64::INFINITY, 2.0]]);
        assert_eq!(Sequence::default().finish(2.0)[0].to_bits(), 0);
        assert_eq!(sum_sequences(&[-1.0, 0.3, f64::NAN], &[0, 1, 3], 1.0), Err(1));
        assert_eq!(sum_sequences(&[-1.0, -0.3, f64::NAN], &[0, 1, 3], 1.0), Err(2));
        assert_eq!(
            sum_sequences(&[-3.0], &[0, 1], std::f64::consts::LN_2).unwrap()[0][0],
            3.0 * std::f64::consts::LN_2
        );
    }

    #[test]
    fn tokens_are_summed_by_sequence() {
        let token = |place, loss, rank| Token { place, loss, rank, ..Token::default() };
        let tokens = [token(0, 0.5, 0), token(2, 1.5, 3), token(6, 2.0, 2), token(7, f64::INFINITY, 9)];
        let (sums, hits) = sum_tokens(&tokens, 4, 3, 3);
        assert_eq!(sums, [[2.0, 2.0], [0.0, 0.0], [f64::INFINITY, 2.0], [0.0, 0.0]]);
        assert_eq!(hits, [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0], [0.0, 0.0]]);
    }

    #[test]
    fn the_total_is_that_of_the_rows() {
        let sums: Vec<[f64; 2]> = (0..100_000).map(|at| [0.1 * f64::from(at % 97), f64::from(at % 5)]).collect();
        let sizes: Vec<f64> = (0..100_000).map(f64::from).collect();
        let segments = Segments { sums: &sums, hits: None, sizes: [Some(&sizes), None, None] };
        let rows = segments.rows();
        assert_eq!(rows[98][..4], [0.1, 3.0, (0.1f64 / 3.0).exp(), 1.0]);
        assert_eq!(rows[97][..4], [0.0, 2.0, 1.0, 1.0]);
        assert_eq!(rows[100][1..4], [0.0, 0.0, 0.0]);
        let mut total = Total::new(&columns());
        total.fold(rows.as_flattened());
        total.segments = 100_000;
        assert_eq!(total, segments.total());
        let row = total.row();
        assert_eq!(row[6], 99_999.0 * 50_000.0);
        assert_eq!(row.iter().filter(|value| value.is_nan()).count(), ROW - 5);
    }
}
