"""A classification as people and programs want to read it: as text, JSON, CSV or Markdown."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from operator import methodcaller
from typing import Any

from rapidscore.classification.fairness import ClassificationGroups
from rapidscore.classification.score import ClassificationScore
from rapidscore.display import drawn

#: A confusion matrix of more classes is no longer read on a screen.
MOST_CLASSES_SHOWN = 30
#: What groups are compared by in text.
COMPARED = ("accuracy", "precision", "recall", "f1")
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")
FAIRNESS = ("demographic_parity", "equalized_odds", "equal_opportunity")
HOW = ("difference", "ratio")

Row = Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """What is to be shown: a score, the same by group, and with how many decimals the report is wanted."""

    score: ClassificationScore
    average: str
    groups: ClassificationGroups[ClassificationScore] | None = None
    fair: bool = False
    """Whether it is known which of two classes is positive, so that groups have rates to be compared."""
    digits: int = 2

    def fairness(self) -> dict[str, dict[str, float]]:
        """Return how fairly the groups are treated: difference and ratio by the name of each measure."""
        if not self.fair:
            return {}
        return {name: {how: getattr(self.groups, f"{name}_{how}")() for how in HOW} for name in FAIRNESS}

    def values(self, score: ClassificationScore) -> dict[str, float]:
        """Return the values of a group, or of all rows."""
        return score.as_dict() | {rate: getattr(score, rate)() for rate in RATES if self.fair}

    def compared(self, how: str) -> dict[str, float]:
        """Return the difference or the ratio of the groups' values."""
        measure: Callable[..., Any] = getattr(self.groups, how)
        values: dict[str, float] = measure()
        return values | {rate: measure(methodcaller(rate)) for rate in RATES if self.fair}


def as_table(outcome: Outcome) -> str:
    """Return the report, the confusion matrix, other values and the groups for the terminal."""
    score = outcome.score
    text = score.report(outcome.digits) + "\n"
    if len(score.labels) > MOST_CLASSES_SHOWN:
        text += f"The confusion matrix of {len(score.labels)} classes is not shown: --format json and csv have it.\n"
    else:
        text += _boxed(_confusion(score))
    text += ", ".join(f"{name} = {value:.4f}" for name, value in _overall(outcome).items()) + "\n"
    if outcome.groups:
        rates = [getattr(ClassificationScore, rate) for rate in RATES if outcome.fair]
        text += "\n" + outcome.groups.format([*COMPARED, *rates])
        if outcome.fair:
            text += _boxed(_fairness(outcome))
        elif len(score.labels) == len(("negative", "positive")):
            text += "Name the positive class by --pos-label to see how fairly the groups are treated.\n"
    return f"{text}\n{score.signature}\n"


def as_markdown(outcome: Outcome) -> str:
    """Return the same as Markdown tables."""
    values = _overall(outcome)
    parts: list[list[Row]] = [_report(outcome), [[*values], _decimals(values)]]
    if len(outcome.score.labels) <= MOST_CLASSES_SHOWN:
        parts.insert(1, _confusion(outcome.score))
    if outcome.groups:
        parts.append(_groups(outcome))
    if outcome.fair:
        parts.append(_fairness(outcome))
    return "\n".join(_markdown(part) for part in parts) + f"\n`{outcome.score.signature}`\n"


