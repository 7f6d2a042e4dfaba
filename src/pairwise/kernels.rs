//! A text by the places of its tokens, to be compared with many others: what [`lcs`] and [`edit`](crate::matching::levenshtein) compute
//! of a pair, without numbering and placing its tokens again for each; and of eight others at a time ([`abreast`]).
//!
//! # Cost
//!
//! Proportional to the length of one text times the 64ths of the other's. With AVX-512 eight texts abreast take a third
//! of the time that they take one after the other, each in steps that wait for the last one (CER of texts of 120
//! characters: 0.2 µs a pair on one thread; `python benches/compare.py --only pairwise`).
//!
//! [`abreast`]: crate::pairwise::interleaved

use crate::matching::{Group, LANES, lcs_lengths, levenshtein_distances};
use crate::pairwise::interleaved::Abreast;

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
    /// Calls `visit` with each text of `others`, from rank `from` on, and what is asked for of it and `text`, which has
    /// up to [`WIDEST`] tokens. All numbers are below `bound`.
    pub fn compare(
        &mut self,
        asked: Asked,
        text: &[u32],
        bound: usize,
        (others, from): (&Abreast, usize),
        visit: impl FnMut(usize, u32),
    ) {
        match text.len().div_ceil(64) {
            0 | 1 => self.sweep::<1>(asked, text, bound, (others, from), visit),
            2 => self.sweep::<2>(asked, text, bound, (others, from), visit),
            3 => self.sweep::<3>(asked, text, bound, (others, from), visit),
            4 => self.sweep::<4>(asked, text, bound, (others, from), visit),
            5 | 6 => self.sweep::<6>(asked, text, bound, (others, from), visit),
            7 | 8 => self.sweep::<8>(asked, text, bound, (others, from), visit),
            9..=12 => self.sweep::<12>(asked, text, bound, (others, from), visit),
            _ => self.sweep::<16>(asked, text, bound, (others, from), visit),
        }
    }

    fn sweep<const WORDS: usize>(
        &mut self,
        asked: Asked,
        text: &[u32],
        bound: usize,
        (others, from): (&Abreast, usize),
        mut visit: impl FnMut(usize, u32),
    ) {
        if self.bitmaps.len() < bound * WORDS {
            self.bitmaps.resize(bound * WORDS, 0);
        }
        let (places, _) = self.bitmaps.as_chunks_mut::<WORDS>();
        for (at, &token) in text.iter().enumerate() {
            places[token as usize][at / 64] |= 1 << (at % 64);
        }
        let one = One { asked, places, length: text.len() };
        for (group, members) in others.groups(from) {
            let found = one.best(group);
            #[expect(clippy::cast_possible_truncation, reason = "texts have fewer than 2^32 tokens")]
            members.for_each(|(lane, other)| visit(other, found[lane] as u32));
        }
        for &token in text {
            places[token as usize] = [0; WORDS];
        }
    }
}

/// The text that is compared with others.
#[derive(Clone, Copy)]
struct One<'a, const WORDS: usize> {
    asked: Asked,
    places: &'a [[u64; WORDS]],
    length: usize,
}

impl<const WORDS: usize> One<'_, WORDS> {
    /// What is asked for of it and eight others.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn compare(self, others: Group<'_>) -> [usize; LANES] {
        match self.asked {
            Asked::Subsequence => lcs_lengths(self.places, others),
            Asked::Distance => levenshtein_distances(self.places, self.length, others),
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn avx512(self, others: Group<'_>) -> [usize; LANES] {
        self.compare(others)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn avx2(self, others: Group<'_>) -> [usize; LANES] {
        self.compare(others)
    }

    /// The same, in the best instructions that this processor has.
    fn best(self, others: Group<'_>) -> [usize; LANES] {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") {
                // SAFETY: the processor has what the function was compiled for.
                // (Test: `every_width_compares_as_one_pair_does`.)
                return unsafe { self.avx512(others) };
            }
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the same.
                return unsafe { self.avx2(others) };
            }
        }
        self.compare(others)
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, One, Places};
    use crate::matching::{Edits, lcs_length};
    use crate::pairwise::interleaved::Abreast;
    use crate::pairwise::sequences::Sequences;
    use crate::testing::Random;

    #[test]
    fn every_width_compares_as_one_pair_does() {
        let mut numbers = Random::new(5);
        let mut random = |bound| numbers.token(bound);
        let (mut places, mut edits) = (Places::default(), Edits::default());
        for length in [0, 1, 2, 20, 63, 64, 65, 127, 128, 129, 192, 193, 256, 257, 511, 512, 513, 1023, 1024] {
            for vocabulary in [1, 3, 60] {
                let text: Vec<u32> = (0..length).map(|_| random(vocabulary)).collect();
                let mut others = Sequences::default();
                for other in [0, 1, length / 2, length + 30, 5, 70, 64, 9, 3, 200] {
                    others.push((0..other).map(|_| random(vocabulary)));
                }
                let mut compare = |asked| {
                    let mut found = vec![None; others.len()];
                    for from in [7, 0] {
                        let abreast = (&Abreast::new(&others), from);
                        let mut count = 0;
                        places.compare(asked, &text, vocabulary, abreast, |other, value| {
                            found[other] = Some(u64::from(value));
                            count += 1;
                        });
                        assert_eq!(count, others.len() - from);
                    }
                    found
                };
                let (lengths, distances) = (compare(Asked::Subsequence), compare(Asked::Distance));
                for ((other, length), distance) in others.iter().zip(lengths).zip(distances) {
                    assert_eq!(length, Some(lcs_length(other, &text, vocabulary)));
                    assert_eq!(distance, Some(edits.count(other, &text, vocabulary).errors()));
                }
            }
        }
    }

    #[test]
    fn all_instructions_compute_the_same() {
        let places: Vec<[u64; 3]> = (0..7u64).map(|i| [0x0102_0408_1020_4081 << i, u64::MAX / (i + 1), i]).collect();
        let mut others = Sequences::default();
        (0..8).for_each(|other| others.push((0..20 * other).map(|i| i * i % 7)));
        let abreast = Abreast::new(&others);
        let group = abreast.groups(0).next().unwrap().0;
        for asked in [Asked::Subsequence, Asked::Distance] {
            let one = One { asked, places: &places, length: 130 };
            let expected = one.compare(group);
            assert_eq!(one.best(group), expected);
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has what the function was compiled for.
                assert_eq!(unsafe { one.avx2(group) }, expected);
            }
        }
    }
}
