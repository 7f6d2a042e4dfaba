//! Tests over several folders.

mod pairwise;
