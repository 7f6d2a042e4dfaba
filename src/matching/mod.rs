//! What two texts share, and how they differ.

mod char_ngrams;
mod group;
mod lcs;
mod levenshtein;
mod ngrams;
mod ter;
mod union_lcs;

pub use char_ngrams::CharNgramMatcher;
pub(crate) use group::{Group, LANES};
pub use lcs::length as lcs_length;
pub(crate) use lcs::lengths as lcs_lengths;
pub(crate) use levenshtein::distances as levenshtein_distances;
pub use levenshtein::{Edit, EditCounts, Levenshtein};
pub(crate) use ngrams::ABSENT;
#[cfg(test)]
pub(crate) use ngrams::hashed;
pub use ngrams::{HIGHEST, NgramMatcher};
pub use ter::TerEdits;
pub use union_lcs::UnionLcs;
