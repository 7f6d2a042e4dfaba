"""Multilabel classification, with any number of labels per row and the results of scikit-learn 1.9.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import _core
from rapidscore._public import public
from rapidscore.classification.base import SKLEARN_VERSION, ClassMetric, no_label, unknown_codes
from rapidscore.classification.coded import CodedStatistics, as_weights
from rapidscore.classification.confusion import table_of_bytes
from rapidscore.classification.multilabel_score import (
    EXACT,
    F1,
    HAS_F1,
    HAS_PRECISION,
    HAS_RECALL,
    JACCARD,
    PRECISION,
    RECALL,
    ROW_SUMS,
    LabelledSums,
    ManyMultilabelScores,
    MultilabelScore,
    other_labels,
)
from rapidscore.inputs import arrays, labels
from rapidscore.inputs.arrays import as_bools
from rapidscore.inputs.options import check_ordered
from rapidscore.inputs.references import as_objects

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.inputs.labels import Codes, SortedLabels


@public
@dataclass(frozen=True, eq=False)
class Multilabel(ClassMetric[MultilabelScore]):
    """Compute precision, recall, F-scores and more for any number of labels per row, as scikit-learn 1.9.1 does.

    Predictions and references are arrays of indicators, 0 or 1, of shape (n, C), or have a set, tuple or list of labels
    for each row. Labels are converted to indicators, which take 2 C bytes per row.

    Parameters
    ----------
    labels : sequence of labels, optional
        All possible labels, in the order of the columns of indicators, reports and arrays. Another label in the data
        raises `ValueError`. The default is the sorted labels of the call, or the column numbers of indicators; rows and
        totals then only join those with the same labels.
    average : {"macro", "micro", "weighted", "samples"}, default "macro"
        How the values of labels are averaged, unless a method of the score is called with another average.
        `"samples"` is the mean over rows.
    zero_division : {"warn", 0, 1, NaN}, default "warn"
        The value of 0/0. `"warn"` is 0 with scikit-learn's `UndefinedMetricWarning`.

    Raises
    ------
    ValueError
        If the average or `zero_division` is unknown, or if `labels` is empty or has a label more than once.
    TypeError
        If an option has a wrong type.

    Notes
    -----
    Means over rows and sums of weights are exact and rounded once, so values may differ from scikit-learn's in the last
    digits. The report equals scikit-learn's to the character, except the line `samples avg`, whose means are exact.

    References
    ----------
    `sklearn.metrics` of scikit-learn 1.9.1.

    Examples
    --------
    >>> from rapidscore import Multilabel
    >>> score = Multilabel(average="samples").score([{"a", "b"}, {"c"}], [{"a"}, {"b", "c"}])
    >>> print(score)
    accuracy = 0.0000 samples precision = 0.7500 recall = 0.7500 f1 = 0.6667 (n = 2)
    >>> score.f1(average=None), score.labels
    (array([1., 0., 1.]), array(['a', 'b', 'c'], dtype='<U1'))

    """

    _score_type: ClassVar[type[MultilabelScore]] = MultilabelScore

    labels: Sequence[Any] | None = None
    average: str = "macro"
    zero_division: float | str = "warn"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_class_options()

    def score(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> MultilabelScore:
        """Score n rows of predicted labels against n rows of true labels.

        Parameters
        ----------
        predictions : array of shape (n, C), or sequence of sets, tuples or lists of labels
            The predicted labels of each row, or their indicators.
        references : array of shape (n, C), or sequence of sets, tuples or lists of labels
            The true labels of each row, or their indicators.
        sample_weight : array of float, optional
            The weight of each row, a finite number from 0, of shape (n,). The default is 1 for each row.

        Returns
        -------
        MultilabelScore
            The counts of each label, and all scores of them.

        Raises
        ------
        ValueError
            If there are no rows, if lengths or shapes differ, if a label is missing, is repeated in a row, or is not
            one of the metric's labels, if an indicator is neither 0 nor 1, or if a weight is negative or not finite.
            Lists of equal length that hold only 0 and 1 raise it too, because they could be indicators or labels.
        TypeError
            If a row is not a collection of labels, if labels have different types, or if only predictions or only
            references are indicators.

        """
        return self._score(self._total(predictions, references, sample_weight))

    def segment_scores(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Score each row separately: return `accuracy`, `precision`, `recall`, `f1` and `jaccard`.

        Each is a float64 array of shape (n,). The accuracy of a row is 1 if all its labels are correct, otherwise 0.
        The value of 0/0 is `zero_division`, and for `"warn"` it is 0.
        """
        return self.statistics(predictions, references).segment_scores()

    def statistics(
        self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None
    ) -> CodedStatistics[MultilabelScore]:
        """Return rows of indicators (references, predictions, weight) that can be sliced, joined, grouped and scored.

        Parameters and errors are those of `score`, but there may be no rows.
        """
        rows, table = self._indicators(predictions, references)
        return CodedStatistics._of_codes(self, rows, table, as_weights(sample_weight, len(rows)))

    def _total(self, predictions: Any, references: Any, sample_weight: ArrayLike | None = None) -> LabelledSums:
        return self.statistics(predictions, references, sample_weight).total()._sums  # type: ignore[return-value]

    def _indicators(self, predictions: Any, references: Any) -> tuple[NDArray[np.uint8], SortedLabels]:
        predictions, references = as_objects(predictions), as_objects(references)
        true, predicted = _as_array(references, "references"), _as_array(predictions, "predictions")
        if (true is None) != (predicted is None):
            raise TypeError(
                "one of predictions and references has indicators and the other labels: pass both as indicators, or "
                "both as labels"
            )
        if true is None or predicted is None:
            return self._of_sets(_core.list_of(predictions), _core.list_of(references))
        if true.shape != predicted.shape:
            raise ValueError(
                f"predictions have the shape {predicted.shape} but references have {true.shape}: pass one "
                "indicator for each row and label"
            )
        if self.labels is None:
            return np.hstack([true, predicted]), np.arange(true.shape[1])
        if true.shape[1] != len(self.labels):
            raise ValueError(
                f"indicators have {true.shape[1]} columns but there are {len(self.labels)} labels: pass one column for "
                "each label"
            )
        codes, table = labels.encode(self.labels, "labels")
        order = np.argsort(codes)
        return np.hstack([true[:, order], predicted[:, order]]), table

    def _of_sets(self, predictions: list[Any], references: list[Any]) -> tuple[NDArray[np.uint8], SortedLabels]:
        labels.check_lengths(len(predictions), len(references))
        flat = [[*chain.from_iterable(rows)] for rows in (references, predictions)]
        counts = [[len(row) for row in rows] for rows in (references, predictions)]
        try:
            codes, table = labels.encode([*flat[0], *flat[1]], "labels")
        except (TypeError, ValueError):
            # Encode again by row, so that the message names the row.
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
            codes, table = labels.positions(table, known)[codes].astype(np.int32) if len(codes) else codes, known
        width = len(table)
        indicators = np.zeros((len(references), 2 * width), np.uint8)
        positions = np.concatenate([np.repeat(np.arange(len(count)), count) for count in counts]).astype(np.intp)
        columns = codes + np.repeat([0, width], [len(flat[0]), len(flat[1])])
        indicators[positions, columns] = 1
        if indicators.sum() != len(codes):
            at = next(at for at, row in enumerate([*references, *predictions]) if len(row) != len({*row}))
            raise ValueError(
                f"{_where([[1] * len(references), [1] * len(predictions)], at)} has a label twice: pass it once, or "
                "pass indicators as an array"
            )
        return indicators, table

    def _code_columns(self, table: SortedLabels) -> tuple[str, ...]:
        return tuple(f"{side}:{label}" for side in ("reference", "prediction") for label in table.tolist())

    def _check_codes(self, rows: NDArray[Any], table: SortedLabels) -> None:
        if rows.ndim != 2 or rows.shape[1] != 2 * len(table) or rows.dtype != np.uint8 or (rows > 1).any():
            raise ValueError(
                f"rows have the shape {rows.shape} and type {rows.dtype}: pass uint8 indicators, 0 or 1, of shape "
                f"(n, {2 * len(table)})"
            )

    def _recoded(self, rows: NDArray[Any], table: SortedLabels, joined: SortedLabels) -> NDArray[Any]:
        if len(rows):
            raise ValueError(other_labels(table, joined))
        return np.zeros((0, 2 * len(joined)), rows.dtype)

    def _fold_codes(self, rows: NDArray[Any], table: SortedLabels, weights: NDArray[np.float64] | None) -> LabelledSums:
        weighted = weights is not None
        weights = None if weights is None else np.ascontiguousarray(weights)
        return LabelledSums(table, _core.Total.of_indicators(np.ascontiguousarray(rows), weights), weighted)

    def _fold_code_groups(
        self, rows: NDArray[Any], table: SortedLabels, weights: NDArray[np.float64] | None, codes: Codes, count: int
    ) -> _core.GroupTotals:
        weights = None if weights is None else np.ascontiguousarray(weights)
        return _core.GroupTotals.of_indicators(np.ascontiguousarray(rows), weights, codes, count)

    def _sums_of_group(self, groups: _core.GroupTotals, code: int, table: SortedLabels, weighted: bool) -> LabelledSums:
        return LabelledSums(table, groups.total(code), weighted)

    def _scores_of_groups(
        self, groups: _core.GroupTotals, codes: NDArray[np.intp], table: SortedLabels
    ) -> ManyMultilabelScores:
        return ManyMultilabelScores(self, table, groups.rows()[codes])

    def _sample_counter(
        self,
        rows: NDArray[Any],
        table: SortedLabels,
        weights: NDArray[np.float64] | None,
        groups: tuple[Codes, int] | None,
        copies: int,
    ) -> _core.SampleCounter:
        return _core.SampleCounter.of_indicators(np.ascontiguousarray(rows), weights, groups, copies)

    def _scores_of_samples(self, counts: tuple[Any, ...], table: SortedLabels) -> ManyMultilabelScores:
        return ManyMultilabelScores(self, table, *counts)

    def _finalise_codes(self, rows: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
        measured = _core.measure_indicators(np.ascontiguousarray(rows))
        zero = 0.0 if self.zero_division == "warn" else float(self.zero_division)
        scores = {"accuracy": measured[:, EXACT]}
        for name, column, defined in (
            ("precision", PRECISION, HAS_PRECISION),
            ("recall", RECALL, HAS_RECALL),
            ("f1", F1, HAS_F1),
            ("jaccard", JACCARD, HAS_F1),
        ):
            scores[name] = np.where(measured[:, defined] > 0, measured[:, column], zero)
        return scores

    def _read_sums(self, data: bytes) -> LabelledSums:
        table, _, start = table_of_bytes(data)
        weighted, sums = data[start : start + 1], _core.Total.from_bytes(data, start + 1)
        if sums.columns != 3 * len(table) + ROW_SUMS or weighted not in (b"\0", b"\1"):
            raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned")
        row = sums.row_array()
        # Without weights, no count is larger than the number of rows.
        if not (row >= 0).all() or (weighted == b"\0" and row.max() > sums.segments):
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
    """Return indicators, or None if the rows are collections of labels."""
    check_ordered(values, name)
    if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
        raise TypeError(f"{name} must be indicators or a list of sets of labels, not {type(values).__name__}")
    if type(values).__module__.partition(".")[0] == "scipy":
        raise TypeError(f"{name} is a sparse {type(values).__name__}: pass its toarray()")
    array = None
    if arrays.is_tensor(values) or hasattr(values, "__array__"):
        array = arrays.as_array(values, name)
    if array is None or (array.dtype.kind == "O" and array.ndim == 1):
        _check_sets(values, name)
        return None
    if array.ndim != 2 or array.dtype.kind not in "biuf":
        raise ValueError(f"{name} have the shape {array.shape} and type {array.dtype}: pass 0 or 1, of shape (n, C)")
    if array.dtype.kind == "b":
        return as_bools(array).view(np.uint8)
    if not ((array == 0) | (array == 1)).all():
        row, column = np.argwhere((array != 0) & (array != 1))[0]
        raise ValueError(f"{name}[{row}, {column}] is {array[row, column].item()!r}: an indicator must be 0 or 1")
    return array.astype(np.uint8)


def _check_sets(values: Any, name: str) -> None:
    for at, row in enumerate(values):
        if not isinstance(row, set | frozenset | list | tuple | np.ndarray):
            raise TypeError(
                f"{name}[{at}] is {row!r} ({type(row).__name__}): pass a set, list or tuple of labels for each row, "
                "or use Classification for one label per row"
            )
    ordered = [row for row in values if isinstance(row, list | tuple | np.ndarray)]
    # Rows of equal length that hold only 0 and 1 could be indicators or labels, whose scores differ.
    if len(ordered) == len(values) and len({*map(len, ordered)}) == 1 and len(ordered[0]) > 1:
        cells = {*chain.from_iterable(ordered)} if all(_hashable(row) for row in ordered) else set()
        if cells <= {0, 1}:
            raise ValueError(f"{name} could be indicators or lists of the labels 0 and 1: pass an array, or sets")


def _hashable(row: Any) -> bool:
    return all(isinstance(label, int | str | float | np.generic) for label in row)


def _where(counts: list[list[int]], at: int) -> str:
    """Return the name of a label's row, given its position in the labels of all references and then all predictions."""
    total = sum(counts[0])
    side, at = (0, at) if at < total else (1, at - total)
    row = int(np.searchsorted(np.cumsum(counts[side]), at, side="right"))
    return f"{('references', 'predictions')[side]}[{row}]"
