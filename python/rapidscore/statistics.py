"""Rows of statistics and what can be done with them: slice, join, fold, merge, score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

import numpy as np

from rapidscore._public import public
from rapidscore.inputs import selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from rapidscore._core import GroupTotals
    from rapidscore.groups.scores import GroupScores
    from rapidscore.groups.totals import FoldedGroups
    from rapidscore.inputs.selection import Selection
    from rapidscore.metric import Metric
    from rapidscore.resampling.intervals import Intervals
    from rapidscore.resampling.measure import Chosen, Grouping, Measure

ScoreT_co = TypeVar("ScoreT_co", covariant=True)

#: So many columns are shown.
_SHOWN = 20

_MAGIC = b"rapidscore total 1\n"

#: The classes of metrics by name, which bytes of totals name; `Metric` enters each when it is defined.
METRICS: dict[str, type[Metric[Any]]] = {}


class Sums(Protocol):
    """What a total holds: the sums of a metric's rows, exact."""

    @property
    def segments(self) -> int:
        """How many rows it holds."""

    def merged(self, other: Any, /) -> Any:
        """Return new sums of the rows of both."""

    def to_bytes(self) -> bytes:
        """Return the same bytes for equal sums on every machine."""


@public
class Statistics(Generic[ScoreT_co]):
    """One row of k numbers for each of n segments.

    `np.asarray(statistics)` is the float64 array of shape (n, k), not writable, without a copy; `columns` names
    its columns. Slices, index arrays and masks select rows; `+` appends the rows of another.

        >>> from rapidscore import BLEU
        >>> stats = BLEU().statistics(["a b c d", "e f g h"], ["a b c d", "e f g x"])
        >>> len(stats), stats.columns[:3]
        (2, ('sys_len', 'ref_len', 'matches1'))
        >>> stats[:1].score().score == BLEU().score(["a b c d"], ["a b c d"]).score
        True
    """

    __slots__ = ("_references", "_rows", "metric")

    # `+` with an array would add it to the numbers instead of appending rows.
    __array_ufunc__ = None

    def __init__(self, metric: Metric[ScoreT_co], rows: NDArray[Any], references: ArrayLike) -> None:
        rows.flags.writeable = False
        self.metric = metric
        self._rows = rows
        # How many references each segment has, which signatures tell.
        self._references = np.broadcast_to(np.asarray(references, dtype=np.int64), len(rows))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the k columns."""
        return self.metric._columns()

    @property
    def shape(self) -> tuple[int, int]:
        """The number of segments and of columns."""
        return len(self._rows), self._rows.shape[1]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        columns = ", ".join(self.columns[:_SHOWN]) + ", …" * (len(self.columns) > _SHOWN)
        return f"<Statistics of {self.metric!r}: {len(self)} segments, columns {columns}>"

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self._rows, dtype=dtype, copy=copy)

    def __getitem__(self, index: Selection) -> Self:
        return self._selected(selection.checked(index, "rows"))

    def _selected(self, index: slice | NDArray[Any]) -> Self:
        return type(self)(self.metric, self._rows[index], self._references[index])

    def __add__(self, other: Statistics[Any]) -> Self:
        if not isinstance(other, Statistics):
            return NotImplemented
        _check_same(self.metric, other.metric, "statistics")
        return self._followed_by(other)

    def _followed_by(self, other: Statistics[Any]) -> Self:
        rows = np.concatenate([self._rows, other._rows])
        return type(self)(self.metric, rows, np.concatenate([self._references, other._references]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Statistics):
            return NotImplemented
        # NaN stands for what is not known.
        return self.metric == other.metric and np.array_equal(self._rows, other._rows, equal_nan=True)

    __hash__ = None  # type: ignore[assignment]  # holds an array

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.metric, np.array(self._rows), np.array(self._references))

    def total(self) -> Total[ScoreT_co]:
        """Fold all rows."""
        counts = self._references
        limits = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
        return Total(self.metric, self.metric._fold(np.ascontiguousarray(self._rows), limits))

    def score(self) -> ScoreT_co:
        """Score all segments as one corpus. Raises `ValueError` when there is none."""
        return self.total().score()

    def segment_scores(self) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself: a dict from the name of each score to a float64 array of shape (n,)."""
        return self.metric._finalise_rows(np.ascontiguousarray(self._rows))

    def by(self, groups: Any) -> GroupScores[ScoreT_co]:
        """Score each group of rows for itself, to see how they differ: see `rapidscore.GroupScores`.

        `groups` is a sequence of n labels (`str`, whole numbers or `bool`; a list, a NumPy array, a pandas or polars
        column, also a categorical one), or a mapping from the names of features to such sequences, for their
        intersections. Raises `ValueError` when there are not n labels or one is missing (None or NaN), and `TypeError`
        for other kinds of labels.

        >>> from rapidscore import BLEU
        >>> stats = BLEU().statistics(["a b c d", "e f g h"], ["a b c d", "e f g x"])
        >>> {language: score.score for language, score in stats.by(["de", "cs"]).items()}
        {'cs': 59.460355750136046, 'de': 100.00000000000004}
        """
        from rapidscore.inputs.groups import encode

        features, keys, codes = encode(groups, len(self))
        seen = np.bincount(codes, minlength=len(keys)) > 0
        if not seen.all():
            codes = (np.cumsum(seen, dtype=np.int32) - np.int32(1))[codes]
        present = [key for key, is_seen in zip(keys, seen.tolist(), strict=True) if is_seen]
        return self._group_scores()(features, keys, None, rows=(self, present, codes))

    def confidence_interval(
        self,
        confidence: float = 0.95,
        resamples: int = 1000,
        method: str = "percentile",
        seed: int | None = 12345,
        *,
        values: Chosen = None,
        draws: ArrayLike | None = None,
    ) -> Intervals:
        """Say how sure the score is, and each value of it: an interval by the bootstrap, over segments.

        >>> from rapidscore import CHRF
        >>> stats = CHRF().statistics(["the cat", "a dog", "it rains"] * 30, ["the cat", "the dog", "rain"] * 30)
        >>> print(stats.confidence_interval())
        chrf = 66.41 [58.28, 73.80]

        Options:

        - `confidence`: between 0 and 1.
        - `resamples`: how many samples of n segments are drawn, with replacement.
        - `method`: `"percentile"`; `"basic"`, which reflects it; or `"bca"`, corrected for bias and acceleration, which
          also scores the test set without each of its rows. BCa is NaN where all samples lie on one side of the score.
        - `seed`: 0 to 2**64 - 1; it makes the result repeat to the bit, whatever the number of threads. None draws
          other samples each time.
        - `values`: which values: names of the score's `as_dict()` (of labels also `f1_micro` and the like), functions
          from a score to a number, or such functions by name; by default all.
        - `draws`: the segments of each sample, whole numbers of shape (resamples, n), in place of a seed.

        Raises `ValueError` where there is no segment, and for options out of range. A value that a sample lacks, since
        nothing of it was drawn, is left out of that sample.

        References: B. Efron and R. Tibshirani, "An introduction to the bootstrap", 1993; P. Koehn, "Statistical
        significance tests for machine translation evaluation", EMNLP 2004. BCa as in SciPy 1.17.1.
        """
        from rapidscore.resampling import intervals
        from rapidscore.resampling.draws import Draws

        options = intervals.Options(confidence, method, Draws.of(resamples, seed, draws, len(self)))
        return intervals.of_statistics(self, options, values)

    def _group_scores(self) -> type[GroupScores[ScoreT_co]]:
        """Return the kind of scores by group."""
        from rapidscore.groups.scores import GroupScores

        return GroupScores

    def _totals_by(self, codes: NDArray[np.int32], count: int) -> FoldedGroups:
        """Fold the rows of each of `count` groups, each of which has rows; `codes` holds the group of each row."""
        references: Any = self._references
        if not len(references) or not references.strides[0]:
            # The same number for each segment.
            references = (int(references[0]),) * 2 if len(references) else (0, 0)
        rows = np.ascontiguousarray(self._rows)
        return RowGroups(self.metric, self.metric._fold_groups(rows, codes, count, references))

    def _rows_to_draw(
        self, measure: Measure, grouping: Grouping | None = None, beside: Sequence[Statistics[Any]] = ()
    ) -> Any:
        """Return rows for samples to be drawn from, together with the rows of other systems `beside` them."""
        from rapidscore.resampling.rows import Rows

        # Rows of numbers are drawn by their positions, which are the same for all systems.
        return Rows(self, measure, grouping)


