//! Sums that do not depend on the order of their terms.

mod split;
mod sum;

pub use split::{LANES, SplitSums, Vector};
pub use sum::ExactSum;
pub(crate) use sum::take;
