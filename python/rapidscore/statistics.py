"""Statistics and totals: rows that are sliced, joined, folded, merged and scored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import numpy as np

from rapidscore._public import METRICS, public, unchangeable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from numpy.typing import ArrayLike, DTypeLike, NDArray

    from rapidscore._core import GroupTotals
    from rapidscore.groups.scores import GroupScores
    from rapidscore.groups.totals import FoldedGroups
    from rapidscore.inputs.selection import Selection
    from rapidscore.metric import Metric
    from rapidscore.resampling.intervals import Intervals
    from rapidscore.resampling.measure import Chosen, Grouping, Measure

    class Sums(Protocol):
        """The exact sums of a metric's rows, which a total holds."""

        @property
        def segments(self) -> int:
            """The number of rows in the sums."""

        def merged(self, other: Any, /) -> Any:
            """Return new sums of the rows of both."""

        def to_bytes(self) -> bytes:
            """Return the sums as bytes, which are equal on every machine for equal sums."""


ScoreT_co = TypeVar("ScoreT_co", covariant=True)

#: The number of columns in a `repr`.
_SHOWN = 20

_MAGIC = b"rapidscore total 1\n"


@public
@unchangeable
class Statistics(Generic[ScoreT_co]):
    """Rows of statistics: k numbers for each of n segments, from which every score is computed.

    `np.asarray(statistics)` returns them as a float64 array of shape (n, k), without a copy and not writable; `columns`
    has the names of its columns. Slices, index arrays and masks select rows, and `+` appends the rows of other
    statistics of an equal metric.

    Metrics make statistics. Rows that were kept elsewhere become statistics again by
    `Statistics(metric, rows, references)`, where `references` is the number of references of all segments or of each.
    Rows that the metric cannot have, such as negative counts, raise `ValueError`.

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

    def __init__(self, metric: Metric[ScoreT_co], rows: ArrayLike, references: ArrayLike) -> None:
        checked = metric._checked_rows(rows)
        counts = np.array(references)
        if counts.dtype.kind not in "iu" or counts.shape not in ((), (len(checked),)) or (counts < 0).any():
            raise ValueError(f"references are {references!r:.60}: pass one number from 0, or one for each of the rows")
        self._hold(metric, checked, counts)

    @classmethod
    def _of(cls, metric: Metric[ScoreT_co], rows: NDArray[Any], references: ArrayLike) -> Self:
        """Return statistics of rows that the metric has measured, which need no check."""
        statistics = cls.__new__(cls)
        statistics._hold(metric, rows, references)
        return statistics

    def _hold(self, metric: Metric[ScoreT_co], rows: NDArray[Any], references: ArrayLike) -> None:
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
        from rapidscore.inputs import selection

        return self._selected(selection.checked(index, "rows", len(self)))

    def _selected(self, index: slice | NDArray[Any]) -> Self:
        return self._of(self.metric, self._rows[index], self._references[index])

    def __add__(self, other: Statistics[Any]) -> Self:
        if not isinstance(other, Statistics):
            return NotImplemented
        check_same(self.metric, other.metric, "statistics")
        return self._followed_by(other)

    def __radd__(self, other: int) -> Self:
        return self if _begins_sum(other) else NotImplemented

    def _followed_by(self, other: Statistics[Any]) -> Self:
        rows = np.concatenate([self._rows, other._rows])
        return self._of(self.metric, rows, np.concatenate([self._references, other._references]))

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

        Parameters
        ----------
        groups : sequence of labels, or mapping or table of several features
            The group of each of n rows: `str`, numbers, `bool`, dates, times, or intervals and periods of pandas, in a
            list, a NumPy array, or a column of pandas, polars or pyarrow. A mapping from names to such sequences, or a
            DataFrame, scores the intersections of several features.

        Returns
        -------
        GroupScores
            The score of each group. Groups are in the order of ordered categories, and otherwise sorted.

        Raises
        ------
        ValueError
            If the number of labels is not n, or a label is missing (None or NaN).
        TypeError
            If labels have another type, or different types.

        Examples
        --------
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

    def _scored_by(self, metric: Metric[Any]) -> Self:
        """Return the same rows with a metric that scores them, such as one that does not warn."""
        return self._of(metric, self._rows, self._references)

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

    def measured(self, measure: Measure) -> dict[str, NDArray[np.float64]]:
        """Return the values that a measure wants of all groups, each of shape (groups,)."""
        return measure.of_sums(self._groups.rows())


@public
@unchangeable
class Total(Generic[ScoreT_co]):
    """The exact sum of rows.

    Totals merge with `+` to the same bits in any order and grouping, across threads, processes and machines: pickle
    them, or send them as `to_bytes()`. Merging totals of different metrics or options raises `ValueError`, as do sums
    that no total can hold: more than 2**63 - 1 segments, counts of 2**64, or infinity and minus infinity.

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
        check_same(self.metric, other.metric, "a total")
        return Total(self.metric, self._sums.merged(other._sums))

    def __radd__(self, other: int) -> Total[ScoreT_co]:
        return self if _begins_sum(other) else NotImplemented

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
        # Only sums of texts know why a metric does not suit them.
        self.metric._warn_of_misfit(getattr(self._sums, "misfit", None))
        return self.metric._score(self._sums)

    def to_bytes(self) -> bytes:
        """Return the metric, its options and the sums as bytes, which are equal on every machine for equal totals."""
        header = {"metric": type(self.metric).__name__, "options": _plain(self.metric)}
        return _MAGIC + _text(header).encode("utf-8", "surrogatepass") + b"\n" + self._sums.to_bytes()

    @staticmethod
    def from_bytes(data: bytes, metric: Metric[Any] | None = None) -> Total[Any]:
        """Read the bytes that `to_bytes` returned.

        No file is opened and no code is run that the bytes choose, so they may come from a stranger.

        Parameters
        ----------
        data : bytes
            What `to_bytes` returned.
        metric : Metric, optional
            The metric of the total. It is needed only if one of its options is more than a value: a function, an object
            or a tokenizer that needs a library or a file. It must have the name and the options that the bytes contain;
            of functions and objects, bytes contain the name.

        Returns
        -------
        Total
            A total that equals the one that was written.

        Raises
        ------
        ValueError
            If the bytes are not those of a total, if `metric` has another name or other options, or if it is needed.
        TypeError
            If `data` is not `bytes`, or `metric` is not a metric.

        Examples
        --------
        >>> from rapidscore import BLEU, Total
        >>> bleu = BLEU(tokenize=str.split)
        >>> data = bleu.statistics(["a b c d"], ["a b c d"]).total().to_bytes()
        >>> Total.from_bytes(data, metric=bleu).score().score
        100.0

        """
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"data must be bytes, not {type(data).__name__}: pass what Total.to_bytes() returned")
        magic, header, sums = bytes(data[: len(_MAGIC)]), *bytes(data[len(_MAGIC) :]).partition(b"\n")[::2]
        if magic != _MAGIC:
            raise ValueError("these bytes hold no rapidscore total: pass what Total.to_bytes() returned")
        name, options = _description(header)
        if metric is None:
            metric = _metric_class(name)._of_plain_options(options)
        else:
            _check_described(metric, name, options)
        return Total(metric, metric._read_sums(sums))


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