class RowGroups:
    """The totals of groups of rows of numbers, each made when it is asked for."""

    def __init__(self, metric: Metric[Any], groups: GroupTotals) -> None:
        self._metric = metric
        self._groups = groups

    def __len__(self) -> int:
        return len(self._groups)

    def __getitem__(self, code: int) -> Total[Any]:
        return Total(self._metric, self._groups.total(code))

    @property
    def leaves_out_unknown(self) -> bool:
        """Whether the `as_dict()` of a score leaves out what is not known."""
        return self._metric._leaves_out_unknown

    def overall(self) -> Total[Any]:
        """Make the total of all rows."""
        return Total(self._metric, self._groups.overall())

    def sizes(self) -> NDArray[np.int64]:
        """Return the number of segments of each group."""
        return self._groups.segments()

    def is_scored(self) -> NDArray[np.bool_]:
        """Return for each group whether it has anything to score."""
        return self._metric._is_scored(self._groups.rows())

    def values(self, codes: NDArray[np.intp], names: Sequence[str] | None) -> dict[str, NDArray[np.float64]]:
        """Return values of the scores of groups, each of shape (len(codes),): those named, or all of `as_dict()`."""
        values = self._metric._values(self._groups.rows()[codes])
        if names is None:
            return values
        return {name: values[name] if name in values else np.full(len(codes), np.nan) for name in names}


