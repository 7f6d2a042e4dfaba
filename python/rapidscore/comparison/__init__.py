"""Comparison of systems: differences, p-values, and the difference that a test set can show."""
