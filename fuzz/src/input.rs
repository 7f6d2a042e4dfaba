//! From bytes to arguments. Every input is valid, so that no change of a byte makes the rest useless.

/// The bytes of an input, which are taken from its beginning.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a>(pub &'a [u8]);

/// Separates texts. No text in UTF-8 contains this byte.
const SEPARATOR: u8 = 0xFF;

/// Repeats the text so far.
const REPEAT: u8 = 0xFE;

/// What other bytes that are not UTF-8 stand for: words around the lengths at which words are stored differently, white
/// space, letters whose lower case is special, and texts to which special rules of a tokenizer apply.
const PIECES: [&str; 62] = [
    " ",
    " ",
    " ",
    "\n",
    "\t",
    "\r",
    "\u{b}",
    "\u{1c}",
    "\u{1f}",
    "\u{85}",
    "\u{a0}",
    "\u{1680}",
    "\u{2007}",
    "\u{200b}",
    "\u{2028}",
    "\u{3000}",
    "\u{feff}",
    "\0",
    "a ",
    "b ",
    "the ",
    "running ",
    "wwwwwwwwwwwwwww ",
    "wwwwwwwwwwwwwwww ",
    "wwwwwwwwwwwwwwwww ",
    "wwwwwwwwwwwwwwwwx ",
    "яяяяяяяя ",
    "яяяяяяяяя ",
    "İ",
    "\u{212a}",
    "Å",
    "ß",
    "ẞ",
    "ﬁ",
    "Σ",
    "ΑΣ",
    "Ⅻ",
    "ǅ",
    "e\u{301}",
    "１",
    "5..3",
    "a,.5",
    "3-4",
    "1.,2",
    "½.½",
    "<skipped>",
    "-\n",
    "&quot;",
    "&amp;lt;",
    "&gt;",
    "don't's ",
    "$",
    "€",
    "…",
    "。",
    "，",
    "我们",
    "ア",
    "한국",
    "שלום",
    "😀",
    "👩\u{200d}👧",
];

impl<'a> Input<'a> {
    /// The next byte, or 0 at the end.
    pub fn byte(&mut self) -> u8 {
        self.array::<1>().map_or(0, |[byte]| byte)
    }

    /// The next byte as a number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    /// The next bytes, or `None` if fewer are left.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(*head)
    }

    /// The bytes that are left, `N` at a time.
    pub fn arrays<const N: usize>(self) -> impl Iterator<Item = [u8; N]> + 'a {
        self.0.as_chunks().0.iter().copied()
    }

    /// The texts that are left, up to `most` of up to `longest` bytes.
    #[must_use]
    pub fn texts(self, most: usize, longest: usize) -> Vec<Vec<u8>> {
        self.0.split(|&byte| byte == SEPARATOR).take(most).map(|bytes| text(bytes, longest)).collect()
    }
}

/// A text as Python passes it: UTF-8, in which a lone surrogate is encoded as its three bytes.
#[must_use]
pub fn text(mut bytes: &[u8], longest: usize) -> Vec<u8> {
    let mut text: Vec<u8> = Vec::new();
    while let Some(chunk) = bytes.utf8_chunks().next() {
        text.extend(chunk.valid().as_bytes());
        bytes = &bytes[chunk.valid().len()..];
        match bytes {
            [] => {}
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, rest @ ..] => {
                text.extend(&bytes[..3]);
                bytes = rest;
            }
            [REPEAT, rest @ ..] => {
                if 2 * text.len() <= longest {
                    text.extend_from_within(..);
                }
                bytes = rest;
            }
            [byte, rest @ ..] => {
                text.extend(PIECES[usize::from(*byte) % PIECES.len()].as_bytes());
                bytes = rest;
            }
        }
    }
    // Cut between two characters.
    let end = (0..=longest.min(text.len())).rev().find(|&at| text.get(at).is_none_or(|byte| byte & 0xC0 != 0x80));
    text.truncate(end.unwrap_or(0));
    text
}
