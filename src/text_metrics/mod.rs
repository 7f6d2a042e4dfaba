//! The metrics of texts, one file for each: the definition, the layout of a row, and the reference implementation that
//! the scores equal.
//!
//! ```
//! use rapidscore::scoring::{Fold, TextInput, TextMetric, Workspace};
//! use rapidscore::text_metrics::chrf::{Chrf, Options};
//!
//! let metric = Chrf::new(Options { char_order: 6, beta_squared: 4.0, ..Options::default() })?;
//! let mut row = vec![0.0; metric.columns().len()];
//! let text = TextInput::Raw(b"the cat sat");
//! metric.measure(text, &[text], &mut Workspace::default(), &mut row);
//! let mut scores = [0.0];
//! metric.finalise(&row, &mut scores);
//! assert_eq!(scores, [100.0]);
//! # Ok::<(), rapidscore::Error>(())
//! ```

pub mod bleu;
pub mod chrf;
pub mod error_rate;
pub mod rouge;
pub mod ter;

use crate::error::Error;

/// The highest order of n-grams.
const MAX_ORDER: usize = 100;

/// Checks an order of n-grams, which must be between `lowest` (0 or 1) and 100.
///
/// # Errors
/// If the order is out of range.
pub fn ngram_order(option: &'static str, order: i128, lowest: usize) -> Result<usize, Error> {
    let allowed = if lowest == 0 { "from 0 to 100" } else { "from 1 to 100" };
    let valid = usize::try_from(order).ok().filter(|order| (lowest..=MAX_ORDER).contains(order));
    valid.ok_or_else(|| Error::OutOfRange { option, value: order.to_string(), allowed })
}
