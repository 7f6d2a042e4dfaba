"""Attributes replaced and restored, wherever they are held."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any

#: Modules in which nothing is replaced: ours, which know the peers' own functions from those that took their place.
_OURS = __name__.partition(".")[0]


@dataclass(frozen=True)
class Replacement:
    """An attribute of a module or class, and what takes its place."""

    owner: Any
    name: str
    make: Callable[[Any], Any]
    """Makes the replacement of the original."""
    everywhere: bool = False
    """Whether other modules that hold the original get the replacement, too."""
    keep_in: tuple[str, ...] = ()
    """Modules that keep the original."""
    title: str = ""
    """What it is called; by default the attribute with its module or class."""

    def __str__(self) -> str:
        owner = self.owner
        where = (
            f"{owner.__module__}.{owner.__qualname__}" if isinstance(owner, type) else getattr(owner, "__name__", "")
        )
        return self.title or f"{where}.{self.name}"


@dataclass(frozen=True)
class Installed:
    """A replacement that is in place."""

    replacement: Replacement
    original: Any
    new: Any

    def restore(self) -> None:
        """Put the original back wherever the replacement is."""
        replacement = self.replacement
        setattr(replacement.owner, replacement.name, self.original)
        if replacement.everywhere:
            _exchange(self.new, self.original)


def install(replacement: Replacement) -> Installed:
    """Replace an attribute."""
    # As it stands in the class or module: a method looked up through an instance would be bound.
    original = vars(replacement.owner)[replacement.name]
    new = replacement.make(original)
    setattr(replacement.owner, replacement.name, new)
    if replacement.everywhere:
        _exchange(original, new, replacement.keep_in)
    return Installed(replacement, original, new)


def _exchange(one: Any, other: Any, keep_in: tuple[str, ...] = ()) -> None:
    """Put the other object wherever a module holds the one."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == _OURS or name in keep_in:
            continue
        try:
            held = [key for key, value in list(vars(module).items()) if value is one]
        except TypeError:  # what stands in sys.modules need not be a module
            continue
        for key in held:
            setattr(module, key, other)


def function(module: str, ours: Callable[..., Any]) -> Callable[[Any], Any]:
    """Return what makes a replacement that calls `ours`, and looks like the original, at home in a module."""

    def make(original: FunctionType) -> Any:
        @wraps(original)
        def replaced(*args: Any, **kwargs: Any) -> Any:
            return ours(*args, **kwargs)

        # Pickled by name, it is looked up where it stands.
        replaced.__module__ = module
        return replaced

    return make
