"""fairlearn: its rates, and its disparities of rates."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from rapidscore.patching.installing import Replacement, function


def metrics() -> Iterator[Replacement]:
    """Say what is replaced in `fairlearn.metrics`."""
    from rapidscore.compat.fairlearn import metrics as ours

    theirs: Any = sys.modules["fairlearn.metrics"]
    for name in ours.__all__:
        if hasattr(theirs, name):
            # Where they are defined they stay: there ours look them up, for what they do not cover.
            home = getattr(theirs, name).__module__
            make = function("fairlearn.metrics", getattr(ours, name))
            yield Replacement(theirs, name, make, everywhere=True, keep_in=(home,))
