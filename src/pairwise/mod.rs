//! The segment scores of all pairs of texts.
//!
//! Each text is read once. What a score depends on (see [`Basis`]) is computed for one hypothesis and all references at
//! a time: n-gram matches from an inverted index (`ngram_index.rs`), subsequences and distances from the positions of
//! the hypothesis' tokens (`kernels.rs`). If this is not enough, or a text is too long, pairs are measured one by one,
//! from the prepared texts. All numbers are whole, and rows are filled and finalised as for single pairs, so the scores
//! have the same bits.
//!
//! What two texts share is symmetric. If texts are compared with each other, it is computed once for both directions.
//!
//! ```
//! use rapidscore::pairwise::PairwiseScores;
//! use rapidscore::scoring::{PreparedTexts, Role, TextMetric, Workspace};
//! use rapidscore::text_metrics::error_rate::{ErrorRate, Normalize, Unit};
//! use std::convert::Infallible;
//! use std::sync::Arc;
//!
//! let metric = ErrorRate::new(Unit::Words, Normalize::default());
//! let mut texts = PreparedTexts::default();
//! for text in ["a b", "a c", "d"] {
//!     texts.push(vec![metric.prepare(text.as_bytes(), Role::Hypothesis, &mut Workspace::default())]);
//! }
//! let pairs = PairwiseScores::new(&metric, 0, Arc::new(texts), None);
//! let mut rates = [0.0; 9];
//! let Ok(()) = pairs.rows(&metric, 0, &mut rates, || Ok::<_, Infallible>(()));
//! assert_eq!(rates, [0.0, 0.5, 2.0, 0.5, 0.0, 2.0, 1.0, 1.0, 0.0]);
//! ```

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
use crate::scoring::{Basis, Length, Misfits, PreparedTexts, TextMetric, Workspace};
use crate::text::Alphabet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use worker::Worker;

/// The number of texts that a thread compares with all others at a time: the scores in one cache line of each of their
/// rows, so that these lines stay in the cache while they are written.
const BLOCK_ROWS: usize = 8;

/// The number of pairs in a job, and of pairs in a job that are measured one by one.
const PAIRS: usize = 1 << 14;
const PAIRS_ONE_BY_ONE: usize = 64;

/// Texts whose pairs are scored by one of a metric's segment scores.
pub struct PairwiseScores {
    score: usize,
    hypotheses: Arc<PreparedTexts>,
    /// `None` if the hypotheses are compared with each other.
    references: Option<Arc<PreparedTexts>>,
    /// The lengths of the hypotheses, then of the references if there are any, as far as the method needs them.
    lengths: Vec<Vec<Length>>,
    method: Method,
    /// Whether scores are cached. This helps BLEU, whose logarithms take most of the time, and whose few distinct
    /// scores recur, because most pairs share little.
    caches_scores: bool,
}

/// How to compute what texts share.
enum Method {
    /// From n-grams of characters, of words, or of both.
    NgramIndex(Vec<NgramIndex>),
    /// From the positions of each hypothesis' tokens, for all references.
    TokenPositions { request: PairRequest, texts: NumberedTexts, interleaved: Interleaved },
    /// Each pair of prepared texts is measured.
    OneByOne,
}

/// The hypotheses, and the references if there are any, as numbered characters or words.
struct NumberedTexts {
    sides: Vec<TokenSequences>,
    /// An upper bound of all numbers.
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

    /// Stores the lengths of all texts.
    fn note(&self, lengths: &mut [Vec<Length>], of: impl Fn(&mut Length) -> &mut usize) {
        for (lengths, texts) in lengths.iter_mut().zip(&self.sides) {
            lengths.iter_mut().zip(texts.iter()).for_each(|(length, text)| *of(length) = text.len());
        }
    }
}

