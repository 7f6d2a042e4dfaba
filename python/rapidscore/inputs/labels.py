"""The one door for labels: as people have them, and as the codes that are counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rapidscore import _core

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.int32]
    Table: TypeAlias = NDArray[Any]
    Counts: TypeAlias = NDArray[Any]


@dataclass(slots=True)
class Integers:
    """Labels that are numbers: contiguous integers, and the type that they had."""

    values: NDArray[Any]
    kind: str
    """`b` for bool, `i` for integers, `f` for whole numbers that came as floats."""


@dataclass(slots=True)
class Names:
    """Labels that are strings, in a list or as rows of characters."""

    values: list[str] | NDArray[np.uint32]


@dataclass(slots=True)
class Coded:
    """Labels that came as codes into a table, which is sorted here; some labels may not occur."""

    codes: Codes
    table: Table


#: So many labels are shown in a message.
_SHOWN = 10

#: What the columns are called in messages.
Pair: TypeAlias = tuple[str, str]

Column: TypeAlias = Integers | Names | Coded


def column(values: Any, name: str) -> Column:
    """Take labels in: any sequence of `int`, `bool` or `str`, a NumPy array, a column of pandas or polars.

    Raises `ValueError` where a label is missing or no whole number, `TypeError` where labels are of other types or
    of several; both name the position.
    """
    if type(values) is list:
        return _of_list(values, name)
    if isinstance(values, np.ndarray):
        return _of_array(values, name)
    library = type(values).__module__.partition(".")[0]
    if library == "pandas":
        return _of_pandas(values, name)
    if library == "polars":
        return _of_polars(values, name)
    if library == "scipy":
        raise TypeError(f"{name} is a sparse {type(values).__name__}: pass an array, its toarray()")
    if hasattr(values, "__array__") and not isinstance(values, np.generic):
        return _of_array(np.asarray(values), name)
    if isinstance(values, str | bytes | bytearray | Mapping) or not (
        hasattr(values, "__len__") and hasattr(values, "__getitem__")
    ):
        raise TypeError(f"{name} must be a sequence of labels, not {type(values).__name__}: pass a list or an array")
    return _of_list(list(values), name)


def encode(values: Any, name: str) -> tuple[Codes, Table]:
    """Return a code for each label, int32 (n,), and the sorted table of labels to which they point.

    >>> encode(["b", "a", "b"], "groups")
    (array([1, 0, 1], dtype=int32), array(['a', 'b'], dtype='<U1'))
    """
    codes, table = _encoded([column(values, name)], [name])
    return codes[0], table


def encode_pair(y_true: Any, y_pred: Any, names: Pair = ("y_true", "y_pred")) -> tuple[Codes, Codes, Table]:
    """Return codes of both, and the sorted table of all labels that occur in either.

    >>> encode_pair([3, 7], [7, 5])
    (array([0, 2], dtype=int32), array([2, 1], dtype=int32), array([3, 5, 7]))
    """
    true, pred = _pair(y_true, y_pred, names)
    (true_codes, pred_codes), table = _encoded([true, pred], names)
    used = np.zeros(len(table), bool)
    used[true_codes] = True
    used[pred_codes] = True
    if not used.all():
        # Categories that nobody has.
        places = np.cumsum(used, dtype=np.int32) - np.int32(1)
        return places[true_codes], places[pred_codes], table[used]
    return true_codes, pred_codes, table


def check_lengths(predictions: int, references: int) -> None:
    """Raise `ValueError` when there are not as many predictions as references."""
    if predictions != references:
        raise ValueError(
            f"{predictions} predictions but {references} references: pass one reference for each prediction"
        )


def joined(one: Table, other: Table) -> Table:
    """Return the sorted labels of both tables. Raises `TypeError` when one has strings and the other numbers."""
    check_kinds(one, other)
    if not len(one) or not len(other):
        return one if len(one) else other
    if one.dtype.kind == "O" or other.dtype.kind == "O":
        return table_of({*one.tolist(), *other.tolist()})
    if one.dtype.kind == other.dtype.kind and one.dtype.kind != "u":
        return np.union1d(one, other)
    parts = [_integers(table.astype(np.int64) if table.dtype.kind == "f" else table) for table in (one, other)]
    table = np.union1d(*_common([Integers(part, "i") for part in parts]))
    return _as_floats(table) if "f" in one.dtype.kind + other.dtype.kind else table


def check_kinds(one: Table, other: Table) -> None:
    """Raise `TypeError` when one table has strings and the other numbers."""
    if len(one) and len(other):
        _check_same_kind(one.dtype.kind in "UO", other.dtype.kind in "UO", one.tolist()[0], other.tolist()[0])


def shown(labels: Any) -> str:
    """Return the first few labels, for a message."""
    some = [*labels][:_SHOWN]
    return ", ".join(map(repr, some)) + (", …" if len(some) < len(labels) else "")


def places(table: Table, within: Table) -> NDArray[np.intp]:
    """Return where the labels of a table stand in one that has them all; both are sorted."""
    return np.searchsorted(within, table)


def _pair(y_true: Any, y_pred: Any, names: Pair) -> tuple[Column, Column]:
    true, pred = column(y_true, names[0]), column(y_pred, names[1])
    rows, others = (len(part.codes if isinstance(part, Coded) else part.values) for part in (true, pred))
    check_lengths(others, rows)
    if rows:
        _check_same_kind(_is_names(true), _is_names(pred), _first(true), _first(pred))
    return true, pred


def _is_names(part: Column) -> bool:
    return part.table.dtype.kind in "UO" if isinstance(part, Coded) else isinstance(part, Names)


def _first(part: Column) -> Any:
    if isinstance(part, Coded):
        return part.table.tolist()[part.codes[0]]
    first = part.values[0]
    if isinstance(part, Integers):
        return bool(first) if part.kind == "b" else int(first)
    return "".join(map(chr, first)).rstrip("\0") if isinstance(first, np.ndarray) else first


def _check_same_kind(names: bool, other_names: bool, label: Any, other: Any) -> None:
    if names != other_names:
        raise TypeError(
            f"some labels are strings and some are numbers, {label!r} and {other!r} for instance: make all of one kind"
        )


def countable(y_true: Any, y_pred: Any, names: Pair = ("y_true", "y_pred")) -> tuple[NDArray[Any], NDArray[Any], Any]:
    """Return two arrays of integers to be counted, and what turns the integers that occur into labels."""
    true, pred = _pair(y_true, y_pred, names)
    if type(true) is Integers and type(pred) is Integers:
        if true.kind == pred.kind == "i" and true.values.dtype == pred.values.dtype:
            return true.values, pred.values, _as_they_are
        values = _common([true, pred])
        return values[0], values[1], _restorer([true, pred])
    (true_codes, pred_codes), table = _encoded([true, pred], names)
    return true_codes, pred_codes, table.__getitem__


def _as_they_are(labels: Table) -> Table:
    return labels


def _encoded(columns: list[Column], names: Sequence[str]) -> tuple[list[Codes], Table]:
    """Encode columns of one kind in one table."""
    if all(isinstance(part, Integers) for part in columns):
        integers: list[Any] = columns
        codes, table = _core.encode_integers(_common(integers))
        return codes, _restorer(integers)(table)
    if all(isinstance(part, Names) for part in columns):
        codes, strings = _core.encode_names([part.values for part in columns], names)  # type: ignore[union-attr]
        return codes, table_of(strings)
    coded = []
    for part, name in zip(columns, names, strict=True):
        if not isinstance(part, Coded):
            (own,), table = _encoded([part], [name])
            part = Coded(own, table)  # noqa: PLW2901  # the same column
        coded.append(part)
    table = coded[0].table
    for part in coded[1:]:
        table = joined(table, part.table)
    return [_changed(part.codes, places(part.table, table)) for part in coded], table


def _changed(codes: Codes, to: NDArray[Any]) -> Codes:
    """Return for each code the one that `to` has at its place."""
    return to.astype(np.int32)[codes] if len(to) else np.zeros(0, np.int32)


def _common(columns: list[Integers]) -> list[NDArray[Any]]:
    """Return integers of one type."""
    types = {part.values.dtype for part in columns}
    if len(types) == 1:
        return [part.values for part in columns]
    wide = np.result_type(*types)
    if wide.kind == "f":
        # NumPy has no integer for both uint64 and signed ones.
        filled = [part.values for part in columns if len(part.values)]
        least, most = min(map(np.min, filled), default=0), max(map(np.max, filled), default=0)
        if least < 0 and most > np.iinfo(np.int64).max:
            raise ValueError(f"labels {least} and {most} have no common integer type: renumber labels")
        wide = np.dtype(np.int64 if least < 0 else np.uint64)
    return [part.values.astype(wide) for part in columns]


def _restorer(columns: list[Integers]) -> Any:
    """Return what gives integer labels the type that they had."""
    kinds = {part.kind for part in columns}
    if "f" in kinds:
        return _as_floats
    if kinds == {"b"}:
        return lambda labels: labels.astype(np.bool_)
    return _as_they_are


def _as_floats(labels: Table) -> Table:
    """Return labels, some of which came as floats, as such; but as integers where a float could not tell them apart."""
    exact = not len(labels) or max(-int(labels.min()), int(labels.max())) < 2**53
    return labels.astype(np.float64) if exact else labels


def table_of(strings: Any) -> Table:
    """Return strings as a sorted array."""
    names = sorted(strings)
    table = np.array(names) if names else np.array([], "<U1")
    # NumPy takes a string's last characters for padding when they are zeros.
    return table if not any(name.endswith("\0") for name in names) else np.array(names, object)


def _of_list(values: list[Any], name: str) -> Column:
    if values and isinstance(values[0], str):
        return Names(values)
    integers = _core.integers_of(values)
    if isinstance(integers, tuple):
        return Integers(integers[0], "b" if integers[1] and values else "i")
    at = integers
    value = values[at]
    _check_label(value, f"{name}[{at}]")
    if isinstance(value, list | tuple | set | np.ndarray):
        raise TypeError(f"{name}[{at}] is a {type(value).__name__}: a label is an int, a bool or a str")
    if isinstance(value, str):
        raise TypeError(f"{name}[{at}] is {value!r} among labels of int: make all labels of one kind")
    for place, item in enumerate(values):
        if isinstance(item, str):
            raise TypeError(f"{name}[{place}] is {item!r} among labels of numbers: make all labels of one kind")
        _check_label(item, f"{name}[{place}]")
    try:
        # NumPy makes floats of whole numbers beyond those with a sign.
        array = np.array(values, np.uint64 if all(isinstance(item, int) for item in values) else None)
    except OverflowError as error:
        raise ValueError(f"{name}[{at}] is {value!r}: a label's number has 64 bits at most; renumber labels") from error
    except ValueError:
        array = np.array(values, object)
    if array.dtype.kind not in "biuf" or array.ndim != 1:
        raise TypeError(f"{name}[{at}] is {value!r} ({type(value).__name__}): a label is an int, a bool or a str")
    return _of_array(array, name)


def _check_label(value: Any, where: str) -> None:
    """Say so when a label is missing."""
    if (
        value is None
        or type(value).__name__ in ("NAType", "NaTType")
        or (isinstance(value, float | np.floating) and np.isnan(value))
    ):
        raise ValueError(f"{where} is {value!r}: a label is missing; leave the row out, or give it a label of its own")


def _of_array(values: NDArray[Any], name: str) -> Column:
    if values.ndim != 1:
        raise ValueError(
            f"{name} has the shape {values.shape}, labels are one-dimensional: ravel() a column; for indicators of "
            "several labels a row use Multilabel"
        )
    if isinstance(values, np.ma.MaskedArray):
        masked = np.flatnonzero(np.ma.getmaskarray(values))
        if len(masked):
            raise ValueError(f"{name}[{masked[0]}] is masked: a label is missing; leave the row out")
        values = values.data
    values = np.asarray(values)  # no subclass
    kind = values.dtype.kind
    if kind == "b":
        return Integers(np.ascontiguousarray(values).view(np.uint8), "b")
    if kind in "iu":
        return Integers(_integers(values), "i")
    if kind == "f":
        return Integers(_whole(values, name), "f")
    if kind == "U":
        width = values.dtype.itemsize // 4
        plain = np.require(values, values.dtype.newbyteorder("="), ["C", "ALIGNED"])
        return Names(plain.view(np.uint32).reshape(len(values), width)) if width else Names([""] * len(values))
    if kind in "OT":
        return _of_list(values.tolist(), name)
    raise TypeError(f"{name} has the type {values.dtype}: labels are integers, bools or str; convert or decode them")


def _integers(values: NDArray[Any]) -> NDArray[Any]:
    """Return integers that lie one behind the other, of this machine's byte order."""
    if values.dtype.kind == "b":
        return np.ascontiguousarray(values).view(np.uint8)
    if values.flags.c_contiguous and values.flags.aligned and values.dtype.isnative:
        return values
    return np.require(values, values.dtype.newbyteorder("="), ["C", "ALIGNED"])


