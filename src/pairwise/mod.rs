//! The segment scores of all texts with all others.
//!
//! Each text is read once. What a score follows from (see [`Basis`]) is computed of one hypothesis and all references
//! at a time: matches of n-grams from lists of who has which ([`grams`](crate::pairwise::ngram_index)), subsequences and distances from
//! the places of the hypothesis' tokens ([`places`]). Where that is not enough, or a text is too long for it, pairs are
//! measured one by one, from what was read. The numbers are whole, and rows are filled and finalised as always, so that
//! scores are those of single pairs to the bit.
//!
//! What two texts share is the same in both directions: where texts are compared with each other, it is computed once
//! and scored twice.

mod interleaved;
mod kernels;
mod ngram_index;
mod sequences;
mod worker;

use crate::pairwise::interleaved::Interleaved;
use crate::pairwise::kernels::PairRequest;
use crate::pairwise::ngram_index::NgramIndex;
use crate::pairwise::sequences::{TokenSequences, WordEncoder, of_characters};
use crate::parallel;
use crate::scoring::{Basis, Length, PreparedTexts, TextMetric, Workspace};
use crate::text::Alphabet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use worker::Worker;

/// A thread scores so many texts with all that follow: the numbers of one line of the cache in each of their rows, so
/// that lines stay there while they are written.
const ROWS: usize = 8;

/// So many pairs are a thread's work at a time; and so many where each is measured for itself.
const PAIRS: usize = 1 << 14;
const MEASURED: usize = 64;

/// Texts that are compared all with all, by one of a metric's segment scores.
pub struct PairwiseScores {
    score: usize,
    hypotheses: Arc<PreparedTexts>,
    /// None where hypotheses are compared with each other and read alike in both roles.
    references: Option<Arc<PreparedTexts>>,
    /// Of the hypotheses, then of the references if these are others; where they are request for.
    lengths: Vec<Vec<Length>>,
    way: Way,
    /// Whether scores are remembered: those of BLEU, whose logarithms take most of the time, while most pairs share
    /// little, so that the same few scores occur again and again.
    remembers: bool,
}

/// How what texts share is computed.
enum Way {
    /// From the n-grams of characters, those of words, or both.
    Matches(Vec<NgramIndex>),
    /// From the places of each hypothesis' tokens, in all references interleaved.
    Compared {
        request: PairRequest,
        texts: NumberedTexts,
        interleaved: Interleaved,
    },
    Measured,
}

/// The hypotheses, and the references if these are others, as characters or as words.
struct NumberedTexts {
    sides: Vec<TokenSequences>,
    /// All numbers are below this one.
    bound: usize,
}

impl NumberedTexts {
    fn of_characters(collections: &[&PreparedTexts]) -> Self {
        let mut characters = Alphabet::default();
        let sides = collections.iter().map(|texts| of_characters(&mut characters, texts.first())).collect();
        Self { sides, bound: characters.bound() }
    }

    fn of_words(collections: &[&PreparedTexts]) -> Self {
        let mut words = WordEncoder::default();
        let sides = collections.iter().map(|texts| words.sequences(texts.first())).collect();
        Self { sides, bound: words.bound() }
    }

    fn grams(&self, orders: Range<usize>) -> NgramIndex {
        NgramIndex::new(&self.sides[0], self.sides.get(1), orders)
    }

    fn interleaved(&self) -> Interleaved {
        Interleaved::new(&self.sides[self.sides.len() - 1])
    }

    /// Notes the lengths of all texts.
    fn note(&self, lengths: &mut [Vec<Length>], of: impl Fn(&mut Length) -> &mut usize) {
        for (lengths, texts) in lengths.iter_mut().zip(&self.sides) {
            lengths.iter_mut().zip(texts.iter()).for_each(|(length, text)| *of(length) = text.len());
        }
    }
}

