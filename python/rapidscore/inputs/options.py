"""Checks of arguments; those of options convert equal values such as `2` and `2.0` to one type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from math import inf, isfinite
from operator import index
from typing import Any, SupportsFloat, SupportsIndex

import numpy as np

from rapidscore import _core


def as_bool(name: str, value: Any) -> bool:
    """Return an option as `bool`. Raises `TypeError` for other types."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r} ({type(value).__name__})")
    return bool(value)


#: Options are smaller numbers than this: those that the core reads as 128-bit integers, and refuses if out of range.
_TOO_LARGE = 2**127


def as_int(name: str, value: Any) -> int:
    """Return an option as `int`.

    Raises `TypeError` for values that are not integers, and `ValueError` for integers that no option can have.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{name} must be a whole number, not {value!r} ({type(value).__name__})")
    number = index(value)
    if not -_TOO_LARGE < number < _TOO_LARGE:
        raise ValueError(f"{name} is out of range: got a number of {number.bit_length()} bits")
    return number


def as_number(name: str, value: Any) -> float:
    """Return an option as finite number: an `int` if it is whole, otherwise a `float`.

    Raises `TypeError` for other types, and `ValueError` for NaN and infinity.
    """
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number, not {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {number!r}")
    return int(number) if number.is_integer() else number


def as_float_or_none(name: str, value: Any) -> float | None:
    """Return an option as finite `float`, or None. Raises the errors of `as_number`."""
    if value is None:
        return None
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number or None, not {value!r} ({type(value).__name__})")
    return float(as_number(name, value))


def as_int_or_none(name: str, value: Any) -> int | None:
    """Return an option as `int`, or None. Raises the errors of `as_int`."""
    return None if value is None else as_int(name, value)


def check_int64(name: str, value: int | None) -> None:
    """Raise `ValueError` if an option is neither None nor an integer of 64 bits."""
    if value is not None and not -(2**63) <= value < 2**63:
        raise ValueError(f"{name} must fit into int64, got {value}")


_UNORDERED = (Set, Mapping)


def check_ordered(values: Any, name: str) -> None:
    """Raise `TypeError` for a set or a mapping; the order of a set of `str` differs from one process to the next.

    `name` is the name of the argument in messages.
    """
    if isinstance(values, _UNORDERED):
        raise TypeError(f"{name} is a {type(values).__name__}, which has no order or no positions: pass a list")


def as_sequence(name: str, values: Any) -> list[Any]:
    """Return a sequence as list. Raises `TypeError` for a `str`, a set, a mapping, and for what is no sequence."""
    check_ordered(values, name)
    if isinstance(values, str) or not isinstance(values, Iterable) or getattr(values, "ndim", 1) == 0:
        raise TypeError(f"{name} must be a sequence, not {values!r} ({type(values).__name__}): pass [{values!r}]")
    return _core.list_of(values)


def as_str(name: str, value: Any) -> str:
    """Return an option as `str`. Raises `TypeError` for other types."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {value!r} ({type(value).__name__})")
    return str(value)


#: The check of an option by its annotation.
CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "bool": as_bool,
    "int": as_int,
    "int | None": as_int_or_none,
    "int | float": as_number,
    "float | None": as_float_or_none,
    "str": as_str,
}
