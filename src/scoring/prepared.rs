//! Texts that a metric has read, to be measured many times.
//!
//! References that are used many times, and texts that are compared with all others, are tokenized, lower-cased and
//! stemmed once. A metric measures a [`PreparedText`] with the same code as a text: the tokens are copied to where a
//! tokenizer would write them.

use crate::cpu::{prefetch, prefetch_line};
use crate::scoring::misfits::Misfits;
use crate::text::LongWords;
use crate::text::tokenize::{SavedTokens, Tokens, Words, pretokenized};
use std::sync::Arc;

/// The number of positions ahead at which the addresses of prepared texts are fetched, before the texts themselves.
const AHEAD: usize = 4;

/// The role of a text in a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Hypothesis,
    Reference,
}

/// A text that a metric has read.
#[derive(Clone, Debug, Default)]
pub struct PreparedText {
    /// The text as its characters are compared: rewritten, and without characters that do not count. Empty for other
    /// metrics.
    pub characters: Box<[u8]>,
    pub tokens: SavedTokens,
    /// Whether tokens were given in place of a text.
    pub pretokenized: bool,
}

/// A text, or one that was prepared.
#[derive(Clone, Copy, Debug)]
pub enum TextInput<'a> {
    Raw(&'a [u8]),
    Prepared(&'a PreparedText),
}

/// The shortest text, in bytes, that is large: its words take a multiple of its memory.
const LARGE: usize = 1 << 20;

/// Whether a text of a segment is large.
#[inline]
#[must_use]
pub fn any_large(hypothesis: TextInput<'_>, references: &[TextInput<'_>]) -> bool {
    let is_large = |text: &TextInput<'_>| matches!(text, TextInput::Raw(text) if text.len() >= LARGE);
    is_large(&hypothesis) || references.iter().any(is_large)
}

impl<'a> TextInput<'a> {
    /// Fills `tokens`, with `tokenize` unless the text is prepared.
    #[inline]
    pub fn tokens(self, tokens: &mut Tokens, tokenize: impl FnOnce(&'a [u8], &mut Tokens)) {
        match self {
            Self::Raw(text) => tokenize(text, tokens),
            Self::Prepared(prepared) => tokens.restore(&prepared.tokens),
        }
    }

    /// The words of the whole text, ready to be compared. `tokens` is a buffer for words that are not stored.
    #[inline]
    pub fn words<'b>(
        self,
        tokens: &'b mut Tokens,
        long_words: &mut LongWords,
        tokenize: impl FnOnce(&'a [u8], &mut Tokens),
    ) -> Words<'b>
    where
        'a: 'b,
    {
        if let Self::Prepared(prepared) = self
            && let Some(words) = prepared.tokens.short_words()
            && !long_words.number_all()
        {
            return Words::Plain(words);
        }
        self.tokens(tokens, tokenize);
        long_words.resolve(tokens);
        tokens.words()
    }

    /// Whether tokens were given in place of a text.
    #[inline]
    #[must_use]
    pub fn is_pretokenized(self) -> bool {
        match self {
            Self::Raw(text) => text.first() == Some(&pretokenized::TOKENS),
            Self::Prepared(prepared) => prepared.pretokenized,
        }
    }
}

/// Prepared texts: one for each segment, or several references. Selections share the texts.
#[derive(Clone, Debug, Default)]
pub struct PreparedTexts {
    segments: Vec<Arc<[PreparedText]>>,
    /// Some of the texts, for a warning; selections do not have them.
    pub misfits: Misfits,
}

impl PreparedTexts {
    pub fn push(&mut self, texts: Vec<PreparedText>) {
        self.segments.push(texts.into());
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.segments.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    #[must_use]
    pub fn get(&self, segment: usize) -> &[PreparedText] {
        &self.segments[segment]
    }

    /// Asks the processor to bring the texts of a segment into its cache, and the addresses of a later segment's texts.
    pub fn fetch(&self, segment: usize) {
        for prepared in self.get(segment) {
            prefetch(&prepared.characters);
            prepared.tokens.fetch();
        }
        if let Some(later) = self.segments.get(segment + AHEAD) {
            later.iter().for_each(|prepared| prefetch_line(std::ptr::from_ref(prepared).cast()));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &[PreparedText]> {
        self.segments.iter().map(|texts| &**texts)
    }

    /// The first text of each segment, which is the only one if [`alone`](Self::alone) is true.
    pub fn first(&self) -> impl Iterator<Item = &PreparedText> {
        self.iter().map(|texts| &texts[0])
    }

    /// Whether each segment has one text.
    #[must_use]
    pub fn alone(&self) -> bool {
        self.iter().all(|texts| texts.len() == 1)
    }

    /// The texts of these segments.
    #[must_use]
    pub fn select(&self, segments: &[usize]) -> Self {
        let segments = segments.iter().map(|&segment| self.segments[segment].clone()).collect();
        Self { segments, misfits: Misfits::default() }
    }
}
