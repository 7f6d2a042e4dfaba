//! The segment scores of all texts with all others.
//!
//! Each text is read once. What a score follows from (see [`Basis`]) is computed of one hypothesis and all references
//! at a time: matches of n-grams from lists of who has which ([`grams`]), subsequences and distances from the places of
//! the hypothesis' tokens ([`places`]). Where that is not enough, or a text is too long for it, pairs are measured one by
//! one, from what was read. The numbers are whole, and rows are filled and finalised as always, so that scores are those
//! of single pairs to the bit.
//!
//! What two texts share is the same in both directions: where texts are compared with each other, it is computed once
//! and scored twice.

use crate::abreast::Abreast;
use crate::characters::Characters;
use crate::grams::{self, Grams};
use crate::metric::{Basis, Length, Metric, Workspace};
use crate::parallel;
use crate::places::{self, Asked, Places};
use crate::reading::{Collection, Readable};
use crate::sequences::{Sequences, Words, of_characters};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A thread scores so many texts with all that follow: the numbers of one line of the cache in each of their rows, so
/// that lines stay there while they are written.
const ROWS: usize = 8;

/// So many pairs are a thread's work at a time; and so many where each is measured for itself.
const PAIRS: usize = 1 << 14;
const MEASURED: usize = 64;

/// So many scores are remembered, in the second-level cache.
const REMEMBERED: u32 = 14;

/// Texts that are compared all with all, by one of a metric's segment scores.
pub struct Pairs {
    score: usize,
    hypotheses: Arc<Collection>,
    /// None where hypotheses are compared with each other and read alike in both roles.
    references: Option<Arc<Collection>>,
    /// Of the hypotheses, then of the references if these are others; where they are asked for.
    lengths: Vec<Vec<Length>>,
    way: Way,
    /// Whether scores are remembered: those of BLEU, whose logarithms take most of the time, while most pairs share little,
    /// so that the same few scores occur again and again.
    remembers: bool,
}

/// How what texts share is computed.
enum Way {
    /// From the n-grams of characters, those of words, or both.
    Matches(Vec<Grams>),
    /// From the places of each hypothesis' tokens, in all references abreast.
    Compared {
        asked: Asked,
        texts: Unit,
        abreast: Abreast,
    },
    Measured,
}

/// The hypotheses, and the references if these are others, as characters or as words.
struct Unit {
    sides: Vec<Sequences>,
    /// All numbers are below this one.
    bound: usize,
}

impl Unit {
    fn of_characters(collections: &[&Collection]) -> Self {
        let mut characters = Characters::default();
        let sides = collections.iter().map(|texts| of_characters(&mut characters, texts.first())).collect();
        Self { sides, bound: characters.bound() }
    }

    fn of_words(collections: &[&Collection]) -> Self {
        let mut words = Words::default();
        let sides = collections.iter().map(|texts| words.sequences(texts.first())).collect();
        Self { sides, bound: words.bound() }
    }

    fn grams(&self, orders: Range<usize>) -> Grams {
        Grams::new(&self.sides[0], self.sides.get(1), orders)
    }

    fn abreast(&self) -> Abreast {
        Abreast::new(&self.sides[self.sides.len() - 1])
    }

    /// Notes the lengths of all texts.
    fn note(&self, lengths: &mut [Vec<Length>], of: impl Fn(&mut Length) -> &mut usize) {
        for (lengths, texts) in lengths.iter_mut().zip(&self.sides) {
            lengths.iter_mut().zip(texts.iter()).for_each(|(length, text)| *of(length) = text.len());
        }
    }
}

