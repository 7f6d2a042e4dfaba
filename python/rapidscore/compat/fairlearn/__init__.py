"""What is to be had of fairlearn 0.15.0."""

from rapidscore.compat.fairlearn import metrics

__all__ = ["metrics"]
