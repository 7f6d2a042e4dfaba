"""Labels of batches: lists of tags, arrays with padding, and tensors."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.tensors import UNREADABLE, Tensor

from rapidscore import Classification, Multilabel

PREDICTED = [["O", "PER", "O"], ["LOC"], [], ["O", "LOC", "LOC", "O"]]
TRUE = [["O", "PER", "PER"], ["O"], [], ["O", "LOC", "O", "O"]]


def flat(rows):
    return [label for row in rows for label in row]


class TestListsOfTags:
    @pytest.mark.parametrize(
        "form", [list, tuple, lambda rows: [*map(tuple, rows)], lambda rows: [*map(np.array, rows)]]
    )
    def test_flattened(self, form):
        predicted, true = [form([row for row in rows if row]) for rows in (PREDICTED, TRUE)]
        for metric in Classification(), Classification(labels=["O", "PER", "LOC"]), Classification(ignore_index=-100):
            expected = metric.score(flat(PREDICTED), flat(TRUE))
            assert metric.score(predicted, true) == expected
            assert metric.statistics(predicted, true).score() == expected
            meter = metric.accumulator()
            for row, true_row in zip(predicted, true, strict=True):
                meter.update([row], [true_row])
            assert meter.compute() == expected

    def test_empty_rows_and_weights(self):
        metric = Classification()
        weights = [[0.5, 1, 2], [1], [], [0.25, 3, 1, 1]]
        expected = metric.score(flat(PREDICTED), flat(TRUE), flat(weights))
        for given in weights, flat(weights), np.array(flat(weights)):
            assert metric.score(PREDICTED, TRUE, given) == expected
        assert len(metric.statistics(PREDICTED, TRUE)) == 8

    def test_columns_of_lists(self):
        frame = pd.DataFrame({"predicted": PREDICTED, "true": TRUE})
        assert Classification().score(frame["predicted"], frame["true"]) == Classification().score(PREDICTED, TRUE)

    @pytest.mark.parametrize(
        "column",
        [
            pl.Series,
            pa.array,
            lambda rows: pa.array(rows, pa.large_list(pa.string())),
            lambda rows: pa.chunked_array([rows[:1], rows[1:]]),
            lambda rows: pd.Series(rows, dtype=pd.ArrowDtype(pa.list_(pa.string()))),
            lambda rows: [*map(pl.Series, filter(None, rows))],
            lambda rows: [*map(pd.Series, filter(None, rows))],
        ],
        ids=["polars", "pyarrow", "large", "chunks", "pandas with Arrow", "list of polars", "list of pandas"],
    )
    @pytest.mark.parametrize("metric", [Classification(), Classification(ignore_index=-100)], ids=str)
    def test_columns_of_other_libraries(self, metric, column):
        expected = metric.score(PREDICTED, TRUE)
        assert metric.score(column(PREDICTED), column(TRUE)) == expected
        assert metric.score(column(PREDICTED), [row for row in TRUE if row or len(column(PREDICTED)) == 4]) == expected

    def test_numbers(self):
        predicted, true = [[0, 3, 1], [2, 2, 0]], [[0, 3, 3], [2, 1, 0]]
        assert Classification().score(predicted, true) == Classification().score(flat(predicted), flat(true))
        # 0 and 1 in rows of different lengths are no indicators.
        assert Classification().score([[0, 1], [1]], [[0, 1], [0]]).segments == 3
        assert Classification(ignore_index=-100).score([[0, 1], [1, 1]], [[0, 1], [-100, 1]]).segments == 3


class TestTensors:
    def test_lists_of_tensors(self):
        """As a loop over batches of different lengths collects them."""
        metric = Classification(ignore_index=-100)
        predicted, true = [[0, 2, 1], [1]], [[0, -100, 1], [2]]
        expected = metric.score(predicted, true)
        for device in {}, {"device": "cuda"}:
            tensors = [[Tensor(row, **device) for row in rows] for rows in (predicted, true)]
            assert metric.score(*tensors) == expected
            assert metric.score(predicted, tensors[1]) == expected

    @pytest.mark.parametrize("how", UNREADABLE, ids=str)
    def test_labels_and_weights(self, how):
        predicted, true, weights = [0, 2, 1, 2], [0, 1, 1, 2], [0.5, 1, 2, 4]
        expected = Classification().score(np.array(predicted, float), true, weights)
        tensors = Tensor(predicted, **{"dtype": np.float32, **how}), Tensor(true), Tensor(weights, **how)
        assert Classification().score(*tensors) == expected
        device = {"device": how.get("device", "cpu")}
        shaped = [Tensor(np.reshape(values, (2, 2)), **device) for values in (predicted, true, weights)]
        assert Classification(ignore_index=-100).score(*shaped).accuracy == expected.accuracy
        # Lists of tensors without dimension, as a loop over batches collects them.
        assert Classification().score([*Tensor(predicted)], [*Tensor(true)]).accuracy == 0.75

    @pytest.mark.parametrize("how", UNREADABLE, ids=str)
    def test_indicators(self, how):
        indicators = np.array([[1.0, 0, 1], [0, 1, 1]])
        expected = Multilabel().score(indicators, indicators[::-1])
        assert Multilabel().score(Tensor(indicators, **how), Tensor(indicators[::-1], **how)) == expected

    def test_groups(self):
        statistics = Classification().statistics([0, 1], [0, 0])
        assert statistics.by(Tensor([1, 0], device="cuda"))[0].accuracy == 0

    def test_without_values(self):
        with pytest.raises(ValueError, match="references are on the device meta, without values"):
            Classification().score([1], Tensor([1], device="meta"))