impl Pairs {
    /// Of texts that were read in their roles. Without references, hypotheses are compared with each other.
    #[must_use]
    pub fn new(
        metric: &dyn Metric,
        score: usize,
        hypotheses: Arc<Collection>,
        references: Option<Arc<Collection>>,
    ) -> Self {
        let collections: Vec<&Collection> = [&*hypotheses].into_iter().chain(references.as_deref()).collect();
        let mut lengths: Vec<_> = collections.iter().map(|texts| vec![Length::default(); texts.len()]).collect();
        let alone = collections.iter().all(|texts| texts.alone());
        let basis = metric.basis(score);
        let way = match basis.clone() {
            Basis::Matches { characters, words } if alone => {
                let mut indices = Vec::new();
                if !characters.is_empty() {
                    let texts = Unit::of_characters(&collections);
                    texts.note(&mut lengths, |length| &mut length.characters);
                    indices.push(texts.grams(characters));
                }
                if !words.is_empty() {
                    let texts = Unit::of_words(&collections);
                    texts.note(&mut lengths, |length| &mut length.words);
                    indices.push(texts.grams(words));
                }
                Way::Matches(indices)
            }
            Basis::Subsequence if alone => {
                let texts = Unit::of_words(&collections);
                texts.note(&mut lengths, |length| &mut length.words);
                Way::Compared { asked: Asked::Subsequence, abreast: texts.abreast(), texts }
            }
            Basis::Distance { of_characters } if alone => {
                let given = collections.iter().flat_map(|texts| texts.first()).any(|reading| reading.given);
                let texts = if of_characters && !given {
                    Unit::of_characters(&collections)
                } else {
                    Unit::of_words(&collections)
                };
                // What a distance counts are its words, be they characters.
                texts.note(&mut lengths, |length| &mut length.words);
                Way::Compared { asked: Asked::Distance, abreast: texts.abreast(), texts }
            }
            _ => Way::Measured,
        };
        let remembers =
            matches!(basis, Basis::Matches { characters, words } if characters.is_empty() && words.len() > 1);
        Self { score, hypotheses, references, lengths, way, remembers }
    }

    /// How many hypotheses there are, and how many references.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.hypotheses.len(), self.references().len())
    }

    fn references(&self) -> &Collection {
        self.references.as_ref().unwrap_or(&self.hypotheses)
    }

    /// Fills `output` with the scores of hypotheses from `first` on, each with all references. `check` is asked whether
    /// to go on.
    ///
    /// # Errors
    /// What `check` says.
    pub fn rows<E>(
        &self,
        metric: &dyn Metric,
        first: usize,
        output: &mut [f64],
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let (rows, columns) = self.shape();
        if columns == 0 {
            return Ok(());
        }
        if first == 0 && output.len() == rows * columns && self.is_symmetric() {
            // SAFETY: both are 64 bits, of which all values are valid; and while it is borrowed, nobody sees it as f64.
            // (Test: `all_ways_lead_to_the_scores_of_single_pairs`.)
            let (before, output, behind) = unsafe { output.align_to_mut::<AtomicU64>() };
            if before.is_empty() && behind.is_empty() {
                return self.both(metric, output, check);
            }
        }
        let (mut next, mut rest) = (first * columns, output);
        let make = || Worker::new(metric, self);
        parallel::run(
            &mut make(),
            make,
            |(start, scores): &mut (usize, &mut [f64])| {
                check()?;
                let length = self.job(next).min(rest.len());
                let (head, tail) = std::mem::take(&mut rest).split_at_mut(length);
                (*start, *scores, rest) = (next, head, tail);
                next += scores.len();
                Ok(!scores.is_empty())
            },
            |(start, scores), worker| worker.fill(*start, scores),
        )?;
        Ok(())
    }

    /// Fills all, pairs in both directions at once.
    fn both<E>(
        &self,
        metric: &dyn Metric,
        output: &[AtomicU64],
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let texts = self.hypotheses.len();
        let mut next = 0;
        let make = || Worker::new(metric, self);
        parallel::run(
            &mut make(),
            make,
            |ranks: &mut Range<usize>| {
                check()?;
                *ranks = next..texts.min(next + ROWS);
                next = ranks.end;
                Ok(ranks.start < ranks.end)
            },
            |ranks, worker| worker.fill_both(ranks.clone(), output),
        )?;
        Ok(())
    }

    /// How many scores from a place of the matrix on are the work of a thread at a time: whole rows, or a part of one
    /// that is measured pair by pair.
    fn job(&self, start: usize) -> usize {
        let (rows, columns) = self.shape();
        let row = start / columns;
        if row < rows && self.is_measured(row) {
            return MEASURED.min(columns - start % columns);
        }
        let most = (row + (PAIRS / columns).max(1)).min(rows);
        columns * (row..most).take_while(|&row| !self.is_measured(row)).count()
    }

    /// Whether a hypothesis is measured with each reference.
    fn is_measured(&self, hypothesis: usize) -> bool {
        match &self.way {
            Way::Matches(_) => false,
            Way::Compared { texts, .. } => texts.sides[0].get(hypothesis).len() > places::WIDEST,
            Way::Measured => true,
        }
    }

    /// The text of a rank: where texts are compared with each other, a thread compares one with those of higher ranks.
    fn text(&self, rank: usize) -> usize {
        if let Way::Compared { abreast, .. } = &self.way { abreast.text(rank) } else { rank }
    }

    /// Whether what is computed of a pair is that of the pair in the other direction too.
    fn is_symmetric(&self) -> bool {
        self.references.is_none() && (0..self.hypotheses.len()).all(|text| !self.is_measured(text))
    }

    fn length(&self, side: usize, text: usize) -> Length {
        self.lengths[side.min(self.lengths.len() - 1)][text]
    }
}

