"""chrF and chrF++ with the results of sacrebleu 2.6.0."""

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
class CHRFScore(Score):
    """A chrF score with the options it depends on. `str()` returns the line that sacrebleu prints."""

    score: float
    """The chrF score, 0 to 100."""
    char_order: int
    """Highest order of character n-grams."""
    word_order: int
    """Highest order of word n-grams."""
    beta: float
    """Weight of recall relative to precision."""
    signature: str
    """sacrebleu's signature: version and options, to be quoted with the score."""

    @property
    def name(self) -> str:
        """The variant: `chrF2`, or `chrF2++` with word n-grams, where the number is beta."""
        return f"chrF{self.beta}" + "+" * self.word_order

    def as_dict(self) -> dict[str, float]:
        """Return the score by name, as a flat dict for loggers: `chrf`, or `chrf++` with word n-grams."""
        return {"chrf" + "+" * self.word_order: self.score}

    def _line(self, width: int, signature: bool) -> str:
        from rapidscore.display.text import fixed

        name = f"{self.name}|{self.signature}" if signature else self.name
        return f"{name} = {fixed(self.score, width)}"

    def __float__(self) -> float:
        return self.score


@public
@dataclass(frozen=True, eq=False)
class CHRF(TextMetric[CHRFScore]):
    """Compute chrF or chrF++, 0 to 100, with the results of sacrebleu 2.6.0's `CHRF` with the same options.

    If a prediction has several references, the one with the best score counts.

    Parameters
    ----------
    char_order : int, default 6
        Highest order of character n-grams, 0 to 100.
    word_order : int, default 0
        Highest order of word n-grams, 0 to 100; chrF++ is 2.
    beta : int or float, default 2
        How many times recall is as important as precision, 0 to 1e154.
    lowercase : bool, default False
        Compare texts in lower case.
    whitespace : bool, default False
        Count white space among the characters.
    eps_smoothing : bool, default False
        Average over all orders, as chrF++.py, Moses and NLTK do. Otherwise average over the orders for which both texts
        are long enough.

    Raises
    ------
    ValueError
        If an option is out of range.

    References
    ----------
    Popović, M., "chrF: character n-gram F-score for automatic MT evaluation", WMT 2015.

    Popović, M., "chrF++: words helping character n-grams", WMT 2017.

    Examples
    --------
    >>> chrf = CHRF()
    >>> score = chrf.score(["the cat sat on the mat"], [["the cat sat on a mat", "a cat on the mat"]])
    >>> print(score)
    chrF2 = 76.17
    >>> score.signature
    'nrefs:2|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0'
    >>> CHRF(word_order=2).segment_scores(["a cat", "a dog"], ["a cat", "the dog"])["chrf++"].round(2)
    array([100.  ,  29.36])

    """

    char_order: int = 6
    word_order: int = 0
    beta: int | float = 2
    lowercase: bool = False
    whitespace: bool = False
    eps_smoothing: bool = False

    _counts_ties: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            # Squared as sacrebleu does: C's pow() and a multiplication may differ in the last bit.
            beta_squared = float(self.beta**2)
        except OverflowError:
            beta_squared = float("inf")
        core = _core.TextMetric.chrf(
            self.char_order, self.word_order, beta_squared, self.lowercase, self.whitespace, self.eps_smoothing
        )
        if self.beta < 0 or beta_squared == float("inf"):
            raise ValueError(f"beta must be from 0 to 1e154, got {self.beta:g}")
        object.__setattr__(self, "_core", core)

    def _signature_items(self) -> dict[str, str]:
        return {
            "case": "lc" if self.lowercase else "mixed",
            "eff": "no" if self.eps_smoothing else "yes",
            "nc": str(self.char_order),
            "nw": str(self.word_order),
            "space": "yes" if self.whitespace else "no",
            "version": SACREBLEU_VERSION,
        }

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return `{"chrf": float64 array of shape (n,)}`, 0 to 100.

        With word n-grams the name ends in one `+` for each of their orders: `"chrf++"` with `word_order=2`.
        """
        return super().segment_scores(predictions, references)

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return self._core.finalise_rows(sums)

    def _contradictions(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = super()._contradictions(sums)
        for of_predictions in range(0, sums.shape[1], 3):
            counts, matches = sums[:, of_predictions : of_predictions + 2], of_predictions + 2
            wrong[:, matches] = sums[:, matches] > counts.min(axis=1)
        return wrong

    def _score(self, total: Sums) -> CHRFScore:
        (score,), _ = self._core.finalise(total)
        return CHRFScore(score, self.char_order, self.word_order, self.beta, self._signature(total.references))
