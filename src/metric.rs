//! What a metric is, and the buffers it measures with.

use crate::characters::Characters;
use crate::edit::{Edit, Edits};
use crate::lanes::Lanes;
use crate::overlap::Alignment;
use crate::stem::Stems;
use crate::summary::Summary;
use crate::ter::shifts::Shifts;
use crate::tokenize::Tokens;
use crate::vocabulary::LongWords;
use std::cell::Cell;

/// A column of a metric's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// Whether it holds whole numbers only. Their sums are exact in plain `f64` below 2⁵³.
    pub whole: bool,
}

/// A metric: frozen options that turn segments into rows and folded rows into scores.
pub trait Metric: Send + Sync {
    /// The columns of a row.
    fn columns(&self) -> &[Column];

    /// The names of all values that [`finalise`](Self::finalise) gives, those of a segment first.
    fn scores(&self) -> &[String];

    /// How many of [`scores`](Self::scores), from the first, are a segment's scores.
    fn segment_scores(&self) -> usize;

    /// Fills `row` with the statistics of one segment. There is at least one reference.
    fn measure(&self, hypothesis: &[u8], references: &[&[u8]], workspace: &mut Workspace, row: &mut [f64]);

    /// Fills `scores`, which may ask for the first few only, from a row or from the sum of many.
    fn finalise(&self, row: &[f64], scores: &mut [f64]);

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

    /// Whether texts may also be given as tokens, as [`given`](crate::tokenize::given) has them.
    fn takes_tokens(&self) -> bool {
        false
    }

    /// Whether a hypothesis looks as if it had been tokenized already, where that would spoil the score.
    fn looks_tokenized(&self, _hypothesis: &[u8]) -> bool {
        false
    }
}

/// The buffers of one thread, kept from segment to segment so that measuring allocates nothing.
#[derive(Debug, Default)]
pub struct Workspace {
    pub hypothesis: Tokens,
    pub reference: Tokens,
    pub long_words: LongWords,
    pub alignment: Alignment,
    pub characters: Characters,
    pub lanes: Lanes,
    pub stems: Stems,
    pub summary: Summary,
    pub shifts: Shifts,
    pub edits: Edits,
    /// Changed copies of a text: lowercased, and otherwise rewritten.
    pub text: Vec<u8>,
    pub rewritten: Vec<u8>,
    pub marks: Vec<u64>,
    /// What is counted of one reference of several.
    pub counts: Vec<u64>,
    pub row: Vec<f64>,
}

thread_local! {
    /// The workspace of the last call on this thread, so that small calls need not make one.
    static SPARE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
}

/// What a long text leaves behind is given back to the system.
const SPARE_BYTES: usize = 1 << 20;

impl Workspace {
    /// The calling thread's workspace.
    #[must_use]
    pub fn take() -> Box<Self> {
        SPARE.take().unwrap_or_default()
    }

    /// Gives the workspace back to the calling thread.
    pub fn put_back(self: Box<Self>) {
        let texts = self.hypothesis.size() + self.reference.size() + self.characters.size();
        let compared = self.alignment.size() + self.lanes.size() + self.shifts.size() + self.edits.size();
        if texts + compared + self.marks.capacity() * size_of::<u64>() <= SPARE_BYTES {
            SPARE.set(Some(self));
        }
    }
}
