"""Checks of slices, indices and masks that select rows, segments or references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

import numpy as np

from rapidscore.inputs.arrays import as_bools

if TYPE_CHECKING:
    from numpy.typing import NDArray

Selection: TypeAlias = "slice | SupportsIndex | NDArray[Any] | list[int] | list[bool]"


def checked(index: Selection, what: str) -> slice | NDArray[Any]:
    """Return a slice unchanged, and a number, index array or mask as array of one dimension.

    `what` names the selected items in messages, for example `rows`. Raises `TypeError` for a `bool` and `IndexError`
    for an array of more dimensions.
    """
    if isinstance(index, bool):
        raise TypeError(f"{index} cannot select {what}: pass a slice, a number, an index array or a mask")
    if isinstance(index, SupportsIndex) and not isinstance(index, np.ndarray):
        index = [index.__index__()]
    if isinstance(index, slice):
        return index
    index = np.asarray(index)
    if index.ndim != 1:
        raise IndexError(f"an index of shape {index.shape} cannot select {what}: pass an index of one dimension")
    if index.dtype == np.bool_:
        return as_bools(index)
    # NumPy converts an empty list to floats.
    return index if index.size else index.astype(np.intp)
