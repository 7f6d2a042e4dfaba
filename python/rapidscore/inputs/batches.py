"""Labels of batches, such as those of all tokens of several texts, as labels of rows."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from rapidscore.inputs import arrays, labels

#: The types of a row of labels.
_ROWS = (list, tuple, np.ndarray)


def are_nested(values: Any) -> bool:
    """Return whether values may be labels of batches: an array of several dimensions, or a list or column of lists."""
    if isinstance(values, list | tuple):
        return bool(values) and _is_row(values[0])
    if not hasattr(values, "ndim"):
        return _is_column_of_lists(values)
    if values.ndim != 1:
        return bool(values.ndim > 1)
    if getattr(getattr(values, "dtype", None), "kind", "") != "O" or not len(values):
        return False
    return _is_row(values.iloc[0] if hasattr(values, "iloc") else values[0])


def _is_row(value: Any) -> bool:
    """Return whether a value may be a row of labels: a list, an array, a tensor, or a column of pandas or polars."""
    if isinstance(value, _ROWS):
        return True
    return getattr(value, "ndim", 0) == 1 or (hasattr(value, "to_list") and labels.library_of(value) == "polars")


def _is_column_of_lists(values: Any) -> bool:
    """Return whether this is a column of lists of polars or pyarrow."""
    match labels.library_of(values):
        case "polars":
            return str(getattr(values, "dtype", "")).startswith(("List", "Array"))
        case "pyarrow":
            return hasattr(getattr(values, "type", None), "value_field")
    return False


def flat_pair(predictions: Any, references: Any, arrays_too: bool) -> tuple[Any, Any]:
    """Flatten predictions and references of shape (batch, time), or lists of lists; return other labels as they are.

    Arrays are flattened only with `arrays_too`, since a row of an array may have several labels. Raises `ValueError` if
    shapes or lengths differ, or if lists could be indicators of several labels.
    """
    predictions, references = _as_rows(predictions, "predictions"), _as_rows(references, "references")
    shapes = [tuple(getattr(values, "shape", ())) for values in (predictions, references)]
    if min(map(len, shapes)) > 1:
        if not arrays_too:
            return predictions, references
        if shapes[0] != shapes[1]:
            remedy = "pass one reference for each prediction"
            if shapes[0][:-1] == shapes[1]:
                remedy = "of scores of classes, such as logits, pass predictions.argmax(-1)"
            raise ValueError(f"predictions have the shape {shapes[0]} but references have {shapes[1]}: {remedy}")
        return np.asarray(predictions).ravel(), np.asarray(references).ravel()
    if not (_is_list_of_lists(predictions) and _is_list_of_lists(references)):
        return predictions, references
    labels.check_lengths(len(predictions), len(references))
    for at, (predicted, true) in enumerate(zip(predictions, references, strict=True)):
        if len(predicted) != len(true):
            raise ValueError(
                f"predictions[{at}] has {len(predicted)} labels but references[{at}] has {len(true)}: pass one "
                "reference for each prediction, or use Multilabel for several labels per row"
            )
    flat = [*chain.from_iterable(predictions)], [*chain.from_iterable(references)]
    if not arrays_too and len({*map(len, predictions)}) == 1 and len(predictions[0]) > 1 and _are_binary(*flat):
        raise ValueError(
            "predictions and references could be labels 0 and 1 of batches, or indicators of several labels per row: "
            "pass flat lists, or use Multilabel with arrays"
        )
    return flat


def flat_references(references: Any, shape: tuple[int, ...]) -> Any:
    """Flatten references of shape (batch, time), an array or lists. Raises `ValueError` for another shape."""
    references = _as_rows(references, "references")
    found = tuple(getattr(references, "shape", ()))
    if _is_list_of_lists(references) and not found:
        lengths = {*map(len, references)}
        found = (len(references), *lengths) if len(lengths) == 1 else (len(references), "different lengths")
    elif not found and isinstance(references, list | tuple):
        found = (len(references),)
    if found != shape:
        shown = ", ".join(map(str, found))
        raise ValueError(f"references have the shape ({shown}), not {shape}: pass one class for each row of scores")
    return np.asarray(references).ravel() if hasattr(references, "ndim") else [*chain.from_iterable(references)]


def flat_weights(weights: Any, shaped: Any) -> Any:
    """Flatten weights that have the shape of labels which were flattened; return other weights as they are."""
    if not (are_nested(weights) and are_nested(shaped)) or len(weights) != len(shaped):
        return weights
    weights = _as_rows(weights, "sample_weight")
    if tuple(getattr(weights, "shape", ())) == tuple(getattr(shaped, "shape", (0,))):
        return np.asarray(weights).ravel()
    if all(len(row) == len(labels_of_row) for row, labels_of_row in zip(weights, shaped, strict=True)):
        return [*chain.from_iterable(weights)]
    return weights


def _as_rows(values: Any, name: str) -> Any:
    """Return a tensor as array, and a column of lists or a list of other rows as list; return others as they are."""
    if arrays.is_tensor(values):
        return arrays.as_array(values, name)
    if isinstance(values, list | tuple):
        return [*(_as_row(row, f"{name}[{at}]") for at, row in enumerate(values))]
    if _is_column_of_lists(values):
        return values.to_pylist() if hasattr(values, "to_pylist") else values.to_list()
    return _as_rows(values.tolist(), name) if getattr(values, "ndim", 0) == 1 and are_nested(values) else values


def _as_row(row: Any, name: str) -> Any:
    return row if isinstance(row, _ROWS) or not _is_row(row) else arrays.as_array(row, name).tolist()


def _is_list_of_lists(values: Any) -> bool:
    if not isinstance(values, _ROWS) or getattr(values, "ndim", 1) == 0:
        return False
    return len(values) > 0 and all(isinstance(row, _ROWS) for row in values)


def _are_binary(*columns: list[Any]) -> bool:
    """Return whether all labels are 0 or 1."""
    return all(isinstance(label, int | float | np.generic) and label in (0, 1) for label in chain(*columns))
