//! Which tokens are equal.
//!
//! A segment has a few dozen tokens, so the table of its distinct words is small, stays in the first-level cache,
//! and is cleared for the next segment by raising a generation number. A word of up to 16 bytes is two integers;
//! no text is looked at to compare it, and none is copied.

use crate::tokenize::{Tokens, Word};
use std::hint::select_unpredictable;

/// A map from words to numbers or bitmaps. Open addressing, at most half full, for most segments nearly empty.
#[derive(Debug)]
pub struct Table<V> {
    slots: Vec<Slot<V>>,
    generation: u32,
    /// `64 - log2(slots.len())`: the hash's upper bits choose the slot.
    shift: u32,
}

/// With a `u64` thirty-two bytes, two to a cache line.
#[derive(Clone, Copy, Debug, Default)]
struct Slot<V> {
    low: u64,
    high: u64,
    value: V,
    /// The word's length and, in the upper half, the generation.
    tag: u64,
}

impl<V: Copy + Default> Default for Table<V> {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); 256], generation: 0, shift: 64 - 8 }
    }
}

#[expect(clippy::inline_always, reason = "called, they cost a tenth of all scoring; the compiler does not see it")]
impl<V: Copy + Default> Table<V> {
    /// Forgets all words, and makes room for so many different ones.
    #[inline]
    pub fn clear(&mut self, words: usize) {
        if 2 * words > self.slots.len() {
            let wanted = (2 * words).next_power_of_two();
            *self = Self { slots: vec![Slot::default(); wanted], generation: 0, shift: 64 - wanted.trailing_zeros() };
        }
        if self.generation == u32::MAX {
            self.slots.fill(Slot::default());
            self.generation = 0;
        }
        self.generation += 1;
    }

    /// The slot of a word, or the free slot where it would go; and whether the word is there.
    #[inline(always)]
    fn find(&self, word: Word) -> (usize, bool) {
        // Two odd constants from the golden ratio and from xxHash; their products' upper bits are well mixed.
        let hash = word.low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word.high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let tag = self.tag(word);
        #[expect(clippy::cast_possible_truncation, reason = "shifted down to the table's size")]
        let mut at = (hash >> self.shift) as usize;
        loop {
            let slot = &self.slots[at];
            let other = slot.tag ^ tag;
            let differs = (slot.low ^ word.low) | (slot.high ^ word.high) | other;
            let free = other >> 32;
            // The one branch is for collisions, which are rare; whether a word is there is not to be predicted.
            if free | u64::from(differs == 0) != 0 {
                return (at, free == 0);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline(always)]
    fn tag(&self, word: Word) -> u64 {
        u64::from(self.generation) << 32 | u64::from(word.length)
    }

    /// The value of a word, the default for one that is not there.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, word: Word) -> V {
        let (at, taken) = self.find(word);
        select_unpredictable(taken, self.slots[at].value, V::default())
    }

    /// The value of a word, to be changed; a new word begins with the default.
    #[inline(always)]
    pub fn entry(&mut self, word: Word) -> &mut V {
        let (at, taken) = self.find(word);
        let tag = self.tag(word);
        let slot = &mut self.slots[at];
        if !taken {
            *slot = Slot { low: word.low, high: word.high, value: V::default(), tag };
        }
        &mut slot.value
    }
}

/// Gives words of more than 16 bytes their keys: equal words get equal numbers, within one segment.
#[derive(Debug, Default)]
pub struct LongWords {
    table: Table<u64>,
    bytes: Vec<u8>,
    /// Where each distinct word ends in `bytes`.
    ends: Vec<usize>,
    /// How many words the table has room for.
    room: usize,
}

impl LongWords {
    /// Forgets all words: a new segment begins.
    pub fn clear(&mut self) {
        self.ends.clear();
        self.bytes.clear();
        self.room = 0;
    }

    /// Sets the keys of all long words of a text.
    #[inline]
    pub fn resolve(&mut self, tokens: &mut Tokens) {
        if tokens.any_long() {
            tokens.change(
                |word, bytes| {
                    if word.is_long() { Word { low: self.number(bytes), high: 0, ..word } } else { word }
                },
            );
        }
    }

    #[cold]
    fn number(&mut self, bytes: &[u8]) -> u64 {
        if self.ends.len() >= self.room {
            self.grow();
        }
        let mut key = long_key(bytes);
        loop {
            let number = self.table.entry(key);
            if *number == 0 {
                self.bytes.extend_from_slice(bytes);
                self.ends.push(self.bytes.len());
                *number = self.ends.len() as u64;
                return *number;
            }
            let found = *number;
            if self.word(found) == bytes {
                return found;
            }
            // Two words with one hash: look further under another key.
            key.high += 1;
        }
    }

    /// The word with this number; they are numbered from 1.
    fn word(&self, number: u64) -> &[u8] {
        #[expect(clippy::cast_possible_truncation, reason = "an index into `ends`")]
        let at = number as usize - 1;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[at]]
    }

    fn grow(&mut self) {
        self.room = (2 * self.room).max(64);
        self.table.clear(self.room);
        for number in 1..=self.ends.len() as u64 {
            let mut key = long_key(self.word(number));
            while *self.table.entry(key) != 0 {
                key.high += 1;
            }
            *self.table.entry(key) = number;
        }
    }
}

/// A key to begin the search with: hash and length.
fn long_key(bytes: &[u8]) -> Word {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    #[expect(clippy::cast_possible_truncation, reason = "only a part of the key; the bytes decide")]
    Word { low: hasher.finish(), high: 0, length: bytes.len() as u32, start: 0 }
}

#[cfg(test)]
mod tests {
    use super::{LongWords, Table, long_key};
    use crate::tokenize::{Tokenize, Tokens, Word, whitespace::Whitespace};

    #[test]
    fn words_differ_by_length_though_their_bytes_agree() {
        let mut table = Table::<u64>::default();
        table.clear(2);
        let (short, with_nul) = (Word::read(&[0; 32], 0, 1, 0), Word::read(&[0; 32], 0, 2, 0));
        *table.entry(short) = 7;
        assert_eq!(table.get(short), 7);
        assert_eq!(table.get(with_nul), 0);
        table.clear(2);
        assert_eq!(table.get(short), 0);
    }

    #[test]
    fn generations_wrap_around() {
        let mut table = Table::<u64> { generation: u32::MAX - 1, ..Table::default() };
        let word = Word::read(&[1; 32], 0, 1, 0);
        for _ in 0..4 {
            table.clear(1);
            assert_eq!(table.get(word), 0);
            *table.entry(word) = 1;
        }
    }

    #[test]
    fn long_words_are_numbered_exactly() {
        let words: Vec<String> = (0..1000).map(|i| format!("a-rather-long-word-{}", i % 300)).collect();
        let text = words.join(" ");
        let mut tokens = Tokens::default();
        Whitespace.tokenize(text.as_bytes(), &mut tokens);
        let mut long = LongWords::default();
        for _ in 0..2 {
            long.clear();
            long.resolve(&mut tokens);
            for (i, word) in tokens.whole_text().iter().enumerate() {
                assert_eq!(word.low, (i % 300 + 1) as u64);
            }
        }
    }

    #[test]
    fn a_collision_of_hashes_is_no_equality() {
        let mut long = LongWords::default();
        long.clear();
        assert_eq!(long.number(b"the-first-long-word"), 1);
        // Number 1 is put where the second word will be looked for.
        *long.table.entry(long_key(b"another-long-word!!")) = 1;
        assert_eq!(long.number(b"another-long-word!!"), 2);
        assert_eq!(long.number(b"another-long-word!!"), 2);
    }
}
