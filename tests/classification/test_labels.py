"""Labels as input: every container and type gives the same codes, and errors name the invalid label."""

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.names import plain
from support.outcomes import raises_with_words
from support.strategies import texts

from rapidscore.classification import counts
from rapidscore.inputs import labels

pd = pytest.importorskip("pandas", reason="labels in pandas need pandas: pip install pandas")
pl = pytest.importorskip("polars", reason="labels in polars need polars: pip install polars")
pa = pytest.importorskip("pyarrow", reason="labels in pyarrow need pyarrow: pip install pyarrow")

NAMES = ["b", "a", "c", "b", "a" * 40, "ж", "b"]
NAME_COLUMNS = {
    "list": list,
    "tuple": tuple,
    "str array": np.array,
    "swapped array": lambda names: np.array(names).astype(np.array(names).dtype.newbyteorder(">")),
    "every second": lambda names: np.repeat(np.array(names), 2)[::2],
    "object array": lambda names: np.array(names, object),
    "str_ in a list": lambda names: [np.str_(name) for name in names],
    "StringDType": lambda names: np.array(names, np.dtypes.StringDType()),
    "pandas": pd.Series,
    "pandas string": lambda names: pd.Series(names, dtype="string"),
    "pandas object": lambda names: pd.Series(names, dtype=object),
    "pandas categorical": lambda names: pd.Series(names, dtype="category"),
    "unsorted categories": lambda names: pd.Categorical(names, categories=sorted({*names, "zz"}, reverse=True)),
    "pandas index": pd.Index,
    "polars": pl.Series,
    "polars categorical": lambda names: pl.Series(names, dtype=pl.Categorical),
    "polars enum": lambda names: pl.Series(names, dtype=pl.Enum(sorted({*names, "0"}, reverse=True))),
    "pyarrow": pa.array,
    "pyarrow chunks": lambda names: pa.chunked_array([names[:2], [], names[2:]]),
    "pyarrow views": lambda names: pa.array(names, pa.string_view()),
    "pyarrow dictionary": lambda names: pa.array(names).dictionary_encode(),
    "pyarrow dictionaries": lambda names: pa.chunked_array(
        [pa.array(names[:2]).dictionary_encode(), pa.array(names[2:]).dictionary_encode()]
    ),
    "pyarrow repeated category": lambda names: pa.DictionaryArray.from_arrays(
        range(2 * len(names))[::2], [name for name in names for _ in range(2)]
    ),
    "pandas of pyarrow": lambda names: pd.Series(names, dtype=pd.ArrowDtype(pa.string())),
    "pandas of pyarrow dictionary": lambda names: pd.Series(
        names, dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string()))
    ),
}

NUMBERS = [3, 1, 3, 0, 7]
NUMBER_COLUMNS = {
    "list": list,
    "tuple": tuple,
    **{kind: lambda numbers, kind=kind: np.array(numbers, kind) for kind in ("i1", "u1", "i2", "u2", "i4", "u4", "i8")},
    "u8": lambda numbers: np.array(numbers, "u8"),
    "swapped": lambda numbers: np.array(numbers, ">i4"),
    "reversed": lambda numbers: np.array(numbers[::-1])[::-1],
    "float": lambda numbers: np.array(numbers, float),
    "half": lambda numbers: np.array(numbers, np.float16),
    "NumPy in a list": lambda numbers: [np.int16(number) for number in numbers],
    "floats in a list": lambda numbers: [float(number) for number in numbers],
    "object array": lambda numbers: np.array(numbers, object),
    "pandas": pd.Series,
    "pandas nullable": lambda numbers: pd.Series(numbers, dtype="Int64"),
    "pandas categorical": lambda numbers: pd.Series(numbers, dtype="category"),
    "polars": pl.Series,
    "pyarrow": pa.array,
    "pyarrow chunks": lambda numbers: pa.chunked_array([numbers[:2], numbers[2:]]),
    "pyarrow floats": lambda numbers: pa.array(numbers, pa.float32()),
    "pandas of pyarrow": lambda numbers: pd.Series(numbers, dtype="uint8[pyarrow]"),
}


def decoded(encoded):
    codes, table = encoded
    assert codes.dtype == np.int32
    assert table.tolist() == sorted(set(table.tolist()))
    return table[codes].tolist()


@pytest.mark.parametrize("container", NAME_COLUMNS)
def test_names(container):
    column = NAME_COLUMNS[container](NAMES)
    assert decoded(labels.encode(column, "x")) == NAMES
    table, found, true, predicted = counts.class_counts(column, NAMES[::-1])
    assert table.tolist() == sorted(set(NAMES))
    expected = counts.class_counts(NAMES, NAMES[::-1])
    assert [counts.tolist() for counts in (found, true, predicted)] == [counts.tolist() for counts in expected[1:]]


