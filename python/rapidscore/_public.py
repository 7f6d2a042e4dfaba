"""The decorator of public names, which keeps their path when files move."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def public(definition: T) -> T:
    """Set the module of a class or function to `rapidscore`, as NumPy and polars do.

    Pickles, tracebacks and documentation then show the path that users import, independent of the file. This decorator
    must stand above `dataclass`, which resolves annotations in the module of the class.
    """
    definition.__module__ = "rapidscore"
    return definition
