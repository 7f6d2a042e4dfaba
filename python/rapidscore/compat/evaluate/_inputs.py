"""Check the inputs of a metric by its features, and copy inputs that are kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from rapidscore.compat.evaluate.info import Features, List, Value
from rapidscore.inputs.options import check_ordered

_TEXT, _LABEL = Value("string"), Value("int32")

#: Sets of types: a column is valid if its values have these types, and needs no copy if they are immutable.
_ONLY_STR, _ONLY_INT = frozenset({str}), frozenset({int, bool})
_IMMUTABLE = frozenset({str, int, bool, float, bytes, type(None)})


def as_list(values: Any) -> list[Any]:
    """Return a column of values as a list of Python objects."""
    if isinstance(values, list):
        return values
    convert = getattr(values, "tolist", None) or getattr(values, "to_list", None)
    return list(convert() if convert else values)


def copy_column(values: Any) -> list[Any]:
    """Return a column as a list with copies of all mutable values. The list itself may be the same object."""
    values = as_list(values)
    return values if _IMMUTABLE.issuperset(map(type, values)) else [_copy(value) for value in values]


def _copy(value: Any) -> Any:
    if type(value) is list and _IMMUTABLE.issuperset(map(type, value)):
        return [*value]
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    convert = getattr(value, "tolist", None) or getattr(value, "to_list", None)
    # The result is not a list if the array has no dimensions.
    value = convert() if convert else value
    return [_copy(item) for item in value] if isinstance(value, list | tuple) else value


def check_lengths(batch: dict[str, Any]) -> None:
    """Raise `ValueError` or `TypeError` unless all inputs are columns with the same number of values."""
    first, *others = batch
    for name, values in batch.items():
        if values is None:
            other = first if name != first else "references"
            raise ValueError(f"{name} is None: pass as many values as there are {other}")
        check_ordered(values, name)
        if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
            raise TypeError(f"{name} must be a list or an array, not {values!r:.60} ({type(values).__name__})")
    for name in others:
        if len(batch[first]) != len(batch[name]):
            raise ValueError(
                f"{len(batch[first])} {first} but {len(batch[name])} {name}: pass one of each for every example"
            )


def check_texts(features: Features, columns: dict[str, Any], *, allow_missing: bool = False) -> None:
    """Raise `ValueError` for a value that is not a text, nor a list of texts if the feature allows it.

    With `allow_missing`, a list of texts may contain None.
    """
    forms = features if isinstance(features, list) else [features]
    for name, values in columns.items():
        kinds = [form[name] for form in forms]
        if _TEXT not in kinds or _ONLY_STR.issuperset(map(type, values)):
            continue
        may_be_list = List(_TEXT) in kinds
        for at, value in enumerate(values):
            if isinstance(value, str):
                continue
            if may_be_list and type(value) is list and _ONLY_STR.issuperset(map(type, value)):
                continue
            if not may_be_list or isinstance(value, bytes | dict) or not hasattr(value, "__len__"):
                expected = "a str or a list of str" if may_be_list else "a str"
                raise ValueError(f"{name}[{at}] must be {expected}, not {value!r:.60} ({type(value).__name__})")
            check_ordered(value, f"{name}[{at}]")
            for index, text in enumerate(value):
                if not isinstance(text, str) and not (allow_missing and text is None):
                    raise ValueError(f"{name}[{at}][{index}] must be a str, not {text!r:.60} ({type(text).__name__})")


def check_labels(features: Features, columns: dict[str, Any]) -> None:
    """Raise `ValueError` for a value that is not a label, or not a list of labels for a multilabel metric."""
    if isinstance(features, list):
        return
    for name, values in columns.items():
        if features[name] == _LABEL and not (isinstance(values, list) and _ONLY_INT.issuperset(map(type, values))):
            as_integers(name, values, 1)
        elif features[name] == List(_LABEL):
            as_integers(name, values, 2)


def as_integers(name: str, values: Any, dimensions: int) -> Any:
    """Return labels as an int32 array if they fit, else as an int64 array. Raises `ValueError` for invalid labels."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} are lists of different lengths: pass the same number of labels for each example"
        ) from error
    if array.ndim != dimensions:
        if dimensions == 1:
            hint = 'pass one label for each example, or load the configuration "multilabel"'
        else:
            hint = "pass a list of 0 and 1 for each example, all of one length"
        raise ValueError(f"{name} have the shape {array.shape}: {hint}")
    kind = array.dtype.kind
    if kind in "fu":
        invalid = (array != np.floor(array)) | (array >= 2.0**63) | (array < -(2.0**63)) | np.isnan(array)
        positions = np.flatnonzero(invalid)
        if len(positions):
            raise ValueError(
                f"{name}[{positions[0]}] is {array.flat[positions[0]]}: pass labels that are signed 64-bit integers"
            )
        array = array.astype(np.int64)
    elif kind not in "biu":
        # From the values themselves: NumPy converts lists of mixed types to text, and objects may be anything.
        flat = values if dimensions == 1 else [value for row in values for value in row]
        integers = [_as_integer(f"{name}[{at}]", value) for at, value in enumerate(flat)]
        array = np.array(integers, dtype=np.int64).reshape(array.shape)
    if array.size and array.min() >= -(2**31) and array.max() < 2**31:
        return array.astype(np.int32, copy=True)
    return array.astype(np.int64, copy=True)


def _as_integer(name: str, value: Any) -> int:
    try:
        integer = int(value)
        # Texts are parsed. Other numbers must be equal to the integer: no fraction is dropped.
        if (isinstance(value, str | bytes) or integer == value) and -(2**63) <= integer < 2**63:
            return integer
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{name} is {value!r:.60} ({type(value).__name__}): pass labels that are integers")
