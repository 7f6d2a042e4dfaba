//! The words of TER. Follows sacrebleu 2.6.0 `TercomTokenizer`.
//!
//! White space separates words. Normalizing and removing punctuation rewrite the text before, one substitution after
//! another, in the reference's order.

use super::{Tokenize, Tokens, whitespace::Whitespace};
use crate::stop;
use crate::text::decode;

/// How a text is rewritten before it is split at white space.
#[derive(Clone, Copy, Debug, Default)]
pub struct TerWords {
    pub normalized: bool,
    pub no_punct: bool,
    /// Whether the other two options also apply to Chinese and Japanese characters.
    pub asian_support: bool,
}

impl Tokenize for TerWords {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        if !self.normalized && !self.no_punct {
            return Whitespace.tokenize(text, tokens);
        }
        // Rewritten texts, of which there are three at a time, may be twice as long.
        stop::probe(6 * text.len());
        // The reference leaves an empty text as it is, and puts spaces around all others.
        let mut text = text.to_vec();
        if self.normalized && !text.is_empty() {
            text = normalize(&text);
            if self.asian_support {
                text = each_character(&text, |character, bytes, out| {
                    let alone = is_asian(character) || is_asian_punctuation(character);
                    let spaces: &[u8] = if alone { b" " } else { b"" };
                    out.extend([spaces, bytes, spaces].concat());
                });
            }
        }
        if self.no_punct {
            text = each_character(&text, |character, bytes, out| {
                let western = bytes.len() == 1 && b".,?:;!\"()".contains(&bytes[0]);
                if !(western || self.asian_support && is_asian_punctuation(character)) {
                    out.extend_from_slice(bytes);
                }
            });
        }
        Whitespace.tokenize(&text, tokens);
    }
}

impl TerWords {
    /// The words of a reference. The reference implementation prepares references twice and hypotheses once, and
    /// normalizing twice may split more.
    pub fn tokenize_reference(&self, text: &[u8], tokens: &mut Tokens) {
        self.tokenize(text, tokens);
        if self.normalized {
            self.tokenize(&tokens.to_bytes().join(&b' '), tokens);
        }
    }
}

/// The general and the Western rules.
fn normalize(text: &[u8]) -> Vec<u8> {
    let mut text = replace(text, b"\n-", b"");
    for (from, to) in [("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")] {
        stop::poll();
        text = replace(&text, from.as_bytes(), to.as_bytes());
    }
    let mut spaced = Vec::with_capacity(2 * text.len());
    for byte in [b" ", &text[..], b" "].concat() {
        // All ASCII punctuation except the apostrophe, comma, hyphen and period.
        if matches!(byte, b'{'..=b'~' | b'['..=b'`' | b' '..=b'&' | b'('..=b'+' | b':'..=b'@' | b'/') {
            spaced.extend([b' ', byte, b' ']);
        } else {
            spaced.push(byte);
        }
    }
    // The rule for the end of the text never applies, because the text ends in a space by now.
    let text = replace(&spaced, b"'s ", b" 's ");
    let text = each_pair(&text, |a, b| (!a.is_ascii_digit() && is_stop(b)).then_some([a, b' ', b, b' ']));
    let text = each_pair(&text, |a, b| (is_stop(a) && !b.is_ascii_digit()).then_some([b' ', a, b' ', b]));
    each_pair(&text, |a, b| (a.is_ascii_digit() && b == b'-').then_some([a, b' ', b, b' ']))
}

fn is_stop(byte: u8) -> bool {
    matches!(byte, b'.' | b',')
}

fn replace(text: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = 0;
    for at in memchr::memmem::find_iter(text, from) {
        out.extend_from_slice(&text[rest..at]);
        out.extend_from_slice(to);
        rest = at + from.len();
    }
    out.extend_from_slice(&text[rest..]);
    out
}

/// Substitutes pairs of adjacent bytes, from left to right; a byte is part of at most one pair. The patterns require
/// ASCII on one side and allow any character on the other, so bytes give the same result as characters.
fn each_pair(text: &[u8], substitute: impl Fn(u8, u8) -> Option<[u8; 4]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * text.len());
    let mut at = 0;
    let mut countdown = stop::Countdown::default();
    while at < text.len() {
        countdown.step();
        if let Some(bytes) = text.get(at + 1).and_then(|&next| substitute(text[at], next)) {
            out.extend(bytes);
            at += 2;
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

fn each_character(text: &[u8], mut visit: impl FnMut(u32, &[u8], &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * text.len());
    let mut rest = text;
    let mut countdown = stop::Countdown::default();
    while !rest.is_empty() {
        countdown.step();
        let (character, length) = decode(rest);
        let (bytes, after) = rest.split_at(length);
        visit(character, bytes, &mut out);
        rest = after;
    }
    out
}

/// Chinese characters, radicals, strokes and compatibility forms. Enclosed letters end at U+32FF, but the reference's
/// range for them ends at U+3F22. Its rules for Kana never match, because they require a text that begins with Kana,
/// and here texts begin with a space.
fn is_asian(code_point: u32) -> bool {
    matches!(
        code_point,
        0x4E00..=0x9FFF
            | 0x3400..=0x4DBF
            | 0x31C0..=0x31EF
            | 0x2E80..=0x2EFF
            | 0x3300..=0x33FF
            | 0xF900..=0xFAFF
            | 0xFE30..=0xFE4F
            | 0x3200..=0x3F22
    )
}

/// Asian and full-width punctuation.
fn is_asian_punctuation(code_point: u32) -> bool {
    matches!(
        code_point,
        0x3001 | 0x3002 | 0x3008..=0x3011 | 0x3014..=0x301F | 0xFF61..=0xFF65 | 0x30FB
            | 0xFF0E | 0xFF0C | 0xFF1F | 0xFF1A | 0xFF1B | 0xFF01 | 0xFF02 | 0xFF08 | 0xFF09
    )
}
