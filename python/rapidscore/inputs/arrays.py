"""The one door for arrays of logits and what goes with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


_LARGEST = np.iinfo(np.int64).max
#: Up to here a float64 tells every whole number from the next.
_MOST = 2**53


@dataclass(frozen=True)
class Logits:
    """Logits, where they lie."""

    values: NDArray[Any]
    """(batch, time, vocabulary); numbers of 16 bits as uint16."""
    format: str
    """`float16`, `bfloat16`, `float32` or `float64`."""
    shape: tuple[int, ...]
    """As they were given."""

    def number(self, sequence: int, time: int, word: int) -> float:
        """Return one of them."""
        value = self.values[sequence, time, word]
        if self.format == "float16":
            value = value.view(np.float16)
        elif self.format == "bfloat16":
            value = (value.astype(np.uint32) << np.uint32(16)).view(np.float32)
        return float(value)


def as_logits(values: Any) -> Logits:
    """Return logits of any kind without copying them. Raises `TypeError` or `ValueError` when they are none."""
    if _is_torch_bfloat16(values):
        import torch

        # NumPy knows no name that DLPack has for it.
        array, name = _as_array(values.detach().view(torch.int16), "logits"), "bfloat16"
    else:
        array = _as_array(values, "logits")
        name = array.dtype.name
    if name not in ("float16", "bfloat16", "float32", "float64"):
        raise TypeError(f"logits have the type {name}: pass float16, bfloat16, float32 or float64")
    if array.shape == (0,):
        # An empty list: no sequence.
        return Logits(array.reshape(0, 0, 1), name, (0, 1))
    if array.ndim not in (2, 3):
        raise ValueError(f"logits have the shape {array.shape}: pass (batch, time, vocabulary) or (tokens, vocabulary)")
    if not array.dtype.isnative or not array.flags.aligned:
        array = np.array(array, array.dtype.newbyteorder("="))
    shape = array.shape
    if name.endswith("float16"):
        array = array.view(np.uint16)
    return Logits(array if array.ndim == 3 else array[None], name, shape)


def _as_array(values: Any, name: str) -> NDArray[Any]:
    """Return a NumPy array of what is one already, a tensor, or a list."""
    if hasattr(values, "detach"):
        # PyTorch's tensors
        if values.device.type != "cpu":
            raise ValueError(f"{name} are on {values.device}: pass {name}.cpu()")
        return np.from_dlpack(values.detach())
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        raise ValueError(f"{name} have masked values: leave them out, or say by a mask of its own what is not scored")
    return np.asarray(values)


def _is_torch_bfloat16(values: Any) -> bool:
    return str(getattr(values, "dtype", "")) == "torch.bfloat16"


def as_integers(values: Any, name: str) -> NDArray[np.int64]:
    """Return whole numbers as int64. Raises `TypeError` or `ValueError` when they are none."""
    if _is_torch_bfloat16(values):
        raise TypeError(f"{name} have the type bfloat16: pass whole numbers")
    array = _as_array(values, name)
    if not array.size and array.dtype.kind == "f":
        # NumPy makes floats of an empty list.
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} have the type {array.dtype}: pass whole numbers")
    if array.dtype == np.uint64 and (array > _LARGEST).any():
        at = int((array > _LARGEST).argmax())
        raise ValueError(f"{name}{place(at, array.shape)} is {array.flat[at]}, beyond the numbers of int64")
    return np.asarray(array, np.int64, order="C")


def as_floats(values: Any, name: str) -> NDArray[np.float64]:
    """Return numbers of any floating-point or whole type as float64. Raises `TypeError` when they are none."""
    if isinstance(values, list) and any(hasattr(value, "detach") for value in values):
        values = [float(value.detach() if hasattr(value, "detach") else value) for value in values]
    array = _as_array(values.float() if _is_torch_bfloat16(values) else values, name)
    if array.dtype.kind not in "fiu" and array.dtype.name != "bfloat16":
        raise TypeError(f"{name} have the type {array.dtype}: pass numbers")
    return np.asarray(array, np.float64, order="C")


def as_counts(values: ArrayLike, name: str, count: int | None) -> NDArray[np.float64]:
    """Return counts (n,) as float64. Raises `TypeError` or `ValueError` when they are none, or not `count`."""
    counts = as_integers(values, name)
    if counts.ndim != 1 or (count is not None and len(counts) != count):
        expected = "one for each sequence" if count is None else f"one for each of {count} sequences"
        raise ValueError(f"{name} have the shape {counts.shape}: pass {expected}")
    wrong = np.flatnonzero((counts < 0) | (counts > _MOST))
    if len(wrong):
        raise ValueError(f"{name}[{wrong[0]}] is {counts[wrong[0]]}: a count is 0 to 2^53")
    return counts.astype(np.float64)


def as_mask(values: Any, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return an attention mask as bool. Raises `ValueError` when it is none, or not of this shape."""
    mask = _as_array(values.float() if _is_torch_bfloat16(values) else values, "attention_mask")
    if mask.shape != shape:
        raise ValueError(f"attention_mask has the shape {mask.shape} and labels {shape}: pass one for each label")
    if mask.dtype.kind == "b":
        return mask
    if mask.dtype.kind not in "fiu" and mask.dtype.name != "bfloat16":
        raise TypeError(f"attention_mask has the type {mask.dtype}: pass 1 for tokens and 0 for padding")
    found: NDArray[np.bool_] = np.equal(mask, 1)
    wrong = np.flatnonzero(~(found | np.equal(mask, 0)))
    if len(wrong):
        first = int(wrong[0])
        raise ValueError(
            f"attention_mask{place(first, shape)} is {mask.flat[first]}: pass 1 for tokens and 0 for padding"
        )
    return found


def place(at: int, shape: tuple[int, ...]) -> str:
    """Write where the element `at`, counted through, stands in an array: `[2, 5]`."""
    return str([int(index) for index in np.unravel_index(at, shape)])
