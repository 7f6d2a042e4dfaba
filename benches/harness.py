"""One piece of work done by us and by others: the same scores first, then the times, taken in turns."""

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

import numpy as np
import pairs
from pairs import Pairs

#: The scores of a result by name, each an array.
Values = dict[str, np.ndarray]
Call = Callable[[], Any]


@dataclass(frozen=True)
class Work:
    """What rapidscore does, and how its result reads as values."""

    name: str
    prepare: Callable[[Pairs], Call]
    values: Callable[[Pairs], Values]
    at_most: float | None = None
    """The target for our own time, in seconds."""


@dataclass(frozen=True)
class Rival:
    """Another package that does the same work."""

    name: str
    module: str
    prepare: Callable[[ModuleType, Pairs], Call]
    """Everything that its users would do once, or that only brings our inputs into its form."""
    values: Callable[[Any], Values]
    target: float | None = None
    """How many times our time it should take."""
    reference: bool = False
    """Whether its scores are the right ones."""
    most: int | None = None
    """Pairs that it is run on, when it is too slow for all; then it is run once."""
    tolerance: float = 0.0
    """Relative difference that is explained beside the rival, and no error of either side."""


@dataclass
class Line:
    """One line of the table. Times are in seconds, per call, pair or sequence, as `unit` says; memory is in bytes."""

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
    """The target for our own number."""
    scores: str = ""
    note: str = ""
    samples: dict[str, list[float]] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times our number theirs is."""
        return self.theirs / self.ours if self.theirs is not None and self.ours else None

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None when there is none, or nothing to compare with."""
        if self.at_most is not None:
            return self.ours < self.at_most
        if self.at_least is None or self.ratio is None:
            return None
        return self.ratio >= self.at_least


@dataclass
class Contest:
    """How rows are measured, and the differences from the references found on the way."""

    repeat: int
    loops: int = 1
    """Calls that are timed together, for work that is too short to be timed alone."""
    differences: list[str] = field(default_factory=list)

    def run(self, row: str, given: Pairs, work: Work, rivals: Iterable[Rival], unit: str = "pair") -> list[Line]:
        """Compare the scores of all sides, then time them in turns; without rivals, time us alone."""
        count = len(given[0])
        calls, rounds, lines = [work.prepare(given)], [self.repeat], []
        present = []
        for rival in rivals:
            # Only one line has the target for our own time: it would be the same on all.
            line = Line(row, work.name, 0.0, unit, count, rival.name, at_least=rival.target)
            line.at_most = None if lines else work.at_most
            lines.append(line)
            module = optional(rival.module)
            if module is None:
                line.scores = "not installed"
                continue
            sample = pairs.thin(given, rival.most)
            line.peer_pairs = len(sample[0])
            call = rival.prepare(module, sample)
            line.scores = self.compared(row, work.values(sample), rival, call, pairs.evenly(count, rival.most))
            calls.append(call)
            rounds.append(1 if rival.most else self.repeat)
            present.append(line)
        if not lines:
            lines.append(Line(row, work.name, 0.0, unit, count, at_most=work.at_most))
        ours, *theirs = in_turns(calls, rounds, self.loops)
        for line in lines:
            line.ours = statistics.median(ours) / (1 if unit == "call" else count)
            line.samples["ours"] = ours
        for line, times in zip(present, theirs, strict=True):
            line.theirs = statistics.median(times) / (1 if unit == "call" else line.peer_pairs)
            line.samples["theirs"] = times
        return lines

    def compared(self, row: str, ours: Values, rival: Rival, call: Call, index: Sequence[int]) -> str:
        """Say how a rival's scores compare with ours; when it is the reference, a difference is our error."""
        theirs = rival.values(call())
        if not theirs:
            # It does other work, to tell what ours may take.
            return ""
        difference = first_difference(ours, theirs, rival.tolerance, index)
        if difference is None:
            return f"within {rival.tolerance:g}" if rival.tolerance else "equal"
        if rival.reference:
            self.differences.append(f"{row}: rapidscore differs from {rival.name}: {difference}")
        return f"differs: {difference}"


@dataclass(frozen=True)
class Sizes:
    """How much of everything: the sizes of a full run, or of a quick one that only shows that all works."""

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


FULL = Sizes()
QUICK = Sizes(500, 500, 200, 300, 200, 5_000, 200, 200, 1_000, 50_000, 200, 200_000, 64, 20_000, 5, 300, 50, 200, 60)


@dataclass
class Run:
    """What all rows share."""

    contest: Contest
    given: Pairs
    sizes: Sizes
    data: Path | None


def optional(name: str) -> ModuleType | None:
    """Import a module, if it is installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def bleu_values(score: Any) -> Values:
    """Read a BLEU score, ours or sacrebleu's, with all that it is made of."""
    values = {name: [getattr(score, name)] for name in ("score", "bp", "sys_len", "ref_len")}
    return values | {name: list(getattr(score, name)) for name in ("precisions", "counts", "totals")}


def score_values(score: Any) -> Values:
    """Read the one number that a score is, or that stands for it, ours or sacrebleu's."""
    return {"score": [score.score]}


def first_difference(ours: Values, theirs: Values, tolerance: float = 0.0, index: Sequence[int] = ()) -> str | None:
    """Name the first value that differs, with both values: to the bit, unless there is a tolerance.

    `index` says where in the corpus the segments of a sample are.
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


def in_turns(calls: list[Call], rounds: list[int], loops: int = 1) -> list[list[float]]:
    """Return the times of each call, in seconds: in turns, so that a slow spell of the machine meets all."""
    times: list[list[float]] = [[] for _ in calls]
    for turn in range(max(rounds)):
        for call, most, taken in zip(calls, rounds, times, strict=True):
            if turn < most:
                taken.append(timed(call, loops))
    return times


def timed(call: Call, loops: int = 1) -> float:
    """Return the seconds that a call takes."""
    # Garbage is collected as in anybody's program, but the lists that this benchmark holds are kept out of it: they
    # would be charged to whoever makes many objects.
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
