"""Where fairlearn itself answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def or_fairlearn(function: Callable[P, R]) -> Callable[P, R]:
    """Let fairlearn answer, or raise its own error, for what a function refuses; where it is installed."""

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except (TypeError, ValueError) as refusal:
            try:
                peer: Any = import_module("fairlearn.metrics")
            except ModuleNotFoundError:
                refusal.add_note(f"fairlearn's own {function.__name__} takes more: pip install fairlearn")
                raise refusal from None
        theirs = getattr(peer, function.__name__)
        # Where ours has taken its place, fairlearn's own is what it wraps.
        result: R = getattr(theirs, "__wrapped__", theirs)(*args, **kwargs)
        return result

    return answer
