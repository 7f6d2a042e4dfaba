//! Rows drawn or exchanged at random.

pub mod bootstrap;
pub mod numpy;
pub mod randomization;
