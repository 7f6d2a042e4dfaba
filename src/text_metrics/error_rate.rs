//! WER and CER, the word and character error rates: edits divided by the length of the reference. Row: [hits,
//! substitutions, deletions, insertions]. Follows jiwer 4.0.0.
//!
//! V. I. Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals", 1966.
//!
//! Of several references the one with the fewest errors counts, the first of equal ones.

use crate::matching::{Edit, EditCounts};
use crate::scoring::{
    Basis, Column, Fold, Length, PreparedText, Role, Shape, TextInput, TextMetric, Workspace, any_large,
};
use crate::stop;
use crate::text::tokenize::pretokenized::Pretokenized;
use crate::text::tokenize::{JiwerWords, Tokenize, Tokens, Whitespace, Words, is_punctuation, pretokenized};
use crate::text::{
    Lowercase, Misfit, characters, decode, lowercase, strip_end, strip_start, whitespace_length, without_spaces,
};

/// The unit that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Words,
    Characters,
}

/// How texts are rewritten before they are compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Normalize {
    pub lowercase: Option<Lowercase>,
    pub remove_punctuation: bool,
    /// Whether a run of white space counts as one space.
    pub collapse_whitespace: bool,
}

/// An error rate with its options.
#[derive(Clone, Debug)]
pub struct ErrorRate {
    unit: Unit,
    normalize: Normalize,
    shape: Shape,
}

impl ErrorRate {
    #[must_use]
    pub fn new(unit: Unit, normalize: Normalize) -> Self {
        let columns = ["hits", "substitutions", "deletions", "insertions"];
        let columns = columns.map(|name| Column { name: name.to_owned(), whole: true }).into();
        let rate = if unit == Unit::Words { "wer" } else { "cer" };
        let scores: Vec<_> = [rate, "mer", "wil", "wip"].map(str::to_owned).into();
        // The other three are defined for words.
        let segment_scores = if unit == Unit::Words { scores.len() } else { 1 };
        Self { unit, normalize, shape: Shape { columns, scores, segment_scores } }
    }

    /// The rewritten text, to be split into tokens. `first` and `second` are buffers.
    #[inline]
    fn normalized<'a>(&self, mut text: &'a [u8], first: &'a mut Vec<u8>, second: &'a mut Vec<u8>) -> &'a [u8] {
        text = lowercase(self.normalize.lowercase, text, first);
        let Normalize { remove_punctuation, collapse_whitespace, .. } = self.normalize;
        if remove_punctuation || collapse_whitespace && self.unit == Unit::Characters {
            second.clear();
            stop::reserve(second, text.len());
            let mut space = false;
            let mut countdown = stop::Countdown::default();
            while !text.is_empty() {
                countdown.step();
                let (character, length) = decode(text);
                let (bytes, after) = text.split_at(length);
                text = after;
                if remove_punctuation && is_punctuation(character) {
                    continue;
                }
                // Of collapsed white space, the first character becomes a space.
                let before = std::mem::replace(&mut space, collapse_whitespace && whitespace_length(bytes) > 0);
                match (before, space) {
                    (true, true) => {}
                    (false, true) => second.push(b' '),
                    _ => second.extend_from_slice(bytes),
                }
            }
            text = second;
        }
        strip_start(strip_end(text))
    }

    fn tokenize(&self, text: &[u8], buffers: [&mut Vec<u8>; 2], tokens: &mut Tokens) {
        if let [pretokenized::TOKENS, given @ ..] = text {
            return Pretokenized.tokenize(given, tokens);
        }
        let [first, second] = buffers;
        let text = self.normalized(text, first, second);
        if self.normalize.collapse_whitespace {
            Whitespace.tokenize(text, tokens);
        } else {
            JiwerWords.tokenize(text, tokens);
        }
    }

    /// The text whose characters are compared. `first` and `second` are buffers.
    #[inline]
    fn compared<'a>(&self, text: TextInput<'a>, first: &'a mut Vec<u8>, second: &'a mut Vec<u8>) -> &'a [u8] {
        match text {
            TextInput::Raw(text) => self.normalized(text, first, second),
            TextInput::Prepared(reading) => &reading.characters,
        }
    }

    /// Whether the text is compared by character. Tokens that were given are compared as a whole.
    fn by_character(&self, text: TextInput<'_>) -> bool {
        self.unit == Unit::Characters && !text.is_pretokenized()
    }

    fn count(&self, hypothesis: TextInput<'_>, reference: TextInput<'_>, workspace: &mut Workspace) -> EditCounts {
        if self.by_character(hypothesis) {
            self.read_characters(hypothesis, reference, workspace);
            let Workspace { levenshtein, alphabet, .. } = workspace;
            return levenshtein.count(&alphabet.hypothesis, &alphabet.reference, alphabet.bound());
        }
        self.read_words(hypothesis, reference, workspace);
        let Workspace { hypothesis, reference, matcher, levenshtein, .. } = workspace;
        let (hypothesis, reference) = (hypothesis.words(), reference.words());
        let counted = match (hypothesis, reference) {
            (Words::Plain(hypothesis), Words::Plain(reference)) => levenshtein.count_words(hypothesis, reference),
            _ => None,
        };
        counted.unwrap_or_else(|| {
            matcher.number(hypothesis, reference);
            levenshtein.count(&matcher.hypothesis, &matcher.reference, matcher.distinct)
        })
    }

    fn read_characters(&self, hypothesis: TextInput<'_>, reference: TextInput<'_>, workspace: &mut Workspace) {
        let Workspace { alphabet, text: first, rewritten: second, .. } = workspace;
        alphabet.clear();
        alphabet.read_hypothesis(self.compared(hypothesis, first, second), true);
        alphabet.read_reference(self.compared(reference, first, second), true);
    }

    fn read_words(&self, hypothesis: TextInput<'_>, reference: TextInput<'_>, workspace: &mut Workspace) {
        let Workspace { long_words, text: first, rewritten: second, .. } = workspace;
        long_words.begin(any_large(hypothesis, &[reference]));
        for (text, tokens) in [(hypothesis, &mut workspace.hypothesis), (reference, &mut workspace.reference)] {
            text.tokens(tokens, |text, tokens| self.tokenize(text, [first, second], tokens));
            long_words.resolve(tokens);
        }
    }
}

