//! The union of longest common subsequences over all pairs of sentences, which `rougeLsum` counts.
//!
//! A reference token is a hit if it is in the longest common subsequence of its sentence and any sentence of the
//! hypothesis. Each hypothesis token is used once. Follows rouge-score 0.1.2 `_summary_level_lcs`.

use crate::matching::lcs::Backtrack;
use crate::matching::ngrams::NgramMatcher;
use crate::stop;
use crate::text::ABSENT;
use crate::text::tokenize::{Tokens, Words};

/// The buffers, which are reused.
#[derive(Debug, Default)]
pub struct UnionLcs {
    backtrack: Backtrack,
    /// For each distinct word of the reference, the number of unused occurrences in the hypothesis.
    unused: Vec<u32>,
    /// The reference tokens of one common subsequence, and for each reference token whether it is in any.
    found: Vec<u32>,
    union: Vec<bool>,
}

impl UnionLcs {
    /// The number of reference tokens that are hits.
    pub fn hits(&mut self, hypothesis: &Tokens, reference: &Tokens, matcher: &mut NgramMatcher) -> u64 {
        let (words, others) = (Words::Plain(hypothesis.in_sentences()), Words::Plain(reference.in_sentences()));
        if let ([_], [_]) = (hypothesis.sentence_ends(), reference.sentence_ends()) {
            // With one sentence each, all tokens are in the one subsequence, so its length is enough.
            return matcher.compare::<true>(words, others, 0, |_, _, _| ());
        }
        let Self { backtrack, unused, found, union } = self;
        matcher.number(words, others);
        backtrack.clear(matcher.distinct);
        unused.clear();
        stop::resize(unused, matcher.distinct, 0);
        for &word in matcher.hypothesis.iter().filter(|&&word| word != ABSENT) {
            unused[word as usize] += 1;
        }
        let mut hits = 0;
        for words in sentences(&matcher.reference, reference.sentence_ends()) {
            union.clear();
            stop::resize(union, words.len(), false);
            for other in sentences(&matcher.hypothesis, hypothesis.sentence_ends()) {
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

/// Splits words into sentences that end at `ends`.
fn sentences<'a>(words: &'a [u32], ends: &'a [usize]) -> impl Iterator<Item = &'a [u32]> {
    ends.iter().scan(0, |start, &end| {
        let sentence = &words[*start..end];
        *start = end;
        Some(sentence)
    })
}
