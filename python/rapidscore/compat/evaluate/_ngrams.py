"""evaluate's `bleu` (TensorFlow NMT's BLEU) and `google_bleu` (NLTK's GLEU), from counts of n-grams."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import BLEU
from rapidscore._core import TextMetric
from rapidscore.compat.nltk.translate import _tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The number of rows in memory at a time.
_AT_A_TIME = 2**16


class Counts:
    """An array of counts of the examples so far."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self.numbers = numbers

    @staticmethod
    def sum(parts: Sequence[Counts]) -> Counts:
        """Add counts."""
        return Counts(np.sum([part.numbers for part in parts], axis=0))


@dataclass(frozen=True)
class NMTBleu:
    """Compute BLEU of a corpus, 0 to 1, as the script of TensorFlow NMT does.

    Inputs: `predictions`, n `str`; `references`, a `str` or a list of `str` for each prediction.

    Options:

    - `tokenizer`: a function from `str` to a list of tokens; by default sacrebleu's tokenizer `13a`.
    - `max_order`: the highest order of n-grams.
    - `smooth`: add one to the matches and totals of each order (Lin and Och, 2004).

    Result: `bleu`, `precisions` (of each order), `brevity_penalty`, `length_ratio`, `translation_length`,
    `reference_length`. The last sums the lengths of the shortest references.
    """

    tokenizer: Callable[[str], Sequence[Any]] | None = None
    max_order: int = 4
    smooth: bool = False

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> Counts:
        """Count the tokens of predictions and of the shortest references, and the matches and n-grams of each order."""
        predictions, references, core = _prepare(predictions, references, self.tokenizer, self.max_order)
        row = core.total(predictions, references).row()
        if any(not _is_text(texts, self.tokenizer) for texts in references):
            row[1] = _shortest_length(references, self.tokenizer)
        return Counts(np.array(row, np.int64))

    def join(self, parts: list[Counts]) -> Counts:
        """Add counts."""
        return Counts.sum(parts)

    def result(self, part: Counts) -> dict[str, Any]:
        """Return BLEU, the precisions, the brevity penalty and the lengths."""
        length, reference_length, *counts = part.numbers.tolist()
        pairs = zip(counts[: self.max_order], counts[self.max_order :], strict=True)
        if self.smooth:
            precisions = [(matches + 1.0) / (total + 1.0) for matches, total in pairs]
        else:
            precisions = [matches / total if total else 0.0 for matches, total in pairs]
        mean = 0.0
        if min(precisions) > 0:
            # Multiply each logarithm before the sum: the order of nmt_bleu.py.
            mean = math.exp(sum((1.0 / self.max_order) * math.log(precision) for precision in precisions))
        ratio = penalty = 0.0
        if length and reference_length:
            ratio = length / reference_length
            penalty = 1.0 if ratio > 1.0 else math.exp(1 - 1.0 / ratio)
        return {
            "bleu": mean * penalty,
            "precisions": precisions,
            "brevity_penalty": penalty,
            "length_ratio": ratio,
            "translation_length": length,
            "reference_length": reference_length,
        }


