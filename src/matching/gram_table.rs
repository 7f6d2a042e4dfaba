//! N-grams of long texts, found in hash tables: calls `visit` as `NgramMatcher::compare` does.
//!
//! Equality is exact. Short n-grams of texts with few distinct tokens are packed into 64 bits. Others are found by a
//! rolling hash (R. Karp and M. Rabin, "Efficient randomized pattern-matching algorithms", 1987), and compared token by
//! token; the table then holds the position of one occurrence of an n-gram, so memory does not depend on the length of
//! n-grams.

use crate::stop;
use hashbrown::HashTable;

/// The number of tokens between two checks for the end of the call.
pub const POLL_TOKENS: usize = 1 << 14;

/// The longest text whose n-grams are packed, in tokens. Packing is almost twice as fast, but needs 13 bytes for each
/// slot of a table instead of 9.
const LONGEST_PACKED: usize = 1 << 22;

/// Calls `visit` with the order (from 0), the position of the last token, and whether the n-gram has a partner, for each
/// n-gram of the hypothesis.
pub fn hashed(hypothesis: &[u32], reference: &[u32], orders: usize, mut visit: impl FnMut(usize, usize, bool)) {
    let packing = Packing::new(reference);
    let mut distinct = 0;
    for order in 0..orders {
        let length = order + 1;
        let visit = |end: usize, matched| visit(order, end - 1, matched);
        distinct = if packing.fits(length) && reference.len() <= LONGEST_PACKED {
            by_packing(hypothesis, reference, length, packing, distinct, visit)
        } else {
            by_rolling_hash(hypothesis, reference, length, distinct, visit)
        };
    }
}

/// The n-grams of one length. Returns the number of distinct ones of the reference.
fn by_packing(
    hypothesis: &[u32],
    reference: &[u32],
    length: usize,
    packing: Packing,
    distinct: usize,
    mut visit: impl FnMut(usize, bool),
) -> usize {
    let grams = || packing.grams(reference, length).map(|(_, gram)| (mixed(gram), gram.to_ne_bytes()));
    let mut table = GramTable::new(grams, |a, b| a == b, reference.len(), distinct);
    for (end, gram) in packing.grams(hypothesis, length) {
        stop::poll_every(end, POLL_TOKENS);
        visit(end, table.take(mixed(gram), |found| *found == gram.to_ne_bytes()));
    }
    table.grams.len()
}

fn by_rolling_hash(
    hypothesis: &[u32],
    reference: &[u32],
    length: usize,
    distinct: usize,
    mut visit: impl FnMut(usize, bool),
) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^32 tokens")]
    let grams = || RollingHash::new(reference, length).map(|(end, hash)| (mixed(hash), end as u32));
    let gram = |end: u32| &reference[end as usize - length..end as usize];
    let mut table = GramTable::new(grams, |a, b| gram(*a) == gram(*b), reference.len(), distinct);
    for (end, hash) in RollingHash::new(hypothesis, length) {
        stop::poll_every(end, POLL_TOKENS);
        let wanted = &hypothesis[end - length..end];
        visit(end, table.take(mixed(hash), |found| gram(*found) == wanted));
    }
    table.grams.len()
}

/// The n-grams of a text, and how many of each are left.
struct GramTable<K> {
    grams: HashTable<Gram<K>>,
}

struct Gram<K> {
    key: K,
    left: u32,
}

impl<K> GramTable<K> {
    /// A table of n-grams, which come with hashes. There are at most `most` distinct ones, and seldom many more than
    /// `distinct`, the number of those that are shorter by a token.
    fn new<G: Iterator<Item = (u64, K)>>(
        grams: impl Fn() -> G,
        same: impl Fn(&K, &K) -> bool,
        most: usize,
        distinct: usize,
    ) -> Self {
        // A small table stays in the cache, and short n-grams often repeat.
        let mut room = (2 * distinct).max(1 << 13);
        loop {
            if let Some(table) = Self::with_room(room.min(most), grams(), &same) {
                return table;
            }
            room *= 4;
        }
    }

    /// A table with room for a number of distinct n-grams. `None` if there are more.
    fn with_room(room: usize, grams: impl Iterator<Item = (u64, K)>, same: impl Fn(&K, &K) -> bool) -> Option<Self> {
        let mut table = HashTable::new();
        stop::check_reserved(table.try_reserve(room, |_| 0));
        for (number, (hash, key)) in grams.enumerate() {
            stop::poll_every(number, POLL_TOKENS);
            if let Some(Gram { left, .. }) = table.find_mut(hash, |found: &Gram<K>| same(&found.key, &key)) {
                *left += 1;
            } else if table.len() < room {
                table.insert_unique(hash, Gram { key, left: 1 }, |_| unreachable!("there is room"));
            } else {
                return None;
            }
        }
        Some(Self { grams: table })
    }

