//! Copies of rows of one label, counted by class.

use crate::classification::ClassRows;
use crate::classification::count::Groups;
use crate::classification::samples::{Counts, Tally};
use crate::exact::{Ranges, SplitSums};
use crate::random::{Numbers, STREAMS};

/// What is summed for a class: rows of which it is the true and the predicted class, rows of which it is only the
/// predicted class, and rows of which it is only the true class. With weights also the number of rows, because a weight
/// may be 0.
const FOUND: usize = 0;
const PREDICTED: usize = 1;
const SUPPORT: usize = 2;
const ROWS: usize = 3;

/// A number for each of sixteen samples.
type Lanes = [f64; STREAMS];

/// A row that is left out of all counts.
const IGNORED: u32 = u32::MAX;

/// Distinct rows of one label, each with a weight and in a group.
///
/// Only the classes that occur in a group have sums, so that the memory of a sample is bounded by the number of rows.
#[derive(Debug)]
pub struct ClassTally {
    /// The positions of the sums of the true and of the predicted class of each row; a row may be left out.
    rows: Vec<(u32, u32)>,
    groups: Option<Vec<i32>>,
    weights: Option<Vec<f64>>,
    /// How products of weights and numbers of copies are split into parts, whose sums are exact.
    split: SplitSums,
    /// The class of each position, ascending within each group.
    classes: Vec<u32>,
    /// Where the positions of each group end.
    ends: Vec<usize>,
    /// The classes that occur in any group, ascending, and for each position the position of its class among them.
    all: Vec<u32>,
    in_all: Vec<u32>,
}

impl ClassTally {
    /// Rows of a true and a predicted code below `classes`. Rows whose true code is negative are left out. A sample
    /// has at most `copies` copies of rows.
    ///
    /// # Panics
    /// If a code is too large, or the columns differ in length. The caller must check this.
    #[must_use]
    pub fn new(
        groups: Option<Groups<'_>>,
        truth: &[i32],
        prediction: &[i32],
        classes: u32,
        weights: Option<&[f64]>,
        copies: u64,
    ) -> Self {
        let group_of = |row: usize| groups.map_or(0, |(groups, _)| groups[row].cast_unsigned());
        let pairs = || {
            let rows = truth.iter().zip(prediction).enumerate().filter(|&(_, (&truth, _))| truth >= 0);
            rows.map(|(row, (&truth, &prediction))| (row, truth.cast_unsigned(), prediction.cast_unsigned()))
        };
        let mut keys: Vec<(u32, u32)> = pairs()
            .flat_map(|(row, truth, prediction)| [truth, prediction].map(|class| (group_of(row), class)))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let mut rows = vec![(IGNORED, IGNORED); truth.len()];
        #[expect(clippy::cast_possible_truncation, reason = "at most two positions for each of fewer than 2^31 rows")]
        let position = |group, class| keys.binary_search(&(group, class)).map_or(IGNORED, |position| position as u32);
        for (row, truth, prediction) in pairs() {
            rows[row] = (position(group_of(row), truth), position(group_of(row), prediction));
        }
        let group_count = groups.map_or(1, |(_, count)| count);
        let ends = (0..group_count).map(|group| keys.partition_point(|&(of, _)| of <= group)).collect();
        let mut is_used = vec![false; classes as usize];
        keys.iter().for_each(|&(_, class)| is_used[class as usize] = true);
        let all: Vec<u32> = (0..classes).filter(|&class| is_used[class as usize]).collect();
        let mut positions = vec![0; classes as usize];
        (0..).zip(&all).for_each(|(position, &class)| positions[class as usize] = position);
        let classes: Vec<u32> = keys.iter().map(|&(_, class)| class).collect();
        let in_all = classes.iter().map(|&class| positions[class as usize]).collect();
        let mut ranges = Ranges::new([weights.is_none()].into_iter());
        weights.into_iter().flatten().for_each(|&weight| ranges.note_products(0, 1.0, weight, copies));
        // With room for the rounding of products.
        let split = SplitSums::new(&ranges, 2 * copies);
        let (groups, weights) = (groups.map(|(groups, _)| groups.to_vec()), weights.map(<[f64]>::to_vec));
        Self { rows, groups, weights, split, classes, ends, all, in_all }
    }

    /// The number of sums of a position.
    fn kinds(&self) -> usize {
        if self.weights.is_some() { ROWS + 1 } else { ROWS }
    }

