"""What is done before the process forks, so that no child waits for a lock of a thread that it does not have."""

from __future__ import annotations

import importlib
import os
import sys
from _thread import get_ident
from typing import Any

#: The packages whose modules are imported within calls, by this package and by NumPy.
_IMPORTED = frozenset({"rapidscore", "numpy", *sys.stdlib_module_names})


def finish_imports() -> None:
    """Wait for the imports of these modules that other threads have begun. To be called before the process forks.

    Python holds a lock for each module that is being imported. In a child that is forked meanwhile, nobody would ever
    release it, and calls that need the module would wait for ever.
    """
    bootstrap: Any = importlib._bootstrap  # there is no public name
    while names := _imported_elsewhere(getattr(bootstrap, "_module_locks", {})):
        for name in names:
            bootstrap._lock_unlock_module(name)


def _imported_elsewhere(locks: dict[str, Any]) -> list[str]:
    """Return the names of these modules whose locks are held by other threads of this process."""
    held = {name: lock() for name, lock in locks.copy().items() if name.partition(".")[0] in _IMPORTED}
    # A child that was forked before may have locks of threads that it does not have.
    others = sys._current_frames().keys() - {get_ident()} if held else ()
    return [name for name, lock in held.items() if lock is not None and lock.owner in others]


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=finish_imports)
