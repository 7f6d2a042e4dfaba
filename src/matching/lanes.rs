//! Groups of eight texts, which one vector instruction compares at once.

/// The number of texts in a group.
pub const LANES: usize = 8;

/// Eight texts in ascending order of length. Unused slots at the end have the length of the last text.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The tokens of all texts at each position.
    pub tokens: &'a [[u32; LANES]],
    pub lengths: &'a [usize; LANES],
}

/// One word of the bitmaps of positions of all eight tokens.
#[must_use]
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
pub fn gather<const WORDS: usize>(positions: &[[u64; WORDS]], tokens: &[u32; LANES], word: usize) -> [u64; LANES] {
    let mut here = [0; LANES];
    for lane in 0..LANES {
        here[lane] = positions[tokens[lane] as usize][word];
    }
    here
}
