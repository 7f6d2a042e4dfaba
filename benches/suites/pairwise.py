"""All pairs, and prepared references: times per pair.

The peers have no call for all pairs. They run in a loop over pairs spread over the whole matrix; their scores are
compared with our scores of these pairs.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from types import ModuleType
from typing import Any

import data
import memory
import numpy as np
from data import Pairs
from harness import Call, Line, Peer, Run, Work

import rapidscore
from rapidscore import BLEU, CER, CHRF, ROUGE, WER


def all_pairs(run: Run) -> list[Line]:
    """Score all pairs of two lists, and of a list with itself."""
    size = run.sizes.pairwise
    texts = different(run.given, 2 * size)
    lines = []
    for metric, value, target, name, module in (
        # The default of sacrebleu.sentence_bleu.
        (BLEU(effective_order=True), "bleu", 300, "sacrebleu.sentence_bleu", "sacrebleu"),
        (CHRF(), "chrf", 150, "sacrebleu.sentence_chrf", "sacrebleu"),
        (ROUGE(("rougeL",)), "rougeL", None, "rouge_score, score", "rouge_score.rouge_scorer"),
        (WER(), "wer", None, "jiwer.wer", "jiwer"),
        (CER(), "cer", None, "jiwer.cer", "jiwer"),
    ):
        peer = Peer(
            name,
            module,
            loop(value),
            lambda scores: {"scores": np.array(scores)},
            target,
            reference=True,
            # A prime number, so that the pairs are not all of a few columns.
            most=min(3001, size * size // 2),
        )
        inputs_by_name: list[tuple[str, list[str], list[str] | None]] = [
            (f"two lists of {size:,}", texts[:size], texts[size:]),
            (f"a list of {size:,} with itself", texts[:size], None),
        ]
        for way, predictions, references in inputs_by_name:
            columns = predictions if references is None else references

            def prepare(given: Pairs, metric: Any = metric, inputs: Any = (predictions, references)) -> Call:
                return lambda: metric.pairwise(*inputs)

            def values(sample: Pairs, prepare: Any = prepare, count: int = size * size) -> dict[str, np.ndarray]:
                return {"scores": prepare(sample)().ravel()[list(data.evenly(count, len(sample[0])))]}

            given = tuple(map(list, zip(*itertools.product(predictions, columns), strict=True)))
            work = Work(f"{type(metric).__name__} of all pairs, {way}", prepare, values)
            lines += run.benchmark.run("pairwise", (given[0], given[1]), work, [peer])
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
    """Return texts evenly spaced over the references, without repetition if there are enough."""
    texts = list(dict.fromkeys(text for text in given[1] if text.strip()))
    chosen = [texts[at] for at in data.evenly(len(texts), count)]
    return list(itertools.islice(itertools.cycle(chosen), count))


def pairwise_memory(run: Run) -> list[Line]:
    """Measure memory beyond inputs and output for all pairs of many texts."""
    lines = []
    size = 10 * run.sizes.pairwise
    for metric in ("BLEU", "CHRF"):
        for work, name in (("blocks", "pairwise_blocks, including a block"), ("out", "pairwise(out=...)")):
            found = memory.measured(work, metric, size, run.folder)
            of = f"memory of {metric}().{name}, {size:,} x {size:,}, beyond inputs and output"
            lines.append(Line("pairwise_memory", of, found["bytes"], "bytes", note=found["by"]))
    return lines


def prepared(run: Run) -> list[Line]:
    """Compare prepared references with references, on one thread.

    Calls on a test set are short; with several threads, their times depend more on the machine.
    """
    before = rapidscore.get_num_threads()
    rapidscore.set_num_threads(1)
    lines = []
    # A call takes a millisecond or two.
    benchmark = dataclasses.replace(run.benchmark, loops=20)
    for metric in (BLEU(), BLEU(tokenize=str.split), BLEU(tokenize="intl"), ROUGE(use_stemmer=True), CHRF(), WER()):

        def ours(given: Pairs, metric: Any = metric) -> Call:
            references = metric.prepare(given[1])
            return lambda: metric.segment_scores(given[0], references)

        def unprepared(module: ModuleType, given: Pairs, metric: Any = metric) -> Call:
            return lambda: metric.segment_scores(*given)

        changed = ", ".join(
            f"{name}={value!r}" for name, value in metric.options().items() if name in CHANGED and value
        )
        work = Work(
            f"{type(metric).__name__}({changed}).segment_scores, prepared references, one thread",
            ours,
            lambda given, ours=ours: ours(given)(),
        )
        peer = Peer("rapidscore, references not prepared", "rapidscore", unprepared, dict, reference=True)
        # The size of a test set.
        given = data.thin(run.given, run.sizes.ter)
        lines += benchmark.run("prepared", given, work, [peer])
    rapidscore.set_num_threads(before)
    return lines


#: Options in which these metrics differ from the defaults.
CHANGED = ("tokenize", "use_stemmer")
