"""Confidence intervals of texts and labels, and comparisons of systems: times per call or resample."""

from __future__ import annotations

import statistics
from types import ModuleType
from typing import Any

import data
import memory
import numpy as np
from harness import Call, Line, Peer, Run, Values, Work, alternate, first_difference

from rapidscore import BLEU, CHRF, TER, Classification, Statistics, compare

SEED = 12345
#: The number of samples of a million rows that NumPy draws and sums; all would take minutes.
NUMPY_SAMPLES = 5
#: The number of rows that NumPy draws at a time.
CHUNK = 1 << 16

# sacrebleu sums rows in float32.
SINGLE = 1e-5

#: Texts of systems by name, and references.
Systems = tuple[dict[str, list[str]], list[str]]


def rows(run: Run) -> list[Line]:
    """Run all rows of intervals and comparisons."""
    return [*interval(run), *comparison(run), *many_rows(run), *labels(run)]


def interval(run: Run) -> list[Line]:
    """Score a corpus by BLEU, with an interval."""
    given = data.thin(run.given, run.sizes.segments)
    count, resamples = len(given[0]), run.sizes.resamples

    def ours(given: data.Pairs) -> Call:
        return lambda: BLEU().statistics(*given).confidence_interval(resamples=resamples)

    def with_their_draws(given: data.Pairs) -> Values:
        draws = np.random.default_rng(SEED).choice(count, size=(resamples, count), replace=True)
        samples = np.sort(BLEU().statistics(*given).confidence_interval(draws=draws).samples)
        tail = resamples // 40
        return {"mean": [samples.mean()], "interval": [0.5 * (samples[resamples - tail - 1] - samples[tail])]}

    def theirs(module: ModuleType, given: data.Pairs) -> Call:
        return lambda: module.BLEU().corpus_score(given[0], [given[1]], n_bootstrap=resamples)

    peer = Peer(
        "sacrebleu, n_bootstrap",
        "sacrebleu.metrics",
        theirs,
        lambda score: {"mean": [score._mean], "interval": [score._ci]},
        target=50,
        reference=True,
        tolerance=SINGLE,
    )
    name = f"BLEU with an interval, {count:,} segments, {resamples:,} resamples"
    return run.benchmark.run("intervals", given, Work(name, ours, with_their_draws), [peer], "call")


def comparison(run: Run) -> list[Line]:
    """Compare three systems by approximate randomization."""
    predictions, references = data.thin(run.given, run.sizes.segments)
    # The second and the third append words of the previous segment to some segments.
    texts = {"first": predictions}
    for name, step in ("second", 7), ("third", 3):
        texts[name] = [
            text if at % step else f"{text} {predictions[at - 1].split(' ')[0]}" for at, text in enumerate(predictions)
        ]
    count, trials = len(references), run.sizes.trials
    lines = []
    for metric, their_name in (BLEU(), "BLEU"), (CHRF(), "CHRF"), (TER(), "TER"):
        # sacrebleu takes minutes to count the edits of more segments.
        most = min(count, 200) if their_name == "TER" else count
        given: Systems = ({name: system[:most] for name, system in texts.items()}, references[:most])

        def ours(given: Systems, metric: Any = metric) -> Call:
            systems, references = given
            return lambda: compare(
                {name: metric.statistics(texts, references) for name, texts in systems.items()}, resamples=trials
            )

        def with_their_draws(given: Systems, metric: Any = metric) -> Values:
            systems, references = given
            draws = np.random.default_rng(SEED).integers(2, size=(trials, len(references)), dtype=bool)
            measured = {name: metric.statistics(texts, references) for name, texts in systems.items()}
            return p_values(compare(measured, draws=draws, interval_resamples=0))

        def theirs(module: ModuleType, given: Systems, their_name: str = their_name) -> Call:
            from sacrebleu import metrics

            systems, references = given
            metric = getattr(metrics, their_name)()
            return module.PairedTest([*systems.items()], {"m": metric}, [references], n_samples=trials).__call__

        peer = Peer(
            "sacrebleu PairedTest, scoring of the first system not counted",
            "sacrebleu.significance",
            theirs,
            lambda result: {"p": [one.p_value for one in next(v for k, v in result[1].items() if k != "System")[1:]]},
            target=60 if their_name == "BLEU" else None,
            reference=True,
        )
        name = f"compare three systems by {their_name}, {most:,} segments, {trials:,} trials, with intervals"
        work = Work(name, ours, with_their_draws)  # type: ignore[arg-type]  # systems in place of pairs
        lines += run.benchmark.run("compare", given, work, [peer], "call")  # type: ignore[arg-type]  # the same
    return lines


def p_values(found: Any) -> Values:
    """Read the p-values of all systems except the first."""
    return {"p": [value.p_value for values in list(found.values())[1:] for value in values.values()]}


