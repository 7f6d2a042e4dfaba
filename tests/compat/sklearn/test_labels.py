"""Labels of every type, container and shape, valid or not: equal results, warnings and errors."""

import itertools
import math
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from support.effort import thinned
from support.names import plain
from support.sklearn_drop_in import BINARY, PRED, TEXTS, TRUE, everything

with warnings.catch_warnings(action="ignore"):
    # NumPy advises against np.matrix.
    MATRICES = np.matrix([1, 0]), np.matrix([1, 1])

COLUMNS = {
    "list": list,
    "tuple": tuple,
    "array": np.array,
    "strided": lambda values: np.array([values, values]).T[:, 0],
    "objects": lambda values: np.array(values, dtype=object),
    "pandas": pd.Series,
    "pandas-odd-index": lambda values: pd.Series(values, index=range(len(values), 0, -1)),
    "pandas-object": lambda values: pd.Series(values, dtype=object),
    "pandas-category": lambda values: pd.Series(values, dtype="category"),
    "categorical": pd.Categorical,
    "index": pd.Index,
    "polars": pl.Series,
    "column": lambda values: np.array(values).reshape(-1, 1),
    "frame": lambda values: pd.DataFrame({"labels": values}),
}

#: Delegated to scikit-learn: it rejects numbers of dtype object, and knows shapes and classes that we do not.
NOT_COUNTED = {("objects", int), ("pandas-object", int), ("objects", bool), ("pandas-object", bool)}
NOT_COUNTED |= {(column, kind) for column in ("index", "column", "frame") for kind in (int, str, bool)}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("kind", [int, str, bool])
def test_columns(check, column, kind):
    y_true, y_pred = {int: (TRUE, PRED), str: TEXTS, bool: ([*map(bool, TRUE)], [*map(bool, PRED)])}[kind]
    make = COLUMNS[column]
    counted = (column, kind) not in NOT_COUNTED
    check("f1_score", make(y_true), make(y_pred), average="macro", counted=counted)
    check("accuracy_score", make(y_true), make(y_pred), counted=counted)
    # scikit-learn shows categories of bool as 0.0 and 1.0.
    counted = counted and (kind, "categor" in column) != (bool, True)
    check("classification_report", make(y_true), make(y_pred), counted=counted)
    everything(check, make(y_true), make(y_pred))
    everything(check, make(y_true), y_pred)
    everything(check, y_true, make(y_pred))


@pytest.mark.parametrize(
    "dtype", ["Int64", "UInt8", "boolean", "string", "Float64", "Sparse[int]", "str", "Int64 category"]
)
def test_pandas_extension_types(check, dtype):
    columns = [pd.Series(labels) for labels in BINARY]
    for kind in dtype.split():
        columns = [column.astype(kind) for column in columns]
    everything(check, *columns)


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.String, pl.Enum(["0", "1"]), pl.Object])
def test_polars_texts(check, dtype):
    everything(check, *(pl.Series([str(label) for label in labels], dtype=dtype) for labels in BINARY))


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt64, pl.Float32, pl.Boolean, pl.Object])
def test_polars_numbers(check, dtype):
    everything(
        check, *(pl.Series([*map(bool, labels)] if dtype == pl.Boolean else labels, dtype=dtype) for labels in BINARY)
    )


TYPES = [*"bBhHiIlLqQ?", "f4", "f8", "f2", "U", "O"]


@pytest.mark.parametrize(
    ("pred_type", "true_type"), thinned(itertools.product(["q", "Q", "b", "?", "f8", "U"], TYPES), 3)
)
def test_types_of_numbers(check, true_type, pred_type):
    everything(check, np.array(BINARY[0]).astype(true_type), np.array(BINARY[1]).astype(pred_type))
    everything(check, np.array(TRUE).astype(true_type), np.array(PRED).astype(pred_type))


@pytest.mark.parametrize(
    ("y_true", "y_pred"),
    [
        ([True, False, True], [1, 0, 0]),
        ([1, 0, 0], [True, False, True]),
        ([True, True], [1, 0]),
        ([True, True], [0, 2]),
        ([1, True, 2], [2, 1, True]),
        ([1, 2, 2], [1.0, 2.0, 1.0]),
        ([1.0, 2.0, 2.0], [1, 2, 3]),
        ([1, 2, 2], [1.0, 3.0, 1.0]),
        ([0.0, -0.0, 1.0], [-0.0, 1.0, 1.0]),
        ([-5, 3, 3], [3, -5, 3]),
        ([2**62, -(2**62), 5], [5, 5, 2**62]),
        ([2**63, 2**64 - 1], [2**63, 2**63]),
        (["a", "B", "ab"], ["B", "a", "a"]),
        (["accuracy", "macro avg"], ["macro avg", "macro avg"]),
        (["a" * 30, "b"], ["b", "b"]),
        (["a\0", "a", "b"], ["a", "a\0", "a\0b"]),
        (["\ud800", "b"], ["b", "b"]),
        (np.array(["a", "b"]), np.array(["a", "bbb"])),
        ([np.int8(1), 2], [2, np.uint64(1)]),
        ([np.str_("a"), "b"], ["b", "b"]),
        (range(5), [0, 1, 2, 3, 3]),
        ([7], [7]),
        ([7], [8]),
        (["a"], ["a"]),
        (["a"], ["b"]),
        ([False], [False]),
        ([1, 1, 1], [1, 1, 1]),
        ([0, 0, 0], [0, 0, 0]),
        ([0, 1, 1], [1, 0, 0]),
        ([0, 1, 2], [1, 2, 0]),
        # Invalid labels.
        ([], []),
        (np.array([], dtype=int), np.array([], dtype=int)),
        ([1, 2], [1]),
        ([1, 2], []),
        ([1, 2], ["a", "b"]),
        ([1, "a"], [1, "a"]),
        (["a", 1], ["a", "b"]),
        (np.array(["a", 1], dtype=object), ["a", "b"]),
        ([1, None], [1, 2]),
        (["a", None], ["a", "b"]),
        ([0.5, 1], [1, 0]),
        ([math.nan, 1], [1, 0]),
        ([math.inf, 1], [1, 0]),
        ([1e300, 1], [1, 1]),
        ([b"a", b"b"], [b"a", b"b"]),
        ([[0, 1], [1, 2]], [[0, 1], [1, 2]]),
        ([[0, 1], [1]], [[0, 1], [1, 2]]),
        ([1j, 1], [1, 1]),
        (None, [1]),
        ("abc", "abd"),
        (1, 1),
        ({1, 2}, [1, 2]),
        ({1: 2}, [1]),
        (iter([1, 2]), [1, 2]),
        (np.array(1), np.array(1)),
        (np.zeros((2, 2, 2), int), np.zeros((2, 2, 2), int)),
        (np.array(["2020-01-01"], "M8[D]"), np.array(["2020-01-01"], "M8[D]")),
        (np.ma.masked_array([1, 0, 1], mask=[0, 1, 0]), [1, 1, 0]),
        MATRICES,
        (sparse.csr_array([[0, 1]]), [0, 1]),
        (memoryview(b"ab"), [97, 98]),
    ],
    ids=plain,
)
def test_odd_labels(check, y_true, y_pred):
    everything(check, y_true, y_pred)
