//! Floating-point formats: as numbers are stored, and as they are computed with.

#![expect(clippy::inline_always, reason = "to be compiled with the instructions of the caller")]

use std::marker::PhantomData;
#[cfg(target_arch = "x86_64")]
use std::mem::transmute;

/// A floating-point type to compute with.
pub trait Real: Copy + Default + PartialOrd + Into<f64> + Send + Sync {
    /// The next greater number.
    #[must_use]
    fn above(self) -> Self;
}

impl Real for f32 {
    fn above(self) -> Self {
        self.next_up()
    }
}

impl Real for f64 {
    fn above(self) -> Self {
        self.next_up()
    }
}

/// A storage format.
pub trait Format: Send + Sync {
    /// The type in memory.
    type Stored: Copy + Send + Sync;
    /// The type to which it is widened, exactly.
    type Number: Real;
    /// Whether it has so few digits that a shorter polynomial is accurate enough.
    const SHORT: bool = false;

    fn number(stored: Self::Stored) -> Self::Number;

    /// Widens eight numbers.
    ///
    /// # Safety
    /// The processor has AVX2, FMA and F16C.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    unsafe fn numbers_avx2(stored: &[Self::Stored; 8]) -> [Self::Number; 8] {
        std::array::from_fn(|i| Self::number(stored[i]))
    }
}

/// A type that is stored as it is computed with.
pub struct Native<T>(PhantomData<T>);

pub type Float32 = Native<f32>;
pub type Float64 = Native<f64>;

impl<T: Real> Format for Native<T> {
    type Stored = T;
    type Number = T;

    #[inline(always)]
    fn number(stored: T) -> T {
        stored
    }
}

/// IEEE 754 binary16, `float16` in Python.
pub struct Float16;

impl Format for Float16 {
    type Stored = u16;
    type Number = f32;
    const SHORT: bool = true;

    #[inline(always)]
    fn number(stored: u16) -> f32 {
        // With the exponent in its new position, the number is too small by the difference of the biases, 2^112. The
        // product is exact for subnormal numbers too. Infinities and NaN have all exponent bits set.
        const SCALE: f32 = f32::from_bits((127 + 112) << 23);
        let (sign, size) = (u32::from(stored & 0x8000) << 16, u32::from(stored & 0x7FFF) << 13);
        let finite = (f32::from_bits(size) * SCALE).to_bits();
        let size = if size >= 0x7C00 << 13 { size | 0x7F80_0000 } else { finite };
        f32::from_bits(size | sign)
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2,fma,f16c")]
    unsafe fn numbers_avx2(stored: &[u16; 8]) -> [f32; 8] {
        use std::arch::x86_64::{__m128i, __m256, _mm256_cvtph_ps};
        // SAFETY: the types have the same size, and all bit patterns are valid for both.
        unsafe { transmute::<__m256, [f32; 8]>(_mm256_cvtph_ps(transmute::<[u16; 8], __m128i>(*stored))) }
    }
}

/// bfloat16: the upper half of an `f32`.
pub struct BFloat16;

impl Format for BFloat16 {
    type Stored = u16;
    type Number = f32;
    const SHORT: bool = true;

    #[inline(always)]
    fn number(stored: u16) -> f32 {
        f32::from_bits(u32::from(stored) << 16)
    }
}

#[cfg(test)]
mod tests {
    use super::{BFloat16, Float16, Format};

    #[test]
    fn every_binary16_is_decoded() {
        for bits in 0..=u16::MAX {
            let number = Float16::number(bits);
            let (exponent, fraction) = (i32::from(bits >> 10 & 0x1F), f32::from(bits & 0x3FF));
            let size = match exponent {
                0 => fraction * 2f32.powi(-24),
                31 if fraction == 0.0 => f32::INFINITY,
                31 => f32::NAN,
                _ => (1024.0 + fraction) * 2f32.powi(exponent - 25),
            };
            assert_eq!(number.is_sign_negative(), bits >> 15 == 1);
            assert!(number.abs() == size || number.is_nan() && size.is_nan(), "{bits:x}: {number}");
            #[cfg(target_arch = "x86_64")]
            if crate::cpu::level() >= crate::cpu::Level::Avx2 {
                // SAFETY: the processor has AVX2, FMA and F16C.
                let same = unsafe { Float16::numbers_avx2(&[bits; 8]) };
                assert!(same.iter().all(|same| same.to_bits() == number.to_bits() || same.is_nan() && number.is_nan()));
            }
        }
    }

    #[test]
    fn bfloat16_is_the_upper_half_of_f32() {
        assert_eq!([0x3F80, 0xC049, 0xFF80].map(BFloat16::number), [1.0, -3.140_625, f32::NEG_INFINITY]);
        assert!(BFloat16::number(0x7FC0).is_nan());
    }
}
