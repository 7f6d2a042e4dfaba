"""Classification and fairness: labels instead of texts, times per call."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from contest import Call, Line, Rival, Run, Values, Work

from rapidscore import Classification
from rapidscore.compat.fairlearn.metrics import demographic_parity_difference
from rapidscore.compat.sklearn import metrics

#: How many of the predictions are right, and of the others some by chance.
RIGHT = 0.8

NAMES = ("negative", "neutral", "positive", "mixed", "other")
GROUPS = ("18-25", "26-40", "41-60", "61-75", "76+")


def drawn(rows: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw predictions and references, four in five of which agree."""
    draw = np.random.default_rng(rows + classes)
    references = draw.integers(0, classes, rows)
    return np.where(draw.random(rows) < RIGHT, references, draw.integers(0, classes, rows)), references


def values(result: Any) -> Values:
    """Read a number, an array, or a report by its characters."""
    return {"result": np.frombuffer(result.encode(), np.uint8) if isinstance(result, str) else np.ravel(result)}


def against_sklearn(
    run: Run,
    function: str,
    given: Any,
    *,
    row: str,
    name: str,
    target: float,
    more: tuple[Rival, ...] = (),
    **options: Any,
) -> list[Line]:
    """Compare a function with the one of its name in scikit-learn."""
    ours: Callable[..., Any] = getattr(metrics, function)

    def call(function: Callable[..., Any], given: Any) -> Call:
        return lambda: function(given[1], given[0], **options)

    work = Work(f"{function}, {name}", lambda given: call(ours, given), lambda given: values(call(ours, given)()))

    def prepare(module: ModuleType, given: Any) -> Call:
        return call(getattr(module, function), given)

    rival = Rival(f"scikit-learn's {function}", "sklearn.metrics", prepare, values, target=target, reference=True)
    return run.contest.run(row, given, work, [rival, *more], "call")


def classes(run: Run) -> list[Line]:
    """Integers in arrays: ten classes, and a thousand."""
    rows = run.sizes.labels
    ten, thousand = drawn(rows, 10), drawn(rows // 10, 1000)
    reading = Rival(
        "numpy's sum of both arrays",
        "numpy",
        lambda module, given: lambda: (given[0].sum(), given[1].sum()),
        lambda result: {},
        target=1 / 3,
    )
    name = f"{rows:,} int64 labels, 10 classes"
    lines = against_sklearn(run, "confusion_matrix", ten, row="classes", name=name, target=60, more=(reading,))
    lines += against_sklearn(run, "classification_report", ten, row="classes", name=name, target=200)
    name = f"{rows // 10:,} int64 labels, 1,000 classes"
    return lines + against_sklearn(run, "f1_score", thousand, row="classes", name=name, target=60, average="macro")


def names(run: Run) -> list[Line]:
    """Strings in lists: a few objects shared by all rows, as from a mapping, and an object for each row, as read."""
    rows = run.sizes.labels // 10
    codes = drawn(rows, len(NAMES))
    shared = [[NAMES[code] for code in column] for column in codes]
    apart = [np.array(NAMES)[column].tolist() for column in codes]
    lines = []
    for what, given in ("shared objects", shared), ("an object for each", apart):
        name = f"{rows:,} str in lists, {what}"
        lines += against_sklearn(run, "classification_report", given, row="names", name=name, target=60)
    return lines


def small(run: Run) -> list[Line]:
    """Twenty labels in lists."""
    given = [column.tolist() for column in drawn(20, 2)]
    run = dataclasses.replace(run, contest=dataclasses.replace(run.contest, loops=max(1, run.sizes.loops // 10)))
    lines = []
    for average in "binary", "macro":
        lines += against_sklearn(
            run, "f1_score", given, row="small", name=f"20 int in lists, {average}", target=60, average=average
        )
    return lines


def fairness(run: Run) -> list[Line]:
    """Differences between five groups."""
    rows = run.sizes.labels // 10
    predictions, references = drawn(rows, 2)
    groups = np.array(GROUPS)[np.random.default_rng(1).integers(0, len(GROUPS), rows)]

    def ours(given: Any) -> Call:
        return lambda: demographic_parity_difference(given[1], given[0], sensitive_features=groups)

    def theirs(module: ModuleType, given: Any) -> Call:
        return lambda: module.demographic_parity_difference(given[1], given[0], sensitive_features=groups)

    def grouped(given: Any) -> Call:
        metric = Classification(average="binary")
        return lambda: metric.statistics(*given).by(groups).demographic_parity_difference()

    def number(result: float) -> Values:
        return {"difference": np.array([result])}

    lines = []
    for name, call in (
        ("demographic_parity_difference", ours),
        ("Classification().statistics(…).by(groups)", grouped),
    ):
        work = Work(
            f"{name}, {rows:,} rows, {len(GROUPS)} groups", call, lambda given, call=call: number(call(given)())
        )
        target = 300 if call is ours else None
        rival = Rival("fairlearn's", "fairlearn.metrics", theirs, number, target=target, reference=True)
        lines += run.contest.run("fairness", (predictions, references), work, [rival], "call")
    return lines
