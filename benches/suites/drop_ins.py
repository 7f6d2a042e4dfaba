"""Drop-ins for rouge-score and jiwer, against these packages: the same calls."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import data
import numpy as np
from data import Pairs
from harness import Call, Line, Peer, Run, Values, Work
from suites.rouge import FIELDS, TYPES, rouge_loop, their_rouge

SEED = 12345
#: rouge-score's aggregator takes seconds for more segments.
AGGREGATED = 10_000


def rows(run: Run) -> list[Line]:
    """Run all rows of drop-ins for rouge-score and jiwer."""
    return [*scorer(run), *aggregator(run), *error_rates(run)]


def same_calls(
    name: str, ours: ModuleType, prepare: Callable[[ModuleType, Pairs], Call], read: Callable[[Any], Values]
) -> Work:
    """Return work that consists of the same calls as the peer's."""
    return Work(name, lambda given: prepare(ours, given), lambda given: read(prepare(ours, given)()))


def scorer(run: Run) -> list[Line]:
    """Score stems by ROUGE, pair by pair."""
    # Imported here, so that other rows do not import it.
    from rapidscore.compat.rouge_score import rouge_scorer

    loop, name = rouge_loop(TYPES, True), "RougeScorer.score in a loop"
    rs = Peer(f"rouge_score_rs {name}", "rouge_score_rs.rouge_scorer", loop, their_rouge, target=1.5)
    most = run.sizes.rouge_score
    theirs = Peer(f"rouge_score {name}", "rouge_score.rouge_scorer", loop, their_rouge, reference=True, most=most)
    work = same_calls(f"compat.rouge_score {name}, stemmed", rouge_scorer, loop, their_rouge)
    return run.benchmark.run("rouge-score", run.given, work, [rs, theirs])


def aggregator(run: Run) -> list[Line]:
    """Aggregate given scores of ROUGE-L."""
    from rapidscore.compat.rouge_score import rouge_scorer, scoring

    given = data.thin(run.given, AGGREGATED)
    scores = rouge_loop(("rougeL",), True)(rouge_scorer, given)()

    def prepare(module: ModuleType, given: Pairs) -> Call:
        # One score for each pair.
        aggregator = module.BootstrapAggregator(n_samples=run.sizes.resamples)
        for score in scores[: len(given[0])]:
            aggregator.add_scores({name: module.Score(*values) for name, values in score.items()})

        def call() -> Any:
            np.random.seed(SEED)
            return aggregator.aggregate()

        return call

    def read(found: Any) -> Values:
        return {name: np.array([getattr(bound, name) for bound in found["rougeL"]]) for name in FIELDS}

    name = f"BootstrapAggregator.aggregate, {len(scores):,} segments, {run.sizes.resamples:,} samples"
    theirs = Peer("rouge_score BootstrapAggregator.aggregate", "rouge_score.scoring", prepare, read, reference=True)
    work = same_calls(f"compat.rouge_score {name}", scoring, prepare, read)
    return run.benchmark.run("rouge-score", given, work, [theirs], "call")


def error_rates(run: Run) -> list[Line]:
    """Compute word error rates pair by pair, and alignments of all pairs."""
    from rapidscore.compat import jiwer

    def wer(module: ModuleType, given: Pairs) -> Call:
        return lambda: [module.wer(reference, text) for text, reference in zip(*given, strict=True)]

    def process(module: ModuleType, given: Pairs) -> Call:
        return lambda: module.process_words(given[1], given[0])

    def align(module: ModuleType, given: Pairs) -> Call:
        def call() -> Any:
            output = module.process_words(given[1], given[0])
            # Ours are computed on access.
            return output if output.alignments else None

        return call

    def rates(values: list[float]) -> Values:
        return {"wer": np.array(values, float)}

    def chunks(output: Any) -> Values:
        ends = [(chunk.ref_end_idx, chunk.hyp_end_idx) for found in output.alignments for chunk in found]
        return {"wer": np.array([output.wer], float), "alignments": np.array(ends, float).ravel()}

    lines = []
    for name, prepare, read in (
        ("wer in a loop", wer, rates),
        ("process_words, rates and counts", process, chunks),
        ("process_words, with alignments", align, chunks),
    ):
        theirs = Peer(f"jiwer {name}", "jiwer", prepare, read, reference=True)
        lines += run.benchmark.run(
            "jiwer", run.given, same_calls(f"compat.jiwer {name}", jiwer, prepare, read), [theirs]
        )
    return lines
