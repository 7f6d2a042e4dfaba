"""Checks and conversions of arrays: logits, labels, masks, counts and other numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from rapidscore._lazy import is_masked_array
from rapidscore.inputs.options import check_ordered

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


_LARGEST_INT64 = np.iinfo(np.int64).max
#: Up to this number, float64 represents every whole number exactly.
_LARGEST_COUNT = 2**53


class Logits(NamedTuple):
    """Logits in the memory of the caller, as the compiled core reads them."""

    values: NDArray[Any]
    """Array of shape (batch, time, vocabulary); 16-bit formats are uint16."""
    format: str
    """`float16`, `bfloat16`, `float32` or `float64`."""
    shape: tuple[int, ...]
    """Shape of the caller's array."""

    def number(self, sequence: int, time: int, word: int) -> float:
        """Return one logit as `float`."""
        value = self.values[sequence, time, word]
        if self.format == "float16":
            value = value.view(np.float16)
        elif self.format == "bfloat16":
            value = (value.astype(np.uint32) << np.uint32(16)).view(np.float32)
        return float(value)


def as_logits(values: Any) -> Logits:
    """Return logits of any supported type without a copy. Raises `TypeError` or `ValueError` for anything else."""
    if is_tensor(values) and values.device.type != "cpu":
        # Copies of logits would take gigabytes, so this is left to the caller.
        raise ValueError(f"logits are on {values.device}: pass logits.cpu()")
    if _is_torch_bfloat16(values):
        import torch

        # NumPy cannot read bfloat16 through DLPack.
        array, name = _read(values.detach().view(torch.int16), "logits"), "bfloat16"
    else:
        array = _read(values, "logits")
        name = array.dtype.name
    if name not in ("float16", "bfloat16", "float32", "float64"):
        raise TypeError(f"logits have the type {name}: pass float16, bfloat16, float32 or float64")
    if array.shape == (0,):
        # An empty list has no sequences.
        return Logits(array.reshape(0, 0, 1), name, (0, 1))
    if array.ndim not in (2, 3):
        raise ValueError(f"logits have the shape {array.shape}: pass (batch, time, vocabulary) or (tokens, vocabulary)")
    if not array.dtype.isnative or not array.flags.aligned:
        array = np.array(array, array.dtype.newbyteorder("="))
    shape = array.shape
    if name.endswith("float16"):
        array = array.view(np.uint16)
    return Logits(array if array.ndim == 3 else array[None], name, shape)


def as_array(values: Any, name: str) -> NDArray[Any]:
    """Return an array, a tensor or a list as NumPy array, in which bfloat16 has become float32.

    Tensors of PyTorch may be on any device and have a gradient. Raises `ValueError` for masked values, for tensors
    without values, and for lists whose rows have different lengths, and `TypeError` for sets and mappings.
    """
    check_ordered(values, name)
    array = _read(values.float() if _is_torch_bfloat16(values) else values, name)
    # NumPy has no bfloat16; ml_dtypes has.
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def is_tensor(values: Any) -> bool:
    """Return whether values are a tensor of PyTorch."""
    return hasattr(values, "detach")


def _read(values: Any, name: str) -> NDArray[Any]:
    if is_tensor(values):
        if values.device.type == "meta":
            raise ValueError(f"{name} are on the device meta, without values: pass a tensor with values")
        return np.from_dlpack(values.detach() if values.device.type == "cpu" else values.detach().cpu())
    if is_masked_array(values) and np.ma.is_masked(values):
        raise ValueError(f"{name} have masked values: leave them out, or pass an array without a mask")
    if isinstance(values, list | tuple) and len(values) and is_tensor(values[0]):
        values = [as_array(value, f"{name}[{at}]") for at, value in enumerate(values)]
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} {_ragged(values)}: pass rows of equal length") from error


def _ragged(values: Any) -> str:
    """Return what is wrong with nested sequences that NumPy cannot convert."""
    rows = [*values] if isinstance(values, list | tuple) else []
    sizes = [len(row) if isinstance(row, list | tuple | np.ndarray) else None for row in rows]
    for at, size in enumerate(sizes):
        if size != sizes[0]:
            counts = ["no list" if one is None else f"{one} items" for one in (sizes[0], size)]
            return f"have {counts[0]} in row 0 but {counts[1]} in row {at}"
    return "have rows of different lengths or types"


def _is_torch_bfloat16(values: Any) -> bool:
    return str(getattr(values, "dtype", "")) == "torch.bfloat16"


