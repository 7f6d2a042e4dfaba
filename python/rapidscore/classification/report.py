"""The report of precision, recall and F1 by class, equal to scikit-learn 1.9.1's `classification_report`.

    >>> import numpy as np
    >>> counts = Counts(tp=np.array([2, 1]), predicted=np.array([3, 1]), true=np.array([2, 2]))
    >>> print(as_text(["ham", "spam"], counts))
                  precision    recall  f1-score   support
    <BLANKLINE>
             ham       0.67      1.00      0.80         2
            spam       1.00      0.50      0.67         2
    <BLANKLINE>
        accuracy                           0.75         4
       macro avg       0.83      0.75      0.73         4
    weighted avg       0.83      0.75      0.73         4
    <BLANKLINE>
    >>> as_dict(["ham", "spam"], counts)["ham"]
    {'precision': 0.6666666666666666, 'recall': 1.0, 'f1-score': 0.8, 'support': 2.0}

Parameters of both functions:

- `names`: the names of the C classes, each a `str`.
- `counts`: the counts of the C classes, arrays of shape (C,); see `rapidscore.classification.averages`.
- `accuracy`: whether the micro average is the accuracy, and is named so. It is if each sample has one label and no
  class is left out.
- `samples`: the counts of each sample, if a sample may have several labels, or the means of precision, recall and F1
  over samples. They add the line "samples avg".
- `zero_division`: the value of a score whose denominator is 0; see `rapidscore.classification.averages`. `"warn"`
  warns for each column of the classes and of each average.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from rapidscore.classification.averages import Array, ZeroDivision, precision_recall_fscore, summed

COLUMNS = "precision", "recall", "f1-score", "support"


class Counts(NamedTuple):
    """The counts that a report is computed from: arrays of equal shape, with `weights` only for counts of samples."""

    tp: Array
    predicted: Array
    true: Array
    weights: Array | None = None


#: Means of precision, recall and F1.
Means: TypeAlias = tuple[float, float, float]


def as_text(
    names: Sequence[str],
    counts: Counts,
    *,
    digits: int = 2,
    accuracy: bool = True,
    samples: Counts | Means | None = None,
    zero_division: ZeroDivision = "warn",
) -> str:
    """Return the report as text, with `digits` decimals."""
    width = max(*map(len, names), len("weighted avg"), digits)
    text = f"{'':>{width}s} " + "".join(f" {column:>9}" for column in COLUMNS) + "\n\n"
    for name, values in _classes(names, counts, zero_division):
        text += _line(name, values, width, digits)
    text += "\n"
    for name, values in _averages(counts, accuracy, samples, zero_division):
        # scikit-learn shows accuracy in the column of the F-score only.
        text += _line(name, ["", "", *values[2:]] if name == "accuracy" else values, width, digits)
    return text


def as_dict(
    names: Sequence[str],
    counts: Counts,
    *,
    accuracy: bool = True,
    samples: Counts | Means | None = None,
    zero_division: ZeroDivision = "warn",
) -> dict[str, Any]:
    """Return the report as a dict: a dict of four `float` for each class and average, and a `float` for accuracy.

    As in scikit-learn, an average takes the place of a class of the same name.
    """
    classes, averages = as_parts(names, counts, accuracy=accuracy, samples=samples, zero_division=zero_division)
    report: dict[str, Any] = classes | averages
    if "accuracy" in report and "accuracy" not in averages:
        report["accuracy"] = report["accuracy"]["precision"]
    return report


def as_parts(
    names: Sequence[str],
    counts: Counts,
    *,
    accuracy: bool = True,
    samples: Counts | Means | None = None,
    zero_division: ZeroDivision = "warn",
) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
    """Return the classes and the averages of the report, as dicts whose values are those of `as_dict`."""
    classes, averages = (
        {name: dict(zip(COLUMNS, map(float, values), strict=True)) for name, values in lines}
        for lines in (
            _classes(names, counts, zero_division),
            _averages(counts, accuracy, samples, zero_division),
        )
    )
    if "accuracy" in averages:
        return classes, averages | {"accuracy": averages["accuracy"]["precision"]}
    return classes, averages


def _classes(names: Sequence[str], counts: Counts, zero_division: ZeroDivision) -> Iterator[tuple[str, list[Any]]]:
    """Yield the name of each class, and the values of its columns."""
    columns = precision_recall_fscore(*counts[:3], average=None, zero_division=zero_division)
    support = summed(counts.tp, counts.true)
    for name, *values in zip(names, *(column.tolist() for column in (*columns, support)), strict=True):
        yield name, values


def _averages(
    counts: Counts, accuracy: bool, samples: Counts | Means | None, zero_division: ZeroDivision
) -> Iterator[tuple[str, list[Any]]]:
    """Yield the name of each average, and the values of its columns."""
    supports = summed(counts.tp, counts.true)
    # Python's integers do not overflow.
    support = sum(supports.tolist()) if supports.dtype.kind in "iu" else supports.sum().item()
    for average in ("micro", "macro", "weighted", "samples"):
        averaged = samples if average == "samples" else counts
        if isinstance(averaged, tuple) and not isinstance(averaged, Counts):
            yield f"{average} avg", [*averaged, support]
        elif averaged:
            scores: Sequence[float] = precision_recall_fscore(
                *averaged[:3], average=average, zero_division=zero_division, weights=averaged.weights
            )
            yield "accuracy" if average == "micro" and accuracy else f"{average} avg", [*scores, support]


def _line(name: str, values: Sequence[Any], width: int, digits: int) -> str:
    *scores, support = values
    cells = [score if score == "" else f"{score:.{digits}f}" for score in scores]
    return f"{name:>{width}s} " + "".join(f" {cell:>9}" for cell in [*cells, support]) + "\n"
