"""What is to be had of scikit-learn 1.9.1."""

from rapidscore.compat.sklearn import metrics

__all__ = ["metrics"]