def as_csv(outcome: Outcome) -> str:
    """Return all as CSV, a line a value: which part it belongs to, its row and column there, and the value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["part", "row", "column", "value"])
    writer.writerows(_cells(outcome))
    return text.getvalue()


def as_json(outcome: Outcome) -> str:
    """Return all as JSON; what is not a finite number is null."""
    score, groups = outcome.score, outcome.groups
    content: dict[str, Any] = {
        "rows": score.segments,
        "report": score.report_dict(),
        "confusion_matrix": {"labels": score.labels.tolist(), "matrix": score.confusion_matrix.tolist()},
        "values": _all_values(score),
        "groups": None,
        "fairness": outcome.fairness() or None,
        "signature": score.signature,
    }
    if groups:
        content["groups"] = {
            "features": groups.features,
            "groups": [
                {
                    "group": _named(groups, key),
                    "size": size,
                    "values": outcome.values(groups[key]) if key in groups else None,
                }
                for key, size in groups.sizes.items()
            ],
            "overall": outcome.values(groups.overall),
            **{how: outcome.compared(how) for how in HOW},
        }
    return json.dumps(_finite(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


FORMATS: dict[str, Callable[[Outcome], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}


def _report(outcome: Outcome) -> list[Row]:
    columns = ["precision", "recall", "f1-score"]
    rows: list[Row] = [["", *columns, "support"]]
    for name, values in outcome.score.report_dict().items():
        # Accuracy stands in the column of the F-score alone, as in the report.
        shown = {"f1-score": values, "support": outcome.score.support.sum()} if name == "accuracy" else values
        cells = [f"{shown[column]:.{outcome.digits}f}" if column in shown else "" for column in columns]
        rows.append([name, *cells, f"{shown['support']:.10g}"])
    return rows


def _confusion(score: ClassificationScore) -> list[Row]:
    labels = [str(label) for label in score.labels.tolist()]
    counts = score.confusion_matrix.tolist()
    rows = [[label, *[f"{count:.10g}" for count in row]] for label, row in zip(labels, counts, strict=True)]
    return [["true \\ predicted", *labels], *rows]


def _overall(outcome: Outcome) -> dict[str, float]:
    """Return the values of all rows, by names that say what is an average."""
    averaged = {"precision", "recall", "f1"}
    return {
        f"{outcome.average} {name}" if name in averaged else name: value
        for name, value in _all_values(outcome.score).items()
    }


def _fairness(outcome: Outcome) -> list[Row]:
    return [["fairness", *HOW], *[[name, *_decimals(values)] for name, values in outcome.fairness().items()]]


def _all_values(score: ClassificationScore) -> dict[str, float]:
    return score.as_dict() | {"cohen_kappa": score.cohen_kappa()}


def _decimals(values: dict[str, float]) -> list[str]:
    return [f"{value:.4f}" for value in values.values()]


def _groups(outcome: Outcome) -> list[Row]:
    assert outcome.groups is not None
    groups = outcome.groups
    names = [*COMPARED, *[rate for rate in RATES if outcome.fair]]

    def shown(values: dict[str, float]) -> list[str]:
        return _decimals({name: values[name] for name in names})

    rows: list[Row] = [[*groups.features, "size", *names]]
    for key, size in groups.sizes.items():
        labels = map(str, _named(groups, key).values())
        rows.append([*labels, str(size), *(shown(outcome.values(groups[key])) if size else ["" for _ in names])])
    rest = ["" for _ in groups.features[1:]]
    rows.append(["overall", *rest, str(outcome.score.segments), *shown(outcome.values(groups.overall))])
    rows.append(["difference", *rest, "", *shown(outcome.compared("difference"))])
    return rows


def _cells(outcome: Outcome) -> Iterator[tuple[str, str, str, Any]]:
    score, groups = outcome.score, outcome.groups
    for name, values in score.report_dict().items():
        columns = values if isinstance(values, dict) else {"": values}
        yield from (("report", name, column, value) for column, value in columns.items())
    labels = score.labels.tolist()
    for true, row in zip(labels, score.confusion_matrix.tolist(), strict=True):
        yield from (("confusion_matrix", true, label, count) for label, count in zip(labels, row, strict=True))
    yield from (("values", name, "", value) for name, value in _all_values(score).items())
    if groups:
        for key, size in groups.sizes.items():
            name = ", ".join(f"{feature}={label}" for feature, label in _named(groups, key).items())
            yield "groups", name, "size", size
            if size:
                yield from (("groups", name, column, value) for column, value in outcome.values(groups[key]).items())
        for how in HOW:
            yield from (("groups", how, column, value) for column, value in outcome.compared(how).items())
    for name, measured in outcome.fairness().items():
        yield from (("fairness", name, how, value) for how, value in measured.items())
    yield "signature", "", "", score.signature


def _named(groups: ClassificationGroups[Any], key: Any) -> dict[str, Any]:
    """Return a group's label of each feature."""
    return dict(zip(groups.features, (key,) if len(groups.features) == 1 else key, strict=True))


def _boxed(rows: list[Row]) -> str:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    # Labels are no markup, whatever brackets they have.
    for at, name in enumerate(rows[0]):
        table.add_column(Text(name), justify="right" if at else "left")
    for row in rows[1:]:
        table.add_row(*map(Text, row))
    return drawn(table)


def _markdown(rows: Iterable[Row]) -> str:
    header, *rest = [[re.sub(r"[\\`*<|]", r"\\\g<0>", " ".join(cell.split("\n"))) for cell in row] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in (header, *rest)]
    lines.insert(1, "|---|" + "---:|" * (len(header) - 1))
    return "\n".join(lines) + "\n"


def _finite(value: Any) -> Any:
    """Return a value of which JSON can tell: null for NaN and infinity."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
