"""Classification and fairness: times per call."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from harness import Call, Line, Peer, Run, Values, Work, timed

from rapidscore import Classification
from rapidscore.compat.fairlearn.metrics import demographic_parity_difference
from rapidscore.compat.sklearn import metrics

#: The proportion of correct predictions; the others are random, and some of them correct by chance.
RIGHT = 0.8

NAMES = ("negative", "neutral", "positive", "mixed", "other")
GROUPS = ("18-25", "26-40", "41-60", "61-75", "76+")


def drawn(rows: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw predictions and references, of which about four in five agree."""
    draw = np.random.default_rng(rows + classes)
    references = draw.integers(0, classes, rows)
    return np.where(draw.random(rows) < RIGHT, references, draw.integers(0, classes, rows)), references


def values(result: Any) -> Values:
    """Read a number, an array, or the characters of a report."""
    return {"result": np.frombuffer(result.encode(), np.uint8) if isinstance(result, str) else np.ravel(result)}


def against_sklearn(
    run: Run,
    function: str,
    given: Any,
    *,
    row: str,
    name: str,
    target: float,
    more: tuple[Peer, ...] = (),
    **options: Any,
) -> list[Line]:
    """Compare a function with scikit-learn's function of the same name."""
    ours: Callable[..., Any] = getattr(metrics, function)

    def call(function: Callable[..., Any], given: Any) -> Call:
        return lambda: function(given[1], given[0], **options)

    work = Work(f"{function}, {name}", lambda given: call(ours, given), lambda given: values(call(ours, given)()))

    def prepare(module: ModuleType, given: Any) -> Call:
        return call(getattr(module, function), given)

    peer = Peer(f"scikit-learn's {function}", "sklearn.metrics", prepare, values, target=target, reference=True)
    return run.benchmark.run(row, given, work, [peer, *more], "call")


def classes(run: Run) -> list[Line]:
    """Score integers in arrays, of ten and of a thousand classes."""
    rows = run.sizes.labels
    ten, thousand = drawn(rows, 10), drawn(rows // 10, 1000)
    reading = Peer(
        "NumPy's sum of both arrays",
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


def weighted(run: Run) -> list[Line]:
    """Score rows with weights of a thousand classes, drawn independently, so that most pairs of labels are distinct."""
    rows = run.sizes.weighted_rows
    draw = np.random.default_rng(2)
    predictions, references = draw.integers(0, 1000, (2, rows))
    weights = draw.random(rows)
    metric = Classification(zero_division=0, average="weighted")

    def theirs(module: ModuleType, given: Any) -> Call:
        return lambda: module.f1_score(given[1], given[0], average="weighted", sample_weight=weights, zero_division=0)

    work = Work(
        f"Classification().score(…).f1(), {rows:,} rows with weights, 1,000 classes",
        lambda given: lambda: metric.score(*given, weights).f1(),
        lambda given: values(metric.score(*given, weights).f1()),
    )
    # Our sums are exact and rounded once; the errors of scikit-learn's sums are below 1,000 ulps.
    peer = Peer("scikit-learn's f1_score", "sklearn.metrics", theirs, values, 1, reference=True, tolerance=1e-12)
    given: Any = predictions, references
    return run.benchmark.run("weighted", given, work, [peer], "call")


def stream(run: Run) -> list[Line]:
    """Add batches of 32 rows to an accumulator that holds many rows and classes."""
    rows, classes = run.sizes.stream_rows, run.sizes.stream_classes
    predictions, references = drawn(rows, classes)
    batch = predictions[:32].copy(), references[:32].copy()
    meter = Classification(zero_division=0).accumulator()
    meter.update(predictions, references)
    loops = max(1, run.sizes.loops // 10)
    times = [timed(lambda: meter.update(*batch), loops) for _ in range(run.benchmark.repeat)]
    expected = rows + 32 * loops * run.benchmark.repeat
    scores = "equal" if len(meter) == meter.compute().segments == expected else "differs"
    if scores == "differs":
        run.benchmark.differences.append(f"stream: {len(meter)} rows, expected {expected}")
    name = f"Accumulator.update with 32 rows after {rows:,} rows of {classes:,} classes"
    return [
        Line("stream", name, statistics.median(times), "call", at_most=1e-4, scores=scores, samples={"ours": times})
    ]


def names(run: Run) -> list[Line]:
    """Score strings in lists: objects shared by all rows, and a separate object for each row."""
    rows = run.sizes.labels // 10
    codes = drawn(rows, len(NAMES))
    shared = [[NAMES[code] for code in column] for column in codes]
    separate = [np.array(NAMES)[column].tolist() for column in codes]
    lines = []
    for what, given in ("shared objects", shared), ("separate objects", separate):
        name = f"{rows:,} str in lists, {what}"
        lines += against_sklearn(run, "classification_report", given, row="names", name=name, target=60)
    return lines


def small(run: Run) -> list[Line]:
    """Score 20 labels in lists."""
    given = [column.tolist() for column in drawn(20, 2)]
    run = dataclasses.replace(run, benchmark=dataclasses.replace(run.benchmark, loops=max(1, run.sizes.loops // 10)))
    lines = []
    for average in "binary", "macro":
        lines += against_sklearn(
            run, "f1_score", given, row="small", name=f"20 int in lists, {average}", target=60, average=average
        )
    return lines


def fairness(run: Run) -> list[Line]:
    """Compute a difference between five groups."""
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
        peer = Peer("fairlearn's", "fairlearn.metrics", theirs, number, target=target, reference=True)
        lines += run.benchmark.run("fairness", (predictions, references), work, [peer], "call")
    return lines
