"""fairlearn's API (0.15.0): `fairlearn.metrics`."""

from rapidscore.compat.fairlearn import metrics

__all__ = ["metrics"]
