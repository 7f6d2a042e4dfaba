"""Labels of users, checked and encoded as the integer codes that the compiled core counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeAlias

import numpy as np

from rapidscore import _core
from rapidscore._lazy import is_masked_array
from rapidscore.inputs import arrays
from rapidscore.inputs.arrays import as_bools

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes: TypeAlias = NDArray[np.int32]
    #: The distinct labels, sorted, of shape (labels,): codes are indices into them.
    SortedLabels: TypeAlias = NDArray[Any]
    Counts: TypeAlias = NDArray[Any]


class Integers(NamedTuple):
    """Labels that are numbers: contiguous integers, and the kind of the numbers from which they were converted."""

    values: NDArray[Any]
    kind: str
    """`b` for bool, `i` for integers, `f` for whole numbers of a floating-point type."""


class Strings(NamedTuple):
    """Labels that are strings: a list, or an array with a row of code points for each string."""

    values: list[str] | NDArray[np.uint32]


class Coded(NamedTuple):
    """Labels that are codes into a sorted table, such as a categorical column; some labels may not occur."""

    codes: Codes
    table: SortedLabels
    order: tuple[Any, ...] | None = None
    """All labels of an ordered categorical column, in its order."""


class Categories(NamedTuple):
    """A categorical column: codes into categories in any order."""

    codes: NDArray[Any]
    labels: Any
    is_ordered: bool


#: Number of labels that a message lists.
_LISTED = 10

#: Up to this number of bytes, strings of a table are padded to equal lengths.
_PADDED = 2**23

#: The names of two columns in messages.
Pair: TypeAlias = tuple[str, str]

Column: TypeAlias = Integers | Strings | Coded


def column(values: Any, name: str) -> Column:
    """Read labels: a sequence of `int`, `bool` or `str`, a NumPy array, or a column of pandas, polars or pyarrow.

    Raises `ValueError` if a label is missing or is not a whole number, and `TypeError` for labels of other types or of
    mixed types; messages about a single label name its position. `name` is the name of the argument in messages.
    """
    if type(values) is list:
        return _from_list(values, name)
    if isinstance(values, range):
        values = np.arange(values.start, values.stop, values.step)
    if isinstance(values, np.ndarray):
        return _from_array(values, name)
    if (categories := categories_of(values, name)) is not None:
        return _coded(categories, name)
    library = library_of(values)
    if library in _READERS:
        return _READERS[library](values, name)
    if library == "scipy":
        raise TypeError(f"{name} is a sparse {type(values).__name__}: pass its toarray()")
    if arrays.is_tensor(values) or (hasattr(values, "__array__") and not isinstance(values, np.generic)):
        return _from_array(arrays.as_array(values, name), name)
    if isinstance(values, str | bytes | bytearray | Mapping) or not (
        hasattr(values, "__len__") and hasattr(values, "__getitem__")
    ):
        raise TypeError(f"{name} must be a sequence of labels, not {type(values).__name__}: pass a list or an array")
    return _from_list(_core.list_of(values), name)


def library_of(values: Any) -> str:
    """Return the name of the package that defines the type of an object."""
    return type(values).__module__.partition(".")[0]


def categories_of(values: Any, name: str) -> Categories | None:
    """Return a categorical column of pandas, polars or pyarrow as codes and categories, and None for other values.

    Raises the errors of `column` for missing labels.
    """
    find = _CATEGORIES.get(library_of(values))
    return None if find is None else find(values, name)


def encode(values: Any, name: str) -> tuple[Codes, SortedLabels]:
    """Return the code of each label, int32 of shape (n,), and the sorted table of labels that codes index.

    >>> encode(["b", "a", "b"], "groups")
    (array([1, 0, 1], dtype=int32), array(['a', 'b'], dtype='<U1'))
    """
    codes, table = _encoded([column(values, name)], [name])
    return codes[0], table


def encode_pair(y_true: Any, y_pred: Any, names: Pair = ("y_true", "y_pred")) -> tuple[Codes, Codes, SortedLabels]:
    """Return the codes of two columns, and the sorted table of all labels that occur in either.

    >>> encode_pair([3, 7], [7, 5])
    (array([0, 2], dtype=int32), array([2, 1], dtype=int32), array([3, 5, 7]))
    """
    return encode_columns(*columns(y_true, y_pred, names), names)


def encode_columns(true: Column, pred: Column, names: Pair) -> tuple[Codes, Codes, SortedLabels]:
    """Return the codes of two columns that were read, and the sorted table of all labels that occur in either."""
    (true_codes, pred_codes), table = _encoded([true, pred], names)
    used = np.zeros(len(table), bool)
    used[true_codes] = True
    used[pred_codes] = True
    if not used.all():
        # Leave out categories without a row.
        new_codes = np.cumsum(used, dtype=np.int32) - np.int32(1)
        return new_codes[true_codes], new_codes[pred_codes], table[used]
    return true_codes, pred_codes, table


def check_lengths(predictions: int, references: int) -> None:
    """Raise `ValueError` if the numbers of predictions and references differ."""
    if predictions != references:
        raise ValueError(
            f"{predictions} predictions but {references} references: pass one reference for each prediction"
        )


def joined(one: SortedLabels, other: SortedLabels) -> SortedLabels:
    """Return the sorted union of two tables. Raises `TypeError` if one has strings and the other numbers."""
    check_kinds(one, other)
    if not len(one) or not len(other):
        return one if len(one) else other
    padded = (len(one) + len(other)) * max(one.itemsize, other.itemsize) if one.dtype.kind == "U" else 0
    wasteful = padded > _PADDED and padded > 2 * (one.nbytes + other.nbytes)
    if wasteful or one.dtype.kind == "O" or other.dtype.kind == "O":
        return table_of({*one.tolist(), *other.tolist()})
    if one.dtype.kind == other.dtype.kind and one.dtype.kind != "u":
        return _union(one, other)
    parts = [_integers(table.astype(np.int64) if table.dtype.kind == "f" else table) for table in (one, other)]
    table = _union(*_with_common_type([Integers(part, "i") for part in parts]))
    return _as_floats(table) if "f" in one.dtype.kind + other.dtype.kind else table


def _union(one: SortedLabels, other: SortedLabels) -> SortedLabels:
    """Return the sorted labels of both, as `np.union1d` does.

    That function imports `numpy.ma`. A signal handler that interrupted this import and called the function again would
    fail.
    """
    both = np.concatenate([one, other])
    both.sort()
    distinct: SortedLabels = both[np.append(True, both[1:] != both[:-1])]
    return distinct


def check_kinds(one: SortedLabels, other: SortedLabels) -> None:
    """Raise `TypeError` if one table has strings and the other numbers."""
    if len(one) and len(other):
        _check_same_kind(one.dtype.kind in "UO", other.dtype.kind in "UO", one.item(0), other.item(0))


def check_joinable(one: SortedLabels, other: SortedLabels) -> None:
    """Raise what `joined` would raise for two sorted tables, without joining them."""
    check_kinds(one, other)
    if len(one) and len(other) and one.dtype.kind not in "UO":
        _check_range(int(min(one.item(0), other.item(0))), int(max(one.item(-1), other.item(-1))))


def shown(labels: Any) -> str:
    """Return the first labels as text for a message."""
    first = [*labels][:_LISTED]
    return ", ".join(map(repr, first)) + (", …" if len(first) < len(labels) else "")


def positions(table: SortedLabels, within: SortedLabels) -> NDArray[np.intp]:
    """Return the positions of the labels of a table in another table that has all of them; both are sorted."""
    return np.searchsorted(within, table)


def columns(y_true: Any, y_pred: Any, names: Pair) -> tuple[Column, Column]:
    """Read two columns of equal length and kind."""
    true, pred = column(y_true, names[0]), column(y_pred, names[1])
    references, predictions = (len(part.codes if isinstance(part, Coded) else part.values) for part in (true, pred))
    check_lengths(predictions, references)
    if references:
        _check_same_kind(_are_strings(true), _are_strings(pred), _first(true), _first(pred))
    return true, pred


def _are_strings(part: Column) -> bool:
    return part.table.dtype.kind in "UO" if isinstance(part, Coded) else isinstance(part, Strings)


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
            f"some labels are strings and some are numbers, for example {label!r} and {other!r}: use labels of one kind"
        )


def countable(y_true: Any, y_pred: Any, names: Pair = ("y_true", "y_pred")) -> tuple[NDArray[Any], NDArray[Any], Any]:
    """Return two columns as arrays of integers to count, and a function from such integers to labels."""
    return countable_columns(*columns(y_true, y_pred, names), names)


def countable_columns(true: Column, pred: Column, names: Pair) -> tuple[NDArray[Any], NDArray[Any], Any]:
    """Return two columns that were read as arrays of integers, and a function from such integers to labels."""
    if type(true) is Integers and type(pred) is Integers:
        if true.kind == pred.kind == "i" and true.values.dtype == pred.values.dtype:
            return true.values, pred.values, _unchanged
        values = _with_common_type([true, pred])
        return values[0], values[1], _label_converter([true, pred])
    (true_codes, pred_codes), table = _encoded([true, pred], names)
    return true_codes, pred_codes, table.__getitem__


def _unchanged(labels: SortedLabels) -> SortedLabels:
    return labels


def _encoded(columns: list[Column], names: Sequence[str]) -> tuple[list[Codes], SortedLabels]:
    """Return the codes of columns of one kind, and their common table."""
    if all(isinstance(part, Integers) for part in columns):
        integers: list[Any] = columns
        codes, table = _core.encode_integers(_with_common_type(integers))
        return codes, _label_converter(integers)(table)
    if all(isinstance(part, Strings) for part in columns):
        codes, strings = _core.encode_strings([part.values for part in columns], names)  # type: ignore[union-attr]
        return codes, table_of(strings)
    coded = []
    for part, name in zip(columns, names, strict=True):
        if not isinstance(part, Coded):
            (codes_of_part,), table = _encoded([part], [name])
            part = Coded(codes_of_part, table)  # noqa: PLW2901  # the same column
        coded.append(part)
    table = coded[0].table
    for part in coded[1:]:
        table = joined(table, part.table)
    return [_recoded(part.codes, positions(part.table, table)) for part in coded], table


def _recoded(codes: Codes, new_codes: NDArray[Any]) -> Codes:
    """Return `new_codes[code]` for each code."""
    return new_codes.astype(np.int32)[codes] if len(new_codes) else np.zeros(0, np.int32)


def _with_common_type(columns: list[Integers]) -> list[NDArray[Any]]:
    """Return the integers of columns in one integer type that holds them all."""
    types = {part.values.dtype for part in columns}
    if len(types) == 1:
        return [part.values for part in columns]
    wide = np.result_type(*types)
    if wide.kind == "f":
        # NumPy has no integer type for both uint64 and signed integers.
        filled = [part.values for part in columns if len(part.values)]
        smallest, largest = min(map(np.min, filled), default=0), max(map(np.max, filled), default=0)
        _check_range(int(smallest), int(largest))
        wide = np.dtype(np.int64 if smallest < 0 else np.uint64)
    return [part.values.astype(wide) for part in columns]


def _check_range(smallest: int, largest: int) -> None:
    if smallest < 0 and largest > np.iinfo(np.int64).max:
        raise ValueError(
            f"labels {smallest} and {largest} have no common integer type: use labels below 2**63, or none below 0"
        )


def _label_converter(columns: list[Integers]) -> Any:
    """Return the function that converts integers back to the type of the labels."""
    kinds = {part.kind for part in columns}
    if "f" in kinds:
        return _as_floats
    if kinds == {"b"}:
        return lambda labels: labels.astype(np.bool_)
    return _unchanged


def _as_floats(labels: SortedLabels) -> SortedLabels:
    """Return labels as floats, or as integers if floats do not represent all of them exactly."""
    exact = not len(labels) or max(-int(labels.min()), int(labels.max())) < 2**53
    return labels.astype(np.float64) if exact else labels


def table_of(strings: Any) -> SortedLabels:
    """Return strings as a sorted array of `str`, or of objects where NumPy's string types cannot hold them."""
    names = sorted(strings)
    # NumPy's string types drop NUL characters at the end of a string, taking them for padding. They also pad all
    # strings to the longest one, which may take thousands of times the memory of the strings: see `label_table.rs`.
    padded = len(names) * max(map(len, names), default=0)
    wasteful = padded > _PADDED // 4 and padded > 32 * len(names) + sum(map(len, names)) // 2
    if wasteful or any(name.endswith("\0") for name in names):
        return np.array(names, object)
    return np.array(names) if names else np.array([], "<U1")


