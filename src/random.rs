//! Random numbers and shares that are the same on every machine.
//!
//! Each sample has a stream of its own, xoshiro256++ (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number
//! generators", 2021), seeded from the caller's seed and the sample's number. So it does not matter which thread draws
//! it, nor in which order.
//!
//! # Shares
//!
//! `n` draws with replacement look at rows all over memory. Instead, how many of them fall upon each part of the rows
//! is drawn first, by halving: of the draws that fall upon a range, those in its first half are binomially
//! distributed. The outcome has just the same distribution, and what is drawn from then on lies close together.
//! Binomials are counts of bits, 64 trials at a time, whole numbers throughout: no logarithm that machines round
//! differently.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of random numbers.
pub type Stream = Xoshiro256PlusPlus;

/// The streams of so many samples, from the one with the number `first`.
#[must_use]
pub fn streams(seed: u64, first: usize, count: usize) -> Vec<Stream> {
    let mut seeds = Stream::seed_from_u64(seed);
    for _ in 0..first {
        seeds.next_u64();
    }
    (0..count).map(|_| Stream::seed_from_u64(seeds.next_u64())).collect()
}

/// How many of `trials` succeed when `part` of `whole` do on average, `0 < part < whole`.
pub fn binomial(trials: u64, part: u64, whole: u64, stream: &mut Stream) -> u64 {
    // The chance as a fraction of 2^64; what is cut off is less than anybody could notice.
    #[expect(clippy::cast_possible_truncation, reason = "part is less than whole")]
    let chance = ((u128::from(part) << 64) / u128::from(whole)) as u64;
    let mut successes = 0;
    for first in (0..trials).step_by(64) {
        let lanes = u64::MAX >> 64u64.saturating_sub(trials - first);
        successes += u64::from((below(chance, stream) & lanes).count_ones());
    }
    successes
}

/// Bits that are each set by chance: random numbers, bit by bit from the highest in 64 lanes at once, are compared
/// with the chance until each lane is decided.
#[inline]
fn below(chance: u64, stream: &mut Stream) -> u64 {
    let (mut set, mut open, mut rest) = (0, u64::MAX, chance);
    // Behind the last bit of the chance that is set no number is below it any more.
    while open != 0 && rest != 0 {
        let bits = stream.next_u64();
        if rest >> 63 == 1 {
            set |= open & !bits;
            open &= bits;
        } else {
            open &= !bits;
        }
        rest <<= 1;
    }
    set
}

/// Shares `draws` out among parts, each draw with the chance of a part's size. `ends` has the sum of sizes up to and
/// with each part. Parts that get some are visited, from the first to the last.
pub fn share_out(ends: &[u64], draws: u64, stream: &mut Stream, visit: &mut impl FnMut(usize, u64)) {
    descend(ends, 0..ends.len(), 0, draws, stream, visit);
}

fn descend(
    ends: &[u64],
    parts: std::ops::Range<usize>,
    before: u64,
    draws: u64,
    stream: &mut Stream,
    visit: &mut impl FnMut(usize, u64),
) {
    if draws == 0 || parts.is_empty() {
        return;
    }
    if parts.len() == 1 {
        return visit(parts.start, draws);
    }
    // Where parts are of one size, halves of a power of two are equal, and one bit decides a draw.
    let middle = parts.start + parts.len().next_power_of_two() / 2;
    let (until, end) = (ends[middle - 1], ends[parts.end - 1]);
    let first = match (until - before, end - before) {
        (0, _) => 0,
        (part, whole) if part == whole => draws,
        (part, whole) => binomial(draws, part, whole, stream),
    };
    descend(ends, parts.start..middle, before, first, stream, visit);
    descend(ends, middle..parts.end, until, draws - first, stream, visit);
}

#[cfg(test)]
mod tests {
    use super::{below, binomial, share_out, streams};
    use rand_xoshiro::rand_core::Rng;

    #[test]
    fn streams_do_not_depend_on_where_they_begin() {
        let draw = |first, count| streams(7, first, count).iter_mut().map(Rng::next_u64).collect::<Vec<_>>();
        assert_eq!(draw(0, 10)[4..], draw(4, 6));
        assert_ne!(streams(8, 0, 1)[0].next_u64(), draw(0, 1)[0]);
        // To the bit on every machine.
        assert_eq!(draw(0, 2), FIRST_OF_SEED_7);
    }

    const FIRST_OF_SEED_7: [u64; 2] = [16_078_152_666_337_791_128, 6_454_960_538_547_745_113];

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "to a few digits")]
    fn bits_are_set_as_often_as_the_chance_says() {
        let mut stream = streams(1, 0, 1).remove(0);
        for chance in [1 << 63, 1 << 62, 3 << 62, u64::MAX / 3, u64::MAX / 1000] {
            let words = 200_000u64;
            let set: u64 = (0..words).map(|_| u64::from(below(chance, &mut stream).count_ones())).sum();
            let (found, expected) = (set as f64 / (64 * words) as f64, chance as f64 / 2f64.powi(64));
            // Five standard deviations.
            let allowed = 5.0 * (expected * (1.0 - expected) / (64 * words) as f64).sqrt();
            assert!((found - expected).abs() < allowed, "{found} for {expected}");
        }
        assert_eq!(below(0, &mut stream), 0);
    }

    #[test]
    fn shares_add_up_and_have_the_mean_and_variance_of_a_multinomial() {
        let sizes = [1u64, 0, 256, 256, 256, 100, 31];
        let ends: Vec<u64> = sizes
            .iter()
            .scan(0, |end, size| {
                *end += size;
                Some(*end)
            })
            .collect();
        let (draws, samples) = (900, 20_000);
        let mut sums = [(0.0, 0.0); 7];
        for mut stream in streams(3, 0, samples) {
            let mut shares = [0u64; 7];
            share_out(&ends, draws, &mut stream, &mut |part, share| shares[part] += share);
            assert_eq!(shares.iter().sum::<u64>(), draws);
            for (sum, &share) in sums.iter_mut().zip(&shares) {
                #[expect(clippy::cast_precision_loss, reason = "small")]
                let share = share as f64;
                *sum = (sum.0 + share, sum.1 + share * share);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "small")]
        for (&size, (sum, squares)) in sizes.iter().zip(sums) {
            let chance = size as f64 / 900.0;
            let (mean, variance) = (900.0 * chance, 900.0 * chance * (1.0 - chance));
            let (found, spread) = (sum / samples as f64, squares / samples as f64 - (sum / samples as f64).powi(2));
            assert!((found - mean).abs() <= 5.0 * (variance / samples as f64).sqrt(), "{found} for {mean}");
            assert!((spread - variance).abs() <= 0.08 * variance, "{spread} for {variance}");
        }
        assert_eq!(binomial(0, 1, 2, &mut streams(3, 0, 1)[0]), 0);
    }
}
