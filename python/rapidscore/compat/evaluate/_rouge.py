"""evaluate's `rouge`: F-measures, or the medians of their bootstrap means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import contains
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from rapidscore import ROUGE
from rapidscore.compat.rouge_score._samples import mean_percentiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The default number of samples of rouge-score's aggregator.
SAMPLES = 1000


def _may_have_lines(*columns: Any) -> bool:
    """Return whether a text may have several lines. Lists of texts are not inspected: they may."""
    return any({*map(type, texts)} != {str} or any(map(contains, texts, repeat("\n"))) for texts in columns)


class _Tokenizer:
    """Make an object with a method `tokenize`, which rouge-score requires, from a function."""

    def __init__(self, tokenize: Callable[[str], list[str]]) -> None:
        self.tokenize = tokenize


@dataclass(frozen=True)
class Rouge:
    """Compute ROUGE F-measures, 0 to 1, as rouge-score does.

    Inputs: `predictions`, n `str`; `references`, a `str` or a list of `str` for each prediction, of which the one with
    the best score is used.

    Options:

    - `rouge_types`: by default `["rouge1", "rouge2", "rougeL", "rougeLsum"]`; the last compares lines.
    - `use_aggregator`: if false, the result has the F-measure of each example.
    - `use_stemmer`: compare Porter's stems.
    - `tokenizer`: a function from `str` to a list of `str`.

    Result: for each type a NumPy float64, the median of the means of 1000 bootstrap samples of n examples, drawn by
    NumPy's generator with the seed of the metric; without the aggregator a list of n `float`.
    """

    rouge_types: Sequence[str] | None = None
    use_aggregator: bool = True
    use_stemmer: bool = False
    tokenizer: Callable[[str], list[str]] | None = None
    # The seed of the metric.
    _seed: int = field(default=0, init=False, repr=False, compare=False)

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Return the F-measures of each type."""
        types = ("rouge1", "rouge2", "rougeL", "rougeLsum") if self.rouge_types is None else self.rouge_types
        if not len(types):
            return {}
        tokenizer = None if self.tokenizer is None else _Tokenizer(self.tokenizer)
        #: The type to compute for each type in the result.
        computed = {name: name for name in types}
        if "rougeLsum" in computed and tokenizer is None and not _may_have_lines(predictions, references):
            # For texts of a single line both are equal: they count the words on the longest common subsequence.
            computed["rougeLsum"] = "rougeL"
        metric = ROUGE(tuple(dict.fromkeys(computed.values())), self.use_stemmer, tokenizer=tokenizer)
        # Not the method of the metric, which warns of letters other than a-z.
        scores, _ = metric._core.segment_scores(predictions, references)
        return {name: scores[computed[name]] for name in computed}

    def join(self, parts: list[dict[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
        """Concatenate the F-measures."""
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def result(self, part: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
        """Return the F-measures, or their aggregates."""
        if not self.use_aggregator or not part:
            return {name: values.tolist() for name, values in part.items()}
        state: Any = np.random.RandomState(self._seed).get_state(legacy=False)
        values = np.stack([*part.values()])[:, np.newaxis]
        medians, _ = mean_percentiles(values, SAMPLES, np.array([50]), state["state"])
        return dict(zip(part, medians[0, :, 0], strict=True))
