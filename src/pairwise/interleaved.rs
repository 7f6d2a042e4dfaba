//! Texts in groups of eight of similar length, with interleaved tokens: one vector instruction compares a whole group.

use crate::matching::{Group, LANES};
use crate::pairwise::sequences::TokenSequences;
use crate::stop;
use std::ops::Range;

/// All texts by rank. Ranks are in ascending order of length, and of index for equal lengths.
#[derive(Debug, Default)]
pub struct Interleaved {
    order: Vec<usize>,
    tokens: Vec<[u32; LANES]>,
    /// For each group, the range of its tokens, and the lengths of its texts.
    groups: Vec<(Range<usize>, [usize; LANES])>,
}

impl Interleaved {
    #[must_use]
    pub fn new(texts: &TokenSequences) -> Self {
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&text| texts.get(text).len());
        let mut interleaved = Self::default();
        for members in order.chunks(LANES) {
            let start = interleaved.tokens.len();
            let longest = members.last().map_or(0, |&text| texts.get(text).len());
            stop::resize(&mut interleaved.tokens, start + longest, [0; LANES]);
            let mut lengths = [longest; LANES];
            for (lane, &text) in members.iter().enumerate() {
                let text = texts.get(text);
                lengths[lane] = text.len();
                interleaved.tokens[start..].iter_mut().zip(text).for_each(|(tokens, &token)| tokens[lane] = token);
            }
            interleaved.groups.push((start..start + longest, lengths));
        }
        Self { order, ..interleaved }
    }

    /// The text with this rank.
    #[must_use]
    pub fn text(&self, rank: usize) -> usize {
        self.order[rank]
    }

    /// The groups from the one that contains rank `from`, each with its texts of rank `from` or higher, as pairs (lane,
    /// text).
    pub fn groups(&self, from: usize) -> impl Iterator<Item = (Group<'_>, impl Iterator<Item = (usize, usize)>)> {
        (from / LANES..self.groups.len()).map(move |number| {
            let (range, lengths) = &self.groups[number];
            let first = number * LANES;
            let ranks = from.max(first)..self.order.len().min(first + LANES);
            let members = ranks.map(move |rank| (rank - first, self.order[rank]));
            (Group { tokens: &self.tokens[range.clone()], lengths }, members)
        })
    }
}
