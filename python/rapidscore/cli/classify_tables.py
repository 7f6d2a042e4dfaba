"""Results of the command `classify` as tables, JSON, CSV and Markdown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from operator import methodcaller
from typing import Any

from rapidscore.classification.fairness import ClassificationGroups
from rapidscore.classification.score import ClassificationScore
from rapidscore.cli import output
from rapidscore.display import tables
from rapidscore.display.data import csv_table
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import printable
from rapidscore.groups.scores import Value

#: The confusion matrix of more classes is not printed, because it would not fit on a screen.
MAX_CLASSES_SHOWN = 30
#: The values of groups that tables show.
GROUP_VALUES = ("f1", "accuracy", "precision", "recall")
#: The rates of groups that tables show in addition if one of two classes is positive.
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")
FAIRNESS_MEASURES = ("demographic_parity", "equalized_odds", "equal_opportunity")
DISPARITIES = ("difference", "ratio")

Row = Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """The results of the command: a score, the scores of groups, and options of their presentation."""

    score: ClassificationScore
    name: str
    """The file of the predictions."""
    average: str
    """The average of precision, recall and F1 over classes."""
    groups: ClassificationGroups[ClassificationScore] | None = None
    has_fairness: bool = False
    """Whether there are groups and one of two classes is known to be positive, as rates and fairness require."""
    digits: int = 2
    """Number of decimals of the report."""

    def fairness(self) -> dict[str, dict[str, float]]:
        """Return difference and ratio of each measure of fairness, or an empty dict if they are not defined."""
        if not self.has_fairness:
            return {}
        return {
            name: {disparity: getattr(self.groups, f"{name}_{disparity}")() for disparity in DISPARITIES}
            for name in FAIRNESS_MEASURES
        }

    def values(self, score: ClassificationScore) -> dict[str, float]:
        """Return the values of the score of a group or of all rows, by name."""
        return score.as_dict() | {rate: getattr(score, rate)() for rate in RATES if self.has_fairness}

    def disparities(self, disparity: str) -> dict[str, float]:
        """Return the difference or the ratio of each value between groups, by name."""
        measure: Callable[..., Any] = getattr(self.groups, disparity)
        values: dict[str, float] = measure()
        return values | {rate: measure(methodcaller(rate)) for rate in RATES if self.has_fairness}


def as_table(outcome: Outcome) -> str:
    """Return report, confusion matrix, other values and groups as text for the terminal."""
    score = outcome.score
    text = score.report(outcome.digits) + "\n"
    if len(score.labels) > MAX_CLASSES_SHOWN:
        text += f"The confusion matrix of {len(score.labels)} classes is not shown: use --format json or csv.\n"
    else:
        text += _terminal_table(_confusion(score), stacks=True)
    text += "\n" + ", ".join(f"{name} = {value:.4f}" for name, value in _overall(outcome).items()) + "\n"
    if outcome.groups:
        text += "\n" + outcome.groups.format(names=_group_values(outcome), max_width=output.width()) + "\n"
        if outcome.has_fairness:
            text += "\n" + _terminal_table(_fairness(outcome))
        elif len(score.labels) == 2:
            text += "Measures of fairness need a positive class: name it with --pos-label.\n"
    return f"{text}\n{printable(score.signature)}\n"


def in_style(style: str) -> Callable[[Outcome], str]:
    """Return a function that draws report, confusion matrix, other values and groups as tables of a style of markup."""

    def drawn(outcome: Outcome) -> str:
        values = _overall(outcome)
        parts: list[list[Row]] = [_report(outcome), [[*values], _decimals(values)]]
        if len(outcome.score.labels) <= MAX_CLASSES_SHOWN:
            parts.insert(1, _confusion(outcome.score))
        shown = [*map(_table, parts)]
        if outcome.groups:
            shown.append(outcome.groups.table_of(_group_values(outcome), max_groups=None))
        if outcome.has_fairness:
            shown.append(_table(_fairness(outcome)))
        shown[-1] = replace(shown[-1], notes=[outcome.score.signature])
        return "\n\n".join(tables.drawn(table, style) for table in shown)

    return drawn


def as_csv(outcome: Outcome) -> str:
    """Return all results as CSV with a line for each value: its part of the results, row, column and value."""
    return csv_table([("part", "row", "column", "value"), *_cells(outcome)])


def as_json(outcome: Outcome) -> str:
    """Return all results as JSON; NaN and infinity are null."""
    score, groups = outcome.score, outcome.groups
    classes, averages = score._report_parts()
    content: dict[str, Any] = {
        "report": {"classes": classes, **averages},
        "confusion_matrix": {"labels": score.labels.tolist(), "matrix": score.confusion_matrix.tolist()},
        "values": _all_values(score),
        "groups": None,
        "fairness": outcome.fairness() or None,
    }
    if groups:
        content["groups"] = {
            "features": groups.features,
            "groups": [
                {
                    "group": _labels_by_feature(groups, key),
                    "size": size,
                    "values": outcome.values(groups[key]) if key in groups else None,
                }
                for key, size in groups.sizes.items()
            ],
            "overall": outcome.values(groups.overall),
            **{disparity: outcome.disparities(disparity) for disparity in DISPARITIES},
        }
    return output.json_of("classify", [outcome.name], score.segments, {"classification": score.signature}, content)


FORMATS: dict[str, Callable[[Outcome], str]] = {
    **{style: in_style(style) for style in tables.MARKUP},
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
}


def _report(outcome: Outcome) -> list[Row]:
    columns = ["precision", "recall", "f1-score"]
    rows: list[Row] = [["", *columns, "support"]]
    classes, averages = outcome.score._report_parts()
    # As in the report, accuracy has a value in the column of the F-score only.
    accuracy = {"f1-score": averages.pop("accuracy"), "support": outcome.score.support.sum()}
    for name, shown in [*classes.items(), ("accuracy", accuracy), *averages.items()]:
        cells = [f"{shown[column]:.{outcome.digits}f}" if column in shown else "" for column in columns]
        rows.append([name, *cells, f"{shown['support']:.10g}"])
    return rows


def _confusion(score: ClassificationScore) -> list[Row]:
    labels = [str(label) for label in score.labels.tolist()]
    counts = score.confusion_matrix.tolist()
    rows = [[label, *[f"{count:.10g}" for count in row]] for label, row in zip(labels, counts, strict=True)]
    return [["true \\ predicted", *labels], *rows]


def _overall(outcome: Outcome) -> dict[str, float]:
    """Return the values of all rows, with the kind of average in the names of averages."""
    averaged = {"precision", "recall", "f1"}
    return {
        f"{outcome.average} {name}" if name in averaged else name: value
        for name, value in _all_values(outcome.score).items()
    }


def _fairness(outcome: Outcome) -> list[Row]:
    rows = [[name, *_decimals(values)] for name, values in outcome.fairness().items()]
    return [["fairness", *DISPARITIES], *rows]


def _all_values(score: ClassificationScore) -> dict[str, float]:
    return score.as_dict() | {"cohen_kappa": score.cohen_kappa()}


def _decimals(values: dict[str, float]) -> list[str]:
    return [f"{value:.4f}" for value in values.values()]


def _group_values(outcome: Outcome) -> list[Value]:
    return [*GROUP_VALUES, *(getattr(ClassificationScore, rate) for rate in RATES if outcome.has_fairness)]


def _cells(outcome: Outcome) -> Iterator[tuple[str, str, str, Any]]:
    score, groups = outcome.score, outcome.groups
    classes, averages = score._report_parts()
    # Classes and averages are different parts, because a class may be called as an average is.
    for part, report in ("classes", classes), ("report", averages):
        for name, values in report.items():
            columns = values if isinstance(values, dict) else {"": values}
            yield from ((part, name, column, value) for column, value in columns.items())
    labels = score.labels.tolist()
    for true, row in zip(labels, score.confusion_matrix.tolist(), strict=True):
        yield from (("confusion_matrix", true, label, count) for label, count in zip(labels, row, strict=True))
    yield from (("values", name, "", value) for name, value in _all_values(score).items())
    if groups:
        for key, size in groups.sizes.items():
            labels_by_feature = _labels_by_feature(groups, key).items()
            name = ", ".join(f"{_quoted(feature)}={_quoted(label)}" for feature, label in labels_by_feature)
            yield "groups", name, "size", size
            if size:
                yield from (("groups", name, column, value) for column, value in outcome.values(groups[key]).items())
        for disparity in DISPARITIES:
            yield from (("groups", disparity, name, value) for name, value in outcome.disparities(disparity).items())
    for measure, values_by_disparity in outcome.fairness().items():
        yield from (("fairness", measure, disparity, value) for disparity, value in values_by_disparity.items())
    yield "signature", "", "", score.signature


def _labels_by_feature(groups: ClassificationGroups[Any], key: Any) -> dict[str, Any]:
    """Return the labels of a group by the names of their features."""
    return dict(zip(groups.features, (key,) if len(groups.features) == 1 else key, strict=True))


def _quoted(name: object) -> str:
    """Return a name in the names of groups; in quotes if it contains what separates names there."""
    text = str(name)
    return json.dumps(text, ensure_ascii=False) if {*text} & {",", "=", '"'} else text


def _terminal_table(rows: list[Row], *, stacks: bool = False) -> str:
    return output.drawn("table", replace(_table(rows), stacks=stacks)) + "\n"


def _table(rows: list[Row]) -> Table:
    """Return rows, the first of which has the titles, as table whose first column is text."""
    columns = [Column(title, is_text=not at) for at, title in enumerate(rows[0])]
    return Table(columns, rows[1:])
