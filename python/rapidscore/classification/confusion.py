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
        return self.counts.relabelled(labels.positions(self.table, table).tolist(), len(table))

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
        table, counts = table_of_bytes(data)
        confusion = _core.Confusion.from_bytes(counts)
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


def table_of_bytes(data: bytes) -> tuple[SortedLabels, bytes]:
    """Read a table of labels; return it and the bytes after it. Raises `ValueError` if there is no valid table."""
    header, _, rest = data.partition(b"\n")
    try:
        content = json.loads(header.decode("utf-8", "surrogatepass"))
        values, kind = content["labels"], content["type"]
        _, table = labels.encode(np.array(values, np.float64) if kind == "float" else values, "labels")
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned") from error
    if table.tolist() != values or (values and _KINDS[table.dtype.kind] != kind):
        raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned")
    return table, rest
