"""References that are read once, to score many predictions against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._public import public, unchangeable
from rapidscore.inputs import selection
from rapidscore.inputs.references import rows_of_references

if TYPE_CHECKING:
    from rapidscore import _core
    from rapidscore.inputs.selection import Selection
    from rapidscore.text_metrics.base import AnyTextMetric


@public
@unchangeable
class PreparedReferences:
    """References that `metric.prepare(references)` has read.

    This metric, and any equal one, accepts them in place of `references` and returns bit-identical results. Slices,
    index arrays and masks select some of them, for example those of a batch. They cannot be pickled.

    Examples
    --------
    >>> from rapidscore import BLEU
    >>> bleu = BLEU()
    >>> references = bleu.prepare(["a b c d", ["e f g h", "e f"]])
    >>> len(references)
    2
    >>> bleu.score(["a b c d", "e f g h"], references).score
    100.00000000000004
    >>> bleu.segment_scores(["e f g h"], references[1:])["bleu"]
    array([100.])

    """

    __slots__ = ("_prepared", "metric")

    def __init__(self, metric: AnyTextMetric, prepared: _core.Prepared) -> None:
        self.metric = metric
        self._prepared = prepared

    def __len__(self) -> int:
        return len(self._prepared)

    def __repr__(self) -> str:
        return f"<PreparedReferences of {self.metric!r}: {len(self)} segments>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("prepared references cannot be pickled: pass the texts, and prepare them in the other process")

    def __copy__(self) -> PreparedReferences:
        return self

    def __deepcopy__(self, memory: dict[int, Any]) -> PreparedReferences:
        # It is immutable.
        return self

    def __getitem__(self, index: Selection) -> PreparedReferences:
        positions: Any = np.arange(len(self))[selection.checked(index, "references", len(self))]
        return PreparedReferences(self.metric, self._prepared.select(positions.tolist()))


def of_metric(metric: AnyTextMetric, references: Any) -> Any:
    """Return references in the form that the compiled core reads.

    Raises `ValueError` if another metric prepared them.
    """
    if not isinstance(references, PreparedReferences):
        return rows_of_references(references)
    if references.metric != metric:
        raise ValueError(
            f"the references were prepared by {references.metric!r}, not by {metric!r}: prepare them with this metric"
        )
    return references._prepared
