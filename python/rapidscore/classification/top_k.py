"""Top-k accuracy: whether the true class is among the k classes with the highest scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import _core
from rapidscore._public import public, unchangeable
from rapidscore.classification.base import SKLEARN_VERSION, as_labels, no_label
from rapidscore.classification.coded import as_weights
from rapidscore.display.result import Score
from rapidscore.display.text import fixed
from rapidscore.inputs import arrays, batches, labels
from rapidscore.metric import Metric
from rapidscore.statistics import Statistics

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_COLUMNS = ("hits", "weight")
#: With `ignore_index`, whether a row is counted.
_COUNTED = "counted"
_ONE = np.dtype(np.float32)


@public
@unchangeable
@dataclass(frozen=True, slots=True, repr=False)
class TopKAccuracyScore(Score):
    """The top-k accuracy: the share of rows whose true class is among the k classes with the highest scores."""

    _decimals: ClassVar[int] = 4

    score: float
    """The top-k accuracy, 0 to 1; NaN if the sum of weights is 0."""
    k: int
    """The number of classes with the highest scores."""
    segments: int
    """The number of rows that were counted."""
    signature: str
    """The metric's options in one line, to be quoted with the score."""

    def as_dict(self) -> dict[str, float]:
        """Return the value by name, as a flat dict for loggers: `top_2_accuracy` for k = 2."""
        return {f"top_{self.k}_accuracy": self.score}

    def _line(self, width: int, signature: bool) -> str:
        name = f"top-{self.k} accuracy" + (f"|{self.signature}" if signature else "")
        return f"{name} = {fixed(self.score, width)} (n = {self.segments:d})"

    def __float__(self) -> float:
        return self.score


