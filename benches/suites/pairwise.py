"""All pairs, and prepared references: times per pair.

The rivals of all pairs have no call for them. They are run in a loop, on pairs spread over the whole matrix, and our
scores of just these pairs are compared with theirs.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import memory
import numpy as np
import pairs
from contest import Call, Line, Rival, Run, Work
from pairs import Pairs

import rapidscore
from rapidscore import BLEU, CER, CHRF, ROUGE, WER


def all_pairs(run: Run) -> list[Line]:
    """Score sentences with as many others."""
    size = run.sizes.pairwise
    texts = different(run.given, 2 * size)
    lines = []
    for metric, value, target, name, module in (
        # Its own default for single sentences.
        (BLEU(effective_order=True), "bleu", 300, "sacrebleu.sentence_bleu", "sacrebleu"),
        (CHRF(), "chrf", 150, "sacrebleu.sentence_chrf", "sacrebleu"),
        (ROUGE(("rougeL",)), "rougeL", None, "rouge_score, score", "rouge_score.rouge_scorer"),
        (WER(), "wer", None, "jiwer.wer", "jiwer"),
        (CER(), "cer", None, "jiwer.cer", "jiwer"),
    ):
        rival = Rival(
            name,
            module,
            loop(value),
            lambda scores: {"scores": np.array(scores)},
            target,
            reference=True,
            # A prime number of pairs, so that they are not all of a few columns.
            most=min(3001, size * size // 2),
        )
        ways: list[tuple[str, list[str], list[str] | None]] = [
            (f"two lists of {size:,}", texts[:size], texts[size:]),
            (f"{size:,} texts and themselves", texts[:size], None),
        ]
        for way, predictions, references in ways:
            columns = predictions if references is None else references

            def prepare(given: Pairs, metric: Any = metric, inputs: Any = (predictions, references)) -> Call:
                return lambda: metric.pairwise(*inputs)

            def values(sample: Pairs, prepare: Any = prepare, count: int = size * size) -> dict[str, np.ndarray]:
                return {"scores": prepare(sample)().ravel()[list(pairs.evenly(count, len(sample[0])))]}

            given = tuple(map(list, zip(*itertools.product(predictions, columns), strict=True)))
            work = Work(f"{type(metric).__name__} of all pairs, {way}", prepare, values)
            lines += run.contest.run("pairwise", (given[0], given[1]), work, [rival])
    return lines


def loop(value: str) -> Callable[[ModuleType, Pairs], Call]:
    """Score pair by pair."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        if value == "rougeL":
            scorer = module.RougeScorer([value])
            return lambda: [
                scorer.score(reference, text)[value].fmeasure for text, reference in zip(*given, strict=True)
            ]
        if value in ("wer", "cer"):
            rate = getattr(module, value)
            return lambda: [rate(reference, text) for text, reference in zip(*given, strict=True)]
        sentence = getattr(module, f"sentence_{value}")
        return lambda: [sentence(text, [reference]).score for text, reference in zip(*given, strict=True)]

    return prepare


def different(given: Pairs, count: int) -> list[str]:
    """Return texts, evenly spaced over the references; each once, while there are as many."""
    texts = list(dict.fromkeys(text for text in given[1] if text.strip()))
    chosen = [texts[at] for at in pairs.evenly(len(texts), count)]
    return list(itertools.islice(itertools.cycle(chosen), count))


def pairwise_memory(run: Run) -> list[Line]:
    """Memory beyond the inputs and the output, for many texts and themselves."""
    lines = []
    size = 10 * run.sizes.pairwise
    for metric in ("BLEU", "CHRF"):
        for work, name in (("blocks", "pairwise_blocks, a block included"), ("out", "pairwise(out=...)")):
            found = memory.measured(work, metric, size, run.data)
            of = f"memory of {metric}().{name}, {size:,} x {size:,}, beyond inputs and output"
            lines.append(Line("pairwise_memory", of, found["bytes"], "bytes", note=found["by"]))
    return lines


def prepared(run: Run) -> list[Line]:
    """Score with references that were read before, against scoring with those that were not: on one thread.

    Calls on a test set are short, and on several threads their times say more of the machine.
    """
    before = rapidscore.get_num_threads()
    rapidscore.set_num_threads(1)
    lines = []
    # A call takes a millisecond or two.
    contest = dataclasses.replace(run.contest, loops=20)
    for metric in (BLEU(), BLEU(tokenize=str.split), BLEU(tokenize="intl"), ROUGE(use_stemmer=True), CHRF(), WER()):

        def ours(given: Pairs, metric: Any = metric) -> Call:
            references = metric.prepare(given[1])
            return lambda: metric.segment_scores(given[0], references)

        def anew(module: ModuleType, given: Pairs, metric: Any = metric) -> Call:
            return lambda: metric.segment_scores(*given)

        changed = ", ".join(
            f"{name}={value!r}" for name, value in metric.options().items() if name in CHANGED and value
        )
        work = Work(
            f"{type(metric).__name__}({changed}).segment_scores, references prepared, one thread",
            ours,
            lambda given, ours=ours: ours(given)(),
        )
        rival = Rival("rapidscore, references as they are", "rapidscore", anew, dict, reference=True)
        # As many as a test set has.
        given = pairs.thin(run.given, run.sizes.ter)
        lines += contest.run("prepared", given, work, [rival])
    rapidscore.set_num_threads(before)
    return lines


#: Options that tell these metrics from those at their defaults.
CHANGED = ("tokenize", "use_stemmer")
