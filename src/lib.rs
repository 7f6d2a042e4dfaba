//! rapidscore: metrics of language models, with scores equal to those of the reference implementations.
//!
//! # The one idea
//!
//! A metric turns each segment into a **row of statistics**; everything else is a **fold** over rows.
//!
//! ```text
//! text ──tokenize──▶ tokens ──measure──▶ row (k numbers) ──fold──▶ total ──finalise──▶ scores
//! ```
//!
//! A single row gives the score of a segment, the sum of all rows the score of a corpus. Totals merge exactly, whatever
//! the number of threads, chunks or machines, because every sum is exact until it is read.
//!
//! # The map
//!
//! The list begins with the lowest layer. A module uses only modules of the layers below it, and none of its own layer;
//! a test keeps it so (`src/tests/layers.rs`).
//!
//! - `error`, `cpu`, `memory`: errors; the code for this processor; memory for when the system has none left
//! - `helpers`, [`stop`]: threads that help with a call; calls that end early
//! - [`parallel`], [`exact`], [`random`]: work on all cores; sums that do not depend on order; streams of random
//!   numbers
//! - [`text`]: from bytes to tokens
//! - [`matching`]: what two texts share, and how they differ
//! - [`scoring`]: from segments to rows, totals and scores
//! - [`text_metrics`]: BLEU, chrF, TER, ROUGE, WER and CER; [`pairwise`]: scores of all pairs of texts;
//!   [`classification`]: counts of labels; [`perplexity`]: likelihoods of tokens; [`resampling`]: the bootstrap and
//!   approximate randomization
//! - `python`: the bindings (feature `python`)
//!
//! # How to add a metric of texts
//!
//! - `src/text_metrics/NAME.rs`: a type that implements [`Fold`](scoring::Fold) and
//!   [`TextMetric`](scoring::TextMetric). Name the columns of its row, fill a row from a hypothesis and its references,
//!   prepare a text that is measured many times, and compute the scores of a total. If a segment score depends only on
//!   numbers that two texts share ([`Basis`](scoring::Basis)), implement `basis` and `fill`, which makes all pairs
//!   fast.
//! - `src/text_metrics/mod.rs`: `pub mod NAME;`.
//! - `src/python/options.rs` and `src/python/text_metric.rs`: a constructor, and its declaration in
//!   `python/rapidscore/_core.pyi`.
//! - `src/tests/pairwise.rs`: the metric in the list, if it has a basis.
//!
//! Threads, folds, exact merging, files and all pairs then work without further code. What Python needs is in the guide
//! for contributors.
//!
//! ```
//! use rapidscore::exact::ExactSum;
//!
//! let mut total = ExactSum::default();
//! [0.1; 10].into_iter().for_each(|value| total.add(value));
//! assert_eq!(total.value(), 1.0);
//! ```

pub mod classification;
mod cpu;
mod error;
pub mod exact;
mod helpers;
pub mod matching;
mod memory;
pub mod pairwise;
pub mod parallel;
pub mod perplexity;
#[cfg(feature = "python")]
mod python;
pub mod random;
pub mod resampling;
pub mod scoring;
pub mod stop;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod text;
pub mod text_metrics;

pub use error::Error;

#[cfg(feature = "python")]
#[global_allocator]
static ALLOCATOR: memory::Allocator = memory::Allocator;
