//! The international tokenizer of mteval-v14.pl, which uses Unicode's categories. Follows sacrebleu 2.6.0
//! `tokenizer_intl`.
//!
//! As in [`ThirteenA`](super::ThirteenA), three substitutions are decided in one pass: a symbol is a token, and so is a
//! punctuation mark unless numbers (or the ends of the text) are on both sides.

use super::{Tokenize, Tokens, masks::Marks, masks::cut, whitespace::whitespace};
use crate::text::decode;
use std::sync::OnceLock;
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
enum Class {
    Other,
    Number,
    Punctuation,
    Symbol,
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

/// The class of a character, from tables of 256 characters that are built on first use.
fn class(code_point: u32) -> Class {
    static PAGES: [OnceLock<Box<[Class; 256]>>; 0x1100] = [const { OnceLock::new() }; 0x1100];
    let page = PAGES[(code_point >> 8) as usize].get_or_init(|| {
        Box::new(std::array::from_fn(|low| {
            // A surrogate is in none of the three categories.
            let character = char::from_u32(code_point & !0xFF | u32::try_from(low).unwrap_or_default());
            match character.map(UnicodeGeneralCategory::general_category_group) {
                Some(GeneralCategoryGroup::Number) => Class::Number,
                Some(GeneralCategoryGroup::Punctuation) => Class::Punctuation,
                Some(GeneralCategoryGroup::Symbol) => Class::Symbol,
                _ => Class::Other,
            }
        }))
    });
    page[(code_point & 0xFF) as usize]
}
