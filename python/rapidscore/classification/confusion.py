"""The sums of a total of a classification: confusion counts and their labels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rapidscore import _core
from rapidscore.inputs import labels

if TYPE_CHECKING:
    from rapidscore.inputs.labels import SortedLabels


@dataclass(frozen=True, slots=True, eq=False)
class LabelledConfusion:
    """Confusion counts, or exact sums of weights, with the sorted labels that occur in them."""

    table: SortedLabels
    counts: _core.Confusion

    def __post_init__(self) -> None:
        self.table.flags.writeable = False

    @property
    def segments(self) -> int:
        """The number of rows that were counted."""
        return self.counts.segments

    def over(self, table: SortedLabels) -> _core.Confusion:
        """Return the counts over another sorted table, which has all labels of this one."""
        if len(table) == len(self.table):
            return self.counts
        return self.counts.relabelled(labels.positions(self.table, table).astype(np.uint32), len(table))

    def merged(self, other: LabelledConfusion) -> LabelledConfusion:
        """Return the sum of two confusion counts, over the union of their labels."""
        table = labels.joined(self.table, other.table)
        return LabelledConfusion(table, self.over(table).merged(other.over(table)))

    def to_bytes(self) -> bytes:
        """Return labels and counts as bytes."""
        return table_bytes(self.table) + self.counts.to_bytes()

    @staticmethod
    def from_bytes(data: bytes) -> LabelledConfusion:
        """Read the bytes that `to_bytes` returned. Raises `ValueError` if they are invalid."""
        table, start = table_of_bytes(data)
        confusion = _core.Confusion.from_bytes(data, start)
        if len(table) != confusion.classes:
            raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned")
        return LabelledConfusion(table, confusion)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabelledConfusion):
            return NotImplemented
        return table_bytes(self.table) == table_bytes(other.table) and self.counts == other.counts

    __hash__ = None  # type: ignore[assignment]  # holds an array


#: The names of types of labels by NumPy kind, whatever their width.
_KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "U": "str", "O": "str"}


def table_bytes(table: SortedLabels) -> bytes:
    """Return a table of labels as a line of bytes."""
    content = {"type": _KINDS[table.dtype.kind], "labels": table.tolist()}
    # Not escaped, because JSON reads two adjacent escaped surrogates as one character.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def table_of_bytes(data: bytes) -> tuple[SortedLabels, int]:
    """Read a table of labels; return it and the position after it. Raises `ValueError` if there is no valid table."""
    try:
        values, end = _core.read_labels(data)
    except ValueError as error:
        raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned") from error
    if isinstance(values, list):
        return np.array(values, object), end
    if values.ndim > 1:
        return values.view(f"=U{values.shape[1]}").reshape(len(values)), end
    # The core has no other labels of this type.
    return values.view(np.bool_) if values.dtype == np.uint8 else values, end
