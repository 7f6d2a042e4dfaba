//! Sixty-four bytes at a time: each question about a block is answered as a bit mask, bit `i` for byte `i`.
//!
//! Tokenizing is the largest cost of scoring, and nearly all of that cost is asking each byte what it is.
//! On x86-64 the questions use SSE2, which every such processor has; elsewhere plain loops give the same masks.

/// A block of 64 bytes.
#[derive(Clone, Copy)]
pub struct Block(imp::Bytes);

impl Block {
    #[inline]
    #[must_use]
    pub fn new(bytes: &[u8; 64]) -> Self {
        Self(imp::load(bytes))
    }

    /// Which bytes equal `byte`.
    #[inline]
    #[must_use]
    pub fn equal(self, byte: u8) -> u64 {
        imp::equal(self.0, byte)
    }

    /// Which bytes lie in `low..=high`.
    #[inline]
    #[must_use]
    pub fn within(self, low: u8, high: u8) -> u64 {
        imp::within(self.0, low, high)
    }

    /// Which bytes are ASCII letters.
    #[inline]
    #[must_use]
    pub fn letters(self) -> u64 {
        self.within(b'a', b'z') | self.within(b'A', b'Z')
    }

    /// Which bytes are ASCII digits.
    #[inline]
    #[must_use]
    pub fn digits(self) -> u64 {
        self.within(b'0', b'9')
    }

    /// Which bytes belong to characters beyond ASCII.
    #[inline]
    #[must_use]
    pub fn non_ascii(self) -> u64 {
        imp::non_ascii(self.0)
    }
}

/// SAFETY, for every block here: the intrinsics touch no memory and ask for SSE2 only, which is part of x86-64.
#[cfg(target_arch = "x86_64")]
mod imp {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8, _mm_sub_epi8,
    };

    pub type Bytes = [__m128i; 4];

    #[inline]
    pub fn load(bytes: &[u8; 64]) -> Bytes {
        let half = |at: usize| {
            i64::from_le_bytes([
                bytes[at],
                bytes[at + 1],
                bytes[at + 2],
                bytes[at + 3],
                bytes[at + 4],
                bytes[at + 5],
                bytes[at + 6],
                bytes[at + 7],
            ])
        };
        std::array::from_fn(|i| unsafe { _mm_set_epi64x(half(16 * i + 8), half(16 * i)) })
    }

    #[inline]
    fn mask(bytes: Bytes, test: impl Fn(__m128i) -> __m128i) -> u64 {
        bytes.iter().enumerate().fold(0, |mask, (i, &part)| {
            let bits = unsafe { _mm_movemask_epi8(test(part)) }.cast_unsigned();
            mask | u64::from(bits) << (16 * i)
        })
    }

    #[inline]
    pub fn equal(bytes: Bytes, byte: u8) -> u64 {
        mask(bytes, |part| unsafe { _mm_cmpeq_epi8(part, _mm_set1_epi8(byte.cast_signed())) })
    }

    #[inline]
    pub fn within(bytes: Bytes, low: u8, high: u8) -> u64 {
        // SSE2 compares signed bytes only; an unsigned minimum stands in for "at most".
        mask(bytes, |part| unsafe {
            let distance = _mm_sub_epi8(part, _mm_set1_epi8(low.cast_signed()));
            _mm_cmpeq_epi8(_mm_min_epu8(distance, _mm_set1_epi8((high - low).cast_signed())), distance)
        })
    }

    #[inline]
    pub fn non_ascii(bytes: Bytes) -> u64 {
        mask(bytes, |part| part)
    }
}

#[cfg(not(target_arch = "x86_64"))]
use portable as imp;

#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable {
    pub type Bytes = [u8; 64];

    pub fn load(bytes: &[u8; 64]) -> Bytes {
        *bytes
    }

    #[inline]
    fn mask(bytes: Bytes, test: impl Fn(u8) -> bool) -> u64 {
        bytes.iter().enumerate().fold(0, |mask, (i, &byte)| mask | u64::from(test(byte)) << i)
    }

    pub fn equal(bytes: Bytes, byte: u8) -> u64 {
        mask(bytes, |b| b == byte)
    }

    pub fn within(bytes: Bytes, low: u8, high: u8) -> u64 {
        mask(bytes, |b| b.wrapping_sub(low) <= high - low)
    }

    pub fn non_ascii(bytes: Bytes) -> u64 {
        mask(bytes, |b| b >= 0x80)
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, portable};

    #[test]
    fn every_byte_is_classified_alike_on_both_paths() {
        for first in [0u8, 64, 128, 192] {
            let bytes: [u8; 64] = std::array::from_fn(|i| first + u8::try_from(i).unwrap());
            let block = Block::new(&bytes);
            assert_eq!(block.non_ascii(), portable::non_ascii(bytes));
            for low in 0..=255u8 {
                assert_eq!(block.equal(low), portable::equal(bytes, low));
                for high in low..=255 {
                    assert_eq!(block.within(low, high), portable::within(bytes, low, high), "{low}..={high}");
                }
            }
        }
    }
}
