"""Modules watched, so that something is done as soon as they are imported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class Watcher(MetaPathFinder):
    """A finder that finds nothing by itself, and lets others find; it is told when a watched module is there."""

    def __init__(self, names: Sequence[str], tell: Callable[[str], None], poll: Callable[[], None]) -> None:
        """Take the full names of modules, and what is to be told the name of one that has been imported.

        `poll` is called at each import: a module that was being imported when watching began may be there now.
        """
        self._names = frozenset(names)
        self._tell = tell
        self._poll = poll

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Let the finders behind this one find a watched module, and wrap its loader."""
        self._poll()
        if fullname not in self._names:
            return None
        finders = list(sys.meta_path)
        behind = finders[finders.index(self) + 1 :] if self in finders else finders
        for finder in behind:
            find: Any = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find else None
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Telling(spec.loader, self._tell)
                return spec
        return None


class _Telling(Loader):
    """A loader that loads as another does, then tells."""

    def __init__(self, loader: Any, tell: Callable[[str], None]) -> None:
        self._loader = loader
        self._tell = tell

    def __getattr__(self, name: str) -> Any:
        # Sources, data and code are the other loader's.
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The module is to know its own loader: `inspect` and `pkgutil` ask it for sources and data.
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._tell(module.__name__)
