//! Classification: from labels to codes and counts.
//!
//! The row of a segment is (true class, predicted class, weight). Rows are folded into a [`Confusion`], which stores
//! the cells of the confusion matrix that are not empty; scores follow from it as in scikit-learn 1.9. [`multilabel`]
//! folds rows of several labels, and [`ranks`] is for top-k accuracy.
//!
//! ```
//! use rapidscore::classification::{Cells, count_pairs};
//!
//! let (labels, confusion) = count_pairs(&[3, 5, 5], &[3, 5, 3]);
//! assert_eq!(labels, [3, 5]);
//! assert_eq!(confusion.cells, Cells::Counts(vec![((0, 0), 1), ((1, 0), 1), ((1, 1), 1)]));
//! ```

mod class_tally;
mod confusion;
mod count;
mod group_confusions;
mod indicator_tally;
mod label_table;
mod labels;
pub mod multilabel;
pub mod samples;
mod top_k;

pub use class_tally::ClassTally;
pub use confusion::{Cell, Cells, ClassCounts, Confusion};
pub use count::{Groups, MOST_ROWS, class_counts, count_codes, count_equal, count_pairs};
pub use group_confusions::{ClassRows, GroupConfusions};
pub use indicator_tally::{IndicatorSums, IndicatorTally};
pub use label_table::{LabelTable, read_table};
pub use labels::{DistinctStrings, IntegerLabel, encode, number_rows};
pub use top_k::ranks;
