//! chrF and chrF++: F-scores of character n-grams, and of word n-grams too. Row: [hypothesis n-grams, reference
//! n-grams, matches] for each order of characters, then of words. Follows sacrebleu 2.6.0 `metrics/chrf.py`.
//!
//! M. Popović, "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015; "chrF++: words helping character
//! n-grams", WMT 2017.

use super::ngram_order;
use crate::error::Error;
use crate::scoring::{
    Basis, Column, Fold, Length, PreparedText, Role, Shape, TextInput, TextMetric, Workspace, any_large,
};
use crate::text::tokenize::{ChrfWords, Tokenize, Tokens, Words};
use crate::text::{Lowercase, characters, lowercase, whitespace_length};

/// The value of a precision or recall without n-grams.
const EPSILON: f64 = 1e-16;

/// The options of chrF.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub char_order: usize,
    pub word_order: usize,
    /// The square of β, the weight of recall relative to precision.
    pub beta_squared: f64,
    pub lowercase: Option<Lowercase>,
    /// Whether character n-grams include white space.
    pub whitespace: bool,
    /// Whether all orders count; orders without n-grams then have a tiny score.
    pub eps_smoothing: bool,
}

/// chrF with its options.
#[derive(Clone, Debug)]
pub struct Chrf {
    options: Options,
    shape: Shape,
}

impl Chrf {
    /// # Errors
    /// If an option is out of range.
    pub fn new(options: Options) -> Result<Self, Error> {
        let Options { char_order, word_order, .. } = options;
        for (option, order) in [("char_order", char_order), ("word_order", word_order)] {
            ngram_order(option, order as i128, 0)?;
        }
        if char_order + word_order == 0 {
            let allowed = "above 0 when word_order is 0";
            return Err(Error::OutOfRange { option: "char_order", value: "0".to_owned(), allowed });
        }
        let names = |unit: &str, orders: usize| {
            let values = |order| ["hyp", "ref", "match"].map(|value| format!("{unit}{order}_{value}"));
            (1..=orders).flat_map(values).collect::<Vec<_>>()
        };
        let names = [names("char", char_order), names("word", word_order)].concat();
        let columns = names.into_iter().map(|name| Column { name, whole: true }).collect();
        let scores = vec![format!("chrf{}", "+".repeat(word_order))];
        Ok(Self { options, shape: Shape { columns, scores, segment_scores: 1 } })
    }

    /// The text whose characters are compared, and whether its white space counts. A prepared text contains no
    /// characters that do not count.
    #[inline]
    fn compared<'a>(&self, text: TextInput<'a>, lowered: &'a mut Vec<u8>) -> (&'a [u8], bool) {
        match text {
            TextInput::Raw(text) => (lowercase(self.options.lowercase, text, lowered), self.options.whitespace),
            TextInput::Prepared(reading) => (&reading.characters, true),
        }
    }

    /// The characters that count, each as its bytes.
    fn characters<'a>(&self, text: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let whitespace = self.options.whitespace;
        characters(text).filter(move |character| whitespace || whitespace_length(character) == 0)
    }

    /// The F-score of a row, 0 to 100, in the reference's order of operations.
    fn score(&self, row: &[f64]) -> f64 {
        let factor = self.options.beta_squared;
        let f_score = |precision: f64, recall: f64| (1.0 + factor) * precision * recall;
        let (mut score, mut precisions, mut recalls, mut effective) = (0.0, 0.0, 0.0, 0.0);
        for &[hypothesis, reference, matches] in row.as_chunks().0 {
            let precision = if hypothesis > 0.0 { matches / hypothesis } else { EPSILON };
            let recall = if reference > 0.0 { matches / reference } else { EPSILON };
            let weighted = factor * precision + recall;
            score += if weighted > 0.0 { f_score(precision, recall) / weighted } else { EPSILON };
            if hypothesis > 0.0 && reference > 0.0 {
                precisions += precision;
                recalls += recall;
                effective += 1.0;
            }
        }
        if self.options.eps_smoothing {
            #[expect(clippy::cast_precision_loss, reason = "at most 200 orders")]
            return 100.0 * score / (row.len() / 3) as f64;
        }
        if effective == 0.0 {
            return 0.0;
        }
        let (precision, recall) = (precisions / effective, recalls / effective);
        if precision + recall == 0.0 {
            return 0.0;
        }
        100.0 * (f_score(precision, recall) / (factor * precision + recall))
    }
}

