//! BLEU: the geometric mean of n-gram precisions, with a penalty for short hypotheses. Row: [hypothesis length, closest
//! reference length, matches of orders 1..N, totals of orders 1..N]. Follows sacrebleu 2.6.0 `metrics/bleu.py`.
//!
//! K. Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002; smoothing: B. Chen
//! and C. Cherry, "A systematic comparison of smoothing techniques for sentence-level BLEU", WMT 2014.

use super::{MAX_ORDER, ngram_order};
use crate::error::Error;
use crate::scoring::{
    Basis, Column, Fold, Length, PreparedText, Role, Shape, TextInput, TextMetric, Workspace, any_large,
};
use crate::stop;
use crate::text::tokenize::pretokenized::Pretokenized;
use crate::text::tokenize::{Characters, Intl, ThirteenA, Tokenize, Tokens, Whitespace, Zh, pretokenized};
use crate::text::{Lowercase, Misfit, lowercase, strip_end, without_spaces};
use std::str::FromStr;

/// How orders without matches are smoothed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Smoothing {
    None,
    /// 0 matches are replaced with this value.
    Floor(f64),
    /// This value is added to the matches and totals of all orders but the first.
    AddK(f64),
    /// The k-th order without matches counts 1/2ᵏ matches.
    Exp,
}

impl Smoothing {
    /// # Errors
    /// If there is no such method.
    pub fn new(method: &str, value: Option<f64>) -> Result<Self, Error> {
        match method {
            "none" => Ok(Self::None),
            "floor" => Ok(Self::Floor(value.unwrap_or(0.1))),
            "add-k" => Ok(Self::AddK(value.unwrap_or(1.0))),
            "exp" => Ok(Self::Exp),
            _ => Err(Error::Unknown {
                option: "smooth_method",
                value: method.to_owned(),
                known: "'exp', 'floor', 'add-k', 'none'",
            }),
        }
    }
}

/// The tokenizers of BLEU, by the names of sacrebleu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tokenizer {
    ThirteenA,
    Intl,
    Zh,
    Characters,
    None,
    /// Tokens that were found elsewhere: see [`Pretokenized`].
    Pretokenized,
    /// Tokens in place of texts; a text is split at white space.
    Tokens,
}

impl FromStr for Tokenizer {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "13a" => Ok(Self::ThirteenA),
            "intl" => Ok(Self::Intl),
            "zh" => Ok(Self::Zh),
            "char" => Ok(Self::Characters),
            "none" => Ok(Self::None),
            _ => Err(Error::Unknown {
                option: "tokenize",
                value: name.to_owned(),
                known: "'13a', 'intl', 'zh', 'char', 'none', 'ja-mecab', 'ko-mecab', 'flores101', 'flores200', \
                        'spBLEU-1K', or pass the path of a SentencePiece model that ends in .model, or a function \
                        from str to a list of str",
            }),
        }
    }
}

impl Tokenizer {
    #[inline]
    fn tokenize(self, text: &[u8], tokens: &mut Tokens) {
        match self {
            Self::ThirteenA => ThirteenA.tokenize(text, tokens),
            Self::Intl => Intl.tokenize(text, tokens),
            Self::Zh => Zh.tokenize(text, tokens),
            Self::Characters => Characters.tokenize(text, tokens),
            Self::None | Self::Tokens => Whitespace.tokenize(text, tokens),
            Self::Pretokenized => Pretokenized.tokenize(text, tokens),
        }
    }
}

/// The options of BLEU.
#[derive(Clone, Debug)]
pub struct Options {
    pub lowercase: Option<Lowercase>,
    pub tokenizer: Tokenizer,
    pub smoothing: Smoothing,
    pub max_ngram_order: usize,
    pub effective_order: bool,
    /// Whether logarithms are added as in Python 3.12 and newer, with compensated summation.
    pub compensated: bool,
}

/// BLEU with its options.
#[derive(Clone, Debug)]
pub struct Bleu {
    options: Options,
    shape: Shape,
}

impl Bleu {
    /// # Errors
    /// If an option is out of range.
    pub fn new(options: Options) -> Result<Self, Error> {
        let orders = 1..=options.max_ngram_order;
        if let Smoothing::Floor(value) | Smoothing::AddK(value) = options.smoothing
            && !(0.0..f64::INFINITY).contains(&value)
        {
            let allowed = "a finite number that is not negative";
            return Err(Error::OutOfRange { option: "smooth_value", value: value.to_string(), allowed });
        }
        ngram_order("max_ngram_order", options.max_ngram_order as i128, 1)?;
        let numbered = |name: &str| orders.clone().map(|order| format!("{name}{order}")).collect::<Vec<_>>();
        let columns = [vec!["sys_len".to_owned(), "ref_len".to_owned()], numbered("matches"), numbered("totals")];
        let columns = columns.into_iter().flatten().map(|name| Column { name, whole: true }).collect();
        let scores = [vec!["bleu".to_owned(), "bp".to_owned()], numbered("precision")].concat();
        Ok(Self { options, shape: Shape { columns, scores, segment_scores: 1 } })
    }

