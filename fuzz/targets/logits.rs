//! Losses and ranks of labels from logits of every format, and sums of log-probabilities, against direct computations.
//!
//! Input: a format, options, the width of a row, and labels and logits, whose bits are either given or few.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rapidscore::perplexity::{
    Aggregate, BFloat16, Buffer, Exponentials, Float16, Float32, Float64, Format, LogProbSequences, LogitError, Logits,
    Perplexity, ScoredToken, SequenceRows, Stored, TokenLabels, measure_logits, sum_tokens,
};
use rapidscore::scoring::Fold;
use rapidscore_fuzz::input::Input;
use rapidscore_fuzz::metrics::bits;
use rapidscore_fuzz::naive::sums::rounded;
use std::ops::Range;

/// The number of labels, and of logits that are stored; rows repeat them.
const LABELS: usize = 24;
const LOGITS: usize = 4096;

/// Rows longer than two blocks of 1024 logits.
const WIDEST: u16 = 2100;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let kind = input.byte();
    let by_bits = kind & 0x80 > 0;
    match kind % 5 {
        0 => logits::<Float16, 2>(input, |bytes| u16::from_le_bytes(bytes) & if by_bits { 0xFFFF } else { 0xCFFF }),
        1 => logits::<BFloat16, 2>(input, |bytes| u16::from_le_bytes(bytes) & if by_bits { 0xFFFF } else { 0xC2FF }),
        2 if by_bits => logits::<Float32, 4>(input, f32::from_le_bytes),
        2 => logits::<Float32, 2>(input, |bytes| f32::from(i16::from_le_bytes(bytes)) / 512.0),
        3 if by_bits => logits::<Float64, 8>(input, f64::from_le_bytes),
        3 => logits::<Float64, 2>(input, |bytes| f64::from(i16::from_le_bytes(bytes)) / 512.0),
        _ => log_probabilities(input, by_bits),
    }
});

/// Rows of logits that begin at consecutive logits of a list, which repeats.
struct Rows<F: Format> {
    width: usize,
    logits: Vec<F::Stored>,
    /// Whether parts are copied, as from an array with strides.
    copies: bool,
}

impl<F: Format<Number: Exponentials>> Logits for Rows<F> {
    type Format = F;

    fn width(&self) -> usize {
        self.width
    }

    fn part<'a>(&'a self, row: usize, columns: Range<usize>, buffer: &'a mut Buffer<Self>) -> &'a [Stored<Self>] {
        let part = &self.logits[row + columns.start..row + columns.end];
        if !self.copies {
            return part;
        }
        buffer.clear();
        buffer.extend_from_slice(part);
        buffer
    }
}

fn logits<F: Format<Number: Exponentials>, const N: usize>(
    mut input: Input<'_>,
    number: impl Fn([u8; N]) -> F::Stored,
) {
    let options = input.byte();
    let width = 1 + usize::from(input.array().map_or(0, u16::from_le_bytes) % WIDEST);
    let (time, count) = (1 + input.below(6), input.below(LABELS + 1));
    let count = count / time * time;
    let labels: Vec<i64> = (0..count).map(|_| i64::from(input.byte()) * 9 % 2200 - i64::from(options >> 7)).collect();
    // Labels that are not in the vocabulary are usually ignored.
    let labels: Vec<i64> = labels
        .into_iter()
        .map(|label| if options & 1 > 0 { label } else { label.rem_euclid(i64::try_from(width).unwrap()) })
        .collect();
    // Any byte but 0 selects a label.
    let mask: Vec<u8> = (0..count).map(|at| options >> (at % 4 + 3) & 1).map(|bit| bit * (options | 2)).collect();
    let mask = (options & 2 > 0).then_some(&*mask);
    let labels = TokenLabels { labels: &labels, time, mask, ignored: Some(5), shift: options & 4 > 0 };

    let given: Vec<F::Stored> = input.arrays().take(LOGITS).map(number).collect();
    if given.is_empty() {
        return;
    }
    let logits: Vec<F::Stored> = given.iter().copied().cycle().take(width + count).collect();
    let mut rows = Rows::<F> { width, logits, copies: false };
    let tokens = labels.tokens(width);
    assert_eq!(tokens, naive_tokens(&labels, width));
    let Ok(mut tokens) = tokens else { return };
    let unmeasured = tokens.clone();
    let outcome = measure_logits(&rows, &mut tokens);

    rows.copies = true;
    let mut copied = unmeasured.clone();
    assert_eq!(measure_logits(&rows, &mut copied), outcome);
    let number = |at: usize| -> f64 { F::number(rows.logits[at]).into() };
    let mut wrong = None;
    for (&token, &copy) in tokens.iter().zip(&copied) {
        let row: Vec<f64> = (token.row..token.row + width).map(number).collect();
        let invalid = row.iter().position(|&logit| logit.is_nan() || logit == f64::INFINITY);
        if invalid.is_some() || row.iter().all(|&logit| logit == f64::NEG_INFINITY) {
            wrong.get_or_insert(LogitError { row: token.row, column: invalid });
            continue;
        }
        assert_eq!(bits(&[token.loss]), bits(&[copy.loss]));
        assert_eq!(token.rank, copy.rank);
        let (loss, rank) = naive_loss(&row, token.label);
        assert_eq!(token.rank, rank);
        // The documented bounds, and for doubles what the direct computation itself may round.
        let bound = if size_of::<F::Stored>() < 8 { 5e-7 } else { 2e-12 } + 4e-16 * loss;
        assert!(token.loss == loss || (token.loss - loss).abs() <= bound, "{} is not {loss}", token.loss);
    }
    assert_eq!(outcome, wrong.map_or(Ok(()), Err));
    if outcome.is_ok() {
        fold(&tokens, count / time, time);
    }
}

