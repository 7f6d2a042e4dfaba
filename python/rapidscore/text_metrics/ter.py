"""TER, as sacrebleu 2.6.0 computes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidscore._core import Core
from rapidscore._public import public
from rapidscore.text_metrics.base import TextMetric
from rapidscore.text_metrics.bleu import SACREBLEU_VERSION

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.text_metrics.base import Predictions, References


@public
@dataclass(frozen=True, slots=True)
class TERScore:
    """A translation edit rate. `str()` gives the line that sacrebleu prints."""

    score: float
    """Edits for 100 reference words; 0 is best, and it may exceed 100."""
    num_edits: int
    """Words inserted, deleted and replaced, and blocks moved."""
    ref_length: float
    """Reference words; where a segment has several references, their mean length counts."""
    signature: str
    """sacrebleu's signature, for papers."""

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, flat, for a logger."""
        return {"ter": self.score, "ter_num_edits": float(self.num_edits), "ter_ref_length": self.ref_length}

    def format(self, width: int = 2, signature: bool = False) -> str:
        """Return the line that sacrebleu prints, with `width` decimals and on request with the signature."""
        name = f"TER|{self.signature}" if signature else "TER"
        return f"{name} = {self.score:.{width}f}"

    def __str__(self) -> str:
        return self.format()

    def __float__(self) -> float:
        return self.score


@public
@dataclass(frozen=True)
class TER(TextMetric[TERScore]):
    """Translation edit rate: edits for 100 reference words, as sacrebleu 2.6.0's `TER` with the same options counts.

        >>> ter = TER()
        >>> score = ter.score(["on the mat the cat sat"], ["the cat sat on a mat"])
        >>> print(score, score.num_edits, score.ref_length)
        TER = 33.33 2 6.0
        >>> score.signature
        'nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0'
        >>> ter.segment_scores(["a cat", "a dog"], ["a cat", "the dog"])["ter"]
        array([ 0., 50.])

    Options:

    - `normalized`: treat punctuation as words of its own, and join lines. As in sacrebleu, references go through this
      twice, so that `a,.5` has one word more in a reference than in a prediction.
    - `no_punct`: drop punctuation.
    - `asian_support`: with `normalized`, treat Chinese characters and Asian punctuation as words; with `no_punct`,
      drop Asian punctuation too.
    - `case_sensitive`: compare texts as they are; otherwise in lower case.

    Of several references the one with the fewest edits counts, with the mean of their lengths. That mean is added up
    exactly and rounded once, while sacrebleu rounds after each segment: with three references, or five or more, the
    last digit of a corpus score may differ. The search for moved blocks is sacrebleu's, with the limits that it has
    from tercom: 10 words, over 50 places, 1000 attempts a segment.

    Reference: M. Snover et al., "A study of translation edit rate with targeted human annotation", AMTA 2006.
    """

    higher_is_better: ClassVar[bool] = False

    normalized: bool = False
    no_punct: bool = False
    asian_support: bool = False
    case_sensitive: bool = False

    _counts_ties: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        core = Core.ter(self.normalized, self.no_punct, self.asian_support, self.case_sensitive)
        object.__setattr__(self, "_core", core)

    def _signature_items(self) -> dict[str, str]:
        def said(option: bool) -> str:
            return "yes" if option else "no"

        return {
            "case": "mixed" if self.case_sensitive else "lc",
            "tok": "tercom",
            "norm": said(self.normalized),
            "punct": said(not self.no_punct),
            "asian": said(self.asian_support),
            "version": SACREBLEU_VERSION,
        }

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself: `{"ter": float64 array of shape (n,)}`, from 0."""
        return super().segment_scores(predictions, references)

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        edits, length = sums.T.copy()
        return self._core.finalise_rows(sums) | {"ter_num_edits": edits, "ter_ref_length": length}

    def _score(self, total: Sums) -> TERScore:
        (score,) = self._core.finalise(total)
        edits, ref_length = total.row()
        return TERScore(score, int(edits), ref_length, self._signature(total.references))
