"""TER, as in `sacrebleu.metrics.ter` of sacrebleu 2.6.0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import rapidscore
from rapidscore.compat.sacrebleu.metrics._core_metric import CoreMetric
from rapidscore.compat.sacrebleu.metrics.base import Score, Signature, Streams
from rapidscore.compat.sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import TextMetric


class TERSignature(Signature):
    """A short description of how a TER score was computed."""

    def __init__(self, args: dict[str, Any]) -> None:
        super().__init__(args)
        self._abbr |= {"case": "c", "tok": "t", "norm": "nr", "punct": "pn", "asian": "as"}
        self.info |= {
            "case": "mixed" if args["case_sensitive"] else "lc",
            "tok": args["tokenizer_signature"],
            "norm": args["normalized"],
            "punct": not args["no_punct"],
            "asian": args["asian_support"],
        }


class TERScore(Score):
    """A translation edit rate, with the number of edits and the length of the references."""

    def __init__(self, score: float, num_edits: float, ref_length: float) -> None:
        super().__init__("TER", score)
        self.num_edits = int(num_edits)
        self.ref_length = ref_length


class TER(CoreMetric[TERScore]):
    """Translation edit rate in percent, from 0.

    Parameters as `sacrebleu.metrics.TER` in sacrebleu 2.6.0; `rapidscore.TER` describes their meaning. `references`
    are streams, with which `corpus_score(hypotheses, None)` then compares.
    """

    _SIGNATURE_TYPE = TERSignature
    _OPTIONS = frozenset({"normalized", "no_punct", "asian_support", "case_sensitive"})

    def __init__(
        self,
        normalized: bool = False,
        no_punct: bool = False,
        asian_support: bool = False,
        case_sensitive: bool = False,
        references: Streams | None = None,
    ) -> None:
        super().__init__()
        self.no_punct = no_punct
        self.normalized = normalized
        self.asian_support = asian_support
        self.case_sensitive = case_sensitive
        self.tokenizer = TercomTokenizer(normalized, no_punct, asian_support, case_sensitive)
        self.tokenizer_signature = self.tokenizer.signature()
        if references is not None:
            self._ref_cache = self._cache_references(references)

    def _make_core(self) -> TextMetric:
        options = (self.normalized, self.no_punct, self.asian_support, self.case_sensitive)
        return rapidscore.TER(*map(bool, options))._core

    def _make_plain_core(self) -> TextMetric:
        return rapidscore.TER(case_sensitive=True)._core

    def _preprocess_segment(self, sent: str) -> str:
        return self.tokenizer(sent.rstrip())

    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        # sacrebleu preprocesses references twice, too.
        return {"references": [*map(self._preprocess_segment, refs)]}

    def _lists(self, rows: NDArray[np.float64]) -> list[list[Any]]:
        return [[int(edits), length] for edits, length in rows.tolist()]

    def _total(self, hypotheses: Sequence[str], references: Streams | None) -> list[Any]:
        return self._sum(self._rows(hypotheses, references))

    def _sum(self, rows: NDArray[np.float64]) -> list[Any]:
        # `cumsum` adds row by row and rounds after each addition, as sacrebleu does.
        edits, length = rows.cumsum(axis=0)[-1].tolist()
        return [int(edits), length]

    def _compute_score_from_stats(self, stats: Any) -> TERScore:
        edits, length = stats[0], stats[1]
        # Without reference words, the rate is 1 if the hypothesis has words.
        rate = edits / length if length > 0 else 1.0 if edits > 0 else 0.0
        return TERScore(100 * rate, edits, length)

    def _handle_missing_references(self, row: NDArray[np.float64], segments: int) -> None:
        # The error that sacrebleu raises.
        raise ZeroDivisionError("division by zero")
