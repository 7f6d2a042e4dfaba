"""evaluate's metrics of labels, by the functions of `rapidscore.compat.sklearn`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from rapidscore.compat.evaluate._inputs import as_integers
from rapidscore.compat.sklearn import metrics


@dataclass(frozen=True)
class _Labels:
    """The base class of metrics of labels. Parts hold the labels themselves, because weights come with the options."""

    _multilabel: bool = field(default=False, init=False, repr=False, compare=False)

    EAGER: ClassVar[bool] = True

    def measure(self, predictions: Any, references: Any) -> tuple[Any, Any]:
        """Return references and predictions as arrays of integers."""
        dimensions = 2 if self._multilabel else 1
        true = as_integers("references", references, dimensions)
        predicted = as_integers("predictions", predictions, dimensions)
        if true.shape != predicted.shape:
            raise ValueError(
                f"references have the shape {true.shape} but predictions {predicted.shape}: pass arrays of equal shape"
            )
        return true, predicted

    def join(self, parts: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        """Concatenate the arrays."""
        references, predictions = zip(*parts, strict=True)
        return np.concatenate(references), np.concatenate(predictions)


def _scalar_or_array(score: Any) -> Any:
    """Return a single number as a `float`, and several numbers as they are."""
    return float(np.asarray(score).reshape(())) if np.size(score) == 1 else score


@dataclass(frozen=True)
class Accuracy(_Labels):
    """Compute the share of labels that are right, 0 to 1.

    Inputs: `predictions` and `references`, n integers each; with the configuration "multilabel" n lists of 0 and 1.

    Options: `normalize` (if false, the result is the number of right labels), `sample_weight` (n numbers).

    Result: `accuracy`, a `float`.
    """

    normalize: bool = True
    sample_weight: Any = None

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return the share of right labels."""
        score = metrics.accuracy_score(*part, normalize=self.normalize, sample_weight=self.sample_weight)
        return {"accuracy": float(score)}


@dataclass(frozen=True)
class _Averaged(_Labels):
    """The base class of metrics that have a value for each label, and averages."""

    labels: Any = None
    pos_label: Any = 1
    average: str | None = "binary"
    sample_weight: Any = None

    #: The key of the result. With "_score" appended, the name of scikit-learn's function.
    _KEY: ClassVar[str]

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return the average, or an array of the values of all labels."""
        options = {
            option.name: getattr(self, option.name) for option in fields(self) if not option.name.startswith("_")
        }
        return {self._KEY: _scalar_or_array(getattr(metrics, f"{self._KEY}_score")(*part, **options))}


@dataclass(frozen=True)
class F1(_Averaged):
    """Compute the harmonic mean of precision and recall, 0 to 1.

    Inputs: `predictions` and `references`, n integers each; with the configuration "multilabel" n lists of 0 and 1.

    Options: `labels`, `pos_label`, `average`, `sample_weight`, as in scikit-learn's `f1_score`.

    Result: `f1`, a `float`, or with `average=None` an array with the value of each label.
    """

    _KEY: ClassVar[str] = "f1"


@dataclass(frozen=True)
class Precision(_Averaged):
    """Compute the precision, 0 to 1: true positives / predicted positives.

    Inputs: `predictions` and `references`, n integers each; with the configuration "multilabel" n lists of 0 and 1.

    Options: `labels`, `pos_label`, `average`, `sample_weight`, `zero_division`, as in scikit-learn's `precision_score`.

    Result: `precision`, a `float`, or with `average=None` an array with the value of each label.
    """

    zero_division: Any = "warn"

    _KEY: ClassVar[str] = "precision"


@dataclass(frozen=True)
class Recall(_Averaged):
    """Compute the recall, 0 to 1: true positives / actual positives.

    Inputs: `predictions` and `references`, n integers each; with the configuration "multilabel" n lists of 0 and 1.

    Options: `labels`, `pos_label`, `average`, `sample_weight`, `zero_division`, as in scikit-learn's `recall_score`.

    Result: `recall`, a `float`, or with `average=None` an array with the value of each label.
    """

    zero_division: Any = "warn"

    _KEY: ClassVar[str] = "recall"


@dataclass(frozen=True)
class MatthewsCorrelation(_Labels):
    """Compute the Matthews correlation coefficient of any number of classes, -1 to 1.

    Inputs: `predictions` and `references`, n integers each; with the configuration "multilabel" n lists of C integers.

    Options: `sample_weight` (n numbers); `average` (None or "macro", for the configuration "multilabel").

    Result: `matthews_correlation`, a `float`; with the configuration "multilabel" a list of C numbers, or with
    `average="macro"` their mean.
    """

    sample_weight: Any = None
    average: str | None = None

    def result(self, part: tuple[Any, Any]) -> dict[str, Any]:
        """Return the coefficient."""
        weights = {"sample_weight": self.sample_weight}
        if not self._multilabel:
            return {"matthews_correlation": float(metrics.matthews_corrcoef(*part, **weights))}
        if self.average not in (None, "macro"):
            raise ValueError(f"average={self.average!r}: choose from None and 'macro'")
        # With the predictions first, as in evaluate.
        by_label = [
            metrics.matthews_corrcoef(predicted, true, **weights)
            for true, predicted in zip(*map(_columns, part), strict=True)
        ]
        return {"matthews_correlation": np.mean(by_label) if self.average else by_label}


def _columns(array: Any) -> Any:
    return np.ascontiguousarray(array.T)


@dataclass(frozen=True)
class ConfusionMatrix(_Labels):
    """Count each pair of true and predicted label.

    Inputs: `predictions` and `references`, n integers each.

    Options: `labels`, `sample_weight`, `normalize` ("true", "pred", "all"), as in scikit-learn's `confusion_matrix`.

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
