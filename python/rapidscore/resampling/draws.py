"""How samples are drawn: their number, and a seed or the draws of the caller."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._lazy import is_masked_array
from rapidscore.inputs import arrays
from rapidscore.inputs.arrays import as_bools
from rapidscore.inputs.options import as_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: The default seed, which is also sacrebleu's.
SEED = 12345


#: More samples would take hours without a more precise result.
MOST_SAMPLES = 10_000_000


@dataclass(frozen=True)
class Draws:
    """The number of samples, and how they are drawn: with a seed, or as the caller has drawn them."""

    count: int
    seed: int
    drawn: NDArray[Any] | None = None
    """What the caller has drawn: positions (samples, rows), or for exchanges bool (trials, rows)."""

    @property
    def known_seed(self) -> int | None:
        """The seed that repeats the samples; None if the caller has drawn them."""
        return self.seed if self.drawn is None else None

    @staticmethod
    def of(
        count: int,
        seed: int | None,
        drawn: ArrayLike | None,
        rows: int,
        name: str = "resamples",
        *,
        exchanges: bool = False,
    ) -> Draws:
        """Check the options of a caller: a `count` called `name` and a `seed`, or samples `drawn` from `rows` rows."""
        if not rows:
            raise ValueError("no segments to score: pass at least one prediction with its references")
        if drawn is not None:
            return Draws._of_caller(drawn, rows, exchanges)
        count = as_int(name, count)
        if not 1 <= count <= MOST_SAMPLES:
            raise ValueError(f"{name} must be from 1 to {MOST_SAMPLES:,}, got {count}")
        if seed is None:
            return Draws(count, secrets.randbits(64))
        seed = as_int("seed", seed)
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must be from 0 to 2**64 - 1, or None for another at each call, got {seed}")
        return Draws(count, seed)

    @staticmethod
    def _of_caller(drawn: ArrayLike, rows: int, exchanges: bool) -> Draws:
        if is_masked_array(drawn):
            raise TypeError("draws is a masked array: a sample draws a position for each segment, none left out")
        array = arrays.as_array(drawn, "draws")
        if array.ndim != 2 or array.shape[1] != rows or not len(array):
            raise ValueError(f"draws have the shape {array.shape}: pass (samples, {rows}), one for each segment")
        if not exchanges and array.dtype.kind not in "iu":
            raise TypeError(f"draws are {array.dtype}: a bootstrap draws positions, which are whole numbers")
        if exchanges and array.dtype.kind != "b":
            raise TypeError(f"draws are {array.dtype}: approximate randomization draws bool, true to exchange")
        if exchanges:
            array = as_bools(array)
        elif array.min() < 0 or array.max() >= rows:
            sample, at = np.argwhere((array < 0) | (array >= rows))[0]
            raise ValueError(f"draws[{sample}, {at}] is {array[sample, at]}: positions are 0 to {rows - 1}")
        return Draws(len(array), 0, array)
