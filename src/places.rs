//! A text by the places of its tokens, to be compared with many others: what [`lcs`] and [`edit`] compute of a pair,
//! without numbering and placing its tokens again for each.

use crate::edit::distance::distance;
use crate::lcs;

/// The longest text, in tokens, that has its places in bitmaps.
pub const WIDEST: usize = 1024;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The length of the longest common subsequence.
    Subsequence,
    /// The number of edits that make one of the other.
    Distance,
}

/// For each number of a token the bitmap of its places in the text. All zero between texts.
#[derive(Debug, Default)]
pub struct Places {
    bitmaps: Vec<u64>,
}

impl Places {
    /// Calls `visit` with what is asked for of `text`, of up to [`WIDEST`] tokens, and of each other one. All numbers
    /// are below `bound`.
    pub fn compare<'a>(
        &mut self,
        asked: Asked,
        text: &[u32],
        bound: usize,
        others: impl Iterator<Item = &'a [u32]>,
        visit: impl FnMut(u32),
    ) {
        match text.len().div_ceil(64) {
            0 | 1 => self.sweep::<1>(asked, text, bound, others, visit),
            2 => self.sweep::<2>(asked, text, bound, others, visit),
            3 => self.sweep::<3>(asked, text, bound, others, visit),
            4 => self.sweep::<4>(asked, text, bound, others, visit),
            5 | 6 => self.sweep::<6>(asked, text, bound, others, visit),
            7 | 8 => self.sweep::<8>(asked, text, bound, others, visit),
            9..=12 => self.sweep::<12>(asked, text, bound, others, visit),
            _ => self.sweep::<16>(asked, text, bound, others, visit),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "texts have fewer than 2^32 tokens")]
    fn sweep<'a, const WORDS: usize>(
        &mut self,
        asked: Asked,
        text: &[u32],
        bound: usize,
        others: impl Iterator<Item = &'a [u32]>,
        visit: impl FnMut(u32),
    ) {
        if self.bitmaps.len() < bound * WORDS {
            self.bitmaps.resize(bound * WORDS, 0);
        }
        let (places, _) = self.bitmaps.as_chunks_mut::<WORDS>();
        for (at, &token) in text.iter().enumerate() {
            places[token as usize][at / 64] |= 1 << (at % 64);
        }
        match asked {
            Asked::Subsequence => others.map(|other| subsequence(places, other)).for_each(visit),
            Asked::Distance => others.map(|other| distance(places, text.len(), other) as u32).for_each(visit),
        }
        for &token in text {
            places[token as usize] = [0; WORDS];
        }
    }
}

fn subsequence<const WORDS: usize>(places: &[[u64; WORDS]], other: &[u32]) -> u32 {
    let mut column = [u64::MAX; WORDS];
    for &token in other {
        lcs::advance(&mut column, &places[token as usize], false);
    }
    column.iter().map(|word| word.count_zeros()).sum()
}

#[cfg(test)]
mod tests {
    use super::{Asked, Places};
    use crate::edit::Edits;
    use crate::lcs;

    #[test]
    fn every_width_compares_as_one_pair_does() {
        let mut state = 5u64;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((state >> 33) as usize % below).unwrap()
        };
        let (mut places, mut edits) = (Places::default(), Edits::default());
        for length in [0, 1, 2, 20, 63, 64, 65, 127, 128, 129, 192, 193, 256, 257, 511, 512, 513, 1023, 1024] {
            for vocabulary in [1, 3, 60] {
                let text: Vec<u32> = (0..length).map(|_| random(vocabulary)).collect();
                let others: Vec<Vec<u32>> = [0, 1, length / 2, length + 30]
                    .map(|other| (0..other).map(|_| random(vocabulary)).collect())
                    .into();
                let mut compare = |asked| {
                    let mut found = Vec::new();
                    let others = others.iter().map(Vec::as_slice);
                    places.compare(asked, &text, vocabulary, others, |value| found.push(u64::from(value)));
                    found
                };
                let (lengths, distances) = (compare(Asked::Subsequence), compare(Asked::Distance));
                for ((other, length), distance) in others.iter().zip(lengths).zip(distances) {
                    assert_eq!(length, lcs::length(other, &text, vocabulary));
                    assert_eq!(distance, edits.count(other, &text, vocabulary).errors());
                }
            }
        }
    }
}
