"""The fast functions in place of peers' own: `rapidscore.patch()`, and `python -m rapidscore.patch script.py`.

    >>> import rapidscore
    >>> import sklearn.metrics
    >>> with rapidscore.patched("sklearn"):
    ...     print(sklearn.metrics.f1_score([0, 1, 1], [0, 1, 0]))
    0.6666666666666666
    >>> rapidscore.patch.status()["sklearn"].replaced
    ()

What is called from within other libraries is replaced too. From the command line, an unchanged script or module runs
with all peers patched::

    python -m rapidscore.patch script.py --its arguments
    python -m rapidscore.patch -m module --its arguments

This module itself is the function `rapidscore.patch`: see `rapidscore.patching.patch`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from rapidscore.patching import Status, patch, patched, status, unpatch

__all__ = ["Status", "patch", "patched", "status", "unpatch"]


class _Callable(ModuleType):
    """A module that is called as its function of the same name."""

    def __call__(self, *peers: str) -> None:
        patch(*peers)


if __name__ == "__main__":
    from rapidscore.patching.scripts import main

    sys.exit(main(sys.argv[1:]))

_this: Any = sys.modules[__name__]
_this.__class__ = _Callable
