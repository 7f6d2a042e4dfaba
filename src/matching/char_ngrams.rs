//! Clipped n-gram matching of characters, for all orders at once.
//!
//! # Idea
//!
//! As in [`ngrams`]: `Eₙ = (Eₙ₋₁ << 1) & P[character]` holds the positions where the reference ends with the n-gram at
//! which the loop over the hypothesis has just arrived, and clipping takes the lowest free bit of `Eₙ`. Texts have many
//! characters and chrF uses high orders, so here each order has a lane of a vector, and bitmaps have as many words as
//! the reference needs. The compiler turns the loops over orders into vector instructions.
//!
//! # Cost
//!
//! Proportional to the length of one text times the words of the other's bitmap, up to [`WIDEST`] characters; above
//! that linear, with a hash table. The number of matches is symmetric, so the shorter text is used as the reference.

use crate::cpu::dispatch;
use crate::matching::gram_table;
use crate::stop;

/// The number of orders that are matched at once.
pub const ORDERS: usize = 8;

/// The longest text, in characters, that is matched with bitmaps.
pub const WIDEST: usize = 1024;

/// The longest text, in characters, that is walked over: the walk does not check for the end of the call.
const LONGEST: usize = 1 << 20;

type Orders = [u64; ORDERS];

/// The first order has no shorter n-gram before it, so every position is allowed.
const FIRST: Orders = [u64::MAX, 0, 0, 0, 0, 0, 0, 0];

/// The bitmap of positions for each character. All zero between calls.
#[derive(Debug, Default)]
pub struct CharNgramMatcher {
    positions: Vec<u64>,
}

impl CharNgramMatcher {
    /// The size of the buffer in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.positions.capacity() * size_of::<u64>()
    }

    /// Counts for each order (`matches[0]` is for single characters) how many n-grams of one text find a partner in the
    /// other. All numbers are below `bound`.
    pub fn count(&mut self, one: &[u32], other: &[u32], bound: usize, matches: &mut [u64]) {
        let (long, short) = if one.len() < other.len() { (other, one) } else { (one, other) };
        matches.fill(0);
        if matches.is_empty() {
            return;
        }
        if matches.len() > ORDERS || short.len() > WIDEST || long.len() > LONGEST {
            gram_table::hashed(long, short, matches.len(), |order, _, matched| matches[order] += u64::from(matched));
            return;
        }
        let counts = match short.len().div_ceil(64) {
            0 | 1 => self.sweep::<1>(long, short, bound),
            2 => self.sweep::<2>(long, short, bound),
            3 => self.sweep::<3>(long, short, bound),
            4 => self.sweep::<4>(long, short, bound),
            5 | 6 => self.sweep::<6>(long, short, bound),
            7 | 8 => self.sweep::<8>(long, short, bound),
            9..=12 => self.sweep::<12>(long, short, bound),
            _ => self.sweep::<16>(long, short, bound),
        };
        matches.copy_from_slice(&counts[..matches.len()]);
    }

    fn sweep<const WORDS: usize>(&mut self, long: &[u32], short: &[u32], bound: usize) -> Orders {
        if self.positions.len() < bound * WORDS {
            stop::resize(&mut self.positions, (bound * WORDS).next_power_of_two(), 0);
        }
        let (positions, _) = self.positions.as_chunks_mut::<WORDS>();
        for (at, &character) in short.iter().enumerate() {
            positions[character as usize][at / 64] |= 1 << (at % 64);
        }
        let counts = walk::<WORDS>(long, positions);
        for &character in short {
            positions[character as usize] = [0; WORDS];
        }
        counts
    }
}

