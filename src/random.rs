//! Streams of random numbers and multinomial counts, with equal results on every machine.
//!
//! Each sample has its own stream of xoshiro256++ (D. Blackman and S. Vigna, "Scrambled linear pseudorandom number
//! generators", 2021), seeded from the caller's seed and the number of the sample. The result does not depend on the
//! thread that draws a sample, or on the order of the samples.
//!
//! # Multinomial counts
//!
//! `n` draws with replacement read rows all over memory. Instead, the number of draws that fall on each part of the
//! rows is drawn first, by halving: of the draws that fall on a range, the number that fall on its first half is
//! binomially distributed. The distribution of the result is the same, and the draws within a part read memory that is
//! close together. A binomial number is a count of random bits, so only integers are used, and no logarithm that
//! machines round differently.
//!
//! ```
//! use rapidscore::random::{multinomial, streams};
//!
//! let mut stream = streams(7, 0, 1).remove(0);
//! let mut drawn = [0; 3];
//! // Three parts of 10, 20 and 70 rows.
//! multinomial(&[10, 30, 100], 1000, &mut stream, &mut |part, count| drawn[part] = count);
//! assert_eq!(drawn.iter().sum::<u64>(), 1000);
//! ```

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// A stream of random numbers.
pub type Stream = Xoshiro256PlusPlus;

/// The streams of `count` samples, beginning with sample number `first`.
#[must_use]
pub fn streams(seed: u64, first: usize, count: usize) -> Vec<Stream> {
    let mut seeds = Stream::seed_from_u64(seed);
    for _ in 0..first {
        seeds.next_u64();
    }
    (0..count).map(|_| Stream::seed_from_u64(seeds.next_u64())).collect()
}

/// Draws from the binomial distribution B(`trials`, `part / whole`), where `0 < part < whole`.
///
/// Each trial compares a random number with the probability, from the highest bit down. The number of undecided trials
/// whose next bit is set is a draw from B(n, 1/2). Each bit decides half of the trials, so a trial takes two bits on
/// average.
pub fn binomial(trials: u64, part: u64, whole: u64, stream: &mut Stream) -> u64 {
    // The probability in units of 2^-64; the truncation error is below anything that can be observed.
    #[expect(clippy::cast_possible_truncation, reason = "part is less than whole")]
    let mut chance = ((u128::from(part) << 64) / u128::from(whole)) as u64;
    let (mut successes, mut open) = (0, trials);
    // After the last set bit of the probability, no random number is below it.
    while open > 0 && chance != 0 {
        let set = binomial_half(open, stream);
        if chance >> 63 == 1 {
            successes += open - set;
            open = set;
        } else {
            open -= set;
        }
        chance <<= 1;
    }
    successes
}

/// Draws from the binomial distribution B(`coins`, 1/2).
fn binomial_half(coins: u64, stream: &mut Stream) -> u64 {
    let words: u64 = (0..coins / 64).map(|_| u64::from(stream.next_u64().count_ones())).sum();
    match coins % 64 {
        0 => words,
        rest => words + u64::from((stream.next_u64() >> (64 - rest)).count_ones()),
    }
}

/// Draws how many of `draws` fall on each part, where the probability of a part is proportional to its size. `ends`
/// holds the cumulative sums of the sizes. Calls `visit` with each part on which a draw falls, in order, and its count.
pub fn multinomial(ends: &[u64], draws: u64, stream: &mut Stream, visit: &mut impl FnMut(usize, u64)) {
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
    // For parts of equal size, halves of a power of two are equal, and one bit decides a draw.
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
    use super::{binomial, multinomial, streams};
    use rand_xoshiro::rand_core::Rng;

    #[test]
    fn streams_do_not_depend_on_where_they_begin() {
        let draw = |first, count| streams(7, first, count).iter_mut().map(Rng::next_u64).collect::<Vec<_>>();
        assert_eq!(draw(0, 10)[4..], draw(4, 6));
        assert_ne!(streams(8, 0, 1)[0].next_u64(), draw(0, 1)[0]);
        // The same bits on every machine.
        assert_eq!(draw(0, 2), FIRST_OF_SEED_7);
    }

    const FIRST_OF_SEED_7: [u64; 2] = [16_078_152_666_337_791_128, 6_454_960_538_547_745_113];

    #[test]
    #[expect(clippy::cast_precision_loss, reason = "to a few digits")]
    fn binomials_have_their_mean_and_variance() {
        let mut stream = streams(1, 0, 1).remove(0);
        let samples = 20_000;
        for (trials, part, whole) in
            [(1, 1, 2), (64, 1, 2), (100, 1, 3), (1000, 999, 1000), (5, 3, 4), (640, 1, 1 << 40)]
        {
            let (mut sum, mut squares) = (0.0, 0.0);
            for _ in 0..samples {
                let found = binomial(trials, part, whole, &mut stream);
                assert!(found <= trials);
                sum += found as f64;
                squares += (found * found) as f64;
            }
            let chance = part as f64 / whole as f64;
            let (mean, variance) = (trials as f64 * chance, trials as f64 * chance * (1.0 - chance));
            let (found, spread) =
                (sum / f64::from(samples), squares / f64::from(samples) - (sum / f64::from(samples)).powi(2));
            // Five standard deviations.
            assert!((found - mean).abs() <= 5.0 * (variance / f64::from(samples)).sqrt() + 1e-9, "{found} for {mean}");
            assert!((spread - variance).abs() <= 0.08 * variance + 1e-6, "{spread} for {variance}");
        }
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
            multinomial(&ends, draws, &mut stream, &mut |part, share| shares[part] += share);
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
