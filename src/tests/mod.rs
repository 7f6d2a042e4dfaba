//! Tests over several folders.

mod layers;
mod pairwise;
