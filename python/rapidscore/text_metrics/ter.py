"""Translation edit rate (TER) with the results of sacrebleu 2.6.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidscore import _core
from rapidscore._public import public, unchangeable
from rapidscore.display.result import Score
from rapidscore.text_metrics.base import TextMetric
from rapidscore.text_metrics.bleu import SACREBLEU_VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.text_metrics.base import Predictions, References


@public
@unchangeable
@dataclass(frozen=True, slots=True, repr=False)
class TERScore(Score):
    """A translation edit rate with its components. `str()` returns the line that sacrebleu prints."""

    score: float
    """Number of edits per 100 reference words: 0 is best, and values above 100 are possible."""
    num_edits: int
    """Number of insertions, deletions, substitutions and shifts."""
    ref_length: float
    """Number of reference words; of several references, the mean length counts."""
    signature: str
    """sacrebleu's signature: version and options, to be quoted with the score."""

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, as a flat dict for loggers."""
        return {"ter": self.score, "ter_num_edits": float(self.num_edits), "ter_ref_length": self.ref_length}

    def _line(self, width: int, signature: bool) -> str:
        from rapidscore.display.text import fixed

        name = f"TER|{self.signature}" if signature else "TER"
        return f"{name} = {fixed(self.score, width)}"

    def __float__(self) -> float:
        return self.score


@public
@dataclass(frozen=True, eq=False)
class TER(TextMetric[TERScore]):
    """Compute the translation edit rate (TER) with the results of sacrebleu 2.6.0's `TER` with the same options.

    TER is the number of edits (insertions, deletions, substitutions, and shifts of blocks of words) per 100 reference
    words: 0 is best, and values above 100 are possible.

    Parameters
    ----------
    normalized : bool, default False
        Separate punctuation from words, and join lines. Like sacrebleu, normalize references twice: `a,.5` has one word
        more as a reference than as a prediction.
    no_punct : bool, default False
        Remove punctuation.
    asian_support : bool, default False
        With `normalized`, treat Chinese characters and Asian punctuation as words; with `no_punct`, remove Asian
        punctuation too.
    case_sensitive : bool, default False
        Compare texts without converting them to lower case.

    Notes
    -----
    If a prediction has several references, the one with the fewest edits counts, and the length is the mean of their
    lengths. These means are summed exactly and rounded once, whereas sacrebleu rounds after each segment: with three,
    or with five or more references, the last digit of a corpus score may differ.

    The search for shifts is sacrebleu's, with its limits: blocks of at most 10 words, distances of at most 50 words,
    and 1000 attempts per segment.

    References
    ----------
    Snover, M. et al., "A study of translation edit rate with targeted human annotation", AMTA 2006.

    Examples
    --------
    >>> ter = TER()
    >>> score = ter.score(["on the mat the cat sat"], ["the cat sat on a mat"])
    >>> print(score, score.num_edits, score.ref_length)
    TER = 33.33 2 6.0
    >>> score.signature
    'nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0'
    >>> ter.segment_scores(["a cat", "a dog"], ["a cat", "the dog"])["ter"]
    array([ 0., 50.])

    """

    higher_is_better: ClassVar[bool] = False

    normalized: bool = False
    no_punct: bool = False
    asian_support: bool = False
    case_sensitive: bool = False

    _counts_ties: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        core = _core.TextMetric.ter(self.normalized, self.no_punct, self.asian_support, self.case_sensitive)
        object.__setattr__(self, "_core", core)

    def _signature_items(self) -> dict[str, str]:
        def yes_or_no(option: bool) -> str:
            return "yes" if option else "no"

        return {
            "case": "mixed" if self.case_sensitive else "lc",
            "tok": "tercom",
            "norm": yes_or_no(self.normalized),
            "punct": yes_or_no(not self.no_punct),
            "asian": yes_or_no(self.asian_support),
            "version": SACREBLEU_VERSION,
        }

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return `{"ter": float64 array of shape (n,)}`, 0 or more."""
        return super().segment_scores(predictions, references)

    def _misfit_remedy(self, script: str) -> str:
        if script in ("Chinese", "Japanese"):
            options = "--ter-normalized --ter-asian-support"
            return f"pass normalized=True and asian_support=True, on the command line {options}"
        return "use CHRF or CER, on the command line --metrics chrf or cer"

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        edits, length = sums.T.copy()
        return self._core.finalise_rows(sums) | {"ter_num_edits": edits, "ter_ref_length": length}

    def _score(self, total: Sums) -> TERScore:
        (score,), (edits, ref_length) = self._core.finalise(total)
        return TERScore(score, int(edits), ref_length, self._signature(total.references))