@pytest.mark.parametrize("container", NUMBER_COLUMNS)
@pytest.mark.parametrize("other", NUMBER_COLUMNS)
def test_numbers(container, other):
    column, others = NUMBER_COLUMNS[container](NUMBERS), NUMBER_COLUMNS[other](NUMBERS[::-1])
    assert decoded(labels.encode(column, "x")) == NUMBERS
    table, matrix = counts.confusion_counts(column, others)
    assert table.tolist() == [0, 1, 3, 7]
    assert matrix.tolist() == counts.confusion_counts(NUMBERS, NUMBERS[::-1])[1].tolist()
    assert counts.count_equal(column, others) == (1, 5)


@pytest.mark.parametrize(
    "container", [list, np.array, pd.Series, pl.Series, pa.array, lambda bools: [np.bool_(one) for one in bools]]
)
def test_bools(container):
    codes, table = labels.encode(container([True, False, True]), "x")
    assert (codes.tolist(), table.tolist(), table.dtype) == ([1, 0, 1], [False, True], np.bool_)
    table, found, *_ = counts.class_counts(container([True, False, True]), [1, 0, 0])
    assert (table.tolist(), found.tolist()) == ([0, 1], [1, 1])


def test_types_of_tables():
    for column, kind in ([1], np.int64), (np.array([1], "u1"), np.uint8), ([1.0], np.float64), ([2**63], np.uint64):
        assert labels.encode(column, "x")[1].dtype == kind
    assert labels.encode(["a\0", "a"], "x")[1].tolist() == ["a", "a\0"]
    assert labels.encode([], "x")[1].tolist() == []


@pytest.mark.parametrize("count", [0, 1, 5, 2000])
@pytest.mark.parametrize("classes", [1, 2, 10, 300, 5000])
def test_counts(count, classes):
    choose = random.Random(count + classes)
    for make in (
        int,
        str,
        lambda number: "a longer name than fits sixteen bytes " + str(number),
        lambda number: number << 40,
    ):
        true, predicted = ([make(choose.randrange(classes)) for _ in range(count)] for _ in range(2))
        pairs = Counter(zip(true, predicted, strict=True))
        table, found, support, guessed = counts.class_counts(true, predicted)
        assert table.tolist() == sorted({*true, *predicted})
        assert found.tolist() == [pairs[label, label] for label in table.tolist()]
        assert support.tolist() == np.bincount(np.searchsorted(table, true), minlength=len(table)).tolist()
        assert guessed.tolist() == np.bincount(np.searchsorted(table, predicted), minlength=len(table)).tolist()
        again, matrix = counts.confusion_counts(true, predicted)
        assert again.tolist() == table.tolist()
        assert (np.diag(matrix).tolist(), matrix.sum(1).tolist()) == (found.tolist(), support.tolist())
        assert matrix.sum(0).tolist() == guessed.tolist()
        assert counts.count_equal(true, predicted) == (sum(found.tolist()), count)


@given(names=st.lists(texts(), max_size=30))
def test_any_text_is_a_label(names):
    assert decoded(labels.encode(names, "x")) == names
    assert decoded(labels.encode(np.array(names, object), "x")) == names
    # NumPy arrays of str drop zeros at the end.
    array = np.array(names or [""])
    assert decoded(labels.encode(array, "x")) == array.tolist()


@given(numbers=st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=30))
def test_any_number_is_a_label(numbers):
    assert decoded(labels.encode(numbers, "x")) == numbers
    table, matrix = counts.confusion_counts(numbers, numbers[::-1])
    assert table.tolist() == sorted({*numbers})
    assert matrix.sum() == len(numbers)