@public
class Total(Generic[ScoreT_co]):
    """The sum of many rows, kept exactly.

    Totals merge with `+` in any order and grouping to the same bits, across threads, processes and machines: pickle
    them, or carry them as `to_bytes()`. Merging totals of unequal metrics or options raises `ValueError`.

        >>> from rapidscore import ROUGE
        >>> rouge = ROUGE(("rouge1",))
        >>> total = rouge.statistics(["a b"], ["a c"]).total()
        >>> total += rouge.statistics(["d"], ["d"]).total()
        >>> len(total), total.score().as_dict()
        (2, {'rouge1': 0.75})
    """

    __slots__ = ("_sums", "metric")

    def __init__(self, metric: Metric[ScoreT_co], sums: Sums) -> None:
        self.metric = metric
        self._sums = sums

    def __len__(self) -> int:
        return self._sums.segments

    def __repr__(self) -> str:
        return f"<Total of {self.metric!r}: {len(self)} segments>"

    def __add__(self, other: Total[Any]) -> Total[ScoreT_co]:
        if not isinstance(other, Total):
            return NotImplemented
        _check_same(self.metric, other.metric, "a total")
        return Total(self.metric, self._sums.merged(other._sums))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Total):
            return NotImplemented
        return self.metric == other.metric and self._sums == other._sums

    __hash__ = None  # type: ignore[assignment]  # equal totals need not have equal metrics' callables

    def __getstate__(self) -> tuple[Metric[ScoreT_co], bytes]:
        return self.metric, self._sums.to_bytes()

    def __setstate__(self, state: tuple[Metric[ScoreT_co], bytes]) -> None:
        self.metric, sums = state
        self._sums = self.metric._read_sums(sums)

    def score(self) -> ScoreT_co:
        """Score all segments as one corpus. Raises `ValueError` when there is none."""
        return self.metric._score(self._sums)

    def to_bytes(self) -> bytes:
        """Return metric, options and sums as bytes, the same for equal totals on every machine."""
        header = {"metric": type(self.metric).__name__, "options": _plain(self.metric)}
        return _MAGIC + _text(header).encode("utf-8", "surrogatepass") + b"\n" + self._sums.to_bytes()

    @staticmethod
    def from_bytes(data: bytes, metric: Metric[Any] | None = None) -> Total[Any]:
        """Read what `to_bytes` returned.

        `metric` is needed only when an option of it is an object, a tokenizer say, that bytes cannot carry. Raises
        `ValueError` when the bytes hold no total, or one of another metric or other options.
        """
        import json

        magic, header, sums = data[: len(_MAGIC)], *data[len(_MAGIC) :].partition(b"\n")[::2]
        if magic != _MAGIC:
            raise ValueError("these bytes hold no rapidscore total: pass what Total.to_bytes() returned")
        try:
            content = json.loads(header.decode("utf-8", "surrogatepass"))
            name, options = str(content["metric"]), dict(content["options"].items())
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError("the total's description is damaged: pass what Total.to_bytes() returned") from error
        if metric is None:
            objects = [option for option, value in options.items() if isinstance(value, dict)]
            if objects:
                raise ValueError(f"{name}'s {objects[0]} is an object, which bytes cannot carry: pass metric=")
            if name not in METRICS:
                # Its module may not have been imported yet.
                import rapidscore

                getattr(rapidscore, name, None)
            if name not in METRICS:
                raise ValueError(f"{name} is not a metric of this version: use the version that wrote the total")
            try:
                metric = METRICS[name](**options)
            except (TypeError, ValueError) as error:
                raise ValueError(f"{name} has no such options as {options}: use the version that wrote it") from error
        elif type(metric).__name__ != name or _text(_plain(metric)) != _text(options):
            raise ValueError(f"these bytes hold a total of {name} with {options}, not of {metric!r}")
        return Total(metric, metric._read_sums(sums))