/// Writes [hypothesis n-grams, reference n-grams, matches] for each order.
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
fn fill(row: &mut [f64], hypothesis: usize, reference: usize, matches: impl Iterator<Item = u64>) {
    for ((order, counts), matches) in row.as_chunks_mut::<3>().0.iter_mut().enumerate().zip(matches) {
        let reference = reference.saturating_sub(order);
        // The reference does not count hypothesis n-grams of an order for which the reference text has no n-grams.
        let hypothesis = if reference == 0 { 0 } else { hypothesis.saturating_sub(order) };
        *counts = [hypothesis as f64, reference as f64, matches as f64];
    }
}

impl Fold for Chrf {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        if let Some(score) = scores.first_mut() {
            *score = self.score(row);
        }
    }
}

impl TextMetric for Chrf {
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    ) {
        let Options { char_order, word_order, .. } = self.options;
        let Workspace { hypothesis: words, reference, long_words, matcher, alphabet, char_ngrams, text, .. } =
            workspace;
        let Workspace { counts: matches, row: candidate, .. } = workspace;
        alphabet.clear();
        long_words.begin(any_large(hypothesis, references));
        matches.resize(char_order.max(word_order), 0);

        let (compared, whitespace) = self.compared(hypothesis, text);
        alphabet.read_hypothesis(compared, whitespace);
        let words = if word_order > 0 {
            hypothesis.words(words, long_words, |_, words| ChrfWords.tokenize(compared, words))
        } else {
            Words::Plain(&[])
        };
        // Of several references the one with the best score counts, the first of equal ones.
        let mut best = -1.0;
        candidate.resize(row.len(), 0.0);
        for reference_text in references {
            let (of_characters, of_words) = candidate.split_at_mut(3 * char_order);
            let (compared, whitespace) = self.compared(*reference_text, text);
            alphabet.read_reference(compared, whitespace);
            let (one, other) = (&alphabet.hypothesis, &alphabet.reference);
            char_ngrams.count(one, other, alphabet.bound(), &mut matches[..char_order]);
            fill(of_characters, one.len(), other.len(), matches.iter().copied());
            if word_order > 0 {
                let other = reference_text.words(reference, long_words, |_, words| ChrfWords.tokenize(compared, words));
                matches.fill(0);
                let count = |order: usize, _, matched| matches[order] += u64::from(matched);
                matcher.compare::<false>(words, other, word_order, count);
                fill(of_words, words.len(), other.len(), matches.iter().copied());
            }
            if let [_] = references {
                row.copy_from_slice(candidate);
                return;
            }
            let score = self.score(candidate);
            if score > best {
                best = score;
                row.copy_from_slice(candidate);
            }
        }
    }

    fn basis(&self, _score: usize) -> Basis {
        let Options { char_order, word_order, .. } = self.options;
        Basis::Matches { characters: 0..char_order, words: 0..word_order }
    }

    fn fill(&self, _score: usize, hypothesis: Length, reference: Length, shared: &[u32], row: &mut [f64]) {
        let (of_characters, of_words) = row.split_at_mut(3 * self.options.char_order);
        let (characters, words) = shared.split_at(self.options.char_order);
        fill(of_characters, hypothesis.characters, reference.characters, characters.iter().copied().map(u64::from));
        fill(of_words, hypothesis.words, reference.words, words.iter().copied().map(u64::from));
    }

    fn prepare(&self, text: &[u8], _role: Role, workspace: &mut Workspace) -> PreparedText {
        let Workspace { hypothesis: words, text: lowered, .. } = workspace;
        let text = lowercase(self.options.lowercase, text, lowered);
        let mut reading = PreparedText {
            characters: self.characters(text).collect::<Vec<_>>().concat().into(),
            ..PreparedText::default()
        };
        if self.options.word_order > 0 {
            ChrfWords.tokenize(text, words);
            reading.tokens = words.save();
        }
        reading
    }

    /// Its characters, then the words of chrF++.
    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let mut lowered = Vec::new();
        let text = lowercase(self.options.lowercase, text, &mut lowered);
        let mut found: Vec<_> = self.characters(text).map(<[u8]>::to_vec).collect();
        if self.options.word_order > 0 {
            let mut words = Tokens::default();
            ChrfWords.tokenize(text, &mut words);
            found.extend(words.to_bytes());
        }
        found
    }
}
