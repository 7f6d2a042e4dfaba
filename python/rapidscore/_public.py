"""The decorator of public names, which keeps their path when files move."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

T = TypeVar("T")


def public(definition: T) -> T:
    """Set the module of a class or function to `rapidscore`, as NumPy and polars do.

    Pickles, tracebacks and documentation then show the path that users import, independent of the file. This decorator
    must stand above `dataclass`, which resolves annotations in the module of the class.
    """
    definition.__module__ = "rapidscore"
    return definition


def has_key(items: Container[Any], key: Any) -> bool:
    """Return whether a key is there; one that no mapping can have, such as a list, is not."""
    try:
        return key in items
    except TypeError:
        return False


class Unchangeable:
    """The base class of results, whose items and attributes cannot be set or deleted."""

    __slots__ = ()

    # Type checkers report such assignments themselves, without these methods.
    if not TYPE_CHECKING:

        def __init_subclass__(cls, **options: Any) -> None:
            super().__init_subclass__(**options)
            if "__setattr__" in cls.__dict__:
                # A frozen dataclass with slots, whose own methods fail for names that are no fields: they look for the
                # class that was there before it got its slots.
                cls.__setattr__ = cls.__delattr__ = _refuse

        def __setitem__(self, key: Any, value: Any) -> None:
            raise TypeError(f"{type(self).__name__}[{key!r}] cannot be set: {_REMEDY}")

        def __delitem__(self, key: Any) -> None:
            raise TypeError(f"{type(self).__name__}[{key!r}] cannot be deleted: {_REMEDY}")


_REMEDY = "results do not change, so change a copy of what they hold"


def _refuse(result: Any, name: str, *_: Any) -> NoReturn:
    raise FrozenInstanceError(f"{type(result).__name__}.{name} cannot be set or deleted: {_REMEDY}")
