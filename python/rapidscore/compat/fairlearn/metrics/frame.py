"""fairlearn's `MetricFrame`, with our functions in place of those of scikit-learn and fairlearn that we cover."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from inspect import signature
from typing import Any

#: The peers' modules, and our modules that replace them.
_DROP_INS = {
    "sklearn.metrics": "rapidscore.compat.sklearn.metrics",
    "fairlearn.metrics": "rapidscore.compat.fairlearn.metrics",
}


def metric_frame() -> type:
    """Make the class `MetricFrame`. Raises `ModuleNotFoundError` if fairlearn is not installed."""
    try:
        theirs: Any = import_module("fairlearn.metrics").MetricFrame
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("MetricFrame is fairlearn's own: pip install fairlearn") from error

    class MetricFrame(theirs):  # type: ignore[misc]  # fairlearn has no types
        """A frame of metrics by group. Parameters, attributes and methods as `MetricFrame` of fairlearn 0.15.0.

        It is a subclass of fairlearn's class. The only difference: functions of scikit-learn and fairlearn among
        `metrics`, also in a `functools.partial`, are replaced by those of `rapidscore.compat.sklearn.metrics` and
        `rapidscore.compat.fairlearn.metrics` where these have them.
        """

        __signature__ = signature(theirs)

        def __init__(self, *, metrics: Any, **options: Any) -> None:
            super().__init__(metrics=quick(metrics), **options)

    MetricFrame.__module__ = "rapidscore.compat.fairlearn.metrics"
    MetricFrame.__qualname__ = "MetricFrame"
    return MetricFrame


def quick(metrics: Any) -> Any:
    """Replace metric functions by ours where we have them: one function, or a mapping of functions by name.

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
    for peer, drop_in in _DROP_INS.items():
        module = import_module(drop_in)
        if name in module.__all__ and getattr(import_module(peer), name, None) is function:
            replacement: Callable[..., Any] = getattr(module, name)
            return replacement
    return function