@dataclass(frozen=True)
class GoogleBleu:
    """Compute GLEU of a corpus, 0 to 1, as NLTK's `corpus_gleu` does: matching n-grams / n-grams of the longer text.

    Inputs: `predictions`, n `str`; `references`, a `str` or a list of `str` for each prediction, of which the one with
    the best score is used.

    Options:

    - `tokenizer`: a function from `str` to a list of tokens; by default sacrebleu's tokenizer `13a`.
    - `min_len`, `max_len`: the lowest and the highest order of n-grams.

    Result: `google_bleu`.
    """

    tokenizer: Callable[[str], Sequence[Any]] | None = None
    min_len: int = 1
    max_len: int = 4

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> Counts:
        """Count the matches with the best reference of each prediction, and the n-grams of the longer text."""
        _tokens.check_order("min_len", self.min_len)
        predictions, references, core = _prepare(predictions, references, self.tokenizer, self.max_len)
        counts = np.zeros(2, np.int64)
        for begin in range(0, len(predictions), _AT_A_TIME):
            part = slice(begin, begin + _AT_A_TIME)
            counts += self._count(predictions[part], references[part], core)
        return Counts(counts)

    def _count(self, predictions: Any, references: Any, core: TextMetric) -> NDArray[np.int64]:
        starts = None
        if any(not _is_text(texts, self.tokenizer) for texts in references):
            # One row for each pair of a prediction and a reference; `starts` are the first rows of the predictions.
            lists = [[texts] if _is_text(texts, self.tokenizer) else texts for texts in references]
            sizes = np.array([len(texts) for texts in lists])
            if not sizes.all():
                raise ValueError(f"references[{np.argmin(sizes)}] is empty: pass at least one reference")
            starts = np.cumsum(sizes) - sizes
            predictions = [text for text, size in zip(predictions, sizes.tolist(), strict=True) for _ in range(size)]
            references = [text for texts in lists for text in texts]
        rows = core.rows(predictions, references)[0]
        orders = np.arange(self.min_len, self.max_len + 1)
        in_prediction, in_reference = (
            np.maximum(rows[:, length, np.newaxis] - orders + 1, 0).sum(axis=1) for length in (0, 1)
        )
        matches = rows[:, 1 + self.min_len : 2 + self.max_len].sum(axis=1)
        totals = np.maximum(in_prediction, in_reference)
        if starts is not None:
            # Pairs in which neither text has n-grams are ignored.
            ratios = np.divide(matches, totals, out=np.full(len(totals), -1.0), where=totals > 0)
            best = np.repeat(np.maximum.reduceat(ratios, starts), sizes)
            candidates = np.where(ratios == best, np.arange(len(ratios)), len(ratios))
            # Of equal ratios the first is used, as by max().
            chosen = np.minimum.reduceat(candidates, starts)
            matches, totals = matches[chosen], totals[chosen]
        return np.array([matches.sum(), totals.sum()], np.int64)

    def join(self, parts: list[Counts]) -> Counts:
        """Add counts."""
        return Counts.sum(parts)

    def result(self, part: Counts) -> dict[str, Any]:
        """Return matches / n-grams."""
        matches, total = part.numbers.tolist()
        return {"google_bleu": matches / total if total else 0.0}


@lru_cache(16)
def _core_13a(orders: int) -> TextMetric:
    return BLEU(max_ngram_order=orders, smooth_method="none")._core


def _prepare(predictions: Any, references: Any, tokenizer: Any, orders: int) -> tuple[Any, Any, TextMetric]:
    """Return predictions and references, as texts or as tokens, and the core that counts their n-grams."""
    if tokenizer is None:
        return _join_last_lines(predictions), [_join_last_lines_of(texts) for texts in references], _core_13a(orders)
    if not callable(tokenizer):
        raise TypeError(f"tokenizer must be a function from str to a list of str, not {tokenizer!r}")
    _tokens.check_order("the highest order", orders)
    prediction_tokens = [tokenizer(text) for text in predictions]
    lists = [[texts] if isinstance(texts, str) else texts for texts in references]
    # Of all texts in one call, so that equal tokens become equal.
    tokens = _tokens.as_lists(prediction_tokens + [tokenizer(text) for texts in lists for text in texts])
    rest = iter(tokens[len(prediction_tokens) :])
    reference_tokens = [[next(rest) for _ in texts] for texts in lists]
    return tokens[: len(prediction_tokens)], reference_tokens, TextMetric.bleu_of_tokens(orders)


def _is_text(texts: Any, tokenizer: Any) -> bool:
    return tokenizer is None and isinstance(texts, str)


def _shortest_length(references: Any, tokenizer: Any) -> int:
    """Return the sum of the lengths, in tokens, of the shortest reference of each prediction."""
    if tokenizer is not None:
        return sum(min(map(len, tokens)) for tokens in references)
    lists = [[texts] if isinstance(texts, str) else texts for texts in references]
    flat = [text for texts in lists for text in texts]
    # The first column is the length of the prediction, so references are passed as predictions.
    lengths = _core_13a(1).rows(flat, [""] * len(flat))[0][:, 0]
    sizes = np.array([len(texts) for texts in lists])
    return int(np.minimum.reduceat(lengths, np.cumsum(sizes) - sizes).sum())


def _join_last_lines(texts: Any) -> Any:
    """Return texts that the core tokenizes as evaluate does, although it strips white space at the end first.

    13a joins a word that a hyphen breaks before a line feed. In evaluate this also removes a hyphen before a line feed
    at the end of a text, which the core's stripping would keep.
    """
    if any(isinstance(text, str) and "-\n" in text for text in texts):
        return [_join_last_line(text) if isinstance(text, str) else text for text in texts]
    return texts


def _join_last_lines_of(texts: Any) -> Any:
    if isinstance(texts, str):
        return _join_last_line(texts) if "-\n" in texts else texts
    return _join_last_lines(texts)


def _join_last_line(text: str) -> str:
    while (stripped := text.rstrip()).endswith("-") and text[len(stripped) :].startswith("\n"):
        text = stripped[:-1]
    return text
