"""Functions that take scikit-learn's place, and hand over to it what they do not cover."""

from __future__ import annotations

from typing import Any

from rapidscore.compat._peer import answered_by


class NotCovered(ValueError):  # noqa: N818  # not an error of the caller's
    """These arguments are for scikit-learn to answer. It names them, and is raised before any warning."""


def _find(name: str) -> Any:
    """Return scikit-learn's function from where it is defined, which `patch()` leaves as it is."""
    from sklearn.metrics import _classification, _ranking

    return getattr(_classification if hasattr(_classification, name) else _ranking, name)


drop_in = answered_by(_find, "scikit-learn")
