//! Exact sums of floating-point numbers, in any order.
//!
//! Addition of `f64` rounds, so a plain total would depend on how the work is divided. [`ExactSum`] keeps the sum as a
//! long fixed-point number that covers the whole range of `f64`, and rounds once, when it is read. Adding and merging
//! are associative and commutative to the bit, and the result is the double nearest to the true sum (as in Python's
//! `math.fsum`).
//!
//! The layout is the "small superaccumulator" of R. M. Neal, "Fast exact summation using small and large
//! superaccumulators", 2015, arXiv:1505.05571. Digits in base 2³² are stored in 64-bit integers and overlap, so a
//! number is added to two digits, and carries are propagated only occasionally.

use crate::error::Error;

/// The digits that cover the mantissas of all finite doubles, with room for carries.
const DIGITS: usize = 67;

/// A mantissa adds less than 2⁵³ to a digit, so this many additions fit before carries must be propagated.
const UNSETTLED: u32 = 1 << 9;

/// The unit of digit 0 is 2⁻¹⁰⁷⁵: a double with exponent field `e` is its mantissa times 2^(e - 1075).
const LOWEST_EXPONENT: i32 = -1075;

/// An exact sum of doubles.
#[derive(Clone, Debug)]
pub struct ExactSum {
    digits: [i64; DIGITS],
    unsettled: u32,
    /// The sum of the values that are not finite: 0, an infinity, or NaN.
    infinite: f64,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self { digits: [0; DIGITS], unsettled: 0, infinite: 0.0 }
    }
}

impl ExactSum {
    /// Adds a number.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if value == 0.0 {
            return;
        }
        let bits = value.to_bits();
        let field = (bits >> 52 & 0x7FF) as u32;
        if field == 0x7FF {
            self.add_infinite(value);
            return;
        }
        let fraction = bits & ((1 << 52) - 1);
        // A subnormal has the exponent of field 1, and no implicit bit.
        let (mantissa, field) = if field == 0 { (fraction, 1) } else { (fraction | 1 << 52, field) };
        let (digit, shift) = ((field / 32) as usize, field % 32);
        let spread = u128::from(mantissa) << shift;
        #[expect(clippy::cast_possible_truncation, reason = "the lower 32 bits and the upper 52")]
        let (low, high) = ((spread & 0xFFFF_FFFF) as i64, (spread >> 32) as i64);
        if value > 0.0 {
            self.digits[digit] += low;
            self.digits[digit + 1] += high;
        } else {
            self.digits[digit] -= low;
            self.digits[digit + 1] -= high;
        }
        self.unsettled += 1;
        if self.unsettled >= UNSETTLED {
            self.settle();
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        let settled;
        let other = if other.unsettled == 0 {
            other
        } else {
            settled = other.settled();
            &settled
        };
        for (digit, other) in self.digits.iter_mut().zip(other.digits) {
            *digit += other;
        }
        self.add_infinite(other.infinite);
        // Digits without carries add less than a mantissa does.
        self.unsettled += 1;
        if self.unsettled >= UNSETTLED {
            self.settle();
        }
    }

    /// Adds what is not finite. NaN has many bit patterns, and which of them a sum has depends on its order: one of them
    /// stands for all.
    fn add_infinite(&mut self, value: f64) {
        self.infinite += value;
        if self.infinite.is_nan() {
            self.infinite = f64::NAN;
        }
    }

    fn settle(&mut self) {
        settle(&mut self.digits);
        self.unsettled = 0;
    }

    fn settled(&self) -> Self {
        let mut sum = self.clone();
        sum.settle();
        sum
    }

    /// The double nearest to the sum, ties to even.
    #[must_use]
    pub fn value(&self) -> f64 {
        if self.infinite != 0.0 {
            return self.infinite;
        }
        // Most sums occupy a few neighbouring digits: only those, and one more for the carry, are copied and settled.
        let Some(first) = self.digits.iter().position(|&digit| digit != 0) else { return 0.0 };
        let last = self.digits.iter().rposition(|&digit| digit != 0).unwrap_or(first);
        let count = (last + 2).min(DIGITS) - first;
        let mut digits = [0; DIGITS];
        let digits = &mut digits[..count];
        digits.copy_from_slice(&self.digits[first..first + count]);
        settle(digits);
        let negative = digits[count - 1] < 0;
        if negative {
            digits.iter_mut().for_each(|digit| *digit = -*digit);
            settle(digits);
        }
        let Some(top) = digits.iter().rposition(|&digit| digit != 0) else { return 0.0 };
        // The top three digits hold at least 65 significant bits. The rest matters only by whether it is zero.
        let digit = |at: Option<usize>| at.map_or(0, |at| u128::from(digits[at].cast_unsigned()));
        let head = digit(Some(top)) << 64 | digit(top.checked_sub(1)) << 32 | digit(top.checked_sub(2));
        let sticky = digits[..top.saturating_sub(2)].iter().any(|&digit| digit != 0);
        // `head` counts units of 2^(32 (first + top - 2) - 1075).
        #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "DIGITS is small")]
        let exponent = 32 * ((first + top) as i32 - 2) + LOWEST_EXPONENT;
        let magnitude = round(head, sticky, exponent);
        if negative { -magnitude } else { magnitude }
    }

    /// The sum of the terms that are not finite: 0, an infinity, or NaN.
    #[must_use]
    pub fn infinite(&self) -> f64 {
        self.infinite
    }

    /// The double that equals the sum, if it is one.
    #[must_use]
    pub fn as_double(&self) -> Option<f64> {
        let value = self.value();
        if self.infinite != 0.0 || !value.is_finite() {
            return None;
        }
        let mut rest = self.clone();
        rest.add(-value);
        rest.settle();
        rest.digits.iter().all(|&digit| digit == 0).then_some(value)
    }

    /// Whether a sum of `terms` doubles can be as large as this one.
    ///
    /// Sums of fewer than 2⁶³ terms never overflow the digits, so neither do sums of such sums.
    #[must_use]
    pub fn is_sum_of(&self, terms: u64) -> bool {
        // A term is below 2¹⁰²⁴, and the unit of the last digit is 2¹⁰³⁷.
        self.settled().digits[DIGITS - 1].unsigned_abs() <= (terms >> 13) + 1
    }

    /// Writes the sum: the position of the first nonzero digit, the number of digits, and the digits.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        let sum = self.settled();
        let first = sum.digits.iter().position(|&digit| digit != 0).unwrap_or(0);
        let end = sum.digits.iter().rposition(|&digit| digit != 0).map_or(first, |last| last + 1);
        #[expect(clippy::cast_possible_truncation, reason = "DIGITS is small")]
        bytes.extend_from_slice(&[first as u8, (end - first) as u8]);
        bytes.extend_from_slice(&sum.infinite.to_le_bytes());
        sum.digits[first..end].iter().for_each(|digit| bytes.extend_from_slice(&digit.to_le_bytes()));
    }

    /// Reads what [`write`](Self::write) wrote, and advances `bytes` past it.
    ///
    /// # Errors
    /// If the bytes are not what [`write`](Self::write) wrote.
    pub fn read(bytes: &mut &[u8]) -> Result<Self, Error> {
        let mut sum = Self::default();
        let [first, count] = take(bytes)?;
        let infinite = f64::from_le_bytes(take(bytes)?);
        if infinite.is_finite() && infinite.to_bits() != 0 {
            return Err(Error::Bytes);
        }
        sum.add_infinite(infinite);
        let (first, count) = (usize::from(first), usize::from(count));
        let digits = sum.digits.get_mut(first..first + count).ok_or(Error::Bytes)?;
        for digit in digits {
            *digit = i64::from_le_bytes(take(bytes)?);
        }
        let settled = sum.digits[..DIGITS - 1].iter().all(|digit| (0..1 << 32).contains(digit));
        // A greater last digit could overflow, even if it is only negated.
        if settled && sum.digits[DIGITS - 1].unsigned_abs() <= 1 << 62 { Ok(sum) } else { Err(Error::Bytes) }
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.settled(), other.settled());
        a.digits == b.digits && a.infinite.to_bits() == b.infinite.to_bits()
    }
}

