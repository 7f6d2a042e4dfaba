//! Words of any script: the lower-cased text split at the word boundaries of Unicode Standard Annex #29. Segments that
//! contain a letter or a digit are tokens, and so are emoji; the others are dropped. Each Han or Hiragana character is a
//! token, as is usual for ROUGE in Chinese and Japanese.
//!
//! An emoji is one token, with all that belongs to it: a flag, a keycap, a modifier such as that of skin, or several
//! emoji joined by U+200D. A segment is an emoji if one of its characters is shown as an emoji by default
//! (`Emoji_Presentation` of Unicode Technical Standard #51) or by U+FE0F after it, or is an emoji of the blocks
//! Miscellaneous Symbols and Dingbats, which many texts have without U+FE0F. Other symbols are dropped like punctuation.

use super::{Tokenize, Tokens};
use crate::stop;
use crate::text::lowercase::Lowercase;
use unicode_properties::UnicodeEmoji;
use unicode_properties::emoji::{EmojiStatus, is_emoji_presentation_selector};
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
            let text = chunk.valid();
            let mut end = 0;
            for (start, word) in text.unicode_word_indices() {
                countdown.step();
                push_emoji(&text[end..start], at + end, tokens, &mut countdown);
                end = start + word.len();
                tokens.make_room(1);
                tokens.push(at + start, at + end, 0);
            }
            push_emoji(&text[end..], at + end, tokens, &mut countdown);
            at += text.len() + chunk.invalid().len();
        }
    }
}

/// Appends the emoji of the text between two words, which begins at `at`.
fn push_emoji(text: &str, at: usize, tokens: &mut Tokens, countdown: &mut stop::Countdown) {
    if text.is_ascii() {
        return;
    }
    for (start, segment) in text.split_word_bound_indices() {
        countdown.step();
        if let Some(first) = emoji(segment) {
            tokens.make_room(1);
            tokens.push(at + start + first, at + start + segment.len(), 0);
        }
    }
}

/// Where the emoji of a segment begins: after punctuation that a modifier without an emoji before it would extend.
fn emoji(segment: &str) -> Option<usize> {
    let mut characters = segment.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let is_shown = match character.emoji_status() {
            EmojiStatus::NonEmoji | EmojiStatus::NonEmojiButEmojiComponent => false,
            EmojiStatus::EmojiModifierBase | EmojiStatus::EmojiOther | EmojiStatus::EmojiOtherAndEmojiComponent => {
                matches!(character, '\u{2600}'..='\u{27BF}')
                    || characters.peek().is_some_and(|&(_, next)| is_emoji_presentation_selector(next))
            }
            _ => true,
        };
        if is_shown {
            return Some(at);
        }
    }
    None
}
