"""What a result keeps of its segments, to show and to group them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rapidscore.inputs.options import as_sequence
from rapidscore.inputs.references import rows_of_references
from rapidscore.text_metrics.base import TextMetric
from rapidscore.text_metrics.prepared import PreparedReferences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.groups.scores import GroupScores
    from rapidscore.statistics import Statistics

#: The column of references, or the beginning of the names of several columns.
REFERENCE = "reference"
#: The column of the predictions of a result that has one system.
PREDICTION = "prediction"


class Value(NamedTuple):
    """A value of a metric in a result that has several metrics."""

    metric: str
    """The name of the metric in the result."""
    name: str
    """The name of the value among those of the metric."""


class SegmentTexts(NamedTuple):
    """The texts of a segment."""

    references: list[str]
    predictions: dict[str, str]
    """By system."""
    more: dict[str, str]
    """By column."""
    are_texts: bool
    """Whether predictions and references are texts, and not tokens or labels."""


class MeasuredSegments:
    """The rows of one system or of several, and the texts and groups of their segments.

    `statistics` has the rows of each metric by system. `values` leads from the names of segment scores to the metrics
    that have them, and `shown` names those to show. `references` are as metrics take them, and so are the `predictions`
    of each system; both are None if the result was made of statistics alone.
    """

    def __init__(
        self,
        statistics: Mapping[str, Mapping[str, Statistics[Any]]],
        values: Mapping[str, Value],
        shown: Sequence[str],
        *,
        predictions: Mapping[str, Any] | None = None,
        references: Any = None,
        groups: GroupScores[Any] | None = None,
    ) -> None:
        self.statistics = statistics
        self.values = values
        self.shown = shown
        self.predictions = predictions or {}
        self.references = references
        self._groups = groups

    def __len__(self) -> int:
        return len(next(iter(next(iter(self.statistics.values())).values())))

    def scores(self, system: str, value: str) -> NDArray[np.float64]:
        """Return one score of all segments (n,) of a system."""
        metric, name = self.values[value]
        return self.statistics[system][metric].segment_scores()[name]

    def is_higher_better(self, value: str) -> bool:
        """Return whether higher scores are better."""
        metric, name = self.values[value]
        of_metric = next(iter(self.statistics.values()))[metric].metric
        return of_metric._is_higher_better(name)

    def groups(self, positions: Sequence[int]) -> dict[str, list[Any]]:
        """Return the labels of segments at some positions, by feature."""
        if self._groups is None or self._groups._rows is None:
            return {}
        _, keys, codes = self._groups._rows
        labels = [self._groups._labels(keys[code]) for code in codes[positions].tolist()]
        return dict(zip(self._groups.features, map(list, zip(*labels, strict=True)), strict=False))

    def texts(self, positions: Sequence[int], more: Mapping[str, Any] | None = None) -> dict[str, list[str | None]]:
        """Return the texts of segments at some positions by column: references, predictions, then those of `more`.

        Raises `ValueError` if `more` has a column that has not one text for each segment.
        """
        found: dict[str, list[str | None]] = {}
        given = self.columns(more)
        for name, column in given.items():
            if name != REFERENCE:
                found[name] = [_shown(column[at]) for at in positions]
                continue
            rows = [_references(column[at], self._is_text(at, given)) for at in positions]
            count = max(map(len, rows), default=1)
            for at in range(count):
                title = REFERENCE if count == 1 else f"{REFERENCE} {at + 1}"
                found[title] = [row[at] if at < len(row) else None for row in rows]
        return found

    def texts_at(self, position: int, columns: Mapping[str, Sequence[Any]]) -> SegmentTexts:
        """Return the texts of a segment, given those of all segments by column."""
        are_texts = self._is_text(position, columns)
        item = columns[REFERENCE][position] if REFERENCE in columns else None
        others = {name: _shown(column[position]) for name, column in columns.items() if name != REFERENCE}
        predictions = {system: others.pop(system) for system in self.statistics if system in others}
        are_texts = are_texts and isinstance(item, str | list | tuple) and self._has_texts
        return SegmentTexts([] if item is None else _references(item, are_texts), predictions, others, are_texts)

    def columns(self, more: Mapping[str, Any] | None = None) -> dict[str, Sequence[Any]]:
        """Return the texts of all segments by column, in which a reference may be a list of references."""
        given = dict(self.predictions)
        if self.references is not None:
            given = {REFERENCE: rows_of_references(self.references), **given}
        if more is not None and not isinstance(more, Mapping):
            raise TypeError(f"texts must be a mapping from names to sequences of str, not {type(more).__name__}")
        found: dict[str, Sequence[Any]] = {}
        for name, column in {**given, **(more or {})}.items():
            found[name] = as_sequence(f"texts[{name!r}]", column)
            if (count := len(found[name])) != len(self):
                raise ValueError(f"texts[{name!r}] has {count} items but there are {len(self)} segments: pass all")
        return found

    def first_references(self, more: Mapping[str, Any] | None) -> list[str]:
        """Return a reference of each segment, of several the first.

        Raises `ValueError` if references are not known, and `TypeError` if they are labels.
        """
        given = self.columns(more)
        if not self._has_texts and REFERENCE not in (more or {}):
            raise TypeError("buckets need texts, but the metrics are of labels or tokens: pass texts={'reference': …}")
        if REFERENCE not in given:
            raise ValueError("the references are not known: pass texts={'reference': references}")
        found = []
        for at, item in enumerate(given[REFERENCE]):
            if not isinstance(item, str | list | tuple | np.ndarray):
                raise TypeError(f"references[{at}] is {item!r} ({type(item).__name__}), but buckets need texts")
            found.append(_references(item, self._is_text(at, given))[0])
        return found

    @property
    def _has_texts(self) -> bool:
        """Whether a metric compares texts, and not labels, for example."""
        return any(isinstance(one.metric, TextMetric) for one in next(iter(self.statistics.values())).values())

    def _is_text(self, position: int, columns: Mapping[str, Sequence[Any]]) -> bool:
        """Return whether the predictions of a segment are texts, and not tokens."""
        return all(isinstance(columns[system][position], str) for system in self.predictions)


def kept(predictions: Any, references: Any) -> tuple[Any, Any]:
    """Return what a result keeps of predictions and references: texts, tokens and labels, but no logits.

    Lists are copied, because they may change later. What is not kept is None.
    """
    if not _is_readable(predictions):
        return None, None
    if isinstance(references, PreparedReferences):
        references = None
    return _copied(predictions), _copied(references)


def _is_readable(predictions: Any) -> bool:
    if getattr(predictions, "ndim", 1) != 1:
        return False
    first = predictions[0] if isinstance(predictions, list | tuple) and predictions else ""
    if isinstance(first, list | tuple):
        first = first[0] if first else ""
    return isinstance(first, str | int | np.integer | np.bool_)


def _copied(values: Any) -> Any:
    return [*values] if isinstance(values, list) else values


def _references(item: Any, is_text: bool) -> list[str]:
    """Return the references of a segment. A list beside tokens is a reference itself, unless it holds such lists."""
    if isinstance(item, list | tuple) and (is_text or any(isinstance(one, list | tuple) for one in item)):
        return [*map(_shown, item)]
    return [_shown(item)]


def _shown(item: Any) -> str:
    """Return a text, or tokens or a label as text."""
    if isinstance(item, list | tuple | np.ndarray):
        return " ".join(map(str, item))
    return str(item)
