"""The peer's `perplexity`, of what the caller's model says of tokens: none is loaded here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from rapidscore.perplexity.perplexity import Perplexity as Metric

_metric = Metric(aggregate="sequences")


@dataclass(frozen=True)
class Perplexity:
    """Compute the perplexity of each sequence, and their mean, from log-probabilities of its tokens.

    Inputs: `predictions`, for each of n sequences the natural logarithms of its tokens' probabilities, of which the
    first may be None and is left out; or an array of shape (n, tokens). There are no references.

    Option: `losses`, for negative log-likelihoods in place of log-probabilities.

    Result: `perplexities`, a list of n `float`, and `mean_perplexity`, a NumPy float64.

    The peer's inputs are texts, and its options `model_id`, `batch_size`, `add_start_token`, `device` and
    `max_length` say which model to load and how to run it: here these raise `ValueError`.
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
                    f"{name}={value!r}: no model is loaded here. Run yours, and pass log-probabilities of tokens as "
                    "predictions"
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
        found: list[float] = _metric.statistics_log_probs(predictions).segment_scores()["perplexity"].tolist()
        return found

    def join(self, parts: list[list[float]]) -> list[float]:
        """Append perplexities to each other."""
        return [perplexity for part in parts for perplexity in part]

    def result(self, part: list[float]) -> dict[str, Any]:
        """Return all, and their mean."""
        return {"perplexities": part, "mean_perplexity": np.mean(part)}
