//! Lower case, equal to Python's.

use crate::stop;
use std::ops::Range;

/// The length, in bytes, of texts before which a check for the end of the call costs next to nothing.
const POLL_BYTES: usize = 1 << 16;

/// `str.lower()` of one version of Unicode. Python's version, and so the reference implementation's, may be older than
/// Rust's.
#[derive(Clone, Copy, Debug)]
pub struct Lowercase {
    /// The major version of Unicode.
    pub unicode: u8,
}

impl Default for Lowercase {
    fn default() -> Self {
        Self { unicode: u8::MAX }
    }
}

/// The text in lower case, written to `lowered`, or the text itself if `lowercase` is `None`.
#[inline]
#[must_use]
pub fn lowercase<'a>(lowercase: Option<Lowercase>, text: &'a [u8], lowered: &'a mut Vec<u8>) -> &'a [u8] {
    match lowercase {
        Some(lowercase) => {
            lowercase.lower(text, lowered);
            lowered
        }
        None => text,
    }
}

impl Lowercase {
    /// Replaces the content of `lowered` with the lower case of `text`.
    pub fn lower(self, text: &[u8], lowered: &mut Vec<u8>) {
        lowered.clear();
        if text.len() > POLL_BYTES {
            stop::poll();
        }
        stop::reserve(lowered, text.len());
        if text.is_ascii() {
            lowered.extend(text.iter().map(u8::to_ascii_lowercase));
            return;
        }
        // Surrogates, and characters unknown to this version of Unicode, stay unchanged. They have no case, so a text
        // may be split at them without changing the rule for the final sigma.
        // A piece in lower case may be longer, and is made before it is appended.
        stop::probe(3 * text.len());
        for chunk in text.utf8_chunks() {
            let valid = chunk.valid();
            let mut rest = 0;
            for unknown in self.unknown(valid) {
                lowered.extend_from_slice(valid[rest..unknown.start].to_lowercase().as_bytes());
                lowered.extend_from_slice(&valid.as_bytes()[unknown.clone()]);
                rest = unknown.end;
            }
            lowered.extend_from_slice(valid[rest..].to_lowercase().as_bytes());
            lowered.extend_from_slice(chunk.invalid());
        }
    }

    /// The byte ranges of characters that this version of Unicode does not have.
    fn unknown(self, text: &str) -> impl Iterator<Item = Range<usize>> {
        let newer = move |character| {
            let after = NEWER.partition_point(|&(_, first, _)| first <= character);
            NEWER[..after].last().is_some_and(|&(since, _, last)| since > self.unicode && character <= last)
        };
        text.char_indices()
            .filter(move |&(_, character)| newer(character))
            .map(|(at, character)| at..at + character.len_utf8())
    }
}

/// Characters that matter for lower-casing, as letters with a lower case or in the rule for the final sigma, but are
/// newer than Unicode 14, the version of the oldest supported Python. Each range comes with the version that added it.
/// An older Python sees them as unassigned.
///
/// Two older characters changed their property beside a capital sigma: U+0295 was a lower-case letter before Unicode
/// 17, and U+1171E was a mark that the rule skipped before Unicode 16. These two differences remain.
#[rustfmt::skip]
const NEWER: [(u8, char, char); 53] = [
    (16, '\u{897}', '\u{897}'),
    (15, '\u{ECE}', '\u{ECE}'),
    (17, '\u{1ACF}', '\u{1ADD}'),
    (17, '\u{1AE0}', '\u{1AEB}'),
    (16, '\u{1C89}', '\u{1C8A}'),
    (16, '\u{A7CB}', '\u{A7CD}'),
    (17, '\u{A7CE}', '\u{A7CF}'),
    (17, '\u{A7D2}', '\u{A7D2}'),
    (17, '\u{A7D4}', '\u{A7D4}'),
    (16, '\u{A7DA}', '\u{A7DC}'),
    (17, '\u{A7F1}', '\u{A7F1}'),
    (16, '\u{10D4E}', '\u{10D4E}'),
    (16, '\u{10D50}', '\u{10D65}'),
    (16, '\u{10D69}', '\u{10D6D}'),
    (16, '\u{10D6F}', '\u{10D85}'),
    (17, '\u{10EC5}', '\u{10EC5}'),
    (17, '\u{10EFA}', '\u{10EFB}'),
    (16, '\u{10EFC}', '\u{10EFC}'),
    (15, '\u{10EFD}', '\u{10EFF}'),
    (15, '\u{11241}', '\u{11241}'),
    (16, '\u{113BB}', '\u{113C0}'),
    (16, '\u{113CE}', '\u{113CE}'),
    (16, '\u{113D0}', '\u{113D0}'),
    (16, '\u{113D2}', '\u{113D2}'),
    (16, '\u{113E1}', '\u{113E2}'),
    (17, '\u{11B60}', '\u{11B60}'),
    (17, '\u{11B62}', '\u{11B64}'),
    (17, '\u{11B66}', '\u{11B66}'),
    (17, '\u{11DD9}', '\u{11DD9}'),
    (15, '\u{11F00}', '\u{11F01}'),
    (15, '\u{11F36}', '\u{11F3A}'),
    (15, '\u{11F40}', '\u{11F40}'),
    (15, '\u{11F42}', '\u{11F42}'),
    (16, '\u{11F5A}', '\u{11F5A}'),
    (15, '\u{13439}', '\u{13440}'),
    (15, '\u{13447}', '\u{13455}'),
    (16, '\u{1611E}', '\u{16129}'),
    (16, '\u{1612D}', '\u{1612F}'),
    (16, '\u{16D40}', '\u{16D42}'),
    (16, '\u{16D6B}', '\u{16D6C}'),
    (17, '\u{16EA0}', '\u{16EB8}'),
    (17, '\u{16EBB}', '\u{16ED3}'),
    (17, '\u{16FF2}', '\u{16FF3}'),
    (15, '\u{1DF25}', '\u{1DF2A}'),
    (15, '\u{1E030}', '\u{1E06D}'),
    (15, '\u{1E08F}', '\u{1E08F}'),
    (15, '\u{1E4EB}', '\u{1E4EF}'),
    (16, '\u{1E5EE}', '\u{1E5EF}'),
    (17, '\u{1E6E3}', '\u{1E6E3}'),
    (17, '\u{1E6E6}', '\u{1E6E6}'),
    (17, '\u{1E6EE}', '\u{1E6EF}'),
    (17, '\u{1E6F5}', '\u{1E6F5}'),
    (17, '\u{1E6FF}', '\u{1E6FF}'),
];

#[cfg(test)]
mod tests {
    use super::Lowercase;

    fn lower(unicode: u8, text: &[u8]) -> Vec<u8> {
        let mut lowered = Vec::new();
        Lowercase { unicode }.lower(text, &mut lowered);
        lowered
    }

    #[test]
    fn unknown_characters_keep_their_case() {
        let surrogate = b"A\xED\xA0\x80\xCE\xA3";
        assert_eq!(lower(14, surrogate), b"a\xED\xA0\x80\xCF\x83");
        let garay = "\u{10D50}\u{C4}";
        assert_eq!(lower(15, garay.as_bytes()), "\u{10D50}\u{E4}".as_bytes());
        assert_eq!(lower(16, garay.as_bytes()), "\u{10D70}\u{E4}".as_bytes());
        assert_eq!(lower(14, "ΟΔΟΣ ΟΔΟΣ.".as_bytes()), "οδος οδος.".as_bytes());
    }
}
