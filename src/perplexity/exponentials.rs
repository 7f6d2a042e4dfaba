//! Sums of exponentials, which take most of the time of perplexity.
//!
//! # Idea
//!
//! `e^x = 2^n · e^r` with an integer `n` and a small `r = x - n ln 2`. Powers of two are exact, so a sum may have the
//! unit `2^octave` for any octave that is not too far below the greatest number. One pass is thus enough: it begins
//! with a guess, the [`Anchor`], adds, and finds the greatest number at the same time. If that number is out of the
//! anchor's reach, the block is added again. `r` is usually computed from `x` minus the greatest number, whose rounding
//! is the largest error; here it is computed from `x` itself.
//!
//! # Equal bits
//!
//! The order of additions is fixed, so these plain loops give the same bits on all processors with fused multiply-add:
//! AVX2 (selected at run time) and NEON. Older x86-64 processors round more often. All functions here are inlined, so
//! that they are compiled with the instructions of their caller.
//!
//! # Error
//!
//! Relative to the sum, the error is below 5e-7 for `f32` and formats that are widened to it, and below 2e-15 for
//! `f64`. In `f32`, two additions (1.2e-7) precede the sum in `f64`, the power is within 2e-7, and the error of ln 2 is
//! 2.8e-9 for each unit of `x`, up to 64.

use crate::cpu::{ALWAYS_FUSES, dispatch};
use crate::perplexity::formats::{Format, Real};

/// The unit and the origin of sums.
#[derive(Clone, Copy, Debug)]
pub struct Anchor<T> {
    octave: i32,
    /// The exponent field of `2^-octave`.
    exponent: i32,
    /// Subtracted from all numbers.
    origin: T,
    /// Numbers above this need another anchor.
    pub reach: T,
    /// The lower bound of numbers. What is below it adds almost nothing.
    floor: T,
}

impl<T: Real> Anchor<T> {
    /// The logarithm of the unit of sums minus a number.
    #[must_use]
    pub fn height(&self, number: f64) -> f64 {
        let octave = f64::from(self.octave);
        // Terms of similar size are subtracted before anything is rounded.
        (octave * double::LN2_HIGH - number) + self.origin.into() + octave * double::LN2_LOW
    }
}

/// The sum of the exponentials of many numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums<T> {
    /// The sum of `e^(x - origin) / 2^octave`, NaN if a number is NaN.
    pub sum: f64,
    /// The greatest number that is not NaN.
    pub greatest: T,
    /// The number of values that are at least the bound.
    pub reached: u32,
}

/// A floating-point type in which exponentials are computed.
pub trait Exponentials: Real {
    /// An anchor for numbers most of which are not far above this one.
    fn anchor(number: Self) -> Anchor<Self>;

    /// Sums the exponentials of `numbers`. `sum` is invalid if a number is above the anchor's reach.
    fn sums<F: Format<Number = Self>>(numbers: &[F::Stored], anchor: &Anchor<Self>, bound: Self) -> Sums<Self>;
}

