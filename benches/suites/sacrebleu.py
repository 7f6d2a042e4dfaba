"""sacrebleu's own calls, through `rapidscore.compat.sacrebleu`: users change the import and nothing else."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pairs
from contest import Call, Line, Rival, Run, Values, Work, bleu_values


def rows(run: Run) -> list[Line]:
    """Run all of them."""
    # Here, so that its import is not part of the other rows.
    import rapidscore.compat.sacrebleu as ours

    given = pairs.thin(run.given, run.sizes.sentence_bleu)
    lines = run.contest.run("sacrebleu", given, *contestants("sentence_bleu in a loop", sentences, values, 60, ours))
    corpus = contestants("corpus_bleu", corpora, bleu_values, None, ours)
    lines += run.contest.run("sacrebleu", given, *corpus)
    few = pairs.thin(run.given, run.sizes.segments)
    interval = contestants("BLEU().corpus_score, n_bootstrap=1000", intervals, sampled, None, ours)
    return lines + run.contest.run("sacrebleu", few, *interval, "call")


def contestants(name: str, prepare: Any, read: Any, target: float | None, ours: ModuleType) -> tuple[Work, list[Rival]]:
    """Return the same call of both packages."""
    work = Work(
        f"compat.sacrebleu {name}", lambda given: prepare(ours, given), lambda given: read(prepare(ours, given)())
    )
    rival = Rival(f"sacrebleu {name}", "sacrebleu", prepare, read, target, reference=True)
    return work, [rival]


def sentences(module: ModuleType, given: pairs.Pairs) -> Call:
    """Prepare a call for each pair, of which the score is read."""
    return lambda: [module.sentence_bleu(text, [reference]).score for text, reference in zip(*given, strict=True)]


def values(scores: list[float]) -> Values:
    """Read a list of scores."""
    return {"bleu": np.array(scores)}


def corpora(module: ModuleType, given: pairs.Pairs) -> Call:
    """Prepare one call for all pairs."""
    return lambda: module.corpus_bleu(given[0], [given[1]])


def intervals(module: ModuleType, given: pairs.Pairs) -> Call:
    """Prepare one call for all pairs, with an interval."""
    return lambda: module.BLEU().corpus_score(given[0], [given[1]], n_bootstrap=1000)


def sampled(score: Any) -> Values:
    """Read a score's interval."""
    return {"mean": [score._mean], "interval": [score._ci]}
