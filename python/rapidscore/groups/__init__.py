"""Scores by group, how much they differ, and their confidence intervals."""
