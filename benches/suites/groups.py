"""Scores by group, with as many groups as rows allow."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
from harness import Line, Run, first_difference, timed
from suites.resampling import bleu_statistics

#: A slower call is measured once.
SLOW = 5.0


def rows(run: Run) -> list[Line]:
    """Score many groups of segments by BLEU, and print the scores."""
    count = run.sizes.groups
    # Ten segments a group on average, and none of the groups empty.
    codes = np.concatenate([np.arange(count), np.random.default_rng(1).integers(count, size=9 * count)])
    stats = bleu_statistics(len(codes))
    name = f"{len(codes):,} rows, {count:,} groups"
    found: list[Any] = []

    def fold() -> None:
        found[:] = [stats.by(codes)]

    lines = [Line("groups", f"BLEU statistics.by(groups), {name}", 0.0, "call", at_most=0.3)]
    measure(run, lines[0], fold)
    lines[0].scores = check(run, stats, codes, found[0])
    lines.append(Line("groups", f"str of these scores, {name}", 0.0, "call", at_most=1.0))
    measure(run, lines[1], lambda: str(found[0]))
    return lines


def measure(run: Run, line: Line, call: Any) -> None:
    """Time a call; once, if it is slow."""
    times = [timed(call)]
    while len(times) < run.benchmark.repeat and times[0] < SLOW:
        times.append(timed(call))
    line.ours, line.samples["ours"] = statistics.median(times), times


def check(run: Run, stats: Any, codes: np.ndarray, groups: Any) -> str:
    """Compare the scores of some groups with the scores of their rows."""
    some = range(0, int(codes.max()) + 1, max(1, int(codes.max()) // 50))
    expected = np.array([stats[np.flatnonzero(codes == group)].score().score for group in some])
    difference = first_difference({"bleu": np.array([groups[group].score for group in some])}, {"bleu": expected})
    if difference:
        run.benchmark.differences.append(f"groups: scores differ from scores of the groups' rows: {difference}")
        return f"differs: {difference}"
    return "equal"
