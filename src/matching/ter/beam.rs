//! The edit distance of TER, within a beam around the diagonal, and the alignment that follows from its choices.
//! Follows sacrebleu 2.6.0 `BeamEditDistance`.
//!
//! # Idea
//!
//! Row `i` of the dynamic programming table (`i` words of the hypothesis) is computed near the diagonal only, in a
//! window of at most 50 cells; the cells outside are infinite. The window fits a word, so its cells are stored as
//! differences between adjacent cells, one bit each, and a row is computed from the previous one with about twenty
//! instructions, whatever its width: G. Myers, "A fast bit-vector algorithm for approximate string matching based on
//! dynamic programming", JACM 1999, in the form of H. Hyyrö, "Explaining and extending the bit-parallel approximate
//! string matching algorithm of Myers", 2001.
//!
//! Differences cannot be infinite. Instead, a cell outside the window has a value that is too large to be chosen: after
//! the right edge each cell is one more than its neighbour, before the left edge one more than the edge, and a match
//! whose diagonal neighbour is outside the window is ignored.
//!
//! # Cost
//!
//! A shifted hypothesis differs from the previous one in a few words. The rows before these words are reused, and as
//! soon as a later row has the same differences as the stored one, the distance is known.

use crate::stop;

/// The number of cells on each side of the diagonal, in the reference implementation.
const BEAM_WIDTH: usize = 25;

/// For longer references, the positions of a word are found by a search, so that memory stays linear.
const INDEXED: usize = 1024;

/// The number of rows between two checks for the end of the call.
const POLL_ROWS: usize = 1 << 16;

/// The cells of a row that are computed.
#[derive(Clone, Copy, Debug)]
struct Window {
    /// The first and the last cell, counted from 1. Bit `k` is cell `first + k`.
    first: usize,
    last: usize,
    /// The distance from the first cell of the previous row.
    shift: u32,
    /// Cells whose diagonal neighbour was computed.
    diagonal: u64,
    /// Cells whose neighbour in the previous row was computed.
    above: u64,
    /// All ones if the only neighbour of the first cell is in the previous row.
    edge: u64,
    /// The distance from the last cell of the previous row. It is negative, and wraps, only after the first row, which
    /// is computed as a whole.
    growth: u64,
}

/// The differences between the cells of a row and their left neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    rises: u64,
    falls: u64,
    /// The value of the last cell.
    score: u64,
}

/// What the path back reads: the cells that match, the cells equal to their diagonal neighbour, and the cells that are
/// one more than in the previous row.
#[derive(Clone, Copy, Debug, Default)]
struct Choices {
    matches: u64,
    equal: u64,
    above: u64,
}

/// An alignment of reference and hypothesis.
#[derive(Debug, Default)]
pub struct Trace {
    /// For each reference word, the number of hypothesis words up to and including the one it is aligned with.
    pub aligned: Vec<usize>,
    /// The words that are not matches.
    pub reference_errors: Vec<bool>,
    pub hypothesis_errors: Vec<bool>,
}

impl Trace {
    fn clear(&mut self, hypothesis: usize, reference: usize) {
        self.aligned.clear();
        stop::resize(&mut self.aligned, reference, 0);
        self.reference_errors.clear();
        stop::resize(&mut self.reference_errors, reference, true);
        self.hypothesis_errors.clear();
        stop::resize(&mut self.hypothesis_errors, hypothesis, true);
    }
}

/// The rows of one hypothesis and one reference. The buffers are reused.
#[derive(Debug, Default)]
pub struct Beam {
    /// The bitmap of positions of each word of the reference, `stride` words long.
    positions: Vec<u64>,
    stride: usize,
    /// The number of distinct words in the reference.
    distinct: usize,
    reference: Vec<u32>,
    windows: Vec<Window>,
    rows: Vec<Row>,
    choices: Vec<Choices>,
    wide: Option<Wide>,
    wide_steps: Vec<Vec<Step>>,
}

