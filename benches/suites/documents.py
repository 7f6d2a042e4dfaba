"""Long documents: time, and memory that must grow linearly with their length."""

from __future__ import annotations

import data
import memory
from data import Pairs
from harness import Line, Peer, Run, Work, score_values
from suites.rouge import our_rouge, rouge_loop, their_rouge
from suites.texts import jiwer, their_ter

from rapidscore import CER, ROUGE, TER


def long_documents(run: Run) -> list[Line]:
    """Score two long documents by ROUGE-L: time and memory."""
    metric, types, sizes = ROUGE(("rougeL",)), ("rougeL",), run.sizes

    def work(words: int) -> Work:
        return Work(
            f"ROUGE-L of two documents of {words:,} words",
            lambda given: lambda: metric.segment_scores(*given),
            lambda given: our_rouge(metric, given),
        )

    def made(words: int) -> Pairs:
        prediction, reference = data.documents(words)
        return [prediction], [reference]

    def peer(name: str, reference: bool, target: float | None) -> Peer:
        loop = rouge_loop(types, False)
        return Peer(f"{name}, score", f"{name}.rouge_scorer", loop, their_rouge, target, reference)

    benchmark = run.benchmark
    words = sizes.document
    lines = benchmark.run("long", made(words), work(words), [peer("rapidrouge", False, 5)], "call")
    # rouge-score fills a table with a cell for each pair of words: hours and gigabytes at full length.
    words = sizes.document_reference
    lines += benchmark.run("long", made(words), work(words), [peer("rouge_score", True, None)], "call")
    for words in (sizes.document, 2 * sizes.document):
        found = memory.measured("documents", "ROUGE", words)
        name = f"memory of ROUGE-L of two documents of {words:,} words"
        lines.append(Line("long", name, found["bytes"], "bytes", 1, note=found["by"]))
    return lines


def long_edits(run: Run) -> list[Line]:
    """Score two long documents by TER and CER: time and memory."""
    lines = []
    for metric, words, peer in (
        (
            TER(),
            run.sizes.ter_document,
            Peer("sacrebleu TER().corpus_score", "sacrebleu.metrics", their_ter, score_values, None, True, most=1),
        ),
        (CER(), run.sizes.cer_document, jiwer("cer", None, None)),
    ):
        prediction, reference = data.documents(words)
        name = type(metric).__name__
        work = Work(
            f"{name} of two documents of {words:,} words, {len(reference):,} characters",
            lambda given, metric=metric: lambda: metric.score(*given),
            lambda given, metric=metric: score_values(metric.score(*given)),
        )
        lines += run.benchmark.run("long-edits", ([prediction], [reference]), work, [peer], "call")
        for size in (words, 2 * words):
            found = memory.measured("documents", name, size)
            of = f"memory of {name} of two documents of {size:,} words"
            lines.append(Line("long-edits", of, found["bytes"], "bytes", 1, note=found["by"]))
    return lines
