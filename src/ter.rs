//! TER, translation edit rate. Row: [edits, mean reference length]. Follows sacrebleu 2.6.0 `metrics/ter.py`.
//!
//! M. Snover et al., "A study of translation edit rate with targeted human annotation", AMTA 2006.
//!
//! Of several references the one with the fewest edits counts; their lengths are averaged.

mod beam;
pub mod shifts;

use crate::metric::{Column, Metric, Workspace};
use crate::text::{Lowercase, lowercase, strip_end};
use crate::tokenize::{Tokenize, Tokens, ter::Ter as Words};

/// TER with its options.
#[derive(Clone, Debug)]
pub struct Ter {
    words: Words,
    /// How texts are made lower-case; `None` when case matters.
    lowercase: Option<Lowercase>,
    columns: Vec<Column>,
    scores: Vec<String>,
}

impl Ter {
    #[must_use]
    pub fn new(words: Words, lowercase: Option<Lowercase>) -> Self {
        let columns = [("edits", true), ("ref_len", false)];
        let columns = columns.map(|(name, whole)| Column { name: name.to_owned(), whole }).into();
        Self { words, lowercase, columns, scores: vec!["ter".to_owned()] }
    }

    /// A text as it is cut into words.
    #[inline]
    fn prepare<'a>(&self, text: &'a [u8], lowered: &'a mut Vec<u8>) -> &'a [u8] {
        lowercase(self.lowercase, strip_end(text), lowered)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
impl Metric for Ter {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn scores(&self) -> &[String] {
        &self.scores
    }

    fn segment_scores(&self) -> usize {
        1
    }

    fn measure(&self, hypothesis: &[u8], references: &[&[u8]], workspace: &mut Workspace, row: &mut [f64]) {
        let Workspace { hypothesis: tokens, reference, long_words, alignment, shifts, text, .. } = workspace;
        long_words.clear();
        self.words.tokenize(self.prepare(hypothesis, text), tokens);
        long_words.resolve(tokens);
        let (mut fewest, mut length) = (u64::MAX, 0);
        for reference_text in references {
            self.words.tokenize_reference(self.prepare(reference_text, text), reference);
            long_words.resolve(reference);
            alignment.number(tokens.whole_text(), reference.whole_text());
            fewest = fewest.min(shifts.edits(&alignment.hypothesis, &alignment.reference, alignment.distinct));
            length += alignment.reference.len();
        }
        row.copy_from_slice(&[fewest as f64, length as f64 / references.len() as f64]);
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let &[edits, length] = row else { return };
        let rate = if length > 0.0 {
            edits / length
        } else {
            // Nothing was to be said: it is all wrong when something was.
            f64::from(u8::from(edits > 0.0))
        };
        scores.iter_mut().for_each(|score| *score = 100.0 * rate);
    }

    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let mut tokens = Tokens::default();
        self.words.tokenize(self.prepare(text, &mut Vec::new()), &mut tokens);
        tokens.to_bytes()
    }
}
