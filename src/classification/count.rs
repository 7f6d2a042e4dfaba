//! Counting pairs of labels at the speed of memory.
//!
//! Labels are integers, usually in a small range. A range whose size is a power of two is chosen around them, and the
//! distances of a pair's labels from its start are the index of the pair's counter. Blocks of rows that fit the
//! first-level cache are read twice: first to check that all labels are in the range, without branches and several at a
//! time, then to count them without a check. Four tables in turn keep an increment from waiting for the previous one.

use crate::classification::confusion::{Cell, Cells, ClassCounts, Confusion};
use crate::classification::labels::{IntegerLabel, encode};
use crate::exact::ExactSum;
use crate::parallel;
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The number of rows that are read twice: 64 KiB of the widest labels.
const BLOCK: usize = 4096;

/// The maximum number of rows, whose counts fit 32 bits.
pub const MOST_ROWS: usize = 1 << 31;

/// The maximum number of counters of a table.
const MOST_CELLS: u64 = 1 << 20;

/// The range of labels: `1 << shift` of them from `start`.
#[derive(Clone, Copy, Debug)]
struct LabelRange {
    start: u64,
    shift: u32,
}

impl LabelRange {
    /// The range from the lowest to the highest label, both as [`ordered`](IntegerLabel::ordered) numbers.
    fn between<T: IntegerLabel>(low: u64, high: u64) -> Self {
        Self { start: T::from_ordered(low).bits(), shift: u64::BITS - (high - low).leading_zeros() }
    }

    /// The range of the labels in every `step`-th row.
    fn around<T: IntegerLabel>(truth: &[T], prediction: &[T], step: usize) -> Self {
        let labels = truth.iter().step_by(step).chain(prediction.iter().step_by(step));
        let ends = |(low, high): (u64, u64), label: &T| (low.min(label.ordered()), high.max(label.ordered()));
        let (low, high) = labels.fold((u64::MAX, 0), ends);
        let found = Self::between::<T>(low.min(high), high);
        // Labels usually begin with zero, which may be missing from the sample.
        let zero = T::from_bits(0).ordered();
        let from_zero = Self::between::<T>(zero.min(high), high);
        if low >= zero && from_zero.shift <= found.shift.max(PairTally::SMALL) { from_zero } else { found }
    }

    /// Whether all labels are in the range.
    fn covers<T: IntegerLabel>(self, labels: &[T]) -> bool {
        let distances = labels.iter().fold(0, |any, label| any | label.bits().wrapping_sub(self.start));
        distances >> self.shift == 0
    }
}

/// Counters over a range of labels.
trait Tally: Send + Sized {
    /// The exponent of the largest range.
    const MOST: u32;
    fn new(shift: u32) -> Self;
    /// Counts rows whose labels are in the range.
    fn count<T: IntegerLabel>(&mut self, start: u64, truth: &[T], prediction: &[T]);
    fn merge(&mut self, other: &Self);
}

/// A counter for each pair of classes.
struct PairTally {
    shift: u32,
    /// For small ranges.
    lanes: Option<Box<[[u32; 1 << (2 * Self::SMALL)]; Self::LANES]>>,
    /// For all others.
    counts: Vec<u32>,
}

impl PairTally {
    const SMALL: u32 = 4;
    const LANES: usize = 4;

    /// The cells that are not empty, in order.
    fn cells(&self) -> Vec<(Cell, u64)> {
        let sum = |at: usize| match &self.lanes {
            Some(lanes) => lanes.iter().map(|lane| u64::from(lane[at])).sum(),
            None => u64::from(self.counts[at]),
        };
        let count = self.lanes.as_ref().map_or(self.counts.len(), |lanes| lanes[0].len());
        #[expect(clippy::cast_possible_truncation, reason = "at most MOST_CELLS")]
        let cell = |at: usize| ((at >> self.shift) as u32, (at & ((1 << self.shift) - 1)) as u32);
        (0..count).map(|at| (cell(at), sum(at))).filter(|&(_, count)| count > 0).collect()
    }
}

impl Tally for PairTally {
    const MOST: u32 = 10;

