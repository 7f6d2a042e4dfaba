//! From a row of logits and a label to the label's negative log-likelihood, and to the number of likelier labels.
//!
//! One pass over the row, a block at a time: see `exponentials.rs`. The label's own logit is not in the sum, so the
//! loss is exact to the last digits even if the model is almost certain.

use crate::parallel;
use crate::perplexity::exponentials::Exponentials;
use crate::perplexity::formats::{Format, Real};
use crate::stop;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The number of logits that are added between two checks of the anchor.
const BLOCK: usize = 1024;
/// The minimum number of logits that a thread takes at a time.
const BATCH: usize = 1 << 17;

/// Rows of logits, in any layout.
pub trait Logits: Sync {
    /// The format in which they are stored.
    type Format: Format<Number: Exponentials>;

    /// The number of logits in a row.
    fn width(&self) -> usize;

    /// A range of a row's logits, possibly copied to the buffer.
    fn part<'a>(&'a self, row: usize, columns: Range<usize>, buffer: &'a mut Buffer<Self>) -> &'a [Stored<Self>];
}

pub type Stored<L> = <<L as Logits>::Format as Format>::Stored;
pub type Number<L> = <<L as Logits>::Format as Format>::Number;
pub type Buffer<L> = Vec<Stored<L>>;

/// A label to be predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ScoredToken {
    /// Its position among all labels.
    pub position: usize,
    /// The row of logits that predicts it.
    pub row: usize,
    pub label: usize,
    /// Its negative log-likelihood, in nats.
    pub loss: f64,
    /// The number of likelier labels. Of equally likely labels, the first ones count.
    pub rank: u32,
}

/// Consecutive labels of sequences of `time` labels each.
#[derive(Clone, Copy, Debug)]
pub struct TokenLabels<'a> {
    pub labels: &'a [i64],
    pub time: usize,
    /// Not 0 for the labels that are scored, if not all are. Bytes, because arrays from outside may hold any.
    pub mask: Option<&'a [u8]>,
    /// A label that is not scored.
    pub ignored: Option<i64>,
    /// Whether each label is predicted by the row before it. Then the first label of a sequence is not predicted.
    pub shift: bool,
}

impl TokenLabels<'_> {
    /// The labels that are scored. `words` is the size of the vocabulary.
    ///
    /// # Errors
    /// The position of a label that is not in the vocabulary.
    pub fn tokens(&self, words: usize) -> Result<Vec<ScoredToken>, usize> {
        let shift = usize::from(self.shift);
        let mut tokens = Vec::new();
        for (position, &label) in self.labels.iter().enumerate() {
            if self.ignored == Some(label) || position % self.time < shift {
                continue;
            }
            // Labels and logits at padding are not read.
            if self.mask.is_none_or(|mask| mask[position] != 0 && mask[position - shift] != 0) {
                let label = usize::try_from(label).ok().filter(|&label| label < words).ok_or(position)?;
                stop::push(
                    &mut tokens,
                    ScoredToken { position, row: position - shift, label, ..ScoredToken::default() },
                );
            }
        }
        Ok(tokens)
    }
}

/// A row of logits without probabilities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogitError {
    pub row: usize,
    /// The first logit that is NaN or infinite, or `None` if all are minus infinity.
    pub column: Option<usize>,
}

/// Computes the loss and the rank of all tokens, whose labels must be below the width.
///
/// # Errors
/// The first row that has no probabilities.
pub fn measure_logits<L: Logits>(logits: &L, tokens: &mut [ScoredToken]) -> Result<(), LogitError> {
    let wrong = AtomicUsize::new(usize::MAX);
    parallel::fill(tokens, BATCH.div_ceil(logits.width().max(1)), |first, tokens| {
        let mut buffer = Vec::new();
        for (at, token) in (first..).zip(tokens) {
            match weigh(logits, token.row, token.label, &mut buffer) {
                Some((loss, rank)) => (token.loss, token.rank) = (loss, rank),
                None => _ = wrong.fetch_min(at, Relaxed),
            }
        }
    });
    match tokens.get(wrong.into_inner()) {
        Some(&ScoredToken { row, .. }) => Err(LogitError { row, column: not_a_logit(logits, row) }),
        None => Ok(()),
    }
}

