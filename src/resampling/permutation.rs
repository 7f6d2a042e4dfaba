//! Permutations of the groups of rows, for tests of whether groups differ.
//!
//! E. J. G. Pitman, "Significance tests which may be applied to samples from any populations", 1937. The shuffle is
//! Fisher and Yates', as R. Durstenfeld, "Algorithm 235: Random permutation", 1964.

use crate::parallel;
use crate::random::{Stream, streams};
use rand_xoshiro::rand_core::Rng;

/// The number of draws that are worth a thread.
const DRAWS: usize = 1 << 15;

/// Fills `permuted` with as many permutations of the codes as it has room for, on all cores, beginning with permutation
/// number `first`. A permutation does not depend on the others.
pub fn permute(codes: &[i32], seed: u64, first: usize, permuted: &mut [i32]) {
    let width = codes.len().max(1);
    parallel::fill(permuted, width * (DRAWS / width).max(1), |position, permuted| {
        let mut streams = streams(seed, first + position / width, permuted.len() / width);
        for (stream, permuted) in streams.iter_mut().zip(permuted.chunks_exact_mut(width)) {
            permuted.copy_from_slice(codes);
            shuffle(permuted, stream);
        }
    });
}

fn shuffle(codes: &mut [i32], stream: &mut Stream) {
    for end in (2..=codes.len()).rev() {
        codes.swap(below(end, stream), end - 1);
    }
}

/// An integer below `end`, each as likely as any other (D. Lemire, "Fast random integer generation in an interval",
/// 2019).
fn below(end: usize, stream: &mut Stream) -> usize {
    let end = end as u64;
    loop {
        let product = u128::from(stream.next_u64()) * u128::from(end);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the two halves are meant, and the upper one is below `end`"
        )]
        let (high, low) = ((product >> 64) as usize, product as u64);
        // Of 2^64 numbers, 2^64 mod `end` are left over when each integer has as many.
        if low >= end || low >= end.wrapping_neg() % end {
            return high;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::permute;

    #[test]
    fn every_permutation_is_as_likely() {
        let mut permuted = vec![0; 3 * 60_000];
        permute(&[0, 1, 2], 3, 0, &mut permuted);
        let mut counts = std::collections::BTreeMap::new();
        permuted.chunks(3).for_each(|codes| *counts.entry(codes.to_vec()).or_insert(0) += 1);
        assert_eq!(counts.len(), 6);
        // Within five standard deviations.
        assert!(counts.values().all(|&count: &i32| (count - 10_000).abs() < 460), "{counts:?}");
    }

    #[test]
    fn a_permutation_does_not_depend_on_where_the_first_is() {
        for count in [0, 1, 2, 100, 40_000] {
            let codes: Vec<i32> = (0..count).map(|code| code % 7).collect();
            let mut all = vec![0; 5 * codes.len()];
            permute(&codes, 9, 0, &mut all);
            let mut last = vec![0; 2 * codes.len()];
            permute(&codes, 9, 3, &mut last);
            assert_eq!(all[3 * codes.len()..], last);
            let mut sorted = last[codes.len()..].to_vec();
            sorted.sort_unstable();
            let mut expected = codes.clone();
            expected.sort_unstable();
            assert_eq!(sorted, expected);
        }
        let mut permuted = [0; 8];
        permute(&[0, 1, 2, 3, 4, 5, 6, 7], 1, 0, &mut permuted);
        // The same bits on every machine.
        assert_eq!(permuted, FIRST_OF_SEED_1);
    }

    const FIRST_OF_SEED_1: [i32; 8] = [2, 6, 3, 7, 4, 5, 0, 1];
}
