"""Values of many scores as arrays: the scores of groups, or of the samples of a bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import nan
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rapidscore.classification import averages
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.classification.per_class import Counts
    from rapidscore.inputs.labels import SortedLabels

#: Number of counts that are evaluated at a time, so that they stay in the cache.
_BATCH = 2**15


class ClassRows(NamedTuple):
    """The counts of the classes that occur in each of many sets of rows, as the core returns them."""

    ends: NDArray[np.int64]
    """The end of the classes of each set, (sets,)."""
    classes: NDArray[np.int64]
    """The codes of the classes, ascending within a set."""
    counts: NDArray[np.float64]
    """True positives, predicted rows and true rows of each class, (3, classes)."""

    def chosen(self, sets: NDArray[np.intp]) -> ClassRows:
        """Return some of the sets."""
        if len(sets) == len(self.ends):
            return self
        sizes = np.diff(self.ends, prepend=0)
        ends = np.cumsum(sizes[sets])
        starts = np.repeat((self.ends - sizes)[sets] - (ends - sizes[sets]), sizes[sets])
        positions = starts + np.arange(len(starts))
        return ClassRows(ends, self.classes[positions], self.counts[:, positions])


class Batch(NamedTuple):
    """The counts of m sets that have C classes each."""

    sets: NDArray[np.intp]
    """The indices of the sets, (m,)."""
    classes: NDArray[np.int64]
    """The codes of the classes, ascending, (m, C)."""
    counts: Counts
    """True positives, predicted rows and true rows of the classes, each (m, C)."""
    ordered: Counts
    """The same counts, in the order of the score's `labels`."""


