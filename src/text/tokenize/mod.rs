//! Tokenizers: from a text to [`Tokens`]. Each file is named after the reference implementation it follows.
//!
//! A tokenizer works on bytes (UTF-8, in which a lone surrogate is encoded as its three bytes), 64 at a time. For each
//! byte it decides whether the byte is part of a token, and whether a token must begin there. `masks` turns these masks
//! into tokens.

mod characters;
mod chrf;
mod intl;
mod jiwer;
mod masks;
pub mod pretokenized;
mod rouge;
mod ter;
mod thirteen_a;
mod unicode;
mod whitespace;
mod zh;

pub use characters::Characters;
pub use chrf::ChrfWords;
pub use intl::{Intl, is_punctuation};
pub use jiwer::JiwerWords;
pub use pretokenized::Pretokenized;
pub use rouge::RougeWords;
pub use ter::TerWords;
pub use thirteen_a::ThirteenA;
pub use unicode::UnicodeWords;
pub use whitespace::Whitespace;
pub use zh::Zh;

use crate::cpu::prefetch_line;
use crate::stop;
use std::ops::Range;

/// Words of up to this number of bytes are compared by value, without reading the text.
pub const SHORT: usize = 16;

/// A token in a form that compares fast: equal words of a pair have equal `low`, `high` and `length`.
///
/// A word of up to [`SHORT`] bytes is stored in `low` and `high`. A longer word gets a number instead, from
/// [`LongWords::resolve`](crate::text::LongWords::resolve), which numbers the distinct ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Word {
    pub low: u64,
    pub high: u64,
    /// The length in bytes.
    pub length: u32,
    /// Where the token begins in the loaded text.
    pub start: u32,
}

impl Word {
    /// The word at `start..end` of a loaded text, with the bits of `fold` set in its bytes.
    #[inline]
    #[must_use]
    pub fn read(text: &[u8], start: usize, end: usize, fold: u8) -> Self {
        let length = end - start;
        let (low, high) = MASKS[length.min(SHORT)];
        let fold = u64::from_le_bytes([fold; 8]);
        // The text is padded, so these bytes exist.
        let bytes = text.get(start..start.wrapping_add(SHORT)).and_then(|bytes| bytes.first_chunk());
        let bytes = bytes.map_or(0, |bytes| u128::from_le_bytes(*bytes));
        #[expect(clippy::cast_possible_truncation, reason = "the two halves are meant")]
        Self {
            low: (bytes as u64 | fold) & low,
            high: ((bytes >> 64) as u64 | fold) & high,
            length: index(length),
            start: index(start),
        }
    }

    #[inline]
    #[must_use]
    pub fn is_long(self) -> bool {
        self.length as usize > SHORT
    }

    /// The bytes of a short word, padded with zeros.
    #[must_use]
    pub fn short_bytes(self) -> [u8; SHORT] {
        (u128::from(self.high) << 64 | u128::from(self.low)).to_le_bytes()
    }
}

/// `MASKS[n]` keeps the first `n` of 16 bytes.
static MASKS: [(u64, u64); SHORT + 1] = {
    let mut masks = [(0, 0); SHORT + 1];
    let mut length = 1;
    while length <= SHORT {
        let bits = u128::MAX >> (128 - 8 * length);
        #[expect(clippy::cast_possible_truncation, reason = "the two halves are meant")]
        {
            masks[length] = (bits as u64, (bits >> 64) as u64);
        }
        length += 1;
    }
    masks
};

/// A position in a text as 32 bits. Longer texts are rejected before ([`crate::text::MAX_TEXT`]).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "texts are shorter than 4 GiB")]
fn index(position: usize) -> u32 {
    position as u32
}

/// The tokens of one text. The buffers are reused for the next text.
#[derive(Debug, Default)]
pub struct Tokens {
    /// The text as the tokenizer left it, followed by zeros: see [`Tokens::load`].
    text: Vec<u8>,
    /// The length of the text without the zeros.
    length: usize,
    /// The words, followed by free slots.
    buffer: Vec<Word>,
    count: usize,
    /// Whether any word is longer than [`SHORT`].
    any_long: bool,
    /// Where each sentence ends in [`in_sentences`](Self::in_sentences), if sentences were split.
    sentences: Vec<usize>,
    /// The number of words of the whole text, if it was tokenized both as a whole and by sentence.
    whole: Option<usize>,
    /// The numbers of the words, if they have taken the place of the words.
    numbers: Option<Vec<u32>>,
}