impl Beam {
    /// The size of the larger buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let steps = self.wide_steps.iter().map(|steps| steps.capacity() * size_of::<Step>()).sum::<usize>();
        let rows = size_of::<Window>() + size_of::<Row>() + size_of::<Choices>();
        self.positions.capacity() * size_of::<u64>() + self.rows.capacity() * rows + steps
    }

    /// Prepares for hypotheses of `hypothesis_words` words. Words are numbers below `distinct`; others match nothing.
    pub fn start(&mut self, reference: &[u32], distinct: usize, hypothesis_words: usize) {
        self.reference.clear();
        stop::extend(&mut self.reference, reference);
        self.positions.clear();
        self.stride = 0;
        self.distinct = distinct;
        if reference.len() <= INDEXED {
            // One word more, so that 64 positions can be read from any position.
            self.stride = reference.len() / 64 + 2;
            stop::resize(&mut self.positions, (distinct + 1) * self.stride, 0);
            for (at, &word) in reference.iter().enumerate() {
                self.positions[word as usize * self.stride + at / 64] |= 1 << (at % 64);
            }
        }
        self.windows.clear();
        self.wide = None;
        if hypothesis_words > 0 {
            self.lay_windows(hypothesis_words);
        }
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
    fn lay_windows(&mut self, hypothesis_words: usize) {
        let words = self.reference.len();
        // In the arithmetic of the reference implementation, which decides where the beam lies.
        let ratio = words as f64 / hypothesis_words as f64;
        let diagonal = |row: usize| (row as f64 * ratio).floor() as usize;
        if (BEAM_WIDTH as f64) < ratio / 2.0 {
            let width = (ratio / 2.0 + BEAM_WIDTH as f64).ceil() as usize;
            let edges = |row: usize| {
                let end = if row == hypothesis_words { words + 1 } else { diagonal(row) + width };
                (diagonal(row).saturating_sub(width), end.min(words + 1))
            };
            self.wide = Some(Wide { beam: (1..=hypothesis_words).map(edges).collect() });
            return;
        }
        stop::reserve(&mut self.windows, hypothesis_words);
        // The row for no hypothesis words is computed as a whole.
        let (mut low, mut first, mut last) = (0, 1, words);
        for row in 1..=hypothesis_words {
            let next_low = diagonal(row).saturating_sub(BEAM_WIDTH);
            let next_first = next_low.max(1);
            // The reference implementation extends the last row to the end; here it reaches the end without that.
            let next_last = (diagonal(row) + BEAM_WIDTH - 1).min(words);
            let bits = |from: usize, to: usize| {
                let upto = |cell: usize| u64::MAX.checked_shl((cell.max(next_first) - next_first) as u32).unwrap_or(0);
                upto(from) & !upto(to + 1)
            };
            self.windows.push(Window {
                first: next_first,
                last: next_last,
                shift: (next_first - first) as u32,
                diagonal: bits(low + 1, last + 1),
                above: bits(first, last),
                edge: if next_first <= low { u64::MAX } else { 0 },
                growth: (next_last as u64).wrapping_sub(last as u64),
            });
            (low, first, last) = (next_low, next_first, next_last);
        }
    }

    /// 64 positions of a word in the reference, beginning with `from`: bit `k` is position `from + k`.
    #[inline]
    #[must_use]
    pub fn positions(&self, word: u32, from: usize) -> u64 {
        if self.stride == 0 {
            let positions = self.reference[from.min(self.reference.len())..].iter().take(64).enumerate();
            return positions.fold(0, |positions, (at, &other)| positions | u64::from(other == word) << at);
        }
        let row = &self.positions[self.distinct.min(word as usize) * self.stride..][..self.stride];
        let (at, bit) = (from / 64, from % 64);
        let low = row.get(at).copied().unwrap_or(0) >> bit;
        let high = row.get(at + 1).copied().unwrap_or(0);
        low | (high << 1) << (63 - bit)
    }

    /// The row after `before`, for a hypothesis with one more word.
    #[inline]
    fn next(&self, window: &Window, before: Row, word: u32) -> (Row, Choices) {
        let matches = self.positions(word, window.first - 1) & window.diagonal;
        // Each cell that is added at the right is one more than its neighbour.
        let mut rises = before.rises >> window.shift | !(u64::MAX >> window.shift);
        let mut falls = before.falls >> window.shift;
        rises &= !(window.edge & 1);
        falls |= window.edge & 1;

        let equal = (((matches & rises).wrapping_add(rises)) ^ rises) | matches | falls;
        let above = falls | !(equal | rises);
        let below = equal & rises;
        let last = window.last - window.first;
        let score = (before.score.wrapping_add(window.growth) + (above >> last & 1)) - (below >> last & 1);
        let (up, down) = (above << 1 | 1, below << 1);
        let beyond = (u64::MAX - 1) << last;
        let row = Row { rises: down | !(equal | up) | beyond, falls: up & equal & !beyond, score };
        (row, Choices { matches, equal, above })
    }

    /// Computes the rows of a hypothesis from row `from` on. Earlier rows must have been computed for the same words.
    /// Returns the distance.
    pub fn measure(&mut self, hypothesis: &[u32], from: usize) -> u64 {
        if let Some(wide) = &self.wide {
            self.wide_steps.clear();
            return wide.measure(hypothesis, &self.reference, |steps| self.wide_steps.push(steps));
        }
        let words = self.reference.len() as u64;
        self.rows.truncate(from);
        self.choices.truncate(from);
        stop::reserve(&mut self.rows, hypothesis.len().saturating_sub(from));
        stop::reserve(&mut self.choices, hypothesis.len().saturating_sub(from));
        let mut row = self.row(from);
        for (at, (&word, window)) in hypothesis.iter().zip(&self.windows).enumerate().skip(from) {
            stop::poll_every(at, POLL_ROWS);
            let (next, choices) = self.next(window, row, word);
            self.rows.push(next);
            self.choices.push(choices);
            row = next;
        }
        if hypothesis.is_empty() { words } else { row.score }
    }

    /// The row for `words` words of the hypothesis.
    fn row(&self, words: usize) -> Row {
        let first = Row { rises: u64::MAX, falls: 0, score: self.reference.len() as u64 };
        words.checked_sub(1).map_or(first, |at| self.rows[at])
    }

    /// The distance of a hypothesis that differs from the measured one, whose distance is `distance`, only in the words
    /// `changed`, which begin at `from`.
    #[inline]
    pub fn distance_with(
        &self,
        hypothesis: &[u32],
        distance: u64,
        from: usize,
        changed: impl Iterator<Item = u32>,
    ) -> u64 {
        let mut row = self.row(from);
        let mut at = from;
        for word in changed {
            row = self.next(&self.windows[at], row, word).0;
            at += 1;
        }
        loop {
            // The rest would change this row in the same way as the measured one.
            let measured = self.row(at);
            if (row.rises, row.falls) == (measured.rises, measured.falls) {
                return distance + row.score - measured.score;
            }
            if at == hypothesis.len() {
                return row.score;
            }
            row = self.next(&self.windows[at], row, hypothesis[at]).0;
            at += 1;
        }
    }

    /// Whether windows are too wide for a word. Then each hypothesis is measured from the beginning, by
    /// [`wide_distance`](Self::wide_distance).
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.wide.is_some()
    }

    /// The distance of a hypothesis if the beam is wide.
    #[must_use]
    pub fn wide_distance(&self, hypothesis: &[u32]) -> u64 {
        self.wide.as_ref().map_or(0, |wide| wide.measure(hypothesis, &self.reference, drop))
    }

    /// The path of the reference implementation from the last cell back: a diagonal step if it is cheapest, else a step
    /// over a hypothesis word, else a step over a reference word.
    pub fn trace(&self, hypothesis: &[u32], trace: &mut Trace) {
        let (mut i, mut j) = (hypothesis.len(), self.reference.len());
        trace.clear(i, j);
        while j > 0 {
            let step = match i.checked_sub(1) {
                None => Step::Reference,
                Some(row) => match &self.wide {
                    Some(wide) => self.wide_steps[row][j - wide.beam[row].0],
                    None => self.step(row, j),
                },
            };
            // A reference word is aligned with the last hypothesis word up to its position, counted from 1.
            match step {
                Step::Match | Step::Substitution => {
                    trace.aligned[j - 1] = i;
                    let error = step == Step::Substitution;
                    trace.reference_errors[j - 1] = error;
                    trace.hypothesis_errors[i - 1] = error;
                    (i, j) = (i - 1, j - 1);
                }
                Step::Hypothesis => i -= 1,
                Step::Reference => {
                    trace.aligned[j - 1] = i;
                    j -= 1;
                }
            }
        }
    }

    #[inline]
    fn step(&self, row: usize, cell: usize) -> Step {
        let (window, choices) = (&self.windows[row], self.choices[row]);
        let bit = 1 << (cell - window.first);
        if choices.matches & bit != 0 {
            Step::Match
        } else if window.diagonal & !choices.equal & bit != 0 {
            Step::Substitution
        } else if window.above & choices.above & bit != 0 {
            Step::Hypothesis
        } else {
            Step::Reference
        }
    }
}

