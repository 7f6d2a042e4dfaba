//! The search for shifts: moves of blocks of hypothesis words that save more edits than they cost. Follows sacrebleu
//! 2.6.0 `lib_ter.py`, a port of tercom, in its limits and in the order of its choices.

use super::beam::{Beam, Trace};
use crate::stop;
use std::iter;

/// The maximum number of words in a shift.
const MAX_SHIFT_SIZE: usize = 10;
/// The maximum distance of a shift.
const MAX_SHIFT_DISTANCE: usize = 50;
/// The maximum number of shifts that are tried for a pair of texts.
const MAX_CANDIDATES: usize = 1000;

/// The numbers of positions and of shifts that are tried between two checks for the end of the call. A shift in a text
/// of a million words takes up to 20 ms.
const POLL_STARTS: usize = 1024;
const POLL_CANDIDATES: usize = 16;

/// A block of words, and the position before which it is inserted.
#[derive(Clone, Copy, Debug)]
struct Shift {
    start: usize,
    length: usize,
    target: usize,
}

impl Shift {
    /// The position of the first word that changes, and the two runs of words that follow there after the shift.
    fn of(self, words: &[u32]) -> (usize, &[u32], &[u32]) {
        let Self { start, length, target } = self;
        let end = start + length;
        let block = &words[start..end];
        if target < start {
            return (target, block, &words[target..start]);
        }
        // A position within the block means a position as far after it.
        let until = if target > end { target } else { words.len().min(length + target) };
        (start, &words[end..until], block)
    }
}

/// Counts edits. The buffers are reused.
#[derive(Debug, Default)]
pub struct TerEdits {
    beam: Beam,
    trace: Trace,
    words: Vec<u32>,
    moved: Vec<u32>,
}

impl TerEdits {
    /// The size of the larger buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.beam.size()
    }

    /// The number of edits from the hypothesis to the reference: insertions, deletions and substitutions of words, and
    /// shifts of blocks. Words are numbers; those of the reference are below `distinct`.
    pub fn edits(&mut self, hypothesis: &[u32], reference: &[u32], distinct: usize) -> u64 {
        if reference.is_empty() {
            return hypothesis.len() as u64;
        }
        self.words.clear();
        stop::extend(&mut self.words, hypothesis);
        self.beam.start(reference, distinct, hypothesis.len());
        let mut distance = self.beam.measure(&self.words, 0);
        let (mut shifts, mut tried) = (0, 0);
        while distance > 0 {
            stop::poll();
            let best = self.best_shift(reference, distance, &mut tried);
            let (Some((shift, saved)), true) = (best, tried < MAX_CANDIDATES) else { break };
            if saved <= 0 {
                break;
            }
            let (from, first, second) = shift.of(&self.words);
            self.moved.clear();
            self.moved.extend(first.iter().chain(second));
            self.words[from..from + self.moved.len()].copy_from_slice(&self.moved);
            distance = self.beam.measure(&self.words, from);
            shifts += 1;
        }
        shifts + distance
    }

    /// The best shift and the number of edits that it saves. Among equally good shifts, the one with the most words,
    /// then the leftmost block, then the leftmost target.
    fn best_shift(&mut self, reference: &[u32], distance: u64, tried: &mut usize) -> Option<(Shift, i64)> {
        let Self { beam, trace, words, moved } = self;
        beam.trace(words, trace);
        let mut best: Option<(Shift, i64)> = None;
        for start in 0..words.len() {
            stop::poll_every(start, POLL_STARTS);
            let from = start.saturating_sub(MAX_SHIFT_DISTANCE);
            let end = reference.len().min(start + MAX_SHIFT_DISTANCE + 1);
            for at in starts(beam, words[start], from, end) {
                let (mut hypothesis_errs, mut reference_errs) = (false, false);
                let equal = iter::zip(&words[start..], &reference[at..]).take(MAX_SHIFT_SIZE);
                for length in 1..=equal.take_while(|(word, other)| word == other).count() {
                    hypothesis_errs |= trace.hypothesis_errors[start + length - 1];
                    reference_errs |= trace.reference_errors[at + length - 1];
                    // Words that are aligned already stay, and so does a block that would be moved into itself.
                    let aligned = trace.aligned[at];
                    if !(hypothesis_errs && reference_errs) || (start < aligned && aligned <= start + length) {
                        continue;
                    }
                    let before = at.checked_sub(1).map_or(0, |before| trace.aligned[before]);
                    let mut last = None;
                    for &target in iter::once(&before).chain(&trace.aligned[at..at + length]) {
                        if last == Some(target) {
                            continue;
                        }
                        last = Some(target);
                        stop::poll_every(*tried, POLL_CANDIDATES);
                        *tried += 1;
                        let shift = Shift { start, length, target };
                        let saved = distance.cast_signed() - measure(beam, words, moved, distance, shift).cast_signed();
                        if best.is_none_or(|(best, most)| {
                            let rank = |shift: Shift| (shift.length, !shift.start, !shift.target);
                            (saved, rank(shift)) > (most, rank(best))
                        }) {
                            best = Some((shift, saved));
                        }
                    }
                    if *tried >= MAX_CANDIDATES {
                        return best;
                    }
                }
            }
        }
        best
    }
}

/// The positions of a word in `from..end` of the reference.
fn starts(beam: &Beam, word: u32, from: usize, end: usize) -> impl Iterator<Item = usize> {
    (from..end).step_by(64).flat_map(move |from| {
        let mut positions = beam.positions(word, from);
        if end - from < 64 {
            positions &= (1 << (end - from)) - 1;
        }
        iter::from_fn(move || {
            let at = from + positions.trailing_zeros() as usize;
            let found = positions != 0;
            positions &= positions.wrapping_sub(1);
            found.then_some(at)
        })
    })
}

/// The distance after a shift.
#[inline]
fn measure(beam: &Beam, words: &[u32], moved: &mut Vec<u32>, distance: u64, shift: Shift) -> u64 {
    let (from, first, second) = shift.of(words);
    if !beam.is_wide() {
        return beam.distance_with(words, distance, from, first.iter().chain(second).copied());
    }
    moved.clear();
    stop::extend(moved, words);
    moved.splice(from..from + first.len() + second.len(), first.iter().chain(second).copied());
    beam.wide_distance(moved)
}
