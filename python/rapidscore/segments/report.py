"""What a report of scores or of a comparison says, section by section."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.display import tables
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import shown
from rapidscore.plots.svg import svg_of
from rapidscore.segments.browser import SegmentBrowser

if TYPE_CHECKING:
    from rapidscore.groups.scores import GroupScores
    from rapidscore.segments.measured import Value
    from rapidscore.segments.result import SegmentedResult

#: A table has at most this number of groups.
_MOST_GROUPS = 100


def content_of(
    result: SegmentedResult[Any, Any],
    title: str,
    *,
    texts: Mapping[str, Any] | None,
    frequencies: Any,
    command: str | None,
    first: int,
) -> dict[str, Any]:
    """Return the content of a report, as `rapidscore.report.page.render` takes it."""
    measured = result._measured()
    sections = [_section("Scores", [result.format("html", True)], _pictures(result._pictures(), "scores"))]
    if result._groups_by_system():
        sections.append(_group_section(result._groups_by_system(), result._headline_values()))
    for by, name in (("length", "Length of the reference"), ("frequency", "Frequency of the words")):
        try:
            found = result.buckets(by, frequencies=frequencies if by == "frequency" else None, texts=texts)
        except (TypeError, ValueError):
            # Without texts, or of labels.
            continue
        sections.append(_section(name, [found.format("html")], [svg_of(partial(_draw, found), by)]))
    if matrices := [partial(_draw, one) for one in result._classifications()]:
        sections.append(_section("Confusion matrix", [], _pictures(matrices, "matrix")))
    browser = SegmentBrowser(measured, texts, first)
    return {
        "title": title,
        "summary": result._summary(),
        "sections": sections,
        "made": [*result._made(), *_program(command)],
        "segments": browser.data(),
    }


def _section(title: str, found: Sequence[str], pictures: Sequence[str]) -> dict[str, Any]:
    return {"title": title, "sentences": [], "tables": [*found], "pictures": [*pictures]}


def _pictures(drawings: Sequence[Callable[[Any], Any]], name: str) -> list[str]:
    return [svg_of(draw, f"{name}{at}") for at, draw in enumerate(drawings)]


def _group_section(groups: Mapping[str, Mapping[str, GroupScores[Any]]], values: Mapping[str, Value]) -> dict[str, Any]:
    """Return a table with a row for each value and group, and a column for each system."""
    of_first = next(iter(next(iter(groups.values())).values()))
    keys = [*of_first.sizes][:_MOST_GROUPS]
    columns = [Column("metric", is_text=True), *(Column(feature, is_text=True) for feature in of_first.features)]
    columns += [Column("segments"), *(Column(system if len(groups) > 1 else "score") for system in groups)]
    rows: list[list[str]] = []
    sections = []
    for title, (metric, name) in values.items():
        sections.append(len(rows))
        for key in keys:
            found = [of_system[metric] for of_system in groups.values()]
            cells = [shown(name, one[key].as_dict()[name]) if key in one else "-" for one in found]
            rows.append([title, *map(str, of_first._labels(key)), f"{of_first.sizes[key]:,}", *cells])
    hidden = len(of_first.sizes) - len(keys)
    notes = [f"{hidden:,} more groups are left out"] if hidden else []
    section = _section("Groups", [tables.as_html(Table(columns, rows, sections=sections, notes=notes))], [])
    metric, name = next(iter(values.values()))
    drawn = [partial(of_system[metric].plot, name) for of_system in [*groups.values()][-1:]]
    return section | {"pictures": _pictures(drawn, "groups")}


def _draw(result: Any, figure: Any) -> None:
    result.plot(ax=figure)


def _program(command: str | None) -> list[tuple[str, str]]:
    from rapidscore import __version__

    made = [("program", f"rapidscore {__version__}, NumPy {np.__version__}, Python {platform.python_version()}")]
    return made + ([("command", command)] if command else [])
