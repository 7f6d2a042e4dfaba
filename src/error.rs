//! The errors of the crate. Each states what is wrong, the value, its position if there is one, and the remedy.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("unknown {option} {value:?}: choose one of {known}")]
    Unknown { option: &'static str, value: String, known: &'static str },

    #[error("{option} must be {allowed}, got {value}")]
    OutOfRange { option: &'static str, value: String, allowed: &'static str },

    #[error("no segments to score: pass at least one prediction with its references")]
    NoSegments,

    #[error(
        "a total of {found} columns cannot be added to one of {expected}: both must be of the same metric and options"
    )]
    Columns { expected: usize, found: usize },

    #[error("{what} add up to more than {most}, the most that a total holds: keep the totals apart")]
    Overflow { what: String, most: u64 },

    #[error("column {column} would add infinity and minus infinity, which have no sum: keep the totals apart")]
    Infinities { column: usize },

    #[error("these bytes hold no rapidscore total: pass what Total.to_bytes() returned, whole and unchanged")]
    Bytes,

    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },

    #[error("{}, line {line}, byte {byte}: not UTF-8 (0x{value:02x}); convert the file to UTF-8", path.display())]
    NotUtf8 { path: PathBuf, line: u64, byte: usize, value: u8 },

    #[error("{}, line {line}: {length} bytes are too many for one segment: split the line", path.display())]
    LongLine { path: PathBuf, line: u64, length: usize },

    #[error(
        "{} has {lines} lines but {} has {other_lines} lines: line n of each file must belong to the same segment",
        path.display(), other.display()
    )]
    UnequalLines { path: PathBuf, lines: u64, other: PathBuf, other_lines: u64 },
}
