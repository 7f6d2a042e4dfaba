"""The sums of a total of a classification: confusion counts and their labels."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore import _core
from rapidscore.inputs import labels
from rapidscore.inputs import order as orders

if TYPE_CHECKING:
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
        return self.counts.relabelled(labels.positions(self.table, table).tolist(), len(table))

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
        table, order, counts = table_of_bytes(data)
        confusion = _core.Confusion.from_bytes(counts)
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


def table_bytes(table: SortedLabels, order: Order = None) -> bytes:
    """Return a table of labels, and their order if they have one, as a line of bytes."""
    content: dict[str, Any] = {"type": _KINDS[table.dtype.kind], "labels": table.tolist()}
    if order is not None:
        content["order"] = list(order)
    # Not escaped, because JSON reads two adjacent escaped surrogates as one character.
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def table_of_bytes(data: bytes) -> tuple[SortedLabels, Order, bytes]:
    """Read a table of labels; return it, its order and the bytes after it.

    Raises `ValueError` if there is no valid table.
    """
    header, _, rest = data.partition(b"\n")
    try:
        content = json.loads(header.decode("utf-8", "surrogatepass"))
        values, kind = content["labels"], content["type"]
        _, table = labels.encode(np.array(values, np.float64) if kind == "float" else values, "labels")
        found = content.get("order", None)
        order = None if found is None else tuple(found if isinstance(found, list) else [None])
        orders.over(order, table)  # raises for labels of another kind, or twice the same label
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned") from error
    if table.tolist() != values or (values and _KINDS[table.dtype.kind] != kind):
        raise ValueError("these bytes hold no total of labels: pass what Total.to_bytes() returned")
    return table, order, rest
