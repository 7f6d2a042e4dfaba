//! ROUGE: overlap of n-grams or of longest common subsequences. Row: [precision, recall, F-measure of each type, 1].
//! Follows rouge-score 0.1.2 `rouge_scorer.py`.
//!
//! C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", ACL workshop 2004.
//!
//! Of several references, each type uses the one with the highest F-measure, the first of equal ones (`score_multi`).

use crate::error::Error;
use crate::matching::HIGHEST;
use crate::scoring::{
    Basis, Column, Fold, Length, PreparedText, Role, Shape, TextInput, TextMetric, Workspace, any_large,
};
use crate::text::tokenize::pretokenized::Pretokenized;
use crate::text::tokenize::{RougeWords, Tokenize, Tokens, UnicodeWords, pretokenized};
use crate::text::{Lowercase, Misfit, Stems, other_letters};
use std::str::FromStr;

/// A ROUGE type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RougeType {
    /// n-grams of this many tokens: `rouge1` to `rouge9`.
    N(usize),
    /// The longest common subsequence: `rougeL`.
    L,
    /// The union of the longest common subsequences over all pairs of sentences: `rougeLsum`.
    Lsum,
}

impl FromStr for RougeType {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name.strip_prefix("rouge").map(str::as_bytes) {
            Some(b"L") => Ok(Self::L),
            Some(b"Lsum") => Ok(Self::Lsum),
            Some([digit @ b'1'..=b'9']) => Ok(Self::N(usize::from(digit - b'0'))),
            _ => Err(Error::Unknown {
                option: "rouge type",
                value: name.to_owned(),
                known: "'rouge1' to 'rouge9', 'rougeL', 'rougeLsum'",
            }),
        }
    }
}

/// How texts become tokens.
#[derive(Clone, Copy, Debug)]
pub enum Tokenizer {
    /// The tokenizer of rouge-score: runs of a–z and 0–9.
    Default,
    /// Words of any script.
    Unicode(Lowercase),
    /// Tokens that were found elsewhere: see [`Pretokenized`].
    Pretokenized,
}

/// The options of ROUGE.
#[derive(Clone, Debug)]
pub struct Rouge {
    types: Vec<RougeType>,
    shape: Shape,
    /// The highest order of n-grams among the types.
    orders: usize,
    /// Whether a type needs sentences.
    by_sentence: bool,
    /// Whether a type needs the longest common subsequence of whole texts.
    longest: bool,
    use_stemmer: bool,
    tokenizer: Tokenizer,
    /// The byte that separates sentences.
    sentence_end: u8,
}

impl Rouge {
    /// `sentences_marked` means that sentences end with [`pretokenized::END_OF_SENTENCE`] instead of a newline.
    ///
    /// # Errors
    /// If a type does not exist or is repeated, or there are no types.
    pub fn new(
        names: Vec<String>,
        use_stemmer: bool,
        tokenizer: Tokenizer,
        sentences_marked: bool,
    ) -> Result<Self, Error> {
        let types = names.iter().map(|name| name.parse()).collect::<Result<Vec<RougeType>, _>>()?;
        let repeated = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
        if types.is_empty() || repeated.is_some() {
            return Err(Error::OutOfRange {
                option: "rouge_types",
                allowed: "one or more types, each named once",
                value: format!("{names:?}"),
            });
        }
        let order = |rouge_type: &RougeType| if let RougeType::N(order) = *rouge_type { order } else { 0 };
        let orders = types.iter().map(order).max().unwrap_or_default();
        let sentence_end = if sentences_marked { pretokenized::END_OF_SENTENCE } else { b'\n' };
        let by_sentence = types.contains(&RougeType::Lsum);
        let values = |name: &String| ["precision", "recall", "fmeasure"].map(|value| format!("{name}_{value}"));
        let values: Vec<String> = names.iter().flat_map(values).collect();
        let measured = values.iter().map(|name| Column { name: name.clone(), whole: false });
        let columns = measured.chain([Column { name: "segments".to_owned(), whole: true }]).collect();
        let scores = [names, values].concat();
        let longest = types.contains(&RougeType::L);
        let shape = Shape { columns, scores, segment_scores: types.len() };
        Ok(Self { types, shape, orders, by_sentence, longest, use_stemmer, tokenizer, sentence_end })
    }

    /// The tokens of one text. Long words are not resolved yet.
    #[inline]
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens, stems: &mut Stems) {
        if let [pretokenized::TOKENS, given @ ..] = text {
            Pretokenized.tokenize(given, tokens);
            // Tokens are one sentence.
            return tokens.end_sentence();
        }
        match self.tokenizer {
            Tokenizer::Default => RougeWords.tokenize(text, tokens),
            Tokenizer::Unicode(lowercase) => UnicodeWords { lowercase }.tokenize(text, tokens),
            Tokenizer::Pretokenized => Pretokenized.tokenize(text, tokens),
        }
        if !matches!(self.tokenizer, Tokenizer::Pretokenized) {
            if self.use_stemmer {
                stems.stem(tokens);
            }
            if self.by_sentence {
                tokens.end_sentences_at(self.sentence_end);
            }
        }
    }
}

