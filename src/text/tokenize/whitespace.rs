//! Tokens between white space, equal to Python's `str.split()`. Follows sacrebleu 2.6.0 `tokenizer_none`.

use super::{Tokenize, Tokens, masks::Marks, masks::cut};
use crate::text::bytes64::Block;
use crate::text::whitespace_length;

#[derive(Clone, Copy, Debug, Default)]
pub struct Whitespace;

impl Tokenize for Whitespace {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(text);
        cut(tokens, 0, whitespace);
    }
}

/// The marks of the white space in a block.
#[inline]
#[must_use]
pub fn whitespace(block: Block, base: usize, text: &[u8]) -> Marks {
    let mut marks = Marks::new((block.within(0x09, 0x0D) | block.within(0x1C, 0x20)).mask(), 0);
    if block.non_ascii() != 0 {
        // The first bytes of all white-space characters beyond ASCII.
        each((block.equal(0xC2) | block.within(0xE1, 0xE3)).mask(), |at| {
            let length = whitespace_length(&text[base + at as usize..]);
            marks.separate_character(at, length);
        });
    }
    marks
}

/// Calls `visit` with the index of each set bit.
#[inline]
pub fn each(mut mask: u64, mut visit: impl FnMut(u32)) {
    while mask != 0 {
        visit(mask.trailing_zeros());
        mask &= mask - 1;
    }
}
