//! Samples that `NumPy`'s legacy generator draws.

pub mod mt19937;
pub mod sample_sums;