impl Fold for ErrorRate {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let &[hits, substitutions, deletions, insertions] = row else { return };
        let errors = substitutions + deletions + insertions;
        let (reference, hypothesis) = (hits + substitutions + deletions, hits + substitutions + insertions);
        let values = if reference == 0.0 {
            // If the reference is empty, each word of the hypothesis is one error.
            let wrong = f64::from(u8::from(insertions > 0.0));
            [insertions, wrong, wrong, 1.0 - wrong]
        } else {
            let preserved = if hypothesis > 0.0 { (hits / reference) * (hits / hypothesis) } else { 0.0 };
            [errors / reference, errors / (reference + insertions), 1.0 - preserved, preserved]
        };
        scores.copy_from_slice(&values[..scores.len()]);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
impl TextMetric for ErrorRate {
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    ) {
        let counts = references.iter().map(|reference| self.count(hypothesis, *reference, workspace));
        let best = counts.min_by_key(|counts| counts.errors()).unwrap_or_default();
        let EditCounts { hits, substitutions, deletions, insertions } = best;
        row.copy_from_slice(&[hits, substitutions, deletions, insertions].map(|count| count as f64));
    }

    fn basis(&self, score: usize) -> Basis {
        match score {
            0 => Basis::Distance { of_characters: self.unit == Unit::Characters },
            // They depend on the kinds of errors.
            _ => Basis::Texts,
        }
    }

    fn fill(&self, _score: usize, _hypothesis: Length, reference: Length, shared: &[u32], row: &mut [f64]) {
        let (errors, reference) = (shared[0] as usize, reference.words);
        // The rate depends on the number of errors only, not on their kinds.
        let substitutions = errors.min(reference);
        let counts = [reference - substitutions, substitutions, 0, errors - substitutions];
        row.copy_from_slice(&counts.map(|count| count as f64));
    }

    fn prepare(&self, text: &[u8], _role: Role, workspace: &mut Workspace) -> PreparedText {
        let Workspace { hypothesis: tokens, text: first, rewritten: second, .. } = workspace;
        let pretokenized = TextInput::Raw(text).is_pretokenized();
        if self.by_character(TextInput::Raw(text)) {
            let characters = self.normalized(text, first, second).into();
            return PreparedText { characters, pretokenized, ..PreparedText::default() };
        }
        self.tokenize(text, [first, second], tokens);
        PreparedText { tokens: tokens.save(), pretokenized, ..PreparedText::default() }
    }

    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        if self.by_character(TextInput::Raw(text)) {
            return characters(self.normalized(text, &mut first, &mut second)).map(<[u8]>::to_vec).collect();
        }
        let mut tokens = Tokens::default();
        self.tokenize(text, [&mut first, &mut second], &mut tokens);
        tokens.to_bytes()
    }

    fn takes_tokens(&self) -> bool {
        true
    }

    fn misfit(&self, text: &[u8]) -> Option<Misfit> {
        if self.unit == Unit::Words { without_spaces(text, |_| false) } else { None }
    }

    fn align(
        &self,
        hypothesis: &[u8],
        reference: &[u8],
        workspace: &mut Workspace,
    ) -> Option<Vec<(Edit, usize, usize)>> {
        let (hypothesis, reference) = (TextInput::Raw(hypothesis), TextInput::Raw(reference));
        let mut found = Vec::new();
        let visit = |edit, hypothesis, reference| found.push((edit, hypothesis, reference));
        if self.by_character(hypothesis) {
            self.read_characters(hypothesis, reference, workspace);
            let Workspace { levenshtein, alphabet, .. } = workspace;
            levenshtein.align(&alphabet.hypothesis, &alphabet.reference, alphabet.bound(), visit);
        } else {
            self.read_words(hypothesis, reference, workspace);
            let Workspace { hypothesis, reference, matcher, levenshtein, .. } = workspace;
            matcher.number(hypothesis.words(), reference.words());
            levenshtein.align(&matcher.hypothesis, &matcher.reference, matcher.distinct, visit);
        }
        found.reverse();
        Some(found)
    }
}
