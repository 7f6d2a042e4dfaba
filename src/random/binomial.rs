//! Binomial numbers.

use crate::random::Stream;
use rand_xoshiro::rand_core::Rng;

/// Draws from the binomial distribution B(`trials`, `part / whole`), where `0 < part < whole`.
///
/// Each trial compares a random number with the probability, from the highest bit down. The number of undecided trials
/// whose next bit is set is a draw from B(n, 1/2). Each bit decides half of the trials, so a trial takes two bits on
/// average.
pub fn binomial(trials: u64, part: u64, whole: u64, stream: &mut Stream) -> u64 {
    draw(trials, chance(part, whole), stream)
}

/// The probability `part / whole` in units of 2^-64. The truncation error is below anything that can be observed.
#[expect(clippy::cast_possible_truncation, reason = "part is less than whole")]
pub(super) fn chance(part: u64, whole: u64) -> u64 {
    ((u128::from(part) << 64) / u128::from(whole)) as u64
}

/// Draws from the binomial distribution B(`trials`, `chance` / 2^64).
#[inline]
pub(super) fn draw(trials: u64, mut chance: u64, stream: &mut Stream) -> u64 {
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
#[inline]
pub fn binomial_half(coins: u64, stream: &mut Stream) -> u64 {
    let words: u64 = (0..coins / 64).map(|_| u64::from(stream.next_u64().count_ones())).sum();
    match coins % 64 {
        0 => words,
        rest => words + u64::from((stream.next_u64() >> (64 - rest)).count_ones()),
    }
}

#[cfg(test)]
mod tests {
    use super::binomial;
    use crate::random::streams;

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
    fn no_trials_have_no_successes() {
        assert_eq!(binomial(0, 1, 2, &mut streams(3, 0, 1)[0]), 0);
    }
}
