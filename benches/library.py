"""Rows about rapidscore alone: time to import, memory, and the gain of a second thread."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import memory
from harness import Call, Line, Run, alternate, bleu_values, first_difference, score_values
from suites import perplexity

import rapidscore
from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER


def import_time(run: Run) -> list[Line]:
    """Time imports, alone and with a metric, in processes that have imported NumPy."""
    statements = ["import rapidscore", "from rapidscore import BLEU", "from rapidscore import Classification"]
    return [time_of_import(run, statement) for statement in statements]


def time_of_import(run: Run, statement: str) -> Line:
    """Time a statement in new processes."""
    code = f"""
import time, numpy
begin = time.perf_counter()
{statement}
print(time.perf_counter() - begin)"""
    times = []
    # pip compiles packages when it installs them; otherwise, each import would compile.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # -P and another folder: import the installed package, not one in the current folder.
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(run.sizes.imports + 1):
            done = subprocess.run(
                [sys.executable, "-P", "-c", code],
                capture_output=True,
                text=True,
                check=True,
                cwd=folder,
                env=environment | {"PYTHONPYCACHEPREFIX": folder},
            )
            times.append(float(done.stdout))
    del times[0]  # the first process compiled the bytecode, and may have read from disk
    name = f"{statement}, after numpy"
    return Line("import", name, statistics.median(times), "call", at_most=10e-3, samples={"ours": times})


def corpus_memory(run: Run) -> list[Line]:
    """Measure memory beyond the inputs for the score of a large corpus."""
    lines = []
    for metric in ("BLEU", "ROUGE", "CHRF", "TER", "WER", "CER"):
        found = memory.measured("corpus", metric, run.sizes.corpus, run.folder)
        name = f"memory of {metric}().score beyond its inputs"
        size = run.sizes.corpus
        lines.append(Line("memory", name, found["bytes"], "bytes", size, at_most=50e6, note=found["by"]))
    return lines


def logits_memory(run: Run) -> list[Line]:
    """Measure memory beyond the inputs for the score of logits."""
    rows, words = run.sizes.tokens, perplexity.SMALL
    found = memory.measured("logits", "Perplexity", rows)
    name = f"memory of Perplexity().score of {rows:,} x {words:,} float32 logits, beyond its inputs"
    return [Line("logits_memory", name, found["bytes"], "bytes", at_most=1e6, note=found["by"])]


def two_threads(run: Run) -> list[Line]:
    """Compare two threads with one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1:
        return [Line("threads", "two threads", 0.0, "", note="skipped: this machine has one core")]
    before = rapidscore.get_num_threads()
    bleu, metric, others = BLEU(), ROUGE(), (CHRF(), TER(), WER(), CER())

    def with_threads(threads: int, call: Callable[..., Any]) -> Call:
        def work() -> Any:
            # Setting the number of threads is part of the time, but costs only a store and a load.
            rapidscore.set_num_threads(threads)
            return call(*run.given)

        return work

    lines = []
    try:
        for name, call, values in (
            ("BLEU().score", bleu.score, bleu_values),
            ("ROUGE-1/2/L segment_scores", metric.segment_scores, dict),
            *((f"{type(other).__name__}().score", other.score, score_values) for other in others),
        ):
            two, one = with_threads(2, call), with_threads(1, call)
            difference = first_difference(values(two()), values(one()))
            if difference:
                run.benchmark.differences.append(f"threads: {name} with two threads differs from one: {difference}")
            ours, theirs = alternate([two, one], [run.benchmark.repeat] * 2)
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