/// The first logit of a row that is NaN or infinite.
fn not_a_logit<L: Logits>(logits: &L, row: usize) -> Option<usize> {
    let mut buffer = Vec::new();
    let wrong = |&logit: &Stored<L>| {
        let logit: f64 = L::Format::number(logit).into();
        logit.is_nan() || logit == f64::INFINITY
    };
    (0..logits.width()).find(|&column| logits.part(row, column..column + 1, &mut buffer).iter().any(wrong))
}

/// The loss and the rank of a label, or `None` if the row has no probabilities.
fn weigh<L: Logits>(logits: &L, row: usize, label: usize, buffer: &mut Buffer<L>) -> Option<(f64, u32)> {
    let own = L::Format::number(logits.part(row, label..label + 1, buffer)[0]);
    let certain: f64 = own.into();
    // The logit of an impossible label, or NaN, is not a good guess for the other logits.
    let mut anchor = Number::<L>::anchor(if certain.is_finite() { own } else { Number::<L>::default() });
    let (mut sum, mut rank, mut greatest) = (0.0, 0, certain);
    for (columns, bound) in [(0..label, own), (label + 1..logits.width(), own.above())] {
        let mut begin = columns.start;
        while begin < columns.end {
            // Blocks end at multiples of their size, as cache lines do.
            let end = columns.end.min((begin + 1).next_multiple_of(BLOCK));
            let part = logits.part(row, begin..end, buffer);
            let mut sums = Number::<L>::sums::<L::Format>(part, &anchor, bound);
            if sums.greatest > anchor.reach {
                let higher = Number::<L>::anchor(sums.greatest);
                sum *= (anchor.height(0.0) - higher.height(0.0)).exp();
                anchor = higher;
                sums = Number::<L>::sums::<L::Format>(part, &anchor, bound);
            }
            sum += sums.sum;
            rank += sums.reached;
            greatest = greatest.max(sums.greatest.into());
            begin = end;
        }
    }
    if !greatest.is_finite() || sum.is_nan() || certain.is_nan() {
        return None;
    }
    if certain == f64::NEG_INFINITY {
        return Some((f64::INFINITY, rank));
    }
    // The logarithm of the sum's unit, minus the label's logit.
    let distance = anchor.height(certain);
    let loss = if distance < 1.0 { (sum * distance.exp()).ln_1p() } else { distance + (sum + (-distance).exp()).ln() };
    Some((loss, rank))
}

#[cfg(test)]
mod tests {
    use super::{LogitError, Logits, ScoredToken, TokenLabels, measure_logits};
    use crate::perplexity::exponentials::Exponentials;
    use crate::perplexity::formats::{Float32, Float64, Format};
    use crate::testing::Random;
    use std::ops::Range;

    struct Rows<F: Format>(Vec<Vec<F::Stored>>);

    impl<F: Format<Number: Exponentials>> Logits for Rows<F> {
        type Format = F;

        fn width(&self) -> usize {
            self.0[0].len()
        }

        fn part<'a>(&'a self, row: usize, columns: Range<usize>, _: &'a mut Vec<F::Stored>) -> &'a [F::Stored] {
            &self.0[row][columns]
        }
    }

    fn measured<F: Format<Number: Exponentials>>(
        rows: Vec<Vec<F::Stored>>,
        labels: &[usize],
    ) -> Result<Vec<ScoredToken>, LogitError> {
        let token = |(row, &label)| ScoredToken { row, label, ..ScoredToken::default() };
        let mut tokens: Vec<_> = labels.iter().enumerate().map(token).collect();
        measure_logits(&Rows::<F>(rows), &mut tokens).map(|()| tokens)
    }

