//! Tokens that were found elsewhere, by a function or a tokenizer of the user, one after another in one buffer.
//!
//! The bytes 0xF8–0xFF never occur in UTF-8, so they serve as marks: 0xFF ends a token; 0xFD, if present, separates the
//! tokens of the whole text from the tokens of its sentences; 0xFE ends a sentence. A token that was a number is
//! written in hexadecimal after 0xFC. Where both texts and tokens are accepted, 0xFB marks tokens.

use super::{Tokenize, Tokens};

pub const END_OF_TOKEN: u8 = 0xFF;
pub const END_OF_SENTENCE: u8 = 0xFE;
pub const BEGIN_SENTENCES: u8 = 0xFD;
pub const NUMBER: u8 = 0xFC;
pub const TOKENS: u8 = 0xFB;

#[derive(Clone, Copy, Debug, Default)]
pub struct Pretokenized;

impl Tokenize for Pretokenized {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(text);
        let mut start = 0;
        for at in memchr::memchr3_iter(END_OF_TOKEN, END_OF_SENTENCE, BEGIN_SENTENCES, text) {
            tokens.make_room(1);
            match text[at] {
                END_OF_TOKEN => tokens.push(start, at, 0),
                END_OF_SENTENCE => tokens.sentences.push(tokens.in_sentences().len()),
                _ => tokens.whole = Some(tokens.count),
            }
            start = at + 1;
        }
    }
}
