"""What is compared: for each row the work, the packages that do it too, and what is aimed at.

blazemetrics computes BLEU of single segments, of tokens between blanks and without smoothing, and is compared at
that. Its ROUGE also takes what stands between blanks as a word, with case and punctuation: no option of rouge-score
gives the same scores, so it is left out.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import memory
import numpy as np
import pairs
from contest import Call, Contest, Line, Rival, Values, Work, first_difference, in_turns
from pairs import Pairs

import rapidscore
from rapidscore import BLEU, ROUGE

TYPES = ("rouge1", "rouge2", "rougeL")
FIELDS = ("precision", "recall", "fmeasure")
SHORT: Pairs = (
    ["The committee will meet on 12 March, he said."],
    ["The committee meets on 12 March, she said."],
)


@dataclass(frozen=True)
class Sizes:
    """How much of everything: the sizes of a full run, or of a quick one that only shows that all works."""

    sacrebleu: int = 20_000
    sentence_bleu: int = 5_000
    rouge_score: int = 3_000
    document: int = 30_000
    document_reference: int = 1_000
    corpus: int = 1_000_000
    loops: int = 5_000
    imports: int = 15


FULL = Sizes()
QUICK = Sizes(500, 300, 200, 5_000, 200, 50_000, 200, 5)


@dataclass
class Run:
    """What all rows share."""

    contest: Contest
    given: Pairs
    sizes: Sizes
    data: Path | None


def corpus_bleu_values(score: Any) -> Values:
    """Read a BLEU score, ours or sacrebleu's, with all that it is made of."""
    values = {name: [getattr(score, name)] for name in ("score", "bp", "sys_len", "ref_len")}
    return values | {name: list(getattr(score, name)) for name in ("precisions", "counts", "totals")}


def our_rouge(metric: ROUGE, given: Pairs) -> Values:
    """Return precision, recall and F-measure of each type and pair."""
    rows = np.asarray(metric.statistics(*given))
    scores = metric.segment_scores(*given)
    values: Values = {}
    for at, rouge_type in enumerate(metric.rouge_types):
        values |= {f"{rouge_type} {name}": rows[:, 3 * at + of] for of, name in enumerate(FIELDS)}
        values[f"{rouge_type} fmeasure"] = scores[rouge_type]
    return {name: np.ascontiguousarray(column) for name, column in values.items()}


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
        return lambda: [
            scorer.score(reference, prediction) for prediction, reference in zip(*given, strict=True)
        ]

    return prepare


def corpus_bleu(run: Run) -> list[Line]:
    """BLEU of a corpus."""
    work = Work(
        "BLEU().score",
        lambda given: lambda: BLEU().score(*given),
        # bleuscore's values have the names they have there.
        lambda given: corpus_bleu_values(score := BLEU().score(*given)) | {"bleu * 100": [score.score]},
    )
    rivals = [
        Rival(
            "sacrebleu.corpus_bleu",
            "sacrebleu",
            lambda module, given: lambda: module.corpus_bleu(given[0], [given[1]]),
            corpus_bleu_values,
            target=300,
            reference=True,
            most=run.sizes.sacrebleu,
        ),
        Rival(
            "bleuscore.compute",
            "bleuscore",
            one_list_each(lambda module, *given: module.compute(*given, ref_len_method="closest")),
            lambda result: {"bleu * 100": [result["bleu"] * 100]},
            target=40,
            # It has no smoothing of kind "exp", which matters only when an order has no match in the whole corpus;
            # it divides and multiplies in another order.
            tolerance=1e-9,
        ),
    ]
    return run.contest.run("bleu", run.given, work, rivals)


def segment_bleu(run: Run) -> list[Line]:
    """BLEU of each segment, where there is no target."""
    effective, plain = BLEU(effective_order=True), BLEU(tokenize="none", smooth_method="none")

    def sentences(module: ModuleType, given: Pairs) -> Call:
        return lambda: [
            module.sentence_bleu(text, [reference]) for text, reference in zip(*given, strict=True)
        ]

    sacrebleu = Rival(
        "sacrebleu.sentence_bleu",
        "sacrebleu",
        sentences,
        lambda scores: {"bleu": np.array([score.score for score in scores])},
        reference=True,
        most=run.sizes.sentence_bleu,
    )
    blazemetrics = Rival(
        "blazemetrics.bleu",
        "blazemetrics",
        one_list_each(lambda module, references, predictions: module.bleu(predictions, references)),
        lambda scores: {"bleu": np.array(scores) * 100},
        # It divides and multiplies in another order.
        tolerance=1e-9,
    )
    lines = []
    for name, metric, rival in (
        ("BLEU().segment_scores, effective order", effective, sacrebleu),
        ("BLEU().segment_scores, words as they stand, no smoothing", plain, blazemetrics),
    ):
        work = Work(
            name,
            lambda given, metric=metric: lambda: metric.segment_scores(*given),
            lambda given, metric=metric: metric.segment_scores(*given),
        )
        lines += run.contest.run("bleu-segments", run.given, work, [rival])
    return lines


