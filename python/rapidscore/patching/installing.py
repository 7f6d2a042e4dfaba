"""Attributes replaced and restored, wherever they are held."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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


def install(replacements: Iterable[Replacement]) -> list[Installed]:
    """Replace attributes, one after the other, then whatever modules hold the originals."""
    installed = []
    for replacement in replacements:
        # As it stands in the class or module: a method looked up through an instance would be bound.
        original = vars(replacement.owner)[replacement.name]
        new = replacement.make(original)
        setattr(replacement.owner, replacement.name, new)
        installed.append(Installed(replacement, original, new))
    everywhere = [one for one in installed if one.replacement.everywhere]
    _exchange(
        {id(one.original): one.new for one in everywhere}, {n for one in everywhere for n in one.replacement.keep_in}
    )
    return installed


def restore(installed: Sequence[Installed]) -> None:
    """Put originals back wherever their replacements are."""
    for one in reversed(installed):
        setattr(one.replacement.owner, one.replacement.name, one.original)
    _exchange({id(one.new): one.original for one in installed if one.replacement.everywhere})


def _exchange(others: Mapping[int, Any], keep_in: Collection[str] = ()) -> None:
    """Put other objects wherever a module holds those with these identities."""
    if not others:
        return
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == _OURS or name in keep_in:
            continue
        try:
            held = [(key, value) for key, value in list(vars(module).items()) if id(value) in others]
        except TypeError:  # what stands in sys.modules need not be a module
            continue
        for key, value in held:
            setattr(module, key, others[id(value)])


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