def as_integers(values: Any, name: str) -> NDArray[np.int64]:
    """Return integers as int64. Raises `TypeError` for other types and `ValueError` for numbers beyond int64."""
    if _is_torch_bfloat16(values):
        raise TypeError(f"{name} have the type bfloat16: pass whole numbers")
    array = _read(values, name)
    if not array.size and array.dtype.kind == "f":
        # NumPy converts an empty list to floats.
        array = array.astype(np.int64)
    if array.dtype == np.object_:
        for position, value in enumerate(array.flat):
            where = f"{name}{index_text(position, array.shape)}"
            if not isinstance(value, int | np.integer):
                raise TypeError(f"{where} is {value!r} ({type(value).__name__}): pass whole numbers")
            if not -_LARGEST_INT64 - 1 <= value <= _LARGEST_INT64:
                raise ValueError(f"{where} is {value}, which does not fit into int64: pass smaller numbers")
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} have the type {array.dtype}: pass whole numbers")
    if array.dtype == np.uint64 and (array > _LARGEST_INT64).any():
        position = int((array > _LARGEST_INT64).argmax())
        index = index_text(position, array.shape)
        raise ValueError(f"{name}{index} is {array.flat[position]}, which is too large for int64: pass smaller numbers")
    return np.asarray(array, np.int64, order="C")


def as_floats(values: Any, name: str) -> NDArray[np.float64]:
    """Return numbers of any floating-point or integer type as float64. Raises `TypeError` for other types."""
    if isinstance(values, list) and any(map(is_tensor, values)):
        values = [float(value.detach() if is_tensor(value) else value) for value in values]
    array = as_array(values, name)
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} have the type {array.dtype}: pass numbers")
    return np.asarray(array, np.float64, order="C")


def as_counts(values: ArrayLike, name: str, count: int | None) -> NDArray[np.float64]:
    """Return counts of shape (n,) as float64, where n is `count` unless that is None.

    Raises `TypeError` for other types, and `ValueError` for negative numbers or another shape.
    """
    counts = as_integers(values, name)
    if counts.ndim != 1 or (count is not None and len(counts) != count):
        expected = "one for each sequence" if count is None else f"one for each of {count} sequences"
        raise ValueError(f"{name} have the shape {counts.shape}: pass {expected}")
    wrong = np.flatnonzero((counts < 0) | (counts > _LARGEST_COUNT))
    if len(wrong):
        raise ValueError(f"{name}[{wrong[0]}] is {counts[wrong[0]]}: a count is 0 to 2^53")
    floats = counts.astype(np.float64)
    # The sum of floats may round down to 2^53, and the sum of integers overflow.
    if max(int(np.add.reduce(floats)), int(np.add.reduce(counts))) > _LARGEST_COUNT:
        raise ValueError(f"{name} add up to more than 2^53, and would not be exact: score parts, and add their totals")
    return floats


def as_bools(array: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return an array of bool whose bytes are 0 and 1; any other byte is True.

    Views of integers and memory that is shared with other programs may have other bytes, which count as other values
    when they are read as numbers.

    >>> as_bools(np.array([0, 1, 2], np.uint8).view(np.bool_)).view(np.uint8)
    array([0, 1, 1], dtype=uint8)
    """
    numbers = array.view(np.uint8)
    return array if np.maximum.reduce(numbers, axis=None, initial=0) <= 1 else numbers != 0


def as_mask(values: Any, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return an attention mask as bool. Raises `TypeError` or `ValueError` for other values or another shape."""
    mask = as_array(values, "attention_mask")
    if mask.shape != shape:
        raise ValueError(f"attention_mask has the shape {mask.shape} and labels {shape}: pass one for each label")
    if mask.dtype.kind == "b":
        return as_bools(mask)
    if mask.dtype.kind not in "fiu":
        raise TypeError(f"attention_mask has the type {mask.dtype}: pass 1 for tokens and 0 for padding")
    selected: NDArray[np.bool_] = np.equal(mask, 1)
    wrong = np.flatnonzero(~(selected | np.equal(mask, 0)))
    if len(wrong):
        first = int(wrong[0])
        raise ValueError(
            f"attention_mask{index_text(first, shape)} is {mask.flat[first]}: pass 1 for tokens and 0 for padding"
        )
    return selected


def index_text(position: int, shape: tuple[int, ...]) -> str:
    """Return the index of an element for a message, such as `[2, 5]`, given its position in the flat array."""
    return str([int(index) for index in np.unravel_index(position, shape)]) if shape else ""