class ManyClassScores:
    """The values of the scores of many sets of rows with one label each. They are NaN for a set without rows."""

    def __init__(self, metric: Any, table: SortedLabels, rows: ClassRows) -> None:
        """Take a metric, the sorted table of labels that codes index, and counts."""
        self._metric = metric
        self._rows = rows
        self._table = table
        self._order: NDArray[np.int32] | None = None
        if metric.labels is not None:
            # Classes that do not occur count in averages, too.
            self._order, self._table = labels.encode(metric.labels, "labels")
            self._rows = rows._replace(classes=labels.positions(table, self._table)[rows.classes])

    def values(self, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return values by name, each of shape (sets,)."""
        return self.measured({name: partial(self._value, name) for name in names})

    def measured(self, measures: dict[str, Callable[[Batch], NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
        """Return the values of measures, each of shape (sets,); a measure is a function of a batch of sets."""
        values = {name: np.full(len(self._rows.ends), nan) for name in measures}
        for batch in self._batches():
            for name, measure in measures.items():
                values[name][batch.sets] = measure(batch)
        return values

    def rates(self, names: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Return rates of the metric's positive class by name, (sets,); a set that lacks this class counts 0 of it."""
        return self.measured({name: partial(self.rate, name, allow_missing=True) for name in names})

    def rate(
        self, name: str, batch: Batch, pos_label: Any = ..., *, allow_missing: bool = False
    ) -> NDArray[np.float64]:
        """Return a rate of the positive class of each set of a batch: see `ClassificationScore`."""
        true_positives, predicted, support = self._positive(batch, pos_label, allow_missing)
        rates: NDArray[np.float64] = rate(name, true_positives, predicted, support, _weight(batch))
        return rates

    def _value(self, name: str, batch: Batch) -> NDArray[np.float64]:
        which, _, average = name.rpartition("_")
        if which in AVERAGED and average in self._metric._score_type.AVERAGES:
            return self._averaged(which, average, batch)
        if name in AVERAGED:
            return self._averaged(name, self._metric.average, batch)
        if name in RATES:
            return self.rate(name, batch)
        true_positives, predicted, support = batch.counts
        if name == "accuracy":
            return averages.share(np.add.reduce(true_positives, axis=-1), _weight(batch), nan)
        if name == "balanced_accuracy":
            return averages.mean_recall(true_positives, support)
        correlations: NDArray[np.float64] = matthews_correlation(true_positives, predicted, support)
        return correlations

    def _averaged(self, which: str, average: str, batch: Batch) -> NDArray[np.float64]:
        counts = batch.ordered
        if average == "binary":
            if (classes := counts[0].shape[-1]) > 2:
                raise ValueError(f"average='binary' is for two classes, there are {classes}: choose another average")
            true_positives, predicted, support = (count[:, np.newaxis] for count in self._positive(batch))
            counts = true_positives, predicted, support
        compute: Callable[..., NDArray[np.float64]] = getattr(averages, AVERAGED[which])
        return compute(*counts, average=average, zero_division=self._metric.zero_division)

    def _positive(self, batch: Batch, pos_label: Any = ..., allow_missing: bool = False) -> Counts:
        """Return the counts of the positive class, each (m,); they are 0 if no row has this class."""
        pos_label = self._metric.pos_label if pos_label is ... else pos_label
        codes = np.flatnonzero(self._table == pos_label)
        is_positive = np.isin(batch.classes, codes)
        missing = np.flatnonzero(~is_positive.any(axis=-1))
        if len(missing) and not allow_missing and batch.classes.shape[-1] >= 2:
            known = batch.classes[missing[0]] if self._order is None else self._order
            raise ValueError(no_positive(pos_label, self._table[known]))
        true_positives, predicted, support = (np.where(is_positive, counts, 0).sum(axis=-1) for counts in batch.counts)
        return true_positives, predicted, support

    def _batches(self) -> Iterator[Batch]:
        """Yield the counts of all sets that have rows; the sets of a batch have the same number of classes."""
        rows = self._rows
        sizes = np.diff(rows.ends, prepend=0)
        starts = rows.ends - sizes
        if self._order is not None:
            yield from self._dense_batches(np.flatnonzero(sizes), starts, sizes, self._order)
            return
        for size in np.flatnonzero(np.bincount(sizes)).tolist():
            of_size = np.flatnonzero(sizes == size) if size else np.empty(0, np.intp)
            for sets in _parts(of_size, size):
                positions = starts[sets, np.newaxis] + np.arange(size)
                true_positives, predicted, support = np.take(rows.counts, positions, axis=1)
                counts = true_positives, predicted, support
                yield Batch(sets, rows.classes[positions], counts, counts)

    def _dense_batches(
        self, filled: NDArray[np.intp], starts: NDArray[np.int64], sizes: NDArray[np.int64], order: NDArray[np.int32]
    ) -> Iterator[Batch]:
        """Yield counts with an entry for each class of the metric."""
        rows, size = self._rows, len(self._table)
        for sets in _parts(filled, size):
            chosen = rows.chosen(sets)
            of_row = np.repeat(np.arange(len(sets)), sizes[sets])
            dense = np.zeros((3, len(sets), size))
            dense[:, of_row, chosen.classes] = chosen.counts
            true_positives, predicted, support = dense
            # Rows must be contiguous, because NumPy adds along other rows in another order.
            found_of, predicted_of, support_of = np.take(dense, order, axis=2)
            ordered = found_of, predicted_of, support_of
            yield Batch(
                sets,
                np.broadcast_to(np.arange(size), true_positives.shape),
                (true_positives, predicted, support),
                ordered,
            )


#: Values that are averaged over classes, with the names of the functions in `averages`.
AVERAGED = {"precision": "precision", "recall": "recall", "f1": "fscore"}
#: The rates of the positive class.
RATES = (
    "selection_rate",
    "true_positive_rate",
    "false_negative_rate",
    "false_positive_rate",
    "true_negative_rate",
)


def rate(name: str, true_positives: Any, predicted: Any, support: Any, weight: Any) -> Any:
    """Return a rate of a class from its counts and the weight of all rows; 0 if its denominator is 0."""
    others = weight - support
    part, whole = {
        "selection_rate": (predicted, weight),
        "true_positive_rate": (true_positives, support),
        "false_negative_rate": (support - true_positives, support),
        "false_positive_rate": (predicted - true_positives, others),
        "true_negative_rate": (others - (predicted - true_positives), others),
    }[name]
    return averages.share(part, whole, 0.0)


def matthews_correlation(true_positives: Any, predicted: Any, support: Any) -> Any:
    """Return Matthews' correlation coefficient of counts (m, C); 0 if only one class is true or predicted."""
    with np.errstate(invalid="ignore"):
        correlation = averages.matthews_of_samples(np.add.reduce(true_positives, axis=-1), predicted, support)
    several = (np.count_nonzero(predicted, axis=-1) > 1) & (np.count_nonzero(support, axis=-1) > 1)
    # Without this, rounding errors of the sums of weights would be divided by each other.
    return np.where(several, correlation, 0.0)


def no_positive(pos_label: Any, known: SortedLabels) -> str:
    """Return the message for a positive class that is not among the known labels."""
    return f"pos_label {pos_label!r} is not one of the labels {labels.shown(known.tolist())}: pass one of them"


def _weight(batch: Batch) -> NDArray[np.float64]:
    weight: NDArray[np.float64] = np.add.reduce(batch.counts[2], axis=-1)
    return weight


def _parts(sets: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    """Yield the sets, of `size` classes each, in parts that are evaluated at a time."""
    step = max(1, _BATCH // max(1, size))
    for first in range(0, len(sets), step):
        yield sets[first : first + step]