    fn new(shift: u32) -> Self {
        if shift <= Self::SMALL {
            let lanes = Box::new([[0; 1 << (2 * Self::SMALL)]; Self::LANES]);
            Self { shift: Self::SMALL, lanes: Some(lanes), counts: Vec::new() }
        } else {
            Self { shift, lanes: None, counts: vec![0; 1 << (2 * shift)] }
        }
    }

    fn count<T: IntegerLabel>(&mut self, start: u64, truth: &[T], prediction: &[T]) {
        let shift = self.shift;
        let at = |(truth, prediction): (&T, &T)| {
            truth.bits().wrapping_sub(start) << shift | prediction.bits().wrapping_sub(start)
        };
        #[expect(clippy::cast_possible_truncation, reason = "the range is small")]
        if let Some(lanes) = &mut self.lanes {
            let (mut truth, mut prediction) = (truth.chunks_exact(Self::LANES), prediction.chunks_exact(Self::LANES));
            for (truth, prediction) in truth.by_ref().zip(prediction.by_ref()) {
                for (lane, pair) in lanes.iter_mut().zip(truth.iter().zip(prediction)) {
                    lane[at(pair) as u8 as usize] += 1;
                }
            }
            truth
                .remainder()
                .iter()
                .zip(prediction.remainder())
                .for_each(|pair| lanes[0][at(pair) as u8 as usize] += 1);
        } else {
            truth.iter().zip(prediction).for_each(|pair| self.counts[at(pair) as usize] += 1);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, count)| *sum += count);
        if let (Some(lanes), Some(others)) = (&mut self.lanes, &other.lanes) {
            let counts = others.as_flattened();
            lanes.as_flattened_mut().iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
}

/// Three counters for each class: true positives, predicted rows, true rows.
struct ClassTally(Vec<[u32; 4]>);

impl Tally for ClassTally {
    const MOST: u32 = 18;

    fn new(shift: u32) -> Self {
        Self(vec![[0; 4]; 1 << shift])
    }