/// Precision, recall and F-measure.
#[inline]
fn score(hits: u64, hypothesis: usize, reference: usize) -> [f64; 3] {
    // As 32 bits, which the processor converts in one step. Texts have fewer tokens.
    #[expect(clippy::cast_possible_truncation, reason = "a text has fewer than 2^32 tokens")]
    let ratio = |total: usize| f64::from(hits as u32) / f64::from(total.max(1) as u32);
    let (precision, recall) = (ratio(hypothesis), ratio(reference));
    [precision, recall, f_measure(precision, recall)]
}

/// Precision, recall and F-measure of n-grams, from the numbers of tokens.
#[inline]
fn score_of_grams(order: usize, hits: u64, hypothesis: usize, reference: usize) -> [f64; 3] {
    let grams = |tokens: usize| (tokens + 1).saturating_sub(order);
    score(hits, grams(hypothesis), grams(reference))
}

/// The harmonic mean, in the reference's order of operations.
#[inline]
fn f_measure(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

impl Fold for Rouge {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let types = self.types.len();
        let segments = row[3 * types];
        let f_measures = (0..types).map(|at| row[3 * at + 2]);
        let values = f_measures.chain(row[..3 * types].iter().copied());
        scores.iter_mut().zip(values).for_each(|(score, value)| *score = value / segments);
    }
}

impl TextMetric for Rouge {
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    ) {
        row.fill(0.0);
        row[3 * self.types.len()] = 1.0;
        let (best, _) = row.as_chunks_mut::<3>();
        let Workspace { hypothesis: tokens, reference, long_words, stems, matcher, union_lcs, .. } = workspace;
        // The sentences of rougeLsum need the words themselves.
        long_words.begin(!self.by_sentence && any_large(hypothesis, references));
        hypothesis.tokens(tokens, |text, tokens| self.tokenize(text, tokens, stems));
        long_words.resolve(tokens);
        for text in references {
            text.tokens(reference, |text, reference| self.tokenize(text, reference, stems));
            long_words.resolve(reference);
            let (hypothesis_words, reference_words) = (tokens.words(), reference.words());
            let mut hits = [0; HIGHEST];
            let mut lcs = 0;
            if self.orders > 0 || self.longest {
                let count = |order: usize, _, matched| hits[order] += u64::from(matched);
                lcs = if self.longest {
                    matcher.compare::<true>(hypothesis_words, reference_words, self.orders, count)
                } else {
                    matcher.compare::<false>(hypothesis_words, reference_words, self.orders, count)
                };
            }
            for (&rouge_type, best) in self.types.iter().zip(&mut *best) {
                let (hypothesis, reference_length) = (hypothesis_words.len(), reference_words.len());
                let score = match rouge_type {
                    RougeType::N(order) => score_of_grams(order, hits[order - 1], hypothesis, reference_length),
                    RougeType::L => score(lcs, hypothesis, reference_length),
                    RougeType::Lsum => {
                        let hits = union_lcs.hits(tokens, reference, matcher);
                        score(hits, tokens.in_sentences().len(), reference.in_sentences().len())
                    }
                };
                // Without a hit all three are 0, the initial value of `best`.
                if score[2] > best[2] {
                    *best = score;
                }
            }
        }
    }

    fn basis(&self, score: usize) -> Basis {
        match self.types[score] {
            RougeType::N(order) => Basis::Matches { characters: 0..0, words: order - 1..order },
            RougeType::L => Basis::Subsequence,
            RougeType::Lsum => Basis::Texts,
        }
    }

    fn fill(&self, at: usize, hypothesis: Length, reference: Length, shared: &[u32], row: &mut [f64]) {
        let (hits, hypothesis, reference) = (u64::from(shared[0]), hypothesis.words, reference.words);
        let values = match self.types[at] {
            RougeType::N(order) => score_of_grams(order, hits, hypothesis, reference),
            RougeType::L | RougeType::Lsum => score(hits, hypothesis, reference),
        };
        row[3 * at..3 * at + 3].copy_from_slice(&values);
        row[3 * self.types.len()] = 1.0;
    }

    fn prepare(&self, text: &[u8], _role: Role, workspace: &mut Workspace) -> PreparedText {
        let Workspace { hypothesis: tokens, stems, .. } = workspace;
        self.tokenize(text, tokens, stems);
        let pretokenized = TextInput::Raw(text).is_pretokenized();
        PreparedText { tokens: tokens.save(), pretokenized, ..PreparedText::default() }
    }

    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let mut tokens = Tokens::default();
        self.tokenize(text, &mut tokens, &mut Stems::default());
        tokens.to_bytes()
    }

    fn misfit(&self, text: &[u8]) -> Option<Misfit> {
        if let Tokenizer::Default = self.tokenizer { other_letters(text) } else { None }
    }
}
