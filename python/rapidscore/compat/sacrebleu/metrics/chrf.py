"""chrF and chrF++, as in `sacrebleu.metrics.chrf` of sacrebleu 2.6.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import rapidscore
from rapidscore.compat.sacrebleu.metrics._core_metric import CoreMetric
from rapidscore.compat.sacrebleu.metrics.base import Score, Signature, Streams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import TextMetric


#: The smoothed precision or recall of an order without n-grams.
_EPS = 1e-16


class CHRFSignature(Signature):
    """A short description of how a chrF score was computed."""

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
    """A chrF score. Its name shows the variant: `chrF2`, or `chrF2++` with word n-grams."""

    def __init__(self, score: float, char_order: int, word_order: int, beta: int) -> None:
        self.beta = beta
        self.char_order = char_order
        self.word_order = word_order
        super().__init__(f"chrF{beta}" + "+" * word_order, score)


class CHRF(CoreMetric[CHRFScore]):
    """chrF, 0 to 100.

    Parameters as `sacrebleu.metrics.CHRF` in sacrebleu 2.6.0; `rapidscore.CHRF` describes their meaning. `references`
    are streams, with which `corpus_score(hypotheses, None)` then compares.
    """

    CHAR_ORDER = 6
    WORD_ORDER = 0
    BETA = 2

    _SIGNATURE_TYPE = CHRFSignature
    _OPTIONS = frozenset({"char_order", "word_order", "beta", "lowercase", "whitespace", "eps_smoothing"})

    def __init__(  # noqa: PLR0917  # sacrebleu's signature
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

    def _make_core(self) -> TextMetric:
        return self._core_for(self.lowercase)

    def _make_plain_core(self) -> TextMetric:
        return self._core_for(lowercase=False)

    def _core_for(self, lowercase: bool) -> TextMetric:
        options = map(bool, (lowercase, self.whitespace, self.eps_smoothing))
        # The core requires a positive beta; only its square is used.
        return rapidscore.CHRF(self.char_order, self.word_order, abs(self.beta), *options)._core

    def _preprocess_segment(self, sent: str) -> str:
        return sent.lower() if self.lowercase else sent

    def _compute_f_score(self, statistics: Sequence[Any]) -> float:
        """Return the F-score of a row or a sum of rows: n-grams of hypothesis, reference and both, for each order."""
        # The type of the numbers decides the arithmetic. No sum(), which would round differently.
        factor, orders = self.beta**2, 0
        precision_sum, recall_sum, f_score_sum = 0.0, 0.0, 0.0
        for order in range(self.order):
            in_hypothesis, in_reference, matches = statistics[3 * order : 3 * order + 3]
            precision = matches / in_hypothesis if in_hypothesis > 0 else _EPS
            recall = matches / in_reference if in_reference > 0 else _EPS
            denominator = factor * precision + recall
            f_score_sum += (1 + factor) * precision * recall / denominator if denominator > 0 else _EPS
            # Orders for which one of the texts is too short are skipped.
            if in_hypothesis > 0 and in_reference > 0:
                precision_sum, recall_sum, orders = precision_sum + precision, recall_sum + recall, orders + 1
        if self.eps_smoothing:
            return 100 * f_score_sum / self.order
        if not precision_sum + recall_sum:
            return 0.0
        precision, recall = precision_sum / orders, recall_sum / orders
        return 100 * ((1 + factor) * precision * recall / (factor * precision + recall))

    def _compute_score_from_stats(self, stats: Any) -> CHRFScore:
        return CHRFScore(self._compute_f_score(stats), self.char_order, self.word_order, self.beta)

    def _value(self, row_sum: Any) -> float:
        return self._compute_f_score(row_sum)

    def _score_with_value(self, value_and_row: tuple[Any, ...]) -> CHRFScore:
        return CHRFScore(value_and_row[0], self.char_order, self.word_order, self.beta)

    def _handle_missing_references(self, row: NDArray[np.float64], segments: int) -> None:
        # The errors that sacrebleu raises.
        if segments > 1:
            raise IndexError("list index out of range")
        raise ValueError("not enough values to unpack (expected 3, got 0)")
