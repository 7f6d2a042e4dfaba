"""Confidence intervals and comparisons of systems: from texts to numbers, times per call; and of a million rows."""

from __future__ import annotations

import statistics
from types import ModuleType
from typing import Any

import memory
import numpy as np
import pairs
from contest import Call, Line, Rival, Run, Values, Work, first_difference, in_turns

from rapidscore import BLEU, CHRF, TER, Statistics, _core, compare

SEED = 12345
#: Samples of a million rows that NumPy draws and sums; it would take minutes for all.
NUMPY_SAMPLES = 5
#: Rows that NumPy draws at a time.
CHUNK = 1 << 16

# sacrebleu sums rows in float32.
SINGLE = 1e-5

#: Texts of systems, and references.
Systems = tuple[dict[str, list[str]], list[str]]


def rows(run: Run) -> list[Line]:
    """Run all of them."""
    return [*interval(run), *comparison(run), *many_rows(run)]


def interval(run: Run) -> list[Line]:
    """BLEU with its interval."""
    given = pairs.thin(run.given, run.sizes.segments)
    count, resamples = len(given[0]), run.sizes.resamples

    def ours(given: pairs.Pairs) -> Call:
        return lambda: BLEU().statistics(*given).confidence_interval(resamples=resamples)

    def with_their_draws(given: pairs.Pairs) -> Values:
        draws = np.random.default_rng(SEED).choice(count, size=(resamples, count), replace=True)
        samples = np.sort(BLEU().statistics(*given).confidence_interval(draws=draws).samples)
        tail = resamples // 40
        return {"mean": [samples.mean()], "interval": [0.5 * (samples[resamples - tail - 1] - samples[tail])]}

    def theirs(module: ModuleType, given: pairs.Pairs) -> Call:
        return lambda: module.BLEU().corpus_score(given[0], [given[1]], n_bootstrap=resamples)

    rival = Rival(
        "sacrebleu, n_bootstrap",
        "sacrebleu.metrics",
        theirs,
        lambda score: {"mean": [score._mean], "interval": [score._ci]},
        target=50,
        reference=True,
        tolerance=SINGLE,
    )
    name = f"BLEU and its interval, {count:,} segments, {resamples:,} resamples"
    return run.contest.run("intervals", given, Work(name, ours, with_their_draws), [rival], "call")


def comparison(run: Run) -> list[Line]:
    """Three systems compared by approximate randomization."""
    predictions, references = pairs.thin(run.given, run.sizes.segments)
    # The second and the third make other mistakes: words of the segment before.
    texts = {"first": predictions}
    for name, step in ("second", 7), ("third", 3):
        texts[name] = [
            text if at % step else f"{text} {predictions[at - 1].split(' ')[0]}" for at, text in enumerate(predictions)
        ]
    count, trials = len(references), run.sizes.trials
    lines = []
    for metric, their_name in (BLEU(), "BLEU"), (CHRF(), "CHRF"), (TER(), "TER"):
        # sacrebleu takes minutes to count the edits of more.
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

        rival = Rival(
            "sacrebleu PairedTest, scoring of the first system not counted",
            "sacrebleu.significance",
            theirs,
            lambda result: {"p": [one.p_value for one in next(v for k, v in result[1].items() if k != "System")[1:]]},
            target=60 if their_name == "BLEU" else None,
            reference=True,
        )
        name = f"compare three systems by {their_name}, {most:,} segments, {trials:,} trials, with intervals"
        work = Work(name, ours, with_their_draws)  # type: ignore[arg-type]  # systems in place of pairs
        lines += run.contest.run("compare", given, work, [rival], "call")  # type: ignore[arg-type]  # the same
    return lines


def p_values(found: Any) -> Values:
    """Read the p-values of all systems but the first."""
    return {"p": [value.p_value for values in list(found.values())[1:] for value in values.values()]}


def million(count: int) -> Statistics[Any]:
    """Make BLEU's statistics of so many segments, of a few thousand that are measured."""
    texts = pairs.load(None, 4_000)
    measured = BLEU().statistics(*texts)
    return measured[np.random.default_rng(1).integers(len(measured), size=count)]


def many_rows(run: Run) -> list[Line]:
    """Draw from very many rows; NumPy draws and sums some of the samples."""
    count, resamples = run.sizes.corpus, run.sizes.resamples
    stats = million(count)
    table = np.asarray(stats)
    draw = np.random.default_rng(SEED)

    def in_chunks() -> np.ndarray:
        sums = np.zeros((NUMPY_SAMPLES, table.shape[1]))
        for sample in range(NUMPY_SAMPLES):
            for begin in range(0, count, CHUNK):
                sums[sample] += table[draw.integers(count, size=min(CHUNK, count - begin))].sum(axis=0)
        return sums

    # The same draws make the same sums.
    drawn = _core.draw_places(count, SEED, 1)[0].astype(np.intp)
    sums, _ = _core.fold_draws(table, SEED, 0, 1)
    difference = first_difference({"sums": sums[0, 0]}, {"sums": table[drawn].sum(axis=0)})
    if difference:
        run.contest.differences.append(f"intervals: rapidscore differs from NumPy's sums: {difference}")
    ours, theirs = in_turns(
        [lambda: stats.confidence_interval(resamples=resamples), in_chunks], [run.contest.repeat] * 2
    )
    name = f"BLEU's interval of {count:,} rows, {resamples:,} resamples: each resample"
    line = Line("intervals", name, statistics.median(ours) / resamples, "call", count)
    line.peer, line.at_least = f"NumPy, drawing and summing in chunks, {NUMPY_SAMPLES} samples", 20
    line.theirs = statistics.median(theirs) / NUMPY_SAMPLES
    line.scores = f"differs: {difference}" if difference else "equal"
    line.samples = {"ours": ours, "theirs": theirs}
    found = memory.measured("intervals", "BLEU", count)
    name = f"memory of BLEU's interval of {count:,} rows, beyond the rows"
    return [line, Line("intervals", name, found["bytes"], "bytes", count, at_most=100e6, note=found["by"])]
