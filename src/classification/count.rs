//! Counting pairs of labels at the speed of memory.
//!
//! Labels are integers, usually in a small range. A range whose size is a power of two is chosen around them, and the
//! distances of a pair's labels from its start are the index of the pair's counter. Blocks of rows that fit the
//! first-level cache are read twice: first to check that all labels are in the range, without branches and several at a
//! time, then to count them without a check. Four tables in turn keep an increment from waiting for the previous one.

use crate::classification::confusion::{Cell, Cells, ClassCounts, Confusion};
use crate::classification::group_confusions::GroupConfusions;
use crate::classification::labels::{IntegerLabel, encode};
use crate::exact::{CompactSum, ExactSum};
use crate::parallel;
use crate::stop;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The number of rows that are read twice: 64 KiB of the widest labels.
const BLOCK: usize = 4096;

/// The maximum number of rows, whose counts fit 32 bits.
pub const MOST_ROWS: usize = 1 << 31;

/// The maximum number of counters of a table.
const MOST_CELLS: u64 = 1 << 20;

/// The maximum number of exact sums, some 500 bytes each, that a thread keeps for all possible keys.
const MOST_SUMS: u64 = 1 << 13;

/// The number of counters for each row up to which there is one for each possible key.
const SPARSE: usize = 16;

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
fn labels_at<T: IntegerLabel>(range: LabelRange, positions: impl Iterator<Item = usize>) -> Vec<T> {
    positions.map(|at| T::from_bits(range.start.wrapping_add(at as u64))).collect()
}

/// Counts pairs of labels. Returns the labels that occur, in order, and the counts of their codes.
#[must_use]
pub fn count_pairs<T: IntegerLabel>(truth: &[T], prediction: &[T]) -> (Vec<T>, Confusion) {
    let Some((range, pairs)) = tally::<T, PairTally>(truth, prediction) else {
        let (codes, labels) = encode(&[truth, prediction]);
        #[expect(clippy::cast_possible_truncation, reason = "fewer than 2^31 labels")]
        let classes = labels.len() as u32;
        return (labels, count_codes(None, &codes[0], &codes[1], classes, None).into_confusion());
    };
    let mut cells = pairs.cells();
    let mut used = vec![false; 1 << pairs.shift];
    for &((truth, prediction), _) in &cells {
        used[truth as usize] = true;
        used[prediction as usize] = true;
    }
    let positions: Vec<usize> = (0..used.len()).filter(|&at| used[at]).collect();
    let mut codes = vec![0; used.len()];
    for (code, &at) in (0..).zip(&positions) {
        codes[at] = code;
    }
    for ((truth, prediction), _) in &mut cells {
        (*truth, *prediction) = (codes[*truth as usize], codes[*prediction as usize]);
    }
    #[expect(clippy::cast_possible_truncation, reason = "a range of at most 2^10")]
    let classes = positions.len() as u32;
    let segments = truth.len() as u64;
    (labels_at(range, positions.into_iter()), Confusion { classes, segments, cells: Cells::Counts(cells) })
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
    let positions = || classes.iter().enumerate().filter(|(_, counts)| counts[1] + counts[2] > 0);
    (labels_at(range, positions().map(|(at, _)| at)), by_class(positions().map(|(_, counts)| counts)))
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
) -> GroupConfusions {
    let rows = Rows { groups, truth, prediction, classes };
    match weights {
        None => rows.count(),
        Some(weights) => rows.weigh(weights),
    }
}

/// A group, a true code and a predicted code.
type Key = (u32, u32, u32);

/// Rows to be counted.
#[derive(Clone, Copy)]
struct Rows<'a> {
    groups: Option<Groups<'a>>,
    truth: &'a [i32],
    prediction: &'a [i32],
    classes: u32,
}

