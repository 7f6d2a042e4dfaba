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

mod binomial;
mod lanes;
mod multinomial;

pub use binomial::{binomial, binomial_half};
pub use lanes::{Numbers, STREAMS, Streams, Visit};
pub use multinomial::Multinomial;

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

#[cfg(test)]
mod tests {
    use super::streams;
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
}
