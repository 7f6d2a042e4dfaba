"""Segment scores of all pairs of predictions and references, for `TextMetric.pairwise`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._core import PairwiseScores
from rapidscore._lazy import is_masked_array
from rapidscore.text_metrics import prepared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.text_metrics.base import AnyTextMetric


def matrix(
    metric: AnyTextMetric, predictions: Any, references: Any, value: str | None, out: Any
) -> NDArray[np.float64]:
    """Score each prediction against each reference: return float64 of shape (n, m), `out` if it is an array."""
    pairs = read(metric, predictions, references, value)
    metric._warn_of_misfit(pairs.misfit)
    if out is None:
        out = np.empty(pairs.shape)
    else:
        _check_output(out, pairs.shape)
    pairs.fill(0, out)
    scores: NDArray[np.float64] = out
    return scores


def blocks(
    metric: AnyTextMetric, predictions: Any, references: Any, rows: int, value: str | None
) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Score blocks of `rows` predictions against all references: yield the first index and the scores of each."""
    from rapidscore.inputs.options import as_int

    rows = as_int("rows", rows)
    if rows < 1:
        raise ValueError(f"rows must be 1 or more, got {rows}")
    # Read before the first block is requested, so that errors point at the line of the call.
    pairs = read(metric, predictions, references, value)
    metric._warn_of_misfit(pairs.misfit)
    return _scored_blocks(pairs, rows)


def _scored_blocks(pairs: PairwiseScores, rows: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    count, width = pairs.shape
    for first in range(0, count, rows):
        block = np.empty((min(rows, count - first), width))
        pairs.fill(first, block)
        yield first, block


def read(metric: AnyTextMetric, predictions: Any, references: Any, value: str | None) -> PairwiseScores:
    """Read texts for the segment score `value`. Raises `ValueError` if the metric does not have it."""
    names = metric._core.segment_score_names()
    name = metric._default_value(names) if value is None else value
    if name not in names:
        raise ValueError(f"{metric!r} has no segment score {value!r}: choose one of {', '.join(map(repr, names))}")
    return PairwiseScores(metric._core, predictions, prepared.of_metric(metric, references), names.index(name))


def _check_output(out: Any, shape: tuple[int, int]) -> None:
    """Raise `TypeError` or `ValueError` if the core cannot write scores of this shape into an array."""
    remedy = f"pass a writable C-contiguous float64 array of shape {shape}"
    if not isinstance(out, np.ndarray) or is_masked_array(out):
        raise TypeError(f"out must be a NumPy array, not {type(out).__name__}: {remedy}")
    if out.dtype != np.float64:
        raise TypeError(f"out is of dtype {out.dtype}, not float64: {remedy}")
    if out.shape != shape:
        raise ValueError(f"out has shape {out.shape}, not {shape}: {remedy}")
    if not (out.flags.c_contiguous and out.flags.writeable and out.flags.aligned):
        raise ValueError(f"out is read-only, not C-contiguous or not aligned: {remedy}")
