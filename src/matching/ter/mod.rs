//! The edits of TER: insertions, deletions and substitutions of words, and shifts of blocks of words.

mod beam;
mod shifts;

pub use shifts::TerEdits;
