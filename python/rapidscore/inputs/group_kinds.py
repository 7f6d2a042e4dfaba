"""Labels of the types that only groups have: dates, times, periods, intervals, floats, decimals and fractions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.inputs import arrays, labels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.labels import Codes

#: Types of labels that only groups have. `datetime` is a kind of `date`, but they cannot be compared with each other.
_KINDS: tuple[tuple[type, ...], ...] = (
    (float, int, np.floating, np.integer),
    (Decimal,),
    (Fraction,),
    (datetime,),
    (date,),
    (time,),
    (timedelta,),
    (np.datetime64,),
    (np.timedelta64,),
)
#: Types of pandas, which is not imported for them.
_PANDAS_KINDS = ("Interval", "Period")


def encode(values: Any, name: str) -> tuple[Codes, list[Any]] | None:
    """Return the code of each label and the keys that codes index, in order; None for labels of other types."""
    library = labels.library_of(values)
    if library == "scipy" or np.ma.is_masked(values):
        return None
    if library == "pandas":
        if str(values.dtype) != "object":
            return _of_pandas(values)
        values = values.to_numpy()
    elif library == "polars":
        values = values.to_list()
    elif library == "pyarrow":
        values = values.to_pylist()
    elif arrays.is_tensor(values) or hasattr(values, "__array__"):
        values = arrays.as_array(values, name)
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            return None
        if values.dtype.kind in "fmM":
            return _of_array(values, name)
        values = values.tolist()
    if isinstance(values, str | Mapping) or not (hasattr(values, "__len__") and hasattr(values, "__getitem__")):
        return None
    return _of_objects(list(values), name)


def _of_pandas(values: Any) -> tuple[Codes, list[Any]] | None:
    import pandas as pd

    kinds = "fmM" if isinstance(values.dtype, np.dtype) else "fMO"
    if values.dtype.kind not in kinds or str(values.dtype) in ("string", "str"):
        return None
    # Missing values were refused when the labels were read.
    codes, keys = pd.factorize(values, sort=True)
    return codes.astype(np.int32), keys.tolist()


def _of_array(values: NDArray[Any], name: str) -> tuple[Codes, list[Any]]:
    missing = np.flatnonzero(np.isnan(values))
    if len(missing):
        labels.check_present(values[missing[0]].item() if values.dtype.kind == "f" else None, f"{name}[{missing[0]}]")
    table, codes = np.unique(values, return_inverse=True)
    return codes.astype(np.int32), _keys(table)


def _keys(table: NDArray[Any]) -> list[Any]:
    """Return labels as Python objects; times that Python's types cannot hold exactly stay NumPy's."""
    if table.dtype.kind != "f":
        unit = np.datetime_data(table.dtype)[0]
        in_microseconds = table.astype(f"{table.dtype.kind}8[us]")
        if unit not in ("D", "h", "m", "s", "ms", "us", "ns") or (in_microseconds != table).any():
            return list(table)
        if unit == "ns":
            table = in_microseconds
    keys: list[Any] = table.tolist()
    return keys


def _of_objects(values: list[Any], name: str) -> tuple[Codes, list[Any]] | None:
    """Encode Python objects of one kind; return None for other objects."""
    for at, value in enumerate(values):
        labels.check_present(None if _is_not_a_time(value) else value, f"{name}[{at}]")
    kind = _kind(values[0]) if values else None
    if kind is None:
        return None
    for at, value in enumerate(values):
        if _kind(value) != kind:
            raise TypeError(
                f"{name}[{at}] is {value!r} ({type(value).__name__}), but {name}[0] is {values[0]!r}: "
                "use labels of one kind"
            )
    if kind == 0:
        numbers = [float(value) for value in values]
        if numbers != values or not any(isinstance(value, float | np.floating) for value in values):
            return None  # an integer that no float equals, or that does not fit into 64 bits
        values = numbers
    try:
        keys = sorted(dict.fromkeys(values))
    except (TypeError, ValueError) as error:
        # Times with and without a zone, or periods of different lengths.
        raise TypeError(f"{name} cannot be sorted, because {error}: use labels of one kind") from error
    code_of = {key: code for code, key in enumerate(keys)}
    return np.fromiter(map(code_of.__getitem__, values), np.int32, len(values)), keys


def _is_not_a_time(value: Any) -> bool:
    return isinstance(value, np.datetime64 | np.timedelta64) and bool(np.isnat(value))


def _kind(value: Any) -> int | str | None:
    """Return the kind of a label: labels of one kind can be sorted."""
    if isinstance(value, bool):
        return None
    for kind, types in enumerate(_KINDS):
        if isinstance(value, types):
            return kind
    name = type(value).__name__
    return name if labels.library_of(value) == "pandas" and name in _PANDAS_KINDS else None
