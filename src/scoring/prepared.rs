//! What a metric has read of a text, kept so that the text need not be read again.
//!
//! References that are scored against many times, and texts that are compared all with all, are cut into tokens, put
//! into lower case and stemmed once. A metric measures such a [`PreparedText`] wherever it measures a text, by the same
//! code: the tokens are copied where a tokenizer would have written them.

use crate::cpu::{prefetch, prefetch_line};
use crate::text::LongWords;
use crate::text::tokenize::{SavedTokens, Tokens, Word, pretokenized};
use std::sync::Arc;

/// Readings so many places ahead are looked for before they are fetched.
const AHEAD: usize = 4;

/// Which of the two texts of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Hypothesis,
    Reference,
}

/// What a metric has read of a text.
#[derive(Clone, Debug, Default)]
pub struct PreparedText {
    /// The text as its characters are compared, by metrics that do so: rewritten, without those that do not count.
    pub characters: Box<[u8]>,
    pub tokens: SavedTokens,
    /// Whether tokens were pretokenized in place of the text.
    pub pretokenized: bool,
}

/// A text, or what was read of it before.
#[derive(Clone, Copy, Debug)]
pub enum TextInput<'a> {
    Raw(&'a [u8]),
    Prepared(&'a PreparedText),
}

impl<'a> TextInput<'a> {
    /// Fills `tokens`: by `tokenize`, unless they were read before.
    #[inline]
    pub fn tokens(self, tokens: &mut Tokens, tokenize: impl FnOnce(&'a [u8], &mut Tokens)) {
        match self {
            Self::Raw(text) => tokenize(text, tokens),
            Self::Prepared(prepared) => tokens.restore(&prepared.tokens),
        }
    }

    /// The words of the text as a whole, ready to be compared. `tokens` is a buffer for those that are not known yet.
    #[inline]
    pub fn words<'b>(
        self,
        tokens: &'b mut Tokens,
        long_words: &mut LongWords,
        tokenize: impl FnOnce(&'a [u8], &mut Tokens),
    ) -> &'b [Word]
    where
        'a: 'b,
    {
        if let Self::Prepared(prepared) = self
            && let Some(words) = prepared.tokens.short_words()
        {
            return words;
        }
        self.tokens(tokens, tokenize);
        long_words.resolve(tokens);
        tokens.whole_text()
    }

    /// Whether tokens were pretokenized in place of a text.
    #[inline]
    #[must_use]
    pub fn is_pretokenized(self) -> bool {
        match self {
            Self::Raw(text) => text.first() == Some(&pretokenized::TOKENS),
            Self::Prepared(prepared) => prepared.pretokenized,
        }
    }
}

/// What was read of many texts: in each place one, or several references that belong together. Parts of a collection
/// share what they have in common.
#[derive(Clone, Debug, Default)]
pub struct PreparedTexts {
    places: Vec<Arc<[PreparedText]>>,
}

impl PreparedTexts {
    pub fn push(&mut self, texts: Vec<PreparedText>) {
        self.places.push(texts.into());
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    #[must_use]
    pub fn get(&self, place: usize) -> &[PreparedText] {
        &self.places[place]
    }

    /// Asks the processor to bring what was read at a place into its cache; and where that of a later place is.
    pub fn fetch(&self, place: usize) {
        for prepared in self.get(place) {
            prefetch(&prepared.characters);
            prepared.tokens.fetch();
        }
        if let Some(later) = self.places.get(place + AHEAD) {
            later.iter().for_each(|prepared| prefetch_line(std::ptr::from_ref(prepared).cast()));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &[PreparedText]> {
        self.places.iter().map(|texts| &**texts)
    }

    /// The first prepared of each place; the only one where all are [alone](Self::alone).
    pub fn first(&self) -> impl Iterator<Item = &PreparedText> {
        self.iter().map(|texts| &texts[0])
    }

    /// Whether there is one text in each place.
    #[must_use]
    pub fn alone(&self) -> bool {
        self.iter().all(|texts| texts.len() == 1)
    }

    /// The collection of these places.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        Self { places: places.iter().map(|&place| self.places[place].clone()).collect() }
    }
}
