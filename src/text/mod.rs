//! From bytes to tokens.
//!
//! Text is UTF-8 in bytes. A lone surrogate, which a Python `str` may contain, is encoded as its three bytes, so bytes
//! need not be valid UTF-8. This module does what Python's `str` methods do with such bytes ([`strip_end`],
//! [`lowercase`]); [`tokenize`] has the tokenizers, and [`WordTable`] and [`LongWords`] find equal words.
//!
//! ```
//! use rapidscore::text::tokenize::{ThirteenA, Tokenize, Tokens};
//! use rapidscore::text::{strip_end, whitespace_length};
//!
//! assert_eq!(strip_end("a\u{3000}".as_bytes()), b"a");
//! assert_eq!(whitespace_length(b"\tb"), 1);
//!
//! let mut tokens = Tokens::default();
//! ThirteenA.tokenize(b"Hello, world!", &mut tokens);
//! assert_eq!(tokens.to_bytes(), [&b"Hello"[..], b",", b"world", b"!"]);
//! ```

mod alphabet;
mod bytes64;
mod lowercase;
mod misfit;
mod porter;
pub mod tokenize;
mod vocabulary;

pub use alphabet::Alphabet;
pub use lowercase::{Lowercase, lowercase};
pub use misfit::{Misfit, beginning, other_letters, without_spaces};
pub use porter::{Stems, stem};
pub use vocabulary::{ABSENT, LongWords, TABLE_WORDS, WordNumbers, WordTable};

/// Texts must be shorter than this number of bytes, because positions in them are stored in 32 bits.
pub const MAX_TEXT: usize = 0xFFFF_0000;

/// The length in bytes of the white-space character (`str.isspace()`) that `text` begins with, or 0.
#[inline]
#[must_use]
pub fn whitespace_length(text: &[u8]) -> u32 {
    match text {
        [0x09..=0x0D | 0x1C..=0x20, ..] => 1,
        // U+0085, U+00A0
        [0xC2, 0x85 | 0xA0, ..] => 2,
        // U+1680; U+2000–200A, U+2028, U+2029, U+202F; U+205F; U+3000
        [0xE1, 0x9A, 0x80, ..]
        | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..]
        | [0xE2, 0x81, 0x9F, ..]
        | [0xE3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// The length in bytes of the white-space character that `text` ends with, or 0.
#[must_use]
pub fn whitespace_length_at_end(text: &[u8]) -> usize {
    let starts = (1..=3).filter_map(|length| text.len().checked_sub(length));
    let start = starts.into_iter().find(|&at| at + whitespace_length(&text[at..]) as usize == text.len());
    start.map_or(0, |at| text.len() - at)
}

/// The text without the white space at its end, as `str.rstrip()` returns it.
#[inline]
#[must_use]
pub fn strip_end(mut text: &[u8]) -> &[u8] {
    // Nearly every text ends in a visible ASCII character and skips the loop.
    while text.last().is_some_and(|&last| last <= 0x20 || last >= 0x80) {
        match whitespace_length_at_end(text) {
            0 => break,
            length => text = &text[..text.len() - length],
        }
    }
    text
}

/// The text without the white space at its beginning, as `str.lstrip()` returns it.
#[must_use]
pub fn strip_start(mut text: &[u8]) -> &[u8] {
    loop {
        match whitespace_length(text) {
            0 => return text,
            n => text = &text[n as usize..],
        }
    }
}

/// The characters of a text, each as its bytes.
pub fn characters(mut text: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let length = if text.is_empty() { return None } else { decode(text).1 };
        let (character, after) = text.split_at(length);
        text = after;
        Some(character)
    })
}

/// The code point that `text` begins with, and its length in bytes. `text` must not be empty.
#[inline]
#[must_use]
pub fn decode(text: &[u8]) -> (u32, usize) {
    let low = |i: usize| text.get(i).map_or(0, |&byte| u32::from(byte & 0x3F));
    let first = u32::from(text[0]);
    match text[0] {
        0..=0x7F => (first, 1),
        0x80..=0xDF => ((first & 0x1F) << 6 | low(1), 2),
        0xE0..=0xEF => ((first & 0x0F) << 12 | low(1) << 6 | low(2), 3),
        0xF0.. => ((first & 0x07) << 18 | low(1) << 12 | low(2) << 6 | low(3), 4),
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, strip_end, strip_start, whitespace_length};

    #[test]
    fn white_space_is_pythons() {
        for code_point in 0..=0x10_FFFF {
            let Some(character) = char::from_u32(code_point) else { continue };
            // Python counts the four separators of ASCII as white space, in addition to Unicode's White_Space.
            let python = character.is_whitespace() || ('\u{1C}'..='\u{1F}').contains(&character);
            let text = character.to_string();
            let expected = if python { text.len() } else { 0 };
            assert_eq!(whitespace_length(text.as_bytes()) as usize, expected, "U+{code_point:04X}");
            assert_eq!(strip_end(text.as_bytes()).len(), text.len() - expected, "U+{code_point:04X}");
            assert_eq!(strip_start(text.as_bytes()).len(), text.len() - expected, "U+{code_point:04X}");
            assert_eq!(decode(text.as_bytes()), (code_point, text.len()));
        }
    }
}
