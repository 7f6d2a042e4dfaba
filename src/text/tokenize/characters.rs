//! Each character is a token; white space is dropped. Follows sacrebleu 2.6.0 `tokenizer_char`.

use super::{Tokenize, Tokens, masks::cut, whitespace::whitespace};

#[derive(Clone, Copy, Debug, Default)]
pub struct Characters;

impl Tokenize for Characters {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(text);
        cut(tokens, 0, |block, base, text| {
            let mut marks = whitespace(block, base, text);
            // Every byte that is not a continuation byte (0x80–0xBF) begins a character.
            marks.begins = u128::from(!block.within(0x80, 0xBF).mask());
            marks
        });
    }
}
