"""BLEU, as sacrebleu 2.6.0 computes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar

from rapidscore._core import Core
from rapidscore._public import public
from rapidscore.inputs import pretokenized
from rapidscore.text_metrics import tokenizers
from rapidscore.text_metrics.base import TextMetric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.text_metrics.base import Predictions, References

#: The version whose numbers and signatures these are.
SACREBLEU_VERSION = "2.6.0"

_TOKENIZER_BY_LANGUAGE = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
#: So many segments a metric remembers the tokens of, where a library finds them; sacrebleu remembers as many.
_REMEMBERED = 2**16
#: So many predictions that look tokenized are no accident.
_TOKENIZED_LIMIT = 100
_SMOOTH_DEFAULTS = {"floor": 0.1, "add-k": 1}


def _given_tokens(tokenize: Callable[[str], list[str]], lowercase: bool, text: str) -> bytes:
    return pretokenized.tokens(tokenize, (text.lower() if lowercase else text).rstrip())


@public
@dataclass(frozen=True, slots=True)
class BLEUScore:
    """A BLEU score and what it is made of. `str()` gives the line that sacrebleu prints."""

    score: float
    """0 to 100."""
    counts: tuple[float, ...]
    """Matching n-grams of each order."""
    totals: tuple[float, ...]
    """Hypothesis n-grams of each order."""
    precisions: tuple[float, ...]
    """Smoothed precision of each order, 0 to 100."""
    bp: float
    """Brevity penalty, 0 to 1."""
    sys_len: int
    """Hypothesis tokens."""
    ref_len: int
    """Reference tokens, of the reference closest in length."""
    signature: str
    """sacrebleu's signature, for papers."""

    @property
    def ratio(self) -> float:
        """Hypothesis length by reference length, 0 when the reference is empty."""
        return self.sys_len / self.ref_len if self.ref_len else 0

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, flat, for a logger."""
        precisions = {f"bleu_precision{order}": value for order, value in enumerate(self.precisions, 1)}
        return {
            "bleu": self.score,
            **precisions,
            "bleu_bp": self.bp,
            "bleu_ratio": float(self.ratio),
            "bleu_sys_len": float(self.sys_len),
            "bleu_ref_len": float(self.ref_len),
        }

    def format(self, width: int = 2, signature: bool = False) -> str:
        """Return the line that sacrebleu prints, with `width` decimals and on request with the signature."""
        name = f"BLEU|{self.signature}" if signature else "BLEU"
        precisions = "/".join(f"{precision:.1f}" for precision in self.precisions)
        return (
            f"{name} = {self.score:.{width}f} {precisions} (BP = {self.bp:.3f} ratio = {self.ratio:.3f} "
            f"hyp_len = {self.sys_len:d} ref_len = {self.ref_len:d})"
        )

    def __str__(self) -> str:
        return self.format()

    def __float__(self) -> float:
        return self.score


@public
@dataclass(frozen=True)
class BLEU(TextMetric[BLEUScore]):
    """BLEU, 0 to 100, as sacrebleu 2.6.0's `BLEU` with the same options computes it.

        >>> bleu = BLEU()
        >>> score = bleu.score(["the cat sat on the mat"], [["the cat sat on a mat", "a cat on the mat"]])
        >>> round(score.score, 2), score.signature
        (67.56, 'nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0')
        >>> BLEU(effective_order=True).segment_scores(["a cat", "a dog"], ["a cat", "the dog"])["bleu"].round(2)
        array([100.,  50.])

    Options:

    - `lowercase`: compare lower-case texts.
    - `force`: do not warn when 100 or more predictions look as if they had been tokenized already.
    - `tokenize`: `"13a"`, `"intl"`, `"zh"`, `"char"`, `"none"`; `"ja-mecab"`, `"ko-mecab"` (extras `ja`, `ko`);
      `"flores101"`, `"flores200"`, `"spBLEU-1K"`, or the path of a SentencePiece model, which ends in `.model` (extra
      `spm`); or a function from `str` to a list of `str`. `None` stands for the one that suits `trg_lang`, else
      `"13a"`. Models with a name are looked for where sacrebleu keeps them and never downloaded; one with a path is
      signed with the file's name. `"spm"` is an old name of `"flores101"`.
    - `smooth_method`: `"exp"`, `"floor"`, `"add-k"` or `"none"`, for orders without matches.
    - `smooth_value`: for `"floor"` (default 0.1) and `"add-k"` (default 1).
    - `max_ngram_order`: the highest order of n-grams, 1 to 100.
    - `effective_order`: count only the orders that the hypothesis is long enough for; the right choice for scores
      of single segments, which it leaves comparable with each other.
    - `trg_lang`: the target language's code.

    An unknown option value raises `ValueError`. Without its library a tokenizer raises `ModuleNotFoundError`, without
    its model `LookupError`, or `FileNotFoundError` for a path.

    Reference: K. Papineni et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002.
    """

    lowercase: bool = False
    force: bool = False
    tokenize: str | Callable[[str], list[str]] | None = None
    smooth_method: str = "exp"
    smooth_value: float | None = None
    max_ngram_order: int = 4
    effective_order: bool = False
    trg_lang: str = ""

    _counts_ties: ClassVar[bool] = False

    # Set at construction; no option.
    _tokenizer_signature: ClassVar[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        tokenize: Any = self.tokenize
        if tokenize is None:
            tokenize = _TOKENIZER_BY_LANGUAGE.get(self.trg_lang, "13a")
        convert: Callable[[str], bytes] | None = None
        # In both, a bound method would keep the metric alive for ever: the core is not seen by the garbage collector.
        if callable(tokenize):
            signature = getattr(tokenize, "__name__", "custom")
            convert = partial(_given_tokens, tokenize, self.lowercase)
        elif not isinstance(tokenize, str):
            raise TypeError(
                "tokenize must be a name, the path of a model as a str, or a function, "
                f"not {tokenize!r} ({type(tokenize).__name__})"
            )
        elif loaded := tokenizers.load(tokenize):
            signature = loaded.signature
            convert = lru_cache(_REMEMBERED)(partial(_given_tokens, loaded.tokenize, self.lowercase))
        else:
            signature = tokenize
        core = Core.bleu(
            "given" if convert else tokenize,
            self.lowercase,
            self.smooth_method,
            self.smooth_value,
            self.max_ngram_order,
            self.effective_order,
            convert,
        )
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_tokenizer_signature", signature)

    def _signature_items(self) -> dict[str, str]:
        smooth = self.smooth_method
        if smooth in _SMOOTH_DEFAULTS:
            value = _SMOOTH_DEFAULTS[smooth] if self.smooth_value is None else self.smooth_value
            smooth += f"[{value:.2f}]"
        return {
            "case": "lc" if self.lowercase else "mixed",
            "eff": "yes" if self.effective_order else "no",
            "tok": self._tokenizer_signature,
            "smooth": smooth,
            "version": SACREBLEU_VERSION,
        }

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself: `{"bleu": float64 array of shape (n,)}`, 0 to 100."""
        return super().segment_scores(predictions, references)

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        import numpy as np

        scores = self._core.finalise_rows(sums, every=True)
        sys_len, ref_len = sums[:, 0].copy(), sums[:, 1].copy()
        return {
            "bleu": scores["bleu"],
            **{f"bleu_precision{order}": scores[f"precision{order}"] for order in range(1, self.max_ngram_order + 1)},
            "bleu_bp": scores["bp"],
            "bleu_ratio": np.divide(sys_len, ref_len, out=np.zeros(len(sums)), where=ref_len > 0),
            "bleu_sys_len": sys_len,
            "bleu_ref_len": ref_len,
        }

    def _warn(self, total: Sums) -> None:
        if total.tokenized >= _TOKENIZED_LIMIT and not self.force:
            import logging

            logging.getLogger("rapidscore").warning(
                "%d predictions end in ' .', as if they had been tokenized already, which would spoil the score: "
                "detokenize them, or pass force=True",
                total.tokenized,
            )

    def _score(self, total: Sums) -> BLEUScore:
        score, bp, *precisions = self._core.finalise(total)
        row, orders = total.row(), self.max_ngram_order
        counts, totals = row[2 : 2 + orders], row[2 + orders :]
        if self.smooth_method == "add-k" and any(counts):
            # The reference reports what it has smoothed.
            k = _SMOOTH_DEFAULTS["add-k"] if self.smooth_value is None else self.smooth_value
            counts[1:] = [count + k for count in counts[1:]]
            totals[1:] = [count + k for count in totals[1:]]
        self._warn(total)
        return BLEUScore(
            score=score,
            counts=tuple(counts),
            totals=tuple(totals),
            precisions=tuple(precisions),
            bp=bp,
            sys_len=int(row[0]),
            ref_len=int(row[1]),
            signature=self._signature(total.references),
        )
