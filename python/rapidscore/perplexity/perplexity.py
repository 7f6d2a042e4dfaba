"""Perplexity: how well a language model predicts the tokens of a text."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from math import e, isnan, log, nan
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore._core import Perplexity as Core
from rapidscore._core import Total as Sums
from rapidscore._core import powers_of_e
from rapidscore._public import public
from rapidscore.inputs.arrays import as_floats
from rapidscore.inputs.options import check_int64
from rapidscore.metric import Metric
from rapidscore.perplexity import text_sizes, token_scores
from rapidscore.perplexity.score import PerplexityScore, power_of_e
from rapidscore.statistics import Statistics

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore._core import GroupTotals
    from rapidscore.perplexity.token_scores import Segments

_AGGREGATES = ("tokens", "sequences")


@public
@dataclass(frozen=True, eq=False)
class Perplexity(Metric[PerplexityScore]):
    """Compute perplexity, e to the power of the mean negative log-likelihood per token: 1 or more, and low is better.

    It can be read as the number of equally likely words from which the model chooses. Pooled over tokens, it equals the
    perplexity of torchmetrics 1.9; averaged over sequences, that of evaluate 0.4.

    Parameters
    ----------
    ignore_index : int or None, default -100
        Label that is not scored, such as that of padding. With None every label is scored.
    shift : bool, default False
        Whether `logits[t]` predict `labels[t + 1]`, as when labels are the input of a causal language model. Otherwise
        they predict `labels[t]`.
    aggregate : {"tokens", "sequences"}, default "tokens"
        Whether to compute the perplexity of all tokens, or the mean of the perplexities of the sequences.
    top_k : int, default 5
        `top_k_accuracy` counts the tokens whose label is among this number of likeliest words.

    Raises
    ------
    ValueError
        If an option is unknown or out of range.

    Notes
    -----
    Logits are NumPy arrays or CPU tensors of float16, bfloat16 (of ml_dtypes or PyTorch), float32 or float64, with any
    strides. They are read once, without a copy. Labels are integers. Each row of a batch is a sequence; logits of shape
    (tokens, vocabulary) are one sequence. Logits of labels that are not scored are not read. If logits are equal, the
    word with the lowest index counts as the likeliest.

    `attention_mask` has the shape of the labels. Labels are not scored where it is 0. With `shift`, the label after a
    masked position is not scored either.

    Bits per byte, bits per character and word perplexity need the sizes of the texts: pass `texts`, a `str` for each
    sequence, or `byte_counts`, `char_counts` or `word_counts`. Words are those of `str.split`. Sizes are not adjusted
    to the tokens that are scored: with `shift` the first token is not scored, so begin each sequence with a token that
    stands for the beginning of a text (BOS), or pass the sizes of what is scored. A total has a size only if all its
    sequences have it.

    To add log-probabilities or losses to an accumulator, merge their total:
    `meter.merge(metric.statistics_log_probs(...).total())`.

    Sums are float64, and totals merge to the same bits in any order. The error of a token's loss is at most 5e-7 nats
    for float32, float16 and bfloat16 and at most 1e-14 nats for float64, or 4e-16 of the loss if that is more.

    References
    ----------
    Jelinek, F. et al., "Perplexity - a measure of the difficulty of speech recognition tasks", 1977.

    Examples
    --------
    >>> import numpy as np
    >>> from rapidscore import Perplexity
    >>> logits = np.log([[[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]])  # (batch, time, vocabulary)
    >>> print(Perplexity().score(logits, [[0, 1]], texts=["to be"]))
    perplexity = 1.58 (cross-entropy = 0.458 nats, bits per byte = 0.264, accuracy = 1.000, tokens = 2)

    """

    higher_is_better: ClassVar[bool] = False

    # Set at construction, not an option.
    _core: ClassVar[Core]

    _leaves_out_unknown: ClassVar[bool] = True

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
        check_int64("ignore_index", self.ignore_index)
        core = Core(self.ignore_index, self.shift, self.aggregate, self.top_k)
        object.__setattr__(self, "_core", core)

    def score(  # type: ignore[override]  # logits and labels in place of predictions and references
        self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any
    ) -> PerplexityScore:
        """Score logits against labels.

        Parameters
        ----------
        logits : array or CPU tensor
            Logits of shape (batch, time, vocabulary) or (tokens, vocabulary). Minus infinity is the logit of an
            impossible word; if such a word is the label, the perplexity is infinite.
        labels : array_like of int
            Labels of shape (batch, time) or (tokens,).
        attention_mask : array_like, optional
            1 for tokens and 0 for padding, in the shape of the labels.
        **sizes
            `texts`, a sequence of one `str` per sequence; or any of `byte_counts`, `char_counts` and `word_counts`,
            each with one count per sequence.

        Returns
        -------
        PerplexityScore
            The perplexity and the values that belong to it.

        Raises
        ------
        ValueError
            If shapes do not match, no token is left to score (with `aggregate="sequences"`, no token of a sequence), a
            label is not an index of the vocabulary, or a row of logits that is read has NaN, infinity, or minus
            infinity only; the message names the position.
        TypeError
            If logits, labels or sizes have another type.

        """
        return self._score(self._total(logits, labels, attention_mask, **sizes))

    def statistics(  # type: ignore[override]  # as above
        self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any
    ) -> Statistics[PerplexityScore]:
        """Measure each sequence: return rows to be sliced, joined and scored. Takes the arguments of `score`."""
        return self._statistics(self._measure(logits, labels, attention_mask, **sizes))

    def segment_scores(  # type: ignore[override]  # as above
        self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any
    ) -> dict[str, NDArray[np.float64]]:
        """Score each sequence separately: return a dict from score names to float64 arrays of shape (n,).

        Sequences without tokens to score have NaN. Takes the arguments of `score`.
        """
        return self.statistics(logits, labels, attention_mask, **sizes).segment_scores()

    def token_losses(self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the negative log-likelihood of each label in nats, as float64 array in the shape of the labels.

        It is NaN for labels that are not scored; with `shift` that includes the first label of each sequence. Takes the
        arguments of `score` without sizes.
        """
        return token_scores.of_logits(self, logits, labels, attention_mask).losses

    def score_log_probs(
        self, log_probs: Any, offsets: ArrayLike | None = None, *, base: float = e, **sizes: Any
    ) -> PerplexityScore:
        """Score log-probabilities of tokens, as inference servers return them.

        Parameters
        ----------
        log_probs : sequence or array
            One of:

            - a list with a sequence of floats for each text; the first float of a sequence may be None, which is left
              out;
            - a float array of shape (n, tokens);
            - a flat float array, together with `offsets`.

            Minus infinity is the log-probability of an impossible token.
        offsets : array_like of int, optional
            n + 1 positions: sequence i is `log_probs[offsets[i]:offsets[i + 1]]`.
        base : float, default e
            Base of the logarithms, usually e or 2.
        **sizes
            Sizes of the texts, as for `score`.

        Raises
        ------
        ValueError
            If a log-probability is NaN or above 0 (by more than 0.01, to allow for rounding), or `offsets` do not cover
            all of them; the message names the position.

        Examples
        --------
        >>> print(Perplexity().score_log_probs([[None, -0.5, -1.5], [-1.0]]))
        perplexity = 2.72 (cross-entropy = 1.000 nats, tokens = 3)

        """
        # Without sizes and means over sequences, only the total is needed, which takes no row for each sequence.
        pooled = self.aggregate == "tokens" and not sizes
        if pooled and (flat := token_scores.as_flat(log_probs, offsets)) is not None:
            return self._score(token_scores.total_of(flat, _nats_per_unit(base)))
        return self._scored(self._sum(log_probs, offsets, base, sizes))

    def statistics_log_probs(
        self, log_probs: Any, offsets: ArrayLike | None = None, *, base: float = e, **sizes: Any
    ) -> Statistics[PerplexityScore]:
        """Return the rows of sequences of log-probabilities. Takes the arguments of `score_log_probs`."""
        return self._statistics(self._sum(log_probs, offsets, base, sizes))

    def score_losses(
        self, losses: ArrayLike, token_counts: ArrayLike, *, base: float = e, **sizes: Any
    ) -> PerplexityScore:
        """Score the mean losses of batches or sequences, weighted by their numbers of tokens.

        Parameters
        ----------
        losses : array_like of float
            Mean negative log-likelihoods of shape (n,).
        token_counts : array_like of int
            Number of tokens of each loss, of shape (n,).
        base : float, default e
            Base of the logarithms, usually e or 2.
        **sizes
            Sizes of the texts, as for `score`.

        Raises
        ------
        ValueError
            If a loss is NaN or below 0 (by more than 0.01, to allow for rounding), or a count is negative; the message
            names the position.
        TypeError
            If a count is not a whole number.

        Examples
        --------
        >>> print(Perplexity().score_losses([2.0, 3.0], [30, 10]))
        perplexity = 9.49 (cross-entropy = 2.250 nats, tokens = 40)

        """
        return self._scored(self._weigh(losses, token_counts, base, sizes))

    def statistics_losses(
        self, losses: ArrayLike, token_counts: ArrayLike, *, base: float = e, **sizes: Any
    ) -> Statistics[PerplexityScore]:
        """Return the rows of mean losses. Takes the arguments of `score_losses`."""
        return self._statistics(self._weigh(losses, token_counts, base, sizes))

    def _measure(self, logits: Any, labels: Any, attention_mask: ArrayLike | None = None, **sizes: Any) -> Segments:
        text_sizes.check_names(sizes)
        return self._checked(token_scores.of_logits(self, logits, labels, attention_mask).segments(sizes))

    def _sum(self, log_probs: Any, offsets: ArrayLike | None, base: float, sizes: dict[str, Any]) -> Segments:
        text_sizes.check_names(sizes)
        return self._checked(token_scores.of_log_probs(log_probs, offsets, _nats_per_unit(base), sizes))

    def _weigh(self, losses: ArrayLike, counts: ArrayLike, base: float, sizes: dict[str, Any]) -> Segments:
        text_sizes.check_names(sizes)
        return self._checked(token_scores.of_losses(losses, counts, _nats_per_unit(base), sizes))

    def _checked(self, segments: Segments) -> Segments:
        """Return segments. Raises `ValueError` if a sequence without tokens would need a perplexity."""
        empty = np.flatnonzero(segments.sums[:, 1] == 0)
        if len(empty) and self.aggregate == "sequences":
            raise ValueError(
                f"sequence {empty[0]} has no token left to score and no perplexity: leave it out, or pool tokens "
                "with aggregate='tokens'"
            )
        return segments

    def _statistics(self, segments: Segments) -> Statistics[PerplexityScore]:
        return Statistics._of(self, Core.rows(*segments), 0)

    def _scored(self, segments: Segments) -> PerplexityScore:
        return self._score(Core.total(*segments))

    def _total(self, predictions: Any, references: Any, *more: Any, **options: Any) -> Sums:
        return Core.total(*self._measure(predictions, references, *more, **options))

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Sums:
        return self._core.fold(rows)

    def _fold_groups(
        self, rows: NDArray[np.float64], codes: NDArray[np.int32], count: int, references: Any
    ) -> GroupTotals:
        return self._core.fold_groups(rows, codes, count)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        scores = self._core.finalise_rows(rows)
        # The first two scores are always known. Each of the others is known if the column of its count is.
        known = [True, True, *(not np.isnan(count).all() for count in rows.T[4:])]
        return {name: values for (name, values), is_known in zip(scores.items(), known, strict=True) if is_known}

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        nll, tokens, perplexities, sequences, hits, top_k_hits, bytes_, characters, words = sums.T.copy()
        # Where there is nothing to score, or a size is 0 or not known, a value is NaN.
        tokens = np.where(tokens > 0, tokens, nan)
        bytes_, characters, words = (np.where(sizes > 0, sizes, nan) for sizes in (bytes_, characters, words))
        with np.errstate(invalid="ignore"):
            pooled = np.where(np.isnan(tokens), nan, perplexities / sequences)
            if self.aggregate == "tokens":
                pooled = powers_of_e(nll / tokens)
            bits = nll / log(2)
            values = {
                "perplexity": pooled,
                "cross_entropy": nll / tokens,
                "cross_entropy_bits": bits / tokens,
                "accuracy": hits / tokens,
                f"top_{self.top_k}_accuracy": top_k_hits / tokens,
                "bits_per_byte": bits / bytes_,
                "bits_per_character": bits / characters,
                "word_perplexity": powers_of_e(nll / words),
                "tokens": tokens,
            }
        always = ("perplexity", "cross_entropy", "cross_entropy_bits", "tokens")
        return {name: value for name, value in values.items() if name in always or not np.isnan(value).all()}

    def _whole_columns(self) -> list[bool]:
        return [column not in ("nll", "perplexity") for column in self._columns()]

    def _wrong_sums(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        nll, tokens, perplexities, sequences, *known = sums.T
        tokens_wrong = ~(np.isfinite(tokens) & (tokens >= 0))
        # A sequence is counted if it has a token.
        sequences_wrong = ~((sequences <= tokens) & (sequences >= (tokens > 0)))
        # What is not known is NaN.
        known_wrong = [(count < 0) | np.isinf(count) for count in known]
        # An impossible token has an infinite loss. A loss may be 0.01 units below 0, and a unit is at most 709.8 nats.
        nll_wrong = ~(nll >= -8 * np.abs(tokens))
        return np.stack([nll_wrong, tokens_wrong, ~(perplexities >= 0), sequences_wrong, *known_wrong], axis=1)

    def _contradictions(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = super()._contradictions(sums)
        tokens, hits = sums[:, 1:2], slice(4, 6)
        wrong[:, hits] = sums[:, hits] > tokens
        return wrong

    def _is_scored(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        return sums[:, 1] > 0

    def _is_empty(self, total: Sums) -> bool:
        return total.row()[1] == 0

    def _columns(self) -> tuple[str, ...]:
        return tuple(self._core.columns())

    def _score(self, total: Sums) -> PerplexityScore:
        if total.segments == 0:
            raise ValueError("no segments to score: pass at least one sequence with its labels")
        nll, tokens, perplexities, sequences, *known = total.row()
        if tokens == 0:
            raise ValueError("no token left to score: pass at least one label that is neither ignore_index nor masked")
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


def _nats_per_unit(base: float) -> float:
    """Return the natural logarithm of a base: the nats of one unit of logarithms to that base."""
    if isinstance(base, bool) or not isinstance(base, int | float | np.integer | np.floating):
        raise TypeError(f"base must be a number, not {base!r} ({type(base).__name__})")
    if not 1 < base <= sys.float_info.max:
        raise ValueError(f"base must be a number above 1, such as e or 2, got {base!r}")
    return 1.0 if base == e else log(base)


@public
def perplexity_from_loss(loss: Any, base: float = e) -> Any:
    """Return the perplexity of a mean loss: the base to the power of the loss.

    Parameters
    ----------
    loss : float or array_like
        Mean negative log-likelihood per token, in nats by default.
    base : float, default e
        Base of the logarithms: 2 for losses in bits.

    Returns
    -------
    float or numpy.ndarray
        Perplexity, a float or a float64 array in the shape of `loss`. Values too large for float64 are infinite.

    Raises
    ------
    ValueError
        If `base` is not above 1.
    TypeError
        If `loss` or `base` is not a number.

    Examples
    --------
    >>> from rapidscore import perplexity_from_loss
    >>> perplexity_from_loss(0.0), perplexity_from_loss(3.0, base=2)
    (1.0, 8.0)

    """
    _nats_per_unit(base)
    losses = as_floats(loss, "losses")
    with np.errstate(over="ignore"):
        if base == e:
            powers = powers_of_e(losses.ravel()).reshape(losses.shape)
        else:
            powers = np.asarray(np.exp2(losses) if base == 2 else np.power(float(base), losses))
    return powers if powers.ndim else float(powers)


@public
def loss_from_perplexity(perplexity: Any, base: float = e) -> Any:
    """Return the mean loss of a perplexity: its logarithm to the base.

    Parameters
    ----------
    perplexity : float or array_like
        Perplexity, 1 or more.
    base : float, default e
        Base of the logarithm: 2 for losses in bits.

    Returns
    -------
    float or numpy.ndarray
        Mean loss, a float or a float64 array in the shape of `perplexity`.

    Raises
    ------
    ValueError
        If a perplexity is NaN or below 1, or `base` is not above 1.
    TypeError
        If `perplexity` or `base` is not a number.

    Examples
    --------
    >>> from rapidscore import loss_from_perplexity
    >>> loss_from_perplexity(1.0), loss_from_perplexity([1, 8], base=2)
    (0.0, array([0., 3.]))

    """
    unit = _nats_per_unit(base)
    values = as_floats(perplexity, "perplexities")
    wrong = values[~(values >= 1)]
    if wrong.size:
        raise ValueError(f"a perplexity must be 1 or more, got {wrong.flat[0]}")
    losses = np.asarray(np.log2(values) if base == 2 else np.log(values) / unit)
    return losses if losses.ndim else float(losses)
