"""Labels of groups of every type: dates, times, periods, intervals, floats, ordered categories, tables of features."""

import datetime as dt
import json
import pickle
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from support.groups import OLD, SEX, TEXT_REFERENCES, TEXTS, bits
from support.names import plain

from rapidscore import WER

pa = pytest.importorskip("pyarrow", reason="columns of pyarrow need pyarrow: pip install pyarrow")

STATISTICS = WER().statistics(TEXTS, TEXT_REFERENCES)
DAYS = [dt.date(2024, 2, 1), dt.date(2023, 12, 31), dt.date(2024, 1, 15)]
TIMES = [dt.datetime(2024, 2, 1, 3), dt.datetime(2023, 12, 31), dt.datetime(2024, 1, 15, 0, 0, 1)]
#: Columns of three labels, and their keys in order.
COLUMNS = {
    "dates": (DAYS, sorted(DAYS)),
    "times": (TIMES, sorted(TIMES)),
    "days of NumPy": (np.array(DAYS, "M8[D]"), sorted(DAYS)),
    "times of NumPy": (np.array(TIMES, "M8[ns]"), sorted(TIMES)),
    "nanoseconds": (np.array([3, 1, 2], "M8[ns]"), [*np.array([1, 2, 3], "M8[ns]")]),
    "months of NumPy": (
        np.array(["2024-02", "2023-12", "2024-01"], "M8[M]"),
        [*np.array(["2023-12", "2024-01", "2024-02"], "M8[M]")],
    ),
    "NumPy in a list": ([*np.array(["2024", "2022", "2023"], "M8[Y]")], [*np.array(["2022", "2023", "2024"], "M8[Y]")]),
    "durations": (np.array([30, 1, 2], "m8[s]"), [dt.timedelta(seconds=one) for one in (1, 2, 30)]),
    "clock": ([dt.time(9), dt.time(8), dt.time(8, 30)], [dt.time(8), dt.time(8, 30), dt.time(9)]),
    "floats": ([0.5, -1.0, float("inf")], [-1.0, 0.5, float("inf")]),
    "mixed numbers": ([10, 2.5, -0.0], [0.0, 2.5, 10.0]),
    "float array": (np.array([0.5, -1.5, 10], np.float32), [-1.5, 0.5, 10.0]),
    "decimals": ([Decimal("0.10"), Decimal(10), Decimal(2)], [Decimal("0.1"), Decimal(2), Decimal(10)]),
    "fractions": ([Fraction(1, 3), Fraction(10), Fraction(2)], [Fraction(1, 3), Fraction(2), Fraction(10)]),
    "pandas floats": (pd.Series([0.5, -1.5, 10], dtype="Float64"), [-1.5, 0.5, 10.0]),
    "pandas times": (pd.Series(pd.to_datetime(DAYS)), [pd.Timestamp(day) for day in sorted(DAYS)]),
    "pandas zones": (
        pd.to_datetime(DAYS).tz_localize("Europe/Prague"),
        [pd.Timestamp(day, tz="Europe/Prague") for day in sorted(DAYS)],
    ),
    "pandas objects": (pd.Series(DAYS, dtype=object, index=[7, 8, 9]), sorted(DAYS)),
    "pandas durations": (pd.to_timedelta([30, 1, 2], unit="s"), [pd.Timedelta(seconds=one) for one in (1, 2, 30)]),
    "periods": (
        pd.PeriodIndex(["2024-02", "2023-12", "2024-01"], freq="M"),
        [*pd.period_range("2023-12", "2024-02", freq="M")],
    ),
    "intervals": (
        pd.IntervalIndex.from_tuples([(10, 20), (0, 2), (2, 10)]),
        [pd.Interval(0, 2), pd.Interval(2, 10), pd.Interval(10, 20)],
    ),
    "pandas.cut": (
        pd.cut(pd.Series([15, 1, 5]), [0, 2, 10, 20]),
        [pd.Interval(0, 2), pd.Interval(2, 10), pd.Interval(10, 20)],
    ),
    "pandas.qcut": (pd.qcut([15, 1, 5], 3), [*pd.qcut([15, 1, 5], 3).categories]),
    "pandas.cut with names": (
        pd.cut([15, 1, 5], [0, 2, 10, 20], labels=["short", "medium", "long"]),
        ["short", "medium", "long"],
    ),
    "categories of dates": (pd.Categorical(DAYS, categories=DAYS), sorted(DAYS)),
    "ordered dates": (pd.Categorical(DAYS, categories=DAYS, ordered=True), DAYS),
    "ordered numbers": (pd.Categorical([2, 1, 3], categories=[2, 3, 1], ordered=True), [2, 3, 1]),
    "polars dates": (pl.Series(DAYS), sorted(DAYS)),
    "polars times": (pl.Series(TIMES), sorted(TIMES)),
    "polars floats": (pl.Series([0.5, -1.5, 10]), [-1.5, 0.5, 10.0]),
    "polars intervals": (
        pl.Series(["> 10", "< 2", "2 to 10"], dtype=pl.Enum(["< 2", "2 to 10", "> 10"])),
        ["< 2", "2 to 10", "> 10"],
    ),
    "polars enum": (pl.Series(["c", "a", "b"], dtype=pl.Enum(["c", "b", "a"])), ["c", "b", "a"]),
    "pyarrow": (pa.chunked_array([["c"], ["a", "b"]]), ["a", "b", "c"]),
    "pyarrow dates": (pa.array(DAYS), sorted(DAYS)),
    "pyarrow floats": (pa.array([0.5, -1.5, 10]), [-1.5, 0.5, 10.0]),
    "pyarrow dictionary": (pa.array(["c", "a", "b"]).dictionary_encode(), ["a", "b", "c"]),
    "pyarrow ordered": (
        pa.DictionaryArray.from_arrays([2, 0, 1], ["z", "y", "x"], ordered=True),
        ["z", "y", "x"],
    ),
    "pandas with pyarrow": (pd.Series(DAYS, dtype=pd.ArrowDtype(pa.date32())), sorted(DAYS)),
}


