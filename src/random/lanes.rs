//! Sixteen streams of random numbers side by side, and binomial and multinomial counts that are drawn from them.
//!
//! Each stream yields the numbers that it yields alone, and each count takes as many of them, so results are those of
//! one stream after the other. The loops over streams are written for the compiler to turn into vector instructions.

use crate::cpu::dispatch;
use crate::random::Stream;
use crate::random::multinomial::{CERTAIN, Multinomial, middle};

/// The number of streams: with two vectors of eight numbers, one is computed while the other waits for its result.
pub const STREAMS: usize = 16;

/// A number for each stream.
pub type Numbers = [u64; STREAMS];

/// Sixteen streams.
#[derive(Clone, Debug)]
pub struct Streams {
    state: [Numbers; 4],
}

/// What is done with counts that are drawn.
pub trait Visit {
    /// Takes the number of a part and its count in each stream.
    fn visit(&mut self, part: usize, counts: &Numbers);
}

impl Streams {
    /// Up to sixteen streams; others take their places if there are fewer.
    #[must_use]
    pub fn new(streams: &[Stream]) -> Self {
        let mut state = [[1; STREAMS]; 4];
        for (lane, stream) in streams.iter().enumerate() {
            for (words, bytes) in state.iter_mut().zip(stream.state().as_chunks().0) {
                words[lane] = u64::from_le_bytes(*bytes);
            }
        }
        Self { state }
    }

    /// The next number of each stream whose mask is all ones; the others, whose mask is 0, stay where they are.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn next(&mut self, masks: &Numbers) -> Numbers {
        let [s0, s1, s2, s3] = &mut self.state;
        let mut numbers = [0; STREAMS];
        for lane in 0..STREAMS {
            let [a, b, c, d] = [s0[lane], s1[lane], s2[lane], s3[lane]];
            numbers[lane] = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
            let (third, fourth) = (c ^ a, d ^ b);
            let mask = masks[lane];
            s0[lane] = a ^ fourth & mask;
            s1[lane] = b ^ third & mask;
            s2[lane] = c ^ (a ^ b << 17) & mask;
            s3[lane] = d ^ (d ^ fourth.rotate_left(45)) & mask;
        }
        numbers
    }

    /// Draws from B(n, 1/2) for each size and stream, and visits each size with the draws.
    pub fn halve(&mut self, sizes: &[u64], visitor: &mut impl Visit) {
        dispatch!(
            avx512: x86::halve_avx512(sizes, self, visitor),
            avx2: x86::halve_avx2(sizes, self, visitor),
            baseline: halve(sizes, self, visitor),
        );
    }

    /// Draws from B(n, 1/2) for each stream.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn binomial_half(&mut self, coins: &Numbers) -> Numbers {
        let mut heads = [0; STREAMS];
        let most = coins.iter().fold(0, |one, &other| one | other);
        if most >= 64 {
            let words = coins.iter().fold(0, |one: u64, &other| one.max(other / 64));
            for word in 0..words {
                let masks = mask(|lane| word < coins[lane] / 64);
                let numbers = self.next(&masks);
                for lane in 0..STREAMS {
                    heads[lane] += u64::from((numbers[lane] & masks[lane]).count_ones());
                }
            }
        }
        let rest: Numbers = std::array::from_fn(|lane| coins[lane] % 64);
        let masks = mask(|lane| rest[lane] > 0);
        let numbers = self.next(&masks);
        for lane in 0..STREAMS {
            // The highest bits, as many as there are coins left.
            let highest = (numbers[lane] & masks[lane]) >> ((64 - rest[lane]) % 64);
            heads[lane] += u64::from(highest.count_ones());
        }
        heads
    }

    /// Draws from B(n, `chance` / 2^64) for each stream.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
    fn binomial(&mut self, trials: &Numbers, mut chance: u64) -> Numbers {
        let (mut successes, mut open) = ([0; STREAMS], *trials);
        while chance != 0 && open.iter().fold(0, |one, &other| one | other) > 0 {
            let set = self.binomial_half(&open);
            let is_set = (chance >> 63).wrapping_neg();
            for lane in 0..STREAMS {
                let rest = open[lane] - set[lane];
                successes[lane] += rest & is_set;
                open[lane] = set[lane] & is_set | rest & !is_set;
            }
            chance <<= 1;
        }
        successes
    }
}

/// All ones for each stream for which a condition holds.
#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn mask(condition: impl Fn(usize) -> bool) -> Numbers {
    let mut masks = [0; STREAMS];
    for (lane, mask) in masks.iter_mut().enumerate() {
        *mask = u64::from(condition(lane)).wrapping_neg();
    }
    masks
}

