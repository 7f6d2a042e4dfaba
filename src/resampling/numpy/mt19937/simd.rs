//! The loops of the generator, compiled for the widest vectors of the processor.

use super::WORDS;
use crate::cpu::dispatch;

/// Calls the version of a function of the parent module that was compiled for this processor.
macro_rules! widest {
    ($name:ident($($argument:expr),*)) => {
        dispatch!(
            avx512: avx512::$name($($argument),*),
            avx2: avx2::$name($($argument),*),
            baseline: super::$name($($argument),*),
        )
    };
}

/// Computes the next state.
pub fn twist(words: &mut [u32; WORDS]) {
    widest!(twist(words));
}

/// The number of words whose integers are not too large.
pub fn count(words: &[u32], mask: u32, last: u32) -> usize {
    widest!(count(words, mask, last))
}

/// Writes the integers of the words, without those that are too large, and returns their number. There must be room for
/// all words and [`super::SPARE`] more.
pub fn choose(words: &[u32], mask: u32, last: u32, positions: &mut [u32]) -> usize {
    widest!(choose(words, mask, last, positions))
}

/// Adds the numbers of each table at the words' integers, and returns the number of integers.
pub fn add(words: &[u32], mask: u32, last: u32, tables: &[Vec<u32>], sums: &mut [u64]) -> usize {
    widest!(add(words, mask, last, tables, sums))
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::super::{self as plain, WORDS};

    #[target_feature(enable = "avx2")]
    pub fn twist(words: &mut [u32; WORDS]) {
        plain::twist(words);
    }

    #[target_feature(enable = "avx2")]
    pub fn count(words: &[u32], mask: u32, last: u32) -> usize {
        plain::count(words, mask, last)
    }

    #[target_feature(enable = "avx2")]
    pub fn choose(words: &[u32], mask: u32, last: u32, positions: &mut [u32]) -> usize {
        plain::choose(words, mask, last, positions)
    }

    #[target_feature(enable = "avx2")]
    pub fn add(words: &[u32], mask: u32, last: u32, tables: &[Vec<u32>], sums: &mut [u64]) -> usize {
        plain::add(words, mask, last, tables, sums)
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::super::{self as plain, SPARE, WORDS};
    use std::arch::x86_64::{
        __m512i, __mmask16, _mm512_add_epi32, _mm512_and_si512, _mm512_mask_cmple_epu32_mask,
        _mm512_mask_i32gather_epi32, _mm512_maskz_compress_epi32, _mm512_maskz_loadu_epi32, _mm512_reduce_add_epi32,
        _mm512_set1_epi32, _mm512_setzero_si512, _mm512_slli_epi32, _mm512_srli_epi32, _mm512_storeu_si512,
        _mm512_xor_si512,
    };

    #[target_feature(enable = "avx512f")]
    pub fn twist(words: &mut [u32; WORDS]) {
        plain::twist(words);
    }

    #[target_feature(enable = "avx512f")]
    pub fn count(words: &[u32], mask: u32, last: u32) -> usize {
        plain::count(words, mask, last)
    }

    /// With intrinsics, because the compiler does not use the instruction that compresses a vector.
    #[target_feature(enable = "avx512f")]
    pub fn choose(words: &[u32], mask: u32, last: u32, positions: &mut [u32]) -> usize {
        assert!(positions.len() >= words.len() + SPARE);
        let mut used = 0;
        for part in words.chunks(SPARE) {
            let (good, found) = good_positions(part, mask, last);
            // SAFETY: at most as many integers have been written as words were read, and a register fits after them.
            unsafe {
                _mm512_storeu_si512(positions.as_mut_ptr().add(used).cast(), _mm512_maskz_compress_epi32(good, found));
            }
            used += good.count_ones() as usize;
        }
        used
    }

    /// With intrinsics, so that integers need not be written before they are looked up.
    #[target_feature(enable = "avx512f")]
    pub fn add(words: &[u32], mask: u32, last: u32, tables: &[Vec<u32>], sums: &mut [u64]) -> usize {
        if i32::try_from(last).is_err() {
            // The gather instruction takes signed indices.
            return plain::add(words, mask, last, tables, sums);
        }
        let mut count = 0;
        for (table, sum) in tables.iter().zip(sums) {
            assert!(table.len() > last as usize);
            let mut added = _mm512_setzero_si512();
            count = 0;
            for part in words.chunks(SPARE) {
                let (good, found) = good_positions(part, mask, last);
                // SAFETY: accepted integers are at most `last`, which is within the table; others are not looked up.
                let numbers = unsafe {
                    _mm512_mask_i32gather_epi32::<4>(_mm512_setzero_si512(), good, found, table.as_ptr().cast())
                };
                added = _mm512_add_epi32(added, numbers);
                count += good.count_ones() as usize;
            }
            *sum += u64::from(_mm512_reduce_add_epi32(added).cast_unsigned());
        }
        count
    }

    /// The integers of up to 16 words, and the mask of those that are not too large.
    #[target_feature(enable = "avx512f")]
    fn good_positions(words: &[u32], mask: u32, last: u32) -> (__mmask16, __m512i) {
        let [mask, last, second, third] =
            [mask, last, 0x9d2c_5680, 0xefc6_0000].map(|number: u32| _mm512_set1_epi32(number.cast_signed()));
        let lanes = u16::MAX >> (SPARE - words.len());
        // SAFETY: the mask limits the load to the words of the slice.
        let mut word: __m512i = unsafe { _mm512_maskz_loadu_epi32(lanes, words.as_ptr().cast()) };
        word = _mm512_xor_si512(word, _mm512_srli_epi32::<11>(word));
        word = _mm512_xor_si512(word, _mm512_and_si512(_mm512_slli_epi32::<7>(word), second));
        word = _mm512_xor_si512(word, _mm512_and_si512(_mm512_slli_epi32::<15>(word), third));
        word = _mm512_xor_si512(word, _mm512_srli_epi32::<18>(word));
        word = _mm512_and_si512(word, mask);
        (_mm512_mask_cmple_epu32_mask(lanes, word, last), word)
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::super::{self as plain, BITS, SPARE, WORDS};
    use super::{avx2, avx512};
    use crate::cpu::{Level, level};

    /// The results of all functions of a module.
    macro_rules! outcome {
        ($module:ident, $length:expr, $last:expr) => {{
            let mut words: [u32; WORDS] =
                std::array::from_fn(|at| u32::try_from(at).unwrap().wrapping_mul(2_654_435_761) ^ 0x9e37_79b9);
            let mask = u32::MAX >> u32::leading_zeros($last);
            let number = |table: u32, at: u32| at.wrapping_mul(2_654_435_761).wrapping_add(table) % (1 << BITS);
            let tables: Vec<Vec<u32>> = (0..3).map(|table| (0..=$last).map(|at| number(table, at)).collect()).collect();
            let (mut positions, mut sums) = ([0; WORDS + SPARE], [7; 3]);
            // SAFETY: the test calls modules only if the processor has their instructions.
            #[allow(unused_unsafe, reason = "the plain functions are safe")]
            let counts = unsafe {
                $module::twist(&mut words);
                let some = &words[..$length];
                let counted = $module::count(some, mask, $last);
                let chosen = $module::choose(some, mask, $last, &mut positions);
                [counted, chosen, $module::add(some, mask, $last, &tables, &mut sums)]
            };
            (words, counts, positions[..counts[1]].to_vec(), sums)
        }};
    }

    #[test]
    fn all_instructions_compute_the_same() {
        for length in [0, 1, 15, 16, 17, 600, WORDS] {
            for last in [1, 2, 40, 63, 64, 999] {
                let expected = outcome!(plain, length, last);
                assert_eq!(expected.1, [expected.2.len(); 3]);
                if level() >= Level::Avx2 {
                    assert!(outcome!(avx2, length, last) == expected, "AVX2: {length} words up to {last}");
                }
                if level() >= Level::Avx512 {
                    assert!(outcome!(avx512, length, last) == expected, "AVX-512: {length} words up to {last}");
                }
            }
        }
    }
}
