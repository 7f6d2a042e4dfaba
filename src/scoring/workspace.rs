//! The buffers in which metrics measure.

use crate::matching::{CharNgramMatcher, Levenshtein, NgramMatcher, TerEdits, UnionLcs};
use crate::text::tokenize::Tokens;
use crate::text::{Alphabet, LongWords, Stems};
use std::cell::Cell;

/// The buffers of one thread, which are reused so that measuring allocates nothing.
#[derive(Debug, Default)]
pub struct Workspace {
    pub hypothesis: Tokens,
    pub reference: Tokens,
    pub long_words: LongWords,
    pub matcher: NgramMatcher,
    pub alphabet: Alphabet,
    pub char_ngrams: CharNgramMatcher,
    pub stems: Stems,
    pub union_lcs: UnionLcs,
    pub ter_edits: TerEdits,
    pub levenshtein: Levenshtein,
    /// Copies of a text: lower-cased, and rewritten in other ways.
    pub text: Vec<u8>,
    pub rewritten: Vec<u8>,
    pub marks: Vec<u8>,
    /// The counts for one of several references.
    pub counts: Vec<u64>,
    pub row: Vec<f64>,
}

thread_local! {
    /// The workspace of the last call on this thread, so that small calls need not allocate one.
    static SPARE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
}

/// A workspace larger than this is freed instead of kept.
const SPARE_BYTES: usize = 1 << 20;

impl Workspace {
    /// The workspace of the calling thread, or a new one.
    #[must_use]
    pub fn take() -> Box<Self> {
        SPARE.take().unwrap_or_default()
    }

    /// Keeps the workspace for the next call on this thread.
    pub fn put_back(self: Box<Self>) {
        let texts = self.hypothesis.size() + self.reference.size() + self.alphabet.size();
        let compared = self.matcher.size() + self.char_ngrams.size() + self.ter_edits.size() + self.levenshtein.size();
        if texts + compared + self.marks.capacity() <= SPARE_BYTES {
            SPARE.set(Some(self));
        }
    }
}