impl Multinomial {
    /// Draws from each of sixteen streams, and visits each part on which a draw falls, in order.
    pub fn draw_lanes(&self, streams: &mut Streams, visitor: &mut impl Visit) {
        dispatch!(
            avx512: x86::draw_avx512(self, streams, visitor),
            avx2: x86::draw_avx2(self, streams, visitor),
            baseline: draw(self, streams, visitor),
        );
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Multinomial, Streams, Visit, draw, halve};

    #[target_feature(enable = "avx512f")]
    pub fn halve_avx512(sizes: &[u64], streams: &mut Streams, visitor: &mut impl Visit) {
        halve(sizes, streams, visitor);
    }

    #[target_feature(enable = "avx2")]
    pub fn halve_avx2(sizes: &[u64], streams: &mut Streams, visitor: &mut impl Visit) {
        halve(sizes, streams, visitor);
    }

    #[target_feature(enable = "avx512f")]
    pub fn draw_avx512(shared: &Multinomial, streams: &mut Streams, visitor: &mut impl Visit) {
        draw(shared, streams, visitor);
    }

    #[target_feature(enable = "avx2")]
    pub fn draw_avx2(shared: &Multinomial, streams: &mut Streams, visitor: &mut impl Visit) {
        draw(shared, streams, visitor);
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn halve(sizes: &[u64], streams: &mut Streams, visitor: &mut impl Visit) {
    for (part, &size) in sizes.iter().enumerate() {
        visitor.visit(part, &streams.binomial_half(&[size; STREAMS]));
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "to be compiled with the instructions of its caller")]
fn draw(shared: &Multinomial, streams: &mut Streams, visitor: &mut impl Visit) {
    if shared.draws() == 0 {
        return;
    }
    // Ranges of parts, and the draws that fall on them; the first ones on top.
    let mut ranges = vec![(0, shared.parts(), [shared.draws(); STREAMS])];
    while let Some((start, mut end, mut draws)) = ranges.pop() {
        while end - start > 1 {
            let middle = middle(start, end);
            let first = match shared.chance(middle) {
                CERTAIN => draws,
                chance => streams.binomial(&draws, chance),
            };
            let mut second = [0; STREAMS];
            for lane in 0..STREAMS {
                second[lane] = draws[lane] - first[lane];
            }
            if second != [0; STREAMS] {
                ranges.push((middle, end, second));
            }
            (end, draws) = (middle, first);
        }
        if draws != [0; STREAMS] {
            visitor.visit(start, &draws);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbers, STREAMS, Streams, Visit};
    use crate::random::{Multinomial, binomial_half, streams};
    use rand_xoshiro::rand_core::Rng;

    struct Counts(Vec<Numbers>);

    impl Visit for Counts {
        fn visit(&mut self, part: usize, counts: &Numbers) {
            self.0[part].iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
    }

    #[test]
    fn counts_are_those_of_each_stream_alone() {
        let mut numbers = streams(5, 0, 1).remove(0);
        for parts in [0, 1, 2, 3, 7, 100, 1000] {
            for most in [1, 2, 3, 50, 1000] {
                let sizes: Vec<u64> = (0..parts).map(|_| numbers.next_u64() % most).collect();
                let shared = Multinomial::new(sizes.iter().copied());
                for count in [1, 5, STREAMS] {
                    let mut alone = streams(most, parts, count);
                    let mut lanes = Streams::new(&alone);
                    for _ in 0..2 {
                        let mut counts = Counts(vec![[0; STREAMS]; parts]);
                        shared.draw_lanes(&mut lanes, &mut counts);
                        for (lane, stream) in alone.iter_mut().enumerate() {
                            let mut drawn = vec![0; parts];
                            shared.draw(stream, |part, count| drawn[part] += count);
                            assert_eq!(counts.0.iter().map(|counts| counts[lane]).collect::<Vec<_>>(), drawn);
                        }
                    }
                    assert_eq!(lanes.state.map(|words| words[0]), Streams::new(&alone).state.map(|words| words[0]));
                }
            }
        }
    }

    #[test]
    fn coins_are_those_of_each_stream_alone() {
        let mut alone = streams(1, 0, STREAMS);
        let mut lanes = Streams::new(&alone);
        let sizes = [0, 1, 60, 64, 127, 128, 10_000, 3];
        let mut counts = Counts(vec![[0; STREAMS]; sizes.len()]);
        lanes.halve(&sizes, &mut counts);
        for (lane, stream) in alone.iter_mut().enumerate() {
            for (counts, size) in counts.0.iter().zip(sizes) {
                assert_eq!(counts[lane], binomial_half(size, stream));
            }
        }
    }
}
