//! Perplexity. Row: [nll, tokens, perplexity, sequences, hits, top-k hits, bytes, characters, words].
//!
//! `nll` is the negative log-likelihood of a sequence, in nats. `sequences` is 1 where there is a token, and
//! `perplexity` is that sequence's own, for the mean of all. What is not known is NaN, and makes the total's NaN.

mod exponentials;
mod formats;
mod log_probs;
mod logits;
mod rows;

pub use exponentials::Exponentials;
pub use formats::{Brain, Double, Format, Half, Plain, Real, Single};
pub use log_probs::{Sequence, Sequences, is_log_probability, sum_tokens};
pub use logits::{Buffer, Fault, Labels, Logits, Number, Stored, Token, measure};
pub use rows::{ROW, Segments, columns};
