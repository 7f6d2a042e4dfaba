"""Word and character error rate with the results of jiwer 4.0.0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from rapidscore import _core
from rapidscore._public import public, unchangeable
from rapidscore.display.result import Score
from rapidscore.inputs import pretokenized
from rapidscore.text_metrics.alignment import Alignment
from rapidscore.text_metrics.base import TokenMetric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.text_metrics.base import Tokenized, TokenizedReferences

#: The version of jiwer whose scores are reproduced.
JIWER_VERSION = "4.0.0"

Text: TypeAlias = str | Sequence[str | int]


@public
@unchangeable
@dataclass(frozen=True, slots=True, repr=False)
class ErrorRateScore(Score):
    """A word or character error rate with its components. `str()` returns a line with the rate in percent."""

    name: str
    """`WER` or `CER`."""
    score: float
    """Errors per reference token: 0 is best, and values above 1 are possible.

    If the references have no tokens at all, this is the number of insertions, as in jiwer.
    """
    mer: float
    """Match error rate, 0 to 1: errors divided by hits and errors."""
    wil: float
    """Information lost, 0 to 1 (word information lost for `WER`)."""
    wip: float
    """Information preserved, 0 to 1: 1 minus `wil`."""
    hits: int
    """Number of equal tokens."""
    substitutions: int
    """Number of reference tokens that another token of the prediction replaces."""
    deletions: int
    """Number of reference tokens that are missing from the predictions."""
    insertions: int
    """Number of tokens of the predictions that are missing from the references."""
    signature: str
    """Version and options, to be quoted with the score."""

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, as a flat dict for loggers: `wer`, `mer`, `wil`, `wip`, `wer_hits` and so on."""
        name = self.name.lower()
        return {
            name: self.score,
            "mer": self.mer,
            "wil": self.wil,
            "wip": self.wip,
            f"{name}_hits": float(self.hits),
            f"{name}_substitutions": float(self.substitutions),
            f"{name}_deletions": float(self.deletions),
            f"{name}_insertions": float(self.insertions),
        }

    def _line(self, width: int, signature: bool) -> str:
        from rapidscore.display.text import fixed

        name = f"{self.name}|{self.signature}" if signature else self.name
        return (
            f"{name} = {fixed(100 * self.score, width)}% (hits = {self.hits:d} substitutions = {self.substitutions:d} "
            f"deletions = {self.deletions:d} insertions = {self.insertions:d})"
        )

    def __float__(self) -> float:
        return self.score


def _normalized(normalize: Callable[[str], str], text: str) -> bytes:
    normalized = normalize(text)
    if not isinstance(normalized, str):
        raise TypeError(f"normalize returned {type(normalized).__name__} for {text[:40]!r}: return a str")
    return pretokenized.encode(normalized)


@dataclass(frozen=True, eq=False)
class _ErrorRate(TokenMetric[ErrorRateScore], listed=False):
    """The base class of `WER` and `CER`."""

    lowercase: bool = False
    remove_punctuation: bool = False
    collapse_whitespace: bool = False
    normalize: Callable[[str], str] | None = None
    ignore_index: int | None = None

    higher_is_better: ClassVar[bool] = False
    _characters: ClassVar[bool]

    def __post_init__(self) -> None:
        super().__post_init__()
        convert = None
        if self.normalize is not None:
            normalize: Any = self.normalize
            if not callable(normalize):
                raise TypeError(f"normalize must be a function, not {normalize!r} ({type(normalize).__name__})")
            convert = partial(_normalized, normalize)
        core = _core.TextMetric.error_rate(
            self._characters,
            self.lowercase,
            self.remove_punctuation,
            self.collapse_whitespace,
            convert,
            self.ignore_index,
        )
        object.__setattr__(self, "_core", core)

    def alignment(self, prediction: Text, reference: Text) -> Alignment:
        """Align a prediction with a reference, to see which errors are counted.

        Examples
        --------
        >>> print(WER().alignment("the cat sat on mat", "the cat sits on the mat"))
        REF: the cat sits on the mat
        HYP: the cat  sat on *** mat
                        S      D

        """
        prediction_tokens = pretokenized.decoded_tokens(self._core.tokens(prediction))
        reference_tokens = pretokenized.decoded_tokens(self._core.tokens(reference))
        edits = self._core.align(prediction, reference)
        return Alignment.of(prediction_tokens, reference_tokens, edits, "" if self._characters else " ")

    def _is_higher_better(self, value: str | None) -> bool:
        # Information preserved is the only one of the values that is not an error rate.
        return value == "wip"

    def _signature_items(self) -> dict[str, str]:
        normalize = "no" if self.normalize is None else getattr(self.normalize, "__name__", "custom")
        return {
            "case": "lc" if self.lowercase else "mixed",
            "punct": "no" if self.remove_punctuation else "yes",
            "space": "collapsed" if self.collapse_whitespace else "jiwer",
            "norm": normalize,
            **self._ignored(),
            "version": f"jiwer-{JIWER_VERSION}",
        }

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        rates = self._core.finalise_rows(sums, every=True)
        name = type(self).__name__.lower()
        counts = zip(self._columns(), sums.T.copy(), strict=True)
        return rates | {f"{name}_{column}": values for column, values in counts}

    def _score(self, total: Sums) -> ErrorRateScore:
        (score, mer, wil, wip), row = self._core.finalise(total)
        hits, substitutions, deletions, insertions = map(int, row)
        return ErrorRateScore(
            name=type(self).__name__,
            score=score,
            mer=mer,
            wil=wil,
            wip=wip,
            hits=hits,
            substitutions=substitutions,
            deletions=deletions,
            insertions=insertions,
            signature=self._signature(total.references),
        )


