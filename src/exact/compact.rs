//! Exact sums that take little memory while they are short.
//!
//! An [`ExactSum`] takes more than 500 bytes, for any range of numbers. Most of many sums have a single term, or terms
//! whose sum is a double, and need no more than that double.

use crate::error::Error;
use crate::exact::sum::ExactSum;

/// An exact sum of doubles: a double, as long as that is exact.
#[derive(Clone, Debug)]
pub enum CompactSum {
    Double(f64),
    Long(Box<ExactSum>),
}

impl Default for CompactSum {
    fn default() -> Self {
        Self::Double(0.0)
    }
}

impl CompactSum {
    /// Adds a number.
    #[inline]
    pub fn add(&mut self, value: f64) {
        match self {
            Self::Double(sum) => {
                let (one, total) = (*sum, *sum + value);
                // D. E. Knuth, "The Art of Computer Programming", volume 2: the error of the addition, exactly.
                let part = total - one;
                let error = (one - (total - part)) + (value - part);
                if error == 0.0 && total.is_finite() {
                    *sum = total;
                } else {
                    let mut exact = Box::<ExactSum>::default();
                    exact.add(one);
                    exact.add(value);
                    *self = Self::Long(exact);
                }
            }
            Self::Long(sum) => sum.add(value),
        }
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        match (&mut *self, other) {
            (_, Self::Double(value)) => self.add(*value),
            (Self::Long(sum), Self::Long(other)) => sum.merge(other),
            (Self::Double(value), Self::Long(other)) => {
                let mut sum = other.clone();
                sum.add(*value);
                *self = Self::Long(sum);
            }
        }
    }

    /// Adds this sum to another one.
    #[inline]
    pub fn add_to(&self, sum: &mut ExactSum) {
        match self {
            Self::Double(value) => sum.add(*value),
            Self::Long(own) => sum.merge(own),
        }
    }

    /// The double nearest to the sum, ties to even.
    #[must_use]
    pub fn value(&self) -> f64 {
        match self {
            Self::Double(value) => *value,
            Self::Long(sum) => sum.value(),
        }
    }

    fn exact(&self) -> ExactSum {
        let mut sum = ExactSum::default();
        self.add_to(&mut sum);
        sum
    }

    /// Writes the sum as [`ExactSum::write`] does.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        self.exact().write(bytes);
    }

    /// Reads what [`write`](Self::write) wrote, and advances `bytes` past it.
    ///
    /// # Errors
    /// If the bytes are not a sum.
    pub fn read(bytes: &mut &[u8]) -> Result<Self, Error> {
        let sum = ExactSum::read(bytes)?;
        let short = Self::Double(sum.value());
        Ok(if short.value().is_finite() && short.exact() == sum { short } else { Self::Long(Box::new(sum)) })
    }
}

impl PartialEq for CompactSum {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Double(one), Self::Double(other)) => one == other,
            _ => self.exact() == other.exact(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CompactSum, ExactSum};

    #[test]
    fn sums_are_those_of_long_ones() {
        let tiny = f64::from_bits(1);
        for values in [
            &[][..],
            &[0.0, -0.0],
            &[0.1],
            &[0.5, 0.25, 3.0],
            &[0.1, 0.2, 0.3],
            &[1e300, 1e-300, -1e300],
            &[1e16, 1.0, 1.0, -1e16],
            &[f64::MAX, f64::MAX, -f64::MAX],
            &[tiny, 1.0, -1.0],
            &[f64::INFINITY, 1.0],
            &[1.0, f64::NAN],
        ] {
            let (mut compact, mut exact) = (CompactSum::default(), ExactSum::default());
            for &value in values {
                compact.add(value);
                exact.add(value);
            }
            assert_eq!(compact.value().to_bits(), exact.value().to_bits(), "{values:?}");
            assert_eq!(compact.exact(), exact);
            let (mut written, mut expected) = (Vec::new(), Vec::new());
            compact.write(&mut written);
            exact.write(&mut expected);
            assert_eq!(written, expected);
            let read = CompactSum::read(&mut &written[..]).unwrap();
            assert_eq!(read, compact);
            for split in 0..values.len() {
                let [mut one, mut other] = [CompactSum::default(), CompactSum::default()];
                values[..split].iter().for_each(|&value| one.add(value));
                values[split..].iter().for_each(|&value| other.add(value));
                let mut merged = other.clone();
                merged.merge(&one);
                one.merge(&other);
                assert_eq!(one, compact, "{values:?}");
                assert_eq!(merged, compact);
            }
        }
    }

    #[test]
    fn a_sum_that_is_a_double_again_equals_it() {
        let mut long = CompactSum::default();
        [0.1, 0.2, -0.2].iter().for_each(|&value| long.add(value));
        let mut short = CompactSum::default();
        short.add(0.1);
        assert!(matches!(long, CompactSum::Long(_)));
        assert_eq!(long, short);
        let mut bytes = Vec::new();
        long.write(&mut bytes);
        assert!(matches!(CompactSum::read(&mut &bytes[..]).unwrap(), CompactSum::Double(_)));
        assert!(CompactSum::read(&mut &bytes[..bytes.len() - 1]).is_err());
    }
}
