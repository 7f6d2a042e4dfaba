//! What two texts share, and how they differ.

pub mod char_ngrams;
pub mod group;
pub mod lcs;
pub mod levenshtein;
pub mod ngrams;
pub mod ter;
pub mod union_lcs;