    /// Takes one occurrence of an n-gram, and returns whether one was left.
    #[inline]
    fn take(&mut self, hash: u64, is_same: impl Fn(&K) -> bool) -> bool {
        match self.grams.find_mut(hash, |found| is_same(&found.key)) {
            Some(Gram { left, .. }) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// How n-grams are packed into 64 bits.
#[derive(Clone, Copy)]
struct Packing {
    /// The greatest code. The code of a token is one more than its number; 0 stands for tokens that the reference lacks.
    greatest: u64,
    /// The number of bits of a code.
    bits: usize,
}

impl Packing {
    fn new(reference: &[u32]) -> Self {
        let greatest = reference.iter().max().map_or(1, |&token| u64::from(token) + 1);
        Self { greatest, bits: greatest.ilog2() as usize + 1 }
    }

    fn fits(self, length: usize) -> bool {
        self.bits * length <= 64
    }

    /// The n-grams of a text, with the positions after their last tokens.
    #[inline]
    fn grams(self, text: &[u32], length: usize) -> impl Iterator<Item = (usize, u64)> {
        let Self { greatest, bits } = self;
        let code = move |token: u32| Some(u64::from(token) + 1).filter(|&code| code <= greatest).unwrap_or(0);
        let mask = u64::MAX >> (64 - bits * length);
        let (before, last) = text.split_at(text.len().min(length - 1));
        let first = before.iter().fold(0, |gram, &token| gram << bits | code(token));
        let grams = last.iter().scan(first, move |gram, &token| {
            *gram = (*gram << bits | code(token)) & mask;
            Some(*gram)
        });
        (length..).zip(grams)
    }
}

/// The golden ratio as an odd number: its powers mix bits well.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash whose lower and upper bits depend on all its bits.
#[inline]
fn mixed(hash: u64) -> u64 {
    let product = (hash ^ hash >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    product ^ product >> 32
}

/// The hash of each n-gram of a text, with the position after its last token.
struct RollingHash<'a> {
    text: &'a [u32],
    length: usize,
    end: usize,
    hash: u64,
    /// The factor of the token that leaves the n-gram.
    leaving: u64,
}

impl<'a> RollingHash<'a> {
    fn new(text: &'a [u32], length: usize) -> Self {
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
    use super::{GramTable, Packing, RollingHash, by_packing, by_rolling_hash};
    use crate::testing::Random;
    use std::collections::HashMap;

    #[test]
    fn equal_grams_have_equal_hashes() {
        let mut numbers = Random::new(3);
        let text: Vec<u32> = (0..500).map(|_| numbers.token(3)).collect();
        for length in [1, 2, 3, 7, 499, 500, 501] {
            let hashes: Vec<_> = RollingHash::new(&text, length).collect();
            assert_eq!(hashes.len(), text.len().saturating_sub(length - 1));
            for &(end, hash) in &hashes {
                let alone: Vec<_> = RollingHash::new(&text[end - length..end], length).collect();
                assert_eq!(alone, [(length, hash)]);
            }
        }
    }

    #[test]
    fn the_same_hash_alone_is_not_enough() {
        let mut table = GramTable::new(|| [(7, 1), (7, 2), (7, 1)].into_iter(), |a, b| a == b, 3, 0);
        let mut take = |wanted: u32| table.take(7, |found| *found == wanted);
        assert_eq!([3, 1, 1, 1, 2, 2].map(&mut take), [false, true, true, false, true, false]);
    }

    #[test]
    fn both_ways_take_each_occurrence_once() {
        let mut numbers = Random::new(4);
        for tokens in [1, 2, 3, 200, 60_000] {
            let mut text = |length| (0..length).map(|_| numbers.token(tokens)).collect::<Vec<u32>>();
            // Some tokens are not in the reference, one is the sign for a word without a number.
            let (reference, mut hypothesis) = (text(3000), text(2000));
            hypothesis.extend([u32::MAX, 70_000].iter().chain(&reference[..500]));
            let packing = Packing::new(&reference);
            for length in (1..=8).filter(|&length| packing.fits(length)) {
                let mut left: HashMap<&[u32], usize> = HashMap::new();
                reference.windows(length).for_each(|gram| *left.entry(gram).or_default() += 1);
                let expected: Vec<_> = hypothesis
                    .windows(length)
                    .enumerate()
                    .map(|(start, gram)| {
                        let left = left.entry(gram).or_default();
                        let matched = *left > 0;
                        *left = left.saturating_sub(1);
                        (start + length, matched)
                    })
                    .collect();
                let (mut packed, mut rolling) = (Vec::new(), Vec::new());
                let distinct =
                    by_packing(&hypothesis, &reference, length, packing, 0, |end, matched| packed.push((end, matched)));
                assert_eq!(
                    distinct,
                    by_rolling_hash(&hypothesis, &reference, length, 0, |end, matched| rolling.push((end, matched)))
                );
                assert_eq!(packed, expected);
                assert_eq!(rolling, expected);
            }
        }
    }
}
