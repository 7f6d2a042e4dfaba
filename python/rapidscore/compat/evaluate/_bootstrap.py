"""The middle of the means of samples, as rouge-score's `BootstrapAggregator` finds it, of the same draws.

For each column of n values 1000 samples of n places are drawn with replacement, one column after the other; the mean of
each is taken, and the median of these means. The draws are those of `numpy.random.choice` after `numpy.random.seed`:
32-bit numbers of Mersenne Twister, of which the lower bits count, and which are dropped where they are too large.

Only two means, those in the middle, decide the median. So all means are first computed in whatever order is fast, and
those that rounding might move into the middle are computed again in the order of the peer: one after the other.

Cost: making the draws, 1 / (n / 2**k) random numbers each with 2**k the next power of two, on one thread; and on
another looking their values up.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

#: As rouge-score has them.
SAMPLES = 1000
#: Random numbers that are made at a time: they stay in the second-level cache.
_AT_A_TIME = 2**16


class _Draws:
    """Places from 0 to n - 1, drawn as NumPy's legacy generator draws them, a block at a time."""

    def __init__(self, seed: int, count: int) -> None:
        self._random = np.random.RandomState(seed)
        self._last = np.uint32(count - 1)
        self._mask = np.uint32((1 << (count - 1).bit_length()) - 1)
        #: The generator's state before each block, and how many places were drawn until then.
        self._states: list[Any] = []
        self.begins = [0]

    def __iter__(self) -> Iterator[NDArray[np.intp]]:
        """Draw without an end. The next block is made while the last is looked at."""
        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(self._numbers)
            while True:
                state, numbers = ahead.result()
                ahead = pool.submit(self._numbers)
                places = self._places(numbers)
                self._states.append(state)
                self.begins.append(self.begins[-1] + len(places))
                yield places

    def again(self, begin: int, end: int) -> NDArray[np.intp]:
        """Return the places number `begin` to `end` of those drawn before."""
        first = int(np.searchsorted(self.begins, begin, side="right")) - 1
        random = np.random.RandomState()
        random.set_state(self._states[first])
        parts: list[NDArray[np.intp]] = []
        found = 0
        while found < end - self.begins[first]:
            parts.append(self._places(random.randint(0, 2**32, size=_AT_A_TIME, dtype=np.uint32)))
            found += len(parts[-1])
        return np.concatenate(parts)[begin - self.begins[first] : end - self.begins[first]]

    def _numbers(self) -> tuple[Any, NDArray[np.uint32]]:
        state = self._random.get_state()
        return state, self._random.randint(0, 2**32, size=_AT_A_TIME, dtype=np.uint32)

    def _places(self, numbers: NDArray[np.uint32]) -> NDArray[np.intp]:
        np.bitwise_and(numbers, self._mask, out=numbers)
        return np.compress(numbers <= self._last, numbers).astype(np.intp)


def middles(columns: Sequence[NDArray[np.float64]], seed: int, samples: int = SAMPLES) -> list[np.float64]:
    """Return for each column (n,) the median of the means of samples, drawn after `numpy.random.seed(seed)`."""
    count = len(columns[0])
    if count == 1:
        # There is one place, so nothing is drawn.
        return [np.float64(column[0]) for column in columns]
    draws = _Draws(seed, count)
    sums = _sums(columns, draws, samples)
    return [
        _middle(column, sums[at], draws, at * samples)
        for at, column in enumerate(np.ascontiguousarray(column, np.float64) for column in columns)
    ]


def _sums(columns: Sequence[NDArray[np.float64]], draws: _Draws, samples: int) -> NDArray[np.float64]:
    """Return the sum of each sample, (columns, samples), rounded in any order."""
    count = len(columns[0])
    sums = np.zeros(len(columns) * samples)
    of_column, done = samples * count, 0
    for places in draws:
        begin = 0
        while begin < len(places) and done < of_column * len(columns):
            # to the end of the block, or of the column
            at, inside = divmod(done, of_column)
            end = min(len(places), begin + of_column - inside)
            values = columns[at].take(places[begin:end], mode="clip")
            first = done // count
            starts = np.arange(first * count - done, end - begin, count)
            starts[0] = 0
            sums[first : first + len(starts)] += np.add.reduceat(values, starts)
            done += end - begin
            begin = end
        if done == of_column * len(columns):
            break
    return sums.reshape(len(columns), samples)


def _middle(column: NDArray[np.float64], sums: NDArray[np.float64], draws: _Draws, first: int) -> np.float64:
    count = len(column)
    # Sums of n values differ by at most this much, whatever the order (N. Higham, "Accuracy and stability of numerical
    # algorithms", 4.2), with the same again to be safe.
    margin = 2 * count * np.finfo(np.float64).eps * sums.max()
    low, high = np.sort(sums)[[(len(sums) - 1) // 2, len(sums) // 2]] + (-2 * margin, 2 * margin)
    near = np.flatnonzero((low <= sums) & (sums <= high))
    if column.min() == column.max():
        # Each sample is the same, drawn or not.
        sums[:] = np.cumsum(column)[-1]
    else:
        for sample in near.tolist():
            begin = (first + sample) * count
            sums[sample] = np.cumsum(column[draws.again(begin, begin + count)])[-1]
    middle: np.float64 = np.percentile(sums / count, 50)
    return middle
