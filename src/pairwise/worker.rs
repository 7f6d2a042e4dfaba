//! The work of one thread: computing what texts share, and scores from it.

use super::{Method, PairwiseScores};
use crate::pairwise::kernels::TokenBitmaps;
use crate::pairwise::ngram_index;
use crate::pairwise::ngram_index::NgramIndex;
use crate::scoring::{Length, TextInput, TextMetric, Workspace};
use crate::stop;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The number of bits of the index of cached scores, which fit the second-level cache.
const CACHE_BITS: u32 = 14;

/// The state of one thread.
pub struct Worker<'a> {
    shared: Shared<'a>,
    scorer: Scorer<'a>,
}

impl<'a> Worker<'a> {
    pub fn new(metric: &'a dyn TextMetric, pairs: &'a PairwiseScores, workspace: Box<Workspace>) -> Self {
        let row = vec![0.0; metric.columns().len()];
        let scores = vec![0.0; pairs.score + 1];
        Self {
            shared: Shared { pairs, positions: TokenBitmaps::default(), counts: Vec::new() },
            scorer: Scorer { metric, pairs, row, scores, workspace, cache: Vec::new() },
        }
    }

    /// Keeps the workspace for the next call on this thread.
    pub fn put_back(self) {
        self.scorer.workspace.put_back();
    }

    /// Computes scores from a position of the matrix on, row by row.
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

    /// Computes the scores of the texts of these ranks with all texts of equal or higher rank, and of the other
    /// direction.
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
    positions: TokenBitmaps,
    /// For each order, the matches with each reference of a part.
    counts: Vec<Vec<u16>>,
}

impl Shared<'_> {
    /// Calls `visit` with each reference from rank `from` on and what it shares with the hypothesis, or `None` if the
    /// pair must be measured.
    fn visit(&mut self, hypothesis: usize, from: usize, mut visit: impl FnMut(usize, Option<&[u32]>)) {
        match &self.pairs.method {
            Method::NgramIndex(indices) => self.visit_matches(indices, hypothesis, from, visit),
            Method::TokenPositions { request, texts, interleaved } => {
                let text = texts.sides[0].get(hypothesis);
                self.positions.compare(*request, text, texts.bound, (interleaved, from), |reference, shared| {
                    visit(reference, Some(&[shared]));
                });
            }
            Method::OneByOne => {}
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
            stop::poll();
            for ((grams, order), counts) in orders.clone().zip(&mut *counts) {
                grams.count(order, hypothesis, part, wanted.start - range.start, counts);
            }
            for reference in wanted {
                // N-grams that only this text has are not in the index.
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

/// Computes scores from what texts share.
struct Scorer<'a> {
    metric: &'a dyn TextMetric,
    pairs: &'a PairwiseScores,
    row: Vec<f64>,
    scores: Vec<f64>,
    workspace: Box<Workspace>,
    /// Cached scores, with the values that they depend on.
    cache: Vec<(u64, f64)>,
}

impl Scorer<'_> {
    fn score(&mut self, hypothesis: usize, reference: usize, shared: Option<&[u32]>) -> f64 {
        let Some(shared) = shared else { return self.measure(hypothesis, reference) };
        let lengths = (self.pairs.length(0, hypothesis), self.pairs.length(1, reference));
        if self.pairs.caches_scores { self.look_up(lengths, shared) } else { self.make(lengths, shared) }
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

    /// Looks a score up, or computes it.
    fn look_up(&mut self, lengths: (Length, Length), shared: &[u32]) -> f64 {
        let Some(key) = key(lengths.0.words, lengths.1.words, shared) else { return self.make(lengths, shared) };
        if self.cache.is_empty() {
            self.cache.resize(1 << CACHE_BITS, (u64::MAX, 0.0));
        }
        // The golden ratio, which mixes the upper bits of the product well.
        let at = (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - CACHE_BITS)) as usize;
        if self.cache[at].0 != key {
            self.cache[at] = (key, self.make(lengths, shared));
        }
        self.cache[at].1
    }
}

/// All values that a score of up to four orders of words depends on, in one number below `u64::MAX`, if the texts are
/// short enough.
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
