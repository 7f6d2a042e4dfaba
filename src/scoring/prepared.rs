//! What a metric has read of a text, kept so that the text need not be read again.
//!
//! References that are scored against many times, and texts that are compared all with all, are cut into tokens, put
//! into lower case and stemmed once. A metric measures such a [`Reading`] wherever it measures a text, by the same
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
pub struct Reading {
    /// The text as its characters are compared, by metrics that do so: rewritten, without those that do not count.
    pub characters: Box<[u8]>,
    pub tokens: SavedTokens,
    /// Whether tokens were given in place of the text.
    pub given: bool,
}

/// A text, or what was read of it before.
#[derive(Clone, Copy, Debug)]
pub enum Readable<'a> {
    Text(&'a [u8]),
    Read(&'a Reading),
}

impl<'a> Readable<'a> {
    /// Fills `tokens`: by `tokenize`, unless they were read before.
    #[inline]
    pub fn tokens(self, tokens: &mut Tokens, tokenize: impl FnOnce(&'a [u8], &mut Tokens)) {
        match self {
            Self::Text(text) => tokenize(text, tokens),
            Self::Read(reading) => tokens.restore(&reading.tokens),
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
        if let Self::Read(reading) = self
            && let Some(words) = reading.tokens.short_words()
        {
            return words;
        }
        self.tokens(tokens, tokenize);
        long_words.resolve(tokens);
        tokens.whole_text()
    }

    /// Whether tokens were given in place of a text.
    #[inline]
    #[must_use]
    pub fn is_given(self) -> bool {
        match self {
            Self::Text(text) => text.first() == Some(&pretokenized::TOKENS),
            Self::Read(reading) => reading.given,
        }
    }
}

/// What was read of many texts: in each place one, or several references that belong together. Parts of a collection
/// share what they have in common.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    places: Vec<Arc<[Reading]>>,
}

impl Collection {
    pub fn push(&mut self, readings: Vec<Reading>) {
        self.places.push(readings.into());
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
    pub fn get(&self, place: usize) -> &[Reading] {
        &self.places[place]
    }

    /// Asks the processor to bring what was read at a place into its cache; and where that of a later place is.
    pub fn fetch(&self, place: usize) {
        for reading in self.get(place) {
            prefetch(&reading.characters);
            reading.tokens.fetch();
        }
        if let Some(later) = self.places.get(place + AHEAD) {
            later.iter().for_each(|reading| prefetch_line(std::ptr::from_ref(reading).cast()));
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &[Reading]> {
        self.places.iter().map(|readings| &**readings)
    }

    /// The first reading of each place; the only one where all are [alone](Self::alone).
    pub fn first(&self) -> impl Iterator<Item = &Reading> {
        self.iter().map(|readings| &readings[0])
    }

    /// Whether there is one text in each place.
    #[must_use]
    pub fn alone(&self) -> bool {
        self.iter().all(|readings| readings.len() == 1)
    }

    /// The collection of these places.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        Self { places: places.iter().map(|&place| self.places[place].clone()).collect() }
    }
}
