"""What rapidscore takes by itself: time to import, memory, and what a second thread gains."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import memory
import perplexity_rows
from contest import Call, Line, Run, bleu_values, first_difference, in_turns, score_values

import rapidscore
from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER


def import_time(run: Run) -> list[Line]:
    """Time the import, alone and with a metric, by a process that has NumPy already."""
    statements = ["import rapidscore", "from rapidscore import BLEU", "from rapidscore import Classification"]
    return [time_of_import(run, statement) for statement in statements]


def time_of_import(run: Run, statement: str) -> Line:
    """Time a statement in processes of its own."""
    code = f"""
import time, numpy
begin = time.perf_counter()
{statement}
print(time.perf_counter() - begin)"""
    times = []
    # pip compiles what it installs; a copy, or a process that may not write bytecode, would compile at each import.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # -P and another folder: the package as it is installed, not one that lies in the current folder.
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
    del times[0]  # It compiled the bytecode, and may have read from the disk.
    name = f"{statement}, after numpy"
    return Line("import", name, statistics.median(times), "call", at_most=10e-3, samples={"ours": times})


def corpus_memory(run: Run) -> list[Line]:
    """Memory beyond the inputs, for the score of a large corpus."""
    lines = []
    for metric in ("BLEU", "ROUGE", "CHRF", "TER", "WER", "CER"):
        found = memory.measured("corpus", metric, run.sizes.corpus, run.data)
        name = f"memory of {metric}().score beyond its inputs"
        size = run.sizes.corpus
        lines.append(Line("memory", name, found["bytes"], "bytes", size, at_most=50e6, note=found["by"]))
    return lines


def logits_memory(run: Run) -> list[Line]:
    """Memory beyond the inputs, for the score of logits."""
    rows, words = run.sizes.tokens, perplexity_rows.SMALL
    found = memory.measured("logits", "Perplexity", rows)
    name = f"memory of Perplexity().score of {rows:,} x {words:,} float32 logits, beyond its inputs"
    return [Line("logits_memory", name, found["bytes"], "bytes", at_most=1e6, note=found["by"])]


def two_threads(run: Run) -> list[Line]:
    """Two threads against one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1:
        return [Line("threads", "two threads", 0.0, "", note="skipped: this machine has one core")]
    before = rapidscore.get_num_threads()
    bleu, metric, others = BLEU(), ROUGE(), (CHRF(), TER(), WER(), CER())

    def with_threads(threads: int, call: Callable[..., Any]) -> Call:
        def work() -> Any:
            # It is set within the time that is taken, which is a store and a load.
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
                run.contest.differences.append(f"threads: {name} with two threads differs from one: {difference}")
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