fn naive_tokens(labels: &TokenLabels<'_>, width: usize) -> Result<Vec<ScoredToken>, usize> {
    let mut tokens = Vec::new();
    for (position, &label) in labels.labels.iter().enumerate() {
        let row = if labels.shift { position.checked_sub(1) } else { Some(position) };
        let is_first = position % labels.time == 0;
        let Some(row) = row.filter(|_| !(labels.shift && is_first) && label != 5) else { continue };
        if labels.mask.is_some_and(|mask| mask[position] == 0 || mask[row] == 0) {
            continue;
        }
        match usize::try_from(label) {
            Ok(label) if label < width => tokens.push(ScoredToken { position, row, label, ..ScoredToken::default() }),
            _ => return Err(position),
        }
    }
    Ok(tokens)
}

/// The logarithm of the sum of exponentials, minus the label's logit; and the number of likelier labels.
fn naive_loss(row: &[f64], label: usize) -> (f64, u32) {
    let (own, greatest) = (row[label], row.iter().copied().fold(f64::NEG_INFINITY, f64::max));
    let sum: f64 = row.iter().map(|logit| (logit - greatest).exp()).sum();
    let is_likelier = |&(at, &logit): &(usize, &f64)| logit > own || logit == own && at < label;
    let rank = row.iter().enumerate().filter(is_likelier).count();
    (sum.ln() + (greatest - own), u32::try_from(rank).unwrap())
}

/// Tokens are summed by sequence, and the total is that of the rows.
fn fold(tokens: &[ScoredToken], sequences: usize, time: usize) {
    let (sums, hits) = sum_tokens(tokens, sequences, time, 3);
    for (sequence, (sum, hits)) in sums.iter().zip(&hits).enumerate() {
        let own: Vec<_> = tokens.iter().filter(|token| token.position / time == sequence).collect();
        let losses: Vec<f64> = own.iter().map(|token| token.loss).collect();
        if let Some(expected) = rounded(&losses) {
            assert!(sum[0] == expected || (sum[0] - expected).abs() <= 1e-15 * expected.abs(), "{sum:?} {expected}");
        }
        let count = |most: u32| own.iter().filter(|token| token.rank < most).count() as f64;
        assert_eq!((sum[1], *hits), (own.len() as f64, [count(1), count(3)]));
    }
    total(&sums, Some(&hits));
}

fn total(sums: &[[f64; 2]], hits: Option<&[[f64; 2]]>) {
    let sequences = SequenceRows { sums, hits, sizes: [None; 3] };
    let (rows, total) = (sequences.rows(), sequences.total());
    let metric = Perplexity::new(None, false, Aggregate::Tokens, 3);
    let mut folded = rapidscore::scoring::Total::new(metric.columns());
    folded.fold(rows.as_flattened()).unwrap();
    folded.segments = rows.len() as u64;
    // Unknown columns are NaN in each row, and added once to a total.
    if !rows.is_empty() {
        assert_eq!(folded.to_bytes(), total.to_bytes());
        assert_eq!(total.finalise(&metric).unwrap().0.len(), metric.scores().len());
    }
}

/// Sequences of log-probabilities.
fn log_probabilities(mut input: Input<'_>, by_bits: bool) {
    let ends: Vec<u8> = (0..input.below(20)).map(|_| input.byte()).collect();
    let values: Vec<f64> = if by_bits {
        input.arrays().take(LOGITS).map(f64::from_le_bytes).collect()
    } else {
        input.arrays().take(LOGITS).map(|bytes| f64::from(i16::from_le_bytes(bytes)) / 1000.0 - 32.7).collect()
    };
    let mut offsets: Vec<i64> = ends.iter().map(|&end| i64::from(end).min(values.len().try_into().unwrap())).collect();
    offsets.sort_unstable();
    let sequences = LogProbSequences { log_probabilities: &values, offsets: &offsets, unit: 1.0 };
    let sums = sequences.sums();
    let range = |pair: &[i64]| usize::try_from(pair[0]).unwrap()..usize::try_from(pair[1]).unwrap();
    let is_wrong = |value: &f64| value.is_nan() || *value > 0.01;
    let wrong = offsets.windows(2).flat_map(range).find(|&at| is_wrong(&values[at]));
    assert_eq!(sums.as_ref().err().copied(), wrong);
    let total_of_sequences = sequences.total();
    let Ok(sums) = sums else {
        assert_eq!(total_of_sequences.err(), wrong);
        return;
    };
    for (pair, &[nll, tokens]) in offsets.windows(2).zip(&sums) {
        let values = &values[range(pair)];
        assert_eq!(tokens, values.len() as f64);
        if let Some(sum) = rounded(values) {
            assert!(-nll == sum || (sum + nll).abs() <= 1e-15 * sum.abs(), "{nll} is not -{sum}");
        }
    }
    assert_eq!(
        total_of_sequences.unwrap().to_bytes(),
        SequenceRows { sums: &sums, hits: None, sizes: [None; 3] }.total().to_bytes()
    );
    total(&sums, None);
}
