//! Confusion counts of groups of rows, and the counts of the classes that occur in each.

use crate::classification::confusion::{Cell, Cells, Confusion};
use crate::exact::{CompactSum, ExactSum};
use std::ops::Range;

/// The confusion counts of groups of rows, one group after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupConfusions {
    classes: u32,
    /// The cells of all groups.
    cells: Cells,
    /// Where the cells of each group end.
    ends: Vec<usize>,
    /// The number of rows of each group.
    segments: Vec<u64>,
}

/// The counts of the classes that occur in each of many sets of rows, one set after the other.
///
/// A set takes memory for the classes that occur in it only. Within a set, classes are in ascending order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassRows {
    /// Where the classes of each set end.
    pub ends: Vec<usize>,
    pub classes: Vec<u32>,
    /// True positives, predicted rows and true rows, or their weights, of each class.
    pub counts: [Vec<f64>; 3],
}

impl GroupConfusions {
    /// No rows, of `groups` groups; cells are added in order.
    pub(super) fn new(groups: u32, classes: u32, cells: Cells) -> Self {
        let groups = groups as usize;
        Self { classes, cells, ends: vec![0; groups], segments: vec![0; groups] }
    }

    pub(super) fn push_count(&mut self, (group, truth, prediction): (u32, u32, u32), count: u64) {
        self.ends[group as usize] += 1;
        self.segments[group as usize] += count;
        if let Cells::Counts(cells) = &mut self.cells {
            cells.push(((truth, prediction), count));
        }
    }

    pub(super) fn push_weight(&mut self, (group, truth, prediction): (u32, u32, u32), count: u64, sum: CompactSum) {
        self.ends[group as usize] += 1;
        self.segments[group as usize] += count;
        if let Cells::Weights(cells) = &mut self.cells {
            cells.push(((truth, prediction), sum));
        }
    }

    /// Turns the numbers of cells into their ends.
    pub(super) fn finish(mut self) -> Self {
        let mut end = 0;
        for cells in &mut self.ends {
            end += *cells;
            *cells = end;
        }
        self
    }

    /// The number of groups.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.ends.len()
    }

    /// The number of rows of each group.
    #[must_use]
    pub fn segments(&self) -> &[u64] {
        &self.segments
    }

    fn range(&self, group: usize) -> Range<usize> {
        group.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[group]
    }

    /// The confusion counts of a group.
    ///
    /// # Panics
    /// If there is no such group.
    #[must_use]
    pub fn confusion(&self, group: usize) -> Confusion {
        let range = self.range(group);
        let cells = match &self.cells {
            Cells::Counts(cells) => Cells::Counts(cells[range].to_vec()),
            Cells::Weights(cells) => Cells::Weights(cells[range].to_vec()),
        };
        Confusion { classes: self.classes, segments: self.segments[group], cells }
    }

    /// The confusion counts of the only group.
    #[must_use]
    pub fn into_confusion(self) -> Confusion {
        Confusion { classes: self.classes, segments: self.segments.iter().sum(), cells: self.cells }
    }

    /// The counts of the classes that occur in each group.
    #[must_use]
    pub fn class_rows(&self) -> ClassRows {
        #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
        match &self.cells {
            Cells::Counts(cells) => self.sum_classes(cells, |sum: &mut u64, count| *sum += count, |sum| *sum as f64),
            Cells::Weights(cells) => {
                self.sum_classes(cells, |sum: &mut ExactSum, weight| weight.add_to(sum), ExactSum::value)
            }
        }
    }

    fn sum_classes<V, S: Clone + Default>(
        &self,
        cells: &[(Cell, V)],
        add: impl Fn(&mut S, &V),
        value: impl Fn(&S) -> f64,
    ) -> ClassRows {
        let mut rows = ClassRows::default();
        let (mut occurring, mut sums) = (Vec::new(), Vec::new());
        // For each class of a group its position among those that occur.
        let mut positions = vec![0; self.classes as usize];
        for group in 0..self.groups() {
            let cells = &cells[self.range(group)];
            occurring.clear();
            occurring.extend(cells.iter().flat_map(|&((truth, prediction), _)| [truth, prediction]));
            occurring.sort_unstable();
            occurring.dedup();
            (0..).zip(&occurring).for_each(|(position, &class)| positions[class as usize] = position);
            sums.clear();
            sums.resize(occurring.len(), [S::default(), S::default(), S::default()]);
            for ((truth, prediction), content) in cells {
                let (at_truth, at_prediction) = (positions[*truth as usize], positions[*prediction as usize]);
                if truth == prediction {
                    add(&mut sums[at_truth][0], content);
                }
                add(&mut sums[at_prediction][1], content);
                add(&mut sums[at_truth][2], content);
            }
            rows.classes.extend(&occurring);
            rows.ends.push(rows.classes.len());
            for sums in &sums {
                rows.counts.iter_mut().zip(sums).for_each(|(counts, sum)| counts.push(value(sum)));
            }
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use crate::classification::count::count_codes;

    #[test]
    fn classes_that_occur_are_counted() {
        let groups = [0, 2, 0, 2, 2, 0];
        let (truth, prediction) = ([5, 1, 1, -1, 1, 5], [5, 1, 5, 3, 4, 5]);
        let weights = [0.5, 0.1, 0.25, 9.0, 0.2, 0.0];
        for (weights, expected) in [
            (None, [[0.0, 2.0, 1.0, 0.0], [0.0, 3.0, 1.0, 1.0], [1.0, 2.0, 2.0, 0.0]]),
            (Some(&weights[..]), [[0.0, 0.5, 0.1, 0.0], [0.0, 0.75, 0.1, 0.2], [0.25, 0.5, 0.1 + 0.2, 0.0]]),
        ] {
            let counted = count_codes(Some((&groups, 3)), &truth, &prediction, 6, weights);
            assert_eq!(counted.segments(), [3, 0, 2]);
            let rows = counted.class_rows();
            assert_eq!((rows.ends, rows.classes), (vec![2, 2, 4], vec![1, 5, 1, 4]));
            assert_eq!(rows.counts, expected);
            let (kept, alone) = counted.confusion(2).compressed();
            assert_eq!((kept, alone.segments), (vec![1, 4], 2));
            assert_eq!(counted.confusion(1).segments, 0);
        }
    }
}
