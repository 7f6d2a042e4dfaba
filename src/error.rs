//! The errors of the crate. Each states what is wrong, the value, its position if there is one, and the remedy.

use std::fmt;
use std::path::{Path, PathBuf};

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

    #[error("{}: {source}", shown(path))]
    File { path: PathBuf, source: std::io::Error },

    #[error("{}, line {line}, byte {byte}: not UTF-8 (0x{value:02x}); convert the file to UTF-8", shown(path))]
    NotUtf8 { path: PathBuf, line: u64, byte: usize, value: u8 },

    #[error("{}, line {line}: more than {limit} bytes: split the line, or raise the limit max_line_bytes", shown(path))]
    LongLine { path: PathBuf, line: u64, limit: usize },

    #[error(
        "{} has {lines} lines but {} has {other_lines} lines: line n of each file must belong to the same segment",
        shown(path),
        shown(other)
    )]
    UnequalLines { path: PathBuf, lines: LineCount, other: PathBuf, other_lines: LineCount },
}

/// The number of lines of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineCount {
    All(u64),
    /// The lines that were counted; there are more.
    MoreThan(u64),
}

impl fmt::Display for LineCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(count) => write!(formatter, "{count}"),
            Self::MoreThan(count) => write!(formatter, "more than {count}"),
        }
    }
}

/// A path as text in which control characters are escaped, because a terminal would obey them.
fn shown(path: &Path) -> String {
    let mut text = String::new();
    for character in path.display().to_string().chars() {
        if character.is_control() {
            text.extend(character.escape_default());
        } else {
            text.push(character);
        }
    }
    text
}
