//! Samples drawn by `NumPy`'s legacy generator, with the same results to the bit.

mod mt19937;
mod sample_sums;

pub use mt19937::{Mt19937, WORDS};
pub use sample_sums::{ValueTable, sums};
