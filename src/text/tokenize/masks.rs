//! From bit masks to words.
//!
//! For each block of 64 bytes, a tokenizer marks the bytes that separate tokens and the bytes at which a token must
//! begin. The loop over the edges of these masks takes a few instructions for each token, whatever its length.

use super::{SHORT, Tokens, Word};
use crate::stop;
use crate::text::bytes64::Block;
use std::hint::select_unpredictable;

/// The number of blocks between two checks for the end of the call: a megabyte.
const POLL_BLOCKS: usize = 1 << 14;

/// The marks of a block, bit `i` for byte `i`. The upper half extends into the next block, for characters that span two
/// blocks.
#[derive(Clone, Copy, Default)]
pub struct Marks {
    /// Bytes outside of tokens.
    pub separators: u128,
    /// Bytes at which a token begins, even if another token ends there.
    pub begins: u128,
}

impl Marks {
    #[inline]
    #[must_use]
    pub fn new(separators: u64, begins: u64) -> Self {
        Self { separators: u128::from(separators), begins: u128::from(begins) }
    }

    /// Makes each byte of `mask` a token.
    #[inline]
    pub fn isolate(&mut self, mask: u64) {
        let mask = u128::from(mask);
        self.begins |= mask | mask << 1;
    }

    /// Makes the character of `length` bytes at byte `at` a token.
    #[inline]
    pub fn isolate_character(&mut self, at: u32, length: u32) {
        self.begins |= 1 << at | 1 << (at + length);
    }

    /// Makes the character of `length` bytes at byte `at` a separator.
    #[inline]
    pub fn separate_character(&mut self, at: u32, length: u32) {
        self.separators |= ((1 << length) - 1) << at;
    }
}

/// Splits the loaded text into words. `mark` receives each block, its position, and the whole text. The bits of `fold`
/// are set in each byte of a word: 0x20 lower-cases letters and leaves digits unchanged.
#[inline]
pub fn cut(tokens: &mut Tokens, fold: u8, mut mark: impl FnMut(Block, usize, &[u8]) -> Marks) {
    let mut spill = Marks::default();
    let mut inside = 0; // 1 if a token is open at the end of the previous block
    let mut open = 0; // where it begins
    for number in 0..tokens.length.div_ceil(64) {
        stop::poll_every(number, POLL_BLOCKS);
        let base = 64 * number;
        let Some(bytes) = tokens.text[base..].first_chunk() else { break };
        let marks = mark(Block::new(bytes), base, &tokens.text);
        let (separators, begins) = (marks.separators | spill.separators, marks.begins | spill.begins);
        spill = Marks { separators: separators >> 64, begins: begins >> 64 };
        #[expect(clippy::cast_possible_truncation, reason = "the upper half is in `spill`")]
        let (mut separators, begins) = (separators as u64, begins as u64);
        let left = tokens.length - base;
        if left < 64 {
            separators |= u64::MAX << left;
        }

        let within = !separators;
        let mut starts = within & (begins | !(within << 1 | inside));
        let mut ends = (within << 1 | inside) & (separators | begins);
        let next = |mask: &mut u64| {
            let at = base + mask.trailing_zeros() as usize;
            *mask &= mask.wrapping_sub(1);
            at
        };
        // Whether a token spans two blocks is unpredictable, so this must not be a branch.
        let mut later = starts;
        let first = next(&mut later);
        open = select_unpredictable(inside == 0, first, open);
        starts = select_unpredictable(inside == 0, later, starts);
        tokens.make_room(64);
        let Tokens { text, buffer, count, any_long, .. } = tokens;
        let found = ends.count_ones() as usize;
        let mut longest = 0;
        for word in &mut buffer[*count..][..found] {
            *word = Word::read(text, open, next(&mut ends), fold);
            longest = longest.max(word.length);
            open = next(&mut starts);
        }
        *count += found;
        *any_long |= longest as usize > SHORT;
        inside = within >> 63;
    }
    if inside == 1 {
        tokens.make_room(1);
        tokens.push(open, tokens.length, fold);
    }
    if fold != 0 && tokens.any_long {
        tokens.change(|word, bytes| {
            for byte in bytes {
                *byte |= fold;
            }
            word
        });
    }
}
