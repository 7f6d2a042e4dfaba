//! The international tokenizer of mteval-v14.pl, which uses Unicode's categories. Follows sacrebleu 2.6.0
//! `tokenizer_intl`.
//!
//! As in [`ThirteenA`](super::ThirteenA), three substitutions are decided in one pass: a symbol is a token, and so is a
//! punctuation mark unless numbers (or the ends of the text) are on both sides.

use super::{Tokenize, Tokens, masks::Marks, masks::cut, whitespace::whitespace};
use crate::text::decode;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

#[derive(Clone, Copy, Debug, Default)]
pub struct Intl;

impl Tokenize for Intl {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(text);
        let length = tokens.length;
        let mut walk = Walk { at: 0, before: Class::Number, taken: false };
        cut(tokens, 0, |block, base, text| {
            let mut marks = whitespace(block, base, text);
            walk.mark(&text[..length], base, &mut marks);
            marks
        });
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Other = 1,
    Number = 2,
    Punctuation = 3,
    Symbol = 4,
}

/// The state of the pass over the characters of a text.
struct Walk {
    at: usize,
    /// The class of the previous character. The beginning of the text counts as a number, because the reference's
    /// `(\P{N})(\p{P})` does not match there. The end does too.
    before: Class,
    /// Whether the previous character was punctuation that this pattern consumed.
    taken: bool,
}

impl Walk {
    fn mark(&mut self, text: &[u8], base: usize, marks: &mut Marks) {
        let mut class = class_at(text, self.at);
        while self.at < text.len().min(base + 64) {
            let length = decode(&text[self.at..]).1;
            let next = class_at(text, self.at + length);
            let taken = class == Class::Punctuation && self.before != Class::Number && !self.taken;
            let alone = class == Class::Symbol || class == Class::Punctuation && (taken || next != Class::Number);
            if alone {
                #[expect(clippy::cast_possible_truncation, reason = "below 64 and 5")]
                marks.isolate_character((self.at - base) as u32, length as u32);
            }
            self.at += length;
            self.before = class;
            self.taken = taken;
            class = next;
        }
    }
}

/// The class of the character at `at`. The end of the text counts as a number.
fn class_at(text: &[u8], at: usize) -> Class {
    if at < text.len() { class(decode(&text[at..]).0) } else { Class::Number }
}

/// Whether a character is punctuation: in one of Unicode's categories P.
#[must_use]
pub fn is_punctuation(code_point: u32) -> bool {
    class(code_point) == Class::Punctuation
}

/// The class of a character, from a table that is filled as characters occur.
///
/// There is no lock, which a forked child would find locked for ever if another thread held it. Threads that meet a
/// character at the same time store the same class.
fn class(code_point: u32) -> Class {
    static CLASSES: [AtomicU8; 0x11_0000] = [const { AtomicU8::new(0) }; 0x11_0000];
    let stored = &CLASSES[code_point as usize];
    match stored.load(Relaxed) {
        1 => Class::Other,
        2 => Class::Number,
        3 => Class::Punctuation,
        4 => Class::Symbol,
        _ => {
            // A surrogate is in none of the three categories.
            let class = match char::from_u32(code_point).map(UnicodeGeneralCategory::general_category_group) {
                Some(GeneralCategoryGroup::Number) => Class::Number,
                Some(GeneralCategoryGroup::Punctuation) => Class::Punctuation,
                Some(GeneralCategoryGroup::Symbol) => Class::Symbol,
                _ => Class::Other,
            };
            stored.store(class as u8, Relaxed);
            class
        }
    }
}
