//! Slow and obvious implementations to compare with.

mod rows;
pub mod sums;
pub mod tokenize;

pub use rows::row;
