//! What two texts share, and how they differ: n-grams ([`NgramMatcher`], [`CharNgramMatcher`]), longest common
//! subsequences ([`lcs_length`], [`UnionLcs`]) and edits ([`Levenshtein`], [`TerEdits`]).
//!
//! Tokens are numbers, and all but TER use bit-parallel algorithms over bitmaps of token positions.
//!
//! ```
//! use rapidscore::matching::{Levenshtein, lcs_length};
//!
//! let (hypothesis, reference) = ([0, 1, 2, 3], [0, 2, 1, 3]);
//! assert_eq!(lcs_length(&hypothesis, &reference, 4), 3);
//!
//! let counts = Levenshtein::default().count(&hypothesis, &reference, 4);
//! assert_eq!((counts.hits, counts.errors()), (3, 2));
//! ```

mod char_ngrams;
mod gram_table;
mod lanes;
mod lcs;
mod levenshtein;
mod ngrams;
mod ter;
mod union_lcs;

pub use char_ngrams::CharNgramMatcher;
#[cfg(test)]
pub(crate) use gram_table::hashed;
pub(crate) use lanes::{Group, LANES};
pub use lcs::length as lcs_length;
pub(crate) use lcs::lengths as lcs_lengths;
pub(crate) use levenshtein::distances as levenshtein_distances;
pub use levenshtein::{Edit, EditCounts, Levenshtein};
pub use ngrams::{HIGHEST, NgramMatcher};
pub use ter::TerEdits;
pub use union_lcs::UnionLcs;
