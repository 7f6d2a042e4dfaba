"""Statistics, totals and accumulators: rows that are sliced, joined, folded, merged and scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, Self, TypeVar

import numpy as np

from rapidscore._public import public, unchangeable
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

#: The number of columns in a `repr`.
_SHOWN = 20

_MAGIC = b"rapidscore total 1\n"

#: The classes of metrics by name, to read bytes of totals; `Metric` adds each class when it is defined.
METRICS: dict[str, type[Metric[Any]]] = {}


class Sums(Protocol):
    """The exact sums of a metric's rows, which a total holds."""

    @property
    def segments(self) -> int:
        """The number of rows in the sums."""

    def merged(self, other: Any, /) -> Any:
        """Return new sums of the rows of both."""

    def to_bytes(self) -> bytes:
        """Return the sums as bytes, which are equal on every machine for equal sums."""


@public
@unchangeable
class Statistics(Generic[ScoreT_co]):
    """Rows of statistics: k numbers for each of n segments, from which every score is computed.

    `np.asarray(statistics)` returns them as a float64 array of shape (n, k), without a copy and not writable; `columns`
    has the names of its columns. Slices, index arrays and masks select rows, and `+` appends the rows of other
    statistics of an equal metric.

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
        # The number of references of each segment, for signatures.
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
        return self._selected(selection.checked(index, "rows", len(self)))

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
        # A value that is not known is NaN.
        return self.metric == other.metric and np.array_equal(self._rows, other._rows, equal_nan=True)

    __hash__ = None  # type: ignore[assignment]  # holds an array

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.metric, np.array(self._rows), np.array(self._references))

    def total(self) -> Total[ScoreT_co]:
        """Return the exact sum of all rows."""
        counts = self._references
        limits = (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)
        return Total(self.metric, self.metric._fold(np.ascontiguousarray(self._rows), limits))

    def score(self) -> ScoreT_co:
        """Score all segments as one corpus. Raises `ValueError` if there are no segments."""
        return self.total().score()

    def segment_scores(self) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return a dict from score names to float64 arrays of shape (n,)."""
        return self.metric._finalise_rows(np.ascontiguousarray(self._rows))

    def by(self, groups: Any) -> GroupScores[ScoreT_co]:
        """Score each group of rows separately: see `rapidscore.GroupScores`.

        `groups` is a sequence of n labels (`str`, integers or `bool`, in a list, a NumPy array, or a column of pandas
        or polars, which may be categorical), or a mapping from names of features to such sequences, which scores their
        intersections. Raises `ValueError` if the number of labels is not n or a label is missing (None or NaN), and
        `TypeError` for labels of other types.

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
        """Return bootstrap confidence intervals of the score and of each of its values.

        Samples of n segments are drawn with replacement. A value that does not exist in a sample, because nothing that
        it depends on was drawn, is left out of that sample.

        Parameters
        ----------
        confidence : float, default 0.95
            Share of intervals that contain the true value, between 0 and 1.
        resamples : int, default 1000
            Number of samples.
        method : {"percentile", "basic", "bca"}, default "percentile"
            `"percentile"` takes percentiles of the samples' values; `"basic"` reflects them at the score; `"bca"`
            corrects them for bias and acceleration, for which it also scores the test set without each of its rows. BCa
            is NaN if all samples lie on one side of the score.
        seed : int or None, default 12345
            From 0 to 2**64 - 1. A seed repeats the result to the bit, with any number of threads; None draws other
            samples in each call.
        values : sequence or mapping, optional
            The values to return: names from the score's `as_dict()` (for labels also `"f1_micro"` and the like),
            functions from a score to a number, or a mapping from names to such functions. The default is all values.
        draws : array of int, optional
            The segments of each sample, positions of shape (resamples, n), instead of a seed.

        Returns
        -------
        Intervals
            An interval for each value, by name.

        Raises
        ------
        ValueError
            If there are no segments, or an option is out of range.

        Examples
        --------
        >>> from rapidscore import CHRF
        >>> stats = CHRF().statistics(["the cat", "a dog", "it rains"] * 30, ["the cat", "the dog", "rain"] * 30)
        >>> print(stats.confidence_interval())
        chrf = 66.41 [58.28, 73.80]

        References
        ----------
        Efron, B., and Tibshirani, R., "An introduction to the bootstrap", 1993. Koehn, P., "Statistical significance
        tests for machine translation evaluation", EMNLP 2004. BCa as in SciPy 1.17.1.

        """
        from rapidscore.resampling import intervals
        from rapidscore.resampling.draws import Draws

        options = intervals.Options(confidence, method, Draws.of(resamples, seed, draws, len(self)))
        return intervals.of_statistics(self, options, values)

    def _group_scores(self) -> type[GroupScores[ScoreT_co]]:
        """Return the class of the scores by group."""
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
@unchangeable
class Total(Generic[ScoreT_co]):
    """The exact sum of rows.

    Totals merge with `+` to the same bits in any order and grouping, across threads, processes and machines: pickle
    them, or send them as `to_bytes()`. Merging totals of different metrics or options raises `ValueError`.

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
        """Score all segments as one corpus. Raises `ValueError` if there are no segments."""
        self.metric._warn_of_misfit(self._sums)
        return self.metric._score(self._sums)

    def to_bytes(self) -> bytes:
        """Return the metric, its options and the sums as bytes, which are equal on every machine for equal totals."""
        header = {"metric": type(self.metric).__name__, "options": _plain(self.metric)}
        return _MAGIC + _text(header).encode("utf-8", "surrogatepass") + b"\n" + self._sums.to_bytes()

    @staticmethod
    def from_bytes(data: bytes, metric: Metric[Any] | None = None) -> Total[Any]:
        """Read the bytes that `to_bytes` returned.

        `metric` is needed only if one of its options is an object that bytes cannot hold, such as a tokenizer. Raises
        `ValueError` if the bytes are not those of a total, or if the total has another metric or other options.
        """
        import json

        if not isinstance(data, bytes | bytearray):
            raise TypeError(f"data must be bytes, not {type(data).__name__}: pass what Total.to_bytes() returned")
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
    """Return the options as values of JSON, with the name of an object in its place."""
    return {
        name: value
        if isinstance(value, str | int | float | bool | None)
        else list(value)
        if isinstance(value, tuple)
        else {"object": getattr(value, "__qualname__", type(value).__qualname__)}
        for name, value in metric.options().items()
        if value is not None or name not in metric._later_options
    }


def _text(value: dict[str, Any]) -> str:
    """Return values as one text, in which NaN equals NaN."""
    import json

    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _check_same(metric: Metric[Any], other: Metric[Any], what: str) -> None:
    if metric != other:
        raise ValueError(
            f"{what} of {other!r} cannot be added to {what} of {metric!r}: metric and options must be equal"
        )
