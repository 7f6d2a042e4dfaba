//! Classification: from labels to counts.

mod confusion;
mod count;
mod labels;
pub mod multilabel;
mod top_k;

pub use confusion::{Cell, Cells, ClassCounts, Confusion};
pub use count::{MOST_ROWS, class_counts, count_codes, count_equal, count_pairs};
pub use labels::{IntegerLabel, LabelNames, encode, number_rows};
pub use top_k::ranks;
