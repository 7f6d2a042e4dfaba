"""How much memory one call takes beyond its inputs, measured in a process of its own.

`python benches/memory.py corpus BLEU 1000000 [DIR]`, `python benches/memory.py documents ROUGE 30000`,
`python benches/memory.py logits Perplexity 2048`, `python benches/memory.py intervals BLEU 1000000`,
`python benches/memory.py blocks BLEU 10000 [DIR]` or `out`, which score so many texts with each other. Prints JSON: the
growth in bytes, and how it was found.
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

import pairs

STATUS = Path("/proc/self/status")
CLEAR = Path("/proc/self/clear_refs")


def measured(work: str, metric: str, size: int, data: Path | None = None) -> dict[str, Any]:
    """Measure in a new process, where nothing that ran before can have left memory to be used again."""
    command = [sys.executable, __file__, work, metric, str(size), *([str(data)] if data else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def growth(call: Callable[[], object]) -> dict[str, Any]:
    """Return by how much the peak of memory during a call exceeds what was in use before it."""
    gc.collect()
    trim()
    if STATUS.exists() and reset_peak():
        before = status("VmRSS")
        call()
        return {"bytes": status("VmHWM") - before, "by": "VmHWM"}
    before = peak()
    call()
    # The peak may have been before the call: then this is less than the truth.
    return {"bytes": peak() - before, "by": "ru_maxrss"}


def trim() -> None:
    """Give memory that is free back to the system, so that the call cannot take it unseen."""
    # Only glibc has it.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def reset_peak() -> bool:
    """Set VmHWM back to VmRSS; some containers forbid it."""
    try:
        CLEAR.write_text("5")
    except OSError:
        return False
    return True


def status(name: str) -> int:
    """Return a number of bytes from the process's status."""
    for line in STATUS.read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024
    raise RuntimeError(f"{STATUS} has no {name}")


def peak() -> int:
    """Return the most memory that this process has had, in bytes."""
    import resource  # Windows has none, and imports this file all the same.

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def all_pairs(metric: Any, texts: list[str], work: str) -> Callable[[], object]:
    """Prepare to score texts with each other: in blocks that are let go, or into an array that is in use already."""
    if work == "blocks":
        # Only the last block is kept.
        return lambda: collections.deque(metric.pairwise_blocks(texts), maxlen=1)
    import numpy as np

    out = np.ones((len(texts), len(texts)))
    return lambda: metric.pairwise(texts, out=out)


def main(work: str, metric_name: str, size: str, data: str | None = None) -> None:
    """Measure what the arguments say."""
    import rapidscore  # Here, so that what only measures need not.

    if work == "intervals":
        import resampling_rows

        stats = resampling_rows.million(int(size))
        stats[:1000].confidence_interval(resamples=200)
        print(json.dumps(growth(stats.confidence_interval)))
        return
    options = {"rouge_types": ("rougeL",)} if (work, metric_name) == ("documents", "ROUGE") else {}
    metric = getattr(rapidscore, metric_name)(**options)
    first: tuple[Any, ...] = ["a cat"], ["a dog"]
    inputs: tuple[Any, ...]
    if work == "logits":
        import perplexity_rows

        inputs = perplexity_rows.drawn(int(size), perplexity_rows.SMALL)
        # Of so many rows, each thread has its part.
        first = tuple(part[:64] for part in inputs)
    elif work == "documents":
        inputs = tuple([text] for text in pairs.documents(int(size)))
    elif work in ("blocks", "out"):
        import pairwise_rows

        texts = pairwise_rows.different(pairs.load(Path(data) if data else None, None), int(size))
        metric.pairwise(texts[:100])
        print(json.dumps(growth(all_pairs(metric, texts, work))))
        return
    else:
        inputs = pairs.fresh(pairs.load(Path(data) if data else None, None), int(size))
    # What is set up once for a process, such as lazy imports and stacks of threads, is not what a call takes.
    metric.score(*first)
    print(json.dumps(growth(lambda: metric.score(*inputs))))


if __name__ == "__main__":
    main(*sys.argv[1:])
