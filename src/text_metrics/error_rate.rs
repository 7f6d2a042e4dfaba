//! WER and CER, word and character error rate. Row: [hits, substitutions, deletions, insertions]. Follows jiwer 4.0.0.
//!
//! Of several references the one with the fewest errors counts, the first of equal ones.

use crate::matching::{Counts, Edit};
use crate::scoring::{Basis, Column, Length, Metric, Readable, Reading, Role, Shape, Workspace};
use crate::text::tokenize::pretokenized::Given;
use crate::text::tokenize::{Jiwer, Tokenize, Tokens, Whitespace, is_punctuation, pretokenized};
use crate::text::{Lowercase, characters, decode, lowercase, strip_end, strip_start, whitespace_length};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Words,
    Characters,
}

/// What is done to texts before they are compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Normalize {
    pub lowercase: Option<Lowercase>,
    pub remove_punctuation: bool,
    /// Whether any white space is one space.
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

    /// The text as it is cut into tokens. `first` and `second` are buffers.
    #[inline]
    fn prepare<'a>(&self, mut text: &'a [u8], first: &'a mut Vec<u8>, second: &'a mut Vec<u8>) -> &'a [u8] {
        text = lowercase(self.normalize.lowercase, text, first);
        let Normalize { remove_punctuation, collapse_whitespace, .. } = self.normalize;
        if remove_punctuation || collapse_whitespace && self.unit == Unit::Characters {
            second.clear();
            let mut space = false;
            while !text.is_empty() {
                let (character, length) = decode(text);
                let (bytes, behind) = text.split_at(length);
                text = behind;
                if remove_punctuation && is_punctuation(character) {
                    continue;
                }
                // Of white space that is collapsed the first makes a space.
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
            return Given.tokenize(given, tokens);
        }
        let [first, second] = buffers;
        let text = self.prepare(text, first, second);
        if self.normalize.collapse_whitespace {
            Whitespace.tokenize(text, tokens);
        } else {
            Jiwer.tokenize(text, tokens);
        }
    }

    /// The text whose characters are compared. `first` and `second` are buffers.
    #[inline]
    fn compared<'a>(&self, text: Readable<'a>, first: &'a mut Vec<u8>, second: &'a mut Vec<u8>) -> &'a [u8] {
        match text {
            Readable::Text(text) => self.prepare(text, first, second),
            Readable::Read(reading) => &reading.characters,
        }
    }

    /// Whether the text is compared character by character; tokens of the user's are compared as they are.
    fn by_character(&self, text: Readable<'_>) -> bool {
        self.unit == Unit::Characters && !text.is_given()
    }

    fn count(&self, hypothesis: Readable<'_>, reference: Readable<'_>, workspace: &mut Workspace) -> Counts {
        if self.by_character(hypothesis) {
            self.read_characters(hypothesis, reference, workspace);
            let Workspace { edits, characters, .. } = workspace;
            return edits.count(&characters.hypothesis, &characters.reference, characters.bound());
        }
        self.read_words(hypothesis, reference, workspace);
        let Workspace { hypothesis, reference, alignment, edits, .. } = workspace;
        let (hypothesis, reference) = (hypothesis.whole_text(), reference.whole_text());
        edits.count_words(hypothesis, reference).unwrap_or_else(|| {
            alignment.number(hypothesis, reference);
            edits.count(&alignment.hypothesis, &alignment.reference, alignment.distinct)
        })
    }

    fn read_characters(&self, hypothesis: Readable<'_>, reference: Readable<'_>, workspace: &mut Workspace) {
        let Workspace { characters, text: first, rewritten: second, .. } = workspace;
        characters.clear();
        characters.read_hypothesis(self.compared(hypothesis, first, second), true);
        characters.read_reference(self.compared(reference, first, second), true);
    }

    fn read_words(&self, hypothesis: Readable<'_>, reference: Readable<'_>, workspace: &mut Workspace) {
        let Workspace { long_words, text: first, rewritten: second, .. } = workspace;
        long_words.clear();
        for (text, tokens) in [(hypothesis, &mut workspace.hypothesis), (reference, &mut workspace.reference)] {
            text.tokens(tokens, |text, tokens| self.tokenize(text, [first, second], tokens));
            long_words.resolve(tokens);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
impl Metric for ErrorRate {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn measure(
        &self,
        hypothesis: Readable<'_>,
        references: &[Readable<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    ) {
        let counts = references.iter().map(|reference| self.count(hypothesis, *reference, workspace));
        let best = counts.min_by_key(|counts| counts.errors()).unwrap_or_default();
        let Counts { hits, substitutions, deletions, insertions } = best;
        row.copy_from_slice(&[hits, substitutions, deletions, insertions].map(|count| count as f64));
    }

    fn basis(&self, score: usize) -> Basis {
        match score {
            0 => Basis::Distance { of_characters: self.unit == Unit::Characters },
            // They ask which errors there are.
            _ => Basis::Texts,
        }
    }

    fn fill(&self, _score: usize, _hypothesis: Length, reference: Length, shared: &[u32], row: &mut [f64]) {
        let (errors, reference) = (shared[0] as usize, reference.words);
        // So many errors, of any kinds: the rate asks no more.
        let substitutions = errors.min(reference);
        let counts = [reference - substitutions, substitutions, 0, errors - substitutions];
        row.copy_from_slice(&counts.map(|count| count as f64));
    }

    fn read(&self, text: &[u8], _role: Role, workspace: &mut Workspace) -> Reading {
        let Workspace { hypothesis: tokens, text: first, rewritten: second, .. } = workspace;
        let given = Readable::Text(text).is_given();
        if self.by_character(Readable::Text(text)) {
            let characters = self.prepare(text, first, second).into();
            return Reading { characters, given, ..Reading::default() };
        }
        self.tokenize(text, [first, second], tokens);
        Reading { tokens: tokens.save(), given, ..Reading::default() }
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let &[hits, substitutions, deletions, insertions] = row else { return };
        let errors = substitutions + deletions + insertions;
        let (reference, hypothesis) = (hits + substitutions + deletions, hits + substitutions + insertions);
        let values = if reference == 0.0 {
            // Where nothing was to be said, each word counts as a whole error.
            let wrong = f64::from(u8::from(insertions > 0.0));
            [insertions, wrong, wrong, 1.0 - wrong]
        } else {
            let preserved = if hypothesis > 0.0 { (hits / reference) * (hits / hypothesis) } else { 0.0 };
            [errors / reference, errors / (reference + insertions), 1.0 - preserved, preserved]
        };
        scores.copy_from_slice(&values[..scores.len()]);
    }

    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        if self.by_character(Readable::Text(text)) {
            return characters(self.prepare(text, &mut first, &mut second)).map(<[u8]>::to_vec).collect();
        }
        let mut tokens = Tokens::default();
        self.tokenize(text, [&mut first, &mut second], &mut tokens);
        tokens.to_bytes()
    }

    fn takes_tokens(&self) -> bool {
        true
    }

    fn align(
        &self,
        hypothesis: &[u8],
        reference: &[u8],
        workspace: &mut Workspace,
    ) -> Option<Vec<(Edit, usize, usize)>> {
        let (hypothesis, reference) = (Readable::Text(hypothesis), Readable::Text(reference));
        let mut found = Vec::new();
        let visit = |edit, hypothesis, reference| found.push((edit, hypothesis, reference));
        if self.by_character(hypothesis) {
            self.read_characters(hypothesis, reference, workspace);
            let Workspace { edits, characters, .. } = workspace;
            edits.align(&characters.hypothesis, &characters.reference, characters.bound(), visit);
        } else {
            self.read_words(hypothesis, reference, workspace);
            let Workspace { hypothesis, reference, alignment, edits, .. } = workspace;
            alignment.number(hypothesis.whole_text(), reference.whole_text());
            edits.align(&alignment.hypothesis, &alignment.reference, alignment.distinct, visit);
        }
        found.reverse();
        Some(found)
    }
}
