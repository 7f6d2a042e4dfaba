//! The words of chrF++: split at white space, with one punctuation mark split off the end of each word, or else off its
//! beginning. Follows sacrebleu 2.6.0 `CHRF._remove_punctuation`.

use super::{Tokenize, Tokens, whitespace::Whitespace};

#[derive(Clone, Copy, Debug, Default)]
pub struct ChrfWords;

impl Tokenize for ChrfWords {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        Whitespace.tokenize(text, tokens);
        tokens.split(|word| match word {
            [.., last] if last.is_ascii_punctuation() => word.len() - 1,
            [first, ..] if first.is_ascii_punctuation() => 1,
            _ => 0,
        });
    }
}