    /// The direct computation.
    fn naive(row: &[f64], label: usize) -> (f64, u32) {
        let max = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|logit| (logit - max).exp()).sum();
        let likelier = |(at, &logit): (usize, &f64)| logit > row[label] || logit == row[label] && at < label;
        let rank = row.iter().enumerate().filter(|&logit| likelier(logit)).count();
        (sum.ln() + (max - row[label]), u32::try_from(rank).unwrap())
    }

    fn drawn(count: usize, scale: f32) -> Vec<f32> {
        let mut numbers = Random::new(count as u64 + 1);
        let mut draw = || f32::from((numbers.bits() >> 48) as u16) / 65_536.0 - 0.5;
        (0..count).map(|_| (draw() + draw() + draw()) * scale).collect()
    }

    #[test]
    fn losses_and_ranks_are_those_of_the_definition() {
        for width in [1, 2, 7, 31, 32, 33, 1023, 1024, 1025, 5000] {
            for scale in [0.0, 1.0, 20.0, 300.0, 2e4, 1e30] {
                let row = drawn(width, scale);
                let exact: Vec<f64> = row.iter().map(|&logit| logit.into()).collect();
                for label in [0, width / 2, width - 1] {
                    let (loss, rank) = naive(&exact, label);
                    let single = measured::<Float32>(vec![row.clone()], &[label]).unwrap()[0];
                    let double = measured::<Float64>(vec![exact.clone()], &[label]).unwrap()[0];
                    assert_eq!((single.rank, double.rank), (rank, rank), "{width} × {scale}, {label}");
                    assert!((single.loss - loss).abs() <= 5e-7 + 1e-15 * loss, "{single:?}, not {loss}");
                    assert!((double.loss - loss).abs() <= 1e-14 + 1e-15 * loss, "{double:?}, not {loss}");
                }
            }
        }
    }

    #[test]
    fn unscored_labels_are_left_out() {
        let labels =
            TokenLabels { labels: &[9, 2, -100, 9, 1, 4], time: 3, mask: None, ignored: Some(-100), shift: true };
        let positions = |labels: TokenLabels<'_>| {
            labels.tokens(5).map(|tokens| tokens.iter().map(|t| (t.position, t.row)).collect())
        };
        assert_eq!(positions(labels), Ok(vec![(1, 0), (4, 3), (5, 4)]));
        assert_eq!(positions(TokenLabels { shift: false, ..labels }), Err(0));
        assert_eq!(positions(TokenLabels { ignored: None, ..labels }), Err(2));
        let mask = Some([0, 1, 0, 0, 255, 2].as_slice());
        assert_eq!(positions(TokenLabels { mask, ..labels }), Ok(vec![(5, 4)]));
        let mask = Some([0, 2, 0, 0, 1, 0].as_slice());
        assert_eq!(positions(TokenLabels { mask, ignored: None, shift: false, ..labels }), Ok(vec![(1, 1), (4, 4)]));
    }

    #[test]
    fn rows_without_probabilities_are_named() {
        let mut rows = vec![vec![0.5_f32; 3000]; 4];
        rows[1][7] = f32::NEG_INFINITY;
        assert!(measured::<Float32>(rows.clone(), &[0; 4]).is_ok());
        assert_eq!(
            measured::<Float32>(rows.clone(), &[0, 7]).unwrap()[1],
            ScoredToken { row: 1, label: 7, loss: f64::INFINITY, rank: 2999, ..ScoredToken::default() }
        );
        for wrong in [f32::NAN, f32::INFINITY] {
            for column in [0, 5, 2999] {
                let mut rows = rows.clone();
                rows[2][column] = wrong;
                assert_eq!(measured::<Float32>(rows, &[0; 4]), Err(LogitError { row: 2, column: Some(column) }));
            }
        }
        rows[3].fill(f32::NEG_INFINITY);
        assert_eq!(measured::<Float32>(rows, &[9; 4]), Err(LogitError { row: 3, column: None }));
    }
}
