"""What is known of tokens, from whichever side it comes: logits with labels, log-probabilities, or mean losses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rapidscore import _core, text_sizes
from rapidscore.arrays import as_counts, as_integers, as_logits, as_mask, place

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.arrays import Logits
    from rapidscore.perplexity import Perplexity
    from rapidscore.text_sizes import Sizes

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


@dataclass(frozen=True)
class Tokens:
    """The tokens of logits that are scored."""

    metric: Perplexity
    shape: tuple[int, ...]
    """Of the labels as they were given."""
    scored: NDArray[np.bool_]
    """Which labels are scored: (batch, time)."""
    nlls: NDArray[np.float64]
    """The loss of each of them."""
    ranks: NDArray[np.int64]
    """How many words are likelier than the label of each."""

    def losses(self) -> NDArray[np.float64]:
        """Return losses where labels are, and NaN where none is scored."""
        losses = np.full(self.scored.shape, np.nan)
        losses[self.scored] = self.nlls
        return losses.reshape(self.shape)

    def segments(self, sizes: dict[str, Any]) -> Segments:
        """Sum what each sequence has."""
        offsets = _offsets(self.scored.sum(axis=1))
        sums = _summed(-self.nlls, offsets, 1.0)
        hits = [np.append(0.0, np.cumsum(self.ranks < k)) for k in (1, self.metric.top_k)]
        found = np.column_stack([np.diff(counts[offsets]) for counts in hits])
        return Segments(sums, np.ascontiguousarray(found), text_sizes.of(len(sums), **sizes))


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
    sequences, time, words = given.values.shape
    targets = targets.reshape(sequences, time)
    scored = np.ones(targets.shape, np.bool_)
    if attention_mask is not None:
        scored &= as_mask(attention_mask, shape).reshape(targets.shape)
    if metric.ignore_index is not None:
        scored &= targets != metric.ignore_index
    if metric.shift:
        # Nothing precedes the first label of a sequence.
        scored[:, :1] = False
    places = np.flatnonzero(scored)
    chosen = targets.ravel()[places]
    _check_labels(chosen, places, words, shape, metric.ignore_index)
    return Tokens(metric, shape, scored, *_measured(given, places - 1 if metric.shift else places, chosen, time))


def _check_labels(
    labels: NDArray[np.int64], places: NDArray[np.intp], words: int, shape: tuple[int, ...], ignored: int | None
) -> None:
    wrong = np.flatnonzero((labels < 0) | (labels >= words))
    if len(wrong):
        first = wrong[0]
        remedy = "mask what is not to be scored" if ignored is None else f"give {ignored} to what is not to be scored"
        raise ValueError(
            f"labels{place(int(places[first]), shape)} is {labels[first]}, but the logits are of {words} words: labels "
            f"are 0 to {words - 1}; {remedy}"
        )


def _measured(
    logits: Logits, rows: NDArray[np.intp], labels: NDArray[np.int64], time: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    found = _core.measure_logits(logits.values, logits.format, rows.astype(np.int64, copy=False), labels)
    if not isinstance(found[0], int):
        return found
    row, column = found
    shape = logits.shape[:-1]
    if column is None:
        raise ValueError(
            f"logits{place(row, shape)} are minus infinity for all words: mask this row, or mend the model"
        )
    value = logits.number(*divmod(row, time), column)
    where = place(row * logits.shape[-1] + column, logits.shape)
    raise ValueError(
        f"logits{where} is {value}: logits are numbers or minus infinity; mask this row, or mend the model"
    )


def of_log_probs(log_probs: Any, offsets: ArrayLike | None, unit: float, sizes: dict[str, Any]) -> Segments:
    """Sum log-probabilities of tokens."""
    if offsets is None and isinstance(log_probs, Sequence) and not isinstance(log_probs, str):
        sums = _core.sum_log_prob_lists(log_probs if isinstance(log_probs, list) else list(log_probs), unit)
        return Segments(sums, None, text_sizes.of(len(sums), **sizes))
    values = np.asarray(log_probs)
    if values.dtype.kind != "f":
        raise TypeError(f"log_probs have the type {values.dtype}: pass floats, lists of them, or an array with offsets")
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
        bounds = _offsets(np.full(len(values), values.shape[1]))
    sums = _summed(values.astype(np.float64, copy=False).ravel(), bounds, unit)
    return Segments(sums, None, text_sizes.of(len(sums), **sizes))


def of_losses(losses: ArrayLike, token_counts: ArrayLike, unit: float, sizes: dict[str, Any]) -> Segments:
    """Weigh mean losses by the tokens they are of."""
    values = np.asarray(losses)
    if values.dtype.kind not in "fiu":
        raise TypeError(f"losses have the type {values.dtype}: pass numbers")
    values = values.astype(np.float64)
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


def _offsets(lengths: NDArray[Any]) -> NDArray[np.int64]:
    return np.append(0, np.cumsum(lengths, dtype=np.int64))


def _check_offsets(offsets: NDArray[np.int64], length: int) -> None:
    """Check that no log-probability is left out."""
    if offsets.ndim != 1 or not len(offsets):
        raise ValueError(f"offsets have the shape {offsets.shape}: pass n + 1 of them for n sequences")
    if offsets[0] != 0 or offsets[-1] != length:
        raise ValueError(
            f"offsets go from {offsets[0]} to {offsets[-1]}, but there are {length} log-probabilities: begin with 0 "
            "and end with their number, so that each belongs to a sequence"
        )
    falls = np.flatnonzero(np.diff(offsets) < 0)
    if len(falls):
        at = falls[0] + 1
        raise ValueError(f"offsets[{at}] is {offsets[at]}, less than the one before it: sequences follow one another")


def _summed(log_probs: NDArray[np.float64], offsets: NDArray[np.int64], unit: float) -> NDArray[np.float64]:
    found = _core.sum_log_probs(log_probs, offsets, unit)
    if isinstance(found, int):
        sequence = int(np.searchsorted(offsets, found, side="right")) - 1
        raise ValueError(
            f"log_probs[{found}], in sequence {sequence}, is {log_probs[found]}: a log-probability is a number up to 0"
        )
    return found