def one_list_each(call: Callable[..., Any]) -> Callable[[ModuleType, Pairs], Call]:
    """Prepare a call that takes for each prediction a list of references."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        predictions, references = given[0], [[reference] for reference in given[1]]
        return lambda: call(module, references, predictions)

    return prepare


def rouge(run: Run) -> list[Line]:
    """ROUGE of each segment."""
    flat = Rival(
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
    """ROUGE of each segment, of stems."""
    return rouge_rows(run, "rouge-stemmed", True, [], {"rouge_score": 500, "rouge_score_rs": 12})


def rouge_rows(run: Run, row: str, stem: bool, others: list[Rival], targets: dict[str, float]) -> list[Line]:
    """Compare with those that have the interface of rouge-score."""
    metric = ROUGE(TYPES, use_stemmer=stem)

    def batch(module: ModuleType, given: Pairs) -> Call:
        scorer = module.RougeScorer(list(TYPES), use_stemmer=stem)
        return lambda: scorer.score_batch(given[1], given[0])

    loop, rs = rouge_loop(TYPES, stem), "rouge_score_rs.rouge_scorer"
    rivals = [
        *others,
        Rival("rouge_score_rs, score in a loop", rs, loop, their_rouge, targets.get("rouge_score_rs")),
        Rival("rouge_score_rs, score_batch", rs, batch, their_rouge),
        Rival(
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
    return run.contest.run(row, run.given, work, rivals)


def long_documents(run: Run) -> list[Line]:
    """ROUGE-L of two long documents: time, and memory that should grow with their length only."""
    metric, types, sizes = ROUGE(("rougeL",)), ("rougeL",), run.sizes

    def work(words: int) -> Work:
        return Work(
            f"ROUGE-L of two documents of {words:,} words",
            lambda given: lambda: metric.segment_scores(*given),
            lambda given: our_rouge(metric, given),
        )

    def made(words: int) -> Pairs:
        prediction, reference = pairs.documents(words)
        return [prediction], [reference]

    def rival(name: str, reference: bool, target: float | None) -> Rival:
        loop = rouge_loop(types, False)
        return Rival(f"{name}, score", f"{name}.rouge_scorer", loop, their_rouge, target, reference)

    contest = run.contest
    words = sizes.document
    lines = contest.run("long", made(words), work(words), [rival("rapidrouge", False, 5)], "call")
    # The reference's table has a cell for each pair of words: hours, and gigabytes, at full length.
    words = sizes.document_reference
    lines += contest.run("long", made(words), work(words), [rival("rouge_score", True, None)], "call")
    for words in (sizes.document, 2 * sizes.document):
        found = memory.measured("documents", "ROUGE", words)
        name = f"memory of ROUGE-L of two documents of {words:,} words"
        lines.append(Line("long", name, found["bytes"], "bytes", 1, note=found["by"]))
    return lines


def single_pair(run: Run) -> list[Line]:
    """One call on one short pair, with metric objects that were made before, on both sides."""
    bleu, effective, metric, types = BLEU(), BLEU(effective_order=True), ROUGE(TYPES), list(TYPES)

    def corpus_score(module: ModuleType, given: Pairs) -> Call:
        other = module.BLEU()
        return lambda: other.corpus_score(given[0], [given[1]])

    def rouge_scores(module: ModuleType, given: Pairs) -> Call:
        scorer, (prediction,), (reference,) = module.RougeScorer(types), *given
        return lambda: scorer.score(reference, prediction)

    def one(score: dict[str, Any]) -> Values:
        return their_rouge([score])

    def mean_rouge(given: Pairs) -> Values:
        score = metric.score(*given)
        return {f"{kind} {name}": [getattr(score[kind], name)] for kind in TYPES for name in FIELDS}

    corpus = Rival("sacrebleu BLEU().corpus_score", "sacrebleu.metrics", corpus_score, corpus_bleu_values)
    sentence = Rival(
        "sacrebleu.sentence_bleu",
        "sacrebleu",
        lambda module, given: lambda: module.sentence_bleu(given[0][0], given[1]),
        lambda score: {"bleu": [score.score]},
        reference=True,
    )
    scorers = [
        Rival("rouge_score_rs, score", "rouge_score_rs.rouge_scorer", rouge_scores, one),
        Rival("rouge_score, score", "rouge_score.rouge_scorer", rouge_scores, one, reference=True),
    ]
    lines = []
    for name, call, values, rivals in (
        ("BLEU().score", bleu.score, lambda given: corpus_bleu_values(bleu.score(*given)), [corpus]),
        (
            "BLEU().segment_scores",
            effective.segment_scores,
            lambda given: effective.segment_scores(*given),
            [sentence],
        ),
        ("ROUGE().score", metric.score, mean_rouge, scorers),
        ("ROUGE().segment_scores", metric.segment_scores, lambda given: our_rouge(metric, given), scorers),
    ):
        work = Work(
            f"{name} of one pair", lambda given, call=call: lambda: call(*given), values, at_most=5e-6
        )
        lines += run.contest.run("single", SHORT, work, rivals, "call", run.sizes.loops)
    return lines


def import_time(run: Run) -> list[Line]:
    """The import, by a process that has NumPy already."""
    code = """