    fn count<T: IntegerLabel>(&mut self, start: u64, truth: &[T], prediction: &[T]) {
        #[expect(clippy::cast_possible_truncation, reason = "the range is small")]
        let at = |label: &T| label.bits().wrapping_sub(start) as usize;
        for (truth, prediction) in truth.iter().zip(prediction) {
            let (truth, prediction) = (at(truth), at(prediction));
            self.0[truth][0] += u32::from(truth == prediction);
            self.0[truth][2] += 1;
            self.0[prediction][1] += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        for (sums, counts) in self.0.iter_mut().zip(&other.0) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }
}

/// Counts over a range, or returns `None` if a label is outside.
fn attempt<T: IntegerLabel, C: Tally>(range: LabelRange, truth: &[T], prediction: &[T]) -> Option<C> {
    let outside = AtomicBool::new(range.shift > C::MOST);
    if outside.load(Relaxed) {
        return None;
    }
    let tally = parallel::over_rows(
        truth.len(),
        || C::new(range.shift),
        |rows, tally| {
            for (truth, prediction) in truth[rows.clone()].chunks(BLOCK).zip(prediction[rows].chunks(BLOCK)) {
                if outside.load(Relaxed) || !range.covers(truth) || !range.covers(prediction) {
                    outside.store(true, Relaxed);
                    return;
                }
                tally.count(range.start, truth, prediction);
            }
        },
        |sum, other| sum.merge(&other),
    );
    (!outside.into_inner()).then_some(tally)
}

/// Counts over the range of a sample, or else over the range of all labels.
fn tally<T: IntegerLabel, C: Tally>(truth: &[T], prediction: &[T]) -> Option<(LabelRange, C)> {
    assert!(truth.len() == prediction.len() && truth.len() <= MOST_ROWS, "the caller checks the lengths");
    let over = |step| {
        let range = LabelRange::around(truth, prediction, step);
        Some((range, attempt(range, truth, prediction)?))
    };
    over(sampled(truth.len())).or_else(|| over(1))
}

/// The step between rows of a sample of about a thousand.
fn sampled(rows: usize) -> usize {
    (rows / 1024).max(1)
}

/// The labels at these positions of a range.
fn labels_at<T: IntegerLabel>(range: LabelRange, places: impl Iterator<Item = usize>) -> Vec<T> {
    places.map(|at| T::from_bits(range.start.wrapping_add(at as u64))).collect()
}

/// Counts pairs of labels. Returns the labels that occur, in order, and the counts of their codes.
#[must_use]
pub fn count_pairs<T: IntegerLabel>(truth: &[T], prediction: &[T]) -> (Vec<T>, Confusion) {
    let Some((range, pairs)) = tally::<T, PairTally>(truth, prediction) else {
        let (codes, labels) = encode(&[truth, prediction]);
        #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^31 labels")]
        let classes = labels.len() as u32;
        return (labels, count_codes(None, &codes[0], &codes[1], classes, None).remove(0));
    };
    let mut cells = pairs.cells();
    let mut used = vec![false; 1 << pairs.shift];
    for &((truth, prediction), _) in &cells {
        used[truth as usize] = true;
        used[prediction as usize] = true;
    }
    let places: Vec<usize> = (0..used.len()).filter(|&at| used[at]).collect();
    let mut codes = vec![0; used.len()];
    for (code, &at) in (0..).zip(&places) {
        codes[at] = code;
    }
    for ((truth, prediction), _) in &mut cells {
        (*truth, *prediction) = (codes[*truth as usize], codes[*prediction as usize]);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a range of at most 2^10")]
    let classes = places.len() as u32;
    let segments = truth.len() as u64;
    (labels_at(range, places.into_iter()), Confusion { classes, segments, cells: Cells::Counts(cells) })
}

/// Counts true positives, predicted rows and true rows of each label that occurs.
///
/// Three counters for each class stay in the cache, where a counter for each pair of many classes would not.
#[must_use]
pub fn class_counts<T: IntegerLabel>(truth: &[T], prediction: &[T]) -> (Vec<T>, ClassCounts<u64>) {
    if LabelRange::around(truth, prediction, sampled(truth.len())).shift <= PairTally::SMALL {
        let (labels, confusion) = count_pairs(truth, prediction);
        return (labels, confusion.class_counts().unwrap_or_default());
    }
    let Some((range, ClassTally(classes))) = tally::<T, ClassTally>(truth, prediction) else {
        let (codes, labels) = encode(&[truth, prediction]);
        let mut classes = ClassTally(vec![[0; 4]; labels.len()]);
        classes.count(0, &codes[0], &codes[1]);
        return (labels, by_class(classes.0.iter()));
    };
    let places = || classes.iter().enumerate().filter(|(_, counts)| counts[1] + counts[2] > 0);
    (labels_at(range, places().map(|(at, _)| at)), by_class(places().map(|(_, counts)| counts)))
}

fn by_class<'a>(classes: impl Iterator<Item = &'a [u32; 4]>) -> ClassCounts<u64> {
    let mut counts = ClassCounts::default();
    for &[true_positives, predicted, support, _] in classes {
        counts.true_positives.push(u64::from(true_positives));
        counts.predicted.push(u64::from(predicted));
        counts.support.push(u64::from(support));
    }
    counts
}

/// The number of rows whose labels are equal.
#[must_use]
pub fn count_equal<T: IntegerLabel>(truth: &[T], prediction: &[T]) -> u64 {
    parallel::over_rows(
        truth.len(),
        || 0,
        |rows, sum| {
            for (truth, prediction) in truth[rows.clone()].chunks(BLOCK).zip(prediction[rows].chunks(BLOCK)) {
                let equal = truth.iter().zip(prediction).map(|(a, b)| u32::from(a.bits() == b.bits())).sum::<u32>();
                *sum += u64::from(equal);
            }
        },
        |sum, other| *sum += other,
    )
}

/// Groups of rows: a code for each row, and the number of groups.
pub type Groups<'a> = (&'a [i32], u32);

/// Counts pairs of codes below `classes`, for each group. Rows whose true code is negative are left out.
///
/// # Panics
/// If a code is too large, or the columns differ in length. The caller must check this.
#[must_use]
pub fn count_codes(
    groups: Option<Groups<'_>>,
    truth: &[i32],
    prediction: &[i32],
    classes: u32,
    weights: Option<&[f64]>,
) -> Vec<Confusion> {
    let group = |row: usize| groups.map_or(0, |(groups, _)| groups[row].cast_unsigned());
    let count = groups.map_or(1, |(_, count)| count);
    let counted = |row: &usize| truth[*row] >= 0;
    let key = |row: usize| (group(row), truth[row].cast_unsigned(), prediction[row].cast_unsigned());
    let mut parts = vec![Confusion { classes, ..Confusion::default() }; count as usize];
    if let Some(weights) = weights {
        let weigh = |rows: Range<usize>, sums: &mut FxHashMap<Key, (u64, ExactSum)>| {
            for row in rows.filter(counted) {
                let (count, sum) = sums.entry(key(row)).or_default();
                *count += 1;
                sum.add(weights[row]);
            }
        };
        let merge = |sum: &mut (u64, ExactSum), other: (u64, ExactSum)| {
            sum.0 += other.0;
            sum.1.merge(&other.1);
        };
        parts.iter_mut().for_each(|part| part.cells = Cells::Weights(Vec::new()));
        for ((group, truth, prediction), (count, sum)) in
            sorted(parallel::over_rows(truth.len(), FxHashMap::default, weigh, |sums, others| {
                merge_maps(sums, others, merge);
            }))
        {
            let part = &mut parts[group as usize];
            part.segments += count;
            if let Cells::Weights(cells) = &mut part.cells {
                cells.push(((truth, prediction), sum));
            }
        }
        return parts;
    }
    let counts = if u64::from(count) * u64::from(classes) * u64::from(classes) <= MOST_CELLS {
        dense(truth.len(), count, classes, |row| counted(&row).then(|| key(row)))
    } else {
        let tally = |rows: Range<usize>, counts: &mut FxHashMap<Key, u64>| {
            rows.filter(counted).for_each(|row| *counts.entry(key(row)).or_default() += 1);
        };
        sorted(parallel::over_rows(truth.len(), FxHashMap::default, tally, |sums, others| {
            merge_maps(sums, others, |sum, count| *sum += count);
        }))
    };
    for ((group, truth, prediction), count) in counts {
        let part = &mut parts[group as usize];
        part.segments += count;
        if let Cells::Counts(cells) = &mut part.cells {
            cells.push(((truth, prediction), count));
        }
    }
    parts
}

/// A group, a true code and a predicted code.
type Key = (u32, u32, u32);

/// Counts keys with a counter for each possible key. Rows without a key are left out.
fn dense(rows: usize, groups: u32, classes: u32, key: impl Fn(usize) -> Option<Key> + Sync) -> Vec<(Key, u64)> {
    let (groups, classes) = (groups as usize, classes as usize);
    let counts = parallel::over_rows(
        rows,
        || vec![0_u64; groups * classes * classes],
        |rows, counts| {
            for (group, truth, prediction) in rows.filter_map(&key) {
                counts[(group as usize * classes + truth as usize) * classes + prediction as usize] += 1;
            }
        },
        |sums, others| sums.iter_mut().zip(others).for_each(|(sum, count)| *sum += count),
    );
    #[expect(clippy::cast_possible_truncation, reason = "at most MOST_CELLS")]
    let key = |at: usize| {
        let (pair, prediction) = (at / classes, at % classes);
        ((pair / classes) as u32, (pair % classes) as u32, prediction as u32)
    };
    counts.into_iter().enumerate().filter(|&(_, count)| count > 0).map(|(at, count)| (key(at), count)).collect()
}

fn merge_maps<K: Eq + Hash, V: Default>(sums: &mut FxHashMap<K, V>, others: FxHashMap<K, V>, add: impl Fn(&mut V, V)) {
    others.into_iter().for_each(|(key, value)| add(sums.entry(key).or_default(), value));
}

fn sorted<K: Ord, V>(map: FxHashMap<K, V>) -> Vec<(K, V)> {
    let mut entries: Vec<_> = map.into_iter().collect();
    entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    entries
}

#[cfg(test)]
mod tests {
    use super::{Cells, class_counts, count_codes, count_equal, count_pairs};
    use crate::classification::labels::IntegerLabel;
    use crate::testing::Random;
    use std::collections::{BTreeMap, BTreeSet};

