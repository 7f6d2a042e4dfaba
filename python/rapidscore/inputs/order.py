"""The order of the labels of ordered categories, such as `low`, `mid`, `high`.

An order is a tuple of labels, or None for labels without an order, which are sorted. It belongs to a column, or to the
rows and totals that come from it. Their tables of labels stay sorted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from rapidscore.inputs import labels

if TYPE_CHECKING:
    from rapidscore.inputs.labels import Column, SortedLabels

Order: TypeAlias = tuple[Any, ...] | None

#: Of equal orders, such as (0, 1) and (0.0, 1.0), the one with the wider type is kept.
_WIDTHS = {bool: 0, int: 1, float: 2}


def of_column(column: Column) -> Order:
    """Return the order of a column that was read."""
    return column.order if isinstance(column, labels.Coded) else None


def joined(one: Order, other: Order) -> Order:
    """Return the order of the labels of both; two different orders give the sorted labels of both.

    The result does not depend on the order in which several orders are joined.

    >>> joined(("low", "high"), None), joined(("low", "high"), ("high", "low", "mid"))
    (('low', 'high'), ('high', 'low', 'mid'))
    """
    if one is None or other is None:
        return other if one is None else one
    if one == other:
        return max(one, other, key=lambda order: _WIDTHS.get(type(order[0]), 0) if order else 0)
    return tuple(labels.joined(_table(one), _table(other)).tolist())


def over(order: Order, table: SortedLabels) -> Order:
    """Return an order that has all labels of a table, in the type of the table: labels that it lacks follow, sorted.

    >>> import numpy as np
    >>> over(("low", "high"), np.array(["high", "low", "unknown"]))
    ('low', 'high', 'unknown')
    """
    if order is None:
        return None
    known = {label: label for label in labels.joined(table, _table(order)).tolist()}
    return tuple(known.pop(label) for label in order) + tuple(known)


def _table(order: tuple[Any, ...]) -> SortedLabels:
    return labels.encode([*order], "labels")[1]
