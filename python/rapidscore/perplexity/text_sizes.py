"""Sizes of texts: numbers of bytes, characters and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from rapidscore.inputs.arrays import as_counts
from rapidscore.inputs.options import check_ordered
from rapidscore.inputs.references import as_objects

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Numbers of bytes, characters and words of n texts: float64 of shape (n,) each, or None if unknown.
Sizes: TypeAlias = "tuple[NDArray[np.float64] | None, NDArray[np.float64] | None, NDArray[np.float64] | None]"

_NAMES = ("texts", "byte_counts", "char_counts", "word_counts")


def check_names(sizes: Iterable[str]) -> None:
    """Raise `TypeError` if sizes have unknown names."""
    for name in sizes:
        if name not in _NAMES:
            raise TypeError(f"unknown argument {name!r}: sizes are given as {', '.join(_NAMES)}")


def of(
    count: int,
    *,
    texts: Sequence[str] | None = None,
    byte_counts: ArrayLike | None = None,
    char_counts: ArrayLike | None = None,
    word_counts: ArrayLike | None = None,
) -> Sizes:
    """Return the sizes of `count` sequences, counted in texts or taken from counts.

    Raises `TypeError` or `ValueError` for texts together with counts, a wrong number of them, or other types.
    """
    counts = {"byte_counts": byte_counts, "char_counts": char_counts, "word_counts": word_counts}
    if texts is None:
        bytes_, characters, words = (
            None if values is None else as_counts(values, name, count) for name, values in counts.items()
        )
        return bytes_, characters, words
    for name in [name for name, values in counts.items() if values is not None]:
        raise TypeError(f"pass texts or {name}, not both: texts give all counts")
    check_ordered(texts, "texts")
    texts = as_objects(texts)
    is_column = getattr(texts, "ndim", 1) == 1 and not isinstance(texts, str)
    if not is_column or not isinstance(texts, Sized) or len(texts) != count:
        kind = type(texts).__name__
        shown = f"{len(texts)} texts" if is_column and isinstance(texts, Sized) else f"a {kind}"
        raise ValueError(f"{shown} for {count} sequences: pass a list with one str for each sequence")
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"texts[{position}] must be a str, not {text!r} ({type(text).__name__})")
    return (
        np.array([len(text.encode("utf-8", "surrogatepass")) for text in texts], np.float64),
        np.array([len(text) for text in texts], np.float64),
        np.array([len(text.split()) for text in texts], np.float64),
    )
