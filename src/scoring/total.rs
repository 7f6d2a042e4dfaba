//! Totals: sums of rows that stay exact until they are read, so they merge in any order to the same bits.

use crate::error::Error;
use crate::exact::{CompactSum, take};
use crate::scoring::metric::{Column, Fold};
use crate::scoring::misfits::Misfits;
use crate::stop;

/// The maximum number of rows of a total: what Python's `len` can return.
pub const MOST_SEGMENTS: u64 = i64::MAX.cast_unsigned();

const TWO_TO_53: f64 = 9_007_199_254_740_992.0;
const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// The number of rows of two totals together.
///
/// # Errors
/// If it is more than [`MOST_SEGMENTS`].
pub fn joined_segments(one: u64, other: u64) -> Result<u64, Error> {
    let segments = one.checked_add(other).filter(|&segments| segments <= MOST_SEGMENTS);
    segments.ok_or_else(|| Error::Overflow { what: "the segments".to_owned(), most: MOST_SEGMENTS })
}

/// The exact sum of one column.
#[derive(Clone, Debug, PartialEq)]
enum Sum {
    /// Of whole numbers.
    Whole(u64),
    Real(CompactSum),
}

impl Sum {
    fn value(&self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "rounded once, when it is read")]
            Self::Whole(sum) => *sum as f64,
            Self::Real(sum) => sum.value(),
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Whole(sum) => {
                bytes.push(0);
                bytes.extend_from_slice(&sum.to_le_bytes());
            }
            Self::Real(sum) => {
                bytes.push(1);
                sum.write(bytes);
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, Error> {
        match take(bytes)? {
            [0] => Ok(Self::Whole(u64::from_le_bytes(take(bytes)?))),
            [1] => Ok(Self::Real(CompactSum::read(bytes)?)),
            _ => Err(Error::Bytes),
        }
    }
}

/// The sum of rows, and properties of their segments.
#[derive(Clone, Debug)]
pub struct Total {
    sums: Vec<Sum>,
    /// The number of rows.
    pub segments: u64,
    /// The lowest and the highest number of references of a segment, `(u64::MAX, 0)` without segments.
    pub references: (u64, u64),
    /// The number of hypotheses that look as if they were tokenized already.
    pub tokenized: u64,
    /// Some of the texts, for a warning. They depend on how texts are split into batches, so they are no part of what
    /// makes totals equal, nor of their bytes.
    pub misfits: Misfits,
}

impl PartialEq for Total {
    fn eq(&self, other: &Self) -> bool {
        let Self { sums, segments, references, tokenized, misfits: _ } = self;
        (sums, segments, references, tokenized) == (&other.sums, &other.segments, &other.references, &other.tokenized)
    }
}

impl Total {
    /// The total of no rows.
    #[must_use]
    pub fn new(columns: &[Column]) -> Self {
        let sum = |column: &Column| if column.whole { Sum::Whole(0) } else { Sum::Real(CompactSum::default()) };
        Self {
            sums: columns.iter().map(sum).collect(),
            segments: 0,
            references: (u64::MAX, 0),
            tokenized: 0,
            misfits: Misfits::default(),
        }
    }

    /// The total of `segments` rows, from the exact sums of their columns.
    #[must_use]
    pub fn of_sums(sums: Vec<CompactSum>, segments: u64) -> Self {
        let sums = sums.into_iter().map(Sum::Real).collect();
        Self { sums, segments, ..Self::new(&[]) }
    }

    /// Adds consecutive rows.
    ///
    /// # Errors
    /// Like [`fold_column`](Self::fold_column).
    pub fn fold(&mut self, rows: &[f64]) -> Result<(), Error> {
        let width = self.sums.len();
        (0..width).try_for_each(|at| self.fold_column(at, rows.iter().skip(at).step_by(width).copied()))
    }

    /// Adds values to one column. Values of a column of whole numbers must be counts.
    ///
    /// # Errors
    /// If counts add up to more than 64 bits hold.
    pub fn fold_column(&mut self, at: usize, values: impl Iterator<Item = f64> + Clone) -> Result<(), Error> {
        match &mut self.sums[at] {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
            Sum::Whole(sum) => {
                // Exact in any order below 2^53. Counts of texts add up to far less, but rows that callers pass may not.
                let total: f64 = values.clone().sum();
                let added = if total < TWO_TO_53 { u128::from(total as u64) } else { values.map(exact).sum() };
                *sum = u64::try_from(u128::from(*sum) + added).map_err(|_| too_large(at))?;
            }
            Sum::Real(sum) => values.for_each(|value| sum.add(value)),
        }
        Ok(())
    }