def _description(header: bytes) -> tuple[str, dict[str, Any]]:
    """Return the name and the options of the metric that the header of a total describes."""
    import json

    try:
        content = json.loads(header.decode("utf-8", "surrogatepass"))
        name, options = content["metric"], content["options"]
        if isinstance(name, str) and all(map(_is_plain, options.values())):
            return name, options
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise ValueError("the total's description is damaged: pass what Total.to_bytes() returned")


def _is_plain(value: Any) -> bool:
    """Return whether a value of JSON is one that `_plain` writes."""
    if isinstance(value, dict):
        return [*value] == ["object"] and isinstance(value["object"], str)
    return not any(isinstance(item, list | dict) for item in (value if isinstance(value, list) else [value]))


def _metric_class(name: str) -> type[Metric[Any]]:
    """Return the class of the metric with this name."""
    if name not in METRICS:
        import rapidscore

        # Its module may not have been imported yet.
        if name in rapidscore.__all__:
            getattr(rapidscore, name)
    if name not in METRICS:
        raise ValueError(f"{name!r:.60} is not a metric of this version: use the version that wrote the total")
    return METRICS[name]


def _check_described(metric: Metric[Any], name: str, options: dict[str, Any]) -> None:
    """Raise `ValueError` unless a description has the name of this metric and its options, as far as it has them."""
    if type(metric) not in METRICS.values():
        raise TypeError(f"metric must be a metric, such as BLEU(), not {metric!r} ({type(metric).__name__})")
    if type(metric).__name__ != name or _text(_plain(metric)) != _text(options):
        raise ValueError(f"these bytes hold a total of {name!r:.60} with {options!r:.2000}, not of {metric!r}")


def _text(value: dict[str, Any]) -> str:
    """Return values as one text, in which NaN equals NaN."""
    import json

    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _begins_sum(number: object) -> bool:
    """Return whether a number is the 0 with which `sum` begins."""
    return isinstance(number, int) and not isinstance(number, bool) and number == 0


def check_same(metric: Metric[Any], other: Metric[Any], what: str) -> None:
    """Raise `ValueError` if metrics differ, whose statistics or totals, as `what` says, are to be added."""
    if metric != other:
        raise ValueError(
            f"{what} of {other!r} cannot be added to {what} of {metric!r}: metric and options must be equal"
        )
