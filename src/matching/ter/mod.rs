//! The edits of TER: words inserted, deleted and replaced, and blocks of words moved.

mod beam;
mod shifts;

pub use shifts::TerEdits;