    /// Adds `segments` to the number of segments, which have between `fewest` and `most` references.
    pub fn note_segments(&mut self, segments: u64, fewest: u64, most: u64) {
        self.segments += segments;
        self.references = (self.references.0.min(fewest), self.references.1.max(most));
    }

    /// Adds another total.
    ///
    /// # Errors
    /// If its columns differ, or the sums are too large or undefined. This total may then have some of its columns.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let same = |(sum, other): (&Sum, &Sum)| matches!(sum, Sum::Whole(_)) == matches!(other, Sum::Whole(_));
        if self.sums.len() != other.sums.len() || !self.sums.iter().zip(&other.sums).all(same) {
            return Err(Error::Columns { expected: self.sums.len(), found: other.sums.len() });
        }
        joined_segments(self.segments, other.segments)?;
        for (column, (sum, other)) in self.sums.iter_mut().zip(&other.sums).enumerate() {
            match (sum, other) {
                (Sum::Whole(sum), Sum::Whole(other)) => {
                    *sum = sum.checked_add(*other).ok_or_else(|| too_large(column))?;
                }
                (Sum::Real(sum), Sum::Real(other)) => {
                    let infinite = sum.infinite() + other.infinite();
                    if infinite.is_nan() && !sum.infinite().is_nan() && !other.infinite().is_nan() {
                        return Err(Error::Infinities { column });
                    }
                    sum.merge(other);
                    sum.close();
                }
                _ => {}
            }
        }
        // No more than there are segments.
        self.tokenized += other.tokenized;
        self.misfits.merge(&other.misfits);
        self.note_segments(other.segments, other.references.0, other.references.1);
        Ok(())
    }

    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.sums.len()
    }

    /// The summed row, each value rounded once.
    #[must_use]
    pub fn row(&self) -> Vec<f64> {
        self.sums.iter().map(Sum::value).collect()
    }

    /// The scores of the metric, and the summed row that they are computed from.
    ///
    /// # Errors
    /// If there are no rows, or the columns differ.
    pub fn finalise(&self, metric: &dyn Fold) -> Result<(Vec<f64>, Vec<f64>), Error> {
        if self.segments == 0 {
            return Err(Error::NoSegments);
        }
        if self.sums.len() != metric.columns().len() {
            return Err(Error::Columns { expected: metric.columns().len(), found: self.sums.len() });
        }
        let mut scores = vec![0.0; metric.scores().len()];
        let row = self.row();
        metric.finalise(&row, &mut scores);
        Ok((scores, row))
    }

    /// The total as bytes. Equal totals have equal bytes on every machine.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for number in [self.sums.len() as u64, self.segments, self.references.0, self.references.1, self.tokenized] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        self.sums.iter().for_each(|sum| sum.write(&mut bytes));
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// If the bytes are not what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, Error> {
        let mut number = || take(&mut bytes).map(u64::from_le_bytes);
        let columns = number()?;
        let (segments, references, tokenized) = (number()?, (number()?, number()?), number()?);
        // A sum takes at least nine bytes. Without this limit, a wrong number of columns would reserve any memory.
        let columns = usize::try_from(columns).ok().filter(|&count| count <= bytes.len() / 9).ok_or(Error::Bytes)?;
        let mut sums = stop::with_capacity(columns);
        for _ in 0..columns {
            sums.push(Sum::read(&mut bytes)?);
        }
        let fits = |sum: &Sum| match sum {
            Sum::Whole(_) => true,
            Sum::Real(sum) => sum.is_sum_of(segments),
        };
        let valid = segments <= MOST_SEGMENTS
            && tokenized <= segments
            && (references.0 <= references.1 || references == (u64::MAX, 0))
            && sums.iter().all(fits);
        let misfits = Misfits::default();
        if bytes.is_empty() && valid {
            Ok(Self { sums, segments, references, tokenized, misfits })
        } else {
            Err(Error::Bytes)
        }
    }
}

/// A count; one that 64 bits do not hold becomes 2⁶⁴.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
fn exact(count: f64) -> u128 {
    u128::from(count as u64) + u128::from(count >= TWO_TO_64)
}

fn too_large(column: usize) -> Error {
    Error::Overflow { what: format!("the counts of column {column}"), most: u64::MAX }
}

