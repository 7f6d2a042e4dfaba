"""Functions that take scikit-learn's place, and hand over to it what they do not cover."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class NotCovered(ValueError):  # noqa: N818  # not an error of the caller's
    """These arguments are for scikit-learn to answer. Says which, and is raised before anything is warned of."""


def drop_in(ours: Callable[P, R]) -> Callable[P, R]:
    """Let scikit-learn's function of the same name answer where ours raises `TypeError` or `ValueError`.

    So are bad arguments: the error is scikit-learn's own.
    """

    @wraps(ours)
    def function(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return ours(*args, **kwargs)
        except (TypeError, ValueError) as reason:
            theirs = original(ours, reason)
        return theirs(*args, **kwargs)

    return function


def original(ours: Callable[P, R], reason: Exception) -> Callable[P, R]:
    """Return scikit-learn's function; without scikit-learn, raise an error that states the reason for asking.

    It is looked up where it is defined, so that it is scikit-learn's even if ours has taken its place in
    `sklearn.metrics`.
    """
    try:
        from sklearn.metrics import _classification, _ranking
    except ImportError:
        kind = TypeError if isinstance(reason, TypeError) else ValueError
        raise kind(
            f"{ours.__name__} of rapidscore does not cover these arguments: {reason}. "
            "What it does not cover scikit-learn answers: pip install scikit-learn"
        ) from reason
    module = _classification if hasattr(_classification, ours.__name__) else _ranking
    theirs: Callable[P, R] = getattr(module, ours.__name__)
    return theirs
