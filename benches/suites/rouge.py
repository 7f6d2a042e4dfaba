"""ROUGE of each segment."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from data import Pairs
from harness import Call, Line, Peer, Run, Values, Work

from rapidscore import ROUGE

TYPES = ("rouge1", "rouge2", "rougeL")
FIELDS = ("precision", "recall", "fmeasure")


def their_rouge(scores: list[dict[str, Any]]) -> Values:
    """Read a list of dicts, one for each pair, as rouge-score returns them."""
    return {
        f"{rouge_type} {name}": np.array([getattr(score[rouge_type], name) for score in scores], float)
        for rouge_type in scores[0]
        for name in FIELDS
    }


def rouge_loop(types: tuple[str, ...], stem: bool) -> Callable[[ModuleType, Pairs], Call]:
    """Score pair by pair, with a scorer of rouge-score or of a package with the same interface."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        scorer = module.RougeScorer(list(types), use_stemmer=stem)
        return lambda: [scorer.score(reference, prediction) for prediction, reference in zip(*given, strict=True)]

    return prepare


def our_rouge(metric: ROUGE, given: Pairs) -> Values:
    """Return precision, recall and F-measure of each type and pair."""
    rows = np.asarray(metric.statistics(*given))
    scores = metric.segment_scores(*given)
    values: Values = {}
    for at, rouge_type in enumerate(metric.rouge_types):
        values |= {f"{rouge_type} {name}": rows[:, 3 * at + of] for of, name in enumerate(FIELDS)}
        values[f"{rouge_type} fmeasure"] = scores[rouge_type]
    return {name: np.ascontiguousarray(column) for name, column in values.items()}


def rouge(run: Run) -> list[Line]:
    """Score each segment by ROUGE."""
    flat = Peer(
        "fast_rouge.score_batch_flat (rouge-rust)",
        "fast_rouge",
        lambda module, given: lambda: module.score_batch_flat(given[1], given[0]),
        lambda result: {
            f"{kind} {name}": np.array(getattr(result, f"{kind}_{name}")) for kind in TYPES for name in FIELDS
        },
        target=10,
    )
    return rouge_rows(run, "rouge", False, [flat], {"rouge_score": 450})


def stemmed_rouge(run: Run) -> list[Line]:
    """Score each segment by ROUGE of stems."""
    return rouge_rows(run, "rouge-stemmed", True, [], {"rouge_score": 500, "rouge_score_rs": 12})


def rouge_rows(run: Run, row: str, stem: bool, others: list[Peer], targets: dict[str, float]) -> list[Line]:
    """Compare with packages that have the interface of rouge-score."""
    metric = ROUGE(TYPES, use_stemmer=stem)

    def batch(module: ModuleType, given: Pairs) -> Call:
        scorer = module.RougeScorer(list(TYPES), use_stemmer=stem)
        return lambda: scorer.score_batch(given[1], given[0])

    loop, rs = rouge_loop(TYPES, stem), "rouge_score_rs.rouge_scorer"
    peers = [
        *others,
        Peer("rouge_score_rs, score in a loop", rs, loop, their_rouge, targets.get("rouge_score_rs")),
        Peer("rouge_score_rs, score_batch", rs, batch, their_rouge),
        Peer(
            "rouge_score, score in a loop",
            "rouge_score.rouge_scorer",
            loop,
            their_rouge,
            targets["rouge_score"],
            reference=True,
            most=run.sizes.rouge_score,
        ),
    ]
    work = Work(
        "ROUGE-1/2/L segment_scores" + (", stemmed" if stem else ""),
        lambda given: lambda: metric.segment_scores(*given),
        lambda given: our_rouge(metric, given),
    )
    return run.benchmark.run(row, run.given, work, peers)