def repeated(column):
    """Return a column of three labels twenty times, one after the other."""
    positions = [*range(3)] * 20
    if isinstance(column, list):
        return [column[at] for at in positions]
    if isinstance(column, pd.Series):
        return column.iloc[positions]
    return column.take(pa.array(positions)) if isinstance(column, pa.Array | pa.ChunkedArray) else column[positions]


@pytest.mark.parametrize(("column", "keys"), COLUMNS.values(), ids=COLUMNS)
class TestKeys:
    def test_are_in_order(self, column, keys):
        groups = STATISTICS.by(repeated(column))
        assert [*groups] == keys
        assert [type(key) for key in groups] == [type(key) for key in keys]
        assert list(groups.sizes) == keys
        labels = column.to_pylist() if isinstance(column, pa.Array | pa.ChunkedArray) else column
        if isinstance(column, np.ndarray) and isinstance(keys[0], dt.datetime):
            labels = column.astype("M8[us]")
        plain = STATISTICS.by([*range(3)] * 20)
        for at, label in enumerate(labels):
            assert groups[keys[keys.index(label)]].score == plain[at].score

    def test_are_kept_by_results(self, column, keys):
        groups = STATISTICS.by(repeated(column))
        assert bits(pickle.loads(pickle.dumps(groups))) == bits(groups)
        intervals = groups.confidence_interval(resamples=3, values=["wer"])
        assert [*pickle.loads(pickle.dumps(intervals))] == keys
        for values in groups.as_dict(), intervals.as_dict():
            assert json.loads(json.dumps(values)) == values
            assert all(any(str(key) in name for name in values) for key in keys)
        assert str(keys[0]) in str(groups)
        assert str(keys[0]) in str(intervals)
        crossed = STATISTICS.by({"one": repeated(column), "sex": SEX})
        assert [*crossed.sizes] == [(key, sex) for key in keys for sex in "FMX"]


