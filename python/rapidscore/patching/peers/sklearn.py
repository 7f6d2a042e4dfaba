"""Replacements for scikit-learn: scores of predicted labels, including those that its scorers call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

from rapidscore.patching.installing import Replacement, function

#: Modules in which our functions look up scikit-learn's, for arguments they do not cover.
_DEFINING_MODULES = ("sklearn.metrics._classification", "sklearn.metrics._ranking")


def metrics() -> Iterator[Replacement]:
    """Yield what is replaced in `sklearn.metrics`."""
    from rapidscore.compat.sklearn import metrics as ours

    theirs: Any = sys.modules["sklearn.metrics"]
    scorers = getattr(sys.modules.get("sklearn.metrics._scorer"), "_SCORERS", {})
    for name in ours.__all__:
        original = getattr(theirs, name, None)
        if original is None:
            continue
        new = function("sklearn.metrics", getattr(ours, name))(original)
        yield Replacement(theirs, name, partial(_first, new), everywhere=True, keep_in=_DEFINING_MODULES)
        # Scorers refer to the function by an attribute.
        for scorer in list(scorers.values()):
            if scorer._score_func is original:
                title = f"scorers of sklearn.metrics.{name}"
                yield Replacement(scorer, "_score_func", partial(_first, new), title=title)


def _first(new: Any, _original: Any) -> Any:
    return new
