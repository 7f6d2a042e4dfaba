//! Confusion counts of groups of rows, and the counts of the classes that occur in each.

use crate::classification::confusion::{Cell, Cells, Confusion, sum_by};
use crate::exact::CompactSum;
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
        match &self.cells {
            Cells::Counts(cells) => self.sum_classes(cells, |cells, positions, counts| {
                for &((truth, prediction), count) in cells {
                    #[expect(clippy::cast_precision_loss, reason = "counts of rows in memory stay below 2^53")]
                    let count = count as f64;
                    let (truth, prediction) = (positions[truth as usize], positions[prediction as usize]);
                    if truth == prediction {
                        counts[0][truth] += count;
                    }
                    counts[1][prediction] += count;
                    counts[2][truth] += count;
                }
            }),
            Cells::Weights(cells) => {
                self.sum_classes(cells, |cells, positions, [true_positives, predicted, support]| {
                    for ((truth, prediction), sum) in cells {
                        if truth == prediction {
                            true_positives[positions[*truth as usize]] = sum.value();
                        }
                    }
                    sum_by(cells, |cell| positions[cell.1 as usize], predicted);
                    sum_by(cells, |cell| positions[cell.0 as usize], support);
                })
            }
        }
    }

    /// Sums the cells of each group by class: `sum` adds them to the counts at the positions of their classes.
    fn sum_classes<V>(&self, cells: &[(Cell, V)], sum: impl Fn(&[(Cell, V)], &[usize], [&mut [f64]; 3])) -> ClassRows {
        let mut rows = ClassRows::default();
        let mut occurring = Vec::new();
        // For each class of a group its position among those that occur.
        let mut positions = vec![0; self.classes as usize];
        for group in 0..self.groups() {
            let cells = &cells[self.range(group)];
            occurring.clear();
            occurring.extend(cells.iter().flat_map(|&((truth, prediction), _)| [truth, prediction]));
            occurring.sort_unstable();
            occurring.dedup();
            (0..).zip(&occurring).for_each(|(position, &class)| positions[class as usize] = position);
            let start = rows.classes.len();
            rows.classes.extend(&occurring);
            let end = rows.classes.len();
            rows.ends.push(end);
            let counts = rows.counts.each_mut().map(|counts| {
                counts.resize(end, 0.0);
                &mut counts[start..]
            });
            sum(cells, &positions, counts);
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