class TestTables:
    @pytest.mark.parametrize("table", [pd.DataFrame, pl.DataFrame, pa.table])
    def test_columns_are_features(self, table):
        assert bits(STATISTICS.by(table({"sex": SEX, "old": OLD}))) == bits(STATISTICS.by({"sex": SEX, "old": OLD}))
        single = STATISTICS.by(table({"sex": SEX}))
        assert (single.features, list(single)) == (("sex",), ["F", "M", "X"])

    def test_order_of_each_feature(self):
        table = pd.DataFrame({"sex": pd.Categorical(SEX, ["X", "F", "M"], ordered=True), "part": pd.cut(range(60), 2)})
        halves = table["part"].cat.categories
        assert [*STATISTICS.by(table).sizes] == [(sex, half) for sex in "XFM" for half in halves]

    @pytest.mark.parametrize(
        ("table", "error", "message"),
        [
            (pd.DataFrame(), ValueError, "no features"),
            (pd.DataFrame([SEX]).T, TypeError, r"name must be a str, not 0 \(int\)"),
            (pd.DataFrame([SEX, SEX], index=["a", "a"]).T, ValueError, "the feature 'a' twice"),
            (pd.DataFrame({"sex": SEX[1:]}), ValueError, "'sex' has 59 labels"),
            (pl.DataFrame({"sex": [*SEX[1:], None]}), ValueError, r"groups\['sex'\]\[59\] is missing"),
        ],
        ids=plain,
    )
    def test_bad_tables(self, table, error, message):
        with pytest.raises(error, match=message):
            STATISTICS.by(table)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        ([0.5, None], ValueError, r"groups\[1\] is None: a label is missing"),
        ([0.5, float("nan")], ValueError, r"groups\[1\] is nan: a label is missing"),
        (np.array([0.5, np.nan]), ValueError, r"groups\[1\] is nan: a label is missing"),
        ([DAYS[0], None], ValueError, r"groups\[1\] is None: a label is missing"),
        (np.array(["2024", "NaT"], "M8[D]"), ValueError, r"groups\[1\] is None: a label is missing"),
        ([np.datetime64("2024"), np.datetime64("NaT", "D")], ValueError, r"groups\[1\] is None: a label is missing"),
        ([DAYS[0], pd.NaT], ValueError, r"groups\[1\] is NaT: a label is missing"),
        (pd.Series(pd.to_datetime(["2024", None])), ValueError, r"groups\[1\] is missing \(NaT\)"),
        (pd.cut([1, 50], [0, 10]), ValueError, r"groups\[1\] is missing"),
        (pl.Series([DAYS[0], None]), ValueError, r"groups\[1\] is missing"),
        (pl.Series([0.5, float("nan")]), ValueError, r"groups\[1\] is nan"),
        (pa.array([DAYS[0], None]), ValueError, r"groups\[1\] is missing"),
        ([DAYS[0], TIMES[0]], TypeError, r"groups\[1\] is datetime.datetime.*use labels of one kind"),
        ([0.5, True], TypeError, r"groups\[1\] is True .*use labels of one kind"),
        ([TIMES[0], TIMES[0].astimezone(dt.UTC)], TypeError, "cannot be sorted.*use labels of one kind"),
        ([pd.Period("2024", "Y"), pd.Period("2024-01", "M")], TypeError, "cannot be sorted"),
        ([0.5, 2**53 + 1], ValueError, "below 2\\*\\*53"),
        ([(1, 2), (3, 4)], TypeError, r"groups\[0\] is a tuple"),
        ([b"a", b"b"], TypeError, r"groups\[0\] is b'a'"),
        ([1j, 2j], TypeError, r"groups\[0\] is 1j"),
        (np.zeros((2, 2)), ValueError, "one-dimensional"),
        (np.ma.array([0.5, 1.5], mask=[0, 1]), ValueError, r"groups\[1\] is masked"),
        (scipy.sparse.csr_array([[0.5, 1.5]]), TypeError, "groups is a sparse csr_array"),
        ([2**70, 1], ValueError, "64 bits"),
        ({0.5, 1.5}, TypeError, "groups must be a sequence of labels, not set"),
        (iter([0.5, 1.5]), TypeError, "groups must be a sequence of labels"),
    ],
    ids=plain,
)
def test_bad_labels(labels, error, message):
    with pytest.raises(error, match=message):
        STATISTICS[:2].by(labels)
