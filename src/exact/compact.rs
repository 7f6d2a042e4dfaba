//! Exact sums that take little memory.
//!
//! An [`ExactSum`] takes more than 500 bytes, for any range of numbers. Most of many sums have a single term, or terms
//! whose sum is a double, and need no more than that double; most others need a few digits.

use crate::error::Error;
use crate::exact::sum::ExactSum;

/// An exact sum of doubles.
#[derive(Clone, Debug)]
pub enum CompactSum {
    /// A sum that is a double.
    Double(f64),
    /// Any other sum, as [`ExactSum::write`] writes it.
    Packed(Box<[u8]>),
    /// A sum to which numbers are being added.
    Open(Box<ExactSum>),
}

impl Default for CompactSum {
    fn default() -> Self {
        Self::Double(0.0)
    }
}

impl From<&ExactSum> for CompactSum {
    fn from(sum: &ExactSum) -> Self {
        if let Some(value) = sum.as_double() {
            return Self::Double(value);
        }
        let mut bytes = Vec::new();
        sum.write(&mut bytes);
        Self::Packed(bytes.into_boxed_slice())
    }
}

impl CompactSum {
    /// Adds a number.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if let Self::Double(sum) = self {
            let (one, total) = (*sum, *sum + value);
            // D. E. Knuth, "The Art of Computer Programming", volume 2: the error of the addition, exactly.
            let part = total - one;
            let error = (one - (total - part)) + (value - part);
            if error == 0.0 && total.is_finite() {
                *sum = total;
                return;
            }
        }
        self.open().add(value);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Double(value) => self.add(*value),
            Self::Packed(_) => self.open().merge(&other.exact()),
            Self::Open(sum) => self.open().merge(sum),
        }
    }

    /// Reduces the memory of a sum that is complete for now.
    pub fn close(&mut self) {
        if let Self::Open(sum) = self {
            *self = Self::from(&**sum);
        }
    }

    /// The double nearest to the sum, ties to even.
    #[must_use]
    pub fn value(&self) -> f64 {
        match self {
            Self::Double(value) => *value,
            Self::Packed(_) => self.exact().value(),
            Self::Open(sum) => sum.value(),
        }
    }

    /// The sum of the terms that are not finite: 0, an infinity, or NaN.
    #[must_use]
    pub fn infinite(&self) -> f64 {
        match self {
            Self::Double(_) => 0.0,
            _ => self.exact().infinite(),
        }
    }

    /// Whether a sum of `terms` doubles can be as large as this one.
    #[must_use]
    pub fn is_sum_of(&self, terms: u64) -> bool {
        matches!(self, Self::Double(_)) || self.exact().is_sum_of(terms)
    }

    /// Writes the sum as [`ExactSum::write`] does.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Packed(packed) => bytes.extend_from_slice(packed),
            _ => self.exact().write(bytes),
        }
    }

    /// Reads what [`write`](Self::write) wrote, and advances `bytes` past it.
    ///
    /// # Errors
    /// If the bytes are not a sum.
    pub fn read(bytes: &mut &[u8]) -> Result<Self, Error> {
        Ok(Self::from(&ExactSum::read(bytes)?))
    }

    /// The sum in the form to which numbers are added fast.
    #[inline]
    fn open(&mut self) -> &mut ExactSum {
        if !matches!(self, Self::Open(_)) {
            *self = Self::Open(Box::new(self.exact()));
        }
        match self {
            Self::Open(sum) => sum,
            _ => unreachable!("it was opened above"),
        }
    }

    fn exact(&self) -> ExactSum {
        match self {
            Self::Double(value) => {
                let mut sum = ExactSum::default();
                sum.add(*value);
                sum
            }
            // Bytes that a sum wrote are read without an error.
            Self::Packed(bytes) => ExactSum::read(&mut &bytes[..]).unwrap_or_default(),
            Self::Open(sum) => (**sum).clone(),
        }
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
            assert_eq!(read.value().to_bits(), exact.value().to_bits());
            assert!(!matches!(read, CompactSum::Open(_)));
            let mut twice = [read, compact.clone()];
            compact.close();
            for sum in &mut twice {
                sum.merge(&compact);
                sum.close();
            }
            assert_eq!(twice[0], twice[1]);
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
        assert!(matches!(long, CompactSum::Open(_)));
        assert_eq!(long, short);
        let mut bytes = Vec::new();
        long.write(&mut bytes);
        assert!(matches!(CompactSum::read(&mut &bytes[..]).unwrap(), CompactSum::Double(_)));
        assert!(CompactSum::read(&mut &bytes[..bytes.len() - 1]).is_err());
        long.close();
        assert!(matches!(long, CompactSum::Double(_)));
    }
}
