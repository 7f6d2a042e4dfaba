"""The peer's `rouge`: F-measures, or the middle of their means over samples that are drawn."""

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

#: As rouge-score's aggregator has them.
SAMPLES = 1000


def _any_lines(*columns: Any) -> bool:
    """Tell whether a text may be of several lines; lists of texts are not looked into."""
    return any({*map(type, texts)} != {str} or any(map(contains, texts, repeat("\n"))) for texts in columns)


class _Tokenizer:
    """A function, as rouge-score takes it."""

    def __init__(self, tokenize: Callable[[str], list[str]]) -> None:
        self.tokenize = tokenize


@dataclass(frozen=True)
class Rouge:
    """Compute ROUGE F-measures, 0 to 1, as rouge-score does.

    Inputs: `predictions`, n `str`; `references`, for each a `str`, or a list of `str`, of which the best counts.

    Options:

    - `rouge_types`: by default `["rouge1", "rouge2", "rougeL", "rougeLsum"]`; the last looks at lines.
    - `use_aggregator`: false for the F-measure of each example.
    - `use_stemmer`: compare Porter's stems.
    - `tokenizer`: a function from `str` to a list of `str`.

    Result: for each type a NumPy float64, the median of the means of 1000 samples of n examples (drawn with
    replacement, by NumPy's generator of the metric's seed); or without the aggregator a list of n `float`.
    """

    rouge_types: Sequence[str] | None = None
    use_aggregator: bool = True
    use_stemmer: bool = False
    tokenizer: Callable[[str], list[str]] | None = None
    # That of the metric.
    _seed: int = field(default=0, init=False, repr=False, compare=False)

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> dict[str, NDArray[np.float64]]:
        """Return the F-measures of each type."""
        types = ("rouge1", "rouge2", "rougeL", "rougeLsum") if self.rouge_types is None else self.rouge_types
        if not len(types):
            return {}
        tokenizer = None if self.tokenizer is None else _Tokenizer(self.tokenizer)
        measured = {name: name for name in types}
        if "rougeLsum" in measured and tokenizer is None and not _any_lines(predictions, references):
            # Of a single line it is the same: what is on the longest common subsequence.
            measured["rougeLsum"] = "rougeL"
        metric = ROUGE(tuple(dict.fromkeys(measured.values())), self.use_stemmer, tokenizer=tokenizer)
        scores = metric.segment_scores(predictions, references)
        return {name: scores[measured[name]] for name in measured}

    def join(self, parts: list[dict[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
        """Append F-measures to each other."""
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def result(self, part: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
        """Return F-measures, or their aggregates."""
        if not self.use_aggregator or not part:
            return {name: values.tolist() for name, values in part.items()}
        state: Any = np.random.RandomState(self._seed).get_state(legacy=False)
        values = np.stack([*part.values()])[:, np.newaxis]
        medians, _ = mean_percentiles(values, SAMPLES, np.array([50]), state["state"])
        return dict(zip(part, medians[0, :, 0], strict=True))