/// Propagates the carries, so that all digits but the last are in `0..2³²`. The last digit holds the sign. This form is
/// unique.
fn settle(digits: &mut [i64]) {
    let Some((last, digits)) = digits.split_last_mut() else { return };
    let mut carry = 0;
    for digit in digits {
        let value = *digit + carry;
        *digit = value & 0xFFFF_FFFF;
        carry = value >> 32;
    }
    *last += carry;
}

/// The next `N` bytes.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Error> {
    let (head, tail) = bytes.split_first_chunk().ok_or(Error::Bytes)?;
    *bytes = tail;
    Ok(*head)
}

/// The double nearest to `head · 2^exponent`, or to a slightly larger number if `sticky`.
#[expect(clippy::cast_possible_wrap, reason = "bit counts")]
#[expect(clippy::cast_possible_truncation, reason = "the mantissa is cut to 53 bits here")]
fn round(head: u128, sticky: bool, exponent: i32) -> f64 {
    let bits = 128 - head.leading_zeros() as i32;
    // A sum of doubles is a multiple of 2^-1074, so the bits dropped below it are zero.
    let drop = (bits - 53).max(-1074 - exponent);
    if drop <= 0 {
        return scale(head as u64, exponent);
    }
    let kept = (head >> drop) as u64;
    let rest = head & ((1 << drop) - 1);
    let half = 1 << (drop - 1);
    let up = rest > half || rest == half && (sticky || kept & 1 == 1);
    scale(kept + u64::from(up), exponent + drop)
}

