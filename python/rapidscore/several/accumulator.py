"""Scores of several metrics as segments arrive, with groups, and with intervals if rows are kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

from rapidscore._public import public
from rapidscore.inputs.groups import encode
from rapidscore.several.names import named
from rapidscore.several.score import Scores, scores_of, statistics_of

if TYPE_CHECKING:
    from rapidscore.accumulators import Accumulator
    from rapidscore.groups.scores import GroupScores
    from rapidscore.inputs.groups import Key
    from rapidscore.metric import AnyMetric
    from rapidscore.statistics import Statistics


@public
class ScoresAccumulator:
    """Scores of several metrics, and of groups, as segments arrive. `rapidscore.accumulator` makes one.

    Memory grows with the number of groups, and with the number of segments only if rows are kept.
    """

    __slots__ = ("_batches", "_by_group", "_features", "_keeps_rows", "_kinds", "_overall", "metrics")

    metrics: dict[str, AnyMetric]
    """The metrics by name."""

    def __init__(self, metrics: dict[str, AnyMetric], keep_rows: bool) -> None:
        self.metrics = metrics
        self._keeps_rows = keep_rows
        self.reset()

    def reset(self) -> None:
        """Remove all segments."""
        self._overall = self._accumulators()
        self._by_group: dict[Key, dict[str, Accumulator[Any]]] = {}
        # The names of the features of the groups: none without groups, None before the first update.
        self._features: tuple[str, ...] | None = None
        # The class of the scores by group of each metric.
        self._kinds: dict[str, type[GroupScores[Any]]] = {}
        # The rows of each update, and the group of each row.
        self._batches: list[tuple[dict[str, Statistics[Any]], list[Key]]] = []

    def _accumulators(self) -> dict[str, Accumulator[Any]]:
        return {name: metric.accumulator() for name, metric in self.metrics.items()}

    def __len__(self) -> int:
        return len(next(iter(self._overall.values())))

    def __repr__(self) -> str:
        return f"<ScoresAccumulator of {', '.join(self.metrics)}: {len(self):,} segments>"

    def update(self, predictions: Any, references: Any = None, *, groups: Any = None) -> None:
        """Add segments, which are given as to `rapidscore.score`. If they raise an error, nothing is added.

        `groups` has the group of each of these segments, as in `Statistics.by`. Raises `ValueError` if updates have
        different features, or only some have groups.
        """
        measured = {name: statistics_of(metric, predictions, references) for name, metric in self.metrics.items()}
        features, keys = self._grouped(groups, len(next(iter(measured.values()))))
        # Kept rows are grouped when scores are asked for.
        is_folded = features and not self._keeps_rows
        by_metric = {name: rows.by(groups) for name, rows in measured.items()} if is_folded else {}
        totals = {name: rows.total() for name, rows in measured.items()}
        for name, total in totals.items():
            # Before anything is added, in any metric.
            self._overall[name].check_merge(total)
        for name, total in totals.items():
            self._overall[name].merge(total)
        self._features = features
        for name, of_groups in by_metric.items():
            self._kinds[name] = type(of_groups)
            for key, total in of_groups.totals.items():
                if key not in self._by_group:
                    self._by_group[key] = self._accumulators()
                self._by_group[key][name].merge(total)
        if self._keeps_rows:
            self._batches.append((measured, keys))

    def _grouped(self, groups: Any, count: int) -> tuple[tuple[str, ...], list[Key]]:
        """Return the features of groups and the group of each row, after a comparison with earlier updates."""
        features: tuple[str, ...] = ()
        keys: list[Key] = []
        if groups is not None:
            features, labels, codes = encode(groups, count)
            keys = [labels[code] for code in codes] if self._keeps_rows else []
        if self._features not in (None, features):
            now, before = map(_shown, (features, self._features or ()))
            raise ValueError(f"this update has {now} and the ones before have {before}: pass the same in each update")
        return features, keys

    def compute(self, confidence: float | None = None, *, resamples: int = 1000, seed: int | None = 12345) -> Scores:
        """Score all segments so far, in all and by group; with `confidence`, such as 0.95, with intervals.

        Raises `ValueError` if there are no segments, and if intervals are wanted but rows were not kept.
        """
        if self._keeps_rows and self._batches:
            rows = {name: _joined([batch[name] for batch, _ in self._batches]) for name in self.metrics}
            return scores_of(rows, self._all_groups(), confidence, resamples, seed)
        if confidence is not None:
            raise ValueError("intervals need rows: pass keep_rows=True to rapidscore.accumulator, and add segments")
        totals = {name: accumulator.total for name, accumulator in self._overall.items()}
        groups = {name: self._groups_of(name) for name in self.metrics} if self._features else {}
        return Scores({name: total.score() for name, total in totals.items()}, len(self), groups)

    def _all_groups(self) -> Any:
        """Return the group of each kept row, as `Statistics.by` takes it."""
        keys = [key for _, of_batch in self._batches for key in of_batch]
        if not self._features:
            return None
        columns = [keys] if len(self._features) == 1 else zip(*keys, strict=True)
        return {feature: [*column] for feature, column in zip(self._features, columns, strict=True)}

    def _groups_of(self, name: str) -> GroupScores[Any]:
        """Return the scores of a metric by group."""
        metric, keys = self.metrics[name], _sorted(self._by_group)
        totals = {key: self._by_group[key][name].total for key in keys}
        scored = {key: total for key, total in totals.items() if not metric._is_empty(total._sums)}
        return self._kinds[name](self._features or (), keys, scored, self._overall[name].total)


def _joined(parts: Sequence[Statistics[Any]]) -> Statistics[Any]:
    """Return all rows in order; two and two are joined, so that no row is copied for each part that follows."""
    while len(parts) > 1:
        parts = [reduce(add, parts[at : at + 2]) for at in range(0, len(parts), 2)]
    return parts[0]


def _shown(features: tuple[str, ...]) -> str:
    return f"groups by {', '.join(features)}" if features else "no groups"


def _sorted(keys: Any) -> list[Key]:
    try:
        return sorted(keys)
    except TypeError:
        # Labels of different types have no order.
        return [*keys]


@public
def accumulator(metrics: Any, *, keep_rows: bool = False) -> ScoresAccumulator:
    """Return an accumulator of several metrics, to which segments are added batch by batch.

    Parameters
    ----------
    metrics : metric, str, or a sequence or mapping of these
        Metrics or their names, as in `rapidscore.score`.
    keep_rows : bool, default False
        Whether the rows of all segments are kept, as intervals need them: 8 bytes for each column of each metric.

    Returns
    -------
    ScoresAccumulator
        An accumulator with the methods `update`, `compute` and `reset`.

    Raises
    ------
    ValueError
        If a metric is unknown or named twice.
    TypeError
        If a metric is neither a metric nor a name.

    Examples
    --------
    >>> import rapidscore
    >>> meter = rapidscore.accumulator(["bleu", "wer"], keep_rows=True)
    >>> meter.update(["the cat sat on the mat"] * 20, ["the cat sat on a mat"] * 20, groups=["de"] * 20)
    >>> meter.update(["there is a dog"] * 20, ["there is a dog here"] * 20, groups=["cs"] * 20)
    >>> print(meter.compute(confidence=0.95))
    metric   score     95 % interval      cs      de
    ------  ------  ----------------  ------  ------
    bleu     62.32    [59.32, 65.85]   77.88   53.73
    wer     0.1818  [0.1770, 0.1869]  0.2000  0.1667

    """
    if not isinstance(keep_rows, bool):
        raise TypeError(f"keep_rows must be True or False, not {keep_rows!r} ({type(keep_rows).__name__})")
    return ScoresAccumulator(named(metrics), keep_rows)
