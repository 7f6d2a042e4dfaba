"""Warnings that point at the line of whoever called this package."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class UndefinedMetricWarning(UserWarning):
        """A metric divides by nothing, and is given a value all the same.

        Where scikit-learn is installed this is `sklearn.exceptions.UndefinedMetricWarning`, otherwise a class of our
        own. It is made when asked for first, because importing scikit-learn takes a second.
        """


def __getattr__(name: str) -> Any:
    if name != "UndefinedMetricWarning":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from sklearn.exceptions import UndefinedMetricWarning as Class
    except Exception:  # not there, or broken: no reason for a score to fail
        Class = type(name, (UserWarning,), {"__module__": __name__})  # noqa: N806  # it is one
    globals()[name] = Class
    return Class


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn in the name of the first caller outside of this package."""
    package = __name__.partition(".")[0]
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def warn_undefined(message: str) -> None:
    """Warn, by `UndefinedMetricWarning`, that a metric is undefined."""
    warn(message, sys.modules[__name__].UndefinedMetricWarning)
