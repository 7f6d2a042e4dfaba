"""fairlearn's `MetricFrame`, which calls our functions for those of scikit-learn and fairlearn that we have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from inspect import signature
from typing import Any

#: Where functions come from, and where ours are.
_PEERS = {
    "sklearn.metrics": "rapidscore.compat.sklearn.metrics",
    "fairlearn.metrics": "rapidscore.compat.fairlearn.metrics",
}


def metric_frame() -> type:
    """Make the class. Raises `ModuleNotFoundError` without fairlearn."""
    try:
        theirs: Any = import_module("fairlearn.metrics").MetricFrame
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("MetricFrame is fairlearn's own: pip install fairlearn") from error

    class MetricFrame(theirs):  # type: ignore[misc]  # fairlearn has no types
        """fairlearn 0.15.0's `MetricFrame`, with its arguments, attributes and methods.

        Functions among `metrics` that `rapidscore.compat.sklearn.metrics` or `rapidscore.compat.fairlearn.metrics`
        have, also within `functools.partial`, are called there. All else is fairlearn's, and so are frames: whatever
        takes its own takes these.
        """

        __signature__ = signature(theirs)

        def __init__(self, *, metrics: Any, **options: Any) -> None:
            super().__init__(metrics=quick(metrics), **options)

    MetricFrame.__module__ = "rapidscore.compat.fairlearn.metrics"
    MetricFrame.__qualname__ = "MetricFrame"
    return MetricFrame


def quick(metrics: Any) -> Any:
    """Return a metric function, or such functions by name, as ours where there is one.

    >>> from sklearn.metrics import f1_score
    >>> quick({"f1": f1_score, "own": max})["f1"].__module__
    'rapidscore.compat.sklearn.metrics._averaged'
    """
    if isinstance(metrics, Mapping):
        return {name: _quick(function) for name, function in metrics.items()}
    return _quick(metrics)


def _quick(function: Callable[..., Any]) -> Callable[..., Any]:
    if type(function) is partial:
        ours = _quick(function.func)
        return function if ours is function.func else partial(ours, *function.args, **function.keywords)
    name = getattr(function, "__name__", "")
    for peer, home in _PEERS.items():
        module = import_module(home)
        if name in module.__all__ and getattr(import_module(peer), name, None) is function:
            quick: Callable[..., Any] = getattr(module, name)
            return quick
    return function
