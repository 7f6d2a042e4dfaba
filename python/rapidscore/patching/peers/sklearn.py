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
        original = getattr(theirs, name, None)
        if original is None:
            continue
        new = function("sklearn.metrics", getattr(ours, name))(original)
        yield Replacement(theirs, name, partial(_same, new), everywhere=True, keep_in=_DEFINED)
        # Scorers hold the function itself.
        for scorer in scorers.values():
            if scorer._score_func is original:
                title = f"scorers of sklearn.metrics.{name}"
                yield Replacement(scorer, "_score_func", partial(_same, new), title=title)


def _same(new: Any, _: Any) -> Any:
    return new
