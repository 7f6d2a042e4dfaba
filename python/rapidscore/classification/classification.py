"""Classification from one confusion count: accuracy, precision, recall, F and what else follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import nan
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.classification.base import SKLEARN_VERSION, ClassMetric, no_label, unknown_codes
from rapidscore.classification.coded import CodedStatistics, as_weights
from rapidscore.classification.confusion import LabelledConfusion
from rapidscore.classification.counts import confusion
from rapidscore.classification.fairness import ClassificationGroups
from rapidscore.classification.many_scores import ClassRows, ManyClassScores
from rapidscore.classification.score import ClassificationScore
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.inputs.labels import Codes, Table

_NAMES = ("references", "predictions")
_IGNORED = -1


@public
class ClassificationStatistics(CodedStatistics[ClassificationScore]):
    """Rows of codes (reference, prediction, weight); by group, they also say how fair predictions are."""

    __slots__ = ()

    def _group_scores(self) -> type[ClassificationGroups[ClassificationScore]]:
        return ClassificationGroups

    def by(self, groups: Any) -> ClassificationGroups[ClassificationScore]:
        """Score each group of rows for itself: see `Statistics.by` and `rapidscore.ClassificationGroups`.

        >>> from rapidscore import Classification
        >>> stats = Classification(pos_label="yes").statistics(["yes", "no", "no", "yes"], ["yes", "no", "yes", "yes"])
        >>> groups = stats.by(["F", "F", "M", "M"])
        >>> groups["M"].accuracy, groups.equal_opportunity_difference()
        (0.5, 0.5)
        """
        scores = super().by(groups)
        assert isinstance(scores, ClassificationGroups)
        return scores


@public
@dataclass(frozen=True, eq=False)
class Classification(ClassMetric[ClassificationScore]):
    """Accuracy, precision, recall, F and more of one label a row, as scikit-learn 1.9.1 computes them.

        >>> from rapidscore import Classification
        >>> score = Classification().score(["pos", "neg", "pos", "pos"], ["pos", "neg", "neg", "pos"])
        >>> print(score)
        accuracy = 0.7500 macro precision = 0.8333 recall = 0.7500 f1 = 0.7333 (n = 4)
        >>> score.recall(average=None), score.labels
        (array([0.5, 1. ]), array(['neg', 'pos'], dtype='<U3'))

    Labels are integers, bools or strings, all of one kind: in lists, NumPy arrays, columns of pandas or polars,
    categoricals. The score holds the confusion matrix, from which all else is computed when it is asked for.

    Options:

    - `labels`: all labels there may be, in the order in which they are reported; one that is not among them raises
      `ValueError`. By default those that occur, sorted.
    - `average`: how classes become one number unless a method is told otherwise: `"macro"`, `"micro"`, `"weighted"`,
      or `"binary"`, for the class `pos_label` alone.
    - `zero_division`: what 0/0 is, 0, 1 or NaN; `"warn"` is 0 with scikit-learn's `UndefinedMetricWarning`.
    - `pos_label`: the positive class of two.
    - `ignore_index`: rows with this reference are not counted; -100 is usual for token classification. With it,
      predictions and references may also have the shape (batch, time), as arrays or as lists of lists.

    Reference: scikit-learn 1.9.1, `sklearn.metrics`. Sums of weights are exact and rounded once, so they may differ
    from scikit-learn's in the last digit.
    """

    _score_type: ClassVar[type[ClassificationScore]] = ClassificationScore

    labels: Sequence[Any] | None = None
    average: str = "macro"
    zero_division: float | str = "warn"
    pos_label: int | str = 1
    ignore_index: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_class_options()
        if isinstance(self.pos_label, np.generic):
            object.__setattr__(self, "pos_label", self.pos_label.item())
        if not isinstance(self.pos_label, int | str | float):
            raise TypeError(f"pos_label must be a label, not {self.pos_label!r} ({type(self.pos_label).__name__})")

    def score(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> ClassificationScore:
        """Score n predicted labels against n true ones.

        `sample_weight` is a float for each, of shape (n,). Raises `ValueError` when there is no label or one is
        missing, `TypeError` when labels are of other types; both name the position.
        """
        return self._score(self._total(predictions, references, sample_weight))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Say of each label whether it is right: `{"accuracy": float64 array of shape (n,)}`, 1.0 or 0.0."""
        return self.statistics(predictions, references).segment_scores()

    def statistics(
        self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None
    ) -> ClassificationStatistics:
        """Encode labels: rows (reference, prediction, weight) to be sliced, joined, grouped and scored."""
        true, predicted, table = self._codes(predictions, references)
        weights = as_weights(sample_weight, len(true))
        # Columns lie one behind the other, as they are counted.
        return ClassificationStatistics(self, np.stack([true, predicted]).T, table, weights)

    def _total(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> LabelledConfusion:
        if sample_weight is None and self.labels is None and self.ignore_index is None:
            return LabelledConfusion(*confusion(references, predictions, _NAMES))
        true, predicted, table = self._codes(predictions, references)
        weights = as_weights(sample_weight, len(true))
        return self._sums_of_group(_core.count_codes(true, predicted, len(table), weights), 0, table)

    def _codes(self, predictions: Any, references: Any) -> tuple[Codes, Codes, Table]:
        if self.ignore_index is not None:
            predictions, references = _flat(predictions, references)
        true, predicted, table = labels.encode_pair(references, predictions, _NAMES)
        if self.ignore_index is not None and table.dtype.kind in "biuf":
            for code in np.flatnonzero(table == self.ignore_index):
                true[true == code] = _IGNORED
        if self.labels is not None:
            self._check_known(table, true, predicted)
        return true, predicted, table

    def _check_known(self, table: Table, true: Codes, predicted: Codes) -> None:
        unknown = unknown_codes(table, self.labels)
        for name, codes in ("references", true), ("predictions", np.where(true == _IGNORED, _IGNORED, predicted)):
            found = np.flatnonzero(np.isin(codes, unknown))
            if len(found):
                raise ValueError(no_label(f"{name}[{found[0]}]", table.tolist()[codes[found[0]]], self.labels))

    def _code_columns(self, table: Table) -> tuple[str, ...]:
        return _NAMES

    def _recoded(self, rows: NDArray[Any], table: Table, joined: Table) -> NDArray[Any]:
        # The last place serves the code of what is ignored.
        codes: NDArray[Any] = np.append(labels.places(table, joined), _IGNORED).astype(np.int32)[rows]
        return codes

    def _fold_codes(self, rows: NDArray[Any], table: Table, weights: NDArray[np.float64] | None) -> LabelledConfusion:
        return self._sums_of_group(self._fold_code_groups(rows, table, weights, None, 1), 0, table)

    def _fold_code_groups(
        self, rows: NDArray[Any], table: Table, weights: NDArray[np.float64] | None, codes: Codes | None, count: int
    ) -> _core.GroupConfusions:
        true, predicted = np.ascontiguousarray(rows.T)
        weights = None if weights is None else np.ascontiguousarray(weights)
        return _core.count_codes(true, predicted, len(table), weights, codes, count)

    def _sums_of_group(
        self, groups: _core.GroupConfusions, code: int, table: Table, weighted: bool = False
    ) -> LabelledConfusion:
        kept, counts = groups.confusion(code)
        return LabelledConfusion(table[kept], counts)

    def _scores_of_groups(
        self, groups: _core.GroupConfusions, codes: NDArray[np.intp], table: Table
    ) -> ManyClassScores:
        return ManyClassScores(self, table, ClassRows(*groups.class_rows()).chosen(codes))

    def _sample_counter(
        self,
        rows: NDArray[Any],
        table: Table,
        weights: NDArray[np.float64] | None,
        groups: tuple[Codes, int] | None,
        copies: int,
    ) -> _core.SampleCounter:
        true, predicted = np.ascontiguousarray(rows.T)
        return _core.SampleCounter.of_labels(true, predicted, len(table), weights, groups, copies)

    def _scores_of_samples(self, counts: tuple[Any, ...], table: Table) -> ManyClassScores:
        return ManyClassScores(self, table, ClassRows(*counts))

    def _finalise_codes(self, rows: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        right = (rows[:, 0] == rows[:, 1]).astype(np.float64)
        right[rows[:, 0] == _IGNORED] = nan
        return {"accuracy": right}

    def _merge_cost(self, total: LabelledConfusion) -> int:
        return total.segments

    def _check_merge(self, total: LabelledConfusion, other: LabelledConfusion) -> None:
        labels.check_joinable(total.table, other.table)

    def _read_sums(self, data: bytes) -> LabelledConfusion:
        return LabelledConfusion.from_bytes(data)

    def _value_names(self) -> tuple[str, ...]:
        # Kappa is not among them, because it takes the whole matrix.
        rates = ("selection_rate", "true_positive_rate", "false_positive_rate")
        return (*super()._value_names(), *(rates if self.average == "binary" else ()))

    def _score_of(self, total: LabelledConfusion) -> ClassificationScore:
        return ClassificationScore(self, total)

    def _signature_items(self) -> dict[str, str]:
        return {
            "avg": f"{self.average}({self.pos_label})" if self.average == "binary" else self.average,
            "zero": str(self.zero_division),
            "labels": "seen" if self.labels is None else str(len(self.labels)),
            "ignore": "no" if self.ignore_index is None else str(self.ignore_index),
            "version": f"sklearn-{SKLEARN_VERSION}",
        }


def _flat(predictions: Any, references: Any) -> tuple[Any, Any]:
    """Return labels of shape (batch, time) one behind the other."""
    if getattr(predictions, "ndim", 1) > 1 and getattr(references, "ndim", 1) > 1:
        if tuple(predictions.shape) != tuple(references.shape):
            raise ValueError(
                f"predictions have the shape {tuple(predictions.shape)} but references {tuple(references.shape)}: "
                "pass one reference for each prediction"
            )
        return np.asarray(predictions).ravel(), np.asarray(references).ravel()
    if not (_is_nested(predictions) and _is_nested(references)):
        return predictions, references
    labels.check_lengths(len(predictions), len(references))
    for at, (some, others) in enumerate(zip(predictions, references, strict=True)):
        if len(some) != len(others):
            raise ValueError(
                f"predictions[{at}] has {len(some)} labels but references[{at}] has {len(others)}: pass one reference "
                "for each prediction"
            )
    return [*chain.from_iterable(predictions)], [*chain.from_iterable(references)]


def _is_nested(values: Any) -> bool:
    return bool(
        isinstance(values, list | tuple | np.ndarray)
        and len(values)
        and all(isinstance(row, list | tuple | np.ndarray) for row in values)
    )
