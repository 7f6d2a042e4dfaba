"""evaluate's `sacrebleu`, `chrf` and `ter`: rapidscore's metrics, with evaluate's names of options and results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, ClassVar

import numpy as np

from rapidscore import BLEU, CHRF, TER, Total
from rapidscore.compat.sacrebleu import metrics as sacrebleu_metrics


@dataclass(frozen=True)
class _Part:
    """The total of some examples (or their rows, if sums are rounded), and all numbers of references that occur."""

    total: Any
    reference_counts: set[int]


class _Translations:
    """The base class of the three metrics."""

    EAGER: ClassVar[bool] = False
    #: Whether None may stand for a missing reference.
    ALLOW_MISSING: ClassVar[bool] = True

    def _metric(self) -> Any:
        raise NotImplementedError

    def measure(self, predictions: Any, references: Any) -> _Part:
        """Return the total of the examples."""
        reference_counts = {1 if isinstance(texts, str) else len(texts) for texts in references}
        # As in sacrebleu, None stands for a missing reference.
        present = [
            texts if isinstance(texts, str) else [text for text in texts if text is not None] for texts in references
        ]
        return _Part(self._total(predictions, present), reference_counts)

    def join(self, parts: list[_Part]) -> _Part:
        """Add totals."""
        counts: set[int] = set().union(*[part.reference_counts for part in parts])
        return _Part(self._sum([part.total for part in parts]), counts)

    def _total(self, predictions: Any, references: Any) -> Any:
        metric = self._metric()
        return Total(metric, metric._total(predictions, references))

    def _sum(self, totals: list[Any]) -> Any:
        return reduce(add, totals)

    def _score(self, part: _Part) -> Any:
        if len(part.reference_counts) > 1:
            fewest, most = min(part.reference_counts), max(part.reference_counts)
            raise ValueError(
                f"predictions have from {fewest} to {most} references: pass the same number for each, as evaluate "
                "requires, or use rapidscore's own metrics, which take any number"
            )
        return self._score_of_total(part.total)

    def _score_of_total(self, total: Any) -> Any:
        # Not `total.score()`, which warns of texts without spaces.
        return total.metric._score(total._sums)


@dataclass(frozen=True)
class Sacrebleu(_Translations):
    """Compute BLEU of a corpus, 0 to 100, as sacrebleu does.

    Inputs: `predictions`, n `str`; `references`, a `str` or a list of `str` for each prediction, the same number for
    each.

    Options: `smooth_method`, `smooth_value`, `force`, `lowercase`, `tokenize`, `use_effective_order` (see
    `rapidscore.BLEU`, in which the last is `effective_order`).

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

    def result(self, part: _Part) -> dict[str, Any]:
        """Return BLEU, counts, precisions, brevity penalty and lengths."""
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
        """Return the counts as `int`, except those to which smoothing has added a `float`."""
        adds_float = self.smooth_method == "add-k" and isinstance(self.smooth_value, float)
        return [count if adds_float and at and any(counts) else int(count) for at, count in enumerate(counts)]


@dataclass(frozen=True)
class ChrF(_Translations):
    """Compute chrF or chrF++ of a corpus, 0 to 100, as sacrebleu does.

    Inputs: `predictions`, n `str`; `references`, a `str` or a list of `str` for each prediction, the same number for
    each.

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
        flags = map(bool, (self.lowercase, self.whitespace, self.eps_smoothing))
        # CHRF requires a positive beta; only its square is used.
        return CHRF(self.char_order, self.word_order, abs(self.beta), *flags)

    def result(self, part: _Part) -> dict[str, Any]:
        """Return chrF and its options."""
        score = self._score(part).score
        return {"score": score, "char_order": self.char_order, "word_order": self.word_order, "beta": self.beta}


@dataclass(frozen=True)
class Ter(_Translations):
    """Compute the translation edit rate of a corpus in percent, from 0, as sacrebleu does.

    Inputs: `predictions`, n `str`; `references`, a `str` or a list of `str` for each prediction, the same number for
    each.

    Options: `normalized`, `ignore_punct`, `support_zh_ja_chars`, `case_sensitive` (see `rapidscore.TER`, in which the
    second and the third are `no_punct` and `asian_support`).

    Result: `score`, `num_edits`, `ref_length` (the sum of the mean lengths of the references of each prediction).
    """

    normalized: bool = False
    ignore_punct: bool = False
    support_zh_ja_chars: bool = False
    case_sensitive: bool = False

    def _metric(self) -> TER:
        flags = (self.normalized, self.ignore_punct, self.support_zh_ja_chars, self.case_sensitive)
        return TER(*map(bool, flags))

    def _total(self, predictions: Any, references: Any) -> Any:
        # Rows, not a total: sacrebleu adds mean lengths in the order of the examples, and rounds after each addition.
        return self._metric()._core.rows(predictions, references)[0]

    def _sum(self, totals: list[Any]) -> Any:
        return np.concatenate(totals).cumsum(axis=0)[-1:]

    def _score_of_total(self, total: Any) -> Any:
        metric = sacrebleu_metrics.TER()
        return metric._compute_score_from_stats(metric._sum(total))

    def result(self, part: _Part) -> dict[str, Any]:
        """Return the rate, the edits and the length of the references."""
        score = self._score(part)
        return {"score": score.score, "num_edits": score.num_edits, "ref_length": score.ref_length}
