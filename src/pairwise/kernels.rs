//! One text compared with many others: longest common subsequences and edit distances, as in
//! [`matching`](crate::matching), but the positions of the text's tokens are computed only once, and eight other texts
//! are processed at a time (see `interleaved.rs`).
//!
//! # Cost
//!
//! Proportional to the length of one text times the length of the other divided by 64. With AVX-512, eight interleaved
//! texts take a third of the time of eight separate ones, whose steps wait for one another (CER of texts of 120
//! characters: 0.2 µs a pair on one thread; `python benches/compare.py --only pairwise`).

use crate::cpu::dispatch;
use crate::matching::{Group, LANES, lcs_lengths, levenshtein_distances};
use crate::pairwise::interleaved::Interleaved;
use crate::stop;

/// The longest text, in tokens, whose positions are stored in bitmaps.
pub const WIDEST: usize = 1024;

/// The number of groups between two checks for the end of the call.
const POLL_GROUPS: usize = 64;

/// What is computed for each pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairRequest {
    /// The length of the longest common subsequence.
    Subsequence,
    /// The edit distance.
    Distance,
}

/// The bitmap of positions in the text for each token. All zero between texts.
#[derive(Debug, Default)]
pub struct TokenBitmaps {
    bitmaps: Vec<u64>,
}

impl TokenBitmaps {
    /// Calls `visit` with each text of `others` from rank `from` on and the requested value for it and `text`, which
    /// has up to [`WIDEST`] tokens. All tokens are below `bound`.
    pub fn compare(
        &mut self,
        request: PairRequest,
        text: &[u32],
        bound: usize,
        (others, from): (&Interleaved, usize),
        visit: impl FnMut(usize, u32),
    ) {
        match text.len().div_ceil(64) {
            0 | 1 => self.sweep::<1>(request, text, bound, (others, from), visit),
            2 => self.sweep::<2>(request, text, bound, (others, from), visit),
            3 => self.sweep::<3>(request, text, bound, (others, from), visit),
            4 => self.sweep::<4>(request, text, bound, (others, from), visit),
            5 | 6 => self.sweep::<6>(request, text, bound, (others, from), visit),
            7 | 8 => self.sweep::<8>(request, text, bound, (others, from), visit),
            9..=12 => self.sweep::<12>(request, text, bound, (others, from), visit),
            _ => self.sweep::<16>(request, text, bound, (others, from), visit),
        }
    }

    fn sweep<const WORDS: usize>(
        &mut self,
        request: PairRequest,
        text: &[u32],
        bound: usize,
        (others, from): (&Interleaved, usize),
        mut visit: impl FnMut(usize, u32),
    ) {
        if self.bitmaps.len() < bound * WORDS {
            stop::resize(&mut self.bitmaps, bound * WORDS, 0);
        }
        let (positions, _) = self.bitmaps.as_chunks_mut::<WORDS>();
        for (at, &token) in text.iter().enumerate() {
            positions[token as usize][at / 64] |= 1 << (at % 64);
        }
        let one = One { request, positions, length: text.len() };
        for (number, (group, members)) in others.groups(from).enumerate() {
            stop::poll_every(number, POLL_GROUPS);
            let found = one.best(group);
            #[expect(clippy::cast_possible_truncation, reason = "texts have fewer than 2^32 tokens")]
            members.for_each(|(lane, other)| visit(other, found[lane] as u32));
        }
        for &token in text {
            positions[token as usize] = [0; WORDS];
        }
    }
}

/// The text that is compared with others.
#[derive(Clone, Copy)]
struct One<'a, const WORDS: usize> {
    request: PairRequest,
    positions: &'a [[u64; WORDS]],
    length: usize,
}

impl<const WORDS: usize> One<'_, WORDS> {
    /// The requested values for this text and eight others.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn compare(self, others: Group<'_>) -> [usize; LANES] {
        match self.request {
            PairRequest::Subsequence => lcs_lengths(self.positions, others),
            PairRequest::Distance => levenshtein_distances(self.positions, self.length, others),
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

    /// The same, compiled for this processor.
    fn best(self, others: Group<'_>) -> [usize; LANES] {
        dispatch!(avx512: self.avx512(others), avx2: self.avx2(others), baseline: self.compare(others))
    }
}

#[cfg(test)]
mod tests {
    use super::{One, PairRequest, TokenBitmaps};
    use crate::matching::{Levenshtein, lcs_length};
    use crate::pairwise::interleaved::Interleaved;
    use crate::pairwise::sequences::TokenSequences;
    use crate::testing::Random;

    #[test]
    fn every_width_compares_as_one_pair_does() {
        let mut numbers = Random::new(5);
        let mut random = |bound| numbers.token(bound);
        let (mut positions, mut edits) = (TokenBitmaps::default(), Levenshtein::default());
        for length in [0, 1, 2, 20, 63, 64, 65, 127, 128, 129, 192, 193, 256, 257, 511, 512, 513, 1023, 1024] {
            for vocabulary in [1, 3, 60] {
                let text: Vec<u32> = (0..length).map(|_| random(vocabulary)).collect();
                let mut others = TokenSequences::default();
                for other in [0, 1, length / 2, length + 30, 5, 70, 64, 9, 3, 200] {
                    others.push((0..other).map(|_| random(vocabulary)));
                }
                let mut compare = |request| {
                    let mut found = vec![None; others.len()];
                    for from in [7, 0] {
                        let interleaved = (&Interleaved::new(&others), from);
                        let mut count = 0;
                        positions.compare(request, &text, vocabulary, interleaved, |other, value| {
                            found[other] = Some(u64::from(value));
                            count += 1;
                        });
                        assert_eq!(count, others.len() - from);
                    }
                    found
                };
                let (lengths, distances) = (compare(PairRequest::Subsequence), compare(PairRequest::Distance));
                for ((other, length), distance) in others.iter().zip(lengths).zip(distances) {
                    assert_eq!(length, Some(lcs_length(other, &text, vocabulary)));
                    assert_eq!(distance, Some(edits.count(other, &text, vocabulary).errors()));
                }
            }
        }
    }

    #[test]
    fn all_instructions_compute_the_same() {
        let positions: Vec<[u64; 3]> = (0..7u64).map(|i| [0x0102_0408_1020_4081 << i, u64::MAX / (i + 1), i]).collect();
        let mut others = TokenSequences::default();
        (0..8).for_each(|other| others.push((0..20 * other).map(|i| i * i % 7)));
        let interleaved = Interleaved::new(&others);
        let group = interleaved.groups(0).next().unwrap().0;
        for request in [PairRequest::Subsequence, PairRequest::Distance] {
            let one = One { request, positions: &positions, length: 130 };
            let expected = one.compare(group);
            assert_eq!(one.best(group), expected);
            #[cfg(target_arch = "x86_64")]
            if crate::cpu::level() >= crate::cpu::Level::Avx2 {
                // SAFETY: the processor has AVX2.
                assert_eq!(unsafe { one.avx2(group) }, expected);
            }
        }
    }
}
