//! Where the true class stands among a row's scores: what top-k accuracy is made of.
//!
//! Of equal scores, that of the later class stands first, as in scikit-learn 1.9, which reverses a stable order.

use crate::parallel;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Scores that a thread takes at a time.
const BATCH: usize = 1 << 16;

/// The ranks, from 0, of the true classes. `scores` has a row for each of `classes`.
///
/// # Errors
/// The place of a score that is NaN.
pub fn ranks<T: Copy + PartialOrd + Sync>(scores: &[T], classes: &[u32]) -> Result<Vec<i64>, usize> {
    let mut ranks = vec![0; classes.len()];
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

#[expect(clippy::eq_op, reason = "NaN only is unequal to itself")]
fn is_number<T: Copy + PartialOrd>(score: T) -> bool {
    score == score
}

/// How many scores stand before that of the class; nothing when one is NaN.
fn rank_of<T: Copy + PartialOrd>(scores: &[T], class: usize) -> Option<i64> {
    let own = scores[class];
    let (before, behind) = (&scores[..class], &scores[class + 1..]);
    let rank = before.iter().map(|&score| i64::from(score > own)).sum::<i64>()
        + behind.iter().map(|&score| i64::from(score >= own)).sum::<i64>();
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
    fn what_is_no_number_is_found() {
        let mut scores = vec![1.0; 300_000];
        let first = vec![0; 100_000];
        assert_eq!(ranks(&scores, &first).unwrap()[99_999], 2);
        scores[200_001] = f64::NAN;
        assert_eq!(ranks(&scores, &first), Err(200_001));
    }
}
