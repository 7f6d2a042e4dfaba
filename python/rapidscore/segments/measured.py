"""What a result keeps of its segments, to show and to group them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rapidscore.inputs.labels import library_of
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
    of each system; without them, the result was made of statistics alone. `more` has other columns of texts.
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
        more: Mapping[str, Any] | None = None,
    ) -> None:
        self.statistics = statistics
        self.values = values
        self.shown = shown
        self._groups = groups
        self._scores: dict[tuple[str, str], dict[str, NDArray[np.float64]]] = {}
        self._predictions = {system: self._column(system, texts) for system, texts in (predictions or {}).items()}
        self._references = None if references is None else self._column(REFERENCE, references)
        self._more = {name: self._column(name, texts) for name, texts in (more or {}).items()}

    def __len__(self) -> int:
        return len(next(iter(next(iter(self.statistics.values())).values())))

    def with_texts(self, texts: Mapping[str, Any] | None) -> MeasuredSegments:
        """Return the same segments with texts of the caller: of systems, by their names, references, or more columns.

        Raises `TypeError` unless names are `str` and texts are sequences, and `ValueError` if they are not as many as
        segments.
        """
        if texts is None:
            return self
        if not isinstance(texts, Mapping):
            raise TypeError(f"texts must be a mapping from names to sequences of str, not {type(texts).__name__}")
        for name in texts:
            if not isinstance(name, str):
                raise TypeError(f"texts has the key {name!r} ({type(name).__name__}): name a column by a str")
        # The name of a system comes first, also if it is called like a column.
        systems = {name: column for name, column in texts.items() if name in self.statistics}
        others = {name: column for name, column in texts.items() if name not in systems}
        references = others.pop(REFERENCE, self._references)
        return MeasuredSegments(
            self.statistics,
            self.values,
            self.shown,
            predictions=self._predictions | systems,
            references=references,
            groups=self._groups,
            more=self._more | others,
        )

    def scores(self, system: str, value: str) -> NDArray[np.float64]:
        """Return one score of all segments (n,) of a system."""
        metric, name = self.values[value]
        key = system, metric
        if key not in self._scores:
            self._scores[key] = self.statistics[system][metric].segment_scores()
        return self._scores[key][name]

    def is_higher_better(self, value: str) -> bool:
        """Return whether higher scores are better."""
        metric, name = self.values[value]
        of_metric = next(iter(self.statistics.values()))[metric].metric
        return of_metric._is_higher_better(name)

    def groups(self, positions: Sequence[int]) -> dict[str, list[Any]]:
        """Return the labels of segments at some positions, by feature."""
        return {} if self._groups is None else self._groups._labels_at(positions)

    def at(self, position: int) -> SegmentTexts:
        """Return the texts of a segment."""
        item = None if self._references is None else self._references[position]
        predictions = {system: column[position] for system, column in self._predictions.items()}
        are_texts = all(isinstance(text, str) for text in predictions.values())
        return SegmentTexts(
            [] if item is None else _references(item, are_texts),
            {system: _shown(text) for system, text in predictions.items()},
            {name: _shown(column[position]) for name, column in self._more.items()},
            are_texts and isinstance(item, str | list | tuple) and self._compares_texts,
        )

    def has_reference_texts(self) -> bool:
        """Return whether the references are known, and are texts."""
        return self._references is not None and self._compares_texts

    def first_references(self) -> list[str]:
        """Return a reference of each segment, of several the first.

        Raises `ValueError` if references are not known, and `TypeError` if they are labels.
        """
        if self._references is None:
            raise ValueError("the references are not known: pass texts={'reference': references}")
        for at, item in enumerate(self._references):
            if not self._compares_texts or not isinstance(item, str | list | tuple | np.ndarray):
                kind = type(item).__name__
                raise TypeError(f"buckets need texts, but references[{at}] is the label or token {item!r} ({kind})")
        return [self.at(position).references[0] for position in range(len(self))]

    @property
    def _compares_texts(self) -> bool:
        return any(isinstance(one.metric, TextMetric) for one in next(iter(self.statistics.values())).values())

    def _column(self, name: str, texts: Any) -> Sequence[Any]:
        """Return a column as list. Raises `ValueError` unless it has an item for each segment."""
        rows = rows_of_references(texts)
        found = as_sequence(f"texts[{name!r}]", rows.to_list() if library_of(rows) == "polars" else rows)
        if len(found) != len(self):
            raise ValueError(f"texts[{name!r}] has {len(found)} items but there are {len(self)} segments: pass all")
        return found


def kept(predictions: Any, references: Any) -> tuple[Any, Any]:
    """Return what a result keeps of predictions and references: texts, tokens and labels, but no logits.

    Lists and arrays are copied, because they may change later. What is not kept is None.
    """
    if not _is_readable(predictions):
        return None, None
    # Prepared references have no texts.
    return _copied(predictions), None if isinstance(references, PreparedReferences) else _copied(references)


def _is_readable(predictions: Any) -> bool:
    if getattr(predictions, "ndim", 1) != 1:
        return False
    first = predictions[0] if isinstance(predictions, list | tuple) and predictions else ""
    if isinstance(first, list | tuple | set | frozenset):
        first = next(iter(first), "")
    return isinstance(first, str | int | np.integer | np.bool_)


def _copied(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return values.copy()
    if not isinstance(values, list):
        return values
    # Most lists hold texts alone, which are copied faster.
    has_lists = list in set(map(type, values))
    return [[*item] if isinstance(item, list) else item for item in values] if has_lists else [*values]


def _references(item: Any, are_texts: bool) -> list[str]:
    """Return the references of a segment. A list beside tokens is a reference itself, unless it holds such lists."""
    if isinstance(item, list | tuple) and (are_texts or any(isinstance(one, list | tuple) for one in item)):
        return [*map(_shown, item)]
    return [_shown(item)]


def _shown(item: Any) -> str:
    """Return a text, or tokens or a label or labels as text."""
    if isinstance(item, set | frozenset):
        return " ".join(sorted(map(str, item)))
    if isinstance(item, Iterable) and not isinstance(item, str):
        return " ".join(map(str, item))
    return str(item)
