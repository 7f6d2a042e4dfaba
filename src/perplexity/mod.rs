//! Perplexity. Row: [nll, tokens, perplexity, sequences, hits, top-k hits, bytes, characters, words].
//!
//! `nll` is the negative log-likelihood of a sequence, in nats. `sequences` is 1 where there is a token, and
//! `perplexity` is that sequence's own, for the mean of all. What is not known is NaN, and makes the total's NaN.

pub mod exponentials;
pub mod formats;
pub mod log_probs;
pub mod logits;
pub mod rows;
