//! The rank of the true class among the scores of a row, for top-k accuracy.
//!
//! Of equal scores, the later class ranks first, as in scikit-learn 1.9, which reverses a stable order.

use crate::parallel;
use crate::stop;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The number of scores that a thread takes at a time.
const BATCH: usize = 1 << 16;

/// The ranks of the true classes, from 0. `scores` has a row for each element of `classes`.
///
/// # Errors
/// The position of a score that is NaN.
pub fn ranks<T: Copy + PartialOrd + Sync>(scores: &[T], classes: &[u32]) -> Result<Vec<i64>, usize> {
    let mut ranks = stop::filled(0, classes.len());
    let width = scores.len() / classes.len().max(1);
    let wrong = AtomicUsize::new(usize::MAX);
    parallel::fill(&mut ranks, BATCH / width.max(1), |first, ranks| {
        for (row, rank) in (first..).zip(ranks) {
            match rank_of(&scores[row * width..][..width], classes[row] as usize) {
                Some(found) => *rank = found,
                None => {
                    wrong.fetch_min(row, Relaxed);
                }
            }
        }
    });
    match wrong.into_inner() {
        usize::MAX => Ok(ranks),
        row => {
            let column = scores[row * width..].iter().position(|score| !is_number(*score));
            Err(row * width + column.unwrap_or(0))
        }
    }
}

#[expect(clippy::eq_op, reason = "only NaN is unequal to itself")]
fn is_number<T: Copy + PartialOrd>(score: T) -> bool {
    score == score
}

/// The number of scores ranked before the class, or `None` if a score is NaN.
fn rank_of<T: Copy + PartialOrd>(scores: &[T], class: usize) -> Option<i64> {
    let own = scores[class];
    let (before, after) = (&scores[..class], &scores[class + 1..]);
    let rank = before.iter().map(|&score| i64::from(score > own)).sum::<i64>()
        + after.iter().map(|&score| i64::from(score >= own)).sum::<i64>();
    scores.iter().all(|&score| is_number(score)).then_some(rank)
}

#[cfg(test)]
mod tests {
    use super::ranks;

    #[test]
    fn equal_scores_rank_the_later_class_first() {
        let scores = [0.2, 0.5, 0.2, 0.1, 0.9, 0.9];
        assert_eq!(ranks(&scores, &[0, 1]), Ok(vec![2, 1]));
        assert_eq!(ranks(&scores, &[2, 2]), Ok(vec![1, 0]));
        assert_eq!(ranks::<f32>(&[], &[]), Ok(vec![]));
    }

    #[test]
    fn nan_is_found() {
        let mut scores = vec![1.0; 300_000];
        let first = vec![0; 100_000];
        assert_eq!(ranks(&scores, &first).unwrap()[99_999], 2);
        scores[200_001] = f64::NAN;
        assert_eq!(ranks(&scores, &first), Err(200_001));
    }
}
