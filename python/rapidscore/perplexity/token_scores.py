"""What is known of tokens, from whichever side it comes: logits with labels, log-probabilities, or mean losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from rapidscore import _core
from rapidscore.inputs.arrays import as_counts, as_floats, as_integers, as_logits, as_mask, place
from rapidscore.perplexity import text_sizes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.inputs.arrays import Logits
    from rapidscore.perplexity.perplexity import Perplexity
    from rapidscore.perplexity.text_sizes import Sizes

T = TypeVar("T")

#: By so much a mean loss may be below 0, from rounding.
_SLACK = 0.01


class Segments(NamedTuple):
    """What is known of n sequences."""

    sums: NDArray[np.float64]
    """Negative log-likelihood, in nats, and tokens: (n, 2)."""
    hits: NDArray[np.float64] | None
    """Tokens whose label is the likeliest, and that are among the likeliest k: (n, 2)."""
    sizes: Sizes
    """Bytes, characters and words: (n,) each."""


class Tokens(NamedTuple):
    """What logits say of labels, of each and of each sequence."""

    losses: NDArray[np.float64]
    """Of the labels' shape, NaN where nothing is scored."""
    sums: NDArray[np.float64]
    hits: NDArray[np.float64]

    def segments(self, sizes: dict[str, Any]) -> Segments:
        """Add how long the texts are."""
        return Segments(self.sums, self.hits, text_sizes.of(len(self.sums), **sizes))


def of_logits(metric: Perplexity, logits: Any, labels: Any, attention_mask: ArrayLike | None) -> Tokens:
    """Measure the labels that are scored."""
    given = as_logits(logits)
    targets = as_integers(labels, "labels")
    shape = targets.shape
    if shape != given.shape[:-1]:
        raise ValueError(
            f"logits have the shape {given.shape} and labels {shape}: pass one label for each row of logits, "
            "logits (batch, time, vocabulary) with labels (batch, time)"
        )
    mask = None if attention_mask is None else as_mask(attention_mask, shape).ravel()
    found = metric._core.measure_logits(given.values, given.format, targets.ravel(), mask)
    if isinstance(found, int):
        words = given.shape[-1]
        ignored = metric.ignore_index
        remedy = "mask what is not to be scored" if ignored is None else f"give {ignored} to what is not to be scored"
        raise ValueError(
            f"labels{place(found, shape)} is {targets.flat[found]}, but the logits are of {words} words: labels are "
            f"0 to {words - 1}; {remedy}"
        )
    if len(found) == 2:
        raise ValueError(_no_logits(given, *found))
    losses, sums, hits = found
    return Tokens(losses.reshape(shape), sums, hits)


def _no_logits(logits: Logits, row: int, column: int | None) -> str:
    """Say what is wrong with a row of logits."""
    remedy = "mask this row, or mend the model"
    if column is None:
        return f"logits{place(row, logits.shape[:-1])} are minus infinity for all words: {remedy}"
    sequence, time = divmod(row, logits.values.shape[1])
    value = logits.number(sequence, time, column)
    where = place(row * logits.shape[-1] + column, logits.shape)
    return f"logits{where} is {value}: logits are numbers or minus infinity; {remedy}"


class Flat(NamedTuple):
    """Log-probabilities of sequences that lie one behind the other."""

    values: NDArray[np.float64]
    """(tokens,)"""
    offsets: NDArray[np.int64]
    """Where each sequence begins, and the last ends: (n + 1,)."""


def of_log_probs(log_probs: Any, offsets: ArrayLike | None, unit: float, sizes: dict[str, Any]) -> Segments:
    """Sum log-probabilities of tokens."""
    flat = as_flat(log_probs, offsets)
    if flat is None:
        sums = _core.Perplexity.sum_log_prob_lists(log_probs if isinstance(log_probs, list) else list(log_probs), unit)
    else:
        sums = _good(_core.Perplexity.sum_log_probs(*flat, unit), flat)
    return Segments(sums, None, text_sizes.of(len(sums), **sizes))


def total_of(flat: Flat, unit: float) -> _core.Total:
    """Sum all log-probabilities of tokens, without a row for each sequence."""
    return _good(_core.Perplexity.total_log_probs(*flat, unit), flat)


def as_flat(log_probs: Any, offsets: ArrayLike | None) -> Flat | None:
    """Return what lies in one array, or None for a list of sequences. Raises errors when it is neither."""
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
            f"log_probs have the shape {values.shape}: pass a sequence of them for each text, an array (n, tokens), or "
            "one flat array with offsets"
        )
    else:
        bounds = np.arange(len(values) + 1, dtype=np.int64) * values.shape[1]
    return Flat(values.ravel(), bounds)


def of_losses(losses: ArrayLike, token_counts: ArrayLike, unit: float, sizes: dict[str, Any]) -> Segments:
    """Weigh mean losses by the tokens they are of."""
    values = np.array(as_floats(losses, "losses"))
    counts = as_counts(token_counts, "token_counts", len(values) if values.ndim == 1 else None)
    if values.shape != counts.shape:
        raise ValueError(f"losses have the shape {values.shape} and token_counts {counts.shape}: pass one of each")
    # The loss of no token is no number, and is not looked at.
    values[counts == 0] = 0.0
    wrong = np.flatnonzero(~(values >= -_SLACK))
    if len(wrong):
        raise ValueError(f"losses[{wrong[0]}] is {values[wrong[0]]}: a mean negative log-likelihood is a number from 0")
    sums = np.column_stack([values * unit * counts, counts])
    return Segments(sums, None, text_sizes.of(len(sums), **sizes))


def _check_offsets(offsets: NDArray[np.int64], length: int) -> None:
    """Check that no log-probability is left out."""
    if offsets.ndim != 1 or not len(offsets):
        raise ValueError(f"offsets have the shape {offsets.shape}: pass n + 1 of them for n sequences")
    if offsets[0] != 0 or offsets[-1] != length:
        raise ValueError(
            f"offsets go from {offsets[0]} to {offsets[-1]}, but there are {length} log-probabilities: begin with 0 "
            "and end with their number, so that each belongs to a sequence"
        )
    falls = offsets[1:] < offsets[:-1]
    if falls.any():
        at = int(falls.argmax()) + 1
        raise ValueError(f"offsets[{at}] is {offsets[at]}, less than the one before it: sequences follow one another")


def _good(found: T | int, flat: Flat) -> T:
    """Return what was found, unless it is the place of a value that is no log-probability."""
    if isinstance(found, int):
        sequence = int(np.searchsorted(flat.offsets, found, side="right")) - 1
        raise ValueError(
            f"log_probs[{found}], in sequence {sequence}, is {flat.values[found]}: a log-probability is a number up to "
            "0"
        )
    return found