macro_rules! exponentials {
    (
        $float:ident, $bits:ident, $module:ident, step: $step:literal, mantissa: $mantissa:literal, bias: $bias:literal, lowest: $lowest:literal,
        ln2: ($high:expr, $low:expr), series: $series:expr, short series: $short_series:expr
    ) => {
        impl Exponentials for $float {
            #[expect(clippy::cast_possible_truncation, reason = "a few hundred")]
            fn anchor(number: Self) -> Anchor<Self> {
                // Far from zero, numbers that count are so close to the greatest one that their difference is exact.
                let origin = if number.abs() > 64.0 { number } else { 0.0 };
                let octave = ((number - origin) * std::$float::consts::LOG2_E).round_ties_even();
                let height = |octaves| (octave + octaves) * std::$float::consts::LN_2;
                let (reach, floor) = (origin + height(40.0), height($lowest));
                Anchor { octave: octave as i32, exponent: $bias - octave as i32, origin, reach, floor }
            }

            fn sums<F: Format<Number = Self>>(stored: &[F::Stored], anchor: &Anchor<Self>, bound: Self) -> Sums<Self> {
                dispatch!(
                    avx2: $module::sums_avx2::<F>(stored, anchor, bound),
                    baseline: $module::sums::<F, ALWAYS_FUSES, false>(stored, anchor, bound),
                )
            }
        }

        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "powers of two, small counts, and bits that wrap"
        )]
        mod $module {
            use super::{Anchor, Sums};
            use crate::perplexity::formats::Format;

            /// The number of values per step.
            const STEP: usize = $step;
            /// The number of sums side by side.
            const LANES: usize = STEP / 4;

            /// Adding this rounds to an integer, which is then in the lowest bits.
            const ROUND: $float = 1.5 * (1_u64 << $mantissa) as $float;
            const LN2: $float = std::$float::consts::LN_2;
            /// ln 2 in two parts. The first has so few digits that its product is exact.
            pub const LN2_HIGH: $float = $high;
            pub const LN2_LOW: $float = $low;

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma,f16c")]
            pub fn sums_avx2<F: Format<Number = $float>>(
                numbers: &[F::Stored],
                anchor: &Anchor<$float>,
                bound: $float,
            ) -> Sums<$float> {
                sums::<F, true, true>(numbers, anchor, bound)
            }

            #[inline(always)]
            pub fn sums<F: Format<Number = $float>, const FUSED: bool, const AVX2: bool>(
                numbers: &[F::Stored],
                anchor: &Anchor<$float>,
                bound: $float,
            ) -> Sums<$float> {
                if anchor.origin == 0.0 {
                    sums_from::<F, FUSED, AVX2, false>(numbers, anchor, bound)
                } else {
                    sums_from::<F, FUSED, AVX2, true>(numbers, anchor, bound)
                }
            }

            #[inline(always)]
            fn sums_from<F: Format<Number = $float>, const FUSED: bool, const AVX2: bool, const FAR: bool>(
                numbers: &[F::Stored],
                anchor: &Anchor<$float>,
                bound: $float,
            ) -> Sums<$float> {
                let mut lanes =
                    Accumulators { sums: [0.0; LANES], greatest: [$float::NEG_INFINITY; LANES], reached: [0; LANES] };
                let mut step = [0.0; STEP];
                let (steps, rest) = numbers.as_chunks::<STEP>();
                for stored in steps {
                    widen::<F, AVX2>(stored, &mut step);
                    lanes.add::<F, FUSED, FAR>(&step, anchor, bound);
                }
                let mut reached = 0;
                if !rest.is_empty() {
                    step = [$float::NEG_INFINITY; STEP];
                    for (number, &stored) in step.iter_mut().zip(rest) {
                        *number = F::number(stored);
                        reached += $bits::from(*number >= bound);
                    }
                    lanes.add::<F, FUSED, FAR>(&step, anchor, $float::INFINITY);
                }
                reached += lanes.reached.iter().sum::<$bits>();
                Sums {
                    sum: lanes.sums.iter().sum(),
                    greatest: lanes.greatest.into_iter().fold($float::NEG_INFINITY, $float::max),
                    reached: reached as u32,
                }
            }

            /// Widens the numbers of a step, with the instructions that the caller is compiled for.
            #[inline(always)]
            fn widen<F: Format<Number = $float>, const AVX2: bool>(
                stored: &[F::Stored; STEP],
                numbers: &mut [$float; STEP],
            ) {
                #[cfg(target_arch = "x86_64")]
                if AVX2 && F::SHORT {
                    let (stored, _) = stored.as_chunks();
                    let (numbers, _) = numbers.as_chunks_mut();
                    for (stored, numbers) in stored.iter().zip(numbers) {
                        // SAFETY: AVX2 is true only in `sums_avx2`, which runs on processors with AVX2, FMA and F16C.
                        *numbers = unsafe { F::numbers_avx2(stored) };
                    }
                    return;
                }
                for i in 0..STEP {
                    numbers[i] = F::number(stored[i]);
                }
            }

            struct Accumulators {
                sums: [f64; LANES],
                greatest: [$float; LANES],
                reached: [$bits; LANES],
            }

            impl Accumulators {
                #[inline(always)]
                fn add<F: Format, const FUSED: bool, const FAR: bool>(
                    &mut self,
                    step: &[$float; STEP],
                    anchor: &Anchor<$float>,
                    bound: $float,
                ) {
                    let mut powers = [0.0; STEP];
                    for i in 0..STEP {
                        powers[i] = power::<F, FUSED, FAR>(step[i], anchor);
                    }
                    let mut pairs = [0.0; STEP / 2];
                    for i in 0..STEP / 2 {
                        pairs[i] = powers[i] + powers[i + STEP / 2];
                    }
                    for i in 0..LANES {
                        self.sums[i] += f64::from(pairs[i] + pairs[i + LANES]);
                    }
                    for part in step.as_chunks::<LANES>().0 {
                        for i in 0..LANES {
                            // All comparisons with NaN are false.
                            self.greatest[i] = if part[i] > self.greatest[i] { part[i] } else { self.greatest[i] };
                            self.reached[i] += $bits::from(part[i] >= bound);
                        }
                    }
                }
            }

            /// `e^(number - origin) / 2^octave`.
            #[inline(always)]
            fn power<F: Format, const FUSED: bool, const FAR: bool>(number: $float, anchor: &Anchor<$float>) -> $float {
                let x = if FAR { number - anchor.origin } else { number };
                // In this order of operands, NaN stays NaN.
                let x = if x < anchor.floor { anchor.floor } else { x };
                let rounded = plus::<FUSED>(x, std::$float::consts::LOG2_E, ROUND);
                let whole = rounded - ROUND;
                let r = if FUSED && F::SHORT {
                    plus::<FUSED>(whole, -LN2, x)
                } else {
                    plus::<FUSED>(whole, -LN2_LOW, plus::<FUSED>(whole, -LN2_HIGH, x))
                };
                // e^r = 1 + r + r² (…), with the minimax polynomial between -ln 2 / 2 and ln 2 / 2.
                let square = r * r;
                let power = if F::SHORT {
                    1.0 + plus::<FUSED>(square, series::<_, FUSED>(&$short_series, r, square), r)
                } else {
                    1.0 + plus::<FUSED>(square, series::<_, FUSED>(&$series, r, square), r)
                };
                // The shift keeps only the bits of the exponent.
                let exponent = rounded.to_bits().wrapping_add(anchor.exponent as $bits);
                power * $float::from_bits(exponent << $mantissa)
            }

            /// The sum of `factors[n] · r^n`, evaluated in pairs, which shortens the chain of dependent operations.
            #[inline(always)]
            fn series<const N: usize, const FUSED: bool>(factors: &[$float; N], r: $float, square: $float) -> $float {
                let pair =
                    |at: usize| if at + 1 < N { plus::<FUSED>(factors[at + 1], r, factors[at]) } else { factors[at] };
                let last = (N - 1) & !1;
                let mut sum = pair(last);
                let mut at = last;
                while at > 0 {
                    at -= 2;
                    sum = plus::<FUSED>(sum, square, pair(at));
                }
                sum
            }

            /// `a · b + c`.
            #[inline(always)]
            fn plus<const FUSED: bool>(a: $float, b: $float, c: $float) -> $float {
                if FUSED { a.mul_add(b, c) } else { a * b + c }
            }
        }
    };
}

