"""Run a callback when a watched module has been imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Watcher(MetaPathFinder):
    """A finder that leaves finding to the other finders, and calls back when a watched module has been imported."""

    def __init__(self, on_imported: Callable[[str], None], before_import: Callable[[], None]) -> None:
        """Take two callbacks, which must not wait for other threads: they may be about to import the same module.

        `on_imported` is called with the name of a watched module after its import. `before_import` is called before
        every import.
        """
        self._on_imported = on_imported
        self._before_import = before_import
        self.names: frozenset[str] = frozenset()
        """The full names of the modules that are watched."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a watched module by the finders after this one, and wrap its loader."""
        self._before_import()
        if fullname not in self.names:
            return None
        finders = list(sys.meta_path)
        later_finders = finders[finders.index(self) + 1 :] if self in finders else finders
        for finder in later_finders:
            find: Any = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _NotifyingLoader(spec.loader, self._on_imported)
                return spec
        return None


class _NotifyingLoader(Loader):
    """A loader that loads a module by another loader, then calls back."""

    def __init__(self, loader: Any, on_imported: Callable[[str], None]) -> None:
        self._loader = loader
        self._on_imported = on_imported

    def __getattr__(self, name: str) -> Any:
        # The wrapped loader provides source, data and code.
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The module must name its real loader: `inspect` and `pkgutil` ask it for source and data.
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._on_imported(module.__name__)
        # Python now removes the module from `sys.modules` for a moment, in which another thread would not find it.
        call_when_imported(module, self._on_imported)


def call_when_imported(module: ModuleType, on_imported: Callable[[str], None]) -> bool:
    """Call back with a module's name when its import ends. Return False if it is not being imported (any more)."""
    spec: Any = getattr(module, "__spec__", None)
    if not getattr(spec, "_initializing", False):
        return False
    unobserved: Any = ModuleSpec
    if type(spec) is unobserved:
        vars(spec)["_on_imported"] = on_imported
        spec.__class__ = _ObservedSpec
        # It may have ended before it was observed.
        if not spec._initializing:
            spec._initializing = False
    return bool(spec._initializing)


class _ObservedSpec(ModuleSpec):
    """The spec of a module that is being imported; Python unsets its `_initializing` at the end."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if name == "_initializing" and not value:
            unobserved: Any = ModuleSpec
            self.__class__ = unobserved
            if on_imported := vars(self).pop("_on_imported", None):
                on_imported(self.name)
