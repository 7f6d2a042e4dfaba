"""Several metrics at once."""
