//! TER, the translation edit rate: edits, including shifts of blocks of words, divided by the reference length. Row:
//! [edits, mean reference length]. Follows sacrebleu 2.6.0 `metrics/ter.py`.
//!
//! M. Snover et al., "A study of translation edit rate with targeted human annotation", AMTA 2006.
//!
//! Of several references the one with the fewest edits counts. The length is the mean over all references.

use crate::scoring::{Column, Fold, PreparedText, Role, Shape, TextInput, TextMetric, Workspace, any_large};
use crate::text::tokenize::{TerWords, Tokenize, Tokens};
use crate::text::{Lowercase, Misfit, lowercase, strip_end, without_spaces};

/// TER with its options.
#[derive(Clone, Debug)]
pub struct Ter {
    words: TerWords,
    /// How texts are lower-cased; `None` if case matters.
    lowercase: Option<Lowercase>,
    shape: Shape,
}

impl Ter {
    #[must_use]
    pub fn new(words: TerWords, lowercase: Option<Lowercase>) -> Self {
        let columns = [("edits", true), ("ref_len", false)];
        let columns = columns.map(|(name, whole)| Column { name: name.to_owned(), whole }).into();
        let shape = Shape { columns, scores: vec!["ter".to_owned()], segment_scores: 1 };
        Self { words, lowercase, shape }
    }

    /// The words of a text. Long words are not resolved yet.
    #[inline]
    fn tokenize(&self, text: &[u8], role: Role, lowered: &mut Vec<u8>, tokens: &mut Tokens) {
        let text = lowercase(self.lowercase, strip_end(text), lowered);
        match role {
            Role::Hypothesis => self.words.tokenize(text, tokens),
            Role::Reference => self.words.tokenize_reference(text, tokens),
        }
    }
}

impl Fold for Ter {
    fn shape(&self) -> &Shape {
        &self.shape
    }

    fn finalise(&self, row: &[f64], scores: &mut [f64]) {
        let &[edits, length] = row else { return };
        let rate = if length > 0.0 {
            edits / length
        } else {
            // For an empty reference the rate is 0 if the hypothesis is empty too, else 100 %.
            f64::from(u8::from(edits > 0.0))
        };
        scores.iter_mut().for_each(|score| *score = 100.0 * rate);
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
impl TextMetric for Ter {
    fn measure(
        &self,
        hypothesis: TextInput<'_>,
        references: &[TextInput<'_>],
        workspace: &mut Workspace,
        row: &mut [f64],
    ) {
        let Workspace { hypothesis: tokens, reference, long_words, matcher, ter_edits, text, .. } = workspace;
        long_words.begin(any_large(hypothesis, references));
        let tokenize = |words: &_, tokens: &mut _| self.tokenize(words, Role::Hypothesis, text, tokens);
        let hypothesis = hypothesis.words(tokens, long_words, tokenize);
        let (mut fewest, mut length) = (u64::MAX, 0);
        for reference_text in references {
            let tokenize = |words: &_, tokens: &mut _| self.tokenize(words, Role::Reference, text, tokens);
            matcher.number(hypothesis, reference_text.words(reference, long_words, tokenize));
            fewest = fewest.min(ter_edits.edits(&matcher.hypothesis, &matcher.reference, matcher.distinct));
            length += matcher.reference.len();
        }
        row.copy_from_slice(&[fewest as f64, length as f64 / references.len() as f64]);
    }

    fn prepare(&self, text: &[u8], role: Role, workspace: &mut Workspace) -> PreparedText {
        let Workspace { hypothesis: tokens, text: lowered, .. } = workspace;
        self.tokenize(text, role, lowered, tokens);
        PreparedText { tokens: tokens.save(), ..PreparedText::default() }
    }

    fn tokens(&self, text: &[u8]) -> Vec<Vec<u8>> {
        let mut tokens = Tokens::default();
        self.tokenize(text, Role::Hypothesis, &mut Vec::new(), &mut tokens);
        tokens.to_bytes()
    }

    fn misfit(&self, text: &[u8]) -> Option<Misfit> {
        let is_split = self.words.normalized && self.words.asian_support;
        without_spaces(text, |script| is_split && matches!(script, Misfit::Chinese | Misfit::Japanese))
    }
}
