//! Confusion counts: the fold of classification.
//!
//! A row is (true class, predicted class, weight), and n rows need only a count for each pair of classes that occurs.
//! Classes are codes: positions in a table of labels that the caller keeps. If tables differ, [`Confusion::relabelled`]
//! changes the codes before merging. Counts are whole numbers and weights are summed exactly, so merging is exact in
//! any order.

use crate::error::Error;
use crate::exact::{CompactSum, take};
use crate::scoring::{MOST_SEGMENTS, joined_segments};
use crate::stop;

/// A true class and a predicted class.
pub type Cell = (u32, u32);

/// The cells that are not empty, in order, with their counts or weights.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    Counts(Vec<(Cell, u64)>),
    Weights(Vec<(Cell, CompactSum)>),
}

/// A sparse confusion matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    /// The number of classes; codes are below it.
    pub classes: u32,
    /// The number of rows.
    pub segments: u64,
    pub cells: Cells,
}

/// The counts of each class: true positives, predicted rows, and true rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassCounts<N> {
    pub true_positives: Vec<N>,
    pub predicted: Vec<N>,
    pub support: Vec<N>,
}

impl Default for Confusion {
    fn default() -> Self {
        Self { classes: 0, segments: 0, cells: Cells::Counts(Vec::new()) }
    }
}

impl Cells {
    fn len(&self) -> usize {
        match self {
            Self::Counts(cells) => cells.len(),
            Self::Weights(cells) => cells.len(),
        }
    }

    /// The cells as weights, where each counted row weighs 1.
    fn into_weights(self) -> Vec<(Cell, CompactSum)> {
        match self {
            Self::Weights(cells) => cells,
            Self::Counts(cells) => cells.into_iter().map(|(cell, count)| (cell, sum_of_ones(count))).collect(),
        }
    }
}

/// A count as a sum. Totals that were merged may hold counts that no double represents.
fn sum_of_ones(count: u64) -> CompactSum {
    let mut sum = CompactSum::default();
    #[expect(clippy::cast_precision_loss, reason = "each half has 32 bits")]
    [count >> 32 << 32, count & 0xFFFF_FFFF].into_iter().for_each(|half| sum.add(half as f64));
    sum.close();
    sum
}

/// The sums of cells by class, rounded once. `class` returns the index of a cell's class in `sums`.
///
/// Cells of a class are added one after the other, because an open sum of each class would take hundreds of bytes.
pub(super) fn sum_by(cells: &[(Cell, CompactSum)], class: impl Fn(&Cell) -> usize, sums: &mut [f64]) {
    let class_of = |at: &usize| class(&cells[*at].0);
    let mut order: Vec<usize> = (0..cells.len()).collect();
    order.sort_by_key(class_of);
    for same in order.chunk_by(|one, next| class_of(one) == class_of(next)) {
        let mut sum = CompactSum::default();
        same.iter().for_each(|&at| sum.merge(&cells[at].1));
        sums[class_of(&same[0])] = sum.value();
    }
}

/// The union of two ordered lists of cells. The values of a cell in both are added.
fn joined<V: Clone>(one: &[(Cell, V)], other: &[(Cell, V)], add: impl Fn(&mut V, &V)) -> Vec<(Cell, V)> {
    let mut cells = stop::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        if a.0 <= b.0 {
            let mut cell = (*a).clone();
            if a.0 == b.0 {
                add(&mut cell.1, &b.1);
                other.next();
            }
            cells.push(cell);
            one.next();
        } else {
            cells.push((*b).clone());
            other.next();
        }
    }
    cells.extend(one.chain(other).cloned());
    cells
}

impl Confusion {
    /// The sum of both, which must have the same classes.
    ///
    /// # Errors
    /// If the numbers of classes differ, or there are too many rows.
    pub fn merged(&self, other: &Self) -> Result<Self, Error> {
        if self.classes != other.classes {
            return Err(Error::Columns { expected: self.classes as usize, found: other.classes as usize });
        }
        let segments = joined_segments(self.segments, other.segments)?;
        let merge = |sum: &mut CompactSum, other: &CompactSum| {
            sum.merge(other);
            sum.close();
        };
        let cells = match (&self.cells, &other.cells) {
            // No count is larger than the number of rows.
            (Cells::Counts(a), Cells::Counts(b)) => Cells::Counts(joined(a, b, |sum, count| *sum += count)),
            (Cells::Weights(a), Cells::Weights(b)) => Cells::Weights(joined(a, b, merge)),
            (a, b) => Cells::Weights(joined(&a.clone().into_weights(), &b.clone().into_weights(), merge)),
        };
        Ok(Self { classes: self.classes, segments, cells })
    }

