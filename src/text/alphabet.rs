//! Texts as sequences of numbers, one for each character, for metrics that compare characters.
//!
//! The number of an ASCII character is its code, so most texts need no lookup. Other characters are numbered from 128
//! in the order in which they occur within a segment. The numbers stay small enough to index tables.

use crate::stop;
use crate::text::{decode, whitespace_length};

/// Numbers below this one are ASCII characters.
const ASCII: u32 = 128;

/// The number of bytes between two checks for the end of the call.
const POLL_BYTES: usize = 1 << 20;

const PAGE: usize = 256;
const PAGES: usize = 0x11_0000 / PAGE;

/// Numbers the characters of one segment's texts. The buffers are kept from segment to segment.
#[derive(Debug)]
pub struct Alphabet {
    /// For each 256 code points, the page of `numbers` that holds their numbers. Page 0 is empty.
    pages: Box<[u16; PAGES]>,
    /// Numbers by code point, 0 for characters without one.
    numbers: Vec<u32>,
    /// The characters with numbers, in the order of their numbers.
    numbered: Vec<u32>,
    pub hypothesis: Vec<u32>,
    pub reference: Vec<u32>,
}

impl Default for Alphabet {
    fn default() -> Self {
        Self {
            pages: Box::new([0; PAGES]),
            numbers: vec![0; PAGE],
            numbered: Vec::new(),
            hypothesis: Vec::new(),
            reference: Vec::new(),
        }
    }
}

impl Alphabet {
    /// Removes all numbers, for the next segment.
    pub fn clear(&mut self) {
        for &code_point in &self.numbered {
            let at = slot(&self.pages, code_point);
            self.numbers[at] = 0;
        }
        self.numbered.clear();
    }

    /// An upper bound of all numbers in use.
    #[must_use]
    pub fn bound(&self) -> usize {
        ASCII as usize + self.numbered.len()
    }

    /// Replaces the hypothesis with the characters of `text`, with or without white space.
    #[inline]
    pub fn read_hypothesis(&mut self, text: &[u8], whitespace: bool) {
        let mut sequence = std::mem::take(&mut self.hypothesis);
        self.read(text, whitespace, &mut sequence);
        self.hypothesis = sequence;
    }

    /// Replaces the reference in the same way.
    #[inline]
    pub fn read_reference(&mut self, text: &[u8], whitespace: bool) {
        let mut sequence = std::mem::take(&mut self.reference);
        self.read(text, whitespace, &mut sequence);
        self.reference = sequence;
    }

    #[inline]
    fn read(&mut self, text: &[u8], whitespace: bool, sequence: &mut Vec<u32>) {
        sequence.clear();
        if whitespace && text.is_ascii() {
            stop::reserve(sequence, text.len());
            return sequence.extend(text.iter().map(|&byte| u32::from(byte)));
        }
        stop::resize(sequence, text.len(), 0);
        let mut count = 0;
        let mut at = 0;
        while at < text.len() {
            if at > 0 {
                stop::poll();
            }
            let end = text.len().min(at + POLL_BYTES);
            while at < end {
                let byte = text[at];
                if byte.is_ascii() {
                    sequence[count] = u32::from(byte);
                    // Not a branch, because white space is unpredictable.
                    count += usize::from(whitespace || !SPACE[byte as usize]);
                    at += 1;
                    continue;
                }
                let (code_point, length) = decode(&text[at..]);
                if whitespace || whitespace_length(&text[at..]) == 0 {
                    sequence[count] = self.number(code_point);
                    count += 1;
                }
                at += length;
            }
        }
        sequence.truncate(count);
    }

    /// The number of a character beyond ASCII. A character without one gets the next.
    fn number(&mut self, code_point: u32) -> u32 {
        let page = &mut self.pages[code_point as usize / PAGE];
        if *page == 0 {
            #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^16 pages")]
            {
                *page = (self.numbers.len() / PAGE) as u16;
            }
            self.numbers.resize(self.numbers.len() + PAGE, 0);
        }
        let number = &mut self.numbers[slot(&self.pages, code_point)];
        if *number == 0 {
            #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 characters")]
            {
                *number = ASCII + self.numbered.len() as u32;
            }
            self.numbered.push(code_point);
        }
        *number
    }

    /// The size of the buffers in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        let entries = self.hypothesis.capacity() + self.reference.capacity() + self.numbers.capacity();
        entries * size_of::<u32>()
    }
}

/// The index of a character's number.
fn slot(pages: &[u16; PAGES], code_point: u32) -> usize {
    usize::from(pages[code_point as usize / PAGE]) * PAGE + code_point as usize % PAGE
}

/// Whether an ASCII character is white space (`str.isspace()`).
const SPACE: [bool; 256] = {
    let mut space = [false; 256];
    let mut byte = 0;
    while byte <= 0x20 {
        space[byte] = matches!(byte, 0x09..=0x0D | 0x1C..=0x20);
        byte += 1;
    }
    space
};

#[cfg(test)]
mod tests {
    use super::Alphabet;

    #[test]
    fn equal_characters_have_equal_numbers() {
        let mut characters = Alphabet::default();
        for _ in 0..3 {
            characters.clear();
            characters.read_hypothesis("a\u{e9} \u{4e00}\u{3000}\u{10ffff}\0".as_bytes(), false);
            characters.read_reference("\u{10ffff}\u{e9}b\u{e8}\u{85}".as_bytes(), true);
            assert_eq!(characters.hypothesis, [97, 128, 129, 130, 0]);
            assert_eq!(characters.reference, [130, 128, 98, 131, 132]);
            assert_eq!(characters.bound(), 133);
        }
    }

    #[test]
    fn a_lone_surrogate_is_a_character() {
        let mut characters = Alphabet::default();
        characters.read_hypothesis(b"\xED\xA0\x80\xED\xA0\x81\xED\xA0\x80", true);
        assert_eq!(characters.hypothesis, [128, 129, 128]);
    }
}