impl Rows<'_> {
    fn groups(self) -> u32 {
        self.groups.map_or(1, |(_, count)| count)
    }

    /// The number of possible keys.
    fn cells(self) -> u64 {
        let classes = u64::from(self.classes);
        u64::from(self.groups()).saturating_mul(classes).saturating_mul(classes)
    }

    /// The key of a row, unless it is left out.
    #[inline]
    fn key(self, row: usize) -> Option<Key> {
        let group = self.groups.map_or(0, |(groups, _)| groups[row].cast_unsigned());
        let truth = self.truth[row];
        (truth >= 0).then(|| (group, truth.cast_unsigned(), self.prediction[row].cast_unsigned()))
    }

    /// The position of the key of a row among all possible keys, in order.
    #[inline]
    fn position(self, row: usize) -> Option<u64> {
        let classes = u64::from(self.classes);
        self.key(row).map(|(group, truth, prediction)| {
            (u64::from(group) * classes + u64::from(truth)) * classes + u64::from(prediction)
        })
    }

    /// The key at a position.
    #[expect(clippy::cast_possible_truncation, reason = "each part is below its bound, which has 32 bits")]
    fn key_at(self, position: u64) -> Key {
        let classes = u64::from(self.classes);
        let (pair, prediction) = (position / classes, position % classes);
        ((pair / classes) as u32, (pair % classes) as u32, prediction as u32)
    }

    fn count(self) -> GroupConfusions {
        let mut counted = GroupConfusions::new(self.groups(), self.classes, Cells::Counts(Vec::new()));
        let cells = self.cells();
        if cells <= MOST_CELLS.min((SPARSE * self.truth.len()) as u64) {
            for (position, count) in (0..).zip(self.dense(cells, |count: &mut u64, _| *count += 1, |a, b| *a += b)) {
                if count > 0 {
                    counted.push_count(self.key_at(position), count);
                }
            }
        } else if cells < u64::MAX {
            for positions in self.sorted(|row| self.position(row)).chunk_by(|one, next| one == next) {
                counted.push_count(self.key_at(positions[0]), positions.len() as u64);
            }
        } else {
            for keys in self.sorted(|row| self.key(row)).chunk_by(|one, next| one == next) {
                counted.push_count(keys[0], keys.len() as u64);
            }
        }
        counted.finish()
    }

    fn weigh(self, weights: &[f64]) -> GroupConfusions {
        let mut counted = GroupConfusions::new(self.groups(), self.classes, Cells::Weights(Vec::new()));
        let cells = self.cells();
        if cells <= MOST_SUMS.min(self.truth.len() as u64) {
            let add = |(count, sum): &mut (u64, ExactSum), row: usize| {
                *count += 1;
                sum.add(weights[row]);
            };
            let merge = |(count, sum): &mut (u64, ExactSum), (more, other): (u64, ExactSum)| {
                *count += more;
                sum.merge(&other);
            };
            for (position, (count, sum)) in (0..).zip(self.dense(cells, add, merge)) {
                if count > 0 {
                    counted.push_weight(self.key_at(position), count, CompactSum::from(&sum));
                }
            }
        } else if cells < u64::MAX {
            // Weights stand for themselves as bits, which have an order.
            let keys = self.sorted(|row| self.position(row).map(|position| (position, weights[row].to_bits())));
            for rows in keys.chunk_by(|one, next| one.0 == next.0) {
                counted.push_weight(self.key_at(rows[0].0), rows.len() as u64, sum_of(rows.iter().map(|row| row.1)));
            }
        } else {
            let keys = self.sorted(|row| self.key(row).map(|key| (key, weights[row].to_bits())));
            for rows in keys.chunk_by(|one, next| one.0 == next.0) {
                counted.push_weight(rows[0].0, rows.len() as u64, sum_of(rows.iter().map(|row| row.1)));
            }
        }
        counted.finish()
    }

    /// A value for each possible key, to which the rows are added.
    fn dense<V: Clone + Default + Send>(
        self,
        cells: u64,
        add: impl Fn(&mut V, usize) + Sync,
        merge: impl Fn(&mut V, V),
    ) -> Vec<V> {
        #[expect(clippy::cast_possible_truncation, reason = "at most MOST_CELLS")]
        parallel::over_rows(
            self.truth.len(),
            || stop::filled(V::default(), cells as usize),
            |rows, values| {
                for row in rows {
                    if let Some(position) = self.position(row) {
                        add(&mut values[position as usize], row);
                    }
                }
            },
            |values, others| values.iter_mut().zip(others).for_each(|(value, other)| merge(value, other)),
        )
    }

    /// What `key` makes of the rows, sorted; rows of which it makes nothing are left out.
    fn sorted<K: Ord + Send>(self, key: impl Fn(usize) -> Option<K> + Sync) -> Vec<K> {
        let mut keys = parallel::over_rows(
            self.truth.len(),
            Vec::new,
            |rows, keys: &mut Vec<K>| {
                let start = keys.len();
                stop::reserve(keys, rows.len());
                keys.extend(rows.filter_map(&key));
                keys[start..].sort_unstable();
            },
            |keys, others| {
                stop::reserve(keys, others.len());
                keys.extend(others);
            },
        );
        // The sort below needs a buffer of half that size.
        stop::probe(keys.len() * size_of::<K>());
        // Batches are sorted on all cores; this sort, which looks for ordered runs, only merges them.
        keys.sort();
        keys
    }
}

/// The exact sum of numbers from their bits.
fn sum_of(bits: impl Iterator<Item = u64>) -> CompactSum {
    let mut sum = CompactSum::default();
    bits.for_each(|bits| sum.add(f64::from_bits(bits)));
    sum.close();
    sum
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
            assert_eq!(parts.confusion(5).segments, 0);
            for group in 0..6 {
                let part = &parts.confusion(usize::try_from(group).unwrap());
                let of = |column: &[i32]| -> Vec<i32> {
                    column.iter().zip(&groups).filter(|(_, of)| **of == group).map(|(code, _)| *code).collect()
                };
                let alone = count_codes(None, &of(&truth), &of(&prediction), part.classes, None).into_confusion();
                assert_eq!(*part, alone);
                let ones = vec![1.0; of(&truth).len()];
                let weighed =
                    count_codes(None, &of(&truth), &of(&prediction), part.classes, Some(&ones)).into_confusion();
                assert_eq!(weighed.segments, part.segments);
            }
        }
    }
}
