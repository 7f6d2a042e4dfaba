//! Clipped n-gram matching: for each order, the number of hypothesis n-grams that find a partner in the reference.
//!
//! # Idea
//!
//! Let `P[token]` be the bitmap of a token's positions in the reference. In a loop over the hypothesis, `E₁ = P[token]`
//! and `Eₙ = (Eₙ₋₁ << 1) & P[token]` hold the positions where the reference ends with the n-gram at which the loop has
//! just arrived. Equal n-grams have equal bitmaps, and different n-grams have disjoint bitmaps. Clipping thus takes the
//! lowest free bit of Eₙ if there is one. No n-gram is hashed.
//!
//! # Cost
//!
//! A few instructions for each token and order if the reference has at most 64 tokens, about twice as many up to 128
//! (with `u128` bitmaps), and proportional to the words of the bitmap up to [`WIDEST`] tokens. Above that, n-grams are
//! found in a hash table (`gram_table.rs`), order by order, and the cost is linear in the length of the texts.

use crate::matching::gram_table::hashed;
use crate::matching::lcs;
use crate::matching::lcs::Bits;
use crate::stop;
use crate::text::tokenize::{Word, Words};
use crate::text::{TABLE_WORDS, WordNumbers, WordTable};

/// The longest reference, in tokens, that is matched with bitmaps.
pub const WIDEST: usize = 512;

/// The longest hypothesis, in tokens, that is matched with bitmaps: the loop over it does not check for the end of the
/// call.
const LONGEST: usize = 1 << 20;

/// The highest order that is matched with bitmaps.
pub const HIGHEST: usize = 9;

/// Matches the n-grams of a hypothesis with those of a reference. The buffers are reused.
#[derive(Debug, Default)]
pub struct NgramMatcher {
    /// The bitmap of positions of each word, for references of up to 64 tokens and of up to 128.
    single: WordTable<u64>,
    double: WordTable<u128>,
    /// For longer references: the number of each token's word.
    pub hypothesis: Vec<u32>,
    pub reference: Vec<u32>,
    /// The numbers of the reference are below this one. The hypothesis may have greater ones.
    pub distinct: usize,
    numbers: WordNumbers,
    /// The positions of each distinct word, if the reference has up to [`WIDEST`] tokens.
    positions: Vec<u64>,
}

