"""The peer's metrics of labels: scikit-learn's functions, as `rapidscore.compat.sklearn` has them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from rapidscore.compat.evaluate._inputs import whole
from rapidscore.compat.sklearn import metrics


@dataclass(frozen=True)
class _Labels:
    """What is kept of labels: 4 bytes each, since weights come with the options."""

    _several: bool = field(default=False, init=False, repr=False, compare=False)

    EAGER: ClassVar[bool] = True

    def measure(self, predictions: Any, references: Any) -> tuple[Any, Any]:
        """Return references and predictions as arrays of whole numbers."""
        dimensions = 2 if self._several else 1
        found = whole("references", references, dimensions), whole("predictions", predictions, dimensions)
        if found[0].shape != found[1].shape:
            raise ValueError(
                f"references have the shape {found[0].shape} but predictions {found[1].shape}: pass one for each"
            )
        return found

    def join(self, parts: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        """Append arrays to each other."""
        references, predictions = zip(*parts, strict=True)
        return np.concatenate(references), np.concatenate(predictions)


def _one(score: Any) -> Any:
    """Return the only number as a `float`, or an array of several."""
    return float(np.asarray(score).reshape(())) if np.size(score) == 1 else score


@dataclass(frozen=True)
class Accuracy(_Labels):
    """Compute the share of labels that are right, 0 to 1.

    Inputs: `predictions` and `references`, n whole numbers each; with the configuration "multilabel" lists of 0 and 1.

    Options: `normalize` (false: the number of right labels), `sample_weight` (n numbers).

    Result: `accuracy`, a `float`.
    """

    normalize: bool = True
    sample_weight: Any = None

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return the share."""
        score = metrics.accuracy_score(*part, normalize=self.normalize, sample_weight=self.sample_weight)
        return {"accuracy": float(score)}


@dataclass(frozen=True)
class _Averaged(_Labels):
    """What is computed of each label, and may be averaged."""

    labels: Any = None
    pos_label: Any = 1
    average: str | None = "binary"
    sample_weight: Any = None

    #: The result's key, and with "_score" scikit-learn's function.
    _KEY: ClassVar[str]

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return it, or that of each label."""
        options = {
            option.name: getattr(self, option.name) for option in fields(self) if not option.name.startswith("_")
        }
        return {self._KEY: _one(getattr(metrics, f"{self._KEY}_score")(*part, **options))}


@dataclass(frozen=True)
class F1(_Averaged):
    """Compute the harmonic mean of precision and recall, 0 to 1.

    Inputs: `predictions` and `references`, n whole numbers each; with the configuration "multilabel" lists of 0 and 1.

    Options: `labels`, `pos_label`, `average`, `sample_weight`, as scikit-learn has them.

    Result: `f1`, a `float`, or with `average=None` an array of that of each label.
    """

    _KEY: ClassVar[str] = "f1"


@dataclass(frozen=True)
class Precision(_Averaged):
    """Compute how much of what was predicted is right, 0 to 1.

    Inputs: `predictions` and `references`, n whole numbers each; with the configuration "multilabel" lists of 0 and 1.

    Options: `labels`, `pos_label`, `average`, `sample_weight`, `zero_division`, as scikit-learn has them.

    Result: `precision`, a `float`, or with `average=None` an array of that of each label.
    """

    zero_division: Any = "warn"

    _KEY: ClassVar[str] = "precision"


@dataclass(frozen=True)
class Recall(_Averaged):
    """Compute how much of what is there was predicted, 0 to 1.

    Inputs: `predictions` and `references`, n whole numbers each; with the configuration "multilabel" lists of 0 and 1.

    Options: `labels`, `pos_label`, `average`, `sample_weight`, `zero_division`, as scikit-learn has them.

    Result: `recall`, a `float`, or with `average=None` an array of that of each label.
    """

    zero_division: Any = "warn"

    _KEY: ClassVar[str] = "recall"


@dataclass(frozen=True)
class MatthewsCorrelation(_Labels):
    """Compute Matthews' correlation coefficient of any number of classes, -1 to 1.

    Inputs: `predictions` and `references`, n whole numbers each; with the configuration "multilabel" lists of as many.

    Options: `sample_weight` (n numbers); `average`, which is for several labels.

    Result: `matthews_correlation`, a `float`; of several labels a list of that of each, or with `average="macro"` their
    mean.
    """

    sample_weight: Any = None
    average: str | None = None

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return the coefficient."""
        weights = {"sample_weight": self.sample_weight}
        if not self._several:
            return {"matthews_correlation": float(metrics.matthews_corrcoef(*part, **weights))}
        if self.average not in (None, "macro"):
            raise ValueError(f"average={self.average!r}: choose from None and 'macro'")
        # Each label for itself, the way round that the peer has them.
        each = [
            metrics.matthews_corrcoef(predicted, true, **weights)
            for true, predicted in zip(*map(_columns, part), strict=True)
        ]
        return {"matthews_correlation": np.mean(each) if self.average else each}


def _columns(array: Any) -> Any:
    return np.ascontiguousarray(array.T)


@dataclass(frozen=True)
class ConfusionMatrix(_Labels):
    """Count pairs of labels.

    Inputs: `predictions` and `references`, n whole numbers each.

    Options: `labels`, `sample_weight`, `normalize` ("true", "pred", "all"), as scikit-learn has them.

    Result: `confusion_matrix`, an array of shape (C, C), with a row for each true label.
    """

    labels: Any = None
    sample_weight: Any = None
    normalize: str | None = None

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return the matrix."""
        matrix = metrics.confusion_matrix(
            *part, labels=self.labels, sample_weight=self.sample_weight, normalize=self.normalize
        )
        return {"confusion_matrix": matrix}
