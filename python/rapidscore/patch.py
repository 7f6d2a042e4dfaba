"""Replace functions of other packages by rapidscore's: `rapidscore.patch()`, `python -m rapidscore.patch script.py`.

    >>> import rapidscore
    >>> import sklearn.metrics
    >>> with rapidscore.patched("sklearn"):
    ...     print(sklearn.metrics.f1_score([0, 1, 1], [0, 1, 0]))
    0.6666666666666666
    >>> rapidscore.patch.status()["sklearn"].replaced
    ()

Calls from other libraries are covered too. From the command line, an unchanged script or module runs with all peers
patched::

    python -m rapidscore.patch script.py --its arguments
    python -m rapidscore.patch -m module --its arguments

The module `rapidscore.patch` can itself be called as the function `patch`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from rapidscore.patching import Status, patch, patched, status, unpatch

__all__ = ["Status", "patch", "patched", "status", "unpatch"]


class _CallableModule(ModuleType):
    """A module that can be called as its function `patch`."""

    def __call__(self, *peers: str) -> None:
        patch(*peers)


if __name__ == "__main__":
    from rapidscore.patching.scripts import main

    sys.exit(main(sys.argv[1:]))

_this_module: Any = sys.modules[__name__]
_this_module.__class__ = _CallableModule
