//! Tokenizers: text in, [`Tokens`] out. One file for each, named after the reference it follows.
//!
//! Every tokenizer works on bytes (UTF-8, in which a lone surrogate may stand as its three bytes) and answers the
//! same two questions for each byte, 64 at a time: is it part of a token, and must a token begin here? [`masks`]
//! walks the answers.

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

/// Words of up to this many bytes are compared by value, without looking at the text again.
pub const SHORT: usize = 16;

/// A token, ready to be compared: equal words of a pair have equal `key`s.
///
/// A word of up to [`SHORT`] bytes is its own key. A longer one gets its key from
/// [`LongWords::resolve`](crate::text::vocabulary::LongWords::resolve), which numbers the distinct ones.
#[derive(Clone, Copy, Debug, Default)]
pub struct Word {
    pub low: u64,
    pub high: u64,
    /// Bytes of the token.
    pub length: u32,
    /// Where the token begins in [`Tokens::text`].
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
        // The text is padded, so the bytes are there.
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

    /// The bytes of a short word, zeros behind them.
    #[must_use]
    pub fn short_bytes(self) -> [u8; SHORT] {
        (u128::from(self.high) << 64 | u128::from(self.low)).to_le_bytes()
    }
}

/// `MASKS[n]` keeps the first `n` of sixteen bytes.
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

/// A position in a text as 32 bits; the door for text refuses longer ones ([`crate::text::MAX_TEXT`]).
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "texts are shorter than 4 GiB")]
fn index(position: usize) -> u32 {
    position as u32
}

/// The tokens of one text. The buffers are kept from text to text.
#[derive(Debug, Default)]
pub struct Tokens {
    /// The text as the tokenizer left it, zero bytes behind it: see [`Tokens::load`].
    text: Vec<u8>,
    /// Bytes of text before the zeros.
    length: usize,
    /// The words, and room for more.
    buffer: Vec<Word>,
    count: usize,
    /// Whether any of the words is long.
    any_long: bool,
    /// Where each sentence ends in [`in_sentences`](Self::in_sentences); for those who asked for sentences.
    sentences: Vec<usize>,
    /// When a text was tokenized once as a whole and again sentence by sentence: how many words belong to the whole.
    whole: Option<usize>,
}

/// [`Tokens`] that are kept.
#[derive(Clone, Debug, Default)]
pub struct SavedTokens {
    text: Box<[u8]>,
    words: Box<[Word]>,
    any_long: bool,
    sentences: Box<[usize]>,
    whole: Option<usize>,
}

impl SavedTokens {
    /// The words of the text as a whole, where all of them are their own keys.
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

/// Zero bytes behind a text: to the end of a block of 64, and a word more.
const PADDING: usize = 64 + SHORT;

impl Tokens {
    /// Takes in a text: a copy with zeros behind it, so that blocks and words may be read beyond its end.
    #[inline]
    pub fn load(&mut self, text: &[u8]) {
        self.count = 0;
        self.any_long = false;
        self.sentences.clear();
        self.whole = None;
        self.length = text.len();
        let padded = text.len() + PADDING;
        if self.text.len() < padded {
            self.text.resize(padded.next_power_of_two(), 0);
        }
        self.text[..text.len()].copy_from_slice(text);
        self.text[text.len()..padded].fill(0);
    }

    /// Appends the word at `start..end` of the text, with the bits of `fold` set; see [`make_room`](Self::make_room).
    #[inline]
    fn push(&mut self, start: usize, end: usize, fold: u8) {
        let word = Word::read(&self.text, start, end, fold);
        self.any_long |= word.is_long();
        self.buffer[self.count] = word;
        self.count += 1;
    }

    /// Makes room for so many more words.
    #[inline]
    fn make_room(&mut self, words: usize) {
        if self.buffer.len() < self.count + words {
            self.buffer.resize((self.count + words).next_power_of_two(), Word::default());
        }
    }

    /// The words of the text as a whole.
    #[inline]
    #[must_use]
    pub fn whole_text(&self) -> &[Word] {
        &self.buffer[..self.whole.unwrap_or(self.count)]
    }

    /// The words sentence by sentence.
    #[must_use]
    pub fn in_sentences(&self) -> &[Word] {
        &self.buffer[self.whole.unwrap_or(0)..self.count]
    }

    /// Where each sentence ends in [`in_sentences`](Self::in_sentences).
    #[must_use]
    pub fn sentence_ends(&self) -> &[usize] {
        &self.sentences
    }

    /// Cuts words in two: `cut` says before which byte of a word, 0 when it stays whole.
    #[inline]
    pub fn split(&mut self, cut: impl Fn(&[u8]) -> usize) {
        let words = self.count;
        self.make_room(words);
        // From the upper half of the buffer into the lower one: what is written never meets what is still to be read.
        self.buffer.copy_within(..words, words);
        self.count = 0;
        self.any_long = false;
        for at in words..2 * words {
            let word = self.buffer[at];
            let (start, end) = (word.start as usize, (word.start + word.length) as usize);
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

    /// Ends a sentence wherever this byte stands between two words. A sentence without words is none.
    pub fn end_sentences_at(&mut self, byte: u8) {
        for at in 1..self.count {
            let between = self.buffer[at - 1].start as usize..self.buffer[at].start as usize;
            if memchr::memchr(byte, &self.text[between]).is_some() {
                self.sentences.push(at);
            }
        }
        self.sentences.push(self.count);
    }

    /// Replaces each word by what `change` makes of it. The bytes of a long word are handed in too.
    #[inline]
    pub fn change(&mut self, mut change: impl FnMut(Word, &mut [u8]) -> Word) {
        for word in &mut self.buffer[..self.count] {
            let bytes = if word.is_long() { word.start as usize..(word.start + word.length) as usize } else { 0..0 };
            *word = change(*word, &mut self.text[bytes]);
        }
    }

    /// A copy that takes no more memory than it needs.
    #[must_use]
    pub fn save(&self) -> SavedTokens {
        SavedTokens {
            // Of short words nobody looks at the text.
            text: if self.any_long { self.text[..self.length].into() } else { Box::default() },
            words: self.buffer[..self.count].into(),
            any_long: self.any_long,
            sentences: self.sentences.as_slice().into(),
            whole: self.whole,
        }
    }

    /// Takes in what was saved, as if the text had been tokenized again.
    #[inline(never)] // where it is inlined, texts that are read for the first time take up to a twentieth longer
    pub fn restore(&mut self, saved: &SavedTokens) {
        self.load(&saved.text);
        self.make_room(saved.words.len());
        self.count = saved.words.len();
        self.buffer[..self.count].copy_from_slice(&saved.words);
        self.any_long = saved.any_long;
        self.sentences.extend_from_slice(&saved.sentences);
        self.whole = saved.whole;
    }

    /// Whether any word is too long to be its own key.
    #[inline]
    #[must_use]
    pub fn any_long(&self) -> bool {
        self.any_long
    }

    /// Bytes that the buffers take.
    #[must_use]
    pub fn size(&self) -> usize {
        self.text.capacity() + self.buffer.capacity() * size_of::<Word>()
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

/// A tokenizer: frozen options, shared by any number of threads.
pub trait Tokenize: Send + Sync {
    /// Replaces the content of `tokens` by the tokens of `text`.
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens);
}