@public
@dataclass(frozen=True, eq=False)
class WER(_ErrorRate):
    """Compute the word error rate with the results of jiwer 4.0.0's `wer` with its defaults.

    WER is the number of errors (substitutions, deletions and insertions) per reference word: 0 is best, and values
    above 1 are possible. If a prediction has several references, the one with the fewest errors counts.

    Words are separated by spaces. Other white space separates words only where two or more characters of white space
    follow one another; a single such character belongs to a word, as in jiwer.

    Instead of a `str`, a prediction may be a list of tokens, `str` or `int`, which are compared without further
    processing. Its reference is then a list of tokens too, or a list of such lists: a list of two `str` is two tokens,
    not two references. Predictions or references may also be an integer array or tensor of shape (n, time).

    Parameters
    ----------
    lowercase : bool, default False
        Compare texts in lower case.
    remove_punctuation : bool, default False
        Remove all characters of the punctuation categories of Unicode 17.
    collapse_whitespace : bool, default False
        Treat any white space as a space.
    normalize : callable, optional
        Function from `str` to `str`, called on each text before the other options are applied.
    ignore_index : int, optional
        Token that is left out wherever it occurs in lists of tokens; -100 is usual for padding.

    Notes
    -----
    Alignments with the fewest errors may differ in hits and substitutions; the one chosen is that of RapidFuzz 3.14.6,
    which jiwer calls.

    References
    ----------
    Morris, A. C. et al., "From WER and RIL to MER and WIL: improved evaluation measures for connected speech
    recognition", Interspeech 2004.

    Examples
    --------
    >>> wer = WER()
    >>> score = wer.score(["the cat sat on mat"], ["the cat sits on the mat"])
    >>> print(score)
    WER = 33.33% (hits = 4 substitutions = 1 deletions = 1 insertions = 0)
    >>> score.score == 2 / 6, score.signature
    (True, 'nrefs:1|case:mixed|punct:yes|space:jiwer|norm:no|version:jiwer-4.0.0')
    >>> wer.segment_scores([["a", "cat"], [17, 4]], [["a", "dog"], [17, 4]])["wer"]
    array([0.5, 0. ])

    """

    _characters: ClassVar[bool] = False

    def _misfit_remedy(self, script: str) -> str:
        return "use CER, on the command line --metrics cer"

    def segment_scores(self, predictions: Tokenized, references: TokenizedReferences) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return `wer`, `mer`, `wil` and `wip`, float64 arrays of shape (n,)."""
        return super().segment_scores(predictions, references)


@public
@dataclass(frozen=True, eq=False)
class CER(_ErrorRate):
    """Compute the character error rate with the results of jiwer 4.0.0's `cer` with its defaults.

    CER is the number of errors (substitutions, deletions and insertions) per reference character: 0 is best, and values
    above 1 are possible. White space counts as a character, except at the ends of a text. Tokens in place of texts and
    several references are treated as by `WER`.

    Parameters
    ----------
    lowercase : bool, default False
        Compare texts in lower case.
    remove_punctuation : bool, default False
        Remove all characters of the punctuation categories of Unicode 17.
    collapse_whitespace : bool, default False
        Treat any white space as a space.
    normalize : callable, optional
        Function from `str` to `str`, called on each text before the other options are applied.
    ignore_index : int, optional
        Token that is left out wherever it occurs in lists of tokens; -100 is usual for padding.

    Examples
    --------
    >>> cer = CER()
    >>> print(cer.score(["the cat sat"], ["the cat sits"]))
    CER = 16.67% (hits = 10 substitutions = 1 deletions = 1 insertions = 0)
    >>> print(cer.alignment("sat", "sits"))
    REF: sits
    HYP: sat*
          S D

    """

    _characters: ClassVar[bool] = True

    def segment_scores(self, predictions: Tokenized, references: TokenizedReferences) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return `{"cer": float64 array of shape (n,)}`, 0 or more."""
        return super().segment_scores(predictions, references)
