"""Replacements for fairlearn: its rates, and its disparities of rates."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from rapidscore.patching.installing import Replacement, function


def metrics() -> Iterator[Replacement]:
    """Yield what is replaced in `fairlearn.metrics`."""
    from rapidscore.compat.fairlearn import metrics as ours

    theirs: Any = sys.modules["fairlearn.metrics"]
    for name in ours.__all__:
        if hasattr(theirs, name):
            # The defining module keeps them: our functions look them up there for arguments they do not cover.
            defining_module = getattr(theirs, name).__module__
            make = function("fairlearn.metrics", getattr(ours, name))
            yield Replacement(theirs, name, make, everywhere=True, keep_in=(defining_module,))
