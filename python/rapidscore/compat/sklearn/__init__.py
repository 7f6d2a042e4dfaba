"""scikit-learn's API (1.9.1): `sklearn.metrics`."""

from rapidscore.compat.sklearn import metrics

__all__ = ["metrics"]