    /// The same counts with other codes: class `n` becomes `codes[n]`, of `classes` in all. Codes must be ascending.
    ///
    /// # Errors
    /// If `codes` does not have one code for each class, is not ascending, or has a code that is too large.
    pub fn relabelled(&self, codes: &[u32], classes: u32) -> Result<Self, Error> {
        let fit = codes.is_sorted_by(|one, next| one < next) && codes.last().is_none_or(|&last| last < classes);
        if codes.len() != self.classes as usize || !fit {
            return Err(Error::Columns { expected: self.classes as usize, found: codes.len() });
        }
        let mut renamed = self.clone();
        renamed.rename(codes, classes);
        Ok(renamed)
    }

    /// The classes that occur, and the counts with codes for these classes only.
    #[must_use]
    pub fn compressed(mut self) -> (Vec<u32>, Self) {
        let mut used = vec![false; self.classes as usize];
        let mut note = |&(truth, prediction): &Cell| {
            used[truth as usize] = true;
            used[prediction as usize] = true;
        };
        match &self.cells {
            Cells::Counts(cells) => cells.iter().for_each(|(cell, _)| note(cell)),
            Cells::Weights(cells) => cells.iter().for_each(|(cell, _)| note(cell)),
        }
        let kept: Vec<u32> = (0..self.classes).zip(&used).filter(|(_, used)| **used).map(|(class, _)| class).collect();
        let mut codes = vec![0; used.len()];
        (0..).zip(&kept).for_each(|(code, &class)| codes[class as usize] = code);
        #[expect(clippy::cast_possible_truncation, reason = "no more than before")]
        let classes = kept.len() as u32;
        self.rename(&codes, classes);
        (kept, self)
    }

    /// Changes the codes of the classes that occur, without changing their order.
    fn rename(&mut self, codes: &[u32], classes: u32) {
        self.classes = classes;
        let rename = |cell: &mut Cell| *cell = (codes[cell.0 as usize], codes[cell.1 as usize]);
        // The order of codes stays the same, and so does the order of cells.
        match &mut self.cells {
            Cells::Counts(cells) => cells.iter_mut().for_each(|(cell, _)| rename(cell)),
            Cells::Weights(cells) => cells.iter_mut().for_each(|(cell, _)| rename(cell)),
        }
    }

    /// The counts of each class, or `None` if rows are weighted.
    #[must_use]
    pub fn class_counts(&self) -> Option<ClassCounts<u64>> {
        let Cells::Counts(cells) = &self.cells else { return None };
        let none = || vec![0; self.classes as usize];
        let mut counts = ClassCounts { true_positives: none(), predicted: none(), support: none() };
        for &((truth, prediction), count) in cells {
            counts.support[truth as usize] += count;
            counts.predicted[prediction as usize] += count;
            if truth == prediction {
                counts.true_positives[truth as usize] += count;
            }
        }
        Some(counts)
    }

    /// The weights of each class, or `None` if rows are counted.
    #[must_use]
    pub fn class_weights(&self) -> Option<ClassCounts<f64>> {
        let Cells::Weights(cells) = &self.cells else { return None };
        let none = || vec![0.0; self.classes as usize];
        let mut sums = ClassCounts { true_positives: none(), predicted: none(), support: none() };
        for ((truth, prediction), sum) in cells {
            if truth == prediction {
                sums.true_positives[*truth as usize] = sum.value();
            }
        }
        sum_by(cells, |cell| cell.1 as usize, &mut sums.predicted);
        sum_by(cells, |cell| cell.0 as usize, &mut sums.support);
        Some(sums)
    }