    /// Has `put` add what a row adds to some samples: the index of a sum, and a value for each sample.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn each_sum<const N: usize>(&self, row: usize, copies: &[f64; N], mut put: impl FnMut(usize, &[f64; N])) {
        let (truth, prediction) = self.rows[row];
        if truth == IGNORED {
            return;
        }
        let (kinds, parts) = (self.kinds(), self.split.parts());
        let (truth, prediction) = (truth as usize * kinds, prediction as usize * kinds);
        let is_right = truth == prediction;
        let first = truth + if is_right { FOUND } else { SUPPORT };
        let Some(weights) = &self.weights else {
            put(first, copies);
            if !is_right {
                put(prediction + PREDICTED, copies);
            }
            return;
        };
        self.split.cut_lanes(&copies.map(|copies| copies * weights[row]), |part, values| {
            put(first * parts + part, values);
            if !is_right {
                put((prediction + PREDICTED) * parts + part, values);
            }
        });
        put((truth + ROWS) * parts, copies);
        if !is_right {
            put((prediction + ROWS) * parts, copies);
        }
    }

    /// Appends the counts of the classes that occur in a sample. `sum` returns a sum of the positions of `classes`.
    fn write_classes(&self, sum: impl Fn(usize) -> f64, classes: &[u32], counts: &mut ClassRows) {
        let (kinds, parts) = (self.kinds(), self.split.parts());
        let [found, predicted, support] = &mut counts.counts;
        for counts in [&mut *found, &mut *predicted, &mut *support] {
            counts.reserve(classes.len());
        }
        counts.classes.reserve(classes.len());
        for (position, &class) in classes.iter().enumerate() {
            let first = position * kinds * parts;
            let of_kind = |kind: usize| first + kind * parts;
            // The sum of rows of one kind, or of two: additions of parts are exact.
            let joined = |part: &dyn Fn(usize) -> f64| match parts {
                1 => part(0),
                // An addition rounds once.
                2 => part(0) + part(1),
                _ => self.split.join_column((0..parts).map(part)),
            };
            let both = |kind: usize| joined(&|part| sum(of_kind(FOUND) + part) + sum(of_kind(kind) + part));
            let rows = if kinds > ROWS {
                sum(of_kind(ROWS))
            } else {
                sum(of_kind(FOUND)) + sum(of_kind(PREDICTED)) + sum(of_kind(SUPPORT))
            };
            if rows > 0.0 {
                counts.classes.push(class);
                found.push(joined(&|part| sum(of_kind(FOUND) + part)));
                predicted.push(both(PREDICTED));
                support.push(both(SUPPORT));
            }
        }
        counts.ends.push(counts.classes.len());
    }

    fn group(&self, group: usize) -> std::ops::Range<usize> {
        group.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[group]
    }

    fn write_group(&self, group: usize, sample: usize, sums: &[Lanes], counts: &mut ClassRows) {
        let (positions, width) = (self.group(group), self.kinds() * self.split.parts());
        let sums = &sums[positions.start * width..positions.end * width];
        self.write_classes(|position| sums[position][sample], &self.classes[positions], counts);
    }

    fn write_all(&self, sample: usize, sums: &[Lanes], counts: &mut ClassRows) {
        if self.groups.is_none() {
            return self.write_group(0, sample, sums, counts);
        }
        let width = self.kinds() * self.split.parts();
        let mut all = vec![0.0; self.all.len() * width];
        for (sums, &position) in sums.chunks_exact(width).zip(&self.in_all) {
            let all = all[position as usize * width..][..width].iter_mut();
            all.zip(sums).for_each(|(all, sum)| *all += sum[sample]);
        }
        self.write_classes(|position| all[position], &self.all, counts);
    }
}

impl Tally for ClassTally {
    type Sums = Vec<Lanes>;
    type Counts = ClassRows;

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn width(&self) -> usize {
        self.classes.len() + if self.groups.is_some() { self.all.len() } else { 0 }
    }

