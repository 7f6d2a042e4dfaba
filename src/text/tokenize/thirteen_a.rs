//! The `13a` tokenizer of mteval-v13a.pl, the default of BLEU. Follows sacrebleu 2.6.0 `tokenizer_13a` and
//! `tokenizer_re`.
//!
//! The reference applies four consecutive substitutions, which only insert spaces. A token boundary thus depends on the
//! adjacent characters, and all four are decided in one pass over masks:
//!
//! - punctuation other than `'`, `,`, `-` and `.` is a token;
//! - `.` and `,` are tokens unless a digit is on both sides (see [`Boundaries`] for runs of them);
//! - `-` is a token after a digit.

use super::{Tokenize, Tokens, masks::Marks, masks::cut, whitespace};
use crate::stop;
use crate::text::bytes64::Block;
use memchr::memmem;

#[derive(Clone, Copy, Debug, Default)]
pub struct ThirteenA;

impl Tokenize for ThirteenA {
    fn tokenize(&self, text: &[u8], tokens: &mut Tokens) {
        tokens.load(text);
        if cut_marked(tokens) {
            tokens.load(&plain(text));
            cut_marked(tokens);
        }
    }
}

/// Splits the loaded text, and returns whether it contains a character that [`plain`] may change.
#[inline]
fn cut_marked(tokens: &mut Tokens) -> bool {
    let mut special = 0;
    // The reference puts spaces around the line, so its ends do not count as digits.
    let mut boundaries = Boundaries::new(None);
    cut(tokens, 0, |block, base, text| {
        special |= (block.equal(b'&') | block.equal(b'\n') | block.equal(b'<')).mask();
        boundaries.mark(block, base, text)
    });
    special != 0
}

/// Drops `<skipped>` and hyphens at line ends, joins lines, and decodes the four SGML entities, in the reference's
/// order (`&amp;lt;` becomes `<`, but `&amp;quot;` stays `&quot;`).
fn plain(text: &[u8]) -> Vec<u8> {
    const SUBSTITUTIONS: [(&str, &str); 7] =
        [("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")];
    // Two texts at a time, which become shorter.
    stop::probe(2 * text.len());
    SUBSTITUTIONS.iter().fold(text.to_vec(), |text, (from, to)| {
        stop::poll();
        let mut plain = Vec::with_capacity(text.len());
        let mut rest = 0;
        for found in memmem::find_iter(&text, from) {
            plain.extend_from_slice(&text[rest..found]);
            plain.extend_from_slice(to.as_bytes());
            rest = found + from.len();
        }
        plain.extend_from_slice(&text[rest..]);
        plain
    })
}

/// The substitutions that `13a` and `zh` share, with the state between blocks.
#[derive(Clone, Copy)]
pub struct Boundaries {
    /// The length of a text without spaces around it. Where the pattern of a full stop requires a character other than
    /// a digit next to it, the end of such a text does not match, so it counts as a digit.
    bare: Option<usize>,
    digit_before: u64,
}

impl Boundaries {
    #[inline]
    #[must_use]
    pub fn new(bare: Option<usize>) -> Self {
        Self { bare, digit_before: u64::from(bare.is_some()) }
    }

    #[inline]
    pub fn mark(&mut self, block: Block, base: usize, text: &[u8]) -> Marks {
        let (digit_set, stop_set) = (block.digits(), block.equal(b'.') | block.equal(b','));
        let words = block.letters() | digit_set | stop_set | block.equal(b'-') | block.equal(b'\'');
        let punctuation = (block.within(0x21, 0x7E) & !words).mask();
        let (digits, stops, dashes) = (digit_set.mask(), stop_set.mask(), block.equal(b'-').mask());

        let after_digit = digits << 1 | self.digit_before;
        self.digit_before = digits >> 63;
        let begins_text = u64::from(base == 0);
        let mut alone = punctuation | dashes & after_digit & !begins_text;

        if stops != 0 {
            let mut before_digit = digits >> 1 | u64::from(text[base + 64].is_ascii_digit()) << 63;
            if let Some(length) = self.bare
                && length - base <= 64
            {
                before_digit |= 1 << (length - base - 1);
            }
            alone |= stops & !(after_digit & before_digit);
            // Only the last of a run of stops can be followed by a digit.
            let run_ends = stops & (stops << 1 | u64::from(base > 0)) & before_digit;
            whitespace::each(run_ends, |at| {
                if !self.stands_alone(text, base + at as usize) {
                    alone &= !(1 << at);
                }
            });
        }
        let mut marks = whitespace::whitespace(block, base, text);
        marks.isolate(alone);
        marks
    }

    /// Whether the stop at `at`, which precedes a digit, is a token.
    ///
    /// The reference's `([^0-9])([.,])` consumes two characters at a time, so it matches every second stop of a run,
    /// beginning with the first unless a digit precedes it: `a..5` gives `a`, `.`, `.5`.
    #[cold]
    fn stands_alone(self, text: &[u8], at: usize) -> bool {
        let run = text[..=at].iter().rev().take_while(|&&byte| matches!(byte, b'.' | b',')).count();
        let digit_before = match (at + 1).checked_sub(run + 1) {
            Some(before) => text[before].is_ascii_digit(),
            None => self.bare.is_some(),
        };
        (run % 2 == 1) != digit_before
    }
}
