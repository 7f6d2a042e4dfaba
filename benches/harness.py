"""Compare the scores of rapidscore and of peers, then measure their times in alternation."""

from __future__ import annotations

import gc
import importlib
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import data
import numpy as np
from data import Pairs

#: The scores of a result by name, as arrays.
Values = dict[str, np.ndarray]
Call = Callable[[], Any]


@dataclass(frozen=True)
class Work:
    """A piece of work that rapidscore does, and how to read its scores."""

    name: str
    prepare: Callable[[Pairs], Call]
    values: Callable[[Pairs], Values]
    at_most: float | None = None
    """The target for our time, in seconds."""


@dataclass(frozen=True)
class Peer:
    """Another package that does the same work."""

    name: str
    module: str
    prepare: Callable[[ModuleType, Pairs], Call]
    """Do what its users do once, or what only converts our inputs; return the call to measure."""
    values: Callable[[Any], Values]
    target: float | None = None
    """The target for the ratio of its time to ours."""
    reference: bool = False
    """Whether it is the reference implementation, whose scores ours must equal."""
    most: int | None = None
    """The number of pairs to run it on if it is too slow for all; it then runs once."""
    tolerance: float = 0.0
    """The relative difference that is allowed, for the reason given beside the peer."""


@dataclass
class Line:
    """A line of the table. Times are in seconds per call, pair or sequence, as `unit` says; memory is in bytes."""

    row: str
    work: str
    ours: float
    unit: str
    pairs: int = 0
    peer: str = ""
    theirs: float | None = None
    peer_pairs: int = 0
    at_least: float | None = None
    """The target for the ratio."""
    at_most: float | None = None
    """The target for our number."""
    scores: str = ""
    note: str = ""
    samples: dict[str, list[float]] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """The peer's number divided by ours."""
        return self.theirs / self.ours if self.theirs is not None and self.ours else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a peer's number."""
        if self.at_most is not None:
            return self.ours < self.at_most
        if self.at_least is None or self.ratio is None:
            return None
        return self.ratio >= self.at_least


@dataclass
class Benchmark:
    """How rows are measured, and the differences from reference implementations that were found."""

    repeat: int
    loops: int = 1
    """The number of calls to time together, for work that is too short to time alone."""
    differences: list[str] = field(default_factory=list)

    def run(self, row: str, given: Pairs, work: Work, peers: Iterable[Peer], unit: str = "pair") -> list[Line]:
        """Compare the scores of rapidscore and the peers, then time them in alternation."""
        count = len(given[0])
        calls, rounds, lines = [work.prepare(given)], [self.repeat], []
        present = []
        for peer in peers:
            # Only the first line has the target for our time: it is the same on all.
            line = Line(row, work.name, 0.0, unit, count, peer.name, at_least=peer.target)
            line.at_most = None if lines else work.at_most
            lines.append(line)
            module = optional(peer.module)
            if module is None:
                line.scores = "not installed"
                continue
            sample = data.thin(given, peer.most)
            line.peer_pairs = len(sample[0])
            call = peer.prepare(module, sample)
            line.scores = self.compared(row, work.values(sample), peer, call, data.evenly(count, peer.most))
            calls.append(call)
            rounds.append(1 if peer.most else self.repeat)
            present.append(line)
        if not lines:
            lines.append(Line(row, work.name, 0.0, unit, count, at_most=work.at_most))
        ours, *theirs = alternate(calls, rounds, self.loops)
        for line in lines:
            line.ours = statistics.median(ours) / (1 if unit == "call" else count)
            line.samples["ours"] = ours
        for line, times in zip(present, theirs, strict=True):
            line.theirs = statistics.median(times) / (1 if unit == "call" else line.peer_pairs)
            line.samples["theirs"] = times
        return lines

    def compared(self, row: str, ours: Values, peer: Peer, call: Call, index: Sequence[int]) -> str:
        """Describe how a peer's scores compare with ours; a difference from the reference is an error."""
        theirs = peer.values(call())
        if not theirs:
            # Other work, which shows what the time of ours may be.
            return ""
        difference = first_difference(ours, theirs, peer.tolerance, index)
        if difference is None:
            return f"within {peer.tolerance:g}" if peer.tolerance else "equal"
        if peer.reference:
            self.differences.append(f"{row}: rapidscore differs from {peer.name}: {difference}")
        return f"differs: {difference}"


