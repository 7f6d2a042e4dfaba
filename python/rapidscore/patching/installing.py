"""Attributes replaced and restored, wherever they are held."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from importlib import import_module
from types import MethodType, ModuleType
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
    """Replace attributes, then whatever modules hold the originals. When one cannot be replaced, none is.

    What this version of a peer does not have is left out.
    """
    planned = []
    for replacement in replacements:
        # As it stands in the class or module: a method looked up through an instance would be bound.
        held = vars(replacement.owner)
        if replacement.name in held:
            original = held[replacement.name]
            planned.append(Installed(replacement, original, replacement.make(original)))
    installed: list[Installed] = []
    try:
        for one in planned:
            setattr(one.replacement.owner, one.replacement.name, one.new)
            installed.append(one)
        everywhere = [one for one in installed if one.replacement.everywhere]
        keep_in = {name for one in everywhere for name in one.replacement.keep_in}
        _exchange({id(one.original): one.new for one in everywhere}, keep_in)
    except BaseException:
        restore(installed)
        raise
    return installed


def restore(installed: Sequence[Installed]) -> None:
    """Put originals back wherever their replacements still are."""
    for one in reversed(installed):
        owner, name = one.replacement.owner, one.replacement.name
        if vars(owner).get(name) is one.new:
            setattr(owner, name, one.original)
    _exchange({id(one.new): one.original for one in installed if one.replacement.everywhere})


def _exchange(others: Mapping[int, Any], keep_in: Collection[str] = ()) -> None:
    """Put other objects wherever a module holds those with these identities."""
    if not others:
        return
    for name, module in list(sys.modules.items()):
        # What stands in sys.modules need not be a module.
        if not isinstance(module, ModuleType) or name.partition(".")[0] == _OURS or name in keep_in:
            continue
        # Asked for so, a module that is to be loaded when it is used first is not loaded by this.
        names: dict[str, Any] = object.__getattribute__(module, "__dict__")
        for key, value in list(names.items()):
            if id(value) in others:
                names[key] = others[id(value)]


class Replaced:
    """A function that stands in a peer's place, looks like its original, and calls ours.

    What ours refuses, or fails at, the original answers: so errors are the peer's. Pickled, it is looked up by name,
    so that it is whatever stands there when it is read, also where this package is not installed.
    """

    def __init__(self, module: str, original: Any, ours: Callable[..., Any], *, answers_errors: bool) -> None:
        update_wrapper(self, original)
        self.__module__ = module
        self._ours = ours
        self._original = original
        self._refused: tuple[type[BaseException], ...] = (Exception,) if answers_errors else ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call ours, or else the original."""
        try:
            return self._ours(*args, **kwargs)
        except self._refused:
            pass
        # Not where the error is handled, or it would be shown as the cause of the original's.
        return self._original(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind it as a function is bound, in a class that has it for a method."""
        return self if instance is None else MethodType(self, instance)

    def __getattr__(self, name: str) -> Any:
        """Look up what a function has besides: its code, its defaults."""
        if name.startswith("_") and not name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._original, name)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self._original)

    def __repr__(self) -> str:
        return f"<{self.__module__}.{self.__name__} by rapidscore>"

    def __copy__(self) -> Replaced:
        return self

    def __deepcopy__(self, memo: Any) -> Replaced:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (_Module(self.__module__), self.__name__)


class _Module:
    """A module that is imported where a pickle is read."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, (self.name,)


def function(module: str, ours: Callable[..., Any], *, answers_errors: bool = False) -> Callable[[Any], Any]:
    """Return what makes a replacement that calls `ours`, at home in a module.

    With `answers_errors` the original is called where ours raises anything: for functions that do not hand over by
    themselves.
    """
    return lambda original: Replaced(module, original, ours, answers_errors=answers_errors)
