"""Segments of a result with their scores, groups and texts, in an order that shows first what matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

import numpy as np

from rapidscore._public import public, unchangeable
from rapidscore.display.data import json_safe, plain
from rapidscore.display.result import Result
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import printable, shown
from rapidscore.inputs.options import as_int
from rapidscore.segments.measured import REFERENCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.segments.measured import MeasuredSegments

SORTS = ("difference", "worst", "best")

DIFFERENCE = "difference"


@public
@unchangeable
class SegmentTable(Result):
    """Segments with their scores, groups and texts. `Scores.segment_table` and `Comparison.segment_table` make one.

    `str()` and the style `"table"` show the segments one below the other, with each text in a line, neither wrapped nor
    cut off, whatever the width; markup and data have a row for each segment.
    """

    _is_stacked: ClassVar[bool] = True

    __slots__ = ("_columns", "_key", "_scores", "_texts", "first", "segments", "sort", "value")

    value: str
    """The name of the score by which the segments are sorted."""
    sort: str
    """How they are sorted: `"difference"`, `"worst"` or `"best"`."""
    segments: int
    """The number of all segments, of which these are some."""
    first: int
    """The number of the first of all segments: 0, or 1 on the command line."""

    def __init__(
        self,
        columns: Mapping[str, Sequence[Any]],
        *,
        scores: Mapping[str, str],
        key: str,
        texts: Sequence[str],
        value: str,
        sort: str,
        segments: int,
        first: int,
    ) -> None:
        """Take columns: the numbers of segments, groups, scores and texts.

        `scores` leads from columns of scores to the names of the values they hold, `key` is the column by which the
        segments are sorted, and `texts` names columns of texts.
        """
        self._columns = {name: [*column] for name, column in columns.items()}
        self._scores = dict(scores)
        self._key = key
        self._texts = [*texts]
        self.value = value
        self.sort = sort
        self.segments = segments
        self.first = first

    def __len__(self) -> int:
        return len(self._columns["segment"])

    @property
    def positions(self) -> NDArray[np.intp]:
        """The positions of these segments among all segments, from 0."""
        return np.array(self._columns["segment"], dtype=np.intp) - self.first

    def _headline(self) -> str:
        found = f"{len(self):,} of {self.segments:,} segments, {self.sort} {self.value} first"
        return f"{found}: {self._cell(self._key, 0)} to {self._cell(self._key, len(self) - 1)}" if len(self) else found

    def _text(self, width: int | None, signature: bool) -> str:
        from rich.cells import cell_len

        indent = max(map(cell_len, self._texts), default=0)
        lines = []
        for at, number in enumerate(self._columns["segment"]):
            facts = [
                f"{printable(name)} = {self._cell(name, at, width)}"
                for name in self._columns
                if name not in self._texts and name != "segment"
            ]
            lines.append(f"segment {number}: {', '.join(facts)}")
            for name in self._texts:
                text = self._columns[name][at]
                if text is not None:
                    padding = " " * (indent - cell_len(name))
                    lines.append(f"  {printable(name)}{padding}  {printable(text)}".rstrip())
        return "\n".join(lines) if lines else f"no segments of {self.segments:,}"

    def _cell(self, name: str, at: int, width: int | None = None) -> str:
        value = self._columns[name][at]
        if value is None or name not in self._scores:
            return "" if value is None else printable(value)
        text = shown(self._scores[name], value, width)
        return f"+{text}" if name == DIFFERENCE and value > 0 else text

    def _as_table(self, width: int | None, signature: bool) -> Table:
        is_number = {"segment", *self._scores}
        columns = [Column(name, is_text=name not in is_number) for name in self._columns]
        return Table(columns, [[self._cell(name, at, width) for name in self._columns] for at in range(len(self))])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return {name: [*column] for name, column in self._columns.items()}

    def as_dict(self) -> dict[str, float]:
        """Return all scores by name and segment, flat, such as `bleu/17`."""
        return {
            f"{name}/{number}": column[at]
            for name, column in self._columns.items()
            if name in self._scores
            for at, number in enumerate(self._columns["segment"])
        }

    def to_dict(self) -> dict[str, Any]:
        """Return how the segments were chosen, and all columns of each, as JSON can hold them."""
        rows = [
            {name: None if column[at] is None else plain(column[at]) for name, column in self._columns.items()}
            for at in range(len(self))
        ]
        return json_safe({"value": self.value, "sort": self.sort, "segments": self.segments, "rows": rows})


def segment_table(
    measured: MeasuredSegments,
    value: str | None,
    n: SupportsIndex | None,
    sort: str | None,
    *,
    reverse: bool,
    system: str | None,
    texts: Mapping[str, Any] | None,
    first: int = 0,
) -> SegmentTable:
    """Choose and sort segments; `SegmentedResult.segment_table` documents the parameters."""
    measured = measured.with_texts(texts)
    value, sort, system = _checked(measured, value, sort, system)
    positions = _sorted(measured, value, sort, system, reverse=reverse)
    count = len(positions) if n is None else as_int("n", n)
    if count < 1 and n is not None:
        raise ValueError(f"n must be 1 or more, or None for all segments, got {count}")
    positions = positions[:count]
    scores = _scores(measured, value)
    if len(measured.statistics) > 1:
        scores[DIFFERENCE] = measured.values[value].name, _difference(measured, value, system)
    columns: dict[str, Sequence[Any]] = {"segment": [at + first for at in positions]}
    for name, labels in measured.groups(positions).items():
        columns[_free(name, columns.keys() | scores.keys(), "group")] = labels
    columns |= {name: of_all[positions].tolist() for name, (_, of_all) in scores.items()}
    text_columns = []
    for name, column in _text_columns(measured, positions):
        text_columns.append(_free(name, columns, "text"))
        columns[text_columns[-1]] = column
    key = DIFFERENCE if sort == DIFFERENCE else value if len(measured.statistics) == 1 else f"{value}/{system}"
    return SegmentTable(
        columns,
        scores={name: of_value for name, (of_value, _) in scores.items()},
        key=key,
        texts=text_columns,
        value=value,
        sort=sort,
        segments=len(measured),
        first=first,
    )


def _checked(
    measured: MeasuredSegments, value: str | None, sort: str | None, system: str | None
) -> tuple[str, str, str]:
    """Return the score, the order and the system that are wanted. Raises `ValueError` for unknown ones."""
    names = [*measured.statistics]
    value = measured.shown[0] if value is None else value
    if value not in measured.values:
        raise ValueError(f"there is no segment score {value!r}: choose from {', '.join(measured.values)}")
    sort = sort or (SORTS[0] if len(names) > 1 else SORTS[1])
    if sort not in SORTS:
        raise ValueError(f"unknown sort {sort!r}: choose one of {', '.join(SORTS)}")
    if sort == DIFFERENCE and len(names) < 2:
        raise ValueError("a difference needs two systems: compare them, or sort by 'worst' or 'best'")
    if system is not None and system not in names[len(names) > 1 :]:
        known = ", ".join(names[1:])
        raise ValueError(f"there is no system {system!r} beside the first: choose from {known or 'several systems'}")
    return value, sort, names[min(1, len(names) - 1)] if system is None else system


def _difference(measured: MeasuredSegments, value: str, system: str) -> NDArray[np.float64]:
    """Return the scores of a system minus those of the first, without warnings: infinity minus infinity is NaN."""
    with np.errstate(invalid="ignore"):
        difference: NDArray[np.float64] = measured.scores(system, value) - measured.scores(
            next(iter(measured.statistics)), value
        )
    return difference


def _sorted(measured: MeasuredSegments, value: str, sort: str, system: str, *, reverse: bool) -> list[int]:
    """Return the positions of all segments: gains, or the best or worst scores, first, and NaN last."""
    wanted = _difference(measured, value, system) if sort == DIFFERENCE else measured.scores(system, value)
    descends = measured.is_higher_better(value) == (sort != "worst")
    positions: list[int] = np.argsort(-wanted if descends != reverse else wanted, kind="stable").tolist()
    return positions


def _scores(measured: MeasuredSegments, value: str) -> dict[str, tuple[str, NDArray[np.float64]]]:
    """Return the columns of scores by title, with the names of their values: one for each metric or each system."""
    names = [*measured.statistics]
    if len(names) == 1:
        titles = dict.fromkeys([value, *measured.shown])
        return {title: (measured.values[title].name, measured.scores(names[0], title)) for title in titles}
    own = measured.values[value].name
    return {f"{value}/{name}": (own, measured.scores(name, value)) for name in names}


def _text_columns(measured: MeasuredSegments, positions: Sequence[int]) -> list[tuple[str, list[str | None]]]:
    """Return columns of texts: references, predictions, and others; their names may be equal."""
    rows = [measured.at(position) for position in positions]
    if not rows:
        return []
    count = max(len(row.references) for row in rows)
    titles = [REFERENCE] if count == 1 else [f"{REFERENCE} {at + 1}" for at in range(count)]
    found: list[tuple[str, list[str | None]]] = []
    for at, title in enumerate(titles):
        found.append((title, [row.references[at] if at < len(row.references) else None for row in rows]))
    for name in rows[0].predictions:
        found.append((name, [row.predictions[name] for row in rows]))
    for name in rows[0].more:
        found.append((name, [row.more[name] for row in rows]))
    return found


def _free(name: str, taken: Any, kind: str) -> str:
    """Return a name of a column that no other has."""
    while name in taken:
        name = f"{name} ({kind})"
    return name
