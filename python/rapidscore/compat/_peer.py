"""Access to the peers themselves, for names and arguments that a drop-in does not cover."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_DISTRIBUTIONS = {"sklearn": "scikit-learn"}


def attribute(module: str, name: str) -> Any:
    """Return an attribute of the peer's module that corresponds to a module of `rapidscore.compat`.

    >>> attribute("rapidscore.compat.sklearn.metrics", "make_scorer").__module__
    'sklearn.metrics._scorer'

    Raises `AttributeError` if the peer has no such name, and `ModuleNotFoundError` if it is not installed.
    """
    peer = module.removeprefix("rapidscore.compat.")
    # Python and interactive shells look up names with an underscore, and expect AttributeError.
    if not name.startswith("_"):
        try:
            # vars(), not getattr(): if a drop-in stands in `sys.modules` under the peer's name, its `__getattr__`
            # would call this function again.
            names = vars(import_module(peer))
        except ModuleNotFoundError as error:
            if error.name is None or not f"{peer}.".startswith(f"{error.name}."):
                raise
            raise ModuleNotFoundError(
                f"{name} is {peer}'s own: pip install {_distribution(peer)}", name=error.name
            ) from None
        if name in names:
            return names[name]
    raise AttributeError(f"module {module!r} has no attribute {name!r}, nor has {peer}", name=name)


def answered_by(find: Callable[[str], Any], peer: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator of functions, which calls the peer's function of the same name if ours refuses its arguments.

    A `TypeError` or `ValueError` counts as a refusal, so invalid arguments raise the peer's own error. `find` returns
    the peer's function by name, also while `patch()` has replaced it, and raises `ImportError` if the peer is not
    installed. The refusal is then raised, with a note.
    """

    def decorate(ours: Callable[P, R]) -> Callable[P, R]:
        @wraps(ours)
        def function(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return ours(*args, **kwargs)
            except (TypeError, ValueError) as refusal:
                try:
                    theirs: Callable[P, R] = find(ours.__name__)
                except ImportError:
                    remedy = f"pip install {_distribution(peer)}"
                    refusal.add_note(f"{ours.__name__} of {peer} itself may cover these arguments: {remedy}")
                    raise refusal from None
            return theirs(*args, **kwargs)

        return function

    return decorate


def _distribution(peer: str) -> str:
    """Return the name by which pip installs the package of a peer's module."""
    package = peer.partition(".")[0]
    return _DISTRIBUTIONS.get(package, package)