    /// Random numbers, the same in every run.
    fn draw(count: usize, seed: u64) -> impl Iterator<Item = u64> {
        let mut numbers = Random::new(seed);
        std::iter::repeat_with(move || numbers.bits() >> 33).take(count)
    }

    fn check<T: IntegerLabel + Ord>(truth: &[T], prediction: &[T]) {
        let labels: Vec<T> = truth.iter().chain(prediction).copied().collect::<BTreeSet<_>>().into_iter().collect();
        let code = |label| u32::try_from(labels.binary_search(label).unwrap()).unwrap();
        let mut cells = BTreeMap::new();
        for (truth, prediction) in truth.iter().zip(prediction) {
            *cells.entry((code(truth), code(prediction))).or_insert(0) += 1;
        }
        let (found, confusion) = count_pairs(truth, prediction);
        assert!(found == labels);
        assert_eq!(confusion.cells, Cells::Counts(cells.into_iter().collect()));
        assert_eq!((confusion.segments, confusion.classes as usize), (truth.len() as u64, labels.len()));
        let (found, counts) = class_counts(truth, prediction);
        assert!(found == labels);
        assert_eq!(Some(&counts), confusion.class_counts().as_ref());
        assert_eq!(count_equal(truth, prediction), counts.true_positives.iter().sum::<u64>());
    }

