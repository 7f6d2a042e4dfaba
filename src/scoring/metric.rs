//! What a metric is.

use crate::matching::Edit;
use crate::scoring::prepared::{PreparedText, Role, TextInput};
use crate::scoring::workspace::Workspace;
use std::ops::Range;

/// A column of a metric's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Whether it holds whole numbers only. Their sums are exact in plain `f64` below 2⁵³.
    pub whole: bool,
}

/// How long a text is, in what a metric compares.
#[derive(Clone, Copy, Debug, Default)]
pub struct Length {
    pub characters: usize,
    pub words: usize,
}

/// What a segment score follows from, besides the lengths of the texts. All but [`Texts`](Self::Texts) is the same
/// whichever of them is the reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// How many n-grams match, of these orders of characters, then of words. Orders count from 0.
    Matches { characters: Range<usize>, words: Range<usize> },
    /// The length of the longest common subsequence of words.
    Subsequence,
    /// The number of edits that make one text of the other, of characters or words.
    Distance { of_characters: bool },
    /// More than that: texts are measured pair by pair.
    Texts,
}

/// The numbers that a metric makes.
#[derive(Clone, Debug)]
pub struct Shape {
    pub columns: Vec<Column>,
    pub scores: Vec<String>,
    pub segment_scores: usize,
}

/// What folding rows needs to know of a metric: which numbers a row holds, and the scores that follow from them.
pub trait Fold: Send + Sync {
    /// The numbers that it makes.
    fn shape(&self) -> &Shape;

    /// The columns of a row.
    fn columns(&self) -> &[Column] {
        &self.shape().columns
    }

    /// The names of all values that [`finalise`](Self::finalise) gives, those of a segment first.
    fn scores(&self) -> &[String] {
        &self.shape().scores
    }

    /// How many of [`scores`](Self::scores), from the first, are a segment's scores.
    fn segment_scores(&self) -> usize {
        self.shape().segment_scores
    }

    /// Fills `scores`, which may ask for the first few only, from a row or from the sum of many.
    fn finalise(&self, row: &[f64], scores: &mut [f64]);
}

/// A metric of texts: frozen options that turn a hypothesis and its references into a row.
pub trait TextMetric: Fold {
    /// Fills `row` with the statistics of one segment. There is at least one reference.
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    );

    /// What one of the segment scores, by its place among [`scores`](Fold::scores), follows from.
    fn basis(&self, _score: usize) -> Basis {
        Basis::Texts
    }

    /// Fills what [`finalise`](Fold::finalise) needs of a row for this segment score, of one reference, from what the
    /// texts share: the numbers that its [`basis`](Self::basis) names.
    fn fill(&self, _score: usize, _hypothesis: Length, _reference: Length, _shared: &[u32], _row: &mut [f64]) {}

    /// Reads a text, so that it need not be read again whenever it is measured.
    fn prepare(&self, text: &[u8], role: Role, workspace: &mut Workspace) -> PreparedText;

    /// The tokens it sees in a text.
    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>>;

    /// The edits that make the reference of a hypothesis, from the beginning, each with the hypothesis token and the
    /// reference token at which it stands; if that is what the metric counts.
    fn align(
        &self,
        _hypothesis: &[u8],
        _reference: &[u8],
        _workspace: &mut Workspace,
    ) -> Option<Vec<(Edit, usize, usize)>> {
        None
    }

    /// Whether texts may also be given as tokens, as [`given`](crate::text::tokenize::pretokenized) has them.
    fn takes_tokens(&self) -> bool {
        false
    }

    /// Whether a hypothesis looks as if it had been tokenized already, where that would spoil the score.
    fn looks_tokenized(&self, _hypothesis: &[u8]) -> bool {
        false
    }
}