impl NgramMatcher {
    /// The size of the larger buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.positions.capacity() * size_of::<u64>()
            + (self.hypothesis.capacity() + self.reference.capacity()) * size_of::<u32>()
    }

    /// Calls `visit(order, position, matched)` for each hypothesis n-gram of up to `orders` tokens: `order` counts from
    /// 0, `position` is the position of its last token, and `matched` is whether it found a partner. With `LCS`,
    /// returns the length of the longest common subsequence, else 0. Long words must have been resolved.
    #[inline]
    pub fn compare<const LCS: bool>(
        &mut self,
        hypothesis: Words<'_>,
        reference: Words<'_>,
        orders: usize,
        visit: impl FnMut(usize, usize, bool),
    ) -> u64 {
        let bitmaps = orders <= HIGHEST && hypothesis.len() <= LONGEST;
        if let (Words::Plain(hypothesis), Words::Plain(reference)) = (hypothesis, reference)
            && bitmaps
            && reference.len() <= TABLE_WORDS
        {
            return match reference.len() {
                0..=64 => compare_short::<_, LCS>(&mut self.single, hypothesis, reference, orders, visit),
                _ => compare_short::<_, LCS>(&mut self.double, hypothesis, reference, orders, visit),
            };
        }
        self.compare_long::<LCS>(hypothesis, reference, orders, visit)
    }

    fn compare_long<const LCS: bool>(
        &mut self,
        hypothesis: Words<'_>,
        reference: Words<'_>,
        orders: usize,
        visit: impl FnMut(usize, usize, bool),
    ) -> u64 {
        self.number(hypothesis, reference);
        let bitmaps = orders <= HIGHEST && hypothesis.len() <= LONGEST;
        match reference.len() {
            _ if orders == 0 => {}
            0..=256 if bitmaps => self.wide::<4>(orders, visit),
            257..=WIDEST if bitmaps => self.wide::<8>(orders, visit),
            _ => hashed(&self.hypothesis, &self.reference, orders, visit),
        }
        if LCS { lcs::length(&self.hypothesis, &self.reference, self.distinct) } else { 0 }
    }

    /// Numbers the words of two texts.
    ///
    /// # Panics
    /// If only one of them has numbers already.
    pub fn number(&mut self, hypothesis: Words<'_>, reference: Words<'_>) {
        self.hypothesis.clear();
        self.reference.clear();
        match (hypothesis, reference) {
            (Words::Plain(hypothesis), Words::Plain(reference)) => {
                self.numbers.clear();
                self.numbers.number(reference, &mut self.reference);
                self.numbers.find(hypothesis, &mut self.hypothesis);
                self.distinct = self.numbers.count();
            }
            (Words::Numbered(hypothesis), Words::Numbered(reference)) => {
                stop::extend(&mut self.hypothesis, hypothesis);
                stop::extend(&mut self.reference, reference);
                self.distinct = reference.iter().max().map_or(0, |&greatest| greatest as usize + 1);
            }
            _ => unreachable!("the words of a pair are of one kind"),
        }
    }

    /// [`walk`] with bitmaps of several words.
    fn wide<const WORDS: usize>(&mut self, orders: usize, mut visit: impl FnMut(usize, usize, bool)) {
        // One more than the number of words: the last bitmap, all zero, is for absent words.
        self.positions.clear();
        stop::resize(&mut self.positions, (self.distinct + 1) * WORDS, 0);
        let (positions, _) = self.positions.as_chunks_mut::<WORDS>();
        for (at, &word) in self.reference.iter().enumerate() {
            positions[word as usize][at / 64] |= 1 << (at % 64);
        }
        let mut ends = [[0u64; WORDS]; HIGHEST];
        let mut free = [[u64::MAX; WORDS]; HIGHEST];
        for (at, &word) in self.hypothesis.iter().enumerate() {
            let here = positions[self.distinct.min(word as usize)];
            for order in (1..orders).rev() {
                let mut carry = 0;
                for w in 0..WORDS {
                    let before = ends[order - 1][w];
                    ends[order][w] = (before << 1 | carry) & here[w];
                    carry = before >> 63;
                }
            }
            ends[0] = here;
            for order in 0..orders {
                let found = (0..WORDS).find(|&w| ends[order][w] & free[order][w] != 0);
                if let Some(w) = found {
                    let candidates = ends[order][w] & free[order][w];
                    free[order][w] ^= candidates & candidates.wrapping_neg();
                }
                visit(order, at, found.is_some());
            }
        }
    }
}

/// For references that fit a bit vector.
#[inline]
fn compare_short<B: Bits, const LCS: bool>(
    table: &mut WordTable<B>,
    hypothesis: &[Word],
    reference: &[Word],
    orders: usize,
    mut visit: impl FnMut(usize, usize, bool),
) -> u64 {
    table.clear();
    let mut bit = B::LOWEST;
    for &word in reference {
        table.change(word, |positions| positions | bit);
        bit = bit << 1;
    }
    match orders {
        0 => walk::<B, 0, LCS>(table, hypothesis, visit),
        1 => walk::<B, 1, LCS>(table, hypothesis, visit),
        2 => walk::<B, 2, LCS>(table, hypothesis, visit),
        3 => walk::<B, 3, LCS>(table, hypothesis, visit),
        4 => walk::<B, 4, LCS>(table, hypothesis, visit),
        _ => walk::<B, HIGHEST, LCS>(table, hypothesis, |order, at, matched| {
            if order < orders {
                visit(order, at, matched);
            }
        }),
    }
}