    #[test]
    fn counts_of_any_range_are_those_of_a_map() {
        for rows in [0, 1, 5, 300, 200_001] {
            for classes in [1, 2, 10, 16, 17, 1000, 1025, 100_000] {
                for start in [0, -1, -100, 7, i64::MIN, i64::MAX - 100_000] {
                    let labels = |seed| -> Vec<i64> {
                        draw(rows, seed).map(|n| start.wrapping_add_unsigned(n % classes)).collect()
                    };
                    check(&labels(1), &labels(2));
                }
            }
        }
    }

    #[test]
    fn all_kinds_of_integers() {
        let (truth, prediction): (Vec<_>, Vec<_>) = (draw(5000, 3).collect(), draw(5000, 4).collect());
        macro_rules! check_as {
            ($($kind:ty)*) => {$(
                #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::allow_attributes)]
                #[allow(clippy::unnecessary_cast, unfulfilled_lint_expectations, reason = "some casts do nothing")]
                let of = |labels: &[u64]| labels.iter().map(|&label| (label.wrapping_mul(7 << 28) >> 3) as $kind).collect::<Vec<_>>();
                check(&of(&truth), &of(&prediction));
            )*};
        }
        check_as!(i8 i16 i32 i64 u8 u16 u32 u64);
    }

    #[test]
    fn a_rare_label_far_away_is_found() {
        let mut truth: Vec<i64> = (0..300_000).map(|n| n % 10).collect();
        let prediction = truth.clone();
        truth[123_457] = -100;
        check(&truth, &prediction);
        truth[99_999] = i64::MAX;
        check(&truth, &prediction);
    }

    #[test]
    fn groups_are_counted_apart() {
        let column = |seed, classes: u64| -> Vec<i32> {
            draw(100_000, seed).map(|n| i32::try_from(n % classes).unwrap() - i32::from(classes == 7)).collect()
        };
        for (drawn, classes) in [(6, 7), (3000, 3000)] {
            let (groups, truth, prediction) = (column(1, 5), column(2, 7), column(3, drawn));
            let parts = count_codes(Some((&groups, 6)), &truth, &prediction, classes, None);
            assert_eq!(parts[5].segments, 0);
            for (group, part) in (0..).zip(&parts) {
                let of = |column: &[i32]| -> Vec<i32> {
                    column.iter().zip(&groups).filter(|(_, of)| **of == group).map(|(code, _)| *code).collect()
                };
                let alone = count_codes(None, &of(&truth), &of(&prediction), part.classes, None).remove(0);
                assert_eq!(*part, alone);
                let ones = vec![1.0; of(&truth).len()];
                let weighed = count_codes(None, &of(&truth), &of(&prediction), part.classes, Some(&ones)).remove(0);
                assert_eq!(weighed.segments, part.segments);
            }
        }
    }
}
