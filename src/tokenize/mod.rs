//! Tokenizers: text in, [`Tokens`] out. One file for each, named after the reference it follows.
//!
//! Every tokenizer works on bytes (UTF-8, in which a lone surrogate may stand as its three bytes) and answers the
//! same two questions for each byte, 64 at a time: is it part of a token, and must a token begin here? [`edges`]
//! walks the answers.

pub mod characters;
pub mod edges;
pub mod given;
pub mod intl;
pub mod rouge;
pub mod thirteen_a;
pub mod unicode;
pub mod whitespace;
pub mod zh;

/// Words of up to this many bytes are compared by value, without looking at the text again.
pub const SHORT: usize = 16;

/// A token, ready to be compared: equal words of a pair have equal `key`s.
///
/// A word of up to [`SHORT`] bytes is its own key. A longer one gets its key from
/// [`LongWords::resolve`](crate::vocabulary::LongWords::resolve), which numbers the distinct ones.
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
    /// The word at `start..end` of a text that is padded as [`Tokens::load`] pads it.
    #[inline]
    #[must_use]
    pub fn read(text: &[u8], start: usize, end: usize) -> Self {
        let length = end - start;
        let mut word = Self { low: 0, high: 0, length: index(length), start: index(start) };
        if length <= SHORT
            && let Some(bytes) = text[start..].first_chunk::<SHORT>()
        {
            let (low, high) = MASKS[length];
            let bytes = u128::from_le_bytes(*bytes);
            #[expect(clippy::cast_possible_truncation, reason = "the two halves are meant")]
            {
                word.low = bytes as u64 & low;
                word.high = (bytes >> 64) as u64 & high;
            }
        }
        word
    }

    #[inline]
    #[must_use]
    pub fn is_long(self) -> bool {
        self.length as usize > SHORT
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
    /// The text as the tokenizer left it (lowercased, say), zero bytes behind it: see [`Tokens::load`].
    pub text: Vec<u8>,
    /// Bytes of text before the zeros.
    pub length: usize,
    pub words: Vec<Word>,
    /// Where each sentence ends in [`in_sentences`](Self::in_sentences); for those who asked for sentences.
    pub sentences: Vec<usize>,
    /// When a text was tokenized once as a whole and again sentence by sentence: how many words belong to the whole.
    pub whole: Option<usize>,
}

impl Tokens {
    /// Takes in a text: a copy, filled up with zero bytes to whole blocks of 64 and a word more.
    #[inline]
    pub fn load(&mut self, text: &[u8]) {
        self.words.clear();
        self.sentences.clear();
        self.whole = None;
        self.text.clear();
        self.text.extend_from_slice(text);
        self.text.resize(text.len().next_multiple_of(64) + SHORT, 0);
        self.length = text.len();
    }

    /// The bytes of a long word.
    #[must_use]
    pub fn long_word(&self, word: Word) -> &[u8] {
        &self.text[word.start as usize..][..word.length as usize]
    }

    /// The tokens of the whole text, as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<Vec<u8>> {
        let bytes = |&word: &Word| match word.is_long() {
            true => self.long_word(word).to_vec(),
            false => [word.low.to_le_bytes(), word.high.to_le_bytes()].concat()[..word.length as usize].to_vec(),
        };
        self.whole_text().iter().map(bytes).collect()
    }

    /// The words of the text as a whole.
    #[must_use]
    pub fn whole_text(&self) -> &[Word] {
        &self.words[..self.whole.unwrap_or(self.words.len())]
    }

    /// The words sentence by sentence.
    #[must_use]
    pub fn in_sentences(&self) -> &[Word] {
        &self.words[self.whole.unwrap_or(0)..]
    }

    /// Ends a sentence wherever this byte stands between two words. A sentence without words is none.
    pub fn end_sentences_at(&mut self, byte: u8) {
        let Self { text, words, sentences, .. } = self;
        for (at, pair) in words.windows(2).enumerate() {
            if memchr::memchr(byte, &text[pair[0].start as usize..pair[1].start as usize]).is_some() {
                sentences.push(at + 1);
            }
        }
        sentences.push(words.len());
    }
}

/// A tokenizer: frozen options, shared by any number of threads.
pub trait Tokenize: Send + Sync {
    /// Replaces the content of `tokens` by the tokens of `text`.
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens);
}