def _from_list(values: list[Any], name: str) -> Column:
    if values and isinstance(values[0], str):
        return Strings(values)
    integers = _core.integers_of(values)
    if isinstance(integers, tuple):
        return Integers(integers[0], "b" if integers[1] and values else "i")
    # The position of an item that is neither an int64 nor a bool.
    position = integers
    value = values[position]
    check_present(value, f"{name}[{position}]")
    if arrays.is_tensor(value):
        return _from_array(arrays.as_array(values, name), name)
    if isinstance(value, list | tuple | set | np.ndarray):
        remedy = "a label is an int, a bool or a str"
        if not isinstance(value, set) and len(value) and all(isinstance(item, float | np.floating) for item in value):
            remedy = f"of scores of classes, pass the class with the highest score, np.argmax({name}, -1)"
        raise TypeError(f"{name}[{position}] is a {type(value).__name__}: {remedy}")
    if isinstance(value, str):
        raise TypeError(f"{name}[{position}] is {value!r}, but other labels are int: use labels of one kind")
    for at, item in enumerate(values):
        if isinstance(item, str):
            raise TypeError(f"{name}[{at}] is {item!r}, but other labels are numbers: use labels of one kind")
        check_present(item, f"{name}[{at}]")
    try:
        # NumPy would convert integers above int64's range to floats.
        array = np.array(values, np.uint64 if all(isinstance(item, int) for item in values) else None)
    except OverflowError as error:
        raise ValueError(
            f"{name}[{position}] is {value!r}: all labels must fit into 64 bits, signed or unsigned; renumber them"
        ) from error
    except ValueError:
        array = np.array(values, object)
    if array.dtype.kind not in "biuf" or array.ndim != 1:
        raise TypeError(f"{name}[{position}] is {value!r} ({type(value).__name__}): a label is an int, a bool or a str")
    return _from_array(array, name)