impl PairwiseScores {
    /// Of texts that were read in their roles. Without references, hypotheses are compared with each other.
    #[must_use]
    pub fn new(
        metric: &dyn TextMetric,
        score: usize,
        hypotheses: Arc<PreparedTexts>,
        references: Option<Arc<PreparedTexts>>,
    ) -> Self {
        let collections: Vec<&PreparedTexts> = [&*hypotheses].into_iter().chain(references.as_deref()).collect();
        let mut lengths: Vec<_> = collections.iter().map(|texts| vec![Length::default(); texts.len()]).collect();
        let alone = collections.iter().all(|texts| texts.alone());
        let basis = metric.basis(score);
        let way = match basis.clone() {
            Basis::Matches { characters, words } if alone => {
                let mut indices = Vec::new();
                if !characters.is_empty() {
                    let texts = NumberedTexts::of_characters(&collections);
                    texts.note(&mut lengths, |length| &mut length.characters);
                    indices.push(texts.grams(characters));
                }
                if !words.is_empty() {
                    let texts = NumberedTexts::of_words(&collections);
                    texts.note(&mut lengths, |length| &mut length.words);
                    indices.push(texts.grams(words));
                }
                Way::Matches(indices)
            }
            Basis::Subsequence if alone => {
                let texts = NumberedTexts::of_words(&collections);
                texts.note(&mut lengths, |length| &mut length.words);
                Way::Compared { request: PairRequest::Subsequence, interleaved: texts.interleaved(), texts }
            }
            Basis::Distance { of_characters } if alone => {
                let given = collections.iter().flat_map(|texts| texts.first()).any(|reading| reading.pretokenized);
                let texts = if of_characters && !given {
                    NumberedTexts::of_characters(&collections)
                } else {
                    NumberedTexts::of_words(&collections)
                };
                // What a distance counts are its words, be they characters.
                texts.note(&mut lengths, |length| &mut length.words);
                Way::Compared { request: PairRequest::Distance, interleaved: texts.interleaved(), texts }
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

    fn references(&self) -> &PreparedTexts {
        self.references.as_ref().unwrap_or(&self.hypotheses)
    }

    /// Fills `output` with the scores of hypotheses from `first` on, each with all references. `check` is request whether
    /// to go on.
    ///
    /// # Errors
    /// What `check` says.
    pub fn rows<E>(
        &self,
        metric: &dyn TextMetric,
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
            // (Test: `both_directions_score_as_single_pairs_do`.)
            let (before, output, behind) = unsafe { output.align_to_mut::<AtomicU64>() };
            if before.is_empty() && behind.is_empty() {
                return self.both(metric, output, check);
            }
        }
        let (mut next, mut rest) = (first * columns, output);
        let mut own = Worker::new(metric, self, Workspace::take());
        parallel::run(
            &mut own,
            || Worker::new(metric, self, Box::default()),
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
        own.put_back();
        Ok(())
    }

    /// Fills all, pairs in both directions at once.
    fn both<E>(
        &self,
        metric: &dyn TextMetric,
        output: &[AtomicU64],
        mut check: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let texts = self.hypotheses.len();
        let mut next = 0;
        let mut own = Worker::new(metric, self, Workspace::take());
        parallel::run(
            &mut own,
            || Worker::new(metric, self, Box::default()),
            |ranks: &mut Range<usize>| {
                check()?;
                *ranks = next..texts.min(next + ROWS.max(PAIRS / texts));
                next = ranks.end;
                Ok(ranks.start < ranks.end)
            },
            |ranks, worker| worker.fill_both(ranks.clone(), output),
        )?;
        own.put_back();
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
            Way::Compared { texts, .. } => texts.sides[0].get(hypothesis).len() > kernels::WIDEST,
            Way::Measured => true,
        }
    }

    /// The text of a rank: where texts are compared with each other, a thread compares one with those of higher ranks.
    fn text(&self, rank: usize) -> usize {
        if let Way::Compared { interleaved, .. } = &self.way { interleaved.text(rank) } else { rank }
    }

    /// Whether what is computed of a pair is that of the pair in the other direction too.
    fn is_symmetric(&self) -> bool {
        self.references.is_none() && (0..self.hypotheses.len()).all(|text| !self.is_measured(text))
    }

    fn length(&self, side: usize, text: usize) -> Length {
        self.lengths[side.min(self.lengths.len() - 1)][text]
    }
}
