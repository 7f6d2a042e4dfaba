"""The result of a comparison of systems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any, ClassVar

from rapidscore._public import has_key, public, unchangeable
from rapidscore.classification.classification import Classification
from rapidscore.display.data import json_safe
from rapidscore.display.result import Result
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import shown
from rapidscore.plots import look, points
from rapidscore.resampling.intervals import Interval
from rapidscore.segments.measured import MeasuredSegments
from rapidscore.segments.result import SegmentedResult
from rapidscore.several.names import headline_values, segment_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rapidscore.groups.scores import GroupScores
    from rapidscore.resampling.draws import Draws
    from rapidscore.segments.measured import Value
    from rapidscore.statistics import Statistics


#: Which numbers a table leaves out first.
_IMPORTANCE = {"standard_error": 0, "difference_low": 1, "difference_high": 1, "p_value": 2, "low": 3, "high": 3}


@public
@unchangeable
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compared(Result):
    """A value of a system, and its difference from the value of the first system."""

    interval: Interval
    """The value with its confidence interval, whose ends are NaN if no interval was requested."""
    difference: Interval | None
    """The value minus the value of the first system, with an interval; None for the first system."""
    p_value: float
    """The probability of a larger difference by chance alone, 0 to 1; NaN for the first system."""
    adjusted_p_value: float
    """The p-value corrected for the number of comparisons."""

    @property
    def score(self) -> float:
        """The value."""
        return self.interval.score

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat: `bleu`, `bleu_low`, `bleu_high`, `bleu_p_value` and so on."""
        name = self.interval.name
        parts = {"": self.score, "_low": self.interval.low, "_high": self.interval.high}
        if self.difference:
            parts["_difference"] = self.difference.score
            parts["_difference_low"] = self.difference.low
            parts["_difference_high"] = self.difference.high
            parts["_p_value"] = self.p_value
            parts["_adjusted_p_value"] = self.adjusted_p_value
        return {f"{name}{part}": number for part, number in parts.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers, as JSON can hold them."""
        return json_safe(self._record())

    def _record(self) -> dict[str, Any]:
        """Return all numbers, with None for those that the first system lacks."""
        record: dict[str, Any] = {"score": self.score, "low": self.interval.low, "high": self.interval.high}
        record["standard_error"] = self.interval.standard_error
        compared = self.difference
        record["difference"] = compared.score if compared else None
        record["difference_low"] = compared.low if compared else None
        record["difference_high"] = compared.high if compared else None
        record["p_value"] = self.p_value if compared else None
        record["adjusted_p_value"] = self.adjusted_p_value if compared else None
        return record

    def _text(self, width: int | None, signature: bool) -> str:
        text = self.interval.format(width=width)
        if isnan(self.interval.low):
            text = f"{self.interval.name} = {shown(self.interval.name, self.score, width)}"
        if self.difference and not isnan(self.difference.score):
            text += f", difference = {shown(self.interval.name, self.difference.score, width)}"
            text += f", p = {self.adjusted_p_value:.4f}"
        return text

    def _as_table(self, width: int | None, signature: bool) -> Table:
        name, record = self.interval.name, {key: value for key, value in self._record().items() if value is not None}
        cells = [f"{value:.4f}" if "p_value" in key else shown(name, value, width) for key, value in record.items()]
        columns = [Column(key, importance=_IMPORTANCE.get(key)) for key in record]
        return Table([Column("value", is_text=True), *columns], [[name, *cells]])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return {"value": [self.interval.name], **{key: [value] for key, value in self._record().items()}}


@unchangeable
class SystemValues(Mapping[str, Compared]):
    """The values of a system by name."""

    def __init__(self, values: Mapping[str, Compared]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Compared:
        if not has_key(self._values, name):
            raise KeyError(f"there is no value {name!r}: choose from {', '.join(self)}")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


@public
@unchangeable
class Comparison(SegmentedResult[str, Mapping[str, Compared]]):
    """The result of `compare`: a mapping from the names of systems to values, each compared with the first system.

    It prints as a table, in which an asterisk marks a corrected p-value below 1 minus the confidence.
    """

    _part: ClassVar[str] = "system"
    _is_table: ClassVar[bool] = True

    __slots__ = (
        "_systems",
        "_texts",
        "confidence",
        "correction",
        "groups",
        "ignored",
        "method",
        "resamples",
        "seed",
        "segments",
        "signatures",
        "statistics",
    )

    ignored: tuple[str, ...]
    """The values for which trials with the same difference as the systems are not counted as evidence."""
    statistics: dict[str, dict[str, Statistics[Any]]]
    """The rows of each metric by system, to be sliced, grouped and resampled further."""
    groups: dict[str, dict[str, GroupScores[Any]]]
    """The scores by group of each metric, by system; empty without groups."""

    def __init__(
        self,
        systems: Mapping[str, Mapping[str, Compared]],
        *,
        signatures: Mapping[str, str],
        segments: int,
        confidence: float,
        method: str,
        draws: Draws,
        correction: str | None,
        ignored: Sequence[str],
        statistics: Mapping[str, Mapping[str, Statistics[Any]]],
        groups: Mapping[str, Mapping[str, GroupScores[Any]]],
        texts: tuple[Mapping[str, Any] | None, Any],
    ) -> None:
        self.ignored = tuple(ignored)
        self._systems = {name: dict(values) for name, values in systems.items()}
        self.signatures = dict(signatures)
        self.segments = segments
        self.confidence = confidence
        self.method = method
        self.resamples = draws.count
        self.seed = draws.known_seed
        self.correction = correction
        self.statistics = {name: dict(metrics) for name, metrics in statistics.items()}
        self.groups = {name: dict(metrics) for name, metrics in groups.items()}
        # The predictions of each system and the references, as far as they are to be read.
        self._texts = texts

    def _measured(self) -> MeasuredSegments:
        values, shown_names = segment_values(next(iter(self.statistics.values())))
        predictions, references = self._texts
        of_first = next(iter(self.groups.values()), {})
        return MeasuredSegments(
            self.statistics,
            values,
            shown_names,
            predictions=predictions,
            references=references,
            groups=next(iter(of_first.values()), None),
        )

    def _groups_by_system(self) -> Mapping[str, Mapping[str, GroupScores[Any]]]:
        return self.groups

    def _summary(self) -> list[str]:
        from rapidscore.comparison import tables

        return tables.sentences(self)

    def _made(self) -> list[tuple[str, str]]:
        from rapidscore.comparison import tables

        test, asterisks, *signatures = tables.summary(self)
        return [("test", test), ("asterisks", asterisks), *(("metric", signature) for signature in signatures)]

    def _drawings(self) -> list[Callable[[Any], Any]]:
        return [lambda figure: self.plot(ax=figure)]

    def _classifications(self) -> dict[str, Any]:
        found = {}
        for system, metrics in self.statistics.items():
            for title, one in metrics.items():
                if isinstance(one.metric, Classification):
                    found[system if len(metrics) == 1 else f"{system}, {title}"] = one.score()
        return found

    def _headline_values(self) -> Mapping[str, Value]:
        return headline_values(next(iter(self.statistics.values())))

    def _parts(self) -> Mapping[str, Mapping[str, Compared]]:
        return {name: SystemValues(values) for name, values in self._systems.items()}

    def _headline(self) -> str:
        name = self.value_names()[0]
        scores = [f"{system} = {shown(name, values[name].score)}" for system, values in self._systems.items()]
        return f"{name} of {', '.join(scores)}, by {self.method}"

    def value_names(self) -> tuple[str, ...]:
        """Return the names of the values that are compared."""
        return tuple(next(iter(self._systems.values())))

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat, for a logger.

        The names are `bleu/new`, `bleu_low/new`, `bleu_high/new`, and for all but the first system
        `bleu_difference/new`, `bleu_difference_low/new`, `bleu_difference_high/new`, `bleu_p_value/new` and
        `bleu_adjusted_p_value/new`.
        """
        found: dict[str, float] = {}
        for system, values in self.items():
            for value in values.values():
                found |= {f"{part}/{system}": number for part, number in value.as_dict().items()}
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return all numbers, the options and the signatures, as JSON can hold them."""
        from rapidscore.comparison import tables

        return json_safe(tables.content_of(self))

    def _as_table(self, width: int | None, signature: bool) -> Table:
        from rapidscore.comparison import tables

        return tables.table_of(self, width)

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        from rapidscore.comparison import tables

        return tables.columns_of(self)

    def _kind(self, value: Compared, better: bool | None) -> str:
        """Return how a value differs from that of the first system, as a kind of points.

        `better` is whether higher values are better.
        """
        if value.difference is None:
            return "baseline"
        if not value.adjusted_p_value < 1 - self.confidence:
            return "undecided"
        is_higher = value.difference.score > 0
        if better is None:
            return "higher" if is_higher else "lower"
        return "better" if is_higher == better else "worse"

    def _better_sides(self) -> dict[str, bool | None]:
        """Return for each value whether higher ones are better, as the metric says of its score; None if neither is."""
        headline = self._headline_values()
        of_first = next(iter(self.statistics.values()))
        return {
            name: of_first[headline[name].metric].metric._is_higher_better(headline[name].name)
            if name in headline
            else look.is_higher_better(value.interval.name)
            for name, value in next(iter(self.values())).items()
        }

    def plot(
        self,
        name: str | None = None,
        ax: Axes | Sequence[Axes] | Figure | None = None,
        *,
        title: str | None = None,
        sort: bool = True,
    ) -> Any:
        """Draw the systems' values with their intervals, and a line at the value of the first system.

        Colours and markers show which systems differ from the first one, with corrected p-values below 1 minus the
        confidence.

        Parameters
        ----------
        name : str, optional
            The value to draw; by default all values, one below the other.
        ax : matplotlib axes, a sequence of them, or a figure, optional
            Where to draw; by default a new figure, whose size suits the content.
        title : str, optional
            The title; by default the number of segments, and the test. An empty text is no title.
        sort : bool, default True
            Whether the best system is the first; otherwise systems are in their own order.

        Returns
        -------
        matplotlib axes, or numpy.ndarray of them
            The axes of the only value that was drawn, or an array with the axes of each.

        Raises
        ------
        ValueError
            If the value is unknown, or the axes are not as many as values.
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        if name is not None and name not in self.value_names():
            raise ValueError(f"unknown value {name!r}: choose from {', '.join(self.value_names())}")
        names = self.value_names() if name is None else (name,)
        first = next(iter(self))
        better = self._better_sides()
        found = {
            one: [
                values[one].interval._point(system, self._kind(values[one], better[one]))
                for system, values in self.items()
            ]
            for one in names
        }
        width, height = points.size(next(iter(found.values())))
        drawn = look.axes(ax, width, height, len(names))
        level = f"p < {1 - self.confidence:.2g}"
        texts = {"better": f"better than {first} ({level})", "worse": f"worse ({level})", "undecided": "undecided"}
        texts |= {"higher": f"higher than {first} ({level})", "lower": f"lower ({level})"}
        kinds = {point.kind for rows in found.values() for point in rows}
        legend = {kind: text for kind, text in texts.items() if kind in kinds}
        if title is None:
            title = f"{self.segments:,} segments, {self.method.replace('_', ' ')}"
        for at, (axes, one) in enumerate(zip(drawn, names, strict=True)):
            value = self[first][one].interval.name
            rows = points.ranked(found[one], better[one]) if sort else found[one]
            label = look.value_label(value, better[one])
            points.draw(
                axes,
                rows,
                label=label if one == value else f"{one}: {label}",
                line=(self[first][one].score, ""),
                # One legend serves all.
                legend=legend if at == len(names) - 1 else None,
                title=title if at == 0 else None,
            )
        return look.as_returned(drawn)
