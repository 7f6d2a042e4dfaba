"""evaluate's `perplexity`, from log-probabilities of the caller's model: this package loads no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rapidscore.perplexity.perplexity import Perplexity as Metric

_metric = Metric(aggregate="sequences")


@dataclass(frozen=True)
class Perplexity:
    """Compute the perplexity of each sequence from the log-probabilities of its tokens, and the mean perplexity.

    Inputs: `predictions`, for each of n sequences the natural logarithms of the probabilities of its tokens. The first
    may be None, and is ignored. Or an array of shape (n, tokens). There are no references.

    Option: `losses`, for negative log-likelihoods in place of log-probabilities.

    Result: `perplexities`, a list of n `float`, and `mean_perplexity`, a NumPy float64.

    In evaluate, inputs are texts, and the options `model_id`, `batch_size`, `add_start_token`, `device` and
    `max_length` choose and run a model. Here these options raise `ValueError`.
    """

    losses: bool = False
    model_id: str | None = None
    batch_size: int | None = None
    add_start_token: bool | None = None
    device: str | None = None
    max_length: int | None = None

    EAGER: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for name in ("model_id", "batch_size", "add_start_token", "device", "max_length"):
            if (value := getattr(self, name)) is not None:
                raise ValueError(
                    f"{name}={value!r}: no model is loaded here. Run your model, and pass log-probabilities of tokens "
                    "as predictions"
                )

    def measure(self, predictions: Any, references: Any) -> list[float]:
        """Return the perplexity of each sequence."""
        for at, sequence in enumerate(predictions):
            if isinstance(sequence, str):
                raise TypeError(
                    f"predictions[{at}] is a text, {sequence!r:.60}, but no model is loaded here: pass "
                    "log-probabilities of its tokens"
                )
        if self.losses:
            predictions = [[None if loss is None else -loss for loss in sequence] for sequence in predictions]
        perplexities: list[float] = _metric.statistics_log_probs(predictions).segment_scores()["perplexity"].tolist()
        return perplexities

    def join(self, parts: list[list[float]]) -> list[float]:
        """Concatenate the perplexities."""
        return [perplexity for part in parts for perplexity in part]

    def result(self, part: list[float]) -> dict[str, Any]:
        """Return the perplexities and their mean."""
        return {"perplexities": part, "mean_perplexity": np.mean(part)}
