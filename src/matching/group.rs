//! Eight texts side by side, which one vector instruction compares at once.

/// Texts in a group.
pub const LANES: usize = 8;

/// Eight texts, the shortest first. Where there are fewer, places behind the last stand for texts as long as the last.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The next token of each, where they have one.
    pub tokens: &'a [[u32; LANES]],
    pub lengths: &'a [usize; LANES],
}

/// One word of the bitmap of each token's places.
#[must_use]
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
pub fn gather<const WORDS: usize>(places: &[[u64; WORDS]], tokens: &[u32; LANES], word: usize) -> [u64; LANES] {
    let mut here = [0; LANES];
    for lane in 0..LANES {
        here[lane] = places[tokens[lane] as usize][word];
    }
    here
}
