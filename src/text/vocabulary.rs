//! Equality of tokens.
//!
//! A segment has a few dozen tokens, so the table of its distinct words is small and stays in the first-level cache. It
//! is cleared for the next segment by increasing a generation number. A word of up to 16 bytes is stored as two
//! integers, so comparing it neither reads nor copies text.

use crate::stop;
use crate::text::tokenize::{Tokens, Word};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::hint::select_unpredictable;

/// The maximum number of words in a [`WordTable`].
pub const TABLE_WORDS: usize = 128;

const SLOT_BITS: u32 = 9;
const SLOTS: usize = 1 << SLOT_BITS;

/// A map from the words of one segment to bitmaps. It uses open addressing and is at most a quarter full, so collisions
/// are rare. Its size is fixed, so indices need no bounds check.
#[derive(Debug)]
pub struct WordTable<V> {
    slots: Box<[Slot<V>; SLOTS]>,
    generation: u32,
}

/// A slot of 32 bytes if the value is `u64`: two to a cache line.
#[derive(Clone, Copy, Debug, Default)]
struct Slot<V> {
    low: u64,
    high: u64,
    value: V,
    /// The word's length and, in the upper half, the generation.
    tag: u64,
}

impl<V: Copy + Default> Default for WordTable<V> {
    fn default() -> Self {
        Self { slots: Box::new([Slot::default(); SLOTS]), generation: 0 }
    }
}

#[expect(clippy::inline_always, reason = "calls would take a tenth of the time of scoring")]
impl<V: Copy + Default> WordTable<V> {
    /// Removes all words.
    #[inline]
    pub fn clear(&mut self) {
        if self.generation == u32::MAX {
            self.slots.fill(Slot::default());
            self.generation = 0;
        }
        self.generation += 1;
    }

    /// The slot of a word, or the free slot where it would be inserted, and whether the word is present.
    #[inline(always)]
    fn find(&self, word: Word) -> (usize, bool) {
        // Odd constants from the golden ratio and from xxHash, which mix the upper bits of the products well.
        let hash = word.low.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ word.high.wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
        let tag = self.tag(word);
        let mut at = (hash >> (u64::BITS - SLOT_BITS)) as usize;
        loop {
            let slot = &self.slots[at];
            let other = slot.tag ^ tag;
            let differs = (slot.low ^ word.low) | (slot.high ^ word.high) | other;
            let free = other >> 32;
            // The only branch is for collisions, which are rare. Whether a word is present is unpredictable, so it must
            // not be a branch.
            if free | u64::from(differs == 0) != 0 {
                return (at, free == 0);
            }
            at = (at + 1) % SLOTS;
        }
    }

    #[inline(always)]
    fn tag(&self, word: Word) -> u64 {
        u64::from(self.generation) << 32 | u64::from(word.length)
    }

    /// The value of a word, or the default if the word is absent.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, word: Word) -> V {
        let (at, taken) = self.find(word);
        select_unpredictable(taken, self.slots[at].value, V::default())
    }

    /// Changes the value of a word. A new word starts with the default. There must be room: see [`TABLE_WORDS`].
    #[inline(always)]
    pub fn change(&mut self, word: Word, change: impl FnOnce(V) -> V) {
        let (at, taken) = self.find(word);
        let tag = self.tag(word);
        let slot = &mut self.slots[at];
        // All fields are written even if only the value changes: whether a word is new is unpredictable too.
        let value = change(select_unpredictable(taken, slot.value, V::default()));
        *slot = Slot { low: word.low, high: word.high, value, tag };
    }
}

/// The number of words between two checks for the end of the call.
const POLL_WORDS: usize = 1 << 14;

/// The number of a word that has none.
pub const ABSENT: u32 = u32::MAX;

/// Numbers the words of texts of any length, from 0.
#[derive(Debug, Default)]
pub struct WordNumbers {
    numbers: FxHashMap<(u64, u64, u32), u32>,
}

impl WordNumbers {
    /// Removes all words.
    pub fn clear(&mut self) {
        self.numbers.clear();
    }

    /// The number of distinct words.
    #[must_use]
    pub fn count(&self) -> usize {
        self.numbers.len()
    }

    /// Appends the numbers of words. A word without one gets the next.
    pub fn number(&mut self, words: &[Word], to: &mut Vec<u32>) {
        stop::reserve(to, words.len());
        for words in words.chunks(POLL_WORDS) {
            stop::poll();
            stop::check_reserved(self.numbers.try_reserve(words.len()));
            to.extend(words.iter().map(|word| {
                #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 tokens")]
                let next = self.numbers.len() as u32;
                *self.numbers.entry((word.low, word.high, word.length)).or_insert(next)
            }));
        }
    }

    /// Appends the numbers of words, [`ABSENT`] for one that has none.
    pub fn find(&self, words: &[Word], to: &mut Vec<u32>) {
        stop::reserve(to, words.len());
        for words in words.chunks(POLL_WORDS) {
            stop::poll();
            let number = |word: &Word| self.numbers.get(&(word.low, word.high, word.length)).copied();
            to.extend(words.iter().map(|word| number(word).unwrap_or(ABSENT)));
        }
    }
}

