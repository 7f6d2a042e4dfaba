"""The peer's `bleu` (that of TensorFlow NMT) and `google_bleu` (NLTK's GLEU), from counts of n-grams."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import BLEU
from rapidscore._core import Core
from rapidscore.compat.nltk.translate import _tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Rows that are in memory at a time.
_AT_A_TIME = 2**16


class Counts:
    """Whole numbers of the examples so far, to be added up."""

    __slots__ = ("numbers",)

    def __init__(self, numbers: NDArray[np.int64]) -> None:
        self.numbers = numbers

    @staticmethod
    def sum(parts: Sequence[Counts]) -> Counts:
        """Add counts up."""
        return Counts(np.sum([part.numbers for part in parts], axis=0))


@dataclass(frozen=True)
class NMTBleu:
    """Compute BLEU of a corpus, 0 to 1, by the script of TensorFlow NMT.

    Inputs: `predictions`, n `str`; `references`, for each a `str` or a list of `str`.

    Options:

    - `tokenizer`: a function from `str` to a list of tokens; by default the 13a of sacrebleu.
    - `max_order`: the highest order of n-grams.
    - `smooth`: add one to matches and totals of every order, after Lin and Och (2004).

    Result: `bleu`, `precisions` (of each order), `brevity_penalty`, `length_ratio`, `translation_length`,
    `reference_length`. Of several references the shortest counts for the length.
    """

    tokenizer: Callable[[str], Sequence[Any]] | None = None
    max_order: int = 4
    smooth: bool = False

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> Counts:
        """Count tokens, those of the shortest references, matches and n-grams of each order."""
        predictions, references, core = _prepared(predictions, references, self.tokenizer, self.max_order)
        row = core.total(predictions, references).row()
        if any(not _is_text(given, self.tokenizer) for given in references):
            row[1] = _shortest(references, self.tokenizer)
        return Counts(np.array(row, np.int64))

    def join(self, parts: list[Counts]) -> Counts:
        """Add counts up."""
        return Counts.sum(parts)

    def result(self, part: Counts) -> dict[str, Any]:
        """Return BLEU and what it is made of."""
        length, reference_length, *counts = part.numbers.tolist()
        pairs = zip(counts[: self.max_order], counts[self.max_order :], strict=True)
        if self.smooth:
            precisions = [(matches + 1.0) / (total + 1.0) for matches, total in pairs]
        else:
            precisions = [matches / total if total else 0.0 for matches, total in pairs]
        mean = 0.0
        if min(precisions) > 0:
            # each logarithm is weighed first: nmt_bleu.py's order
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
    """Compute GLEU of a corpus, 0 to 1: n-grams that match, by those of the longer text, as NLTK's `corpus_gleu` does.

    Inputs: `predictions`, n `str`; `references`, for each a `str` or a list of `str`, of which the best counts.

    Options:

    - `tokenizer`: a function from `str` to a list of tokens; by default the 13a of sacrebleu.
    - `min_len`, `max_len`: the orders of n-grams.

    Result: `google_bleu`.
    """

    tokenizer: Callable[[str], Sequence[Any]] | None = None
    min_len: int = 1
    max_len: int = 4

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> Counts:
        """Count matches, and n-grams of the longer text, of the best reference of each prediction."""
        _tokens.check_order("min_len", self.min_len)
        predictions, references, core = _prepared(predictions, references, self.tokenizer, self.max_len)
        counts = np.zeros(2, np.int64)
        for begin in range(0, len(predictions), _AT_A_TIME):
            part = slice(begin, begin + _AT_A_TIME)
            counts += self._count(predictions[part], references[part], core)
        return Counts(counts)

    def _count(self, predictions: Any, references: Any, core: Core) -> NDArray[np.int64]:
        firsts = None
        if any(not _is_text(given, self.tokenizer) for given in references):
            lists = [[given] if _is_text(given, self.tokenizer) else given for given in references]
            sizes = np.array([len(given) for given in lists])
            if not sizes.all():
                raise ValueError(f"references[{np.argmin(sizes)}] is empty: pass at least one reference")
            firsts = np.cumsum(sizes) - sizes
            predictions = [text for text, size in zip(predictions, sizes.tolist(), strict=True) for _ in range(size)]
            references = [text for given in lists for text in given]
        rows = core.rows(predictions, references)[0]
        orders = np.arange(self.min_len, self.max_len + 1)
        ours, theirs = (np.maximum(rows[:, at, np.newaxis] - orders + 1, 0).sum(axis=1) for at in (0, 1))
        matches = rows[:, 1 + self.min_len : 2 + self.max_len].sum(axis=1)
        totals = np.maximum(ours, theirs)
        if firsts is not None:
            # A reference without n-grams, where the prediction has none either, is left out.
            ratios = np.divide(matches, totals, out=np.full(len(totals), -1.0), where=totals > 0)
            best = np.repeat(np.maximum.reduceat(ratios, firsts), sizes)
            places = np.where(ratios == best, np.arange(len(ratios)), len(ratios))
            # of equally good ones the first, as max() has it
            chosen = np.minimum.reduceat(places, firsts)
            matches, totals = matches[chosen], totals[chosen]
        return np.array([matches.sum(), totals.sum()], np.int64)

    def join(self, parts: list[Counts]) -> Counts:
        """Add counts up."""
        return Counts.sum(parts)

    def result(self, part: Counts) -> dict[str, Any]:
        """Return the ratio of both counts."""
        matches, total = part.numbers.tolist()
        return {"google_bleu": matches / total if total else 0.0}


@lru_cache(16)
def _words_of_13a(orders: int) -> Core:
    return BLEU(max_ngram_order=orders, smooth_method="none")._core


def _prepared(predictions: Any, references: Any, tokenizer: Any, orders: int) -> tuple[Any, Any, Core]:
    """Return texts, or their tokens, and what counts them."""
    if tokenizer is None:
        return _unwrapped(predictions), [_unwrapped_either(given) for given in references], _words_of_13a(orders)
    if not callable(tokenizer):
        raise TypeError(f"tokenizer must be a function from str to a list of str, not {tokenizer!r}")
    _tokens.check_order("the highest order", orders)
    flat = [tokenizer(text) for text in predictions]
    lists = [[given] if isinstance(given, str) else given for given in references]
    tokens = _tokens.as_lists(flat + [tokenizer(text) for given in lists for text in given])
    rest = iter(tokens[len(flat) :])
    nested = [[next(rest) for _ in given] for given in lists]
    return tokens[: len(flat)], nested, Core.bleu_of_tokens(orders)


def _is_text(given: Any, tokenizer: Any) -> bool:
    return tokenizer is None and isinstance(given, str)


def _shortest(references: Any, tokenizer: Any) -> int:
    """Return the length in tokens of the shortest reference of each, in sum."""
    if tokenizer is not None:
        return sum(min(map(len, given)) for given in references)
    lists = [[given] if isinstance(given, str) else given for given in references]
    texts = [text for given in lists for text in given]
    # As predictions their lengths are counted.
    lengths = _words_of_13a(1).rows(texts, [""] * len(texts))[0][:, 0]
    sizes = np.array([len(given) for given in lists])
    return int(np.minimum.reduceat(lengths, np.cumsum(sizes) - sizes).sum())


def _unwrapped(texts: Any) -> Any:
    """Return texts whose 13a tokens are the same whether white space at the end is stripped before, as sacrebleu does.

    The peer does not: a hyphen before a line break goes with it, also at the end.
    """
    if any(isinstance(text, str) and "-\n" in text for text in texts):
        return [_without_last_break(text) if isinstance(text, str) else text for text in texts]
    return texts


def _unwrapped_either(given: Any) -> Any:
    if isinstance(given, str):
        return _without_last_break(given) if "-\n" in given else given
    return _unwrapped(given)


def _without_last_break(text: str) -> str:
    while (stripped := text.rstrip()).endswith("-") and text[len(stripped) :].startswith("\n"):
        text = stripped[:-1]
    return text
