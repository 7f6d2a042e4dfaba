"""`rouge` of evaluate, with aggregation: from texts to four numbers.

The peer's script calls rouge-score's scorer in a loop, then its aggregator, which draws 1,000 samples of all rows for
each type. The loop takes minutes and is timed on a sample; the aggregator takes 20 s and is timed on all rows. The
package evaluate is not run, because its scripts need a network; the time it takes to write Arrow files is not counted.
"""

from __future__ import annotations

import statistics
from types import ModuleType
from typing import Any

import data
import numpy as np
from harness import Call, Line, Peer, Run, Values, Work, first_difference, optional, timed

from rapidscore import ROUGE

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
SEED = 12345
COUNT = 100_000


def rows(run: Run) -> list[Line]:
    """Compare the loop and the aggregation."""
    from rapidscore.compat import evaluate

    given = data.thin(run.given, min(COUNT, run.sizes.sacrebleu))
    count, part = len(given[0]), data.thin(given, run.sizes.rouge_score)

    def prepare(given: data.Pairs) -> Call:
        metric = evaluate.load("rouge", seed=SEED)
        return lambda: metric.compute(predictions=given[0], references=given[1])

    work = Work('load("rouge").compute', prepare, lambda given: one_each(prepare(given)()))
    line = Line("evaluate", f"{work.name}, {count:,} pairs", 0.0, "pair", count, at_least=200)
    line.peer, line.peer_pairs = "rouge_score in a loop, and its BootstrapAggregator", len(part[0])
    ours = [timed(prepare(given)) for _ in range(run.benchmark.repeat)]
    line.ours, line.samples["ours"] = statistics.median(ours) / count, ours
    scorers, scoring = optional("rouge_score.rouge_scorer"), optional("rouge_score.scoring")
    if scorers is None or scoring is None:
        line.scores = "not installed"
        return [line]

    peer = Peer(line.peer, "rouge_score", lambda module, given: lambda: None, one_each, reference=True)
    scorer = scorers.RougeScorer([*TYPES])
    scores: list[dict[str, Any]] = []
    loop = timed(lambda: scores.extend(scorer.score(*pair[::-1]) for pair in zip(*part, strict=True))) / len(scores)
    line.scores = run.benchmark.compared("evaluate", work.values(part), peer, lambda: middles(scoring, scores), ())
    # The time does not depend on the scores; ours, which are equal, are available for all pairs.
    every = as_scores(scoring, given)
    found: list[dict[str, Any]] = []
    aggregator = timed(lambda: found.append(middles(scoring, every)))
    difference = first_difference(one_each(prepare(given)()), one_each(found[0]))
    if difference:
        line.scores = f"differs: {difference}"
        run.benchmark.differences.append(f"evaluate: rapidscore differs from rouge_score's aggregator: {difference}")
    line.theirs = loop + aggregator / count
    line.samples["theirs"] = [loop * count, aggregator]
    line.note = f"peer: loop {loop * count:.0f} s, aggregator {aggregator:.1f} s"
    return [line]


def middles(scoring: ModuleType, scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Aggregate scores as the peer's script does."""
    aggregator = scoring.BootstrapAggregator()
    for score in scores:
        aggregator.add_scores(score)
    np.random.seed(SEED)
    return {name: value.mid.fmeasure for name, value in aggregator.aggregate().items()}


def as_scores(scoring: ModuleType, given: data.Pairs) -> list[dict[str, Any]]:
    """Return the scores of each pair in rouge-score's form."""
    table = np.asarray(ROUGE(TYPES).statistics(*given))[:, :-1].reshape(-1, len(TYPES), 3).tolist()
    return [{name: scoring.Score(*values) for name, values in zip(TYPES, row, strict=True)} for row in table]


def one_each(result: dict[str, Any]) -> Values:
    """Read the numbers of a result."""
    return {name: np.array([value]) for name, value in result.items()}
