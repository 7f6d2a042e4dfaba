//! Samples that `NumPy`'s legacy generator draws.

mod mt19937;
mod sample_sums;

pub use mt19937::{Twister, WORDS};
pub use sample_sums::{Table, sums};