import time, numpy
begin = time.perf_counter()
import rapidscore
print(time.perf_counter() - begin)"""
    times = []
    # -P and another folder: the package as it is installed, not one that lies in the current folder.
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(run.sizes.imports + 1):
            done = subprocess.run(
                [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=folder
            )
            times.append(float(done.stdout))
    del times[0]  # Its bytecode may have had to be compiled, its files to be read from the disk.
    name = "import rapidscore after numpy"
    return [Line("import", name, statistics.median(times), "call", at_most=10e-3, samples={"ours": times})]


def corpus_memory(run: Run) -> list[Line]:
    """Memory beyond the inputs, for the score of a large corpus."""
    lines = []
    for metric in ("BLEU", "ROUGE"):
        found = memory.measured("corpus", metric, run.sizes.corpus, run.data)
        name = f"memory of {metric}().score beyond its inputs"
        size = run.sizes.corpus
        lines.append(Line("memory", name, found["bytes"], "bytes", size, at_most=50e6, note=found["by"]))
    return lines


def two_threads(run: Run) -> list[Line]:
    """Two threads against one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1:
        return [Line("threads", "two threads", 0.0, "", note="skipped: this machine has one core")]
    before = rapidscore.get_num_threads()
    bleu, metric = BLEU(), ROUGE(TYPES)

    def with_threads(threads: int, call: Callable[..., Any]) -> Call:
        def work() -> Any:
            # It is set within the time that is taken, which is a store and a load.
            rapidscore.set_num_threads(threads)
            return call(*run.given)

        return work

    lines = []
    try:
        for name, call, values in (
            ("BLEU().score", bleu.score, corpus_bleu_values),
            ("ROUGE-1/2/L segment_scores", metric.segment_scores, dict),
        ):
            two, one = with_threads(2, call), with_threads(1, call)
            difference = first_difference(values(two()), values(one()))
            if difference:
                run.contest.differences.append(
                    f"threads: {name} with two threads differs from one: {difference}"
                )
            ours, theirs = in_turns([two, one], [run.contest.repeat] * 2)
            count = len(run.given[0])
            line = Line("threads", f"{name}, two threads", statistics.median(ours) / count, "pair", count)
            line.peer, line.peer_pairs, line.at_least = "rapidscore, one thread", count, 1.8
            line.theirs = statistics.median(theirs) / count
            line.scores = f"differs: {difference}" if difference else "equal"
            line.samples = {"ours": ours, "theirs": theirs}
            lines.append(line)
    finally:
        rapidscore.set_num_threads(before)
    return lines


ROWS: dict[str, Callable[[Run], list[Line]]] = {
    "bleu": corpus_bleu,
    "bleu-segments": segment_bleu,
    "rouge": rouge,
    "rouge-stemmed": stemmed_rouge,
    "long": long_documents,
    "single": single_pair,
    "import": import_time,
    "memory": corpus_memory,
    "threads": two_threads,
}
