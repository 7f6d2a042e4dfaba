//! Multinomial counts: how many of n draws fall on each part.

use crate::random::{Stream, binomial};

/// The probability of a first half that holds everything, which takes no random bits.
pub(super) const CERTAIN: u64 = u64::MAX;

/// Parts of given sizes, on which as many draws fall as all sizes add up to.
///
/// The draws are shared out by halving: of the draws that fall on a range of parts, the number that fall on its first
/// half is binomially distributed.
///
/// ```
/// use rapidscore::random::{Multinomial, streams};
///
/// // Three parts of 10, 20 and 70 rows.
/// let parts = Multinomial::new([10, 20, 70]);
/// let mut drawn = [0; 3];
/// parts.draw(&mut streams(7, 0, 1)[0], |part, count| drawn[part] = count);
/// assert_eq!(drawn.iter().sum::<u64>(), 100);
/// ```
#[derive(Clone, Debug)]
pub struct Multinomial {
    /// For each part but the first, the probability that a draw falls before it, given that it falls on the range of
    /// which the part begins the second half. Each part begins the second half of exactly one range.
    chances: Vec<u64>,
    draws: u64,
}

impl Multinomial {
    /// Parts of these sizes.
    #[must_use]
    pub fn new(sizes: impl IntoIterator<Item = u64>) -> Self {
        // The sum of the sizes before each part, and of all.
        let mut ends = vec![0];
        for size in sizes {
            ends.push(ends[ends.len() - 1] + size);
        }
        let mut chances = vec![0; ends.len() - 1];
        let mut ranges = vec![(0, chances.len())];
        while let Some((start, end)) = ranges.pop() {
            if end - start > 1 {
                let middle = middle(start, end);
                let (part, whole) = (ends[middle] - ends[start], ends[end] - ends[start]);
                chances[middle] = if part == whole { CERTAIN } else { binomial::chance(part, whole) };
                ranges.extend([(start, middle), (middle, end)]);
            }
        }
        Self { chances, draws: ends[ends.len() - 1] }
    }

    /// The number of draws.
    #[must_use]
    pub fn draws(&self) -> u64 {
        self.draws
    }

    pub(super) fn parts(&self) -> usize {
        self.chances.len()
    }

    #[inline]
    pub(super) fn chance(&self, part: usize) -> u64 {
        self.chances[part]
    }

    /// Calls `visit` with each part on which a draw falls, in order, and the number of draws.
    #[inline]
    pub fn draw(&self, stream: &mut Stream, mut visit: impl FnMut(usize, u64)) {
        if self.draws > 0 {
            self.share(0, self.chances.len(), self.draws, stream, &mut visit);
        }
    }

    fn share(
        &self,
        mut start: usize,
        mut end: usize,
        mut draws: u64,
        stream: &mut Stream,
        visit: &mut impl FnMut(usize, u64),
    ) {
        while end - start > 1 {
            let middle = middle(start, end);
            let first = match self.chances[middle] {
                CERTAIN => draws,
                chance => binomial::draw(draws, chance, stream),
            };
            if first == draws {
                end = middle;
            } else {
                if first > 0 {
                    self.share(start, middle, first, stream, visit);
                }
                (start, draws) = (middle, draws - first);
            }
        }
        visit(start, draws);
    }
}

/// Where the second half of a range begins. For parts of equal size, halves of a power of two are equal, and one bit
/// decides a draw.
#[inline]
pub(super) fn middle(start: usize, end: usize) -> usize {
    start + (end - start).next_power_of_two() / 2
}

#[cfg(test)]
mod tests {
    use super::Multinomial;
    use crate::random::{Stream, binomial, streams};
    use rand_xoshiro::rand_core::Rng;

    /// The definition.
    fn share(sizes: &[u64], draws: u64, stream: &mut Stream) -> Vec<u64> {
        if sizes.len() < 2 || draws == 0 {
            return sizes.iter().map(|_| draws).collect();
        }
        let (one, other) = sizes.split_at(sizes.len().next_power_of_two() / 2);
        let first = match (one.iter().sum(), sizes.iter().sum()) {
            (0, _) => 0,
            (part, whole) if part == whole => draws,
            (part, whole) => binomial(draws, part, whole, stream),
        };
        let mut shares = share(one, first, stream);
        shares.extend(share(other, draws - first, stream));
        shares
    }

    #[test]
    fn draws_are_those_of_the_definition() {
        let mut numbers = streams(5, 0, 1).remove(0);
        for parts in [0, 1, 2, 3, 7, 8, 9, 100, 1000] {
            for most in [1, 2, 3, 50, 1000] {
                let sizes: Vec<u64> = (0..parts).map(|_| numbers.next_u64() % most).collect();
                let multinomial = Multinomial::new(sizes.iter().copied());
                assert_eq!(multinomial.draws(), sizes.iter().sum::<u64>());
                let [mut one, mut other] = [0, 0].map(|_| streams(most, parts, 1).remove(0));
                for _ in 0..3 {
                    let mut drawn = vec![0; parts];
                    multinomial.draw(&mut one, |part, count| drawn[part] += count);
                    assert_eq!(drawn, share(&sizes, multinomial.draws(), &mut other));
                }
                assert_eq!(one, other, "as many random numbers are used");
            }
        }
    }

    #[test]
    fn shares_add_up_and_have_the_mean_and_variance_of_a_multinomial() {
        let sizes = [1u64, 0, 256, 256, 256, 100, 31];
        let (multinomial, samples) = (Multinomial::new(sizes), 20_000);
        let mut sums = [(0.0, 0.0); 7];
        for mut stream in streams(3, 0, samples) {
            let mut shares = [0u64; 7];
            multinomial.draw(&mut stream, |part, share| shares[part] += share);
            assert_eq!(shares.iter().sum::<u64>(), 900);
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
    }
}
