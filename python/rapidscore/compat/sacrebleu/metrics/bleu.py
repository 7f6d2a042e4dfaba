"""BLEU, as in `sacrebleu.metrics.bleu` of sacrebleu 2.6.0.

The score of a sentence keeps its row, and computes all attributes but `score` when they are first accessed: most
callers need only this number, which the core returns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import rapidscore
from rapidscore._core import TextMetric
from rapidscore.compat._lazy import Lazy
from rapidscore.compat.sacrebleu.metrics._core_metric import CoreMetric
from rapidscore.compat.sacrebleu.metrics.base import Score, Signature, Streams, sacrelogger
from rapidscore.compat.sacrebleu.tokenizers import _named

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_NGRAM_ORDER = 4

_TOKENIZERS = _named.BY_NAME


class BLEUSignature(Signature):
    """A short description of how a BLEU score was computed."""

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
    """A BLEU score with `counts`, `totals` and `precisions` of each order, brevity penalty `bp` and lengths."""

    bp: float
    counts: Any
    totals: Any
    precisions: list[float]
    sys_len: int
    ref_len: int
    prec_str: str
    ratio: float

    def __init__(  # noqa: PLR0917  # sacrebleu's signature
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


def sentence(options: tuple[Any, ...], score_and_row: tuple[Any, ...]) -> BLEUScore:
    """Return the score of one segment, from the score and the row that the core returns.

    `options` are the last four arguments of `BLEU.compute_bleu`.
    """
    score: BLEUScore = _new(BLEUScore)
    # The name comes first, for the order of vars().
    score.name = "BLEU"
    score.score = score_and_row[0]
    score._pending = _details, options, score_and_row
    return score


def _details(options: tuple[Any, ...], score_and_row: tuple[Any, ...]) -> dict[str, Any]:
    """Return the pending attributes of the score of a sentence."""
    _, sys_len, ref_len, *counts = score_and_row
    orders = options[-1]
    return vars(BLEU.compute_bleu(counts[:orders], counts[orders:], int(sys_len), int(ref_len), *options))


_new: Callable[[Any], Any] = BLEUScore.__new__


class BLEU(CoreMetric[BLEUScore]):
    """BLEU, 0 to 100.

    Parameters as `sacrebleu.metrics.BLEU` in sacrebleu 2.6.0; `rapidscore.BLEU` describes their meaning. `references`
    are streams, with which `corpus_score(hypotheses, None)` then compares. `tokenize` is one of `TOKENIZERS`. In
    addition to sacrebleu, it may be the path of a SentencePiece model that ends in `.model`, or a function from `str`
    to a list of `str`.
    """

    SMOOTH_DEFAULTS: ClassVar[dict[str, float | None]] = {"none": None, "floor": 0.1, "add-k": 1, "exp": None}
    TOKENIZERS = _TOKENIZERS.keys()
    TOKENIZER_DEFAULT = "13a"

    _TOKENIZER_MAP: ClassVar[dict[str, str]] = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
    _SIGNATURE_TYPE = BLEUSignature
    _OPTIONS = frozenset(
        {"lowercase", "tokenizer", "smooth_method", "smooth_value", "max_ngram_order", "effective_order"}
    )

    def __init__(  # noqa: PLR0917  # sacrebleu's signature
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
            recommended, language = self._TOKENIZER_MAP[trg_lang], _LANGUAGES[trg_lang]
            sacrelogger.warning(f"Consider using the '{recommended}' or 'spm' tokenizer for {language}.")
        self.tokenizer = _named.tokenizer(tokenize)
        self.tokenizer_signature = self.tokenizer.signature()
        if references is not None:
            self._ref_cache = self._cache_references(references)

    @staticmethod
    def compute_bleu(  # noqa: PLR0917  # sacrebleu's signature
        correct: Any,
        total: Any,
        sys_len: int,
        ref_len: int,
        smooth_method: str = "none",
        smooth_value: float | None = None,
        effective_order: bool = False,
        max_ngram_order: int = MAX_NGRAM_ORDER,
    ) -> BLEUScore:
        """Return the score of these numbers of matches and n-grams of each order.

        Parameters and result as `sacrebleu.metrics.BLEU.compute_bleu` in sacrebleu 2.6.0. As there, smoothing by
        `add-k` changes the lists `correct` and `total` in place.

        >>> print(BLEU.compute_bleu([9, 7, 5, 3], [10, 8, 6, 4], 11, 11))
        BLEU = 83.76 90.0/87.5/83.3/75.0 (BP = 1.000 ratio = 1.000 hyp_len = 11 ref_len = 11)
        """
        _check_smoothing(smooth_method, "{smooth_method!r}")
        score, bp, precisions = _compute(
            correct, total, (sys_len, ref_len), (smooth_method, smooth_value), effective_order, max_ngram_order
        )
        return BLEUScore(score, correct, total, precisions, bp, sys_len, ref_len)

    def _make_core(self) -> TextMetric:
        return rapidscore.BLEU(
            lowercase=bool(self.lowercase),
            tokenize=_named.option(self.tokenizer),
            smooth_method=self.smooth_method,
            smooth_value=self.smooth_value,
            max_ngram_order=self.max_ngram_order,
            effective_order=bool(self.effective_order),
        )._core

    def _make_plain_core(self) -> TextMetric:
        return _core_for_counts(self.smooth_method, self.smooth_value, self.max_ngram_order, bool(self.effective_order))

    def _preprocess_segment(self, sent: str) -> str:
        text = sent.lower() if self.lowercase else sent
        tokens: str = self.tokenizer(text.rstrip())
        return tokens

    def _compute_score_from_stats(self, stats: Any) -> BLEUScore:
        orders = self.max_ngram_order
        # By keyword, as sacrebleu calls it: subclasses may rely on that.
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

    def _value(self, row_sum: Any) -> float:
        # Without making a score object. Copies, because "add-k" changes them.
        smoothing, orders = (self.smooth_method, self.smooth_value), self.max_ngram_order
        correct, total, lengths = (
            row_sum[2 : 2 + orders].copy(),
            row_sum[2 + orders :].copy(),
            (int(row_sum[0]), int(row_sum[1])),
        )
        return _compute(correct, total, lengths, smoothing, self.effective_order, orders)[0]

    def _trial_scores(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.smooth_method != "add-k" or self.smooth_value is None:
            return super()._trial_scores(sums)
        # sacrebleu writes the smoothed counts back into an array of integers, which drops the fraction.
        whole = math.floor(self.smooth_value)
        core = _core_for_counts("add-k", whole, self.max_ngram_order, bool(self.effective_order))
        return core.finalise_rows(sums)["bleu"]

    def _handle_missing_references(self, row: NDArray[np.float64], segments: int) -> None:
        # sacrebleu looks the n-grams of a hypothesis up in None, and raises the error of this `in`.
        no_ngrams: Any = None
        if row[0] and () in no_ngrams:
            raise AssertionError
        row[1] = -1

    def _score_with_value(self, value_and_row: tuple[Any, ...]) -> BLEUScore:
        # The present options, because they may change before the details are computed.
        options = self.smooth_method, self.smooth_value, self.effective_order, self.max_ngram_order
        return sentence(options, value_and_row)

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> BLEUScore:
        """Score one segment."""
        if not self.effective_order:
            sacrelogger.warning("It is recommended to enable `effective_order` for sentence-level BLEU.")
        return super().sentence_score(hypothesis, references)


_LANGUAGES = {"zh": "Chinese", "ja": "Japanese", "ko": "Korean"}


def _check_smoothing(method: str, placeholder: str) -> None:
    # sacrebleu's message shows the placeholder itself, because it is not an f-string.
    if method not in BLEU.SMOOTH_DEFAULTS:
        raise AssertionError(f"Unknown smooth_method {placeholder}")


def _compute(  # noqa: PLR0917  # the arguments of sacrebleu's function
    correct: Any,
    total: Any,
    lengths: tuple[int, int],
    smoothing: tuple[str, Any],
    effective_order: bool,
    orders: int,
) -> tuple[float, float, list[Any]]:
    """Return score, brevity penalty and precisions. Numbers may be of any type, which decides their arithmetic.

    Smoothing by `add-k` changes `correct` and `total` in place.
    """
    (sys_len, ref_len), (method, value) = lengths, smoothing
    bp = 1.0 if sys_len >= ref_len else math.exp(1 - ref_len / sys_len) if sys_len > 0 else 0.0
    precisions: list[Any] = [0.0] * orders
    if not any(correct):
        return 0.0, bp, precisions
    if value is None:
        value = BLEU.SMOOTH_DEFAULTS[method]
    divisor, highest = 1.0, orders
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
            divisor *= 2
            precisions[order] = 100.0 / (divisor * total[order])
        elif method == "floor":
            precisions[order] = 100.0 * value / total[order]
    logarithms = [math.log(precision) if precision else _LOG_OF_ZERO for precision in precisions[:highest]]
    # sum() rounds differently since Python 3.12, and so do sacrebleu's scores.
    return bp * math.exp(sum(logarithms) / highest), bp, precisions


#: sacrebleu's value of log(0).
_LOG_OF_ZERO = -9999999999


@lru_cache(64)
def _core_for_counts(method: str, value: float | None, orders: int, effective_order: bool) -> TextMetric:
    return TextMetric.bleu("none", False, method, value, orders, effective_order)
