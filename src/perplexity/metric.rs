//! The metric: its options, and the scores that follow from a row.

use super::rows::{ROW, columns};
use crate::error::Error;
use crate::scoring::{Fold, Shape};
use std::f64::consts::LN_2;
use std::str::FromStr;

/// How the perplexity of several sequences is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// The perplexity of all tokens together.
    Tokens,
    /// The mean of the sequences' perplexities.
    Sequences,
}

impl FromStr for Aggregate {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "tokens" => Ok(Self::Tokens),
            "sequences" => Ok(Self::Sequences),
            _ => Err(Error::Unknown { option: "aggregate", value: name.to_owned(), known: "'tokens', 'sequences'" }),
        }
    }
}

/// Perplexity with its options.
#[derive(Clone, Debug)]
pub struct Perplexity {
    /// A label that is not scored.
    pub ignored: Option<i64>,
    /// Whether each label is predicted by the row of logits before it.
    pub shift: bool,
    /// A token counts as a top-k hit if its label is among this many likeliest ones.
    pub top_k: usize,
    aggregate: Aggregate,
    shape: Shape,
}

impl Perplexity {
    #[must_use]
    pub fn new(ignored: Option<i64>, shift: bool, aggregate: Aggregate, top_k: usize) -> Self {
        let scores: Vec<String> = [
            "perplexity",
            "cross_entropy",
            "accuracy",
            &format!("top_{top_k}_accuracy"),
            "bits_per_byte",
            "bits_per_character",
            "word_perplexity",
        ]
        .map(str::to_owned)
        .into();
        let shape = Shape { columns: columns(), segment_scores: scores.len(), scores };
        Self { ignored, shift, top_k, aggregate, shape }
    }
}

impl Fold for Perplexity {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let &[nll, tokens, perplexities, sequences, hits, top_k_hits, bytes, characters, words]: &[f64; ROW] =
            row.first_chunk().unwrap_or(&[f64::NAN; ROW]);
        let perplexity = match self.aggregate {
            Aggregate::Tokens => (nll / tokens).exp(),
            Aggregate::Sequences => perplexities / sequences,
        };
        let values = [
            perplexity,
            nll / tokens,
            hits / tokens,
            top_k_hits / tokens,
            nll / LN_2 / bytes,
            nll / LN_2 / characters,
            (nll / words).exp(),
        ];
        scores.iter_mut().zip(values).for_each(|(score, value)| *score = value);
    }
}

#[cfg(test)]
mod tests {
    use super::{Aggregate, Perplexity};
    use crate::scoring::Fold;

    #[test]
    fn tokens_are_pooled_or_sequences_averaged() {
        // Two sequences, of 1 token with nll 0 and of 3 tokens with nll 3 ln 4. Of the sizes only bytes are known.
        let (nll, unknown) = (3.0 * 4f64.ln(), f64::NAN);
        let row = [nll, 4.0, 5.0, 2.0, 3.0, 4.0, 12.0, unknown, unknown];
        let score = |aggregate| {
            let metric = Perplexity::new(None, false, aggregate, 5);
            let mut scores = [0.0; 7];
            metric.finalise(&row, &mut scores);
            assert_eq!(metric.scores()[3], "top_5_accuracy");
            scores
        };
        let pooled = score(Aggregate::Tokens);
        assert_eq!(pooled[..4], [(nll / 4.0).exp(), nll / 4.0, 0.75, 1.0]);
        assert_eq!(pooled[4], 0.5);
        assert!(pooled[5].is_nan() && pooled[6].is_nan());
        assert_eq!(score(Aggregate::Sequences)[0], 2.5);
        assert!("words".parse::<Aggregate>().is_err());
    }
}
