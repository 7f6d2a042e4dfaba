"""Comparisons of systems as a table for the terminal, Markdown, JSON or CSV."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite, isnan
from typing import TYPE_CHECKING

from rapidscore.display.data import csv_table, json_text
from rapidscore.display.markup import markdown, markdown_table
from rapidscore.display.tables import cell, drawn
from rapidscore.display.text import decimals

if TYPE_CHECKING:
    from rapidscore.comparison.result import Compared, Comparison

_METHODS = {
    "approximate_randomization": "approximate randomization, {count:,} trials",
    "bootstrap": "paired bootstrap, {count:,} samples",
}
_CORRECTIONS = {"holm": "Holm", "benjamini-hochberg": "Benjamini-Hochberg"}


def _titles(comparison: Comparison) -> list[str]:
    titles = ["metric", "system", "score", f"{100 * comparison.confidence:g} % interval", "difference", "p"]
    return [*titles, f"p ({_CORRECTIONS[str(comparison.correction)]})"] if _is_corrected(comparison) else titles


def _is_corrected(comparison: Comparison) -> bool:
    return comparison.correction is not None and (len(comparison) - 1) * len(comparison.value_names()) > 1


def _rows(comparison: Comparison, name: str) -> list[list[str]]:
    """Return the cells of a row for each system, for one value."""
    rows = []
    for system, values in comparison.items():
        value = values[name]
        row = [name, system, decimals(name, value.score), _interval(name, value), _signed_difference(name, value)]
        row.append(_p_value(value.p_value))
        star = "*" if value.adjusted_p_value < 1 - comparison.confidence else ""
        if _is_corrected(comparison):
            row.append(f"{_p_value(value.adjusted_p_value)}{star}")
        else:
            row[-1] += star
        rows.append(row)
    return rows


def _p_value(value: float) -> str:
    return "" if isnan(value) else f"{value:.4f}"


def _interval(name: str, value: Compared) -> str:
    interval = value.interval
    return "" if isnan(interval.low) else f"[{decimals(name, interval.low)}, {decimals(name, interval.high)}]"


def _signed_difference(name: str, value: Compared) -> str:
    if value.difference is None or isnan(value.difference.score):
        return ""
    score = decimals(name, value.difference.score)
    return score if score.startswith("-") else f"+{score}"


def summary(comparison: Comparison) -> list[str]:
    """Return lines that describe the test, and the signatures of the metrics."""
    first = next(iter(comparison))
    method = _METHODS[comparison.method].format(count=comparison.resamples)
    seed = "" if comparison.seed is None else f", seed {comparison.seed}"
    lines = [f"compared with {first} on {comparison.segments:,} segments: {method}{seed}"]
    ties = f"; ties ignored, as in sacrebleu, for {', '.join(comparison.ignored)}" if comparison.ignored else ""
    lines.append(f"*: p below {1 - comparison.confidence:.2g}{ties}")
    return lines + [f"{name}: {signature}" for name, signature in comparison.signatures.items()]


def as_table(comparison: Comparison) -> str:
    """Return a table for the terminal, followed by the summary."""
    from rich.table import Table

    table = Table()
    for index, title in enumerate(_titles(comparison)):
        table.add_column(cell(title), justify="left" if index < 2 else "right", no_wrap=index >= 2)
    for name in comparison.value_names():
        for index, row in enumerate(_rows(comparison, name)):
            table.add_row(*map(cell, ["", *row[1:]] if index else row))
        table.add_section()
    return drawn(table, summary(comparison))


def as_markdown(comparison: Comparison) -> str:
    """Return a Markdown table, followed by the summary."""
    rows = [row for name in comparison.value_names() for row in _rows(comparison, name)]
    footer = "\n".join(f"{markdown(line)}  " for line in summary(comparison))
    return f"{markdown_table([_titles(comparison), *rows], left=2)}\n{footer}\n"


def _records(comparison: Comparison) -> list[dict[str, object]]:
    """Return a dict for each value and system."""
    records = []
    for name in comparison.value_names():
        for system, values in comparison.items():
            value = values[name]
            record: dict[str, object] = {"metric": name, "system": system, "score": value.score}
            record |= {"low": value.interval.low, "high": value.interval.high}
            record["standard_error"] = value.interval.standard_error
            if value.difference:
                record["difference"] = value.difference.score
                record |= {"difference_low": value.difference.low, "difference_high": value.difference.high}
                record |= {"p_value": value.p_value, "adjusted_p_value": value.adjusted_p_value}
            records.append(record)
    return records


def as_json(comparison: Comparison) -> str:
    """Return all numbers and the options of the comparison as JSON; NaN and infinity are null."""
    content = {
        "baseline": next(iter(comparison)),
        "segments": comparison.segments,
        "method": comparison.method,
        "resamples": comparison.resamples,
        "seed": comparison.seed,
        "confidence": comparison.confidence,
        "correction": comparison.correction,
        "signatures": comparison.signatures,
        "results": _records(comparison),
    }
    return json_text(content) + "\n"


def as_csv(comparison: Comparison) -> str:
    """Return all numbers as CSV, with a line for each value and system. Cells without a number are empty."""
    records = _records(comparison)
    columns = [*dict.fromkeys(key for record in records for key in record)]
    return csv_table([columns, *([_finite_or_empty(record.get(key)) for key in columns] for record in records)])


def _finite_or_empty(value: object) -> object:
    return "" if value is None or (isinstance(value, float) and not isfinite(value)) else value


FORMATS: dict[str, Callable[[Comparison], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}
