"""BLEU, as sacrebleu 2.6.0's `metrics.bleu` has it.

A score of one sentence keeps the row that it is made of, and works out the rest when it is first asked for: most
callers want one number, which the core gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import rapidscore
from rapidscore._core import Core
from rapidscore.compat._lazy import Lazy
from rapidscore.compat.sacrebleu.metrics._counted import CountedMetric
from rapidscore.compat.sacrebleu.metrics.base import Score, Signature, Streams, sacrelogger
from rapidscore.compat.sacrebleu.tokenizers import _named

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_NGRAM_ORDER = 4

_TOKENIZERS = _named.BY_NAME


class BLEUSignature(Signature):
    """How a BLEU score came about."""

    def __init__(self, args: dict[str, Any]) -> None:
        super().__init__(args)
        self._abbr |= {"case": "c", "eff": "e", "tok": "tok", "smooth": "s"}
        smooth = args["smooth_method"]
        default = BLEU.SMOOTH_DEFAULTS[smooth]
        if default is not None:
            value = default if args["smooth_value"] is None else args["smooth_value"]
            smooth += f"[{value:.2f}]"
        self.info |= {
            "case": "lc" if args["lowercase"] else "mixed",
            "eff": "yes" if args["effective_order"] else "no",
            "tok": args["tokenizer_signature"],
            "smooth": smooth,
        }


class BLEUScore(Lazy, Score):
    """A BLEU score and what it is made of: `counts`, `totals` and `precisions` of each order, `bp` and lengths."""

    bp: float
    counts: Any
    totals: Any
    precisions: list[float]
    sys_len: int
    ref_len: int
    prec_str: str
    ratio: float

    def __init__(  # noqa: PLR0917  # the reference's signature
        self,
        score: float,
        counts: Any,
        totals: Any,
        precisions: list[float],
        bp: float,
        sys_len: int,
        ref_len: int,
    ) -> None:
        super().__init__("BLEU", score)
        self.bp = bp
        self.counts = counts
        self.totals = totals
        self.sys_len = sys_len
        self.ref_len = ref_len
        self.precisions = precisions
        self.prec_str = "/".join([f"{precision:.1f}" for precision in precisions])
        self.ratio = sys_len / ref_len if ref_len else 0
        self._verbose = (
            f"{self.prec_str} (BP = {bp:.3f} ratio = {self.ratio:.3f} hyp_len = {sys_len:d} ref_len = {ref_len:d})"
        )


def sentence(options: tuple[Any, ...], found: tuple[Any, ...]) -> BLEUScore:
    """Return the score of one segment from what the core gives of it: the score and the row.

    `options` are the last four of `BLEU.compute_bleu`.
    """
    score: BLEUScore = _new(BLEUScore)
    # First, as vars() has it.
    score.name = "BLEU"
    score.score = found[0]
    score._pending = _details, options, found
    return score


def _details(options: tuple[Any, ...], found: tuple[Any, ...]) -> dict[str, Any]:
    _, said, expected, *counts = found
    orders = options[-1]
    return vars(BLEU.compute_bleu(counts[:orders], counts[orders:], int(said), int(expected), *options))


_new: Callable[[Any], Any] = BLEUScore.__new__


class BLEU(CountedMetric[BLEUScore]):
    """BLEU, 0 to 100, with sacrebleu's options; see `rapidscore.BLEU` for what they mean.

    `references` are streams that are kept: `corpus_score(hypotheses, None)` then scores against them. `tokenize` is
    one of `TOKENIZERS`; or, which sacrebleu does not know, the path of a SentencePiece model that ends in `.model`, or
    a function from `str` to a list of `str`.
    """

    SMOOTH_DEFAULTS: ClassVar[dict[str, float | None]] = {"none": None, "floor": 0.1, "add-k": 1, "exp": None}
    TOKENIZERS = _TOKENIZERS.keys()
    TOKENIZER_DEFAULT = "13a"

    _TOKENIZER_MAP: ClassVar[dict[str, str]] = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
    _SIGNATURE_TYPE = BLEUSignature
    _OPTIONS = frozenset(
        {"lowercase", "tokenizer", "smooth_method", "smooth_value", "max_ngram_order", "effective_order"}
    )

    def __init__(  # noqa: PLR0917  # the reference's signature
        self,
        lowercase: bool = False,
        force: bool = False,
        tokenize: str | Callable[[str], list[str]] | None = None,
        smooth_method: str = "exp",
        smooth_value: float | None = None,
        max_ngram_order: int = MAX_NGRAM_ORDER,
        effective_order: bool = False,
        trg_lang: str = "",
        references: Streams | None = None,
    ) -> None:
        super().__init__()
        self._force = force
        self.trg_lang = trg_lang
        self.lowercase = lowercase
        self.smooth_value = smooth_value
        self.smooth_method = smooth_method
        self.max_ngram_order = max_ngram_order
        self.effective_order = effective_order
        _check_smoothing(smooth_method, "{self.smooth_method!r}")
        if tokenize is None:
            tokenize = self._TOKENIZER_MAP.get(trg_lang, self.TOKENIZER_DEFAULT)
        elif trg_lang in _LANGUAGES and tokenize != self._TOKENIZER_MAP[trg_lang]:
            best, language = self._TOKENIZER_MAP[trg_lang], _LANGUAGES[trg_lang]
            sacrelogger.warning(f"Consider using the '{best}' or 'spm' tokenizer for {language}.")
        self.tokenizer = _named.tokenizer(tokenize)
        self.tokenizer_signature = self.tokenizer.signature()
        if references is not None:
            self._ref_cache = self._cache_references(references)

    @staticmethod
    def compute_bleu(  # noqa: PLR0917  # the reference's signature
        correct: Any,
        total: Any,
        sys_len: int,
        ref_len: int,
        smooth_method: str = "none",
        smooth_value: float | None = None,
        effective_order: bool = False,
        max_ngram_order: int = MAX_NGRAM_ORDER,
    ) -> BLEUScore:
        """Return the score of so many matches and n-grams of each order; "add-k" changes the lists themselves.

        >>> print(BLEU.compute_bleu([9, 7, 5, 3], [10, 8, 6, 4], 11, 11))
        BLEU = 83.76 90.0/87.5/83.3/75.0 (BP = 1.000 ratio = 1.000 hyp_len = 11 ref_len = 11)
        """
        _check_smoothing(smooth_method, "{smooth_method!r}")
        score, bp, precisions = _computed(
            correct, total, (sys_len, ref_len), (smooth_method, smooth_value), effective_order, max_ngram_order
        )
        return BLEUScore(score, correct, total, precisions, bp, sys_len, ref_len)

    def _make_core(self) -> Core:
        return rapidscore.BLEU(
            lowercase=bool(self.lowercase),
            tokenize=_named.option(self.tokenizer),
            smooth_method=self.smooth_method,
            smooth_value=self.smooth_value,
            max_ngram_order=self.max_ngram_order,
            effective_order=bool(self.effective_order),
        )._core

    def _make_plain_core(self) -> Core:
        return _formula(self.smooth_method, self.smooth_value, self.max_ngram_order, bool(self.effective_order))

    def _preprocess_segment(self, sent: str) -> str:
        text = sent.lower() if self.lowercase else sent
        tokens: str = self.tokenizer(text.rstrip())
        return tokens

    def _compute_score_from_stats(self, stats: Any) -> BLEUScore:
        orders = self.max_ngram_order
        # By name, as derived classes may expect it.
        return self.compute_bleu(
            correct=stats[2 : 2 + orders],
            total=stats[2 + orders :],
            sys_len=int(stats[0]),
            ref_len=int(stats[1]),
            smooth_method=self.smooth_method,
            smooth_value=self.smooth_value,
            effective_order=self.effective_order,
            max_ngram_order=orders,
        )

    def _number(self, row: Any) -> float:
        # Without a score around it; what "add-k" changes are copies.
        smoothing, orders = (self.smooth_method, self.smooth_value), self.max_ngram_order
        correct, total, lengths = row[2 : 2 + orders].copy(), row[2 + orders :].copy(), (int(row[0]), int(row[1]))
        return _computed(correct, total, lengths, smoothing, self.effective_order, orders)[0]

    def _trial_scores(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.smooth_method != "add-k" or self.smooth_value is None:
            return super()._trial_scores(sums)
        # The reference writes what it smooths back into whole numbers, which loses the fraction.
        whole = math.floor(self.smooth_value)
        core = _formula("add-k", whole, self.max_ngram_order, bool(self.effective_order))
        return core.finalise_rows(sums)["bleu"]

    def _lone(self, row: NDArray[np.float64], segments: int) -> None:
        # Words are looked up in what is None.
        nothing: Any = None
        if row[0] and () in nothing:
            raise AssertionError
        row[1] = -1

    def _at_once(self, found: tuple[Any, ...]) -> BLEUScore:
        # As they are now.
        options = self.smooth_method, self.smooth_value, self.effective_order, self.max_ngram_order
        return sentence(options, found)

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> BLEUScore:
        """Score one segment."""
        if not self.effective_order:
            sacrelogger.warning("It is recommended to enable `effective_order` for sentence-level BLEU.")
        return super().sentence_score(hypothesis, references)


_LANGUAGES = {"zh": "Chinese", "ja": "Japanese", "ko": "Korean"}


def _check_smoothing(method: str, shown: str) -> None:
    # The reference forgets to format it.
    if method not in BLEU.SMOOTH_DEFAULTS:
        raise AssertionError(f"Unknown smooth_method {shown}")


def _computed(  # noqa: PLR0917  # what the reference's own function is given
    correct: Any,
    total: Any,
    lengths: tuple[int, int],
    smoothing: tuple[str, Any],
    effective_order: bool,
    orders: int,
) -> tuple[float, float, list[Any]]:
    """Return score, brevity penalty and precisions, of numbers of any type, in whose arithmetic they are computed.

    "add-k" changes the lists themselves.
    """
    (said, expected), (method, value) = lengths, smoothing
    bp = 1.0 if said >= expected else math.exp(1 - expected / said) if said > 0 else 0.0
    precisions: list[Any] = [0.0] * orders
    if not any(correct):
        return 0.0, bp, precisions
    if value is None:
        value = BLEU.SMOOTH_DEFAULTS[method]
    unmatched, highest = 1.0, orders
    for order in range(orders):
        if method == "add-k" and order:
            correct[order] += value
            total[order] += value
        if total[order] == 0:
            break
        if effective_order:
            highest = order + 1
        if correct[order] != 0:
            precisions[order] = 100.0 * correct[order] / total[order]
        elif method == "exp":
            unmatched *= 2
            precisions[order] = 100.0 / (unmatched * total[order])
        elif method == "floor":
            precisions[order] = 100.0 * value / total[order]
    logarithms = [math.log(precision) if precision else _LOG_OF_ZERO for precision in precisions[:highest]]
    # sum() is another one since Python 3.12: so are sacrebleu's scores.
    return bp * math.exp(sum(logarithms) / highest), bp, precisions


#: The reference's.
_LOG_OF_ZERO = -9999999999


@lru_cache(64)
def _formula(method: str, value: float | None, orders: int, effective_order: bool) -> Core:
    return Core.bleu("none", False, method, value, orders, effective_order)