    fn sums(&self) -> Self::Sums {
        vec![[0.0; STREAMS]; self.classes.len() * self.kinds() * self.split.parts()]
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn add(&self, row: usize, copies: &Numbers, sums: &mut Self::Sums) {
        self.each_sum(row, &copies.map(as_float), |position, values| {
            let sums = &mut sums[position];
            for sample in 0..STREAMS {
                sums[sample] += values[sample];
            }
        });
    }

    fn change(&self, row: usize, copies: u64, sign: f64, sample: usize, sums: &mut Self::Sums) {
        self.each_sum(row, &[as_float(copies)], |position, [value]| sums[position][sample] += sign * value);
    }

    fn write(&self, sample: usize, sums: &Self::Sums, counts: &mut ClassRows) {
        if self.groups.is_some() {
            (0..self.ends.len()).for_each(|group| self.write_group(group, sample, sums, counts));
        }
        self.write_all(sample, sums, counts);
    }

    fn write_of(&self, row: usize, sample: usize, sums: &Self::Sums, counts: &mut ClassRows) {
        if let Some(groups) = &self.groups {
            self.write_group(groups[row].cast_unsigned() as usize, sample, sums, counts);
        }
        self.write_all(sample, sums, counts);
    }

    fn clear(&self, sums: &mut Self::Sums) {
        sums.fill([0.0; STREAMS]);
    }
}

/// A number of copies, as the nearest double that has it: vector units convert only smaller integers.
#[inline]
fn as_float(copies: u64) -> f64 {
    const ONE: f64 = 4_503_599_627_370_496.0; // 2^52
    f64::from_bits(copies | ONE.to_bits()) - ONE
}

impl Counts for ClassRows {
    fn append(&mut self, other: Self) {
        let start = self.classes.len();
        self.ends.extend(other.ends.into_iter().map(|end| start + end));
        self.classes.extend(other.classes);
        self.counts.iter_mut().zip(other.counts).for_each(|(counts, other)| counts.extend(other));
    }
}

#[cfg(test)]
mod tests {
    use super::ClassTally;
    use crate::classification::count::count_codes;
    use crate::classification::samples::{Counts, bootstrap, copies, exchanges, left_out, positions};
    use crate::classification::{ClassRows, Groups};
    use crate::random::{Multinomial, binomial_half, streams};
    use crate::testing::Random;
    use std::convert::Infallible;

    const CLASSES: u32 = 9;

    struct Rows {
        truth: Vec<i32>,
        prediction: Vec<i32>,
        weights: Vec<f64>,
        groups: Vec<i32>,
        sizes: Vec<u64>,
    }

    impl Rows {
        fn new(count: usize) -> Self {
            let mut numbers = Random::new(count as u64);
            let mut below = |most: u64| i32::try_from((numbers.bits() >> 33) % most).unwrap();
            let mut column = |most, least| (0..count).map(|_| below(most) + least).collect::<Vec<i32>>();
            let weights = column(1000, 0).into_iter().map(|weight| 0.1 * f64::from(weight / 3)).collect();
            let sizes = column(20, 1).into_iter().map(|size| u64::from(size.cast_unsigned())).collect();
            Self { truth: column(8, -1), prediction: column(9, 0), weights, groups: column(3, 0), sizes }
        }

        fn groups(&self) -> Groups<'_> {
            // The last group has no rows.
            (&self.groups, 4)
        }

        /// The counts of groups and of all rows, from confusion counts.
        fn expected(&self, is_weighted: bool, is_grouped: bool, copies: &[u64]) -> ClassRows {
            let drawn: Vec<usize> = (0..self.truth.len()).filter(|&row| copies[row] > 0).collect();
            let of = |column: &[i32]| drawn.iter().map(|&row| column[row]).collect::<Vec<_>>();
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let weights: Vec<f64> = drawn
                .iter()
                .map(|&row| copies[row] as f64 * if is_weighted { self.weights[row] } else { 1.0 })
                .collect();
            let groups = of(&self.groups);
            let count = |groups| {
                count_codes(groups, &of(&self.truth), &of(&self.prediction), CLASSES, Some(&weights)).class_rows()
            };
            let mut rows = if is_grouped { count(Some((&groups, 4))) } else { ClassRows::default() };
            rows.append(count(None));
            rows
        }
    }