/// Gives words of more than 16 bytes their keys: within a segment, equal words get equal numbers. If a text of the
/// segment is large, all words get numbers.
#[derive(Debug, Default)]
pub struct LongWords {
    /// Numbers by hash. If two words have the same hash, the next hash is tried.
    numbers: FxHashMap<u64, usize>,
    bytes: Vec<u8>,
    /// Where each distinct word ends in `bytes`.
    ends: Vec<usize>,
    /// The numbers of all words, if a text is large.
    all: Option<WordNumbers>,
}

impl LongWords {
    /// Removes all words, for the next segment. With `is_large`, all of its words will get numbers.
    #[inline]
    pub fn begin(&mut self, is_large: bool) {
        if !self.ends.is_empty() {
            self.numbers.clear();
            self.bytes.clear();
            self.ends.clear();
        }
        self.all = is_large.then(WordNumbers::default);
    }

    /// Whether all words get numbers.
    #[inline]
    #[must_use]
    pub fn number_all(&self) -> bool {
        self.all.is_some()
    }

    /// Sets the keys of all long words of a text, or replaces all words with numbers.
    #[inline]
    pub fn resolve(&mut self, tokens: &mut Tokens) {
        if tokens.any_long() {
            tokens.change(
                |word, bytes| {
                    if word.is_long() { Word { low: self.number(bytes), high: 0, ..word } } else { word }
                },
            );
        }
        if let Some(all) = &mut self.all {
            let mut numbers = Vec::new();
            all.number(tokens.whole_text(), &mut numbers);
            tokens.replace(numbers);
        }
    }

    #[cold]
    fn number(&mut self, bytes: &[u8]) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write(bytes);
        let mut hash = hasher.finish();
        loop {
            let number = *self.numbers.entry(hash).or_insert(self.ends.len());
            if number == self.ends.len() {
                stop::extend(&mut self.bytes, bytes);
                self.ends.push(self.bytes.len());
            }
            let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            if &self.bytes[start..self.ends[number]] == bytes {
                return number as u64;
            }
            hash = hash.wrapping_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FxHasher, LongWords, TABLE_WORDS, WordTable};
    use crate::text::tokenize::{Tokenize, Tokens, Whitespace, Word};
    use std::hash::Hasher;

    #[test]
    fn words_differ_by_length_though_their_bytes_agree() {
        let mut table = WordTable::<u64>::default();
        table.clear();
        let (short, with_nul) = (Word::read(&[0; 32], 0, 1, 0), Word::read(&[0; 32], 0, 2, 0));
        table.change(short, |_| 7);
        assert_eq!(table.get(short), 7);
        assert_eq!(table.get(with_nul), 0);
        table.clear();
        assert_eq!(table.get(short), 0);
    }

    #[test]
    fn a_full_table_finds_every_word() {
        let mut table = WordTable::<u64>::default();
        table.clear();
        let word = |low| Word { low, high: low << 7, length: 16, start: 0 };
        for number in 0..TABLE_WORDS as u64 {
            table.change(word(number), |_| number + 1);
        }
        for number in 0..TABLE_WORDS as u64 {
            assert_eq!(table.get(word(number)), number + 1);
            assert_eq!(table.get(word(number + TABLE_WORDS as u64)), 0);
        }
    }

    #[test]
    fn generations_wrap_around() {
        let mut table = WordTable::<u64> { generation: u32::MAX - 1, ..WordTable::default() };
        let word = Word::read(&[1; 32], 0, 1, 0);
        for _ in 0..4 {
            table.clear();
            assert_eq!(table.get(word), 0);
            table.change(word, |_| 1);
        }
    }

    #[test]
    fn long_words_are_numbered_exactly() {
        let words: Vec<String> = (0..1000).map(|i| format!("a-rather-long-word-{}", i % 300)).collect();
        let text = words.join(" ");
        let mut tokens = Tokens::default();
        let mut long = LongWords::default();
        for _ in 0..2 {
            Whitespace.tokenize(text.as_bytes(), &mut tokens);
            long.begin(false);
            long.resolve(&mut tokens);
            for (i, word) in tokens.whole_text().iter().enumerate() {
                assert_eq!(word.low, (i % 300) as u64);
            }
        }
    }

    #[test]
    fn words_with_equal_hashes_differ() {
        let mut long = LongWords::default();
        assert_eq!(long.number(b"the-first-long-word"), 0);
        // The first word takes the slot in which the second will be searched.
        let mut hasher = FxHasher::default();
        hasher.write(b"another-long-word!!");
        long.numbers.insert(hasher.finish(), 0);
        assert_eq!(long.number(b"another-long-word!!"), 1);
        assert_eq!(long.number(b"another-long-word!!"), 1);
    }
}
