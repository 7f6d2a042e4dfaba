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

    def __init__(
        self, names: Sequence[str], on_imported: Callable[[str], None], before_import: Callable[[], None]
    ) -> None:
        """Take the full names of the modules to watch, and two callbacks.

        `on_imported` is called with the name of a watched module after its import. `before_import` is called before
        every import: a module whose import had begun before it was watched may be complete by then.
        """
        self._names = frozenset(names)
        self._on_imported = on_imported
        self._before_import = before_import

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a watched module by the finders after this one, and wrap its loader."""
        self._before_import()
        if fullname not in self._names:
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
