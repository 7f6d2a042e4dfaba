"""chrF and chrF++, as sacrebleu 2.6.0's `metrics.chrf` has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import rapidscore
from rapidscore.compat.sacrebleu.metrics._counted import CountedMetric
from rapidscore.compat.sacrebleu.metrics.base import Score, Signature, Streams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Core


#: A rate of no n-grams, smoothed.
_EPS = 1e-16


class CHRFSignature(Signature):
    """How a chrF score came about."""

    def __init__(self, args: dict[str, Any]) -> None:
        super().__init__(args)
        self._abbr |= {"case": "c", "eff": "e", "nc": "nc", "nw": "nw", "space": "s"}
        self.info |= {
            "case": "lc" if args["lowercase"] else "mixed",
            "eff": "no" if args["eps_smoothing"] else "yes",
            "nc": args["char_order"],
            "nw": args["word_order"],
            "space": "yes" if args["whitespace"] else "no",
        }


class CHRFScore(Score):
    """A chrF score. Its name says the variant: `chrF2`, with word n-grams `chrF2++`."""

    def __init__(self, score: float, char_order: int, word_order: int, beta: int) -> None:
        self.beta = beta
        self.char_order = char_order
        self.word_order = word_order
        super().__init__(f"chrF{beta}" + "+" * word_order, score)


class CHRF(CountedMetric[CHRFScore]):
    """chrF, 0 to 100, with sacrebleu's options; see `rapidscore.CHRF` for what they mean.

    `references` are streams that are kept: `corpus_score(hypotheses, None)` then scores against them.
    """

    CHAR_ORDER = 6
    WORD_ORDER = 0
    BETA = 2

    _SIGNATURE_TYPE = CHRFSignature
    _OPTIONS = frozenset({"char_order", "word_order", "beta", "lowercase", "whitespace", "eps_smoothing"})

    def __init__(  # noqa: PLR0917  # the reference's signature
        self,
        char_order: int = CHAR_ORDER,
        word_order: int = WORD_ORDER,
        beta: int = BETA,
        lowercase: bool = False,
        whitespace: bool = False,
        eps_smoothing: bool = False,
        references: Streams | None = None,
    ) -> None:
        super().__init__()
        self.beta = beta
        self.char_order = char_order
        self.word_order = word_order
        self.order = char_order + word_order
        self.lowercase = lowercase
        self.whitespace = whitespace
        self.eps_smoothing = eps_smoothing
        if references is not None:
            self._ref_cache = self._cache_references(references)

    def _make_core(self) -> Core:
        return self._core_for(self.lowercase)

    def _make_plain_core(self) -> Core:
        return self._core_for(lowercase=False)

    def _core_for(self, lowercase: bool) -> Core:
        options = map(bool, (lowercase, self.whitespace, self.eps_smoothing))
        # Only its square counts.
        return rapidscore.CHRF(self.char_order, self.word_order, abs(self.beta), *options)._core

    def _preprocess_segment(self, sent: str) -> str:
        return sent.lower() if self.lowercase else sent

    def _compute_f_score(self, statistics: Sequence[Any]) -> float:
        """Return the F-score of a row, or of a sum of rows: n-grams of hypothesis, reference and both, by order."""
        # In the arithmetic of whatever type the numbers are of; sum() would round in another way.
        factor, orders = self.beta**2, 0
        precisions, recalls, smoothed = 0.0, 0.0, 0.0
        for at in range(self.order):
            said, expected, match = statistics[3 * at : 3 * at + 3]
            precision = match / said if said > 0 else _EPS
            recall = match / expected if expected > 0 else _EPS
            both = factor * precision + recall
            smoothed += (1 + factor) * precision * recall / both if both > 0 else _EPS
            # Orders that one of the texts is too short for do not count.
            if said > 0 and expected > 0:
                precisions, recalls, orders = precisions + precision, recalls + recall, orders + 1
        if self.eps_smoothing:
            return 100 * smoothed / self.order
        if not precisions + recalls:
            return 0.0
        precision, recall = precisions / orders, recalls / orders
        return 100 * ((1 + factor) * precision * recall / (factor * precision + recall))

    def _compute_score_from_stats(self, stats: Any) -> CHRFScore:
        return CHRFScore(self._compute_f_score(stats), self.char_order, self.word_order, self.beta)

    def _number(self, row: Any) -> float:
        return self._compute_f_score(row)

    def _at_once(self, found: tuple[Any, ...]) -> CHRFScore:
        return CHRFScore(found[0], self.char_order, self.word_order, self.beta)

    def _lone(self, row: NDArray[np.float64], segments: int) -> None:
        if segments > 1:
            raise IndexError("list index out of range")
        raise ValueError("not enough values to unpack (expected 3, got 0)")
