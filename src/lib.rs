//! rapidscore: the numbers language models are judged by.
//!
//! # One idea
//!
//! A metric turns each segment into a **row of statistics**; everything else is a **fold** over rows.
//!
//! ```text
//! text ──tokenize──▶ tokens ──measure──▶ row (k numbers) ──fold──▶ total ──finalise──▶ scores
//! ```
//!
//! One row finalised alone is a segment's score; all rows folded are the corpus' score. Totals merge exactly,
//! whatever the number of threads, chunks or machines, because every sum is exact until it is read.
//!
//! # Where things live
//!
//! A module knows only the modules above it in this list:
//!
//! - `error`, `cpu`: what can go wrong; what depends on the processor
//! - [`parallel`], [`exact`], [`random`]: work on all cores; sums that do not depend on their order; random streams
//! - [`text`]: from bytes to tokens
//! - [`matching`]: what two texts share, and how they differ
//! - [`scoring`]: from segments to rows, totals and scores
//! - [`text_metrics`], [`pairwise`], [`classification`], [`perplexity`], [`resampling`]
//! - `python`: the bindings (feature `python`)
//!
//! # How to add a metric
//!
//! Write one file with a type that implements [`TextMetric`](scoring::TextMetric): name the columns of its row, fill a row from a
//! hypothesis and its references, say what is kept of a text that is read once, finalise a total. Threads, folds,
//! exact merging, files, all pairs and the Python surface then come from the modules above; what remains is one
//! constructor in `python/text_metric.rs`, one dataclass in `python/rapidscore`, and one test file. The laws cover it once it
//! is listed in `tests/metrics.py`. Where a segment score follows from numbers that two texts share
//! ([`Basis`](scoring::Basis)), saying so makes all pairs fast.

pub mod classification;
mod cpu;
mod error;
pub mod exact;
pub mod matching;
pub mod pairwise;
pub mod parallel;
pub mod perplexity;
#[cfg(feature = "python")]
mod python;
pub mod random;
pub mod resampling;
pub mod scoring;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod text;
pub mod text_metrics;

pub use error::Error;