def check_present(value: Any, where: str) -> None:
    """Raise `ValueError` if a label is a marker of missing data."""
    if (
        value is None
        or type(value).__name__ in ("NAType", "NaTType")
        or (isinstance(value, float | np.floating) and np.isnan(value))
    ):
        raise ValueError(f"{where} is {value!r}: a label is missing; leave the row out, or give missing values a label")


def _from_array(values: NDArray[Any], name: str) -> Column:
    if values.ndim != 1:
        remedy = "pass ravel() of a column or of a batch, or use Multilabel for several labels per row"
        # Indicators may be floats.
        if values.dtype.kind == "f" and not np.isin(values, (0, 1)).all():
            remedy = f"of scores of classes, such as logits, pass {name}.argmax(-1)"
        raise ValueError(f"{name} has the shape {values.shape}, but labels are one-dimensional: {remedy}")
    if is_masked_array(values):
        masked = np.flatnonzero(np.ma.getmaskarray(values))
        if len(masked):
            raise ValueError(f"{name}[{masked[0]}] is masked: a label is missing; leave the row out")
        values = values.data
    values = np.asarray(values)  # drops subclasses
    kind = values.dtype.kind
    if kind == "b":
        return Integers(np.ascontiguousarray(as_bools(values)).view(np.uint8), "b")
    if kind in "iu":
        return Integers(_integers(values), "i")
    if kind == "f":
        return Integers(_whole_numbers(values, name), "f")
    if kind == "U":
        width = values.dtype.itemsize // 4
        plain = np.require(values, values.dtype.newbyteorder("="), ["C", "ALIGNED"])
        return Strings(plain.view(np.uint32).reshape(len(values), width)) if width else Strings([""] * len(values))
    if kind in "OT":
        return _from_list(values.tolist(), name)
    raise TypeError(f"{name} has the type {values.dtype}: labels are integers, bools or str; convert or decode them")


