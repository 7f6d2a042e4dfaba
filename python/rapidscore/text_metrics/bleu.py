"""BLEU with the results of sacrebleu 2.6.0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from rapidscore import _core
from rapidscore._public import public, unchangeable
from rapidscore.display.result import Score
from rapidscore.text_metrics.base import TokenMetric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.text_metrics.base import Tokenized, TokenizedReferences

#: The version of sacrebleu whose scores and signatures BLEU, chrF and TER reproduce.
SACREBLEU_VERSION = "2.6.0"

#: The tokenizers that the core has.
_CORE_TOKENIZERS = ("13a", "intl", "zh", "char", "none")
_TOKENIZER_BY_LANGUAGE = {"zh": "zh", "ja": "ja-mecab", "ko": "ko-mecab"}
#: Number of predictions that look tokenized from which a warning is logged; sacrebleu uses the same limit.
_TOKENIZED_LIMIT = 100
_SMOOTH_DEFAULTS = {"floor": 0.1, "add-k": 1}


@public
@unchangeable
@dataclass(frozen=True, slots=True, repr=False)
class BLEUScore(Score):
    """A BLEU score and its components. `str()` returns the line that sacrebleu prints."""

    score: float
    """The BLEU score, 0 to 100."""
    counts: tuple[float, ...]
    """Number of matching n-grams of each order."""
    totals: tuple[float, ...]
    """Number of n-grams of the predictions of each order."""
    precisions: tuple[float, ...]
    """Smoothed precision of each order, 0 to 100."""
    bp: float
    """Brevity penalty, 0 to 1."""
    sys_len: int
    """Number of tokens of the predictions."""
    ref_len: int
    """Number of tokens of the references; of several, the one closest in length counts."""
    signature: str
    """sacrebleu's signature: version and options, to be quoted with the score."""

    @property
    def ratio(self) -> float:
        """`sys_len` divided by `ref_len`, or 0 if all references are empty."""
        return self.sys_len / self.ref_len if self.ref_len else 0

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, as a flat dict for loggers."""
        precisions = {f"bleu_precision{order}": value for order, value in enumerate(self.precisions, 1)}
        return {
            "bleu": self.score,
            **precisions,
            "bleu_bp": self.bp,
            "bleu_ratio": float(self.ratio),
            "bleu_sys_len": float(self.sys_len),
            "bleu_ref_len": float(self.ref_len),
        }

    def _line(self, width: int, signature: bool) -> str:
        from rapidscore.display.text import fixed

        name = f"BLEU|{self.signature}" if signature else "BLEU"
        precisions = "/".join(f"{precision:.1f}" for precision in self.precisions)
        return (
            f"{name} = {fixed(self.score, width)} {precisions} (BP = {self.bp:.3f} ratio = {self.ratio:.3f} "
            f"hyp_len = {self.sys_len:d} ref_len = {self.ref_len:d})"
        )

    def __float__(self) -> float:
        return self.score


@public
@dataclass(frozen=True, eq=False)
class BLEU(TokenMetric[BLEUScore]):
    """Compute BLEU, 0 to 100, with the results of sacrebleu 2.6.0's `BLEU` with the same options.

    Parameters
    ----------
    lowercase : bool, default False
        Compare texts in lower case.
    force : bool, default False
        Do not log a warning if 100 or more predictions look tokenized, or if the tokenizer does not suit the texts,
        such as `"13a"` for Chinese.
    tokenize : str or callable, optional
        One of:

        - `"13a"`, `"intl"`, `"zh"`, `"char"` or `"none"`;
        - `"ja-mecab"` or `"ko-mecab"`, with the extra `ja` or `ko`;
        - `"flores101"`, `"flores200"` or `"spBLEU-1K"`, with the extra `spm`. The model must be in the folder where
          sacrebleu keeps its models; it is never downloaded. `"spm"` is an old name of `"flores101"`;
        - the path of a SentencePiece model, ending in `.model`, with the extra `spm`. The signature has the name of
          the file;
        - a function from `str` to a list of `str`.

        The default is the tokenizer of `trg_lang`, or `"13a"` for a language without one.
    smooth_method : {"exp", "floor", "add-k", "none"}, default "exp"
        Smoothing of orders without matches.
    smooth_value : float, optional
        Value for `"floor"` (default 0.1) and `"add-k"` (default 1).
    max_ngram_order : int, default 4
        Highest order of n-grams, 1 to 100.
    effective_order : bool, default False
        Leave out the orders for which the prediction is too short. Recommended for scores of single segments, which
        then are comparable with each other.
    trg_lang : str, default ""
        Code of the target language: `"zh"`, `"ja"` and `"ko"` have tokenizers.
    ignore_index : int, optional
        Token id that is left out wherever it occurs; -100 is usual for padding. With this option, predictions and
        references may be lists of token ids in place of texts, or an integer array or tensor of shape (n, time). They
        are compared as they are. Several references of a prediction are a list of such lists.

    Raises
    ------
    ValueError
        If an option is unknown or out of range.
    ModuleNotFoundError
        If the library of the tokenizer is not installed.
    MissingDataError
        If the dictionary or the model of the tokenizer is not installed; it is a `LookupError`.
    FileNotFoundError
        If there is no file with the path of the model.

    References
    ----------
    Papineni, K. et al., "BLEU: a method for automatic evaluation of machine translation", ACL 2002.

    Examples
    --------
    >>> bleu = BLEU()
    >>> score = bleu.score(["the cat sat on the mat"], [["the cat sat on a mat", "a cat on the mat"]])
    >>> round(score.score, 2), score.signature
    (67.56, 'nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0')
    >>> BLEU(effective_order=True).segment_scores(["a cat", "a dog"], ["a cat", "the dog"])["bleu"].round(2)
    array([100.,  50.])

    """

    lowercase: bool = False
    force: bool = False
    tokenize: str | Callable[[str], list[str]] | None = None
    smooth_method: str = "exp"
    smooth_value: float | None = None
    max_ngram_order: int = 4
    effective_order: bool = False
    trg_lang: str = ""
    ignore_index: int | None = None

    _counts_ties: ClassVar[bool] = False

    # Set at construction, not an option.
    _tokenizer_signature: ClassVar[str]

    def __post_init__(self) -> None:
        super().__post_init__()
        tokenize: Any = self.tokenize
        if tokenize is None:
            tokenize = _TOKENIZER_BY_LANGUAGE.get(self.trg_lang, "13a")
        convert: Callable[[str], bytes] | None = None
        signature = tokenize
        if tokenize not in _CORE_TOKENIZERS:
            # Imported only if needed, so that the import of BLEU stays fast.
            from rapidscore.text_metrics import model_tokenizers

            convert, signature = model_tokenizers.converter(tokenize, self.lowercase)
        core = _core.TextMetric.bleu(
            "given" if convert else tokenize,
            self.lowercase,
            self.smooth_method,
            self.smooth_value,
            self.max_ngram_order,
            self.effective_order,
            convert,
            self.ignore_index,
        )
        object.__setattr__(self, "_core", core)
        object.__setattr__(self, "_tokenizer_signature", signature)

    @classmethod
    def _of_plain_options(cls, options: dict[str, Any]) -> Self:
        language = options.get("trg_lang")
        tokenize = options.get("tokenize")
        if tokenize is None and isinstance(language, str):
            tokenize = _TOKENIZER_BY_LANGUAGE.get(language)
        if isinstance(tokenize, str) and tokenize not in _CORE_TOKENIZERS:
            # Loading it could open a file that the bytes name, or show whether there is one.
            raise ValueError(
                f"BLEU's tokenizer {tokenize!r:.1000} is not built in, and bytes must not load one: pass metric="
            )
        return super()._of_plain_options(options)

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
            **self._ignored(),
            "version": SACREBLEU_VERSION,
        }

    def segment_scores(self, predictions: Tokenized, references: TokenizedReferences) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return `{"bleu": float64 array of shape (n,)}`, 0 to 100."""
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

    def _contradictions(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = super()._contradictions(sums)
        matches, totals = slice(2, 2 + self.max_ngram_order), slice(2 + self.max_ngram_order, None)
        wrong[:, matches] = sums[:, matches] > sums[:, totals]
        wrong[:, totals] = sums[:, totals] > sums[:, :1]
        return wrong

    def _warn(self, total: Sums) -> None:
        if total.tokenized >= _TOKENIZED_LIMIT and not self.force:
            import logging

            logging.getLogger("rapidscore").warning(
                "%d predictions end in ' .' and look tokenized, which would change the score: detokenize them, or pass "
                "force=True",
                total.tokenized,
            )

    def _misfit_remedy(self, script: str) -> str:
        names = {"Chinese": "'zh'", "Japanese": "'ja-mecab' or 'char'"}.get(script, "'flores200' or 'char'")
        return "" if self.force else f"pass tokenize={names}, on the command line --tokenize"

    def _score(self, total: Sums) -> BLEUScore:
        (score, bp, *precisions), row = self._core.finalise(total)
        orders = self.max_ngram_order
        counts, totals = row[2 : 2 + orders], row[2 + orders :]
        if self.smooth_method == "add-k" and any(counts):
            # sacrebleu reports the smoothed counts.
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
