"""Options of metrics and functions, checked and brought into one form."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite
from operator import index
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np


def as_bool(name: str, value: Any) -> bool:
    """Return an option as a `bool`. Raises `TypeError` for anything but True and False."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r} ({type(value).__name__})")
    return bool(value)


def as_int(name: str, value: Any) -> int:
    """Return an option as an `int`. Raises `TypeError` for anything but a whole number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{name} must be a whole number, not {value!r} ({type(value).__name__})")
    return index(value)


def as_number(name: str, value: Any) -> float:
    """Return an option as a finite number, an `int` where it is whole. Raises `TypeError` or `ValueError`."""
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number, not {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return int(number) if number.is_integer() else number


def as_float_or_none(name: str, value: Any) -> float | None:
    """Return an option as a `float`, or None."""
    if value is None:
        return None
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number or None, not {value!r} ({type(value).__name__})")
    return float(as_number(name, value))


def as_int_or_none(name: str, value: Any) -> int | None:
    """Return an option as an `int`, or None."""
    return None if value is None else as_int(name, value)


def as_str(name: str, value: Any) -> str:
    """Return an option as a `str`. Raises `TypeError` for anything else."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {value!r} ({type(value).__name__})")
    return str(value)


#: The check of each option, by its annotation.
CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "bool": as_bool,
    "int": as_int,
    "int | None": as_int_or_none,
    "int | float": as_number,
    "float | None": as_float_or_none,
    "str": as_str,
}
