"""Perplexity from logits, log-probabilities or losses of tokens."""
