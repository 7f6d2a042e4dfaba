"""Scores of systems as tables, Markdown, CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidscore.cli import output
from rapidscore.display import tables
from rapidscore.display.data import csv_table
from rapidscore.display.tables import Column, Table, ranked
from rapidscore.display.text import decimals


@dataclass(frozen=True)
class SystemScores:
    """The scores of one system by metric."""

    system: str
    scores: Mapping[str, Any]
    segments: int

    def headline(self) -> dict[str, float]:
        """Return the values that a table shows."""
        values: dict[str, float] = {}
        for name, score in self.scores.items():
            # ROUGE has one score for each type.
            values |= score.as_dict() if name == "rouge" else {name: score.score}
        return values

    def details(self) -> dict[str, float]:
        """Return all values."""
        values: dict[str, float] = {}
        for name, score in self.scores.items():
            values |= score.as_dict() if name != "cer" else _prefixed("cer", score.as_dict())
            if name == "rouge":
                for rouge_type, parts in score.items():
                    values |= {f"{rouge_type}_{part}": value for part, value in parts._asdict().items()}
        return values

    def signatures(self) -> dict[str, str]:
        """Return the signature of each metric."""
        return {name: score.signature for name, score in self.scores.items()}


def _prefixed(prefix: str, values: Mapping[str, float]) -> dict[str, float]:
    """Return values under names that begin with a prefix, to distinguish them from those of another metric."""
    return {name if name.startswith(prefix) else f"{prefix}_{name}": value for name, value in values.items()}


def _table(results: Sequence[SystemScores]) -> Table:
    columns = [Column("system", is_text=True), *ranked(results[0].headline())]
    rows = [[r.system, *[decimals(name, value) for name, value in r.headline().items()]] for r in results]
    return Table(columns, rows)


def in_style(style: str) -> Callable[[Sequence[SystemScores]], str]:
    """Return a function that draws the scores of systems in a style, with the signatures below."""

    def drawn(results: Sequence[SystemScores]) -> str:
        notes = [f"{name}: {signature}" for name, signature in results[0].signatures().items()]
        return output.drawn(style, replace(_table(results), notes=notes))

    return drawn


def as_csv(results: Sequence[SystemScores]) -> str:
    """Return all values as CSV, with a row for each system."""
    header = ["system", *results[0].details()]
    return csv_table([header, *([result.system, *result.details().values()] for result in results)])


def as_json(results: Sequence[SystemScores]) -> str:
    """Return all values and signatures as JSON; NaN and infinity are null."""
    first = results[0]
    found = [{"system": result.system, "scores": result.details()} for result in results]
    systems = [result.system for result in results]
    return output.json_of("score", systems, first.segments, first.signatures(), {"results": found})


FORMATS: dict[str, Callable[[Sequence[SystemScores]], str]] = {
    **{style: in_style(style) for style in ("table", *tables.MARKUP)},
    "json": as_json,
    "csv": as_csv,
}
