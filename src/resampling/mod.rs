//! Resampling of rows: the bootstrap for confidence intervals, approximate randomization and permutations of groups for
//! significance tests, and the samples of rouge-score's aggregator.
//!
//! ```
//! use rapidscore::resampling::bootstrap::{Grouped, Sums, fold};
//! use std::convert::Infallible;
//!
//! let rows = [1.0, 2.0, 3.0, 4.0];
//! let grouped = Grouped { rows: &rows, columns: 1, order: None, group_ends: &[4] };
//! let (mut sums, mut counts) = ([0.0; 100], [0; 100]);
//! let samples = Sums { rows: &mut sums, counts: &mut counts };
//! let Ok(()) = fold(grouped, 7, 0, samples, || Ok::<_, Infallible>(()));
//! assert!(sums.iter().all(|sum| (4.0..=16.0).contains(sum)));
//! ```

pub mod bootstrap;
pub mod numpy;
pub mod permutation;
pub mod randomization;
