//! Each Chinese character is a token; the rest is split as in `13a`. Follows sacrebleu 2.6.0 `tokenizer_zh`.

use super::{Tokenize, Tokens, masks::cut, thirteen_a::Boundaries, whitespace::each};
use crate::text::strip_start;

#[derive(Clone, Copy, Debug, Default)]
pub struct Zh;

impl Tokenize for Zh {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        // The reference strips the line here, and unlike in `13a` puts no spaces around it.
        tokens.load(strip_start(text));
        let mut boundaries = Boundaries::new(Some(tokens.length));
        cut(tokens, 0, |block, base, text| {
            let mut marks = boundaries.mark(block, base, text);
            // All ranges are among the characters of three bytes from U+2000 up.
            each(block.within(0xE2, 0xEF).mask(), |at| {
                if let [a, b, c, ..] = text[base + at as usize..]
                    && is_chinese(u32::from(a & 0x0F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F))
                {
                    marks.isolate_character(at, 3);
                }
            });
            marks
        });
    }
}

/// The reference's ranges.
///
/// Two of them were meant for the supplementary planes but are written `\u20000` and `\u2f800`, which Python reads as
/// U+2000 or U+2F80 followed by `0`. Compared as strings, they cover U+2001–U+2A6D and U+2F81–U+2FA1, which include
/// typographic quotes and dashes. We follow the reference so that scores are equal.
fn is_chinese(code_point: u32) -> bool {
    matches!(
        code_point,
        0x2001..=0x2A6D
            | 0x2E80..=0x2EFF
            | 0x2F00..=0x2FDF
            | 0x2FF0..=0x303F
            | 0x3100..=0x312F
            | 0x31A0..=0x31BF
            | 0x31C0..=0x31EF
            | 0x3200..=0x33FF
            | 0x3400..=0x4DB5
            | 0x4E00..=0x9FBB
            | 0xF900..=0xFA2D
            | 0xFA30..=0xFA6A
            | 0xFA70..=0xFAD9
            | 0xFE10..=0xFE1F
            | 0xFE30..=0xFE4F
            | 0xFF00..=0xFFEF
    )
}
