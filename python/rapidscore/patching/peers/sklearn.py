"""scikit-learn: the scores of predicted labels, also those that its scorers call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from rapidscore.patching.installing import Replacement, function

#: Here ours look scikit-learn's own functions up, for what they do not cover.
_DEFINED = ("sklearn.metrics._classification", "sklearn.metrics._ranking")


def metrics() -> Iterator[Replacement]:
    """Say what is replaced in `sklearn.metrics`."""
    from rapidscore.compat.sklearn import metrics as ours

    theirs: Any = sys.modules["sklearn.metrics"]
    scorers = getattr(sys.modules.get("sklearn.metrics._scorer"), "_SCORERS", {})
    for name in ours.__all__:
        make = function("sklearn.metrics", getattr(ours, name))
        original = getattr(theirs, name)
        replacement = Replacement(theirs, name, make, everywhere=True, keep_in=_DEFINED)
        yield replacement
        # Scorers hold the function itself.
        for scorer in scorers.values():
            if scorer._score_func is original:
                title = f"scorers of sklearn.metrics.{name}"
                yield Replacement(scorer, "_score_func", partial(_now_in, theirs, name), title=title)


def _now_in(theirs: Any, name: str, _: Any) -> Any:
    return getattr(theirs, name)