/// A step of the path: over a word of both texts, or of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Match,
    Substitution,
    Hypothesis,
    Reference,
}

/// The plain algorithm, for references of more than 50 times as many words, where the beam is wider.
#[derive(Debug)]
struct Wide {
    /// For each row, the first cell, and the cell after the last.
    beam: Vec<(usize, usize)>,
}

impl Wide {
    /// The distance. `record` receives the steps that lead to the cells of each row.
    fn measure(&self, hypothesis: &[u32], reference: &[u32], mut record: impl FnMut(Vec<Step>)) -> u64 {
        const INFINITE: u64 = u64::MAX / 2;
        let mut before: Vec<u64> = (0..=reference.len() as u64).collect();
        let mut begin = 0;
        for (&word, &(first, end)) in hypothesis.iter().zip(&self.beam) {
            stop::poll();
            let earlier = |cell: usize| *cell.checked_sub(begin).and_then(|at| before.get(at)).unwrap_or(&INFINITE);
            let mut row = stop::with_capacity(end - first);
            let mut steps = stop::with_capacity(end - first);
            for cell in first..end {
                let mut best = (INFINITE, Step::Reference);
                let mut offer = |cost, step| {
                    if cost < best.0 {
                        best = (cost, step);
                    }
                };
                if let Some(left) = cell.checked_sub(1) {
                    let matched = reference[left] == word;
                    let step = if matched { Step::Match } else { Step::Substitution };
                    offer(earlier(left) + u64::from(!matched), step);
                }
                offer(earlier(cell) + 1, Step::Hypothesis);
                offer(row.last().map_or(INFINITE, |cost| cost + 1), Step::Reference);
                row.push(best.0);
                steps.push(best.1);
            }
            record(steps);
            (before, begin) = (row, first);
        }
        before.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{Beam, Trace, Wide};
    use crate::testing::Random;

    /// Rows of bits equal the plain algorithm over the same beam.
    #[test]
    fn rows_of_bits_equal_the_plain_algorithm() {
        let mut numbers = Random::new(5);
        let mut random = |bound| numbers.index(bound);
        let (mut bits, mut cells) = (Beam::default(), Beam::default());
        let (mut trace, mut expected) = (Trace::default(), Trace::default());
        for lengths in [1, 3, 24, 25, 26, 40, 50, 70, 130, 1100] {
            for vocabulary in [1, 3, 40] {
                let reference: Vec<u32> = (0..lengths).map(|_| u32::try_from(random(vocabulary)).unwrap()).collect();
                let mut hypothesis = reference.clone();
                hypothesis.rotate_left(random(lengths));
                hypothesis.truncate(1 + random(lengths));
                hypothesis.extend((0..random(30)).map(|_| u32::try_from(random(vocabulary + 1)).unwrap()));
                if reference.len() > 50 * hypothesis.len() {
                    continue;
                }
                bits.start(&reference, vocabulary, hypothesis.len());
                cells.start(&reference, vocabulary, hypothesis.len());
                let edges = bits.windows.iter().map(|window| {
                    // The window of bits does not contain the very first cell.
                    (if window.first == 1 && window.edge == 0 { 0 } else { window.first }, window.last + 1)
                });
                cells.wide = Some(Wide { beam: edges.collect() });

                let distance = bits.measure(&hypothesis, 0);
                assert_eq!(distance, cells.measure(&hypothesis, 0), "{lengths} of {vocabulary}");
                bits.trace(&hypothesis, &mut trace);
                cells.trace(&hypothesis, &mut expected);
                assert_eq!(trace.aligned, expected.aligned);
                assert_eq!(trace.reference_errors, expected.reference_errors);
                assert_eq!(trace.hypothesis_errors, expected.hypothesis_errors);

                // With some words changed, the distance from the stored rows equals the distance from the beginning.
                let from = random(hypothesis.len());
                let to = from + random(hypothesis.len() - from + 1);
                let mut changed = hypothesis.clone();
                changed[from..to].reverse();
                let found = bits.distance_with(&hypothesis, distance, from, changed[from..to].iter().copied());
                assert_eq!(found, cells.wide_distance(&changed));
            }
        }
    }
}