    #[test]
    fn counts_are_those_of_confusions() {
        let check = || Ok::<_, Infallible>(());
        for count in [1, 2, 40, 9000] {
            let rows = Rows::new(count);
            let (sizes, copies_of_all) = (&rows.sizes, rows.sizes.iter().sum());
            for (is_weighted, is_grouped) in [(false, false), (true, false), (false, true), (true, true)] {
                let tally = |truth: &[i32], prediction: &[i32]| {
                    let weights = is_weighted.then_some(&rows.weights[..]);
                    let groups = is_grouped.then(|| rows.groups());
                    ClassTally::new(groups, truth, prediction, CLASSES, weights, copies_of_all)
                };
                let expected = |copies: &[u64]| rows.expected(is_weighted, is_grouped, copies);
                let counted = tally(&rows.truth, &rows.prediction);

                let mut wanted = ClassRows::default();
                for mut stream in streams(5, 2, 4) {
                    let mut drawn = vec![0; count];
                    let shared = Multinomial::new(sizes.iter().copied());
                    shared.draw(&mut stream, |row, copies| drawn[row] = copies);
                    wanted.append(expected(&drawn));
                }
                let Ok(found) = bootstrap(&counted, sizes, 5, 2..6, check);
                assert_eq!(found, wanted);

                let Ok(found) = copies(&counted, sizes, check);
                assert_eq!(found, expected(sizes));
                let some: Vec<u64> = (0..count as u64).map(|row| row % 2).collect();
                let odd: Vec<usize> = (1..count).step_by(2).collect();
                let Ok(found) = positions(&counted, &odd, odd.len(), check);
                assert_eq!(found, if odd.is_empty() { ClassRows::default() } else { expected(&some) });
            }
        }
    }

    #[test]
    fn each_row_is_left_out() {
        let rows = Rows::new(40);
        let copies = rows.sizes.iter().sum();
        for weights in [None, Some(&rows.weights[..])] {
            let tally = |groups| ClassTally::new(groups, &rows.truth, &rows.prediction, CLASSES, weights, copies);
            let [mut wanted, mut of_groups] = [ClassRows::default(), ClassRows::default()];
            for row in 3..40 {
                let mut sizes = rows.sizes.clone();
                sizes[row] -= 1;
                wanted.append(rows.expected(weights.is_some(), false, &sizes));
                let mut of_group = sizes.clone();
                (0..40).filter(|&other| rows.groups[other] != rows.groups[row]).for_each(|other| of_group[other] = 0);
                of_groups.append(rows.expected(weights.is_some(), false, &of_group));
                of_groups.append(rows.expected(weights.is_some(), false, &sizes));
            }
            let Ok(found) = left_out(&tally(None), &rows.sizes, 3..40, || Ok::<_, Infallible>(()));
            assert_eq!(found, wanted);
            let Ok(found) = left_out(&tally(Some(rows.groups())), &rows.sizes, 3..40, || Ok::<_, Infallible>(()));
            assert_eq!(found, of_groups);
        }
    }

    #[test]
    fn rows_are_exchanged() {
        let rows = Rows::new(60);
        let (sizes, copies) = (&rows.sizes[..30], rows.sizes.iter().sum());
        for weights in [None, Some(&rows.weights[..])] {
            let tally = ClassTally::new(None, &rows.truth, &rows.prediction, CLASSES, weights, copies);
            let mut wanted = (ClassRows::default(), ClassRows::default());
            for mut stream in streams(1, 0, 5) {
                let kept: Vec<u64> = sizes.iter().map(|&size| binomial_half(size, &mut stream)).collect();
                let moved: Vec<u64> = sizes.iter().zip(&kept).map(|(size, kept)| size - kept).collect();
                wanted.0.append(rows.expected(weights.is_some(), false, &[&kept[..], &moved].concat()));
                wanted.1.append(rows.expected(weights.is_some(), false, &[&moved[..], &kept].concat()));
            }
            let Ok(found) = exchanges(&tally, sizes, 1, 0..5, || Ok::<_, Infallible>(()));
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn weights_of_any_size() {
        for weights in [[1e300, 1e-300, 1.0], [5e-324, 1e-310, 3e-320], [1e308, 1e308, 0.0]] {
            let tally = ClassTally::new(None, &[0, 1, 0], &[0, 0, 0], 2, Some(&weights), 9);
            let given = [[1, 2, 3], [4, 0, 5], [0, 9, 0]].concat();
            let mut wanted = ClassRows::default();
            for copies in given.chunks(3) {
                let drawn: Vec<usize> = (0..3).filter(|&row| copies[row] > 0).collect();
                #[expect(clippy::cast_precision_loss, reason = "small")]
                let products: Vec<f64> = drawn.iter().map(|&row| copies[row] as f64 * weights[row]).collect();
                let truth: Vec<i32> = drawn.iter().map(|&row| [0, 1, 0][row]).collect();
                wanted.append(count_codes(None, &truth, &vec![0; drawn.len()], 2, Some(&products)).class_rows());
            }
            let Ok(found) = copies(&tally, &given, || Ok::<_, Infallible>(()));
            assert_eq!(found, wanted, "{weights:?}");
        }
    }
}
