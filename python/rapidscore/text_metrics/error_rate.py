"""Word and character error rate, as jiwer 4.0.0 computes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from rapidscore._core import Core
from rapidscore._public import public
from rapidscore.inputs import pretokenized
from rapidscore.text_metrics.alignment import Alignment
from rapidscore.text_metrics.base import TextMetric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.statistics import Statistics
    from rapidscore.text_metrics.base import Tokenized, TokenizedReferences
    from rapidscore.text_metrics.prepared import PreparedReferences

JIWER_VERSION = "4.0.0"

Text: TypeAlias = str | Sequence[str | int]


@public
@dataclass(frozen=True, slots=True)
class ErrorRateScore:
    """A word or character error rate, and what it is made of."""

    name: str
    """`WER` or `CER`."""
    score: float
    """Errors for each token of the references: 0 is best, and it may exceed 1.

    Where the references have no tokens at all, the number of insertions, as in jiwer.
    """
    mer: float
    """Match error rate, 0 to 1: errors by all that was aligned."""
    wil: float
    """Information lost, 0 to 1."""
    wip: float
    """Information preserved, 0 to 1."""
    hits: int
    substitutions: int
    deletions: int
    """Tokens of the references that predictions lack."""
    insertions: int
    """Tokens of the predictions that references lack."""
    signature: str
    """The options in short, for papers."""

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, flat, for a logger: `wer`, `mer`, `wil`, `wip`, `wer_hits` and so on."""
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

    def format(self, width: int = 2, signature: bool = False) -> str:
        """Return a line with the rate in percent, with `width` decimals and on request with the signature."""
        name = f"{self.name}|{self.signature}" if signature else self.name
        return (
            f"{name} = {100 * self.score:.{width}f}% (hits = {self.hits:d} substitutions = {self.substitutions:d} "
            f"deletions = {self.deletions:d} insertions = {self.insertions:d})"
        )

    def __str__(self) -> str:
        return self.format()

    def __float__(self) -> float:
        return self.score


def _normalized(normalize: Callable[[str], str], text: str) -> bytes:
    normal = normalize(text)
    if not isinstance(normal, str):
        raise TypeError(f"normalize returned {type(normal).__name__} for {text[:40]!r}: return a str")
    return pretokenized.encode(normal)


