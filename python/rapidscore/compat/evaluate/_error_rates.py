"""evaluate's `wer` and `cer`: the error rate of a corpus, from counts as jiwer's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, ClassVar

from rapidscore import CER, WER, Total


@dataclass(frozen=True)
class _Errors:
    concatenate_texts: bool = False

    EAGER: ClassVar[bool] = True
    _METRIC: ClassVar[Any]

    def measure(self, predictions: Any, references: Any) -> Total[Any]:
        """Return the total of the examples."""
        metric = self._METRIC
        return Total(metric, metric._total(predictions, references))

    def join(self, parts: list[Total[Any]]) -> Total[Any]:
        """Add totals."""
        return reduce(add, parts)

    def result(self, part: Total[Any]) -> Any:
        """Return the error rate."""
        # Not `part.score()`, which warns of texts without spaces.
        score = self._METRIC._score(part._sums)
        if self.concatenate_texts:
            return score.score
        length = score.hits + score.substitutions + score.deletions
        if not length:
            raise ZeroDivisionError(
                "all references are empty, so the rate is undefined: pass one that is not empty, or "
                "concatenate_texts=True for the number of insertions"
            )
        return (score.substitutions + score.deletions + score.insertions) / length


@dataclass(frozen=True)
class Wer(_Errors):
    """Compute the word error rate of a corpus, from 0: errors / reference words, as jiwer counts them.

    Inputs: `predictions` and `references`, n `str` each.

    Option: `concatenate_texts`, with which the result is the number of insertions if all references are empty. Without
    it, that raises `ZeroDivisionError`. Otherwise it changes nothing.

    Result: a `float`, not a dict.
    """

    _METRIC: ClassVar[Any] = WER()


@dataclass(frozen=True)
class Cer(_Errors):
    """Compute the character error rate of a corpus, from 0: errors / reference characters, as jiwer counts them.

    Inputs: `predictions` and `references`, n `str` each.

    Option: `concatenate_texts`, with which the result is the number of insertions if all references are empty. Without
    it, that raises `ZeroDivisionError`. Otherwise it changes nothing.

    Result: a `float`, not a dict.
    """

    _METRIC: ClassVar[Any] = CER()