MISSING = "a label is missing"
BAD = [
    ([None, "a"], ValueError, ["x[0]", "None", MISSING]),
    (["a", None], ValueError, ["x[1]", "None", MISSING]),
    (["a", float("nan")], ValueError, ["x[1]", "nan", MISSING]),
    ([1, None], ValueError, ["x[1]", "None", MISSING]),
    ([1, float("nan")], ValueError, ["x[1]", "nan", MISSING]),
    ([1.0, float("nan")], ValueError, ["x[1]", "nan", MISSING]),
    (np.array([1, np.nan]), ValueError, ["x[1]", "nan", MISSING]),
    (np.array(["a", None], object), ValueError, ["x[1]", "None", MISSING]),
    (np.ma.array([1, 2], mask=[0, 1]), ValueError, ["x[1]", "masked"]),
    (pd.Series([1, None]), ValueError, ["x[1]", "missing"]),
    (pd.Series(["a", None], index=[7, 8]), ValueError, ["x[1]", "missing"]),
    (pd.Series([1, pd.NA], dtype="Int64"), ValueError, ["x[1]", "missing"]),
    (pd.Series(["a", None], dtype="category"), ValueError, ["x[1]", "missing"]),
    (pl.Series([1, None]), ValueError, ["x[1]", "missing"]),
    (pl.Series(["a", None], dtype=pl.Categorical), ValueError, ["x[1]", "missing"]),
    (pa.array(["a", None]), ValueError, ["x[1]", "missing"]),
    (pa.chunked_array([[1], [None]]), ValueError, ["x[1]", "missing"]),
    (pa.array(["a", None]).dictionary_encode(), ValueError, ["x[1]", "missing"]),
    (pa.array([1.0, float("nan")]), ValueError, ["x[1]", "nan", MISSING]),
    (pa.table({"a": [1]}), TypeError, ["Table", "one column"]),
    (pa.array([b"a"]), TypeError, ["x[0]", "b'a'"]),
    ([1, "a"], TypeError, ["x[1]", "'a'", "one kind"]),
    (["a", 1], TypeError, ["x[1]", "1", "one kind"]),
    ([1.5], ValueError, ["x[0]", "1.5", "not a whole number"]),
    (np.array([1, 1.5]), ValueError, ["x[1]", "1.5", "not a whole number"]),
    ([float("inf")], ValueError, ["x[0]", "inf"]),
    ([2**64], ValueError, ["x[0]", "64 bits"]),
    ([-1, 2**63], ValueError, ["x[1]", "64 bits"]),
    ([[1, 2]], TypeError, ["x[0]", "list"]),
    ([{"a"}], TypeError, ["x[0]", "set"]),
    (np.ones((2, 2)), ValueError, ["(2, 2)", "Multilabel"]),
    ([b"a"], TypeError, ["x[0]", "b'a'"]),
    (np.array([b"a"]), TypeError, ["S1", "decode"]),
    (np.array([2.0**53]), ValueError, ["x[0]", "below 2**53"]),
    (pd.Categorical(["a"], categories=["a", 3]), TypeError, ["x's categories[1] is 3"]),
    (np.array(["2020"], "M8[D]"), TypeError, ["datetime64"]),
    ([1j], TypeError, ["x[0]", "complex"]),
    ("abc", TypeError, ["str"]),
    (b"abc", TypeError, ["bytes"]),
    ({"a": 1}, TypeError, ["dict"]),
    ({1, 2}, TypeError, ["set"]),
    (None, TypeError, ["NoneType"]),
    (3, TypeError, ["int"]),
    (np.int64(3), TypeError, ["int64"]),
    (iter([1]), TypeError, ["list_iterator"]),
    (pd.DataFrame({"a": [1]}), TypeError, ["DataFrame", "one column"]),
    (pl.DataFrame({"a": [1]}), TypeError, ["DataFrame", "one column"]),
]


@pytest.mark.parametrize(("values", "exception", "words"), BAD, ids=lambda value: plain(value)[:40])
def test_invalid_labels(values, exception, words):
    with raises_with_words(exception, words):
        labels.encode(values, "x")


@pytest.mark.parametrize(
    ("y_true", "y_pred", "exception", "words"),
    [
        (["a"], [1], TypeError, ["'a'", "1", "one kind"]),
        ([1], np.array(["a"]), TypeError, ["'a'", "1", "one kind"]),
        ([True], ["a"], TypeError, ["True", "'a'"]),
        ([1], pd.Categorical(["a"]), TypeError, ["'a'", "1", "one kind"]),
        (pd.Categorical(["a"]), [1], TypeError, ["'a'", "1", "one kind"]),
        ([1, 2], [1], ValueError, ["1 predictions", "2 references"]),
        (["a"], [], ValueError, ["0 predictions", "1 references"]),
        (np.array([2**63], "u8"), [-1], ValueError, ["9223372036854775808", "no common integer type"]),
    ],
)
def test_columns_that_do_not_match(y_true, y_pred, exception, words):
    for function in counts.class_counts, counts.confusion, labels.encode_pair, counts.count_equal:
        with raises_with_words(exception, words):
            function(y_true, y_pred)


def test_unaligned_memory():
    raw = np.frombuffer(b"\0" + np.arange(100, dtype=np.int64).tobytes(), np.uint8)[1:].view(np.int64)
    assert not raw.flags.aligned
    assert counts.class_counts(raw, np.arange(100))[1].tolist() == [1] * 100