exponentials! {
    f32, u32, single, step: 64, mantissa: 23, bias: 127, lowest: -124.0, ln2: (355.0 / 512.0, -0.000_212_194_44),
    series: [0.499_999_94, 0.166_665_21, 0.041_668_39, 0.008_368_717, 0.001_381_459_9],
    short series: [0.499_992_3, 0.166_671_14, 0.041_890_156, 0.008_312_521]
}

exponentials! {
    f64, u64, double, step: 32, mantissa: 52, bias: 1023, lowest: -1020.0,
    ln2: (6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10),
    series: [
        0.500_000_000_000_000_1, 0.166_666_666_666_666_69, 0.041_666_666_666_623_824, 0.008_333_333_333_330_039,
        0.001_388_888_891_736_708_1, 0.000_198_412_698_631_715_57, 2.480_152_105_786_820_4e-5,
        2.755_726_827_690_569_6e-6, 2.762_020_159_103_154_7e-7, 2.510_047_250_569_499_6e-8
    ],
    short series: [0.0]
}

#[cfg(test)]
mod tests {
    use super::{Anchor, Exponentials, Sums, double, single};
    use crate::perplexity::formats::{BFloat16, Float16, Float32, Float64, Format};

    /// Numbers of all sizes.
    fn numbers(count: u16, scale: f64) -> Vec<f64> {
        (0..count).map(|at| f64::from(at.wrapping_mul(40_503)) / 32_768.0 * scale - scale).collect()
    }

