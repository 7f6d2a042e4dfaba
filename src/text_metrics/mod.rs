//! The metrics of texts, one file for each.

pub mod bleu;
pub mod chrf;
pub mod error_rate;
pub mod rouge;
pub mod ter;

use crate::error::Error;

/// The highest order of n-grams.
const MAX_ORDER: usize = 100;

/// An order of n-grams, which must be from `lowest` (0 or 1) to 100.
///
/// # Errors
/// If it is not.
pub fn ngram_order(option: &'static str, order: i128, lowest: usize) -> Result<usize, Error> {
    let allowed = if lowest == 0 { "from 0 to 100" } else { "from 1 to 100" };
    let valid = usize::try_from(order).ok().filter(|order| (lowest..=MAX_ORDER).contains(order));
    valid.ok_or_else(|| Error::OutOfRange { option, value: order.to_string(), allowed })
}
