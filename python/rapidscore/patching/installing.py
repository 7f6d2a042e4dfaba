"""Replace and restore attributes of modules and classes, and the names in other modules that refer to them."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import update_wrapper
from importlib import import_module
from types import MethodType, ModuleType
from typing import Any

#: The package whose modules are never changed: they refer to the peers' functions and to our own deliberately.
_OWN_PACKAGE = __name__.partition(".")[0]


@dataclass(frozen=True)
class Replacement:
    """An attribute of a module or class, and how to make the object that replaces it."""

    owner: Any
    name: str
    make: Callable[[Any], Any]
    """Makes the replacement, from the original."""
    everywhere: bool = False
    """Whether the replacement also goes to other modules that have a name for the original."""
    keep_in: tuple[str, ...] = ()
    """Modules that keep the original."""
    title: str = ""
    """The name shown to users; by default the attribute with its module or class."""

    def __str__(self) -> str:
        owner = self.owner
        where = (
            f"{owner.__module__}.{owner.__qualname__}" if isinstance(owner, type) else getattr(owner, "__name__", "")
        )
        return self.title or f"{where}.{self.name}"


@dataclass(frozen=True)
class Installed:
    """A replacement that is made, or about to be."""

    replacement: Replacement
    original: Any
    new: Any

    @property
    def stands(self) -> bool:
        """Whether the replacement is in its place now: others may have changed it since."""
        return vars(self.replacement.owner).get(self.replacement.name) is self.new


def install(replacements: Iterable[Replacement], installed: list[Installed]) -> None:
    """Replace attributes, then the names in other modules that refer to the originals.

    Each replacement is added to `installed` before it is made. So whatever ends this function early, an exception or a
    fork by another thread, `restore(installed)` puts everything back. Attributes that the installed version of a peer
    lacks are skipped.
    """
    planned = []
    for replacement in replacements:
        # From the namespace itself: `getattr` would unwrap static methods.
        attributes = vars(replacement.owner)
        if replacement.name in attributes:
            original = attributes[replacement.name]
            planned.append(Installed(replacement, original, replacement.make(original)))
    for one in planned:
        installed.append(one)
        setattr(one.replacement.owner, one.replacement.name, one.new)
    everywhere = [one for one in planned if one.replacement.everywhere]
    keep_in = {name for one in everywhere for name in one.replacement.keep_in}
    _exchange({id(one.original): one.new for one in everywhere}, keep_in)


def restore(installed: Sequence[Installed]) -> None:
    """Put the originals back wherever their replacements still stand; what others have changed since stays."""
    for one in reversed(installed):
        if one.stands:
            setattr(one.replacement.owner, one.replacement.name, one.original)
    _exchange({id(one.new): one.original for one in installed if one.replacement.everywhere})


def _exchange(new_by_id: Mapping[int, Any], keep_in: Collection[str] = ()) -> None:
    """In all modules but those of `keep_in`, replace global names whose objects have one of these identities."""
    if not new_by_id:
        return
    # Copies, because other threads import modules meanwhile. Lists of items would not do: making one allocates tuples,
    # so that garbage may be collected and another thread run while it is half made.
    for module_name, module in sys.modules.copy().items():
        # An entry of sys.modules need not be a module.
        if not isinstance(module, ModuleType) or module_name in keep_in:
            continue
        if module_name.partition(".")[0] == _OWN_PACKAGE:
            continue
        # This does not load a module that loads lazily, at its first attribute access.
        namespace: dict[str, Any] = object.__getattribute__(module, "__dict__")
        for name, value in namespace.copy().items():
            if id(value) in new_by_id:
                namespace[name] = new_by_id[id(value)]


class Replaced:
    """A function that replaces a peer's function, looks like it, and calls ours.

    With `answers_errors`, the original is called if ours raises, so errors are the peer's. Pickles hold only the
    function's module and name: loading gives the function that has the name at that time, and works where this
    package is not installed.
    """

    def __init__(self, module: str, original: Any, ours: Callable[..., Any], *, answers_errors: bool) -> None:
        update_wrapper(self, original)
        self.__module__ = module
        self._ours = ours
        self._original = original
        self._refused: tuple[type[BaseException], ...] = (Exception,) if answers_errors else ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call ours; if it refuses, call the original."""
        try:
            return self._ours(*args, **kwargs)
        except self._refused:
            pass
        # Outside the except block, so that our error is not shown as the context of the original's.
        return self._original(*args, **kwargs)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind to an instance as a function does, for classes that use this function as a method."""
        return self if instance is None else MethodType(self, instance)

    def __getattr__(self, name: str) -> Any:
        """Return other attributes of the original function, such as its code and defaults."""
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
        return getattr, (_PickledModule(self.__module__), self.__name__)


class _PickledModule:
    """Pickles as a module: loading the pickle imports the module."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __reduce__(self) -> tuple[Any, ...]:
        return import_module, (self.name,)


def function(module: str, ours: Callable[..., Any], *, answers_errors: bool = False) -> Callable[[Any], Any]:
    """Return a function that makes the replacement of a function of `module`, for `Replacement.make`.

    With `answers_errors` the original is called if ours raises anything: for drop-ins that do not call the peer
    themselves.
    """
    return lambda original: Replaced(module, original, ours, answers_errors=answers_errors)
