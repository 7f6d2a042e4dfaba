"""Warnings that point at the line outside this package that called it."""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class UndefinedMetricWarning(UserWarning):
        """Warning that a metric is undefined, because it divides by zero, and that a value was used in its place.

        If scikit-learn is installed, this is `sklearn.exceptions.UndefinedMetricWarning`, otherwise a class of this
        module. It is imported or created when it is first used, because importing scikit-learn takes a second.
        """


def __getattr__(name: str) -> Any:
    if name != "UndefinedMetricWarning":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from sklearn.exceptions import UndefinedMetricWarning as Class
    except Exception:  # scikit-learn is missing or broken, which must not prevent scores
        Class = type(name, (UserWarning,), {"__module__": __name__})  # noqa: N806  # it is one
    globals()[name] = Class
    return Class


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Issue a warning at the line of the first caller outside this package."""
    package = __name__.partition(".")[0]
    frame, level = sys._getframe(1), 2
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=level)


def warn_undefined(message: str) -> None:
    """Issue an `UndefinedMetricWarning`."""
    warn(message, sys.modules[__name__].UndefinedMetricWarning)
