"""Checks of slices, indices and masks that select rows, segments or references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

import numpy as np

from rapidscore.inputs import arrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

Selection: TypeAlias = "slice | SupportsIndex | NDArray[Any] | list[int] | list[bool]"


def checked(index: Selection, what: str, count: int) -> slice | NDArray[Any]:
    """Return a slice unchanged, and a number, index array or mask as array of one dimension.

    `what` names the `count` selected items in messages, for example `rows`. Raises `TypeError` for an index of another
    type, and `IndexError` for a position that does not exist, a mask of another length, or an array of more dimensions.
    """
    if isinstance(index, slice):
        return index
    # Arrays and tensors of one item are indices too, but select one row or none.
    if isinstance(index, SupportsIndex) and not isinstance(index, bool) and getattr(index, "ndim", 0) == 0:
        index = [index.__index__()]
    elif isinstance(index, bool | str | bytes) or not hasattr(index, "__len__"):
        raise TypeError(f"{index!r} cannot select {what}: pass a slice, a number, an index array or a mask")
    array = arrays.as_array(index, "indices")
    if array.ndim != 1:
        raise IndexError(f"an index of shape {array.shape} cannot select {what}: pass an index of one dimension")
    if not array.size and array.dtype != np.bool_:
        # NumPy converts an empty list to floats.
        return array.astype(np.intp)
    if array.dtype.kind == "O" and all(isinstance(item, bool) for item in array.tolist()):
        # A mask of pandas, which may also hold missing values.
        array = array.astype(np.bool_)
    if array.dtype == np.bool_:
        if len(array) != count:
            raise IndexError(f"a mask of {len(array)} items cannot select from {count} {what}: pass one for each")
        return arrays.as_bools(array)
    if array.dtype.kind not in "iu" and not all(isinstance(position, int) for position in array.tolist()):
        raise TypeError(f"an index of type {array.dtype} cannot select {what}: pass whole numbers or bool")
    # Numbers beyond 64 bits are objects.
    wrong = np.flatnonzero((array < -count) | (array >= count))
    if len(wrong):
        known = f"they are 0 to {count - 1}" if count else "there are no others"
        raise IndexError(f"there is no {array[wrong[0]]} among {count} {what}: {known}")
    return array.astype(np.intp) if array.dtype.kind == "O" else array
