//! Words of any script: the lower-cased text split at the word boundaries of Unicode Standard Annex #29, without the
//! segments that contain no letter or digit. Each Han or Hiragana character is a token, as is usual for ROUGE in
//! Chinese and Japanese.

use super::{Tokenize, Tokens};
use crate::stop;
use crate::text::lowercase::Lowercase;
use unicode_segmentation::UnicodeSegmentation;

#[derive(Clone, Copy, Debug, Default)]
pub struct UnicodeWords {
    pub lowercase: Lowercase,
}

impl Tokenize for UnicodeWords {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        let mut lowered = Vec::new();
        self.lowercase.lower(text, &mut lowered);
        tokens.load(&lowered);
        let mut at = 0;
        let mut countdown = stop::Countdown::default();
        for chunk in lowered.utf8_chunks() {
            for (start, word) in chunk.valid().unicode_word_indices() {
                countdown.step();
                tokens.make_room(1);
                tokens.push(at + start, at + start + word.len(), 0);
            }
            at += chunk.valid().len() + chunk.invalid().len();
        }
    }
}
