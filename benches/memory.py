"""Measure the memory that one call takes beyond its inputs, in a new process.

    python benches/memory.py corpus BLEU 1000000 [DIR]
    python benches/memory.py documents ROUGE 30000
    python benches/memory.py logits Perplexity 2048
    python benches/memory.py intervals BLEU 1000000
    python benches/memory.py blocks BLEU 10000 [DIR]
    python benches/memory.py out BLEU 10000 [DIR]

`blocks` and `out` score all pairs of 10,000 texts. The output is JSON: the growth in bytes, and its source.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import gc
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import data

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


def measured(work: str, metric: str, size: int, folder: Path | None = None) -> dict[str, Any]:
    """Measure in a new process, where no earlier work has left memory for reuse."""
    command = [sys.executable, __file__, work, metric, str(size), *([str(folder)] if folder else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def growth(call: Callable[[], object]) -> dict[str, Any]:
    """Return by how much the peak of memory during a call exceeds the memory in use before it."""
    gc.collect()
    trim()
    if STATUS.exists() and reset_peak():
        before = status("VmRSS")
        call()
        return {"bytes": status("VmHWM") - before, "by": "VmHWM"}
    before = peak()
    call()
    # If the peak was before the call, this is too little.
    return {"bytes": peak() - before, "by": "ru_maxrss"}


def trim() -> None:
    """Return free memory to the system, so that its use by the call is seen."""
    # Only glibc has this function.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def reset_peak() -> bool:
    """Reset VmHWM to VmRSS, and return whether it worked: some containers forbid it."""
    try:
        CLEAR.write_text("5")
    except OSError:
        return False
    return True


def status(name: str) -> int:
    """Return an entry of the status of this process in bytes."""
    for line in STATUS.read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024
    raise RuntimeError(f"{STATUS} has no {name}")


def peak() -> int:
    """Return the peak of memory of this process in bytes."""
    import resource  # Windows lacks it, but imports this file

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def all_pairs(metric: Any, texts: list[str], work: str) -> Callable[[], object]:
    """Prepare to score all pairs of texts, in blocks that are released or into an array that is already in use."""
    if work == "blocks":
        # A deque of length 1 keeps only the last block.
        return lambda: collections.deque(metric.pairwise_blocks(texts), maxlen=1)
    import numpy as np

    out = np.ones((len(texts), len(texts)))
    return lambda: metric.pairwise(texts, out=out)


def main(work: str, metric_name: str, size: str, folder: str | None = None) -> None:
    """Measure the work that the arguments name."""
    import rapidscore  # not at the top: processes that start a measurement do not need it

    if work == "intervals":
        from suites import resampling

        stats = resampling.bleu_statistics(int(size))
        stats[:1000].confidence_interval(resamples=200)
        print(json.dumps(growth(stats.confidence_interval)))
        return
    options = {"rouge_types": ("rougeL",)} if (work, metric_name) == ("documents", "ROUGE") else {}
    metric = getattr(rapidscore, metric_name)(**options)
    first: tuple[Any, ...] = ["a cat"], ["a dog"]
    inputs: tuple[Any, ...]
    if work == "logits":
        from suites import perplexity

        inputs = perplexity.drawn(int(size), perplexity.SMALL)
        # With 64 rows, each thread has work.
        first = tuple(part[:64] for part in inputs)
    elif work == "documents":
        inputs = tuple([text] for text in data.documents(int(size)))
    elif work in ("blocks", "out"):
        from suites import pairwise

        texts = pairwise.different(data.load(Path(folder) if folder else None, None), int(size))
        metric.pairwise(texts[:100])
        print(json.dumps(growth(all_pairs(metric, texts, work))))
        return
    else:
        inputs = data.fresh(data.load(Path(folder) if folder else None, None), int(size))
    # Lazy imports, stacks of threads and the like are needed once per process, not for each call.
    metric.score(*first)
    print(json.dumps(growth(lambda: metric.score(*inputs))))


if __name__ == "__main__":
    main(*sys.argv[1:])
