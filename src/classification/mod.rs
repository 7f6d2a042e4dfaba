//! Classification: from labels to counts.

pub mod confusion;
pub mod count;
pub mod labels;
pub mod multilabel;
pub mod top_k;