/// The words of a text in a form that compares fast. Those of a pair are both of the same kind.
#[derive(Clone, Copy, Debug)]
pub enum Words<'a> {
    Plain(&'a [Word]),
    /// Numbers in place of words, for a text that is so long that memory matters.
    Numbered(&'a [u32]),
}

impl Words<'_> {
    #[inline]
    #[must_use]
    pub fn len(self) -> usize {
        match self {
            Self::Plain(words) => words.len(),
            Self::Numbered(numbers) => numbers.len(),
        }
    }

    #[inline]
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// [`Tokens`] in a compact form to keep.
#[derive(Clone, Debug, Default)]
pub struct SavedTokens {
    text: Box<[u8]>,
    words: Box<[Word]>,
    any_long: bool,
    sentences: Box<[usize]>,
    whole: Option<usize>,
}

impl SavedTokens {
    /// The words of the whole text, if all of them are short.
    #[inline]
    #[must_use]
    pub fn short_words(&self) -> Option<&[Word]> {
        (!self.any_long).then(|| &self.words[..self.whole.unwrap_or(self.words.len())])
    }

    /// Asks the processor to bring the words into its cache.
    pub fn fetch(&self) {
        self.words.iter().step_by(2).take(16).for_each(|word| prefetch_line(std::ptr::from_ref(word).cast()));
    }
}

/// The number of zeros after a text: to the end of a block of 64 bytes, and a word more.
const PADDING: usize = 64 + SHORT;

impl Tokens {
    /// Loads a text: copies it and appends zeros, so that blocks and words can be read beyond its end.
    #[inline]
    pub fn load(&mut self, text: &[u8]) {
        self.count = 0;
        self.any_long = false;
        self.sentences.clear();
        self.whole = None;
        self.numbers = None;
        self.length = text.len();
        let padded = text.len() + PADDING;
        if self.text.len() < padded {
            grow(&mut self.text, padded);
        }
        self.text[..text.len()].copy_from_slice(text);
        self.text[text.len()..padded].fill(0);
    }

    /// Appends the word at `start..end` of the text, with the bits of `fold` set. See [`make_room`](Self::make_room).
    #[inline]
    fn push(&mut self, start: usize, end: usize, fold: u8) {
        let word = Word::read(&self.text, start, end, fold);
        self.any_long |= word.is_long();
        self.buffer[self.count] = word;
        self.count += 1;
    }

    /// Makes room for `words` more words.
    #[inline]
    fn make_room(&mut self, words: usize) {
        if self.buffer.len() < self.count + words {
            grow(&mut self.buffer, self.count + words);
        }
    }

    /// The words of the whole text, or their numbers.
    #[inline]
    #[must_use]
    pub fn words(&self) -> Words<'_> {
        match &self.numbers {
            Some(numbers) => Words::Numbered(numbers),
            None => Words::Plain(self.whole_text()),
        }
    }

    /// Replaces the words of the whole text with their numbers, and frees all else.
    pub fn replace(&mut self, numbers: Vec<u32>) {
        *self = Self { numbers: Some(numbers), ..Self::default() };
    }

    /// The words of the whole text.
    #[inline]
    #[must_use]
    pub fn whole_text(&self) -> &[Word] {
        &self.buffer[..self.whole.unwrap_or(self.count)]
    }

    /// The words by sentence.
    #[must_use]
    pub fn in_sentences(&self) -> &[Word] {
        &self.buffer[self.whole.unwrap_or(0)..self.count]
    }

    /// Where each sentence ends in [`in_sentences`](Self::in_sentences).
    #[must_use]
    pub fn sentence_ends(&self) -> &[usize] {
        &self.sentences
    }

    /// Splits words in two. `cut` returns the byte before which a word is split, or 0 to keep it whole.
    #[inline]
    pub fn split(&mut self, cut: impl Fn(&[u8]) -> usize) {
        let words = self.count;
        let bytes = |word: Word| word.start as usize..(word.start + word.length) as usize;
        let mut room = words;
        if words * size_of::<Word>() > DOUBLED {
            // Memory matters more than the time to find the places twice.
            room = self.buffer[..words].iter().filter(|&&word| cut(&self.text[bytes(word)]) > 0).count();
        }
        self.make_room(room);
        // To the end of the buffer and back to its start, so that no word is overwritten before it is read.
        self.buffer.copy_within(..words, room);
        self.count = 0;
        self.any_long = false;
        for at in room..room + words {
            let word = self.buffer[at];
            let Range { start, end } = bytes(word);
            let inner = start + cut(&self.text[start..end]);
            if inner > start {
                self.push(start, inner, 0);
                self.push(inner, end, 0);
            } else {
                self.any_long |= word.is_long();
                self.buffer[self.count] = word;
                self.count += 1;
            }
        }
    }

    /// Ends a sentence wherever `byte` occurs between two words. Empty sentences are dropped.
    pub fn end_sentences_at(&mut self, byte: u8) {
        for at in 1..self.count {
            let between = self.buffer[at - 1].start as usize..self.buffer[at].start as usize;
            if memchr::memchr(byte, &self.text[between]).is_some() {
                self.sentences.push(at);
            }
        }
        self.end_sentence();
    }

    /// Ends a sentence after the last word.
    pub fn end_sentence(&mut self) {
        self.sentences.push(self.count);
    }

    /// Replaces each word with the result of `change`, which also receives the bytes of a long word.
    #[inline]
    pub fn change(&mut self, mut change: impl FnMut(Word, &mut [u8]) -> Word) {
        for word in &mut self.buffer[..self.count] {
            let bytes = if word.is_long() { word.start as usize..(word.start + word.length) as usize } else { 0..0 };
            *word = change(*word, &mut self.text[bytes]);
        }
    }

    /// A compact copy.
    #[must_use]
    pub fn save(&self) -> SavedTokens {
        SavedTokens {
            // The text is needed for long words only.
            text: if self.any_long { stop::boxed(&self.text[..self.length]) } else { Box::default() },
            words: stop::boxed(&self.buffer[..self.count]),
            any_long: self.any_long,
            sentences: self.sentences.as_slice().into(),
            whole: self.whole,
        }
    }

    /// Restores what was saved, as if the text were tokenized again.
    #[inline(never)] // inlined, it slows down tokenizing by up to 5 %
    pub fn restore(&mut self, saved: &SavedTokens) {
        self.load(&saved.text);
        self.make_room(saved.words.len());
        self.count = saved.words.len();
        self.buffer[..self.count].copy_from_slice(&saved.words);
        self.any_long = saved.any_long;
        stop::extend(&mut self.sentences, &saved.sentences);
        self.whole = saved.whole;
    }

    /// Whether any word is longer than [`SHORT`].
    #[inline]
    #[must_use]
    pub fn any_long(&self) -> bool {
        self.any_long
    }

    /// The size of the buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let numbers = self.numbers.as_ref().map_or(0, Vec::capacity);
        self.text.capacity() + self.buffer.capacity() * size_of::<Word>() + numbers * size_of::<u32>()
    }

    /// The tokens of the whole text, as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<Vec<u8>> {
        let bytes = |&word: &Word| {
            let short = word.short_bytes();
            let text = if word.is_long() { &self.text[word.start as usize..] } else { &short[..] };
            text[..word.length as usize].to_vec()
        };
        self.whole_text().iter().map(bytes).collect()
    }
}

/// The longest buffer, in bytes, that grows to a power of two.
const DOUBLED: usize = 1 << 20;

/// Makes a buffer longer: to a power of two, or, if it is large, by an eighth at least. Large buffers grow without being
/// copied, and the memory of a long text is not rounded up.
#[cold]
fn grow<T: Clone + Default>(buffer: &mut Vec<T>, length: usize) {
    let size = if length * size_of::<T>() <= DOUBLED {
        length.next_power_of_two()
    } else {
        length.max(buffer.len() + buffer.len() / 8)
    };
    stop::check_reserved(buffer.try_reserve_exact(size - buffer.len()));
    buffer.resize(size, T::default());
}

/// A tokenizer: immutable options that threads can share.
pub trait Tokenize: Send + Sync {
    /// Replaces the content of `tokens` with the tokens of `text`.
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens);
}
