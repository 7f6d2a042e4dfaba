//! The metrics of texts, one file for each.

pub mod bleu;
pub mod chrf;
pub mod error_rate;
pub mod rouge;
pub mod ter;
