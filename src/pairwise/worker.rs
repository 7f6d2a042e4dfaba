//! What one thread does: compute what texts share, and make scores of it.

use super::{PairwiseScores, Way};
use crate::pairwise::kernels::TokenBitmaps;
use crate::pairwise::ngram_index;
use crate::pairwise::ngram_index::NgramIndex;
use crate::scoring::{Length, TextInput, TextMetric, Workspace};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// So many scores are remembered, in the second-level cache.
const REMEMBERED: u32 = 14;

/// What one thread works with.
pub struct Worker<'a> {
    shared: Shared<'a>,
    scorer: Scorer<'a>,
}

impl<'a> Worker<'a> {
    pub fn new(metric: &'a dyn TextMetric, pairs: &'a PairwiseScores, workspace: Box<Workspace>) -> Self {
        let row = vec![0.0; metric.columns().len()];
        let scores = vec![0.0; pairs.score + 1];
        Self {
            shared: Shared { pairs, places: TokenBitmaps::default(), counts: Vec::new() },
            scorer: Scorer { metric, pairs, row, scores, workspace, known: Vec::new() },
        }
    }

    /// Gives the workspace back to the calling thread.
    pub fn put_back(self) {
        self.scorer.workspace.put_back();
    }

    /// Fills in scores from a place of the matrix on, row by row.
    pub fn fill(&mut self, start: usize, mut scores: &mut [f64]) {
        let (_, columns) = self.shared.pairs.shape();
        let Self { shared, scorer } = self;
        let (mut row, mut column) = (start / columns, start % columns);
        while !scores.is_empty() {
            let until = columns.min(column + scores.len());
            let (head, tail) = scores.split_at_mut(until - column);
            if shared.pairs.is_measured(row) {
                head.iter_mut().zip(column..until).for_each(|(score, other)| *score = scorer.measure(row, other));
            } else {
                shared.visit(row, 0, |other, shared| head[other] = scorer.score(row, other, shared));
            }
            (scores, row, column) = (tail, row + 1, 0);
        }
    }

    /// Fills in the scores of the texts of these ranks with all from themselves on, and those in the other direction.
    pub fn fill_both(&mut self, ranks: Range<usize>, output: &[AtomicU64]) {
        let Self { shared, scorer } = self;
        let (texts, _) = shared.pairs.shape();
        for rank in ranks {
            let row = shared.pairs.text(rank);
            shared.visit(row, rank, |other, shared| {
                for (one, other) in [(row, other), (other, row)] {
                    output[one * texts + other].store(scorer.score(one, other, shared).to_bits(), Relaxed);
                }
            });
        }
    }
}

/// Computes what texts share.
struct Shared<'a> {
    pairs: &'a PairwiseScores,
    places: TokenBitmaps,
    /// For each order the matches with each reference of a part.
    counts: Vec<Vec<u16>>,
}

