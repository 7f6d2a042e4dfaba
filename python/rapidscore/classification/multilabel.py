"""Multilabel classification: any number of labels a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.classification import averages
from rapidscore.classification.base import SKLEARN_VERSION, ClassMetric, no_label, unknown_codes
from rapidscore.classification.class_scores import Average, ClassScores
from rapidscore.classification.coded import CodedStatistics, as_weights
from rapidscore.classification.confusion import table_bytes, table_of_bytes
from rapidscore.inputs import labels
from rapidscore.inputs.groups import positions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.inputs.labels import Codes, Table

#: Columns of a total behind true positives, predicted and support of each label: see `src/multilabel.rs`.
_PRECISION, _RECALL, _F1, _JACCARD, _HAS_PRECISION, _HAS_RECALL, _HAS_F1, _EXACT, _WEIGHT = range(9)
_ROW_SUMS = 9


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSums:
    """Exact sums of rows, and the sorted labels of their columns."""

    table: Table
    sums: _core.Total
    weighted: bool

    @property
    def segments(self) -> int:
        """How many rows there are."""
        return self.sums.segments

    def merged(self, other: LabelledSums) -> LabelledSums:
        """Return the sums of the rows of both. Raises `ValueError` when they are of other labels."""
        if not self.segments or not other.segments:
            return self if self.segments else other
        if table_bytes(self.table) != table_bytes(other.table):
            raise ValueError(_other_labels(self.table, other.table))
        return LabelledSums(self.table, self.sums.merged(other.sums), self.weighted or other.weighted)

    def to_bytes(self) -> bytes:
        """Return labels and sums as bytes."""
        return table_bytes(self.table) + bytes([self.weighted]) + self.sums.to_bytes()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabelledSums):
            return NotImplemented
        return self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # holds an array


def _other_labels(one: Table, other: Table) -> str:
    return (
        f"rows with the labels {labels.shown(one.tolist())} cannot join rows with {labels.shown(other.tolist())}: name "
        "all labels there may be, Multilabel(labels=…)"
    )


@public
class MultilabelScore(ClassScores):
    """What follows from the counts of each label, and from each row's own precision and recall.

    Methods that average take `average`: `"macro"`, `"micro"`, `"weighted"`, `"samples"` (the mean over rows), or None
    for a float64 array with a value for each label, in the order of `labels`; by default it is the metric's.
    `labels=` chooses labels, but not for `"samples"`. All are fractions of 1, equal to those of `sklearn.metrics` in
    scikit-learn 1.9.1.
    """

    __slots__ = ("_row",)

    AVERAGES: ClassVar[tuple[str, ...]] = ("macro", "micro", "weighted", "samples")
    VALUES: ClassVar[tuple[str, ...]] = ("accuracy", "hamming_loss", "precision", "recall", "f1", "jaccard")

    def __init__(self, metric: Multilabel, total: LabelledSums) -> None:
        width = len(total.table)
        row = np.array(total.sums.row())
        # Without weights these are counts.
        found, predicted, support = (
            row[: 3 * width].reshape(3, width).astype(np.float64 if total.weighted else np.int64)
        )
        super().__init__(metric, total, total.table, (found, predicted, support), row[-1])
        self._row = row[3 * width :]

    @property
    def score(self) -> float:
        """The F1 score with the metric's average."""
        return float(self.f1())

    @property
    def accuracy(self) -> float:
        """The share of rows all of whose labels are right."""
        return float(self._row[_EXACT] / self._weight) if self._weight else nan

    @property
    def hamming_loss(self) -> float:
        """The share of labels, of all rows and columns, that are wrong."""
        found, predicted, support = self._counts
        wrong = (predicted - found).sum() + (support - found).sum()
        return float(wrong / (self._weight * len(self._table))) if self._weight and len(self._table) else nan

    @property
    def confusion_matrices(self) -> NDArray[Any]:
        """For each label the matrix of absent and present, true by predicted: shape (C, 2, 2)."""
        found, predicted, support = self._of(self.labels)
        total = type(found[0])(self._weight) if len(found) else 0
        cells = [total - predicted - support + found, predicted - found, support - found, found]
        return np.stack(cells, axis=-1).reshape(-1, 2, 2)

    def jaccard(self, average: Average = ..., labels: Any = None) -> Any:
        """Return true positives by all that are true or predicted."""
        if self._is_of_rows(average, labels):
            return self._mean_of_rows("jaccard", _JACCARD, _HAS_F1)
        return super().jaccard(average, labels)

    def __repr__(self) -> str:
        return f"<MultilabelScore: {self.segments} rows, {len(self.labels)} labels, F1 {self.score:.4f}>"

    def __float__(self) -> float:
        return self.score

    def _averaged(self, which: str, beta: float, average: Average, classes: Any) -> Any:
        if not self._is_of_rows(average, classes):
            return super()._averaged(which, beta, average, classes)
        columns = {
            "precision": (_PRECISION, _HAS_PRECISION),
            "recall": (_RECALL, _HAS_RECALL),
            "f-score": (_F1, _HAS_F1),
        }
        if beta != 1:
            raise ValueError(
                f'rows keep their F1 only, not F with beta={beta!r}: choose another average than "samples"'
            )
        return self._mean_of_rows(which, *columns[which])

    def _is_of_rows(self, average: Average, classes: Any) -> bool:
        if (self._metric.average if average is ... else average) != "samples":
            return False
        if classes is not None:
            raise ValueError('rows keep the values of all labels only: leave labels out with average="samples"')
        return True

    def _mean_of_rows(self, which: str, column: int, defined: int) -> float:
        """Return the mean over rows; where it is undefined in some, by the metric's rule."""
        missing = self._weight - self._row[defined]
        if missing and self._metric.zero_division == "warn":
            # As scikit-learn's: the part that has no labels is the row's predictions, its references, or both.
            lacking = {"precision": "predicted", "recall": "true", "f-score": "true nor predicted"}
            averages.warn_of_nothing(which.capitalize(), lacking.get(which, "true or predicted"), "samples", 2)
        if self._metric.zero_division in ("warn", 0) or not missing:
            return float(self._row[column] / self._weight) if self._weight else nan
        if self._metric.zero_division == 1:
            return float((self._row[column] + missing) / self._weight) if self._weight else nan
        return float(self._row[column] / self._row[defined]) if self._row[defined] else nan

    def _reported(self) -> dict[str, Any]:
        sampled = [self._averaged(which, 1.0, "samples", None) for which in ("precision", "recall", "f-score")]
        return {**super()._reported(), "accuracy": False, "samples": tuple(sampled)}


