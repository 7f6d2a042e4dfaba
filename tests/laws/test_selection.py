"""Rows are selected by what NumPy, pandas and PyTorch call an index or a mask."""

import numpy as np
import pandas as pd
import pytest
from support.names import plain

from rapidscore import BLEU

ROWS = BLEU().statistics(["a b", "c d", "e f"], ["a b", "c x", "x f"])


class Tensor:
    """Has what a tensor of PyTorch has: one with a single item is an index too."""

    def __init__(self, values):
        self.values = np.array(values)
        self.ndim, self.device = self.values.ndim, type("device", (), {"type": "cpu"})
        self.dtype = "torch.int64"

    def detach(self):
        return self.values

    def __len__(self):
        return len(self.values)

    def __index__(self):
        return int(self.values.reshape(1)[0])


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        (1, [1]),
        (np.int64(1), [1]),
        (np.array(1), [1]),
        ([2, 0], [2, 0]),
        (np.array([2, 0], object), [2, 0]),
        (np.array([True, False, True]), [0, 2]),
        (np.array([True, False, True], object), [0, 2]),
        (pd.Series([True, False, True], dtype="boolean"), [0, 2]),
        (pd.Series([2, 0], dtype="Int64"), [2, 0]),
        (Tensor([1]), [1]),
        (Tensor([2, 0]), [2, 0]),
        (Tensor([False, False, True]), [2]),
        (slice(1, None), [1, 2]),
    ],
    ids=plain,
)
def test_selected(index, rows):
    assert [row.tolist() for row in np.array(ROWS[index])] == [np.array(ROWS)[row].tolist() for row in rows]


def test_one_item_of_one_row():
    assert len(ROWS[:1][Tensor([False])]) == 0
    assert len(ROWS[:1][Tensor([True])]) == 1


@pytest.mark.parametrize("index", [True, np.True_, "a", 1.5, {1}, [0.5], [None]], ids=plain)
def test_refused(index):
    with pytest.raises(TypeError, match=r"pass a|cannot select rows"):
        ROWS[index]
