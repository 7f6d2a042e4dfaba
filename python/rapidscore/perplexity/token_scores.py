"""Negative log-likelihoods of sequences, computed from logits with labels, log-probabilities or mean losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from rapidscore import _core
from rapidscore.inputs.arrays import as_counts, as_floats, as_integers, as_logits, as_mask, index_text
from rapidscore.perplexity import text_sizes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.inputs.arrays import Logits
    from rapidscore.perplexity.perplexity import Perplexity
    from rapidscore.perplexity.text_sizes import Sizes

T = TypeVar("T")

#: A mean loss may be this far below 0, to allow for rounding.
_SLACK = 0.01


class Segments(NamedTuple):
    """The measures of n sequences."""

    sums: NDArray[np.float64]
    """Negative log-likelihood in nats and number of tokens, of shape (n, 2)."""
    hits: NDArray[np.float64] | None
    """Number of tokens whose label is the likeliest word, or among the k likeliest words, of shape (n, 2)."""
    sizes: Sizes
    """Numbers of bytes, characters and words, of shape (n,) each."""


class Tokens(NamedTuple):
    """The measures of labels by their logits."""

    losses: NDArray[np.float64]
    """Negative log-likelihood of each label in nats, in the shape of the labels; NaN for labels not scored."""
    sums: NDArray[np.float64]
    """As in `Segments`."""
    hits: NDArray[np.float64]
    """As in `Segments`."""

    def segments(self, sizes: dict[str, Any]) -> Segments:
        """Return the measures of the sequences, together with the sizes of their texts."""
        return Segments(self.sums, self.hits, text_sizes.of(len(self.sums), **sizes))


def of_logits(metric: Perplexity, logits: Any, labels: Any, attention_mask: ArrayLike | None) -> Tokens:
    """Measure the labels that are scored. Raises `TypeError` or `ValueError` as documented for `Perplexity.score`."""
    checked_logits = as_logits(logits)
    targets = as_integers(labels, "labels")
    shape = targets.shape
    if shape != checked_logits.shape[:-1]:
        raise ValueError(
            f"logits have the shape {checked_logits.shape} and labels {shape}: pass one label for each row of logits, "
            "logits (batch, time, vocabulary) with labels (batch, time)"
        )
    mask = None if attention_mask is None else as_mask(attention_mask, shape).ravel().view(np.uint8)
    measured = metric._core.measure_logits(checked_logits.values, checked_logits.format, targets.ravel(), mask)
    if isinstance(measured, int):
        # The position of a label without a logit.
        words, ignored = checked_logits.shape[-1], metric.ignore_index
        remedy = "mask labels that must not be scored"
        if ignored is not None:
            remedy = f"set labels that must not be scored to {ignored}"
        raise ValueError(
            f"labels{index_text(measured, shape)} is {targets.flat[measured]}, but the logits are of {words} words: "
            f"labels are 0 to {words - 1}; {remedy}"
        )
    if len(measured) == 2:
        raise ValueError(_invalid_logits(checked_logits, *measured))
    losses, sums, hits = measured
    return Tokens(losses.reshape(shape), sums, hits)


def _invalid_logits(logits: Logits, row: int, column: int | None) -> str:
    """Return the message for a row of logits that has no probabilities; `column` has NaN or infinity."""
    remedy = "mask this row, or correct the model"
    if column is None:
        return f"logits{index_text(row, logits.shape[:-1])} are minus infinity for all words: {remedy}"
    sequence, time = divmod(row, logits.values.shape[1])
    value = logits.number(sequence, time, column)
    index = index_text(row * logits.shape[-1] + column, logits.shape)
    return f"logits{index} is {value}: logits are numbers or minus infinity; {remedy}"


class Flat(NamedTuple):
    """Log-probabilities of consecutive sequences in one array."""

    values: NDArray[np.float64]
    """Log-probabilities, of shape (tokens,)."""
    offsets: NDArray[np.int64]
    """Start of each sequence and end of the last one, of shape (n + 1,)."""


def of_log_probs(log_probs: Any, offsets: ArrayLike | None, unit: float, sizes: dict[str, Any]) -> Segments:
    """Return the negative log-likelihood of each sequence, given log-probabilities in units of `unit` nats."""
    flat = as_flat(log_probs, offsets)
    if flat is None:
        sums = _core.Perplexity.sum_log_prob_lists(_core.list_of(log_probs), unit)
    else:
        sums = _result(_core.Perplexity.sum_log_probs(*flat, unit), flat)
    return Segments(sums, None, text_sizes.of(len(sums), **sizes))


def total_of(flat: Flat, unit: float) -> _core.Total:
    """Return the total of all sequences, without a row for each, given log-probabilities in units of `unit` nats."""
    return _result(_core.Perplexity.total_log_probs(*flat, unit), flat)


def as_flat(log_probs: Any, offsets: ArrayLike | None) -> Flat | None:
    """Return an array of log-probabilities as flat array, or None for a list of sequences.

    Raises `TypeError` or `ValueError` if it is neither.
    """
    if offsets is None and isinstance(log_probs, Sequence) and not isinstance(log_probs, str):
        return None
    kind = getattr(getattr(log_probs, "dtype", None), "kind", "O")
    if kind in "OiubSU" and not isinstance(log_probs, list | tuple) and not hasattr(log_probs, "detach"):
        raise TypeError(
            f"log_probs are {type(log_probs).__name__}: pass a list with a sequence of floats for each text, or an "
            "array of floats with offsets"
        )
    values = as_floats(log_probs, "log_probs")
    if offsets is not None:
        if values.ndim != 1:
            raise ValueError(f"log_probs have the shape {values.shape}: with offsets, pass one flat array")
        bounds = as_integers(offsets, "offsets")
        _check_offsets(bounds, len(values))
    elif values.ndim != 2:
        raise ValueError(
            f"log_probs have the shape {values.shape}: pass a list with a sequence of floats for each text, an array "
            "(n, tokens), or one flat array with offsets"
        )
    else:
        bounds = np.arange(len(values) + 1, dtype=np.int64) * values.shape[1]
    return Flat(values.ravel(), bounds)


def of_losses(losses: ArrayLike, token_counts: ArrayLike, unit: float, sizes: dict[str, Any]) -> Segments:
    """Multiply mean losses, in units of `unit` nats, by their numbers of tokens."""
    values = np.array(as_floats(losses, "losses"))
    counts = as_counts(token_counts, "token_counts", len(values) if values.ndim == 1 else None)
    if values.shape != counts.shape:
        raise ValueError(
            f"losses have the shape {values.shape} and token_counts {counts.shape}: pass one count for each loss"
        )
    # The mean loss of 0 tokens is NaN and is ignored.
    values[counts == 0] = 0.0
    wrong = np.flatnonzero(~(values >= -_SLACK))
    if len(wrong):
        raise ValueError(f"losses[{wrong[0]}] is {values[wrong[0]]}: a mean negative log-likelihood must be 0 or more")
    sums = np.column_stack([values * unit * counts, counts])
    return Segments(sums, None, text_sizes.of(len(sums), **sizes))


def _check_offsets(offsets: NDArray[np.int64], length: int) -> None:
    """Raise `ValueError` if offsets decrease or do not cover all log-probabilities."""
    if offsets.ndim != 1 or not len(offsets):
        raise ValueError(f"offsets have the shape {offsets.shape}: pass n + 1 offsets for n sequences")
    if offsets[0] != 0 or offsets[-1] != length:
        raise ValueError(
            f"offsets go from {offsets[0]} to {offsets[-1]}, but there are {length} log-probabilities: begin with 0 "
            f"and end with {length}, so that each belongs to a sequence"
        )
    falls = offsets[1:] < offsets[:-1]
    if falls.any():
        position = int(falls.argmax()) + 1
        raise ValueError(
            f"offsets[{position}] is {offsets[position]}, less than the one before it: offsets must not decrease"
        )


def _result(result: T | int, flat: Flat) -> T:
    """Return the core's result. Raises `ValueError` if it is the position of a value that is not a log-probability."""
    if isinstance(result, int):
        sequence = int(np.searchsorted(flat.offsets, result, side="right")) - 1
        raise ValueError(
            f"log_probs[{result}], in sequence {sequence}, is {flat.values[result]}: a log-probability is a number up "
            "to 0"
        )
    return result
