"""Inputs: checked as a metric says that it takes them, and copied where they are kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from rapidscore.compat.evaluate.info import Features, List, Value

_TEXT, _LABEL = Value("string"), Value("int32")

#: Types of values that are checked, or cannot be changed, all at once.
_ONLY_STR, _ONLY_INT = frozenset({str}), frozenset({int, bool})
_FIXED = frozenset({str, int, bool, float, bytes, type(None)})


def as_list(values: Any) -> list[Any]:
    """Return a column of values as a list of what Python has for them."""
    if isinstance(values, list):
        return values
    convert = getattr(values, "tolist", None) or getattr(values, "to_list", None)
    return list(convert() if convert else values)


def copied(values: Any) -> list[Any]:
    """Return a column as a list whose values nobody else changes; it may be the list itself, but not what is in it."""
    values = as_list(values)
    return values if _FIXED.issuperset(map(type, values)) else [_own(value) for value in values]


def _own(value: Any) -> Any:
    if type(value) is list and _FIXED.issuperset(map(type, value)):
        return [*value]
    if isinstance(value, dict):
        return {key: _own(item) for key, item in value.items()}
    convert = getattr(value, "tolist", None) or getattr(value, "to_list", None)
    # Of an array without a dimension comes no list.
    value = convert() if convert else value
    return [_own(item) for item in value] if isinstance(value, list | tuple) else value


def check_lengths(batch: dict[str, Any]) -> None:
    """Raise unless there are as many values of each input."""
    first, *others = batch
    for name, values in batch.items():
        if values is None:
            raise ValueError(f"{name} is None: pass as many as {first if name != first else 'references'}")
        if isinstance(values, str | bytes) or not hasattr(values, "__len__"):
            raise TypeError(f"{name} must be a list or an array, not {values!r:.60} ({type(values).__name__})")
    for name in others:
        if len(batch[first]) != len(batch[name]):
            raise ValueError(
                f"{len(batch[first])} {first} but {len(batch[name])} {name}: pass one of each for every example"
            )


def check_texts(features: Features, columns: dict[str, Any], *, gaps: bool = False) -> None:
    """Raise `ValueError` for what is no text, nor a list of texts where there may be several.

    With `gaps` None may be among these, for one that is missing.
    """
    forms = features if isinstance(features, list) else [features]
    for name, values in columns.items():
        kinds = [form[name] for form in forms]
        if _TEXT not in kinds or _ONLY_STR.issuperset(map(type, values)):
            continue
        several = List(_TEXT) in kinds
        for at, value in enumerate(values):
            if isinstance(value, str) or (several and type(value) is list and _ONLY_STR.issuperset(map(type, value))):
                continue
            if not several or isinstance(value, bytes | dict) or not hasattr(value, "__len__"):
                wanted = "a str or a list of str" if several else "a str"
                raise ValueError(f"{name}[{at}] must be {wanted}, not {value!r:.60} ({type(value).__name__})")
            for number, text in enumerate(value):
                if not isinstance(text, str) and not (gaps and text is None):
                    raise ValueError(f"{name}[{at}][{number}] must be a str, not {text!r:.60} ({type(text).__name__})")


def check_labels(features: Features, columns: dict[str, Any]) -> None:
    """Raise `ValueError` for what is no label, nor a list of labels where there are several."""
    if isinstance(features, list):
        return
    for name, values in columns.items():
        if features[name] == _LABEL and not (isinstance(values, list) and _ONLY_INT.issuperset(map(type, values))):
            whole(name, values, 1)
        elif features[name] == List(_LABEL):
            whole(name, values, 2)


def whole(name: str, values: Any, dimensions: int) -> Any:
    """Return labels as an array of whole numbers, of 32 bits where they fit, or of 64."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} are lists of several lengths: pass as many labels for each example") from error
    if array.ndim != dimensions:
        if dimensions == 1:
            hint = 'pass one label for each example, or load the configuration "multilabel"'
        else:
            hint = "pass a list of 0 and 1 for each example, all of one length"
        raise ValueError(f"{name} have the shape {array.shape}: {hint}")
    kind = array.dtype.kind
    if kind in "fu":
        wrong = np.flatnonzero((array != np.floor(array)) | (array >= 2.0**63) | (array < -(2.0**63)) | np.isnan(array))
        if len(wrong):
            raise ValueError(
                f"{name}[{wrong[0]}] is {array.flat[wrong[0]]}: pass labels, whole numbers of up to 64 bits with a sign"
            )
        array = array.astype(np.int64)
    elif kind not in "biu":
        # One by one: a list of several types was made one of text, and objects may be anything.
        each = values if dimensions == 1 else [value for row in values for value in row]
        numbers = [_number(f"{name}[{at}]", value) for at, value in enumerate(each)]
        array = np.array(numbers, dtype=np.int64).reshape(array.shape)
    if array.size and array.min() >= -(2**31) and array.max() < 2**31:
        return array.astype(np.int32, copy=True)
    return array.astype(np.int64, copy=True)


def _number(name: str, value: Any) -> int:
    try:
        number = int(value)
        # A text is read; of another number nothing is cut off.
        if (isinstance(value, str | bytes) or number == value) and -(2**63) <= number < 2**63:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(f"{name} is {value!r:.60} ({type(value).__name__}): pass labels, whole numbers")
