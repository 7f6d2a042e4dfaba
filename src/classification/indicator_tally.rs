//! Copies of rows of several labels, summed.

use crate::classification::count::Groups;
use crate::classification::multilabel::{ROW, summed_values};
use crate::classification::samples::{Counts, Tally};
use crate::exact::{LANES, Ranges, SplitSums, Vector};
use crate::random::{Numbers, STREAMS};

/// The sums of sets of rows of indicators, one set after the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IndicatorSums {
    /// The summed row of each set, each value rounded once: see [`multilabel`](super::multilabel) for its columns.
    pub sums: Vec<f64>,
    /// The number of rows of each set.
    pub copies: Vec<u64>,
}

/// Distinct rows of indicators, each with a weight and in a group.
#[derive(Debug)]
pub struct IndicatorTally {
    /// What each row adds to a total if its weight is 1.
    values: Vec<f64>,
    columns: usize,
    rows: usize,
    weights: Option<Vec<f64>>,
    groups: Option<(Vec<i32>, u32)>,
    split: SplitSums,
}

/// The sums of the groups of each of sixteen samples.
#[derive(Debug)]
pub struct GroupSums {
    parts: Vec<Vector>,
    copies: Vec<u64>,
    /// A row times its weight.
    row: Vec<f64>,
}

impl IndicatorTally {
    /// Rows of `labels` true and `labels` predicted indicators. A sample has at most `copies` copies of rows.
    ///
    /// # Panics
    /// If weights or groups are fewer than rows. The caller must check this.
    #[must_use]
    pub fn new(
        indicators: &[u8],
        labels: usize,
        rows: usize,
        weights: Option<&[f64]>,
        groups: Option<Groups<'_>>,
        copies: u64,
    ) -> Self {
        let columns = 3 * labels + ROW;
        let values: Vec<f64> = (0..rows).flat_map(|row| summed_values(indicators, labels, row)).collect();
        let mut ranges = Ranges::new((0..columns).map(|column| column < 3 * labels && weights.is_none()));
        for (row, values) in values.chunks_exact(columns).enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            (0..).zip(values).for_each(|(column, &value)| ranges.note_products(column, value, weight, copies));
        }
        // With room for the rounding of products.
        let split = SplitSums::new(&ranges, 2 * copies);
        let groups = groups.map(|(groups, count)| (groups.to_vec(), count));
        Self { values, columns, rows, weights: weights.map(<[f64]>::to_vec), groups, split }
    }

    fn group_count(&self) -> usize {
        self.groups.as_ref().map_or(1, |&(_, count)| count as usize)
    }

    fn group(&self, row: usize) -> usize {
        self.groups.as_ref().map_or(0, |(groups, _)| groups[row].cast_unsigned() as usize)
    }

    fn write_set(&self, parts: &[Vector], copies: u64, sums: &mut IndicatorSums) {
        let start = sums.sums.len();
        sums.sums.resize(start + self.columns, 0.0);
        self.split.join(parts, &mut sums.sums[start..]);
        sums.copies.push(copies);
    }

    fn write_group(&self, group: usize, sample: usize, sums: &GroupSums, counts: &mut IndicatorSums) {
        let (panels, position) = (self.split.panels(), sample * self.group_count() + group);
        self.write_set(&sums.parts[position * panels..][..panels], sums.copies[position], counts);
    }

    fn write_all(&self, sample: usize, sums: &GroupSums, counts: &mut IndicatorSums) {
        let (panels, groups) = (self.split.panels(), self.group_count());
        let mut all = vec![[0.0; LANES]; panels];
        for parts in sums.parts[sample * groups * panels..][..groups * panels].chunks_exact(panels) {
            let lanes = all.as_flattened_mut().iter_mut().zip(parts.as_flattened());
            lanes.for_each(|(all, part)| *all += part);
        }
        self.write_set(&all, sums.copies[sample * groups..][..groups].iter().sum(), counts);
    }
}

impl Tally for IndicatorTally {
    type Sums = GroupSums;
    type Counts = IndicatorSums;

    fn rows(&self) -> usize {
        self.rows
    }

    fn width(&self) -> usize {
        self.columns * (self.group_count() + usize::from(self.groups.is_some()))
    }

    fn sums(&self) -> GroupSums {
        let groups = self.group_count();
        GroupSums {
            parts: vec![[0.0; LANES]; STREAMS * groups * self.split.panels()],
            copies: vec![0; STREAMS * groups],
            row: Vec::with_capacity(self.columns),
        }
    }

    fn add(&self, row: usize, copies: &Numbers, sums: &mut GroupSums) {
        for (sample, &copies) in copies.iter().enumerate() {
            self.change(row, copies, 1.0, sample, sums);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "fewer rows than 2^53 fit into memory")]
    fn change(&self, row: usize, copies: u64, sign: f64, sample: usize, sums: &mut GroupSums) {
        if copies == 0 {
            return;
        }
        // Multiplied in two steps, which may both round: a row drawn three times is a row of three times the weight.
        let weight = copies as f64 * self.weights.as_ref().map_or(1.0, |weights| weights[row]);
        let values = &self.values[row * self.columns..][..self.columns];
        sums.row.clear();
        sums.row.extend(values.iter().map(|value| value * weight));
        let (position, panels) = (sample * self.group_count() + self.group(row), self.split.panels());
        let parts = sums.parts[position * panels..][..panels].as_flattened_mut();
        self.split.cut(&sums.row, |part, value| parts[part] += sign * value);
        if sign > 0.0 {
            sums.copies[position] += copies;
        } else {
            sums.copies[position] -= copies;
        }
    }