    /// The tokens of one text. Long words are not resolved yet.
    #[inline]
    fn tokenize(&self, text: &[u8], lowered: &mut Vec<u8>, tokens: &mut Tokens) {
        if let [pretokenized::TOKENS, given @ ..] = text {
            return Pretokenized.tokenize(given, tokens);
        }
        if matches!(self.options.tokenizer, Tokenizer::Pretokenized | Tokenizer::Tokens) {
            return self.options.tokenizer.tokenize(text, tokens);
        }
        self.options.tokenizer.tokenize(strip_end(lowercase(self.options.lowercase, text, lowered)), tokens);
    }

    /// Computes the precision of each order, in percent, and returns the number of orders that count.
    fn precisions(&self, matches: &[f64], totals: &[f64], precisions: &mut [f64]) -> usize {
        let mut effective = self.options.max_ngram_order;
        let mut halved = 1.0;
        for (order, precision) in precisions.iter_mut().enumerate() {
            let (mut matches, mut total) = (matches[order], totals[order]);
            if let Smoothing::AddK(k) = self.options.smoothing
                && order > 0
            {
                matches += k;
                total += k;
            }
            if total == 0.0 {
                break;
            }
            if self.options.effective_order {
                effective = order + 1;
            }
            // The reference's order of operations: multiply, then divide.
            *precision = match self.options.smoothing {
                _ if matches != 0.0 => 100.0 * matches / total,
                Smoothing::Exp => {
                    halved *= 2.0;
                    100.0 / (halved * total)
                }
                Smoothing::Floor(value) => 100.0 * value / total,
                Smoothing::None | Smoothing::AddK(_) => 0.0,
            };
        }
        effective
    }
}

/// The reference length closest to the hypothesis length, the shorter of two equally close ones.
fn closest_reference_length(hypothesis: usize, closest: Option<usize>, reference: usize) -> usize {
    match closest {
        Some(closest) if (closest.abs_diff(hypothesis), closest) <= (reference.abs_diff(hypothesis), reference) => {
            closest
        }
        _ => reference,
    }
}

/// Writes the lengths, and the totals of all orders.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
fn fill_lengths(hypothesis: usize, closest: usize, lengths: &mut [f64], totals: &mut [f64]) {
    lengths.copy_from_slice(&[hypothesis as f64, closest as f64]);
    for (order, total) in totals.iter_mut().enumerate() {
        *total = hypothesis.saturating_sub(order) as f64;
    }
}