@dataclass(frozen=True)
class _ErrorRate(TextMetric[ErrorRateScore], listed=False):
    """What word and character error rate share."""

    lowercase: bool = False
    remove_punctuation: bool = False
    collapse_whitespace: bool = False
    normalize: Callable[[str], str] | None = None

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
        core = Core.error_rate(
            self._characters, self.lowercase, self.remove_punctuation, self.collapse_whitespace, convert
        )
        object.__setattr__(self, "_core", core)

    def score(self, predictions: Tokenized, references: TokenizedReferences) -> ErrorRateScore:
        return super().score(predictions, references)  # type: ignore[arg-type]  # tokens, too

    def statistics(self, predictions: Tokenized, references: TokenizedReferences) -> Statistics[ErrorRateScore]:
        return super().statistics(predictions, references)  # type: ignore[arg-type]  # tokens, too

    def prepare(self, references: TokenizedReferences, *, tokenized: bool = False) -> PreparedReferences:
        """Read references once, to be scored against many times: see `Metric.prepare`.

        With `tokenized`, each reference is a list of tokens, or a list of such lists: a list of `str` alone does not
        tell whether these are tokens of one reference or several references, which they are without it.
        """
        return self._prepare(references, tokenized)

    def pairwise(
        self,
        predictions: Tokenized,
        references: TokenizedReferences | None = None,
        *,
        value: str | None = None,
        out: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        return super().pairwise(predictions, references, value=value, out=out)  # type: ignore[arg-type]  # tokens, too

    def pairwise_blocks(
        self,
        predictions: Tokenized,
        references: TokenizedReferences | None = None,
        *,
        rows: int = 256,
        value: str | None = None,
    ) -> Iterator[tuple[int, NDArray[np.float64]]]:
        return super().pairwise_blocks(predictions, references, rows=rows, value=value)  # type: ignore[arg-type]

    def alignment(self, prediction: Text, reference: Text) -> Alignment:
        """Align a prediction with a reference, to see which errors were counted.

        >>> print(WER().alignment("the cat sat on mat", "the cat sits on the mat"))
        REF: the cat sits on the mat
        HYP: the cat  sat on *** mat
                        S      D
        """
        heard, said = (pretokenized.untokenized(self._core.tokens(text)) for text in (prediction, reference))
        return Alignment.of(heard, said, self._core.align(prediction, reference), "" if self._characters else " ")

    def _is_higher_better(self, value: str | None) -> bool:
        # What was preserved is the one that is no error.
        return value == "wip"

    def _signature_items(self) -> dict[str, str]:
        normalize = "no" if self.normalize is None else getattr(self.normalize, "__name__", "custom")
        return {
            "case": "lc" if self.lowercase else "mixed",
            "punct": "no" if self.remove_punctuation else "yes",
            "space": "collapsed" if self.collapse_whitespace else "jiwer",
            "norm": normalize,
            "version": f"jiwer-{JIWER_VERSION}",
        }

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        rates = self._core.finalise_rows(sums, every=True)
        name = type(self).__name__.lower()
        counts = zip(self._columns(), sums.T.copy(), strict=True)
        return rates | {f"{name}_{column}": values for column, values in counts}

    def _score(self, total: Sums) -> ErrorRateScore:
        score, mer, wil, wip = self._core.finalise(total)
        hits, substitutions, deletions, insertions = map(int, total.row())
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
@dataclass(frozen=True)
class WER(_ErrorRate):
    """Word error rate: errors for each word of the references, as jiwer 4.0.0's `wer` with its defaults counts them.

        >>> wer = WER()
        >>> score = wer.score(["the cat sat on mat"], ["the cat sits on the mat"])
        >>> print(score)
        WER = 33.33% (hits = 4 substitutions = 1 deletions = 1 insertions = 0)
        >>> score.score == 2 / 6, score.signature
        (True, 'nrefs:1|case:mixed|punct:yes|space:jiwer|norm:no|version:jiwer-4.0.0')
        >>> wer.segment_scores([["a", "cat"], [17, 4]], [["a", "dog"], [17, 4]])["wer"]
        array([0.5, 0. ])

    Words stand between spaces; other white space belongs to a word where it stands alone, and is a space where two or
    more characters of white space meet. Instead of a `str`, a prediction may be a list of tokens, `str` or `int`, that
    are compared as they are; its reference then is a list of tokens too (so a list of two `str` is two tokens, not two
    texts), or a list of such lists.

    Options, all applied to predictions and references:

    - `lowercase`: compare lower-case texts.
    - `remove_punctuation`: drop all characters of Unicode's punctuation classes (of Unicode 17).
    - `collapse_whitespace`: treat any white space as a space.
    - `normalize`: a function from `str` to `str` that is called before all of these.

    Of several references the one with the fewest errors counts.

    References: jiwer 4.0.0; A. C. Morris et al., "From WER and RIL to MER and WIL: improved evaluation measures for
    connected speech recognition", Interspeech 2004. Of the alignments with the fewest errors, which differ in hits
    and substitutions, it is that of RapidFuzz 3.14.6, which jiwer calls.
    """

    _characters: ClassVar[bool] = False

    def segment_scores(self, predictions: Tokenized, references: TokenizedReferences) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself: `wer`, `mer`, `wil` and `wip`, each a float64 array of shape (n,)."""
        return super().segment_scores(predictions, references)  # type: ignore[arg-type]  # tokens, too


@public
@dataclass(frozen=True)
class CER(_ErrorRate):
    """Character error rate: errors for each character of the references, as jiwer 4.0.0's `cer` counts them.

        >>> cer = CER()
        >>> print(cer.score(["the cat sat"], ["the cat sits"]))
        CER = 16.67% (hits = 10 substitutions = 1 deletions = 1 insertions = 0)
        >>> print(cer.alignment("sat", "sits"))
        REF: sits
        HYP: sat*
              S D

    White space counts as any character, but not at the ends. All else is as with `WER`: see there for the options,
    for tokens instead of texts, and for several references.

    Reference: jiwer 4.0.0.
    """

    _characters: ClassVar[bool] = True

    def segment_scores(self, predictions: Tokenized, references: TokenizedReferences) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself: `{"cer": float64 array of shape (n,)}`, from 0."""
        return super().segment_scores(predictions, references)  # type: ignore[arg-type]  # tokens, too
