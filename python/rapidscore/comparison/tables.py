"""Comparisons of systems as tables and as records."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from rapidscore.display.tables import Column, Table
from rapidscore.display.text import printable, shown

if TYPE_CHECKING:
    from rapidscore.comparison.result import Compared, Comparison

_METHODS = {
    "approximate_randomization": "approximate randomization, {count:,} trials",
    "bootstrap": "paired bootstrap, {count:,} samples",
}
_CORRECTIONS = {"holm": "Holm", "benjamini-hochberg": "Benjamini-Hochberg"}


def _columns(comparison: Comparison) -> list[Column]:
    columns = [Column("metric", is_text=True), Column("system", is_text=True), Column("score")]
    columns += [Column(f"{100 * comparison.confidence:g} % interval", importance=1), Column("difference", importance=3)]
    if not _is_corrected(comparison):
        return [*columns, Column("p", importance=2)]
    # An asterisk stands at the corrected value.
    corrected = f"p ({_CORRECTIONS[str(comparison.correction)]})"
    return [*columns, Column("p", importance=0), Column(corrected, importance=2)]


def _is_corrected(comparison: Comparison) -> bool:
    return comparison.correction is not None and (len(comparison) - 1) * len(comparison.value_names()) > 1


def _rows(comparison: Comparison, name: str, width: int | None) -> list[list[str]]:
    """Return the cells of a row for each system, for one value."""
    rows = []
    for system, values in comparison.items():
        value = values[name]
        # Decimals suit the value's own name; a metric may have another one in the comparison.
        score = shown(value.interval.name, value.score, width)
        row = [name, system, score, _interval(value, width), _signed_difference(value, width), _p_value(value.p_value)]
        star = "*" if value.adjusted_p_value < 1 - comparison.confidence else ""
        if _is_corrected(comparison):
            row.append(f"{_p_value(value.adjusted_p_value)}{star}")
        else:
            row[-1] += star
        rows.append(row)
    return rows


def _p_value(value: float) -> str:
    return "" if isnan(value) else f"{value:.4f}"


def _interval(value: Compared, width: int | None) -> str:
    return "" if isnan(value.interval.low) else value.interval.ends(width)


def _signed_difference(value: Compared, width: int | None) -> str:
    if value.difference is None or isnan(value.difference.score):
        return ""
    score = shown(value.interval.name, value.difference.score, width)
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


#: The words for the kinds of differences from the first system.
_KINDS = {
    **{kind: kind for kind in ("better", "worse", "higher", "lower")},
    "undecided": "not decisively different",
}


def sentences(comparison: Comparison) -> list[str]:
    """Return for each value a sentence that says which differences are decisive."""
    first = next(iter(comparison))
    better = comparison._better_sides()
    found = []
    for name in comparison.value_names():
        kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
        for system, values in comparison.items():
            if system != first:
                difference = _signed_difference(values[name], None) or "undefined"
                kinds[comparison._kind(values[name], better[name])].append(f"{printable(system)} ({difference})")
        parts = [f"{_KINDS[kind]}: {', '.join(systems)}" for kind, systems in kinds.items() if systems]
        score = shown(comparison[first][name].interval.name, comparison[first][name].score)
        found.append(f"By {printable(name)}, compared with {printable(first)} ({score}), {'; '.join(parts)}.")
    level = f"{1 - comparison.confidence:.2g}"
    corrected = f", after {_CORRECTIONS[comparison.correction]}'s correction" if comparison.correction else ""
    return [*found, f"A difference is decisive if its p-value is below {level}{corrected}."]


def table_of(comparison: Comparison, width: int | None = None) -> Table:
    """Return a table with a row for each value and system, and the summary below it."""
    rows: list[list[str]] = []
    sections = []
    for name in comparison.value_names():
        sections.append(len(rows))
        rows += _rows(comparison, name, width)
    return Table(_columns(comparison), rows, sections=sections, notes=summary(comparison))


def columns_of(comparison: Comparison) -> dict[str, list[Any]]:
    """Return all numbers as columns, with a row for each value and system."""
    records = _records(comparison)
    return {name: [record[name] for record in records] for name in records[0]}


def _records(comparison: Comparison) -> list[dict[str, Any]]:
    """Return a dict for each value and system."""
    return [
        {"metric": name, "system": system, **values[name]._record()}
        for name in comparison.value_names()
        for system, values in comparison.items()
    ]


def content_of(comparison: Comparison) -> dict[str, Any]:
    """Return all numbers, the options of the comparison, and the signatures."""
    return {
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