/// [`walk_orders`], compiled for this processor.
fn walk<const WORDS: usize>(text: &[u32], positions: &[[u64; WORDS]]) -> Orders {
    dispatch!(
        avx512: x86::walk_avx512(text, positions),
        avx2: x86::walk_avx2(text, positions),
        baseline: walk_orders(text, positions),
    )
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{FIRST, ORDERS, Orders, walk_orders};
    use std::arch::x86_64::{
        __m512i, _mm512_alignr_epi64, _mm512_and_si512, _mm512_mask_sub_epi64, _mm512_maskz_and_epi64,
        _mm512_set1_epi64, _mm512_setr_epi64, _mm512_setzero_si512, _mm512_slli_epi64, _mm512_srli_epi64,
        _mm512_sub_epi64, _mm512_ternarylogic_epi64, _mm512_testn_epi64_mask,
    };

    #[target_feature(enable = "avx2")]
    pub fn walk_avx2<const WORDS: usize>(text: &[u32], positions: &[[u64; WORDS]]) -> Orders {
        walk_orders(text, positions)
    }

    /// The same as [`walk_orders`], step by step, but with all orders in one register, which the compiler does not
    /// manage.
    #[target_feature(enable = "avx512f")]
    pub fn walk_avx512<const WORDS: usize>(text: &[u32], positions: &[[u64; WORDS]]) -> Orders {
        const OR: i32 = 0b1111_1110; // a | b | c
        const XOR_AND: i32 = 0b0111_1000; // a ^ (b & c)
        let [first, ..] = FIRST.map(u64::cast_signed);
        let (zero, ones) = (_mm512_setzero_si512(), _mm512_set1_epi64(-1));
        let first = _mm512_setr_epi64(first, 0, 0, 0, 0, 0, 0, 0);
        let mut ends = [zero; WORDS];
        let mut free = [ones; WORDS];
        let mut missed = zero;
        for &character in text {
            let here = &positions[character as usize];
            let mut carry = zero;
            let mut open = u8::MAX;
            for word in 0..WORDS {
                let shorter = _mm512_alignr_epi64::<7>(ends[word], ends[word]);
                let end = _mm512_ternarylogic_epi64::<OR>(_mm512_slli_epi64::<1>(shorter), carry, first);
                let end = _mm512_and_si512(end, _mm512_set1_epi64(here[word].cast_signed()));
                carry = _mm512_srli_epi64::<63>(shorter);
                ends[word] = end;
                let candidates = _mm512_maskz_and_epi64(open, end, free[word]);
                let lowest = _mm512_sub_epi64(zero, candidates);
                free[word] = _mm512_ternarylogic_epi64::<XOR_AND>(free[word], candidates, lowest);
                open &= _mm512_testn_epi64_mask(candidates, candidates);
            }
            missed = _mm512_mask_sub_epi64(missed, open, missed, ones);
        }
        // SAFETY: both types are 64 bytes, and all bit patterns are valid integers.
        let missed = unsafe { std::mem::transmute::<__m512i, [u64; ORDERS]>(missed) };
        missed.map(|missed| text.len() as u64 - missed)
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn walk_orders<const WORDS: usize>(text: &[u32], positions: &[[u64; WORDS]]) -> Orders {
    let mut ends = [[0; ORDERS]; WORDS];
    let mut free = [[u64::MAX; ORDERS]; WORDS];
    let mut missed: Orders = [0; ORDERS];
    for &character in text {
        let here = &positions[character as usize];
        let mut carry: Orders = [0; ORDERS];
        // All ones for orders that have not found a partner yet.
        let mut open: Orders = [u64::MAX; ORDERS];
        for word in 0..WORDS {
            let shorter: Orders = std::array::from_fn(|order| ends[word][(order + ORDERS - 1) % ORDERS]);
            for order in 0..ORDERS {
                let end = (shorter[order] << 1 | carry[order] | FIRST[order]) & here[word];
                carry[order] = shorter[order] >> 63;
                ends[word][order] = end;
                let candidates = end & free[word][order] & open[order];
                free[word][order] ^= candidates & candidates.wrapping_neg();
                open[order] = if candidates == 0 { open[order] } else { 0 };
            }
        }
        for order in 0..ORDERS {
            missed[order] = missed[order].wrapping_sub(open[order]);
        }
    }
    missed.map(|missed| text.len() as u64 - missed)
}

#[cfg(test)]
mod tests {
    use super::{CharNgramMatcher, walk, walk_orders};
    use crate::testing::Random;
    use std::collections::HashMap;

    fn naive(one: &[u32], other: &[u32], order: usize) -> u64 {
        let count = |text: &[u32]| {
            let mut counts: HashMap<Vec<u32>, u64> = HashMap::new();
            text.windows(order).for_each(|gram| *counts.entry(gram.to_vec()).or_default() += 1);
            counts
        };
        let other = count(other);
        count(one).iter().map(|(gram, n)| n.min(other.get(gram).unwrap_or(&0))).sum()
    }

    #[test]
    fn every_width_counts_as_two_dictionaries_do() {
        let mut numbers = Random::new(1);
        let mut random = |bound| numbers.token(bound);
        let mut lanes = CharNgramMatcher::default();
        for length in [0, 1, 5, 63, 64, 65, 128, 150, 192, 200, 256, 257, 400, 512, 600, 1000, 1024, 1025, 1500] {
            for vocabulary in [1, 2, 30] {
                let one: Vec<u32> = (0..length).map(|_| random(vocabulary)).collect();
                let other: Vec<u32> = (0..length + random(100)).map(|_| random(vocabulary)).collect();
                for orders in [1, 2, 6, 8, 9] {
                    let mut matches = vec![7; orders];
                    lanes.count(&one, &other, vocabulary, &mut matches);
                    for (order, &matches) in matches.iter().enumerate() {
                        assert_eq!(matches, naive(&one, &other, order + 1), "{length} of {vocabulary}, {order}");
                    }
                }
            }
        }
    }

    #[test]
    fn all_instructions_compute_the_same() {
        let positions: Vec<[u64; 3]> = (0..7u64).map(|i| [0x0102_0408_1020_4081 << i, u64::MAX / (i + 1), i]).collect();
        let text: Vec<u32> = (0..500).map(|i| i * i % 7).collect();
        let expected = walk_orders(&text, &positions);
        assert_eq!(walk(&text, &positions), expected);
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::level() >= crate::cpu::Level::Avx2 {
            // SAFETY: the processor has AVX2.
            assert_eq!(unsafe { super::x86::walk_avx2(&text, &positions) }, expected);
        }
    }
}
