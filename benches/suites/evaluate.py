"""evaluate's `rouge`, with the aggregator: from texts to four numbers.

The peer's script is a loop over rouge-score's scorer, then its aggregator: 1000 times as many rows as there are, drawn
for each type. The loop takes minutes, so it is timed on a part; the aggregator, which takes 20 s, on all rows. The
package evaluate is not run: without a network it has no script, and what it does beside, writing Arrow files, is not
counted.
"""

from __future__ import annotations

import statistics
from types import ModuleType
from typing import Any

import numpy as np
import pairs
from contest import Call, Line, Rival, Run, Values, Work, first_difference, optional, timed

from rapidscore import ROUGE

TYPES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
SEED = 12345
COUNT = 100_000


def rows(run: Run) -> list[Line]:
    """Time all of it."""
    from rapidscore.compat import evaluate

    given = pairs.thin(run.given, min(COUNT, run.sizes.sacrebleu))
    count, part = len(given[0]), pairs.thin(given, run.sizes.rouge_score)

    def prepare(given: pairs.Pairs) -> Call:
        metric = evaluate.load("rouge", seed=SEED)
        return lambda: metric.compute(predictions=given[0], references=given[1])

    work = Work('load("rouge").compute', prepare, lambda given: one_each(prepare(given)()))
    line = Line("evaluate", f"{work.name}, {count:,} pairs", 0.0, "pair", count, at_least=200)
    line.peer, line.peer_pairs = "rouge_score in a loop, and its BootstrapAggregator", len(part[0])
    ours = [timed(prepare(given)) for _ in range(run.contest.repeat)]
    line.ours, line.samples["ours"] = statistics.median(ours) / count, ours
    scorers, scoring = optional("rouge_score.rouge_scorer"), optional("rouge_score.scoring")
    if scorers is None or scoring is None:
        line.scores = "not installed"
        return [line]

    rival = Rival(line.peer, "rouge_score", lambda module, given: lambda: None, one_each, reference=True)
    scorer = scorers.RougeScorer([*TYPES])
    scores: list[dict[str, Any]] = []
    loop = timed(lambda: scores.extend(scorer.score(*pair[::-1]) for pair in zip(*part, strict=True))) / len(scores)
    line.scores = run.contest.compared("evaluate", work.values(part), rival, lambda: middles(scoring, scores), ())
    # Which scores are aggregated does not matter to the time; ours, which are the same, are to be had for all pairs.
    every = as_scores(scoring, given)
    found: list[dict[str, Any]] = []
    aggregator = timed(lambda: found.append(middles(scoring, every)))
    difference = first_difference(one_each(prepare(given)()), one_each(found[0]))
    if difference:
        line.scores = f"differs: {difference}"
        run.contest.differences.append(f"evaluate: rapidscore differs from rouge_score's aggregator: {difference}")
    line.theirs = loop + aggregator / count
    line.samples["theirs"] = [loop * count, aggregator]
    line.note = f"of theirs the loop is {loop * count:.0f} s, the aggregator {aggregator:.1f} s"
    return [line]


def middles(scoring: ModuleType, scores: list[dict[str, Any]]) -> dict[str, Any]:
    """Aggregate scores as the peer's script does."""
    aggregator = scoring.BootstrapAggregator()
    for score in scores:
        aggregator.add_scores(score)
    np.random.seed(SEED)
    return {name: value.mid.fmeasure for name, value in aggregator.aggregate().items()}


def as_scores(scoring: ModuleType, given: pairs.Pairs) -> list[dict[str, Any]]:
    """Return rouge-score's scores of each pair."""
    table = np.asarray(ROUGE(TYPES).statistics(*given))[:, :-1].reshape(-1, len(TYPES), 3).tolist()
    return [{name: scoring.Score(*values) for name, values in zip(TYPES, row, strict=True)} for row in table]


def one_each(result: dict[str, Any]) -> Values:
    """Read a result's numbers."""
    return {name: np.array([value]) for name, value in result.items()}
