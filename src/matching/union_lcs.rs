//! What `rougeLsum` counts: the union of longest common subsequences over all pairs of sentences.
//!
//! A reference token is hit when it belongs to the longest common subsequence of its sentence with any sentence of
//! the hypothesis. Each hypothesis token is used once. rouge-score 0.1.2 `_summary_level_lcs`.

use crate::matching::lcs::Backtrack;
use crate::matching::ngrams::{ABSENT, NgramMatcher};
use crate::text::tokenize::Tokens;

/// The buffers, kept from pair to pair.
#[derive(Debug, Default)]
pub struct UnionLcs {
    backtrack: Backtrack,
    /// For each distinct word of the reference: occurrences in the hypothesis that are still unused.
    unused: Vec<u32>,
    /// The reference tokens on one common subsequence, and for each whether it is on any.
    found: Vec<u32>,
    union: Vec<bool>,
}

impl UnionLcs {
    /// The number of reference tokens that are hit.
    pub fn hits(&mut self, hypothesis: &Tokens, reference: &Tokens, alignment: &mut NgramMatcher) -> u64 {
        if let ([_], [_]) = (hypothesis.sentence_ends(), reference.sentence_ends()) {
            // All of it is on the one subsequence, and as often in the hypothesis: its length will do.
            return alignment.compare::<true>(hypothesis.in_sentences(), reference.in_sentences(), 0, |_, _, _| ());
        }
        let Self { backtrack, unused, found, union } = self;
        alignment.number(hypothesis.in_sentences(), reference.in_sentences());
        backtrack.clear(alignment.distinct);
        unused.clear();
        unused.resize(alignment.distinct, 0);
        for &word in alignment.hypothesis.iter().filter(|&&word| word != ABSENT) {
            unused[word as usize] += 1;
        }
        let mut hits = 0;
        for words in sentences(&alignment.reference, reference.sentence_ends()) {
            union.clear();
            union.resize(words.len(), false);
            for other in sentences(&alignment.hypothesis, hypothesis.sentence_ends()) {
                found.clear();
                backtrack.find(other, words, found);
                for &at in &*found {
                    union[at as usize] = true;
                }
            }
            for (&word, _) in words.iter().zip(&*union).filter(|(_, on_any)| **on_any) {
                if unused[word as usize] > 0 {
                    unused[word as usize] -= 1;
                    hits += 1;
                }
            }
        }
        hits
    }
}

/// Cuts words into sentences that end at `ends`.
fn sentences<'a>(words: &'a [u32], ends: &'a [usize]) -> impl Iterator<Item = &'a [u32]> {
    ends.iter().scan(0, |start, &end| {
        let sentence = &words[*start..end];
        *start = end;
        Some(sentence)
    })
}
