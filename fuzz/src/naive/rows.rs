//! Rows of metrics from the tokens of two texts.

use crate::metrics::{Case, Definition};
use std::collections::HashMap;

type Token = Vec<u8>;

/// Above this number of pairs of tokens, distances and subsequences are not computed.
const PAIRS: usize = 1 << 18;

/// The row of a hypothesis and a reference, as far as the metric is defined by their tokens. `found` is what the metric
/// computed: of several alignments with equally few errors, a row counts one.
#[must_use]
pub fn row(case: &Case, hypothesis: &[u8], reference: &[u8], found: &[f64]) -> Option<Vec<f64>> {
    let [one, other] = [hypothesis, reference].map(|text| case.metric.tokens(text));
    let fits = one.len() * other.len() <= PAIRS;
    match &case.definition {
        Definition::Bleu { orders } => {
            let lengths = [number(one.len()), number(other.len())];
            let matches = (1..=*orders).map(|order| matches(&one, &other, order));
            let totals = (1..=*orders).map(|order| ngrams(one.len(), order));
            Some(lengths.into_iter().chain(matches).chain(totals).collect())
        }
        Definition::Chrf { orders } => Some((1..=*orders).flat_map(|order| of_order(&one, &other, order)).collect()),
        Definition::Rouge(orders) if fits => {
            let values = orders.iter().flat_map(|&order| {
                if order == 0 {
                    rouge(number(lcs(&one, &other)), number(one.len()), number(other.len()))
                } else {
                    rouge(matches(&one, &other, order), ngrams(one.len(), order), ngrams(other.len(), order))
                }
            });
            Some(values.chain([1.0]).collect())
        }
        Definition::ErrorRate if fits => {
            let &[hits, substitutions, deletions, insertions] = found else { return None };
            assert_eq!(substitutions + deletions + insertions, number(distance(&one, &other)), "errors");
            assert_eq!(hits + substitutions + deletions, number(other.len()), "tokens of the reference");
            assert_eq!(hits + substitutions + insertions, number(one.len()), "tokens of the hypothesis");
            None
        }
        Definition::Rouge(_) | Definition::ErrorRate | Definition::Other => None,
    }
}

fn number(length: usize) -> f64 {
    length as f64
}

/// The number of n-grams of a text.
fn ngrams(length: usize, order: usize) -> f64 {
    number((length + 1).saturating_sub(order))
}

fn counts(tokens: &[Token], order: usize) -> HashMap<&[Token], usize> {
    let mut counts = HashMap::new();
    tokens.windows(order).for_each(|gram| *counts.entry(gram).or_default() += 1);
    counts
}

/// The number of n-grams that two texts share: each counts as often as in the text that has it less often.
fn matches(one: &[Token], other: &[Token], order: usize) -> f64 {
    let others = counts(other, order);
    let shared = counts(one, order).into_iter().map(|(gram, count)| count.min(*others.get(gram).unwrap_or(&0)));
    number(shared.sum())
}

/// The counts of chrF for one order. The reference implementation does not count n-grams of the hypothesis if the
/// reference has none.
fn of_order(one: &[Token], other: &[Token], order: usize) -> [f64; 3] {
    let reference = ngrams(other.len(), order);
    [if reference == 0.0 { 0.0 } else { ngrams(one.len(), order) }, reference, matches(one, other, order)]
}

/// Precision, recall and F-measure.
fn rouge(hits: f64, hypothesis: f64, reference: f64) -> [f64; 3] {
    if hits == 0.0 {
        return [0.0; 3];
    }
    let (precision, recall) = (hits / hypothesis, hits / reference);
    [precision, recall, 2.0 * precision * recall / (precision + recall)]
}

/// The length of the longest common subsequence.
fn lcs(one: &[Token], other: &[Token]) -> usize {
    let mut row = vec![0; other.len() + 1];
    for token in one {
        let mut diagonal = 0;
        for (at, same) in other.iter().map(|other| other == token).enumerate() {
            let above = row[at + 1];
            row[at + 1] = if same { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[other.len()]
}

/// The number of insertions, deletions and substitutions that turn one text into the other.
fn distance(one: &[Token], other: &[Token]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (number, token) in (1..).zip(one) {
        let mut diagonal = std::mem::replace(&mut row[0], number);
        for (at, same) in other.iter().map(|other| other == token).enumerate() {
            let above = row[at + 1];
            row[at + 1] = if same { diagonal } else { 1 + diagonal.min(above).min(row[at]) };
            diagonal = above;
        }
    }
    row[other.len()]
}