@dataclass(frozen=True)
class Sizes:
    """The sizes of all rows: of a full run, or of a quick run that only shows that everything works."""

    sacrebleu: int = 110_000
    jiwer: int = 110_000
    ter: int = 2_000
    sentence_bleu: int = 5_000
    rouge_score: int = 3_000
    document: int = 30_000
    document_reference: int = 1_000
    ter_document: int = 1_000
    cer_document: int = 5_000
    corpus: int = 1_000_000
    loops: int = 5_000
    labels: int = 10_000_000
    tokens: int = 2_048
    sequences: int = 1_000_000
    imports: int = 15
    segments: int = 3_000
    resamples: int = 1_000
    trials: int = 10_000
    pairwise: int = 1_000
    label_rows: int = 100_000
    label_resamples: int = 100
    weighted_rows: int = 300_000
    groups: int = 100_000
    stream_rows: int = 1_000_000
    stream_classes: int = 50_000


FULL = Sizes()
QUICK = Sizes(
    sacrebleu=500,
    jiwer=500,
    ter=200,
    sentence_bleu=300,
    rouge_score=200,
    document=5_000,
    document_reference=200,
    ter_document=200,
    cer_document=1_000,
    corpus=50_000,
    loops=200,
    labels=200_000,
    tokens=64,
    sequences=20_000,
    imports=5,
    segments=300,
    resamples=50,
    trials=200,
    pairwise=60,
    label_rows=2_000,
    label_resamples=10,
    weighted_rows=5_000,
    groups=500,
    stream_rows=20_000,
    stream_classes=1_000,
)


@dataclass
class Run:
    """The arguments of all rows."""

    benchmark: Benchmark
    given: Pairs
    sizes: Sizes
    folder: Path | None


def optional(name: str) -> ModuleType | None:
    """Import a module, or return None if it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def bleu_values(score: Any) -> Values:
    """Read a BLEU score, ours or sacrebleu's, with its parts."""
    values = {name: [getattr(score, name)] for name in ("score", "bp", "sys_len", "ref_len")}
    return values | {name: list(getattr(score, name)) for name in ("precisions", "counts", "totals")}


def score_values(score: Any) -> Values:
    """Read the main number of a score, ours or sacrebleu's."""
    return {"score": [score.score]}


def first_difference(ours: Values, theirs: Values, tolerance: float = 0.0, index: Sequence[int] = ()) -> str | None:
    """Describe the first value that differs, to the bit unless there is a tolerance; None if all are equal.

    `index` holds the positions of the segments of a sample in the corpus.
    """
    for name, expected in theirs.items():
        mine, other = np.asarray(ours[name], float), np.asarray(expected, float)
        if mine.shape != other.shape:
            return f"{name}: ours has shape {mine.shape}, theirs {other.shape}"
        if tolerance:
            unequal = ~np.isclose(mine, other, rtol=tolerance, atol=0.0)
        else:
            unequal = mine.view(np.int64) != other.view(np.int64)
        if unequal.any():
            at = int(unequal.argmax())
            both = f"ours {float(mine[at])!r}, theirs {float(other[at])!r}"
            where = index[at] if len(index) == len(mine) else at
            return f"{name}[{where}]: {both} ({unequal.sum()} of {len(mine)} differ)"
    return None


def alternate(calls: list[Call], rounds: list[int], loops: int = 1) -> list[list[float]]:
    """Return the times of each call in seconds, measured in alternation, so that slow phases affect all calls."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(max(rounds)):
        for call, most, taken in zip(calls, rounds, times, strict=True):
            if turn < most:
                taken.append(timed(call, loops))
    return times


def timed(call: Call, loops: int = 1) -> float:
    """Return the time of a call in seconds."""
    # Garbage is collected as in any program, but without the lists of this benchmark, which would make calls that
    # create many objects appear slower.
    gc.collect()
    gc.freeze()
    result = None
    begin = time.perf_counter()
    for _ in range(loops):
        result = call()
    taken = time.perf_counter() - begin
    del result
    gc.unfreeze()
    return taken / loops