def _integers(values: NDArray[Any]) -> NDArray[Any]:
    """Return integers, or bools as uint8, as contiguous array in native byte order."""
    if values.dtype.kind == "b":
        return np.ascontiguousarray(values).view(np.uint8)
    if values.flags.c_contiguous and values.flags.aligned and values.dtype.isnative:
        return values
    return np.require(values, values.dtype.newbyteorder("="), ["C", "ALIGNED"])


def _whole_numbers(values: NDArray[Any], name: str) -> NDArray[np.int64]:
    """Return whole numbers of a floating-point type as integers. Raises `ValueError` for other numbers."""
    values = values.astype(np.float64, copy=False)
    # From 2**53 on, floats do not represent every integer, so that different labels could become equal.
    wrong = np.flatnonzero((values != np.trunc(values)) | (np.abs(values) >= 2.0**53))
    if len(wrong):
        value = values[wrong[0]].item()
        check_present(value, f"{name}[{wrong[0]}]")
        raise ValueError(
            f"{name}[{wrong[0]}] is {value!r}, not a whole number below 2**53: pass labels of classes; of scores, pass "
            "argmax(-1), or compare them with a threshold"
        )
    return values.astype(np.int64)


def _check_pandas(values: Any, name: str) -> Any:
    """Check that this is a column of pandas without missing labels; return the module pandas."""
    import pandas as pd

    if not isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        raise TypeError(f"{name} is a {type(values).__name__}: pass one column of it")
    missing = np.flatnonzero(pd.isna(values))
    if len(missing):
        _refuse_missing(name, missing[0], repr(pd.Series(values).iloc[missing[0]]))
    return pd