    /// The counts as bytes. Equal counts have equal bytes on every machine.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&self.classes.to_le_bytes());
        bytes.extend_from_slice(&self.segments.to_le_bytes());
        bytes.push(u8::from(matches!(self.cells, Cells::Weights(_))));
        bytes.extend_from_slice(&(self.cells.len() as u64).to_le_bytes());
        let mut write = |cell: &Cell, value: &dyn Fn(&mut Vec<u8>)| {
            bytes.extend_from_slice(&cell.0.to_le_bytes());
            bytes.extend_from_slice(&cell.1.to_le_bytes());
            value(&mut bytes);
        };
        match &self.cells {
            Cells::Counts(cells) => {
                cells.iter().for_each(|(cell, count)| write(cell, &|to| to.extend_from_slice(&count.to_le_bytes())));
            }
            Cells::Weights(cells) => cells.iter().for_each(|(cell, sum)| write(cell, &|to| sum.write(to))),
        }
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// If the bytes are not what [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(mut bytes: &[u8]) -> Result<Self, Error> {
        let classes = u32::from_le_bytes(take(&mut bytes)?);
        let segments = u64::from_le_bytes(take(&mut bytes)?);
        let [weighted] = take(&mut bytes)?;
        let count = u64::from_le_bytes(take(&mut bytes)?);
        let cell = |bytes: &mut &[u8]| -> Result<Cell, Error> {
            let (truth, prediction) = (u32::from_le_bytes(take(bytes)?), u32::from_le_bytes(take(bytes)?));
            if truth < classes && prediction < classes { Ok((truth, prediction)) } else { Err(Error::Bytes) }
        };
        // A cell takes at least 16 bytes. Without this limit, a wrong number of cells would reserve any memory.
        let count = usize::try_from(count).ok().filter(|&count| count <= bytes.len() / 16).ok_or(Error::Bytes)?;
        let cells = match weighted {
            0 => {
                let mut cells = stop::with_capacity(count);
                for _ in 0..count {
                    cells.push((cell(&mut bytes)?, u64::from_le_bytes(take(&mut bytes)?)));
                }
                Cells::Counts(cells)
            }
            1 => {
                let mut cells = stop::with_capacity(count);
                for _ in 0..count {
                    cells.push((cell(&mut bytes)?, CompactSum::read(&mut bytes)?));
                }
                Cells::Weights(cells)
            }
            _ => return Err(Error::Bytes),
        };
        let ordered = match &cells {
            Cells::Counts(cells) => cells.is_sorted_by(|one, next| one.0 < next.0),
            Cells::Weights(cells) => cells.is_sorted_by(|one, next| one.0 < next.0),
        };
        let whole = match &cells {
            Cells::Counts(cells) => {
                let counts = || cells.iter().map(|&(_, count)| u128::from(count));
                counts().all(|count| count > 0) && counts().sum::<u128>() == u128::from(segments)
            }
            // Each cell has at least one row, and weights are finite and not negative. A sum of all cells must fit, too.
            Cells::Weights(cells) => {
                let mut sum = CompactSum::default();
                cells.iter().for_each(|(_, weight)| sum.merge(weight));
                cells.len() as u64 <= segments
                    && cells
                        .iter()
                        .all(|(_, sum)| sum.is_sum_of(segments) && sum.infinite() == 0.0 && sum.value() >= 0.0)
                    && sum.is_sum_of(segments)
            }
        };
        if bytes.is_empty() && ordered && whole && segments <= MOST_SEGMENTS {
            Ok(Self { classes, segments, cells })
        } else {
            Err(Error::Bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cells, CompactSum, Confusion};
    use crate::classification::count::count_codes;

    #[test]
    fn merging_in_any_order_gives_the_same_bytes() {
        let truth = [0, 1, 2, 2, 1, 0, 2];
        let prediction = [0, 2, 2, 1, 1, 0, 0];
        let weights = [0.1, 0.2, 0.3, 1e17, 1e-17, 0.7, 1e-9];
        for weights in [None, Some(&weights[..])] {
            let part = |from: usize, to: usize| {
                let weights = weights.map(|weights| &weights[from..to]);
                count_codes(None, &truth[from..to], &prediction[from..to], 3, weights).into_confusion()
            };
            let whole = part(0, 7);
            let merged = part(5, 7).merged(&part(0, 2)).unwrap().merged(&part(2, 5)).unwrap();
            assert_eq!(merged, whole);
            assert_eq!(merged.to_bytes(), whole.to_bytes());
            assert_eq!(Confusion::from_bytes(&whole.to_bytes()).unwrap(), whole);
            assert!(Confusion::from_bytes(&whole.to_bytes()[1..]).is_err());
            assert!(Confusion::from_bytes(&[&whole.to_bytes()[..], &[0]].concat()).is_err());
            let mut others = whole.clone();
            others.segments = 3;
            assert!(Confusion::from_bytes(&others.to_bytes()).is_err());
            assert!(whole.merged(&Confusion::default()).is_err());
        }
    }

    #[test]
    fn counts_become_weights_where_they_meet_some() {
        let counted = count_codes(None, &[0, 0, 1], &[0, 0, 0], 2, None).into_confusion();
        let weighed = count_codes(None, &[0], &[0], 2, Some(&[0.5])).into_confusion();
        let expected = count_codes(None, &[0, 0, 1, 0], &[0, 0, 0, 0], 2, Some(&[1.0, 1.0, 1.0, 0.5])).into_confusion();
        assert_eq!(counted.merged(&weighed).unwrap(), expected);
        assert_eq!(weighed.merged(&counted).unwrap(), expected);
    }

    #[test]
    fn weights_of_classes_are_rounded_once() {
        let truth = [0, 1, 2, 2, 1, 0, 2];
        let prediction = [0, 2, 2, 1, 1, 0, 0];
        let weights = [0.1, 0.2, 0.3, 0.1, 0.2, 0.7, 1e-9];
        let counted = count_codes(None, &truth, &prediction, 4, Some(&weights)).into_confusion();
        let sums = counted.class_weights().unwrap();
        assert_eq!(sums.true_positives, [0.1 + 0.7, 0.2, 0.3, 0.0]);
        assert_eq!(sums.predicted, [0.8 + 1e-9, 0.1 + 0.2, 0.5, 0.0]);
        assert_eq!(sums.support, [0.1 + 0.7, 0.4, 0.400_000_001, 0.0]);
        assert!(counted.class_counts().is_none());
    }

    #[test]
    fn large_counts_stay_exact_and_are_limited() {
        let cell = |count: u64| Confusion { classes: 1, segments: count, cells: Cells::Counts(vec![((0, 0), count)]) };
        let weighed = count_codes(None, &[0], &[0], 1, Some(&[1.0])).into_confusion();
        let large = (1 << 53) + 1;
        let merged = cell(large).merged(&weighed).unwrap();
        assert_eq!(merged, cell(1 << 53).merged(&weighed).unwrap().merged(&weighed).unwrap());
        let most = cell(u64::MAX >> 1);
        assert_eq!(Confusion::from_bytes(&most.to_bytes()).unwrap(), most);
        assert!(Confusion::from_bytes(&cell(1 << 63).to_bytes()).is_err());
        assert!(most.merged(&cell(1)).is_err());
        assert!(most.merged(&weighed).is_err());
    }

    #[test]
    fn weights_that_no_rows_have_are_not_read() {
        let of = |weights: &[f64]| {
            let mut sum = CompactSum::default();
            weights.iter().for_each(|&weight| sum.add(weight));
            sum
        };
        for weight in [-1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let confusion = Confusion { classes: 1, segments: 5, cells: Cells::Weights(vec![((0, 0), of(&[weight]))]) };
            assert!(Confusion::from_bytes(&confusion.to_bytes()).is_err(), "{weight}");
        }
        let large = of(&[f64::MAX; 3]);
        let confusion = Confusion { classes: 1, segments: 5, cells: Cells::Weights(vec![((0, 0), large)]) };
        assert_eq!(Confusion::from_bytes(&confusion.to_bytes()).unwrap(), confusion);
    }

    #[test]
    fn other_codes_for_the_same_classes() {
        let counted = count_codes(None, &[0, 1], &[1, 1], 2, None).into_confusion();
        let renamed = counted.relabelled(&[1, 4], 5).unwrap();
        assert_eq!(renamed.cells, Cells::Counts(vec![((1, 4), 1), ((4, 4), 1)]));
        assert_eq!(renamed.class_counts().unwrap().predicted, [0, 0, 0, 0, 2]);
        assert_eq!(renamed.compressed(), (vec![1, 4], counted.clone()));
        for bad in [&[1][..], &[4, 1], &[1, 5]] {
            assert!(counted.relabelled(bad, 5).is_err());
        }
    }
}