def _whole(values: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Return floats as the integers that they are."""
    values = values.astype(np.float64, copy=False)
    # From 2^53 on, floats lie two and more apart, so that labels would be taken for their neighbours.
    wrong = np.flatnonzero((values != np.trunc(values)) | (np.abs(values) >= 2.0**53))
    if len(wrong):
        value = values[wrong[0]].item()
        _check_label(value, f"{name}[{wrong[0]}]")
        raise ValueError(
            f"{name}[{wrong[0]}] is {value!r}, no whole number below 2**53: labels are classes, not measurements"
        )
    return values.astype(np.int64)


def _of_pandas(values: Any, name: str) -> Column:
    import pandas as pd

    if not isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        raise TypeError(f"{name} is a {type(values).__name__}: pass one column of it")
    missing = np.flatnonzero(pd.isna(values))
    if len(missing):
        raise ValueError(
            f"{name}[{missing[0]}] is missing ({pd.Series(values).iloc[missing[0]]!r}): leave the row out, or give it "
            "a label of its own"
        )
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = pd.Categorical(values)
        return _coded(np.asarray(categories.codes), categories.categories, name)
    if isinstance(values.dtype, np.dtype):
        return _of_array(np.asarray(values), name)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_integer_dtype(values.dtype):
        return _of_array(np.asarray(values, dtype=getattr(values.dtype, "numpy_dtype", None)), name)
    return _of_list(values.tolist(), name)


def _of_polars(values: Any, name: str) -> Column:
    import polars as pl

    if not isinstance(values, pl.Series):
        raise TypeError(f"{name} is a {type(values).__name__}: pass one column of it")
    if values.null_count():
        raise ValueError(
            f"{name}[{values.is_null().arg_max()}] is missing (null): leave the row out, or give it a label of its own"
        )
    if values.dtype == pl.Categorical:
        # Its categories are those of all columns that have them.
        values = values.cast(pl.Enum(values.unique().cast(pl.String).sort()))
    if values.dtype == pl.Enum:
        return _coded(values.to_physical().to_numpy(), values.dtype.categories, name)
    if values.dtype == pl.String:
        return _of_list(values.to_list(), name)
    return _of_array(values.to_numpy(), name)


def _coded(codes: NDArray[Any], categories: Any, name: str) -> Coded:
    """Return codes into categories of any order as codes into the sorted table of these."""
    order, table = encode(categories, f"{name}'s categories")
    return Coded(_changed(codes, order), table)