/// The sum of floats, equal to Python's `sum()`.
fn python_sum(values: impl Iterator<Item = f64>, compensated: bool) -> f64 {
    let (mut sum, mut lost) = (0.0f64, 0.0);
    for value in values {
        let next = sum + value;
        // Neumaier's variant of Kahan's summation.
        lost += if sum.abs() >= value.abs() { (sum - next) + value } else { (value - next) + sum };
        sum = next;
    }
    if compensated && lost.is_finite() { sum + lost } else { sum }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
impl Fold for Bleu {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let (lengths, counts) = row.split_at(2);
        let (matches, totals) = counts.split_at(self.options.max_ngram_order);
        let (sys_len, ref_len) = (lengths[0], lengths[1]);
        let brevity_penalty = if sys_len >= ref_len {
            1.0
        } else if sys_len > 0.0 {
            (1.0 - ref_len / sys_len).exp()
        } else {
            0.0
        };

        let mut buffer = [0.0; MAX_ORDER];
        let precisions = &mut buffer[..self.options.max_ngram_order];
        // Without matches at any order the score and all precisions are 0, even with smoothing (sacrebleu #141).
        let mut score = 0.0;
        if matches.iter().any(|&count| count != 0.0) {
            let effective = self.precisions(matches, totals, precisions);
            let logarithms = precisions[..effective].iter().map(|&p| if p == 0.0 { -9_999_999_999.0 } else { p.ln() });
            score = brevity_penalty * (python_sum(logarithms, self.options.compensated) / effective as f64).exp();
        }
        let all = [score, brevity_penalty].into_iter().chain(precisions.iter().copied());
        scores.iter_mut().zip(all).for_each(|(score, value)| *score = value);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
impl TextMetric for Bleu {
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    ) {
        let Workspace { hypothesis: tokens, reference, long_words, matcher, text, marks, .. } = workspace;
        let orders = self.options.max_ngram_order;
        let (lengths, counts) = row.split_at_mut(2);
        let (matches, totals) = counts.split_at_mut(orders);
        matches.fill(0.0);

        long_words.begin(any_large(hypothesis, references));
        let hypothesis = hypothesis.words(tokens, long_words, |words, tokens| self.tokenize(words, text, tokens));
        let length = hypothesis.len();

        let mut closest = None;
        if let [reference_text] = references {
            let tokenize = |words: &_, tokens: &mut _| self.tokenize(words, text, tokens);
            let reference = reference_text.words(reference, long_words, tokenize);
            closest = Some(reference.len());
            let count = |order: usize, _, matched| matches[order] += f64::from(u8::from(matched));
            matcher.compare::<false>(hypothesis, reference, orders, count);
        } else {
            // An n-gram counts as often as in the reference that has it most often: its k-th occurrence matches if it
            // finds a partner in any reference.
            marks.clear();
            stop::resize(marks, orders * length, 0);
            for reference_text in references {
                let tokenize = |words: &_, tokens: &mut _| self.tokenize(words, text, tokens);
                let reference = reference_text.words(reference, long_words, tokenize);
                closest = Some(closest_reference_length(length, closest, reference.len()));
                let mark = |order: usize, at, matched| marks[order * length + at] |= u8::from(matched);
                matcher.compare::<false>(hypothesis, reference, orders, mark);
            }
            if length > 0 {
                for (matches, marks) in matches.iter_mut().zip(marks.chunks(length)) {
                    *matches = marks.iter().map(|&mark| u64::from(mark)).sum::<u64>() as f64;
                }
            }
        }
        fill_lengths(length, closest.unwrap_or_default(), lengths, totals);
    }

    fn basis(&self, _score: usize) -> Basis {
        Basis::Matches { characters: 0..0, words: 0..self.options.max_ngram_order }
    }

    fn fill(&self, _score: usize, hypothesis: Length, reference: Length, shared: &[u32], row: &mut [f64]) {
        let (lengths, counts) = row.split_at_mut(2);
        let (matches, totals) = counts.split_at_mut(self.options.max_ngram_order);
        matches.iter_mut().zip(shared).for_each(|(matches, &shared)| *matches = f64::from(shared));
        fill_lengths(hypothesis.words, reference.words, lengths, totals);
    }

    fn prepare(&self, text: &[u8], _role: Role, workspace: &mut Workspace) -> PreparedText {
        let Workspace { hypothesis: tokens, text: lowered, .. } = workspace;
        self.tokenize(text, lowered, tokens);
        PreparedText {
            tokens: tokens.save(),
            pretokenized: TextInput::Raw(text).is_pretokenized(),
            ..PreparedText::default()
        }
    }

    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let mut tokens = Tokens::default();
        self.tokenize(text, &mut Vec::new(), &mut tokens);
        tokens.to_bytes()
    }

    fn takes_tokens(&self) -> bool {
        self.options.tokenizer == Tokenizer::Tokens
    }

    fn looks_tokenized(&self, hypothesis: &[u8]) -> bool {
        hypothesis.ends_with(b" .")
    }

    fn misfit(&self, text: &[u8]) -> Option<Misfit> {
        match self.options.tokenizer {
            Tokenizer::ThirteenA | Tokenizer::Intl => without_spaces(text, |_| false),
            Tokenizer::Zh => without_spaces(text, |script| script == Misfit::Chinese),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bleu, Options, Smoothing, Tokenizer, closest_reference_length};
    use crate::scoring::{Fold, TextInput, TextMetric, Workspace};

    fn bleu(tokenizer: Tokenizer) -> Bleu {
        let options = Options {
            lowercase: None,
            tokenizer,
            smoothing: Smoothing::Exp,
            max_ngram_order: 4,
            effective_order: false,
            compensated: false,
        };
        Bleu::new(options).unwrap()
    }

    #[test]
    fn a_row_counts_lengths_matches_and_totals() {
        let mut row = [f64::NAN; 10];
        let references = [&b"the cat sat on the mat."[..], b"a cat, the cat"].map(TextInput::Raw);
        let hypothesis = TextInput::Raw(b"the the cat sat.");
        bleu(Tokenizer::ThirteenA).measure(hypothesis, &references, &mut Workspace::default(), &mut row);
        assert_eq!(row, [5.0, 5.0, 5.0, 2.0, 1.0, 0.0, 5.0, 4.0, 3.0, 2.0]);
    }

    #[test]
    fn tokens_are_counted_as_they_are() {
        let mut row = [f64::NAN; 10];
        let texts = [&b"\xFBa b\xFF \xFF\xFC1\xFF1\xFF"[..], b"\xFBa b\xFF \xFF1\xFF"];
        let [hypothesis, reference] = texts.map(TextInput::Raw);
        bleu(Tokenizer::Tokens).measure(hypothesis, &[reference], &mut Workspace::default(), &mut row);
        assert_eq!(row, [4.0, 3.0, 3.0, 1.0, 0.0, 0.0, 4.0, 3.0, 2.0, 1.0]);
    }

    #[test]
    fn an_exact_copy_scores_100() {
        let mut scores = [0.0; 6];
        bleu(Tokenizer::ThirteenA).finalise(&[4.0, 4.0, 4.0, 3.0, 2.0, 1.0, 4.0, 3.0, 2.0, 1.0], &mut scores);
        assert_eq!(scores[1..], [1.0, 100.0, 100.0, 100.0, 100.0]);
        assert!((scores[0] - 100.0).abs() < 1e-12);
    }

    #[test]
    fn the_shorter_of_two_equally_close_references_counts() {
        let closest = |lengths: &[usize]| lengths.iter().fold(None, |c, &r| Some(closest_reference_length(10, c, r)));
        assert_eq!(closest(&[12, 8, 15]), Some(8));
        assert_eq!(closest(&[8, 12]), Some(8));
        assert_eq!(closest(&[20, 11, 9, 11]), Some(9));
    }
}
