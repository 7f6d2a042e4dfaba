"""Drop-in for sacrebleu, against sacrebleu: the same calls."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import data
import numpy as np
from harness import Call, Line, Peer, Run, Values, Work, bleu_values


def rows(run: Run) -> list[Line]:
    """Run all rows of the drop-in for sacrebleu."""
    # Imported here, so that other rows do not import it.
    import rapidscore.compat.sacrebleu as ours

    given = data.thin(run.given, run.sizes.sentence_bleu)
    lines = run.benchmark.run("sacrebleu", given, *sides("sentence_bleu in a loop", sentences, values, 60, ours))
    corpus = sides("corpus_bleu", corpora, bleu_values, None, ours)
    lines += run.benchmark.run("sacrebleu", given, *corpus)
    few = data.thin(run.given, run.sizes.segments)
    interval = sides("BLEU().corpus_score, n_bootstrap=1000", intervals, sampled, None, ours)
    return lines + run.benchmark.run("sacrebleu", few, *interval, "call")


def sides(name: str, prepare: Any, read: Any, target: float | None, ours: ModuleType) -> tuple[Work, list[Peer]]:
    """Return the same call of both packages as work and peer."""
    work = Work(
        f"compat.sacrebleu {name}", lambda given: prepare(ours, given), lambda given: read(prepare(ours, given)())
    )
    peer = Peer(f"sacrebleu {name}", "sacrebleu", prepare, read, target, reference=True)
    return work, [peer]


def sentences(module: ModuleType, given: data.Pairs) -> Call:
    """Prepare a call for each pair."""
    return lambda: [module.sentence_bleu(text, [reference]).score for text, reference in zip(*given, strict=True)]


def values(scores: list[float]) -> Values:
    """Read a list of scores."""
    return {"bleu": np.array(scores)}


def corpora(module: ModuleType, given: data.Pairs) -> Call:
    """Prepare one call for all pairs."""
    return lambda: module.corpus_bleu(given[0], [given[1]])


def intervals(module: ModuleType, given: data.Pairs) -> Call:
    """Prepare one call for all pairs, with an interval."""
    return lambda: module.BLEU().corpus_score(given[0], [given[1]], n_bootstrap=1000)


def sampled(score: Any) -> Values:
    """Read the interval of a score."""
    return {"mean": [score._mean], "interval": [score._ci]}
