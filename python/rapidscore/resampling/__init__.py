"""Samples of a test set, drawn or exchanged at random, and the confidence intervals of its scores."""