/// A single loop looks up words and uses their positions, so that the chains of dependent instructions overlap.
#[inline]
fn walk<B: Bits, const ORDERS: usize, const LCS: bool>(
    table: &WordTable<B>,
    hypothesis: &[Word],
    mut visit: impl FnMut(usize, usize, bool),
) -> u64 {
    let mut ends = [B::default(); ORDERS];
    let mut free = [!B::default(); ORDERS];
    let mut column = !B::default();
    for (at, &word) in hypothesis.iter().enumerate() {
        let here = table.get(word);
        for order in (0..ORDERS).rev() {
            ends[order] = if order == 0 { here } else { ends[order - 1] << 1 & here };
            // Not a branch, because whether a token matches is unpredictable.
            let candidates = ends[order] & free[order];
            free[order] = free[order] & !candidates.lowest();
            visit(order, at, candidates != B::default());
        }
        if LCS {
            column = lcs::next_column(column, here);
        }
    }
    column.count_zeros().into()
}

#[cfg(test)]
mod tests {
    use super::NgramMatcher;
    use crate::testing::Random;
    use crate::text::tokenize::{Word, Words};
    use std::collections::HashMap;

    fn words(tokens: &[u64]) -> Vec<Word> {
        tokens.iter().map(|&low| Word { low, high: 0, length: 8, start: 0 }).collect()
    }

    /// Counts with two dictionaries and a minimum.
    fn naive(hypothesis: &[u64], reference: &[u64], order: usize) -> u64 {
        let count = |tokens: &[u64]| {
            let mut counts: HashMap<Vec<u64>, u64> = HashMap::new();
            tokens.windows(order).for_each(|gram| *counts.entry(gram.to_vec()).or_default() += 1);
            counts
        };
        let reference = count(reference);
        count(hypothesis).iter().map(|(gram, n)| n.min(reference.get(gram).unwrap_or(&0))).sum()
    }

    #[test]
    fn every_path_counts_as_two_dictionaries_do() {
        let mut numbers = Random::new(1);
        let mut random = |bound| numbers.below(bound);
        let mut alignment = NgramMatcher::default();
        for lengths in [0, 1, 3, 20, 63, 64, 65, 100, 127, 128, 129, 250, 300, 511, 512, 513, 700] {
            for vocabulary in [1, 2, 5, 50] {
                let hypothesis: Vec<u64> = (0..random(lengths + 2)).map(|_| random(vocabulary + 1)).collect();
                let reference: Vec<u64> = (0..lengths).map(|_| random(vocabulary)).collect();
                for orders in [1, 2, 3, 4, 6, 9, 12] {
                    let texts = [&hypothesis, &reference].map(|text| words(text));
                    let [one, other] = [0, 1].map(|at| Words::Plain(&texts[at]));
                    let mut counts = vec![0; orders];
                    let count = |order: usize, _, matched| counts[order] += u64::from(matched);
                    let longest = alignment.compare::<true>(one, other, orders, count);
                    for (order, &count) in counts.iter().enumerate() {
                        let expected = naive(&hypothesis, &reference, order + 1);
                        assert_eq!(count, expected, "{lengths} tokens of {vocabulary}, order {}", order + 1);
                    }
                    let numbers = [&hypothesis, &reference]
                        .map(|text| text.iter().map(|&word| u32::try_from(word).unwrap()).collect());
                    let [one, other]: &[Vec<u32>; 2] = &numbers;
                    let mut again = vec![0; orders];
                    let count = |order: usize, _, matched| again[order] += u64::from(matched);
                    let (one, other) = (Words::Numbered(one), Words::Numbered(other));
                    assert_eq!(alignment.compare::<true>(one, other, orders, count), longest);
                    assert_eq!(again, counts);
                }
            }
        }
    }
}
