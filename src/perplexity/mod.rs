//! Perplexity: the exponential of the mean negative log-likelihood of a token. Row: [nll, tokens, perplexity,
//! sequences, hits, top-k hits, bytes, characters, words].
//!
//! `nll` is the negative log-likelihood of a sequence, in nats. `sequences` is 1 if the sequence has a token, and
//! `perplexity` is its own perplexity, for the mean over sequences. Values that are not known are NaN, and then so is
//! their sum. Pooled over tokens as in torchmetrics 1.9, averaged over sequences as in the `perplexity` of evaluate
//! 0.4.
//!
//! F. Jelinek et al., "Perplexity - a measure of the difficulty of speech recognition tasks", 1977.
//!
//! ```
//! use rapidscore::perplexity::{Aggregate, LogProbSequences, Perplexity};
//!
//! let log_probabilities = [-0.5, -1.5, -1.0];
//! let sequences = LogProbSequences { log_probabilities: &log_probabilities, offsets: &[0, 2, 3], unit: 1.0 };
//! let total = sequences.total().unwrap();
//! let metric = Perplexity::new(None, false, Aggregate::Tokens, 5);
//! assert_eq!(total.finalise(&metric).unwrap().0[0], 1f64.exp());
//! ```

mod exponentials;
mod formats;
mod log_probs;
mod logits;
mod metric;
mod rows;

pub use exponentials::Exponentials;
pub use formats::{BFloat16, Float16, Float32, Float64, Format, Native, Real};
pub use log_probs::{LogProbSequences, LogProbSum, is_log_probability, sum_tokens};
pub use logits::{Buffer, LogitError, Logits, Number, ScoredToken, Stored, TokenLabels, measure_logits};
pub use metric::{Aggregate, Perplexity};
pub use rows::{ROW, SequenceRows, columns};