    /// The portable code with fused operations, as on Arm; without them, as on old x86-64; and the code for this
    /// processor.
    macro_rules! ways {
        ($format:ty, $module:ident, $stored:expr, $anchor:expr, $bound:expr) => {
            [
                $module::sums::<$format, true, false>($stored, $anchor, $bound),
                $module::sums::<$format, false, false>($stored, $anchor, $bound),
                Exponentials::sums::<$format>($stored, $anchor, $bound),
            ]
        };
    }

    fn check<T: Exponentials + std::fmt::Debug>(numbers: &[f64], anchor: &Anchor<T>, ways: &[Sums<T>; 3], bound: f64) {
        let exact: f64 = numbers.iter().map(|&number| (-anchor.height(number)).exp()).sum();
        for way in ways {
            assert!((way.sum / exact - 1.0).abs() <= bound, "{way:?}, not {exact}");
            assert_eq!(way.greatest.into(), numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            assert_eq!(way.reached, ways[0].reached);
        }
        #[cfg(target_arch = "x86_64")]
        if crate::cpu::level() >= crate::cpu::Level::Avx2 {
            assert_eq!(ways[2].sum.to_bits(), ways[0].sum.to_bits(), "the same bits as on Arm");
        }
    }

    #[test]
    fn all_ways_give_the_sum() {
        for count in [1, 31, 32, 33, 64, 100, 1000] {
            for scale in [0.1, 10.0, 60.0, 700.0] {
                let exact = numbers(count, scale);
                let greatest = exact.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let anchor = f64::anchor(greatest - 5.0);
                check(&exact, &anchor, &ways!(Float64, double, &exact, &anchor, greatest), 2e-15);

                #[expect(clippy::cast_possible_truncation, reason = "rounded, to be exact from here on")]
                let short: Vec<f32> = exact.iter().map(|&number| number as f32).collect();
                let bfloat16s: Vec<u16> = short.iter().map(|number| (number.to_bits() >> 16) as u16).collect();
                // Numbers of this size fit the 5 bits of the exponent.
                let halves: Vec<u16> = short.iter().map(|&number| half(number)).collect();
                let widened = |numbers: Vec<f32>| -> Vec<f64> { numbers.into_iter().map(f64::from).collect() };

                let exact = widened(short.clone());
                let anchor = f32::anchor(short[0]);
                let below = exact.iter().all(|&number| number <= anchor.reach.into());
                let anchor = if below { anchor } else { f32::anchor(short.iter().copied().fold(0.0, f32::max)) };
                check(&exact, &anchor, &ways!(Float32, single, &short, &anchor, short[0]), 5e-7);
                let exact = widened(bfloat16s.iter().map(|&bits| BFloat16::number(bits)).collect());
                check(&exact, &anchor, &ways!(BFloat16, single, &bfloat16s, &anchor, short[0]), 5e-7);
                let exact = widened(halves.iter().map(|&bits| Float16::number(bits)).collect());
                check(&exact, &anchor, &ways!(Float16, single, &halves, &anchor, short[0]), 5e-7);
            }
        }
    }

    /// Truncates a number to binary16, for sizes from 2⁻¹⁴ to 65504, or zero.
    fn half(number: f32) -> u16 {
        let size = (number.abs().to_bits() >> 13).saturating_sub((127 - 15) << 10);
        u16::try_from(size).unwrap() | if number < 0.0 { 0x8000 } else { 0 }
    }

    #[test]
    fn nan_and_infinities_are_reported() {
        for at in [0, 5, 63, 64, 99] {
            let mut numbers = vec![1.0_f32; 100];
            numbers[at] = f32::NAN;
            let anchor = f32::anchor(1.0);
            for sums in ways!(Float32, single, &numbers, &anchor, 1.0) {
                assert!(sums.sum.is_nan());
                assert_eq!((sums.greatest, sums.reached), (1.0, 99));
            }
            numbers[at] = f32::NEG_INFINITY;
            for sums in ways!(Float32, single, &numbers, &anchor, f32::NEG_INFINITY) {
                assert!((sums.sum - 99.0 * (-anchor.height(1.0)).exp()).abs() < 1e-5);
                assert_eq!(sums.reached, 100);
            }
        }
    }
}
