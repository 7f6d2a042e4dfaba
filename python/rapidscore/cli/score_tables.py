"""Scores of systems as tables, Markdown, CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidscore.display.data import csv_table, json_text
from rapidscore.display.markup import markdown_table
from rapidscore.display.tables import cell, drawn
from rapidscore.display.text import decimals


@dataclass(frozen=True)
class Result:
    """The scores of one system by metric."""

    system: str
    scores: Mapping[str, Any]

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


def as_table(results: Sequence[Result]) -> str:
    """Return a table for the terminal, followed by the signatures."""
    from rich.table import Table

    names = list(results[0].headline())
    table = Table("system")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for result in results:
        table.add_row(cell(result.system), *[decimals(name, value) for name, value in result.headline().items()])
    return drawn(table, [f"{name}: {signature}" for name, signature in results[0].signatures().items()])


def as_markdown(results: Sequence[Result]) -> str:
    """Return a Markdown table."""
    rows = [[r.system, *[decimals(name, value) for name, value in r.headline().items()]] for r in results]
    return markdown_table([["system", *results[0].headline()], *rows])


def as_csv(results: Sequence[Result]) -> str:
    """Return all values as CSV, with a row for each system."""
    header = ["system", *results[0].details()]
    return csv_table([header, *([result.system, *result.details().values()] for result in results)])


def as_json(results: Sequence[Result]) -> str:
    """Return all values and signatures as JSON; NaN and infinity are null."""
    systems = [{"system": r.system, "scores": r.details(), "signatures": r.signatures()} for r in results]
    return json_text(systems) + "\n"


FORMATS: dict[str, Callable[[Sequence[Result]], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}
