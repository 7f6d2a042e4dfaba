//! Classification of 64 bytes at a time: each question about a block is answered with a bit mask, bit `i` for byte `i`.
//!
//! Tokenizing is the largest cost of scoring, and most of it is classifying bytes. On x86-64 this uses SSE2, which
//! every such processor has; elsewhere plain loops give the same masks.

use imp::Vectors;
use std::ops::{BitAnd, BitOr, Not};

/// A block of 64 bytes.
#[derive(Clone, Copy)]
pub struct Block(Vectors);

/// A subset of a block's bytes. Subsets are combined as vectors and converted to a mask once.
#[derive(Clone, Copy)]
pub struct Set(Vectors);

impl Block {
    #[inline]
    #[must_use]
    pub fn new(bytes: &[u8; 64]) -> Self {
        Self(imp::load(bytes))
    }

    /// The bytes equal to `byte`.
    #[inline]
    #[must_use]
    pub fn equal(self, byte: u8) -> Set {
        Set(imp::equal(self.0, byte))
    }

    /// The bytes in `low..=high`.
    #[inline]
    #[must_use]
    pub fn within(self, low: u8, high: u8) -> Set {
        Set(imp::within(self.0, low, high))
    }

    /// The ASCII letters.
    #[inline]
    #[must_use]
    pub fn letters(self) -> Set {
        // This bit distinguishes upper from lower case. Setting it turns no other byte into a letter.
        Set(imp::within(imp::set_bits(self.0, 0x20), b'a', b'z'))
    }

    /// The ASCII digits.
    #[inline]
    #[must_use]
    pub fn digits(self) -> Set {
        self.within(b'0', b'9')
    }

    /// The mask of the bytes of characters beyond ASCII.
    #[inline]
    #[must_use]
    pub fn non_ascii(self) -> u64 {
        imp::mask(self.0)
    }
}

impl Set {
    /// The subset as a mask, bit `i` for byte `i`.
    #[inline]
    #[must_use]
    pub fn mask(self) -> u64 {
        imp::mask(self.0)
    }
}

impl BitOr for Set {
    type Output = Self;
    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(imp::or(self.0, other.0))
    }
}

impl BitAnd for Set {
    type Output = Self;
    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self(imp::and(self.0, other.0))
    }
}

impl Not for Set {
    type Output = Self;
    #[inline]
    fn not(self) -> Self {
        Self(imp::equal(self.0, 0))
    }
}

#[cfg(target_arch = "x86_64")]
mod imp {
    use std::arch::x86_64::{
        __m128i, _mm_and_si128, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8, _mm_sub_epi8,
    };
    use std::array::from_fn;

    pub type Vectors = [__m128i; 4];

    /// Calls intrinsics of SSE2 that access no memory.
    macro_rules! sse2 {
        ($call:expr) => {{
            // SAFETY: SSE2 is part of every x86-64, and these intrinsics work on values alone.
            unsafe { $call }
        }};
    }

    #[inline]
    pub fn load(bytes: &[u8; 64]) -> Vectors {
        let (words, _) = bytes.as_chunks::<8>();
        let word = |at: usize| i64::from_le_bytes(words[at]);
        from_fn(|i| sse2!(_mm_set_epi64x(word(2 * i + 1), word(2 * i))))
    }

    #[inline]
    pub fn equal(vectors: Vectors, byte: u8) -> Vectors {
        vectors.map(|vector| sse2!(_mm_cmpeq_epi8(vector, _mm_set1_epi8(byte.cast_signed()))))
    }

    #[inline]
    pub fn within(vectors: Vectors, low: u8, high: u8) -> Vectors {
        // SSE2 compares signed bytes only. `min(x, limit) == x` is the unsigned `x <= limit`.
        vectors.map(|vector| {
            let distance = sse2!(_mm_sub_epi8(vector, _mm_set1_epi8(low.cast_signed())));
            sse2!(_mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8((high - low).cast_signed())), distance))
        })
    }

    #[inline]
    pub fn set_bits(vectors: Vectors, bits: u8) -> Vectors {
        vectors.map(|vector| sse2!(_mm_or_si128(vector, _mm_set1_epi8(bits.cast_signed()))))
    }

    #[inline]
    pub fn or(a: Vectors, b: Vectors) -> Vectors {
        from_fn(|i| sse2!(_mm_or_si128(a[i], b[i])))
    }

    #[inline]
    pub fn and(a: Vectors, b: Vectors) -> Vectors {
        from_fn(|i| sse2!(_mm_and_si128(a[i], b[i])))
    }

    /// The highest bit of each byte.
    #[inline]
    pub fn mask(vectors: Vectors) -> u64 {
        let part = |i: usize| u64::from(sse2!(_mm_movemask_epi8(vectors[i])).cast_unsigned()) << (16 * i);
        part(0) | part(1) | part(2) | part(3)
    }
}

#[cfg(not(target_arch = "x86_64"))]
use portable as imp;

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    use std::array::from_fn;

    pub type Vectors = [u8; 64];

    const ALL: u8 = 0xFF;

    pub fn load(bytes: &[u8; 64]) -> Vectors {
        *bytes
    }

    pub fn equal(vectors: Vectors, byte: u8) -> Vectors {
        vectors.map(|vector| if vector == byte { ALL } else { 0 })
    }

    pub fn within(vectors: Vectors, low: u8, high: u8) -> Vectors {
        vectors.map(|vector| if vector.wrapping_sub(low) <= high - low { ALL } else { 0 })
    }

    pub fn set_bits(vectors: Vectors, bits: u8) -> Vectors {
        vectors.map(|vector| vector | bits)
    }

    pub fn or(a: Vectors, b: Vectors) -> Vectors {
        from_fn(|i| a[i] | b[i])
    }

    pub fn and(a: Vectors, b: Vectors) -> Vectors {
        from_fn(|i| a[i] & b[i])
    }

    pub fn mask(vectors: Vectors) -> u64 {
        vectors.iter().enumerate().fold(0, |mask, (i, vector)| mask | u64::from(vector >> 7) << i)
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, portable};

    #[test]
    fn both_paths_agree_on_every_byte() {
        for first in [0u8, 64, 128, 192] {
            let bytes: [u8; 64] = std::array::from_fn(|i| first + u8::try_from(i).unwrap());
            let (block, vectors) = (Block::new(&bytes), portable::load(&bytes));
            assert_eq!(block.non_ascii(), portable::mask(vectors));
            let lowered = portable::set_bits(vectors, 0x20);
            assert_eq!(block.letters().mask(), portable::mask(portable::within(lowered, b'a', b'z')));
            for low in 0..=255u8 {
                let equal = portable::equal(vectors, low);
                assert_eq!(block.equal(low).mask(), portable::mask(equal));
                for high in low..=255 {
                    let within = portable::within(vectors, low, high);
                    assert_eq!(block.within(low, high).mask(), portable::mask(within), "{low}..={high}");
                    let either = !(block.equal(low) | block.within(low, high)) & block.within(0, high);
                    let not = portable::equal(portable::or(equal, within), 0);
                    assert_eq!(either.mask(), portable::mask(portable::and(not, portable::within(vectors, 0, high))));
                }
            }
        }
    }

    #[test]
    fn letters_are_letters() {
        for first in [0u8, 64, 128, 192] {
            let bytes: [u8; 64] = std::array::from_fn(|i| first + u8::try_from(i).unwrap());
            for (i, byte) in bytes.iter().enumerate() {
                assert_eq!(Block::new(&bytes).letters().mask() >> i & 1 == 1, byte.is_ascii_alphabetic(), "{byte}");
            }
        }
    }
}