@public
class Accumulator(Generic[ScoreT_co]):
    """Scores of segments as they arrive, in memory that does not grow with their number.

    Any number of threads may share an accumulator.

        >>> from rapidscore import BLEU
        >>> meter = BLEU().accumulator()
        >>> meter.update(["the cat sat on the mat"], ["the cat sat on a mat"])
        >>> meter.update(["hello world"], ["hello there"])
        >>> print(meter.compute())
        BLEU = 50.00 75.0/50.0/50.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    """

    __slots__ = ("_lock", "_parts", "metric")

    def __init__(self, metric: Metric[ScoreT_co]) -> None:
        import threading

        self.metric = metric
        self._lock = threading.Lock()
        # The segments so far, as totals of falling size: merging a few labels with many thousands for each batch would
        # take longer than counting the batch. Each total is merged when the ones after it have grown to its size.
        self._parts: list[Total[ScoreT_co]] = []
        self.reset()

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __repr__(self) -> str:
        return f"<Accumulator of {self.metric!r}: {len(self)} segments>"

    def __getstate__(self) -> tuple[Total[ScoreT_co]]:
        # In a tuple, because an empty total is false, and a state that is false is not restored.
        return (self.total,)

    def __setstate__(self, state: tuple[Total[ScoreT_co]]) -> None:
        (total,) = state
        Accumulator.__init__(self, total.metric)
        self.merge(total)

    @property
    def total(self) -> Total[ScoreT_co]:
        """The total of all segments so far."""
        with self._lock:
            # The smallest first, so that each total is copied once at most.
            total = self._parts[-1]
            for part in self._parts[-2::-1]:
                total = part + total
            self._parts = [total]
        return total

    def update(self, predictions: Any, references: Any, *more: Any, **options: Any) -> None:
        """Add segments, which are given as to the metric's `score`. If they raise an error, nothing is added."""
        self._add(Total(self.metric, self.metric._total(predictions, references, *more, **options)))

    def merge(self, other: Accumulator[Any] | Total[Any]) -> None:
        """Add the segments of another accumulator, or of a total, of an equal metric."""
        if not isinstance(other, Accumulator | Total):
            raise TypeError(f"merge takes an accumulator or a total, not {other!r} ({type(other).__name__})")
        self._add(other.total if isinstance(other, Accumulator) else other)

    def compute(self) -> ScoreT_co:
        """Score all segments so far as one corpus. Raises `ValueError` if there are no segments."""
        return self.total.score()

    def reset(self) -> None:
        """Remove all segments."""
        empty = Total(self.metric, self.metric._total([], []))
        with self._lock:
            self._parts = [empty]

    def _add(self, total: Total[Any]) -> None:
        with self._lock:
            parts = [*self._parts]
            _check_same(self.metric, total.metric, "a total")
            # Before anything is merged, so that labels that cannot be joined are refused now, and all of them.
            for part in parts:
                self.metric._check_merge(part._sums, total._sums)
            cost = self.metric._merge_cost
            while parts and cost(parts[-1]._sums) <= 2 * cost(total._sums):
                total = parts.pop() + total
            self._parts = [*parts, total]


def _plain(metric: Metric[Any]) -> dict[str, Any]:
    """Return the options as JSON has them; an object is described by its name."""
    return {
        name: value
        if isinstance(value, str | int | float | bool | None)
        else list(value)
        if isinstance(value, tuple)
        else {"object": getattr(value, "__qualname__", type(value).__qualname__)}
        for name, value in metric.options().items()
    }


def _text(value: dict[str, Any]) -> str:
    """Return plain values as one text, in which NaN equals itself."""
    import json

    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _check_same(metric: Metric[Any], other: Metric[Any], what: str) -> None:
    if metric != other:
        raise ValueError(
            f"{what} of {other!r} cannot be added to {what} of {metric!r}: metric and options must be equal"
        )
