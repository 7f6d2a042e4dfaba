//! What a metric is: [`Fold`] for its rows and scores, [`TextMetric`] for how texts become rows.

use crate::matching::Edit;
use crate::scoring::prepared::{PreparedText, Role, TextInput};
use crate::scoring::workspace::Workspace;
use crate::text::Misfit;
use std::ops::Range;

/// A column of a metric's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Whether all values are whole numbers. Their sums are exact in plain `f64` below 2⁵³.
    pub whole: bool,
}

/// The length of a text in the units that a metric compares.
#[derive(Clone, Copy, Debug, Default)]
pub struct Length {
    pub characters: usize,
    pub words: usize,
}

/// What a segment score depends on, besides the lengths of the texts. All variants but [`Texts`](Self::Texts) are
/// symmetric in the two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The numbers of matching n-grams of these orders of characters and of words. Orders count from 0.
    Matches { characters: Range<usize>, words: Range<usize> },
    /// The length of the longest common subsequence of words.
    Subsequence,
    /// The edit distance of characters or of words.
    Distance { of_characters: bool },
    /// More than that, so texts are measured pair by pair.
    Texts,
}

/// The columns and scores of a metric.
#[derive(Clone, Debug)]
pub struct Shape {
    pub columns: Vec<Column>,
    pub scores: Vec<String>,
    pub segment_scores: usize,
}

/// What folding rows needs to know of a metric: the columns of a row, and the scores that follow from it.
pub trait Fold: Send + Sync {
    /// The columns and scores.
    fn shape(&self) -> &Shape;

    /// The columns of a row.
    fn columns(&self) -> &[Column] {
        &self.shape().columns
    }

    /// The names of all values that [`finalise`](Self::finalise) computes; the scores of a segment come first.
    fn scores(&self) -> &[String] {
        &self.shape().scores
    }

    /// The number of [`scores`](Self::scores), from the first, that a segment has.
    fn segment_scores(&self) -> usize {
        self.shape().segment_scores
    }

    /// Computes scores from a row or from the sum of rows. `scores` may be shorter than [`scores`](Self::scores), to
    /// get only the first ones.
    fn finalise(&self, row: &[f64], scores: &mut [f64]);
}

/// A metric of texts: immutable options that turn a hypothesis and its references into a row.
pub trait TextMetric: Fold {
    /// Fills `row` with the statistics of one segment, which has at least one reference.
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    );

    /// What a segment score depends on. `score` is its index in [`scores`](Fold::scores).
    fn basis(&self, _score: usize) -> Basis {
        Basis::Texts
    }

    /// Fills the columns that [`finalise`](Fold::finalise) needs for this segment score, for one reference. `shared`
    /// holds the numbers that [`basis`](Self::basis) names.
    fn fill(&self, _score: usize, _hypothesis: Length, _reference: Length, _shared: &[u32], _row: &mut [f64]) {}

    /// Reads a text once, so that it can be measured many times.
    fn prepare(&self, text: &[u8], role: Role, workspace: &mut Workspace) -> PreparedText;

    /// The tokens of a text.
    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>>;

    /// The edits from the hypothesis to the reference, in order, each with the positions of the hypothesis token and
    /// the reference token; `None` if the metric does not count edits.
    fn align(
        &self,
        _hypothesis: &[u8],
        _reference: &[u8],
        _workspace: &mut Workspace,
    ) -> Option<Vec<(Edit, usize, usize)>> {
        None
    }

    /// Whether a text may always be a list of tokens too, in the format of
    /// [`pretokenized`](crate::text::tokenize::pretokenized).
    fn takes_tokens(&self) -> bool {
        false
    }

    /// Whether a hypothesis looks as if it was tokenized already, if that changes the score.
    fn looks_tokenized(&self, _hypothesis: &[u8]) -> bool {
        false
    }

    /// Why the metric's tokenizer does not suit a text, if it does not.
    fn misfit(&self, _text: &[u8]) -> Option<Misfit> {
        None
    }
}
