"""The content of a report of scores or of a comparison, section by section."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.display import tables
from rapidscore.display.data import json_in_html
from rapidscore.display.result import MOST_DRAWN
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import printable, shown
from rapidscore.report.svg import svg_of
from rapidscore.segments.browser import SegmentBrowser

if TYPE_CHECKING:
    from rapidscore.groups.scores import GroupScores
    from rapidscore.segments.measured import Value
    from rapidscore.segments.result import SegmentedResult

#: The most systems whose groups and confusion matrices are drawn.
_MOST_PICTURES = 6


def content_of(
    result: SegmentedResult[Any, Any],
    title: str,
    *,
    texts: Mapping[str, Any] | None,
    frequencies: Any,
    command: str | None,
    first: int,
    systems: Sequence[str] | None,
) -> dict[str, Any]:
    """Return the content of a report, as `rapidscore.report.page.render` takes it."""
    measured = result._measured().with_texts(texts)
    sections = [_section("Scores", [result.format("html", True)], _pictures(result._drawings(), "scores"))]
    if result._groups_by_system():
        sections.append(_group_section(result._groups_by_system(), result._headline_values()))
    if measured.has_reference_texts():
        for by, name in (("length", "Length of the reference"), ("frequency", "Frequency of the words")):
            counts = frequencies if by == "frequency" else None
            found = result.buckets(by, frequencies=counts, texts=texts)
            sections.append(_section(name, [found.format("html")], [svg_of(partial(_draw, found), by)]))
    if result._classifications():
        sections.append(_matrix_section(result._classifications()))
    data = SegmentBrowser(measured, first).data(systems)
    return {
        "title": printable(title),
        "summary": result._summary(),
        "sections": sections,
        "made": [(name, printable(text)) for name, text in (*result._made(), *_program(command))],
        "segments": {"note": data["note"], "json": json_in_html(data)},
    }


def _section(
    title: str, found: Sequence[str], pictures: Sequence[str], sentences: Sequence[str] = ()
) -> dict[str, Any]:
    return {"title": title, "sentences": [*sentences], "tables": [*found], "pictures": [*pictures]}


def _pictures(drawings: Sequence[Callable[[Any], Any]], name: str) -> list[str]:
    return [svg_of(draw, f"{name}{at}") for at, draw in enumerate(drawings)]


def _draw(result: Any, figure: Any) -> None:
    result.plot(ax=figure)


def _matrix_section(scores: Mapping[str, Any]) -> dict[str, Any]:
    drawn = {name: score for name, score in [*scores.items()][:_MOST_PICTURES] if score._is_drawn()}
    titles = {name: f"{name}: accuracy {score.accuracy:.4f}" for name, score in drawn.items()}
    pictures = _pictures([partial(_draw_titled, score, titles[name]) for name, score in drawn.items()], "matrix")
    hidden = f"There are more than {MOST_DRAWN} classes, which a picture cannot show."
    return _section("Confusion matrix", [], pictures, [] if drawn else [hidden])


def _draw_titled(result: Any, title: str, figure: Any) -> None:
    result.plot(ax=figure, title=title)


def _group_section(groups: Mapping[str, Mapping[str, GroupScores[Any]]], values: Mapping[str, Value]) -> dict[str, Any]:
    """Return a table with a row for each value and group, and a column for each system, and pictures of one value."""
    of_first = next(iter(next(iter(groups.values())).values()))
    keys = [*of_first.sizes][:MOST_DRAWN]
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
    sentences = [f"{hidden:,} more groups are left out."] if hidden else []
    metric, name = next(iter(values.values()))
    drawn = [
        partial(of_system[metric].plot, name, title=system if len(groups) > 1 else None)
        for system, of_system in [*groups.items()][:_MOST_PICTURES]
        if of_system[metric]._is_drawn()
    ]
    table = tables.as_html(Table(columns, rows, sections=sections))
    return _section("Groups", [table], _pictures(drawn, "groups"), sentences)


def _program(command: str | None) -> list[tuple[str, str]]:
    from importlib.metadata import version

    program = f"rapidscore {version('rapidscore')}, NumPy {np.__version__}, Python {platform.python_version()}"
    return [("program", program)] + ([("command", command)] if command else [])