impl PairwiseScores {
    /// Prepares to score texts that were read in their roles. Without references, hypotheses are compared with each
    /// other.
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
        let method = match basis.clone() {
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
                Method::NgramIndex(indices)
            }
            Basis::Subsequence if alone => {
                let texts = NumberedTexts::of_words(&collections);
                texts.note(&mut lengths, |length| &mut length.words);
                Method::TokenPositions { request: PairRequest::Subsequence, interleaved: texts.interleaved(), texts }
            }
            Basis::Distance { of_characters } if alone => {
                let given = collections.iter().flat_map(|texts| texts.first()).any(|reading| reading.pretokenized);
                let texts = if of_characters && !given {
                    NumberedTexts::of_characters(&collections)
                } else {
                    NumberedTexts::of_words(&collections)
                };
                // The units of a distance count as words here, even if they are characters.
                texts.note(&mut lengths, |length| &mut length.words);
                Method::TokenPositions { request: PairRequest::Distance, interleaved: texts.interleaved(), texts }
            }
            _ => Method::OneByOne,
        };
        let caches_scores =
            matches!(basis, Basis::Matches { characters, words } if characters.is_empty() && words.len() > 1);
        Self { score, hypotheses, references, lengths, method, caches_scores }
    }

    /// The numbers of hypotheses and references.
    #[must_use]
    pub fn shape(&self) -> (usize, usize) {
        (self.hypotheses.len(), self.references().len())
    }

    /// Some of the texts that do not suit the metric, for a warning.
    #[must_use]
    pub fn misfits(&self) -> Misfits {
        let mut misfits = self.hypotheses.misfits.clone();
        self.references.iter().for_each(|references| misfits.merge(&references.misfits));
        misfits
    }

    fn references(&self) -> &PreparedTexts {
        self.references.as_ref().unwrap_or(&self.hypotheses)
    }

    /// Fills `output` with the scores of consecutive hypotheses, the first of which is `first`, each with all
    /// references. `check` is called regularly on the calling thread.
    ///
    /// # Errors
    /// The error of `check`, which ends the work.
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
            // SAFETY: both types are 64 bits, and all bit patterns are valid for both. The borrow is exclusive, so
            // nothing reads the memory as f64 at the same time. (Test: `both_directions_score_as_single_pairs_do`.)
            let (before, output, after) = unsafe { output.align_to_mut::<AtomicU64>() };
            if before.is_empty() && after.is_empty() {
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

    /// Fills the whole matrix, both directions of each pair at once.
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
                *ranks = next..texts.min(next + BLOCK_ROWS.max(PAIRS / texts));
                next = ranks.end;
                Ok(ranks.start < ranks.end)
            },
            |ranks, worker| worker.fill_both(ranks.clone(), output),
        )?;
        own.put_back();
        Ok(())
    }

    /// The number of scores in the job that begins at this position of the matrix: whole rows, or part of a row that is
    /// measured pair by pair.
    fn job(&self, start: usize) -> usize {
        let (rows, columns) = self.shape();
        let row = start / columns;
        if row < rows && self.is_measured(row) {
            return PAIRS_ONE_BY_ONE.min(columns - start % columns);
        }
        let most = (row + (PAIRS / columns).max(1)).min(rows);
        columns * (row..most).take_while(|&row| !self.is_measured(row)).count()
    }

    /// Whether a hypothesis is measured with each reference separately.
    fn is_measured(&self, hypothesis: usize) -> bool {
        match &self.method {
            Method::NgramIndex(_) => false,
            Method::TokenPositions { texts, .. } => texts.sides[0].get(hypothesis).len() > kernels::WIDEST,
            Method::OneByOne => true,
        }
    }

    /// The text with this rank. If texts are compared with each other, a text is compared with those of higher rank.
    fn text(&self, rank: usize) -> usize {
        if let Method::TokenPositions { interleaved, .. } = &self.method { interleaved.text(rank) } else { rank }
    }

    /// Whether what is computed for a pair also holds for its other direction.
    fn is_symmetric(&self) -> bool {
        self.references.is_none() && (0..self.hypotheses.len()).all(|text| !self.is_measured(text))
    }

    fn length(&self, side: usize, text: usize) -> Length {
        self.lengths[side.min(self.lengths.len() - 1)][text]
    }
}