def _pandas_categories(values: Any, name: str) -> Categories | None:
    pd = _check_pandas(values, name)
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = pd.Categorical(values)
        return Categories(np.asarray(categories.codes), categories.categories, categories.ordered)
    if isinstance(values.dtype, pd.ArrowDtype):
        return _arrow_categories(pd.array(values).__arrow_array__(), name)
    return None


def _from_pandas(values: Any, name: str) -> Column:
    import pandas as pd

    if isinstance(values.dtype, np.dtype):
        return _from_array(np.asarray(values), name)
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_integer_dtype(values.dtype):
        return _from_array(np.asarray(values, dtype=getattr(values.dtype, "numpy_dtype", None)), name)
    return _from_list(values.tolist(), name)


def _polars_categories(values: Any, name: str) -> Categories | None:
    import polars as pl

    if not isinstance(values, pl.Series):
        raise TypeError(f"{name} is a {type(values).__name__}: pass one column of it")
    if values.null_count():
        _refuse_missing(name, values.is_null().arg_max(), "null")
    is_ordered = values.dtype == pl.Enum
    if values.dtype == pl.Categorical:
        # The categories of a Categorical are shared by many columns; keep those that occur.
        values = values.cast(pl.Enum(values.unique().cast(pl.String).sort()))
    if values.dtype != pl.Enum:
        return None
    return Categories(values.to_physical().to_numpy(), values.dtype.categories, is_ordered)


def _from_polars(values: Any, name: str) -> Column:
    import polars as pl

    if values.dtype == pl.String:
        return _from_list(values.to_list(), name)
    return _from_array(values.to_numpy(), name)


def _arrow_categories(values: Any, name: str) -> Categories | None:
    import pyarrow as pa

    if not isinstance(values, pa.Array | pa.ChunkedArray):
        raise TypeError(f"{name} is a {type(values).__name__}: pass one column of it")
    if values.null_count:
        _refuse_missing(name, values.is_null().index(True).as_py(), "null")
    if not pa.types.is_dictionary(values.type):
        return None
    if isinstance(values, pa.ChunkedArray):
        # Chunks may have different dictionaries.
        values = values.unify_dictionaries().combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = values.chunk(0) if values.num_chunks else pa.array([], values.type)
    return Categories(values.indices.to_numpy(), values.dictionary, values.type.ordered)


def _from_arrow(values: Any, name: str) -> Column:
    import pyarrow as pa

    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_boolean(values.type):
        return _from_array(np.asarray(values), name)
    return _from_list(values.to_pylist(), name)


#: How columns of other packages are read, by the name of the package; categorical columns are read first.
_CATEGORIES = {"pandas": _pandas_categories, "polars": _polars_categories, "pyarrow": _arrow_categories}
_READERS = {"pandas": _from_pandas, "polars": _from_polars, "pyarrow": _from_arrow}


def _refuse_missing(name: str, position: int, value: str) -> NoReturn:
    raise ValueError(f"{name}[{position}] is missing ({value}): leave the row out, or give missing values a label")


def _coded(categories: Categories, name: str) -> Coded:
    """Return codes into categories in any order as codes into the sorted categories."""
    sorted_codes, table = encode(categories.labels, f"{name}'s categories")
    # Of Arrow, a dictionary may have a category twice.
    order = tuple(dict.fromkeys(table[sorted_codes].tolist())) if categories.is_ordered else ()
    return Coded(_recoded(categories.codes, sorted_codes), table, order or None)
