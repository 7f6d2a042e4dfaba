//! The edits of TER: words inserted, deleted and replaced, and blocks of words moved.

pub mod beam;
pub mod shifts;
