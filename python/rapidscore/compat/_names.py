"""Names that a drop-in does not have, and its peer does."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def of_peer(module: str, name: str) -> Any:
    """Return what the peer of one of our modules has by a name, where the peer is installed.

    >>> of_peer("rapidscore.compat.sklearn.metrics", "make_scorer").__module__
    'sklearn.metrics._scorer'

    Raises `AttributeError`, which says so, where it is not installed or has no such name.
    """
    peer = module.removeprefix("rapidscore.compat.")
    # Python itself asks for names that begin so, and takes no for an answer.
    if not name.startswith("__"):
        try:
            return getattr(import_module(peer), name)
        except ModuleNotFoundError as error:
            raise AttributeError(f"module {module!r} has no {name!r}, and {peer} is not installed: {error}") from error
        except AttributeError:
            pass
    raise AttributeError(f"module {module!r} has no attribute {name!r}, nor has {peer}")
