"""How samples are drawn: their number, and a seed or what the caller has drawn."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.inputs.options import as_int

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: The seed that sacrebleu takes unless it is told otherwise.
SEED = 12345


#: More would take hours, and say no more.
MOST_SAMPLES = 10_000_000


@dataclass(frozen=True)
class Draws:
    """How many samples are drawn, and how: by a seed, or as the caller has drawn them."""

    count: int
    seed: int
    given: NDArray[Any] | None = None

    @staticmethod
    def of(  # what callers pass on
        count: int,
        seed: int | None,
        given: ArrayLike | None,
        rows: int,
        name: str = "resamples",
        *,
        exchanges: bool = False,
    ) -> Draws:
        """Check what the caller asks for; `given` are places (samples, rows), or else what is exchanged (bool)."""
        if not rows:
            raise ValueError("no segments to score: pass at least one prediction with its references")
        if given is not None:
            if isinstance(given, np.ma.MaskedArray):
                raise TypeError("draws is a masked array: a sample draws a place for each segment, none left out")
            array = np.asarray(given)
            if array.ndim != 2 or array.shape[1] != rows or not len(array):
                raise ValueError(f"draws have the shape {array.shape}: pass (samples, {rows}), one for each segment")
            if not exchanges and array.dtype.kind not in "iu":
                raise TypeError(f"draws are {array.dtype}: a bootstrap draws places, whole numbers")
            if exchanges and array.dtype.kind != "b":
                raise TypeError(f"draws are {array.dtype}: approximate randomization draws bool, true to exchange")
            if not exchanges and (array.min() < 0 or array.max() >= rows):
                sample, at = np.argwhere((array < 0) | (array >= rows))[0]
                raise ValueError(f"draws[{sample}, {at}] is {array[sample, at]}: places are 0 to {rows - 1}")
            return Draws(len(array), 0, array)
        count = as_int(name, count)
        if not 1 <= count <= MOST_SAMPLES:
            raise ValueError(f"{name} must be from 1 to {MOST_SAMPLES:,}, got {count}")
        if seed is None:
            return Draws(count, secrets.randbits(64))
        seed = as_int("seed", seed)
        if not 0 <= seed < 2**64:
            raise ValueError(f"seed must be from 0 to 2**64 - 1, or None for another at each call, got {seed}")
        return Draws(count, seed)