@public
@dataclass(frozen=True)
class Multilabel(ClassMetric[MultilabelScore]):
    """Precision, recall, F and more of any number of labels a row, as scikit-learn 1.9.1 computes them.

        >>> from rapidscore import Multilabel
        >>> score = Multilabel(average="samples").score([{"a", "b"}, {"c"}], [{"a"}, {"b", "c"}])
        >>> print(score)
        accuracy = 0.0000 samples precision = 0.7500 recall = 0.7500 f1 = 0.6667 (n = 2)
        >>> score.f1(average=None), score.labels
        (array([1., 0., 1.]), array(['a', 'b', 'c'], dtype='<U1'))

    Predictions and references are arrays of indicators, 0 or 1 of shape (n, C), or have for each row a set, tuple or
    list of labels, of which indicators are made: 2 C bytes a row.

    Options:

    - `labels`: all labels there may be, in the order of the indicators' columns and of what is reported; a label that
      is not among them raises `ValueError`. By default those of the call, sorted, which only joins others of the same
      labels; columns of indicators are numbered.
    - `average`: how labels become one number unless a method is told otherwise: `"macro"`, `"micro"`, `"weighted"`, or
      `"samples"`.
    - `zero_division`: what 0/0 is, 0, 1 or NaN; `"warn"` is 0 with scikit-learn's `UndefinedMetricWarning`.

    Reference: scikit-learn 1.9.1, `sklearn.metrics`. Means over rows and sums of weights are exact and rounded once,
    so they may differ from scikit-learn's in the last digits.
    """

    labels: Sequence[Any] | None = None
    average: str = "macro"
    zero_division: float | str = "warn"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_class_options(MultilabelScore.AVERAGES)

    def score(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> MultilabelScore:
        """Score n rows of predicted labels against n rows of true ones.

        `sample_weight` is a float for each row, of shape (n,). Raises `ValueError` when there is no row, a label is
        missing or unknown, or an indicator is neither 0 nor 1; the message names the position.
        """
        return self._score(self._total(predictions, references, sample_weight))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Score each row for itself: `accuracy` (all labels right), `precision`, `recall`, `f1` and `jaccard`.

        Each is a float64 array of shape (n,); what is 0/0 is what `zero_division` says.
        """
        return self.statistics(predictions, references).segment_scores()

    def statistics(
        self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None
    ) -> CodedStatistics[MultilabelScore]:
        """Make rows of indicators (references, predictions, weight) to be sliced, joined, grouped and scored."""
        rows, table = self._indicators(predictions, references)
        return CodedStatistics(self, rows, table, as_weights(sample_weight, len(rows)))

    def _total(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> LabelledSums:
        return self.statistics(predictions, references, sample_weight).total()._sums  # type: ignore[return-value]

    def _indicators(self, predictions: Any, references: Any) -> tuple[NDArray[np.uint8], Table]:
        true, predicted = _as_array(references, "references"), _as_array(predictions, "predictions")
        if (true is None) != (predicted is None):
            raise TypeError("of predictions and references one is indicators and one is labels: pass both as either")
        if true is None or predicted is None:
            return self._of_sets(list(predictions), list(references))
        if true.shape != predicted.shape:
            raise ValueError(f"predictions have the shape {predicted.shape} but references {true.shape}")
        if self.labels is None:
            return np.hstack([true, predicted]), np.arange(true.shape[1])
        if true.shape[1] != len(self.labels):
            raise ValueError(f"indicators have {true.shape[1]} columns but there are {len(self.labels)} labels")
        codes, table = labels.encode(self.labels, "labels")
        order = np.argsort(codes)
        return np.hstack([true[:, order], predicted[:, order]]), table

    def _of_sets(self, predictions: list[Any], references: list[Any]) -> tuple[NDArray[np.uint8], Table]:
        labels.check_lengths(len(predictions), len(references))
        flat = [[*chain.from_iterable(rows)] for rows in (references, predictions)]
        counts = [[len(row) for row in rows] for rows in (references, predictions)]
        try:
            codes, table = labels.encode([*flat[0], *flat[1]], "labels")
        except (TypeError, ValueError):
            # Say in which row.
            for name, rows in ("references", references), ("predictions", predictions):
                for at, row in enumerate(rows):
                    labels.encode([*row], f"{name}[{at}]")
            raise
        if self.labels is not None:
            _, known = labels.encode(self.labels, "labels")
            unknown = unknown_codes(table, self.labels)
            if unknown:
                raise ValueError(
                    no_label(_where(counts, codes.tolist().index(unknown[0])), table.tolist()[unknown[0]], self.labels)
                )
            codes, table = labels.places(table, known)[codes].astype(np.int32) if len(codes) else codes, known
        width = len(table)
        indicators = np.zeros((len(references), 2 * width), np.uint8)
        places = np.concatenate([np.repeat(np.arange(len(count)), count) for count in counts]).astype(np.intp)
        columns = codes + np.repeat([0, width], [len(flat[0]), len(flat[1])])
        indicators[places, columns] = 1
        if indicators.sum() != len(codes):
            at = next(at for at, row in enumerate([*references, *predictions]) if len(row) != len({*row}))
            raise ValueError(
                f"{_where([[1] * len(references), [1] * len(predictions)], at)} names a label twice: name it once, or "
                "pass indicators as an array"
            )
        return indicators, table

    def _code_columns(self, table: Table) -> tuple[str, ...]:
        return tuple(f"{side}:{label}" for side in ("reference", "prediction") for label in table.tolist())

    def _recoded(self, rows: NDArray[Any], table: Table, joined: Table) -> NDArray[Any]:
        if len(rows):
            raise ValueError(_other_labels(table, joined))
        return np.zeros((0, 2 * len(joined)), rows.dtype)

    def _fold_codes(
        self,
        rows: NDArray[Any],
        table: Table,
        weights: NDArray[np.float64] | None,
        groups: Codes | None,
        count: int,
    ) -> list[LabelledSums]:
        if groups is None:
            return [_folded(rows, table, weights)]
        return [
            _folded(rows[some], table, None if weights is None else weights[some]) for some in positions(groups, count)
        ]

    def _finalise_codes(self, rows: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        measured = _core.measure_indicators(np.ascontiguousarray(rows))
        zero = 0.0 if self.zero_division == "warn" else float(self.zero_division)
        scores = {"accuracy": measured[:, _EXACT]}
        for name, column, defined in (
            ("precision", _PRECISION, _HAS_PRECISION),
            ("recall", _RECALL, _HAS_RECALL),
            ("f1", _F1, _HAS_F1),
            ("jaccard", _JACCARD, _HAS_F1),
        ):
            scores[name] = np.where(measured[:, defined] > 0, measured[:, column], zero)
        return scores

    def _read_sums(self, data: bytes) -> LabelledSums:
        table, rest = table_of_bytes(data)
        weighted, sums = rest[:1], _core.Total.from_bytes(rest[1:])
        if len(sums.row()) != 3 * len(table) + _ROW_SUMS or weighted not in (b"\0", b"\1"):
            raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned")
        return LabelledSums(table, sums, weighted == b"\1")

    def _score_of(self, total: LabelledSums) -> MultilabelScore:
        return MultilabelScore(self, total)

    def _signature_items(self) -> dict[str, str]:
        return {
            "avg": self.average,
            "zero": str(self.zero_division),
            "labels": "seen" if self.labels is None else str(len(self.labels)),
            "version": f"sklearn-{SKLEARN_VERSION}",
        }


def _as_array(values: Any, name: str) -> NDArray[np.uint8] | None:
    """Return indicators; nothing when rows are collections of labels."""
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise TypeError(f"{name} must be indicators or a list of sets of labels, not {type(values).__name__}")
    if type(values).__module__.partition(".")[0] == "scipy":
        raise TypeError(f"{name} is a sparse {type(values).__name__}: pass an array, its toarray()")
    array = np.asarray(values) if hasattr(values, "__array__") else None
    if array is None or (array.dtype.kind == "O" and array.ndim == 1):
        _check_sets(values, name)
        return None
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise ValueError(f"{name} have the shape {array.shape} and type {array.dtype}: indicators are 0 or 1, (n, C)")
    if array.dtype.kind != "b" and not ((array == 0) | (array == 1)).all():
        row, column = np.argwhere((array != 0) & (array != 1))[0]
        raise ValueError(f"{name}[{row}, {column}] is {array[row, column].item()!r}: an indicator is 0 or 1")
    return array.astype(np.uint8)


def _check_sets(values: Any, name: str) -> None:
    for at, row in enumerate(values):
        if not isinstance(row, set | frozenset | list | tuple | np.ndarray):
            raise TypeError(
                f"{name}[{at}] is {row!r} ({type(row).__name__}): each row is a set, list or tuple of labels; for one "
                "label a row use Classification"
            )
    ordered = [row for row in values if isinstance(row, list | tuple | np.ndarray)]
    # Rows of one length that hold 0 and 1 alone could be either, and the scores would differ.
    if len(ordered) == len(values) and len({*map(len, ordered)}) == 1 and len(ordered[0]) > 1:
        cells = {*chain.from_iterable(ordered)} if all(_hashable(row) for row in ordered) else set()
        if cells <= {0, 1}:
            raise ValueError(f"{name} could be indicators or lists of the labels 0 and 1: pass an array, or sets")


def _hashable(row: Any) -> bool:
    return all(isinstance(label, int | str | float | np.generic) for label in row)


def _where(counts: list[list[int]], at: int) -> str:
    """Name the row of a label among those of all references and then of all predictions."""
    total = sum(counts[0])
    side, at = (0, at) if at < total else (1, at - total)
    row = int(np.searchsorted(np.cumsum(counts[side]), at, side="right"))
    return f"{('references', 'predictions')[side]}[{row}]"


def _folded(rows: NDArray[Any], table: Table, weights: NDArray[np.float64] | None) -> LabelledSums:
    contiguous = None if weights is None else np.ascontiguousarray(weights)
    return LabelledSums(table, _core.Total.of_indicators(np.ascontiguousarray(rows), contiguous), weights is not None)
