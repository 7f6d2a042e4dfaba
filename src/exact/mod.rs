//! Sums that do not depend on the order of their terms.
//!
//! [`ExactSum`] sums doubles as if in unlimited precision and rounds once. [`SplitSums`] splits rows so that plain
//! additions give the same result, for many sums over the same rows.
//!
//! ```
//! use rapidscore::exact::ExactSum;
//!
//! let mut sum = ExactSum::default();
//! [1e100, 1.0, -1e100].into_iter().for_each(|value| sum.add(value));
//! assert_eq!(sum.value(), 1.0);
//! ```

mod compact;
mod split;
mod sum;

pub use compact::CompactSum;
pub use split::{LANES, Ranges, SplitSums, Vector};
pub use sum::ExactSum;
pub(crate) use sum::take;
