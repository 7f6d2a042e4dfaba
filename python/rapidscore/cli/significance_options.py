"""Arguments of the commands that compare systems: the significance test and the intervals."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from rapidscore.resampling.draws import SEED

_METHODS = {"ar": "approximate_randomization", "bootstrap": "bootstrap"}
_CORRECTIONS = {"holm": "holm", "bh": "benjamini-hochberg", "none": None}


def check_distinct(systems: Sequence[str]) -> None:
    """Raise `ValueError` if a system is named twice."""
    repeated = [system for system in systems if systems.count(system) > 1]
    if repeated:
        raise ValueError(f"{repeated[0]} is named twice: name each system once")


def of(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `rapidscore.compare`."""
    return {
        "method": _METHODS[options.method],
        "resamples": options.resamples,
        "interval_resamples": options.interval_resamples,
        "seed": options.seed,
        "confidence": options.confidence,
        "correction": _CORRECTIONS[options.correction],
    }


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of a command."""
    add = command.add_argument
    add(
        "--method",
        default="ar",
        choices=list(_METHODS),
        help="significance test: ar for approximate randomization (default), or a paired bootstrap",
    )
    add(
        "--resamples",
        type=int,
        metavar="N",
        help="number of trials or samples of the test (default 10,000, or 1,000 for the bootstrap)",
    )
    add(
        "--interval-resamples",
        type=int,
        default=1000,
        metavar="N",
        help="number of bootstrap samples for intervals, or 0 for no intervals (default 1,000; not used with --method "
        "bootstrap, whose samples also give the intervals)",
    )
    add("--seed", type=int, default=SEED, metavar="N", help=f"seed of the random draws (default {SEED})")
    add("--confidence", type=float, default=0.95, metavar="X", help="confidence level of intervals (default 0.95)")
    add(
        "--correction",
        default="holm",
        choices=list(_CORRECTIONS),
        help="correction of p-values for multiple comparisons: holm (default), bh for Benjamini and Hochberg, or none",
    )
