"""The sums of a total of a classification: confusion counts and their labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core
from rapidscore.inputs import labels
from rapidscore.inputs import order as orders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.labels import SortedLabels
    from rapidscore.inputs.order import Order


@dataclass(frozen=True, slots=True, eq=False)
class LabelledConfusion:
    """Confusion counts, or exact sums of weights, with the sorted labels that occur in them."""

    table: SortedLabels
    counts: _core.Confusion
    order: Order = None
    """The order of ordered categories; some of them may not occur."""

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

    def in_order(self, order: Order) -> LabelledConfusion:
        """Return the same counts with an order of labels."""
        return replace(self, order=order)

    def merged(self, other: LabelledConfusion) -> LabelledConfusion:
        """Return the sum of two confusion counts, over the union of their labels, sorted if their orders differ."""
        table = labels.joined(self.table, other.table)
        order = orders.joined(self.order, other.order)
        return LabelledConfusion(table, self.over(table).merged(other.over(table)), order)

    def to_bytes(self) -> bytes:
        """Return labels and counts as bytes."""
        return table_bytes(self.table, self.order) + self.counts.to_bytes()

    @staticmethod
    def from_bytes(data: bytes) -> LabelledConfusion:
        """Read the bytes that `to_bytes` returned. Raises `ValueError` if they are invalid."""
        table, order, start = table_of_bytes(data)
        confusion = _core.Confusion.from_bytes(data, start)
        if len(table) != confusion.classes:
            raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned")
        return LabelledConfusion(table, confusion, order)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, LabelledConfusion):
            return NotImplemented
        tables = [table_bytes(one.table, one.order) for one in (self, other)]
        return tables[0] == tables[1] and self.counts == other.counts

    __hash__ = None  # type: ignore[assignment]  # holds an array


#: The names of types of labels by NumPy kind, whatever their width.
_KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "U": "str", "O": "str"}


#: How the line of an order begins, which comes before the line of a table.
_ORDER = b'{"order": '


def table_bytes(table: SortedLabels, order: Order = None) -> bytes:
    """Return a table of labels as a line of bytes, after a line with their order if they have one."""
    table_line = _line({"type": _KINDS[table.dtype.kind], "labels": table.tolist()})
    return table_line if order is None else _line({"order": list(order)}) + table_line


def _line(content: dict[str, Any]) -> bytes:
    import json

    # Not escaped, because JSON reads two adjacent escaped surrogates as one character.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def table_of_bytes(data: bytes) -> tuple[SortedLabels, Order, int]:
    """Read a table of labels; return it, its order, and the position after it.

    Raises `ValueError` if there is no valid table.
    """
    try:
        start = data.index(b"\n") + 1 if data.startswith(_ORDER) else 0
        values, length = _core.read_labels(data[start:])
        table = _as_table(values)
        order = _order_of_line(data[:start], table) if start else None
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned") from error
    return table, order, start + length


def _as_table(values: NDArray[Any] | list[str]) -> SortedLabels:
    if isinstance(values, list):
        return np.array(values, object)
    if values.ndim > 1:
        return values.view(f"=U{values.shape[1]}").reshape(len(values))
    # The core has no other labels of this type.
    return values.view(np.bool_) if values.dtype == np.uint8 else values


def _order_of_line(line: bytes, table: SortedLabels) -> Order:
    import json

    found = json.loads(line.decode("utf-8", "surrogatepass"))["order"]
    order = tuple(found if isinstance(found, list) else [None])
    orders.over(order, table)  # raises for labels of another kind, or twice the same label
    return order
