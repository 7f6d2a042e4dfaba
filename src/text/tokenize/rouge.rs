//! Runs of a–z and 0–9 in the lower-cased text, stemmed on request. Follows rouge-score 0.1.2 `tokenize.py`.
//!
//! The lower case of two characters beyond ASCII contains a letter a–z: İ (U+0130) becomes `i` and a combining dot, and
//! the Kelvin sign (U+212A) becomes `k`. All other characters beyond ASCII separate tokens.

use super::{Tokenize, Tokens, masks::Marks, masks::cut};
use crate::stop;

#[derive(Clone, Copy, Debug, Default)]
pub struct RougeWords;

impl Tokenize for RougeWords {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(text);
        let mut non_ascii = 0;
        cut_words(tokens, &mut non_ascii);
        if non_ascii != 0
            && let Some(plain) = fold_to_ascii(text)
        {
            tokens.load(&plain);
            cut_words(tokens, &mut non_ascii);
        }
    }
}

#[inline]
fn cut_words(tokens: &mut Tokens, non_ascii: &mut u64) {
    // Setting this bit lower-cases letters and leaves digits unchanged.
    const LOWERCASE: u8 = 0x20;
    cut(tokens, LOWERCASE, |block, _, _| {
        *non_ascii |= block.non_ascii();
        Marks::new(!(block.letters() | block.digits()).mask(), 0)
    });
}

/// The text with İ and the Kelvin sign in lower case, or `None` if it has neither.
fn fold_to_ascii(text: &[u8]) -> Option<Vec<u8>> {
    const DOTTED_I: &[u8] = "\u{130}".as_bytes();
    const KELVIN: &[u8] = "\u{212A}".as_bytes();
    memchr::memchr2_iter(DOTTED_I[0], KELVIN[0], text)
        .find(|&at| text[at..].starts_with(DOTTED_I) || text[at..].starts_with(KELVIN))?;
    let mut plain = stop::with_capacity(text.len());
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        if let Some(after) = rest.strip_prefix(DOTTED_I) {
            // The combining dot separates tokens, so any other separator will do.
            plain.extend_from_slice(b"i ");
            rest = after;
        } else if let Some(after) = rest.strip_prefix(KELVIN) {
            plain.push(b'k');
            rest = after;
        } else {
            plain.push(byte);
            rest = &rest[1..];
        }
    }
    Some(plain)
}
