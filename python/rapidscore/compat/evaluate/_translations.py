"""The peer's `sacrebleu`, `chrf` and `ter`: rapidscore's, by the names that the peer has for options and results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, ClassVar

import numpy as np

from rapidscore import BLEU, CHRF, TER, Total
from rapidscore.compat.sacrebleu import metrics as peer


@dataclass(frozen=True)
class _Translated:
    """A total, or what a metric has instead, and how many references there are of an example."""

    total: Any
    sizes: set[int]


class _Translations:
    """What the three share."""

    EAGER: ClassVar[bool] = False
    #: Whether references may be missing.
    GAPS: ClassVar[bool] = True

    def _metric(self) -> Any:
        raise NotImplementedError

    def measure(self, predictions: Any, references: Any) -> _Translated:
        """Return the total of examples."""
        sizes = {1 if isinstance(given, str) else len(given) for given in references}
        # None is a reference that is missing, as in sacrebleu.
        present = [
            given if isinstance(given, str) else [text for text in given if text is not None] for given in references
        ]
        return _Translated(self._total(predictions, present), sizes)

    def join(self, parts: list[_Translated]) -> _Translated:
        """Add totals up."""
        return _Translated(self._sum([part.total for part in parts]), set().union(*[part.sizes for part in parts]))

    def _total(self, predictions: Any, references: Any) -> Any:
        metric = self._metric()
        return Total(metric, metric._total(predictions, references))

    def _sum(self, totals: list[Any]) -> Any:
        return reduce(add, totals)

    def _score(self, part: _Translated) -> Any:
        if len(part.sizes) > 1:
            raise ValueError(
                f"predictions have from {min(part.sizes)} to {max(part.sizes)} references: pass the same number for "
                "each, as the peer asks for; rapidscore's own metrics take any"
            )
        return self._scored(part.total)

    def _scored(self, total: Any) -> Any:
        return total.score()


@dataclass(frozen=True)
class Sacrebleu(_Translations):
    """Compute BLEU of a corpus, 0 to 100, as sacrebleu does.

    Inputs: `predictions`, n `str`; `references`, for each a `str` or a list of `str`, as many for each.

    Options: `smooth_method`, `smooth_value`, `force`, `lowercase`, `tokenize`, `use_effective_order` (see
    `rapidscore.BLEU`, which has the last as `effective_order`).

    Result: `score`, `counts`, `totals`, `precisions` (of each order), `bp`, `sys_len`, `ref_len`.
    """

    smooth_method: str = "exp"
    smooth_value: float | None = None
    force: bool = False
    lowercase: bool = False
    tokenize: Any = None
    use_effective_order: bool = False

    def _metric(self) -> BLEU:
        return BLEU(
            lowercase=bool(self.lowercase),
            force=bool(self.force),
            tokenize=self.tokenize or None,
            smooth_method=self.smooth_method,
            smooth_value=self.smooth_value,
            effective_order=bool(self.use_effective_order),
        )

    def result(self, part: _Translated) -> dict[str, Any]:
        """Return BLEU and what it is made of."""
        score = self._score(part)
        return {
            "score": score.score,
            "counts": self._counts(score.counts),
            "totals": self._counts(score.totals),
            "precisions": [*score.precisions],
            "bp": score.bp,
            "sys_len": score.sys_len,
            "ref_len": score.ref_len,
        }

    def _counts(self, counts: tuple[float, ...]) -> list[float]:
        """Return counts as whole numbers, but for those that a float was added to."""
        added = self.smooth_method == "add-k" and isinstance(self.smooth_value, float)
        return [count if added and at and any(counts) else int(count) for at, count in enumerate(counts)]


@dataclass(frozen=True)
class ChrF(_Translations):
    """Compute chrF or chrF++ of a corpus, 0 to 100, as sacrebleu does.

    Inputs: `predictions`, n `str`; `references`, for each a `str` or a list of `str`, as many for each.

    Options: `char_order`, `word_order`, `beta`, `lowercase`, `whitespace`, `eps_smoothing` (see `rapidscore.CHRF`).

    Result: `score`, `char_order`, `word_order`, `beta`.
    """

    char_order: int = 6
    word_order: int = 0
    beta: float = 2
    lowercase: bool = False
    whitespace: bool = False
    eps_smoothing: bool = False

    def _metric(self) -> CHRF:
        switches = map(bool, (self.lowercase, self.whitespace, self.eps_smoothing))
        # Only its square counts.
        return CHRF(self.char_order, self.word_order, abs(self.beta), *switches)

    def result(self, part: _Translated) -> dict[str, Any]:
        """Return chrF and its options."""
        score = self._score(part).score
        return {"score": score, "char_order": self.char_order, "word_order": self.word_order, "beta": self.beta}


@dataclass(frozen=True)
class Ter(_Translations):
    """Compute the translation edit rate of a corpus, from 0, in percent, as sacrebleu does.

    Inputs: `predictions`, n `str`; `references`, for each a `str` or a list of `str`, as many for each.

    Options: `normalized`, `ignore_punct`, `support_zh_ja_chars`, `case_sensitive` (see `rapidscore.TER`, which has the
    second and the third as `no_punct` and `asian_support`).

    Result: `score`, `num_edits`, `ref_length` (with several references their mean length).
    """

    normalized: bool = False
    ignore_punct: bool = False
    support_zh_ja_chars: bool = False
    case_sensitive: bool = False

    def _metric(self) -> TER:
        switches = (self.normalized, self.ignore_punct, self.support_zh_ja_chars, self.case_sensitive)
        return TER(*map(bool, switches))

    def _total(self, predictions: Any, references: Any) -> Any:
        # Rows: mean lengths of references are rounded after each, in the order of examples, as sacrebleu does.
        return self._metric()._core.rows(predictions, references)[0]

    def _sum(self, totals: list[Any]) -> Any:
        return np.concatenate(totals).cumsum(axis=0)[-1:]

    def _scored(self, total: Any) -> Any:
        metric = peer.TER()
        return metric._compute_score_from_stats(metric._sum(total))

    def result(self, part: _Translated) -> dict[str, Any]:
        """Return the rate, edits and length."""
        score = self._score(part)
        return {"score": score.score, "num_edits": score.num_edits, "ref_length": score.ref_length}
