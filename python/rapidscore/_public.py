"""The address of public names, which does not change when files move."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def public(thing: T) -> T:
    """Let a class or function name `rapidscore` as its module, as NumPy's and polars' do.

    Pickles, tracebacks and documentation then show the path that users import, wherever the file is. As a decorator it
    stands above `dataclass`, which reads annotations in the module where they are written.
    """
    thing.__module__ = "rapidscore"
    return thing