#[cfg(test)]
mod tests {
    use super::{MOST_SEGMENTS, Misfits, Sum, Total};
    use crate::exact::CompactSum;
    use crate::scoring::metric::Column;

    #[test]
    fn totals_merge_to_the_same_bytes_in_any_order() {
        let columns = [("count", true), ("mean", false)].map(|(name, whole)| Column { name: name.to_owned(), whole });
        let rows: Vec<f64> = (1..100).flat_map(|i| [f64::from(i), 1.0 / f64::from(i)]).collect();
        let mut whole = Total::new(&columns);
        whole.fold(&rows).unwrap();
        whole.note_segments(99, 1, 3);

        let mut merged = Total::new(&columns);
        for part in rows.chunks(14).rev() {
            let mut total = Total::new(&columns);
            total.fold(part).unwrap();
            total.note_segments(part.len() as u64 / 2, 1, if part.len() < 14 { 3 } else { 2 });
            merged.merge(&total).unwrap();
        }
        assert_eq!(whole, merged);
        assert_eq!(whole.to_bytes(), merged.to_bytes());
        assert_eq!(Total::from_bytes(&whole.to_bytes()).unwrap(), whole);
        assert!(Total::from_bytes(&whole.to_bytes()[1..]).is_err());
        assert!(merged.merge(&Total::new(&columns[1..])).is_err());
    }

    fn total(count: u64, mean: f64, segments: u64) -> Total {
        let mut real = CompactSum::default();
        real.add(mean);
        let misfits = Misfits::default();
        Total { sums: vec![Sum::Whole(count), Sum::Real(real)], segments, references: (1, 1), tokenized: 0, misfits }
    }

    #[test]
    fn sums_do_not_wrap_around() {
        let most = total(u64::MAX, 1.0, MOST_SEGMENTS);
        assert_eq!(Total::from_bytes(&most.to_bytes()).unwrap(), most);
        for (other, message) in [
            (total(1, 0.0, 0), "the counts of column 0 add up to more than 18446744073709551615"),
            (total(0, 0.0, 1), "the segments add up to more than 9223372036854775807"),
        ] {
            assert!(most.clone().merge(&other).unwrap_err().to_string().starts_with(message));
            assert!(other.clone().merge(&most).is_err());
        }
        let mut doubled = total(3, f64::MAX, 1);
        while let Ok(()) = doubled.merge(&doubled.clone()) {
            assert_eq!(doubled.row()[1], f64::INFINITY);
            assert_eq!(Total::from_bytes(&doubled.to_bytes()).unwrap(), doubled);
        }
        assert_eq!(doubled.segments, 1 << 62);
        let mut folded = total(u64::MAX - 3, 0.0, 0);
        assert!(folded.fold_column(0, [1.0, 2.0].into_iter()).is_ok());
        assert!(folded.fold_column(0, std::iter::repeat_n(9_007_199_254_740_992.0, 3000)).is_err());
    }

    #[test]
    fn equal_infinities_stay_and_opposite_ones_are_an_error() {
        for (one, other, sum) in [
            (f64::INFINITY, f64::INFINITY, Some(f64::INFINITY)),
            (f64::NEG_INFINITY, f64::NEG_INFINITY, Some(f64::NEG_INFINITY)),
            (f64::INFINITY, 1.0, Some(f64::INFINITY)),
            (1.0, f64::INFINITY, Some(f64::INFINITY)),
            (f64::INFINITY, f64::NEG_INFINITY, None),
            (f64::NEG_INFINITY, f64::INFINITY, None),
        ] {
            let mut merged = total(0, one, 1);
            let result = merged.merge(&total(0, other, 1));
            assert_eq!(result.ok().map(|()| merged.row()[1]), sum);
        }
        let mut unknown = total(0, f64::NAN, 1);
        unknown.merge(&total(0, f64::INFINITY, 1)).unwrap();
        assert!(unknown.row()[1].is_nan());
    }

    #[test]
    fn totals_that_cannot_occur_are_not_read() {
        let valid = total(1, 0.5, 2);
        for wrong in [
            Total { segments: MOST_SEGMENTS + 1, ..valid.clone() },
            Total { tokenized: 3, ..valid.clone() },
            Total { references: (2, 1), ..valid.clone() },
        ] {
            assert!(Total::from_bytes(&wrong.to_bytes()).is_err());
        }
        assert!(Total::from_bytes(&valid.to_bytes()).is_ok());
    }
}
