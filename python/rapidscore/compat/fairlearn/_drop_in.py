"""The decorator of functions that replace fairlearn's: they pass arguments that they do not cover to fairlearn."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from rapidscore.compat._peer import answered_by


def original(name: str) -> Any:
    """Return fairlearn's own function, also while `patch()` has replaced it."""
    theirs = getattr(import_module("fairlearn.metrics"), name)
    # The replacements of `patch()` wrap the originals.
    return getattr(theirs, "__wrapped__", theirs)


# By name, at each call: tests replace `original` to see what is delegated.
drop_in = answered_by(lambda name: original(name), "fairlearn")  # noqa: PLW0108