def bleu_statistics(count: int) -> Statistics[Any]:
    """Return statistics of `count` segments, drawn from a few thousand measured segments."""
    texts = data.load(None, 4_000)
    measured = BLEU().statistics(*texts)
    return measured[np.random.default_rng(1).integers(len(measured), size=count)]


def many_rows(run: Run) -> list[Line]:
    """Draw from a million rows; NumPy draws and sums a few samples."""
    count, resamples = run.sizes.corpus, run.sizes.resamples
    stats = bleu_statistics(count)
    table = np.asarray(stats)
    draw = np.random.default_rng(SEED)

    def in_chunks() -> np.ndarray:
        sums = np.zeros((NUMPY_SAMPLES, table.shape[1]))
        for sample in range(NUMPY_SAMPLES):
            for begin in range(0, count, CHUNK):
                sums[sample] += table[draw.integers(count, size=min(CHUNK, count - begin))].sum(axis=0)
        return sums

    few = stats[:1000]
    drawn = np.random.default_rng(SEED).integers(len(few), size=(20, len(few)))
    samples = few.confidence_interval(draws=drawn).samples
    difference = first_difference({"bleu": samples}, {"bleu": np.array([few[one].score().score for one in drawn])})
    if difference:
        run.benchmark.differences.append(f"intervals: samples differ from scores of the drawn rows: {difference}")
    ours, theirs = alternate(
        [lambda: stats.confidence_interval(resamples=resamples), in_chunks], [run.benchmark.repeat] * 2
    )
    name = f"interval of BLEU of {count:,} rows, {resamples:,} resamples: one resample"
    line = Line("intervals", name, statistics.median(ours) / resamples, "call", count)
    line.peer, line.at_least = f"NumPy, drawing and summing in chunks, {NUMPY_SAMPLES} samples", 20
    line.theirs = statistics.median(theirs) / NUMPY_SAMPLES
    line.scores = f"differs: {difference}" if difference else "equal"
    line.samples = {"ours": ours, "theirs": theirs}
    found = memory.measured("intervals", "BLEU", count)
    name = f"memory of an interval of BLEU of {count:,} rows, beyond the rows"
    return [line, Line("intervals", name, found["bytes"], "bytes", count, at_most=100e6, note=found["by"])]


def labels(run: Run) -> list[Line]:
    """Draw an interval of macro F1, against a loop of NumPy calls: times per resample."""
    rows, resamples = run.sizes.label_rows, run.sizes.label_resamples
    lines = []
    for classes in 77, 150, 1_000:
        predictions, references = labels_drawn(rows, classes)
        stats = Classification(zero_division=0).statistics(predictions, references)

        def ours(stats: Any = stats) -> Any:
            return stats.confidence_interval(resamples=resamples, values=["f1"])

        def loop(predictions: Any = predictions, references: Any = references, classes: int = classes) -> list[float]:
            draw = np.random.default_rng(SEED)
            return [
                macro_f1(predictions[drawn], references[drawn], classes)
                for drawn in (draw.integers(rows, size=rows) for _ in range(resamples))
            ]

        difference = difference_of_samples(classes)
        if difference:
            run.benchmark.differences.append(f"intervals: macro F1 of {classes} classes differs: {difference}")
        mine, theirs = alternate([ours, loop], [run.benchmark.repeat] * 2)
        name = f"interval of macro F1, {rows:,} rows, {classes:,} classes, {resamples} resamples: one resample"
        line = Line("intervals", name, statistics.median(mine) / resamples, "call", rows, at_least=1)
        line.peer, line.theirs = "NumPy loop: integers, bincount, macro F1", statistics.median(theirs) / resamples
        line.scores = f"differs: {difference}" if difference else "within 1e-14"
        line.samples = {"ours": mine, "theirs": theirs}
        lines.append(line)
    return lines


def labels_drawn(rows: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw independent predictions and references: the worst case, in which most rows of many classes are distinct."""
    predictions, references = np.random.default_rng(rows + classes).integers(classes, size=(2, rows))
    return predictions, references


def macro_f1(predictions: np.ndarray, references: np.ndarray, classes: int) -> float:
    """Return the mean F1 of the classes that occur."""
    hits = np.bincount(references[references == predictions], minlength=classes)
    both = np.bincount(references, minlength=classes) + np.bincount(predictions, minlength=classes)
    return float(np.mean(2 * hits[both > 0] / both[both > 0]))


def difference_of_samples(classes: int) -> str | None:
    """Compare samples of macro F1 with the loop's, for the same draws of a small test set that lacks some classes."""
    predictions, references = labels_drawn(2 * classes, classes)
    drawn = np.random.default_rng(SEED).integers(len(references), size=(20, len(references)))
    stats = Classification(zero_division=0).statistics(predictions, references)
    ours = stats.confidence_interval(draws=drawn, values=["f1"])["f1"].samples
    theirs = np.array([macro_f1(predictions[one], references[one], classes) for one in drawn])
    # Our F1 divides the same integers; the mean adds in another order.
    return first_difference({"f1": ours}, {"f1": theirs}, tolerance=1e-14)
