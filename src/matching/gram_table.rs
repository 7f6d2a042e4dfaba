//! A table of the n-grams of a long text, which counts how many of each are left.
//!
//! N-grams are found by a rolling hash (R. Karp and M. Rabin, "Efficient randomized pattern-matching algorithms", 1987)
//! and compared token by token, so equality is exact. A slot holds the position of one occurrence of its n-gram, not
//! the n-gram itself, so memory does not depend on the length of n-grams: 16 bytes for each token of the text.

use crate::stop;

/// The n-grams of one length.
pub struct GramTable<'a> {
    text: &'a [u32],
    length: usize,
    slots: Vec<Slot>,
    /// For the position in each slot, the number of occurrences that are left.
    left: Vec<u32>,
}

/// The position after the last token of an n-gram, 0 in a free slot, and bits of its hash.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    end: u32,
    tag: u32,
}

impl<'a> GramTable<'a> {
    /// An empty table with room for the n-grams of a text.
    #[must_use]
    pub fn new(text: &'a [u32]) -> Self {
        let slots = stop::filled(Slot::default(), text.len() + text.len() / 2 + 1);
        Self { text, length: 0, slots, left: stop::filled(0, text.len() + 1) }
    }

    /// Replaces the content with the n-grams of `length` tokens.
    pub fn fill(&mut self, length: usize) {
        self.length = length;
        self.slots.fill(Slot::default());
        self.left.fill(0);
        let text = self.text;
        for (end, hash) in RollingHash::new(text, length) {
            stop::poll_every(end, POLL_TOKENS);
            let (at, found) = self.find(hash, &text[end - length..end]);
            if !found {
                #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 tokens; the upper half of a hash")]
                let slot = Slot { end: end as u32, tag: (hash >> 32) as u32 };
                self.slots[at] = slot;
            }
            self.left[self.slots[at].end as usize] += 1;
        }
    }

    /// Takes one occurrence of an n-gram, and returns whether one was left.
    #[inline]
    pub fn take(&mut self, hash: u64, gram: &[u32]) -> bool {
        let (at, found) = self.find(hash, gram);
        let left = &mut self.left[self.slots[at].end as usize];
        let takes = found && *left > 0;
        *left -= u32::from(takes);
        takes
    }

    /// The slot of an n-gram, or the free slot where it would be inserted, and whether the n-gram is present.
    #[inline]
    fn find(&self, hash: u64, gram: &[u32]) -> (usize, bool) {
        let slots = self.slots.len();
        #[expect(clippy::cast_possible_truncation, reason = "less than the number of slots; half of a hash")]
        let (mut at, tag) = (((u128::from(mixed(hash)) * slots as u128) >> 64) as usize, (hash >> 32) as u32);
        loop {
            let slot = self.slots[at];
            if slot.end == 0 {
                return (at, false);
            }
            let end = slot.end as usize;
            if slot.tag == tag && self.text[end - self.length..end] == *gram {
                return (at, true);
            }
            at += 1;
            if at == slots {
                at = 0;
            }
        }
    }
}

/// The number of tokens between two checks for the end of the call.
pub const POLL_TOKENS: usize = 1 << 14;

/// The golden ratio as an odd number: its powers mix bits well.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash whose upper bits depend on all its bits.
#[inline]
fn mixed(hash: u64) -> u64 {
    (hash ^ hash >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

/// The hash of each n-gram of a text, with the position after its last token.
pub struct RollingHash<'a> {
    text: &'a [u32],
    length: usize,
    end: usize,
    hash: u64,
    /// The factor of the token that leaves the n-gram.
    leaving: u64,
}

impl<'a> RollingHash<'a> {
    #[must_use]
    pub fn new(text: &'a [u32], length: usize) -> Self {
        let leaving = (0..length).fold(1, |power: u64, _| power.wrapping_mul(BASE));
        let mut hashes = Self { text, length, end: 0, hash: 0, leaving };
        for _ in 1..length.min(text.len() + 1) {
            hashes.step();
        }
        hashes
    }

    #[inline]
    fn step(&mut self) {
        // One is added, so that leading zeros count.
        let value = |at: usize| u64::from(self.text[at]) + 1;
        self.hash = self.hash.wrapping_mul(BASE).wrapping_add(value(self.end));
        if let Some(first) = self.end.checked_sub(self.length) {
            self.hash = self.hash.wrapping_sub(value(first).wrapping_mul(self.leaving));
        }
        self.end += 1;
    }
}

impl Iterator for RollingHash<'_> {
    type Item = (usize, u64);

    #[inline]
    fn next(&mut self) -> Option<(usize, u64)> {
        if self.end >= self.text.len() {
            return None;
        }
        self.step();
        Some((self.end, self.hash))
    }
}

#[cfg(test)]
mod tests {
    use super::{GramTable, RollingHash};
    use crate::testing::Random;

    #[test]
    fn equal_grams_have_equal_hashes_and_others_are_not_taken() {
        let mut numbers = Random::new(3);
        let text: Vec<u32> = (0..500).map(|_| numbers.token(3)).collect();
        for length in [1, 2, 3, 7, 499, 500, 501] {
            let hashes: Vec<_> = RollingHash::new(&text, length).collect();
            assert_eq!(hashes.len(), text.len().saturating_sub(length - 1));
            for &(end, hash) in &hashes {
                let gram = &text[end - length..end];
                let alone: Vec<_> = RollingHash::new(gram, length).collect();
                assert_eq!(alone, [(length, hash)]);
            }
            let mut table = GramTable::new(&text);
            table.fill(length);
            // Each occurrence is taken once.
            assert!(hashes.iter().all(|&(end, hash)| table.take(hash, &text[end - length..end])));
            assert!(!hashes.iter().any(|&(end, hash)| table.take(hash, &text[end - length..end])));
            // The same hash alone is not enough.
            let absent = vec![7; length];
            table.fill(length);
            assert!(hashes.iter().all(|&(_, hash)| !table.take(hash, &absent)));
        }
    }
}
