"""The decorator of functions that replace scikit-learn's: they pass arguments they do not cover to scikit-learn."""

from __future__ import annotations

from typing import Any

from rapidscore.compat._peer import answered_by


class NotCovered(ValueError):  # noqa: N818  # not an error of the caller
    """The arguments are not covered, and are passed to scikit-learn. It is made with a noun phrase that names them.

    It must be raised before any warning, because scikit-learn issues its own.
    """

    def __str__(self) -> str:
        return f"rapidscore does not cover {self.args[0]}"


def original(name: str) -> Any:
    """Return scikit-learn's function from the module that defines it, which `patch()` does not change."""
    from sklearn.metrics import _classification, _ranking

    return getattr(_classification if hasattr(_classification, name) else _ranking, name)


# By name, at each call: tests replace `original` to see what is delegated.
drop_in = answered_by(lambda name: original(name), "scikit-learn")  # noqa: PLW0108