@public
@dataclass(frozen=True, eq=False)
class TopKAccuracy(Metric[TopKAccuracyScore]):
    """Compute the share of rows whose true class is among the k with the highest scores, as scikit-learn 1.9.1 does.

    Predictions are numbers of shape (n, C), such as probabilities or logits; higher is better. References are n class
    numbers from 0 to C - 1, or n labels if the option `labels` names the columns. Of equal scores, the score in the
    later column counts as higher, as in scikit-learn. If k is C or more, all rows are hits. Predictions of shape
    (batch, time, C) with references of shape (batch, time) are batch · time rows.

    Parameters
    ----------
    k : int, default 2
        The number of classes with the highest scores, 1 or more. scikit-learn has the same default.
    labels : sequence of labels, optional
        The labels of the C columns, in their order. The default is the numbers of the columns.
    ignore_index : int, optional
        Rows with this reference are not counted; -100 is usual for padding.

    Raises
    ------
    ValueError
        If `k` is less than 1, or if `labels` is empty or has a label more than once.
    TypeError
        If an option has a wrong type.

    References
    ----------
    `sklearn.metrics.top_k_accuracy_score` of scikit-learn 1.9.1.

    Examples
    --------
    >>> from rapidscore import TopKAccuracy
    >>> scores = [[0.5, 0.2, 0.3], [0.3, 0.4, 0.2], [0.1, 0.2, 0.7]]
    >>> print(TopKAccuracy(k=2).score(scores, [0, 2, 2]))
    top-2 accuracy = 0.6667 (n = 3)

    """

    k: int = 2
    labels: Sequence[Any] | None = None
    ignore_index: int | None = None

    _later_options: ClassVar[frozenset[str]] = frozenset({"ignore_index"})

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.k < 1:
            raise ValueError(f"k must be 1 or more, got {self.k}")
        if self.labels is not None:
            object.__setattr__(self, "labels", as_labels(self.labels))

    def score(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> TopKAccuracyScore:
        """Score n rows of class scores against n true classes.

        Parameters
        ----------
        predictions : array or tensor of shape (n, C) or (batch, time, C)
            The score of each class in each row. 16-bit floats and float32 are compared as float32, other types as
            float64.
        references : sequence of int or of labels
            The true class of each row, of shape (n,) or (batch, time).
        sample_weight : array of float, optional
            The weight of each row, a finite number from 0, in the shape of the references or (n,). The default is 1 for
            each row.

        Returns
        -------
        TopKAccuracyScore
            The share of hits.

        Raises
        ------
        ValueError
            If there are no rows, if lengths or shapes differ, if a score is NaN, if a class has no column, or if a
            weight is negative or not finite. The message names the position.
        TypeError
            If labels have different types.

        """
        return self._score(self._total(predictions, references, sample_weight))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Return for each row whether it is a hit: 1.0 or 0.0, float64 (n,), by a name such as `top_2_accuracy`."""
        return self.statistics(predictions, references).segment_scores()

    def statistics(
        self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None
    ) -> Statistics[TopKAccuracyScore]:
        """Rank the true classes: return rows (hits, weight) that can be sliced, joined, grouped and scored.

        With `ignore_index`, a third column tells which rows are counted.

        Parameters and errors are those of `score`, but there may be no rows.
        """
        return Statistics._of(self, self._rows(predictions, references, sample_weight), 0)

    def _rows(self, predictions: Any, references: Any, sample_weight: ArrayLike | None) -> NDArray[np.float64]:
        scores = arrays.as_array(predictions, "predictions")
        if scores.ndim and not len(scores) and hasattr(references, "__len__") and not len(references):
            return np.empty((0, len(self._columns())))
        if scores.ndim not in (2, 3) or scores.dtype.kind not in "biuf":
            raise ValueError(
                f"predictions have the shape {scores.shape} and type {scores.dtype}: pass numbers of shape (n, C) or "
                "(batch, time, C), one for each row and class"
            )
        if scores.ndim == 3:
            sample_weight = batches.flat_weights(sample_weight, references)
            references = batches.flat_references(references, scores.shape[:-1])
        rows = scores.reshape(prod(scores.shape[:-1]), scores.shape[-1])
        classes, counted = self._columns_of(references, rows.shape[1])
        labels.check_lengths(len(rows), len(classes))
        weights = as_weights(sample_weight, len(rows))
        if not counted.all():
            # Scores of rows that are not counted are not read.
            rows = np.where(counted[:, np.newaxis], rows, np.zeros(1, rows.dtype))
        kind = _ONE if rows.dtype.kind == "f" and rows.dtype.itemsize <= _ONE.itemsize else np.dtype(np.float64)
        try:
            ranks = _core.ranks(np.ascontiguousarray(rows, kind), classes)
        except ValueError as error:
            where = arrays.index_text(int(np.isnan(rows).argmax()), scores.shape)
            raise ValueError(f"predictions{where} is NaN: every class needs a score") from error
        weights = np.ones(len(rows)) if weights is None else weights
        if self.ignore_index is None:
            return np.column_stack([(ranks < self.k) * weights, weights])
        weights = weights * counted
        return np.column_stack([(ranks < self.k) * weights, weights, counted])

    def _columns_of(self, references: Any, count: int) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """Return the number of the column of each reference, and whether its row is counted."""
        codes, table = labels.encode(references, "references")
        if self.labels is not None:
            known = list(self.labels)
            if len(known) != count:
                raise ValueError(
                    f"predictions have {count} columns but there are {len(known)} labels: pass one label for each"
                )
        else:
            known = list(range(count))
        column = {label: at for at, label in enumerate(known)}
        found = table.tolist()
        ignored = [self.ignore_index is not None and label == self.ignore_index for label in found]
        columns = np.array(
            [0 if skipped else column.get(label, -1) for label, skipped in zip(found, ignored, strict=True)], np.int64
        )[codes]
        wrong = np.flatnonzero(columns < 0)
        if len(wrong):
            where, label = f"references[{wrong[0]}]", found[codes[wrong[0]]]
            if self.labels is None:
                raise ValueError(f"{where} is {label!r}, but columns are 0 to {count - 1}: pass their names as labels=")
            raise ValueError(no_label(where, label, known))
        return columns.astype(np.uint32), ~np.array(ignored, np.bool_)[codes]

    def _total(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> _core.Total:
        return _core.Total.of_rows(self._rows(predictions, references, sample_weight))

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> _core.Total:
        return _core.Total.of_rows(rows)

    def _fold_groups(
        self, rows: NDArray[np.float64], codes: NDArray[np.int32], count: int, references: Any
    ) -> _core.GroupTotals:
        return _core.GroupTotals.of_rows(rows, codes, count)

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        hits, weights = sums.T[:2]
        shares = np.divide(hits, weights, out=np.full(len(sums), np.nan), where=weights != 0)
        return {f"top_{self.k}_accuracy": shares}

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        # The hits of a row of weight 0 are 0 as well, so whether it was a hit is unknown.
        weights = np.where(rows[:, 1] == 0, np.nan, rows[:, 1])
        return {f"top_{self.k}_accuracy": rows[:, 0] / weights}

    def _is_scored(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        counted: NDArray[np.bool_] = sums[:, -1] > 0 if self.ignore_index is not None else super()._is_scored(sums)
        return counted

    def _is_empty(self, total: _core.Total) -> bool:
        return total.segments == 0 or (self.ignore_index is not None and total.row()[-1] == 0)

    def _columns(self) -> tuple[str, ...]:
        return _COLUMNS if self.ignore_index is None else (*_COLUMNS, _COUNTED)

    def _wrong_rows(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = self._wrong_sums(rows)
        # A row counts, or does not.
        wrong[:, len(_COLUMNS) :] |= rows[:, len(_COLUMNS) :] > 1
        return wrong

    def _wrong_sums(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        # The sum of many finite weights may exceed the largest float.
        return ~(sums >= 0)

    def _contradictions(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = super()._contradictions(sums)
        hits, weight = sums[:, 0], sums[:, 1]
        wrong[:, 0] = hits > weight
        return wrong

    def _score(self, total: _core.Total) -> TopKAccuracyScore:
        if total.segments == 0:
            raise ValueError("no segments to score: pass at least one prediction with its reference")
        hits, weight, *counted = total.row()
        segments = int(counted[0]) if counted else total.segments
        if segments == 0:
            raise ValueError("no row left to score: pass at least one reference that is not ignore_index")
        share = hits / weight if weight else np.nan
        return TopKAccuracyScore(share, self.k, segments, self._signature(None))

    def _signature_items(self) -> dict[str, str]:
        return {
            "k": str(self.k),
            "labels": "columns" if self.labels is None else str(len(self.labels)),
            **({} if self.ignore_index is None else {"ignore": str(self.ignore_index)}),
            "version": f"sklearn-{SKLEARN_VERSION}",
        }
