"""Drop-ins beside the packages whose names they have: the same calls, one pair at a time, as their users make them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pairs
from contest import Call, Line, Rival, Run, Values, Work
from pairs import Pairs

TYPES = ("rouge1", "rouge2", "rougeL")
FIELDS = ("precision", "recall", "fmeasure")
SEED = 12345
#: Beyond this many segments rouge-score's aggregator takes seconds.
AGGREGATED = 10_000


def rows(run: Run) -> list[Line]:
    """Run all of them."""
    return [*scorer(run), *aggregator(run), *error_rates(run)]


def their_rouge(scores: list[dict[str, Any]]) -> Values:
    """Read a list of dicts, as rouge-score returns one for each pair."""
    return {
        f"{rouge_type} {name}": np.array([getattr(score[rouge_type], name) for score in scores], float)
        for rouge_type in scores[0]
        for name in FIELDS
    }


def rouge_loop(types: tuple[str, ...], stem: bool) -> Callable[[ModuleType, Pairs], Call]:
    """Score pair by pair, with a scorer of rouge-score or of a package that has the same interface."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        scorer = module.RougeScorer(list(types), use_stemmer=stem)
        return lambda: [scorer.score(reference, prediction) for prediction, reference in zip(*given, strict=True)]

    return prepare


def alike(
    name: str, ours: ModuleType, prepare: Callable[[ModuleType, Pairs], Call], read: Callable[[Any], Values]
) -> Work:
    """Return the work that is done by the same calls of ours as of theirs."""
    return Work(name, lambda given: prepare(ours, given), lambda given: read(prepare(ours, given)()))


def scorer(run: Run) -> list[Line]:
    """ROUGE of stems, pair by pair."""
    # Here, so that its import is not part of the other rows.
    from rapidscore.compat.rouge_score import rouge_scorer

    loop, name = rouge_loop(TYPES, True), "RougeScorer.score in a loop"
    rs = Rival(f"rouge_score_rs {name}", "rouge_score_rs.rouge_scorer", loop, their_rouge, target=1.5)
    most = run.sizes.rouge_score
    theirs = Rival(f"rouge_score {name}", "rouge_score.rouge_scorer", loop, their_rouge, reference=True, most=most)
    work = alike(f"compat.rouge_score {name}, stemmed", rouge_scorer, loop, their_rouge)
    return run.contest.run("rouge-score", run.given, work, [rs, theirs])


def aggregator(run: Run) -> list[Line]:
    """Intervals of ROUGE-L, of scores that are there."""
    from rapidscore.compat.rouge_score import rouge_scorer, scoring

    given = pairs.thin(run.given, AGGREGATED)
    scores = rouge_loop(("rougeL",), True)(rouge_scorer, given)()

    def prepare(module: ModuleType, given: Pairs) -> Call:
        # As many as there are pairs.
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
    theirs = Rival("rouge_score BootstrapAggregator.aggregate", "rouge_score.scoring", prepare, read, reference=True)
    work = alike(f"compat.rouge_score {name}", scoring, prepare, read)
    return run.contest.run("rouge-score", given, work, [theirs], "call")


def error_rates(run: Run) -> list[Line]:
    """Word error rates pair by pair, and alignments of all pairs."""
    from rapidscore.compat import jiwer

    def wer(module: ModuleType, given: Pairs) -> Call:
        return lambda: [module.wer(reference, text) for text, reference in zip(*given, strict=True)]

    def process(module: ModuleType, given: Pairs) -> Call:
        return lambda: module.process_words(given[1], given[0])

    def align(module: ModuleType, given: Pairs) -> Call:
        def call() -> Any:
            output = module.process_words(given[1], given[0])
            # Ours makes them now.
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
        ("process_words, alignments too", align, chunks),
    ):
        theirs = Rival(f"jiwer {name}", "jiwer", prepare, read, reference=True)
        lines += run.contest.run("jiwer", run.given, alike(f"compat.jiwer {name}", jiwer, prepare, read), [theirs])
    return lines