impl Shared<'_> {
    /// Calls `visit` with each reference, from rank `from` on, and what it shares with the hypothesis; with nothing
    /// when that has to be measured.
    fn visit(&mut self, hypothesis: usize, from: usize, mut visit: impl FnMut(usize, Option<&[u32]>)) {
        match &self.pairs.way {
            Way::Matches(indices) => self.visit_matches(indices, hypothesis, from, visit),
            Way::Compared { request, texts, interleaved } => {
                let text = texts.sides[0].get(hypothesis);
                self.places.compare(*request, text, texts.bound, (interleaved, from), |reference, shared| {
                    visit(reference, Some(&[shared]));
                });
            }
            Way::Measured => {}
        }
    }

    fn visit_matches(
        &mut self,
        indices: &[NgramIndex],
        hypothesis: usize,
        from: usize,
        mut visit: impl FnMut(usize, Option<&[u32]>),
    ) {
        let Self { pairs, counts, .. } = self;
        let orders = indices.iter().flat_map(|grams| (0..grams.orders()).map(move |order| (grams, order)));
        counts.resize(orders.clone().count(), Vec::new());
        let mut shared = vec![0; counts.len()];
        let is_long = |length: Length| length.characters.max(length.words) > ngram_index::MOST;
        let is_alone = pairs.references.is_none();
        let long = is_long(pairs.length(0, hypothesis));
        for (part, range) in indices[0].parts().enumerate() {
            let wanted = range.start.max(from)..range.end;
            if wanted.is_empty() {
                continue;
            }
            for ((grams, order), counts) in orders.clone().zip(&mut *counts) {
                grams.count(order, hypothesis, part, wanted.start - range.start, counts);
            }
            for reference in wanted {
                // Of n-grams that only this text has, nobody knows here.
                let itself = is_alone && reference == hypothesis;
                if itself || long && is_long(pairs.length(1, reference)) {
                    visit(reference, None);
                    continue;
                }
                shared.iter_mut().zip(&*counts).for_each(|(shared, counts)| {
                    *shared = u32::from(counts[reference - range.start]);
                });
                visit(reference, Some(&shared));
            }
        }
    }
}

/// Makes scores of what texts share.
struct Scorer<'a> {
    metric: &'a dyn TextMetric,
    pairs: &'a PairwiseScores,
    row: Vec<f64>,
    scores: Vec<f64>,
    workspace: Box<Workspace>,
    /// Scores that were made before, with all they follow from.
    known: Vec<(u64, f64)>,
}

impl Scorer<'_> {
    fn score(&mut self, hypothesis: usize, reference: usize, shared: Option<&[u32]>) -> f64 {
        let Some(shared) = shared else { return self.measure(hypothesis, reference) };
        let lengths = (self.pairs.length(0, hypothesis), self.pairs.length(1, reference));
        if self.pairs.remembers { self.remember(lengths, shared) } else { self.make(lengths, shared) }
    }

    fn measure(&mut self, hypothesis: usize, reference: usize) -> f64 {
        let Self { metric, pairs, row, scores, workspace, .. } = self;
        let references: Vec<_> = pairs.references().get(reference).iter().map(TextInput::Prepared).collect();
        let hypothesis = TextInput::Prepared(&pairs.hypotheses.get(hypothesis)[0]);
        metric.measure(hypothesis, &references, workspace, row);
        metric.finalise(row, scores);
        scores[pairs.score]
    }

    fn make(&mut self, (hypothesis, reference): (Length, Length), shared: &[u32]) -> f64 {
        self.metric.fill(self.pairs.score, hypothesis, reference, shared, &mut self.row);
        self.metric.finalise(&self.row, &mut self.scores);
        self.scores[self.pairs.score]
    }

    /// Looks a score up, or makes it.
    fn remember(&mut self, lengths: (Length, Length), shared: &[u32]) -> f64 {
        let Some(key) = key(lengths.0.words, lengths.1.words, shared) else { return self.make(lengths, shared) };
        if self.known.is_empty() {
            self.known.resize(1 << REMEMBERED, (u64::MAX, 0.0));
        }
        // The golden ratio: upper bits of the product are well mixed.
        let at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - REMEMBERED)) as usize;
        if self.known[at].0 != key {
            self.known[at] = (key, self.make(lengths, shared));
        }
        self.known[at].1
    }
}

/// All that a score of up to four orders of words follows from in one number, none of which is `u64::MAX`; where texts
/// are short enough.
fn key(hypothesis: usize, reference: usize, shared: &[u32]) -> Option<u64> {
    const LENGTHS: u32 = 12;
    const MATCHES: u32 = 10;
    if shared.len() > 4 || hypothesis.max(reference) >> LENGTHS != 0 {
        return None;
    }
    let mut key = (hypothesis << LENGTHS | reference) as u64;
    for &matches in shared {
        if matches >= (1 << MATCHES) - 1 {
            return None;
        }
        key = key << MATCHES | u64::from(matches);
    }
    Some(key)
}
