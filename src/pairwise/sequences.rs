//! Texts as sequences of numbers, which share one vocabulary.

use crate::scoring::PreparedText;
use crate::stop;
use crate::text::tokenize::Tokens;
use crate::text::{Alphabet, LongWords, WordNumbers};

/// Consecutive sequences.
#[derive(Debug, Default)]
pub struct TokenSequences {
    numbers: Vec<u32>,
    ends: Vec<usize>,
}

impl TokenSequences {
    pub fn push(&mut self, sequence: impl ExactSizeIterator<Item = u32>) {
        stop::reserve(&mut self.numbers, sequence.len());
        self.numbers.extend(sequence);
        self.ends.push(self.numbers.len());
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn get(&self, at: usize) -> &[u32] {
        &self.numbers[self.start(at)..self.ends[at]]
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// The position at which a sequence begins in `numbers`.
    #[must_use]
    pub fn start(&self, at: usize) -> usize {
        at.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The numbers of all sequences.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }
}

/// Numbers the words of many texts, exactly, from 0.
#[derive(Debug, Default)]
pub struct WordEncoder {
    tokens: Tokens,
    long: LongWords,
    numbers: WordNumbers,
}

impl WordEncoder {
    pub fn sequences<'a>(&mut self, readings: impl Iterator<Item = &'a PreparedText>) -> TokenSequences {
        let Self { tokens, long, numbers } = self;
        let mut sequences = TokenSequences::default();
        for reading in readings {
            tokens.restore(&reading.tokens);
            long.resolve(tokens);
            numbers.number(tokens.whole_text(), &mut sequences.numbers);
            sequences.ends.push(sequences.numbers.len());
        }
        sequences
    }

    /// An upper bound of all numbers.
    #[must_use]
    pub fn bound(&self) -> usize {
        self.numbers.count()
    }
}

/// The characters of many texts, with numbers for all of them.
pub fn of_characters<'a>(
    characters: &mut Alphabet,
    readings: impl Iterator<Item = &'a PreparedText>,
) -> TokenSequences {
    let mut sequences = TokenSequences::default();
    for reading in readings {
        stop::poll();
        characters.read_reference(&reading.characters, true);
        sequences.push(characters.reference.iter().copied());
    }
    sequences
}
