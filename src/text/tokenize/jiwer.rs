//! The words of the word error rate. Follows the default transformation of jiwer 4.0.0.
//!
//! It replaces two or more white-space characters with a space and splits at spaces. A single tab or newline is
//! therefore part of a word.

use super::{Tokenize, Tokens, masks::cut, whitespace::whitespace};
use crate::text::{strip_end, strip_start, whitespace_length, whitespace_length_at_end};

#[derive(Clone, Copy, Debug, Default)]
pub struct JiwerWords;

impl Tokenize for JiwerWords {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(strip_start(strip_end(text)));
        let length = tokens.length;
        cut(tokens, 0, |block, base, text| {
            let mut marks = whitespace(block, base, text);
            let text = &text[..length];
            let mut others = marks.separators & !u128::from(block.equal(b' ').mask());
            while others != 0 {
                let at = others.trailing_zeros();
                let start = base + at as usize;
                let size = whitespace_length(&text[start..]);
                others &= !(((1 << size) - 1) << at);
                let joined = whitespace_length_at_end(&text[..start]) > 0
                    || whitespace_length(&text[start + size as usize..]) > 0;
                if !joined {
                    marks.separators &= !(((1 << size) - 1) << at);
                }
            }
            marks
        });
    }
}
