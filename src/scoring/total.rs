//! Totals: sums of rows that stay exact until they are read, so they merge in any order to the same bits.

use crate::error::Error;
use crate::exact::{ExactSum, take};
use crate::scoring::metric::{Column, Fold};
use crate::scoring::misfits::Misfits;

/// The exact sum of one column.
#[derive(Clone, Debug, PartialEq)]
enum Sum {
    /// Of whole numbers.
    Whole(u64),
    Real(Box<ExactSum>),
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
            [1] => Ok(Self::Real(Box::new(ExactSum::read(bytes)?))),
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
        let sum = |column: &Column| if column.whole { Sum::Whole(0) } else { Sum::Real(Box::default()) };
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
    pub fn of_sums(sums: Vec<ExactSum>, segments: u64) -> Self {
        let sums = sums.into_iter().map(|sum| Sum::Real(Box::new(sum))).collect();
        Self { sums, segments, ..Self::new(&[]) }
    }

    /// Adds consecutive rows.
    pub fn fold(&mut self, rows: &[f64]) {
        let width = self.sums.len();
        for at in 0..width {
            self.fold_column(at, rows.iter().skip(at).step_by(width).copied());
        }
    }

    /// Adds values to one column.
    pub fn fold_column(&mut self, at: usize, values: impl Iterator<Item = f64>) {
        match &mut self.sums[at] {
            // Exact in any order, because these are whole numbers far below 2^53.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
            Sum::Whole(sum) => *sum += values.sum::<f64>() as u64,
            Sum::Real(sum) => values.for_each(|value| sum.add(value)),
        }
    }

    /// Adds `segments` to the number of segments, which have between `fewest` and `most` references.
    pub fn note_segments(&mut self, segments: u64, fewest: u64, most: u64) {
        self.segments += segments;
        self.references = (self.references.0.min(fewest), self.references.1.max(most));
    }

    /// Adds another total.
    ///
    /// # Errors
    /// If its columns differ.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        let same = |(sum, other): (&Sum, &Sum)| matches!(sum, Sum::Whole(_)) == matches!(other, Sum::Whole(_));
        if self.sums.len() != other.sums.len() || !self.sums.iter().zip(&other.sums).all(same) {
            return Err(Error::Columns { expected: self.sums.len(), found: other.sums.len() });
        }
        for (sum, other) in self.sums.iter_mut().zip(&other.sums) {
            match (sum, other) {
                (Sum::Whole(sum), Sum::Whole(other)) => *sum += other,
                (Sum::Real(sum), Sum::Real(other)) => sum.merge(other),
                _ => {}
            }
        }
        self.tokenized += other.tokenized;
        self.misfits.merge(&other.misfits);
        self.note_segments(other.segments, other.references.0, other.references.1);
        Ok(())
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
        let sums = (0..columns).map(|_| Sum::read(&mut bytes)).collect::<Result<_, _>>()?;
        let misfits = Misfits::default();
        if bytes.is_empty() { Ok(Self { sums, segments, references, tokenized, misfits }) } else { Err(Error::Bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::Total;
    use crate::scoring::metric::Column;

    #[test]
    fn totals_merge_to_the_same_bytes_in_any_order() {
        let columns = [("count", true), ("mean", false)].map(|(name, whole)| Column { name: name.to_owned(), whole });
        let rows: Vec<f64> = (1..100).flat_map(|i| [f64::from(i), 1.0 / f64::from(i)]).collect();
        let mut whole = Total::new(&columns);
        whole.fold(&rows);
        whole.note_segments(99, 1, 3);

        let mut merged = Total::new(&columns);
        for part in rows.chunks(14).rev() {
            let mut total = Total::new(&columns);
            total.fold(part);
            total.note_segments(part.len() as u64 / 2, 1, if part.len() < 14 { 3 } else { 2 });
            merged.merge(&total).unwrap();
        }
        assert_eq!(whole, merged);
        assert_eq!(whole.to_bytes(), merged.to_bytes());
        assert_eq!(Total::from_bytes(&whole.to_bytes()).unwrap(), whole);
        assert!(Total::from_bytes(&whole.to_bytes()[1..]).is_err());
        assert!(merged.merge(&Total::new(&columns[1..])).is_err());
    }
}
