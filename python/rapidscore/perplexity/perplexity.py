"""Perplexity: how well a language model predicts the tokens of a text."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import e, isnan, log
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore._core import Perplexity as Core
from rapidscore._core import Total as Sums
from rapidscore._core import powers_of_e
from rapidscore._public import public
from rapidscore.inputs.arrays import as_floats
from rapidscore.metric import Metric
from rapidscore.perplexity import text_sizes, token_scores
from rapidscore.perplexity.score import PerplexityScore, power_of_e
from rapidscore.statistics import Statistics

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.perplexity.token_scores import Segments

_AGGREGATES = ("tokens", "sequences")


@public
@dataclass(frozen=True)
class Perplexity(Metric[PerplexityScore]):
    """How many words a language model is in doubt between: e to the mean negative log-likelihood of a token.

        >>> import numpy as np
        >>> from rapidscore import Perplexity
        >>> logits = np.log([[[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]])  # (batch, time, vocabulary)
        >>> print(Perplexity().score(logits, [[0, 1]], texts=["to be"]))
        perplexity = 1.58 (cross-entropy = 0.458 nats, bits per byte = 0.264, accuracy = 1.000, tokens = 2)

    Options:

    - `ignore_index`: labels that are not scored, as padding; None for no such label.
    - `shift`: whether `logits[t]` predict `labels[t + 1]`, where labels are the input of a causal language model.
      Without it they predict `labels[t]`.
    - `aggregate`: `"tokens"` for the perplexity of all tokens, `"sequences"` for the mean of each sequence's own.
    - `top_k`: a token counts for `top_k_accuracy` when its label is among the k likeliest.

    Logits are float16, bfloat16 (of ml_dtypes or PyTorch), float32 or float64, NumPy arrays or CPU tensors of any
    strides, read once, and where they lie. Labels are integers. A sequence is a row of the batch; logits of shape
    (tokens, vocabulary) are one sequence. With `attention_mask`, of the labels' shape, labels where it is 0 are not
    scored, nor with `shift` is the label that a row of padding would predict. The logits of labels that are not scored
    are not read. Of equal logits that of the first word counts as the higher.

    For bits per byte and the like, pass `texts`, a `str` for each sequence, or `byte_counts`, `char_counts` or
    `word_counts`; words are what `str.split` finds. They are taken as they are: with `shift` the first token is not
    scored, so put one that begins texts (BOS) before the text, or give the sizes of what is scored. A total knows a
    size when it knows that of all its sequences. What belongs to no text of its own, such as log-probabilities that
    arrive bit by bit, joins an accumulator as `meter.merge(metric.statistics_log_probs(...).total())`.

    Sums are made in float64, and totals merge to the same bits in any order. A token's loss is within 5e-7 nats of the
    exact one for float32, float16 and bfloat16, and within 1e-14 for float64; or 4e-16 of the loss where that is more.

    References: F. Jelinek et al., "Perplexity - a measure of the difficulty of speech recognition tasks", 1977. Pooled
    over tokens as in torchmetrics 1.9, averaged over sequences as in the `perplexity` of evaluate 0.4.
    """

    higher_is_better: ClassVar[bool] = False

    # Set at construction; no option.
    _core: ClassVar[Core]

    ignore_index: int | None = -100
    shift: bool = False
    aggregate: str = "tokens"
    top_k: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.aggregate not in _AGGREGATES:
            raise ValueError(f"unknown aggregate {self.aggregate!r}: choose one of {', '.join(_AGGREGATES)}")
        if not 1 <= self.top_k < 2**32:
            raise ValueError(f"top_k must be from 1 to 2^32 - 1, got {self.top_k}")
        if self.ignore_index is not None and not -(2**63) <= self.ignore_index < 2**63:
            raise ValueError(f"ignore_index must be a number of int64, got {self.ignore_index}")
        core = Core(self.ignore_index, self.shift, self.aggregate, self.top_k)
        object.__setattr__(self, "_core", core)

    def score(  # type: ignore[override]  # these are the names of what is given here
        self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any
    ) -> PerplexityScore:
        """Score logits (batch, time, vocabulary) or (tokens, vocabulary) against labels (batch, time) or (tokens,).

        `sizes` are `texts`, `byte_counts`, `char_counts` and `word_counts`. Raises `ValueError` when shapes do not fit,
        no token is left to score (or, for the mean of sequences, none of one), a label has no logit, or a row of logits
        that is read has NaN, infinity or nothing but minus infinity; the message names the position. Logits of minus
        infinity are impossible words, and where such a word is the label, the perplexity is infinite.
        """
        return self._score(self._total(logits, labels, attention_mask, **sizes))

    def statistics(  # type: ignore[override]  # the same
        self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any
    ) -> Statistics[PerplexityScore]:
        """Measure each sequence: rows to be sliced, joined, grouped and scored. Arguments are those of `score`."""
        return self._statistics(self._measure(logits, labels, attention_mask, **sizes))

    def segment_scores(  # type: ignore[override]  # the same
        self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any
    ) -> dict[str, NDArray[np.float64]]:
        """Score each of n sequences for itself: a dict from the name of each score to a float64 array of shape (n,).

        A sequence without tokens to score has NaN. Arguments are those of `score`.
        """
        return self.statistics(logits, labels, attention_mask, **sizes).segment_scores()

    def token_losses(self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the negative log-likelihood of each label, in nats: float64 of the labels' shape.

        It is NaN where nothing is scored; with `shift`, the first of each sequence is.
        """
        return token_scores.of_logits(self, logits, labels, attention_mask).losses

    def score_log_probs(
        self, log_probs: Any, offsets: ArrayLike | None = None, *, base: float = e, **sizes: Any
    ) -> PerplexityScore:
        """Score log-probabilities of tokens, as inference servers return them.

            >>> print(Perplexity().score_log_probs([[None, -0.5, -1.5], [-1.0]]))
            perplexity = 2.72 (cross-entropy = 1.000 nats, tokens = 3)

        `log_probs` is a list with a sequence of floats for each text, in which the first may be None and is left out;
        or one flat float array with `offsets`, n + 1 integers: sequence i is `log_probs[offsets[i]:offsets[i + 1]]`;
        or an array (n, tokens). They are logarithms to the base `base`, e or 2 mostly. Minus infinity is an impossible
        token. Raises `ValueError` when one is NaN or above 0 (by more than 0.01, which rounding may do); the message
        names the position.
        """
        # Where each sequence need not be looked at by itself, no row is made.
        pooled = self.aggregate == "tokens" and not sizes
        if pooled and (flat := token_scores.as_flat(log_probs, offsets)) is not None:
            return self._score(token_scores.total_of(flat, _unit(base)))
        return self._scored(self._sum(log_probs, offsets, base, sizes))

    def statistics_log_probs(
        self, log_probs: Any, offsets: ArrayLike | None = None, *, base: float = e, **sizes: Any
    ) -> Statistics[PerplexityScore]:
        """Return the rows of log-probabilities of tokens, given as to `score_log_probs`."""
        return self._statistics(self._sum(log_probs, offsets, base, sizes))

    def score_losses(
        self, losses: ArrayLike, token_counts: ArrayLike, *, base: float = e, **sizes: Any
    ) -> PerplexityScore:
        """Score mean losses (n,), each that of so many tokens (n,): of batches, or of sequences.

            >>> print(Perplexity().score_losses([2.0, 3.0], [30, 10]))
            perplexity = 9.49 (cross-entropy = 2.250 nats, tokens = 40)

        Losses are mean negative log-likelihoods to the base `base`. Raises `ValueError` when one is NaN or below 0 (by
        more than 0.01), or a count is no whole number.
        """
        return self._scored(self._weigh(losses, token_counts, base, sizes))

    def statistics_losses(
        self, losses: ArrayLike, token_counts: ArrayLike, *, base: float = e, **sizes: Any
    ) -> Statistics[PerplexityScore]:
        """Return the rows of mean losses, given as to `score_losses`."""
        return self._statistics(self._weigh(losses, token_counts, base, sizes))

    def _measure(self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any) -> Segments:
        text_sizes.check_names(sizes)
        return self._checked(token_scores.of_logits(self, logits, labels, attention_mask).segments(sizes))

    def _sum(self, log_probs: Any, offsets: ArrayLike | None, base: float, sizes: dict[str, Any]) -> Segments:
        text_sizes.check_names(sizes)
        return self._checked(token_scores.of_log_probs(log_probs, offsets, _unit(base), sizes))

    def _weigh(self, losses: ArrayLike, counts: ArrayLike, base: float, sizes: dict[str, Any]) -> Segments:
        text_sizes.check_names(sizes)
        return self._checked(token_scores.of_losses(losses, counts, _unit(base), sizes))

    def _checked(self, segments: Segments) -> Segments:
        """Refuse sequences without tokens where each has a perplexity of its own."""
        empty = np.flatnonzero(segments.sums[:, 1] == 0)
        if len(empty) and self.aggregate == "sequences":
            raise ValueError(
                f"sequence {empty[0]} has no token left to score, and so no perplexity: leave it out, or pool tokens "
                "with aggregate='tokens'"
            )
        return segments

    def _statistics(self, segments: Segments) -> Statistics[PerplexityScore]:
        return Statistics(self, Core.rows(*segments), 0)

    def _scored(self, segments: Segments) -> PerplexityScore:
        return self._score(Core.total(*segments))

    def _total(self, predictions: Any, references: Any, *more: Any, **options: Any) -> Sums:
        return Core.total(*self._measure(predictions, references, *more, **options))

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Sums:
        return self._core.fold(rows)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        scores = self._core.finalise_rows(rows)
        # The first two are always known, each other one if the column of its count is.
        known = [True, True, *(not np.isnan(count).all() for count in rows.T[4:])]
        return {name: values for (name, values), is_known in zip(scores.items(), known, strict=True) if is_known}

    def _is_empty(self, total: Sums) -> bool:
        return total.row()[1] == 0

    def _columns(self) -> tuple[str, ...]:
        return tuple(self._core.columns())

    def _score(self, total: Sums) -> PerplexityScore:
        if total.segments == 0:
            raise ValueError("no segments to score: pass at least one sequence with its labels")
        nll, tokens, perplexities, sequences, *known = total.row()
        if tokens == 0:
            raise ValueError("no token left to score: every label is ignore_index or masked, or there is none")
        hits, top_k_hits, bytes_, characters, words = (None if isnan(count) else int(count) for count in known)
        pooled, mean = power_of_e(nll / tokens), perplexities / sequences
        return PerplexityScore(
            perplexity=mean if self.aggregate == "sequences" else pooled,
            token_perplexity=pooled,
            sequence_perplexity=mean,
            nll=nll,
            tokens=int(tokens),
            segments=total.segments,
            k=self.top_k,
            hits=hits,
            top_k_hits=top_k_hits,
            byte_count=bytes_,
            char_count=characters,
            word_count=words,
            signature=self._signature(None),
        )

    def _signature_items(self) -> dict[str, str]:
        return {
            "aggregate": self.aggregate,
            "shift": "yes" if self.shift else "no",
            "ignore": "no" if self.ignore_index is None else str(self.ignore_index),
            "k": str(self.top_k),
        }


def _unit(base: float) -> float:
    """Return how many nats a unit of logarithms to a base is."""
    if isinstance(base, bool) or not isinstance(base, int | float | np.integer | np.floating):
        raise TypeError(f"base must be a number, not {base!r} ({type(base).__name__})")
    if not 1 < base <= sys.float_info.max:
        raise ValueError(f"base must be a number above 1, e or 2 mostly, got {base!r}")
    return 1.0 if base == e else log(base)


@public
def perplexity_from_loss(loss: Any, base: float = e) -> Any:
    """Return the perplexity of a mean loss: base to its power.

        >>> from rapidscore import perplexity_from_loss
        >>> perplexity_from_loss(0.0), perplexity_from_loss(3.0, base=2)
        (1.0, 8.0)

    `loss` is a number or an array, of nats by default and of bits with `base=2`; the result is a float, or a float64
    array of its shape. What is too large for a float64 is infinite.
    """
    _unit(base)
    losses = as_floats(loss, "losses")
    with np.errstate(over="ignore"):
        if base == e:
            powers = powers_of_e(losses.ravel()).reshape(losses.shape)
        else:
            powers = np.asarray(np.exp2(losses) if base == 2 else np.power(float(base), losses))
    return powers if powers.ndim else float(powers)


@public
def loss_from_perplexity(perplexity: Any, base: float = e) -> Any:
    """Return the mean loss that makes a perplexity: its logarithm to the base.

        >>> from rapidscore import loss_from_perplexity
        >>> loss_from_perplexity(1.0), loss_from_perplexity([1, 8], base=2)
        (0.0, array([0., 3.]))

    `perplexity` is a number or an array of at least 1; the loss is in nats by default and in bits with `base=2`.
    """
    unit = _unit(base)
    values = as_floats(perplexity, "perplexities")
    wrong = values[~(values >= 1)]
    if wrong.size:
        raise ValueError(f"a perplexity is a number from 1, got {wrong.flat[0]}")
    losses = np.asarray(np.log2(values) if base == 2 else np.log(values) / unit)
    return losses if losses.ndim else float(losses)