/// What one thread works with.
struct Worker<'a> {
    shared: Shared<'a>,
    scorer: Scorer<'a>,
}

impl<'a> Worker<'a> {
    fn new(metric: &'a dyn Metric, pairs: &'a Pairs) -> Self {
        let row = vec![0.0; metric.columns().len()];
        let scores = vec![0.0; pairs.score + 1];
        let workspace = Workspace::default();
        Self {
            shared: Shared { pairs, places: Places::default(), counts: Vec::new() },
            scorer: Scorer { metric, pairs, row, scores, workspace, known: Vec::new() },
        }
    }

    /// Fills in scores from a place of the matrix on, row by row.
    fn fill(&mut self, start: usize, mut scores: &mut [f64]) {
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
    fn fill_both(&mut self, ranks: Range<usize>, output: &[AtomicU64]) {
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
    pairs: &'a Pairs,
    places: Places,
    /// For each order the matches with each reference of a part.
    counts: Vec<Vec<u16>>,
}

impl Shared<'_> {
    /// Calls `visit` with each reference, from rank `from` on, and what it shares with the hypothesis; with nothing when
    /// that has to be measured.
    fn visit(&mut self, hypothesis: usize, from: usize, mut visit: impl FnMut(usize, Option<&[u32]>)) {
        match &self.pairs.way {
            Way::Matches(indices) => self.visit_matches(indices, hypothesis, from, visit),
            Way::Compared { asked, texts, abreast } => {
                let text = texts.sides[0].get(hypothesis);
                self.places.compare(*asked, text, texts.bound, (abreast, from), |reference, shared| {
                    visit(reference, Some(&[shared]));
                });
            }
            Way::Measured => {}
        }
    }

    fn visit_matches(
        &mut self,
        indices: &[Grams],
        hypothesis: usize,
        from: usize,
        mut visit: impl FnMut(usize, Option<&[u32]>),
    ) {
        let Self { pairs, counts, .. } = self;
        let orders = indices.iter().flat_map(|grams| (0..grams.orders()).map(move |order| (grams, order)));
        counts.resize(orders.clone().count(), Vec::new());
        let mut shared = vec![0; counts.len()];
        let is_long = |length: Length| length.characters.max(length.words) > grams::MOST;
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
    metric: &'a dyn Metric,
    pairs: &'a Pairs,
    row: Vec<f64>,
    scores: Vec<f64>,
    workspace: Workspace,
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
        let references: Vec<_> = pairs.references().get(reference).iter().map(Readable::Read).collect();
        let hypothesis = Readable::Read(&pairs.hypotheses.get(hypothesis)[0]);
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
