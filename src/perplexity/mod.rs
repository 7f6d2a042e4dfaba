//! Perplexity. Row: [nll, tokens, perplexity, sequences, hits, top-k hits, bytes, characters, words].
//!
//! `nll` is the negative log-likelihood of a sequence, in nats. `sequences` is 1 where there is a token, and
//! `perplexity` is that sequence's own, for the mean of all. What is not known is NaN, and makes the total's NaN.

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