    fn write(&self, sample: usize, sums: &GroupSums, counts: &mut IndicatorSums) {
        if self.groups.is_some() {
            (0..self.group_count()).for_each(|group| self.write_group(group, sample, sums, counts));
        }
        self.write_all(sample, sums, counts);
    }

    fn write_of(&self, row: usize, sample: usize, sums: &GroupSums, counts: &mut IndicatorSums) {
        if self.groups.is_some() {
            self.write_group(self.group(row), sample, sums, counts);
        }
        self.write_all(sample, sums, counts);
    }

    fn clear(&self, sums: &mut GroupSums) {
        sums.parts.fill([0.0; LANES]);
        sums.copies.fill(0);
    }
}

impl Counts for IndicatorSums {
    fn append(&mut self, other: Self) {
        self.sums.extend(other.sums);
        self.copies.extend(other.copies);
    }
}

#[cfg(test)]
mod tests {
    use super::{IndicatorSums, IndicatorTally};
    use crate::classification::multilabel::{ROW, fold};
    use crate::classification::samples::{Tally, bootstrap, copies, exchanges, left_out, positions};
    use crate::random::{Multinomial, binomial_half, streams};
    use crate::scoring::Total;
    use std::convert::Infallible;

    const LABELS: usize = 3;
    const GROUPS: [i32; 6] = [1, 0, 1, 1, 0, 1];

    fn indicators() -> Vec<u8> {
        (0..36_u32).map(|at| u8::from(at.wrapping_mul(2_654_435_761) >> 30 == 0)).collect()
    }

    /// The sums of groups and of all rows, from totals.
    fn expected(weights: Option<&[f64]>, copies: &[u64], groups: bool, counts: &mut IndicatorSums) {
        let sets = if groups { vec![Some(0), Some(1), None] } else { vec![None] };
        for set in sets {
            let positions: Vec<usize> = (0..copies.len())
                .filter(|&row| copies[row] > 0 && set.is_none_or(|group| GROUPS[row % 6] == group))
                .collect();
            let rows: Vec<u8> = positions.iter().flat_map(|&row| indicators()[row % 6 * 6..][..6].to_vec()).collect();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let weights: Vec<f64> = positions
                .iter()
                .map(|&row| copies[row] as f64 * weights.map_or(1.0, |weights| weights[row % 6]))
                .collect();
            let total: Total = fold(&rows, LABELS, positions.len(), Some(&weights));
            counts.sums.extend(total.row());
            counts.copies.push(positions.iter().map(|&row| copies[row]).sum());
        }
    }

    #[test]
    fn sums_are_those_of_totals() {
        let check = || Ok::<_, Infallible>(());
        let weights = [0.1, 0.7, 0.0, 1e-9, 3.0, 12.5];
        let twice: Vec<f64> = [weights, weights].concat();
        let pairs = [indicators(), indicators()].concat();
        let codes = [GROUPS, GROUPS].concat();
        let sizes = [1, 2, 30, 4, 5, 100];
        for weights in [None, Some(&twice[..])] {
            for groups in [None, Some((&codes[..], 2))] {
                let tally = IndicatorTally::new(&indicators(), LABELS, 6, weights, groups, 142);
                let is_grouped = groups.is_some();
                assert_eq!(tally.width(), (3 * LABELS + ROW) * if is_grouped { 3 } else { 1 });
                let mut wanted = IndicatorSums::default();
                for mut stream in streams(5, 2, 4) {
                    let mut drawn = vec![0; 6];
                    Multinomial::new(sizes).draw(&mut stream, |row, copies| drawn[row] = copies);
                    expected(weights, &drawn, is_grouped, &mut wanted);
                }
                let Ok(found) = bootstrap(&tally, &sizes, 5, 2..6, check);
                assert_eq!(found, wanted);

                let mut wanted = IndicatorSums::default();
                let given = [[0, 1, 0, 142, 0, 2], [0; 6]].concat();
                given.chunks(6).for_each(|copies| expected(weights, copies, is_grouped, &mut wanted));
                let Ok(found) = copies(&tally, &given, check);
                assert_eq!(found, wanted);

                let mut wanted = IndicatorSums::default();
                expected(weights, &[0, 1, 1, 0, 1, 0], is_grouped, &mut wanted);
                let Ok(found) = positions(&tally, &[2, 1, 4], 3, check);
                assert_eq!(found, wanted);

                let (mut one, mut other) = (IndicatorSums::default(), IndicatorSums::default());
                for mut stream in streams(8, 0, 3) {
                    let kept = sizes.map(|size| binomial_half(size, &mut stream));
                    let moved: Vec<u64> = sizes.iter().zip(kept).map(|(size, kept)| size - kept).collect();
                    expected(weights, &[&kept[..], &moved].concat(), is_grouped, &mut one);
                    expected(weights, &[&moved, &kept[..]].concat(), is_grouped, &mut other);
                }
                let tally = IndicatorTally::new(&pairs, LABELS, 12, weights, groups, 142);
                assert_eq!(tally.rows(), 12);
                let Ok(found) = exchanges(&tally, &sizes, 8, 0..3, check);
                assert_eq!(found, (one, other));
            }
            // Without one copy of each row.
            let tally = IndicatorTally::new(&indicators(), LABELS, 6, weights, None, 142);
            let mut wanted = IndicatorSums::default();
            for row in 1..5 {
                let mut sizes = sizes;
                sizes[row] -= 1;
                expected(weights, &sizes, false, &mut wanted);
            }
            let Ok(found) = left_out(&tally, &sizes, 1..5, check);
            assert_eq!(found, wanted);
        }
    }
}