/// `mantissa · 2^exponent` for a mantissa of up to 53 bits and an exponent of at least -1074: exact, or infinite.
#[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
fn scale(mantissa: u64, exponent: i32) -> f64 {
    let power = |exponent: i32| f64::from_bits(u64::from((exponent + 1023).unsigned_abs()) << 52);
    let value = mantissa as f64;
    match exponent {
        ..-1022 => value * power(exponent + 64 + 52) * power(-64 - 52),
        -1022..=971 => value * power(exponent),
        // At this exponent the mantissa has all 53 bits.
        _ => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::{DIGITS, ExactSum};
    use crate::testing::Random;

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|&value| sum.add(value));
        sum.value()
    }

    #[test]
    fn single_numbers_come_back() {
        let tiny = f64::from_bits(1);
        for value in
            [0.0, 1.0, 0.1, 1e300, f64::MAX, f64::MIN_POSITIVE, tiny, 3.0 * tiny, 1e-310, 2f64.powi(-1022), 5e-324]
        {
            assert_eq!(sum(&[value]).to_bits(), value.to_bits(), "{value:e}");
            assert_eq!(sum(&[-value]), -value);
            assert_eq!(sum(&[value, -value]), 0.0);
        }
    }

    #[test]
    fn rounds_once_to_nearest_even() {
        let ulp = f64::EPSILON;
        assert_eq!(sum(&[1.0, ulp / 2.0]), 1.0);
        assert_eq!(sum(&[1.0, ulp / 2.0, 1e-300]), 1.0 + ulp);
        assert_eq!(sum(&[1.0 + ulp, ulp / 2.0]), 1.0 + 2.0 * ulp);
        assert_eq!(sum(&[1e100, 1.0, -1e100]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[-1.0, -ulp / 2.0, -1e-300]), -1.0 - ulp);
    }

    #[test]
    fn overflow_and_infinities() {
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
        assert_eq!(sum(&[f64::INFINITY, 1.0]), f64::INFINITY);
        for values in [[f64::INFINITY, f64::NEG_INFINITY, f64::NAN], [-f64::NAN, f64::NEG_INFINITY, f64::INFINITY]] {
            assert_eq!(sum(&values).to_bits(), f64::NAN.to_bits());
        }
    }

    #[test]
    fn order_and_grouping_do_not_matter() {
        let mut numbers = Random::new(3);
        let values: Vec<f64> = (0..5000)
            .map(|_| {
                let state = numbers.bits();
                let sign = if state & 1 == 0 { 1.0 } else { -1.0 };
                let fraction = f64::from_bits(1023 << 52 | state >> 12);
                sign * fraction * 2f64.powi(i32::try_from(state % 120).unwrap() - 100)
            })
            .collect();
        let mut forward = ExactSum::default();
        values.iter().for_each(|&value| forward.add(value));
        let mut merged = ExactSum::default();
        for chunk in values.chunks(37).rev() {
            let mut part = ExactSum::default();
            chunk.iter().rev().for_each(|&value| part.add(value));
            merged.merge(&part);
        }
        assert_eq!(forward, merged);
        assert_eq!(forward.value().to_bits(), merged.value().to_bits());

        let mut bytes = Vec::new();
        forward.write(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(ExactSum::read(&mut rest).unwrap(), forward);
        assert!(rest.is_empty());
        assert!(ExactSum::read(&mut &bytes[..bytes.len() - 1]).is_err());
    }

    #[test]
    fn only_sums_that_can_occur_are_read() {
        let written = |digits: &[i64], infinite: f64| {
            let mut bytes = vec![u8::try_from(DIGITS - digits.len()).unwrap(), u8::try_from(digits.len()).unwrap()];
            bytes.extend_from_slice(&infinite.to_le_bytes());
            digits.iter().for_each(|digit| bytes.extend_from_slice(&digit.to_le_bytes()));
            ExactSum::read(&mut &bytes[..])
        };
        for infinite in [1.0, -0.0, f64::MIN_POSITIVE] {
            assert!(written(&[], infinite).is_err());
        }
        for infinite in [f64::INFINITY, f64::NEG_INFINITY] {
            let mut sum = written(&[], infinite).unwrap();
            sum.merge(&sum.clone());
            assert_eq!(sum.value(), infinite);
        }
        for digit in [i64::MIN, i64::MAX] {
            assert!(written(&[digit], 0.0).is_err());
        }
        // Twice this sum would be negative.
        let sum = written(&[1 << 62], 0.0).unwrap();
        assert!(!sum.is_sum_of(1 << 62));
        // This is the largest sum of that many doubles.
        let sum = written(&[(1 << 49) - 1], 0.0).unwrap();
        assert!(sum.is_sum_of(1 << 62) && !sum.is_sum_of(1 << 61));
    }

    #[test]
    fn sums_that_are_doubles() {
        for values in [&[][..], &[0.1], &[-0.1], &[1.0, 2.0, -0.25], &[f64::MAX], &[1e300, 1e-300, -1e300], &[5e-324]] {
            let mut sum = ExactSum::default();
            values.iter().for_each(|&value| sum.add(value));
            assert_eq!(sum.as_double(), Some(sum.value()), "{values:?}");
        }
        for values in
            [&[0.1, 0.2][..], &[-0.1, -0.2], &[1e16, 1.0], &[f64::MAX, f64::MAX], &[f64::INFINITY], &[f64::NAN]]
        {
            let mut sum = ExactSum::default();
            values.iter().for_each(|&value| sum.add(value));
            assert_eq!(sum.as_double(), None, "{values:?}");
        }
    }
}
