"""Labels of one feature of groups: those of classes, and also dates, times, periods, intervals and floats.

Groups are in the order of ordered categories, and otherwise sorted: numbers by size, dates by time, intervals by their
ends, strings by code points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore.inputs import labels

if TYPE_CHECKING:
    from rapidscore.inputs.labels import Codes


def encode(values: Any, name: str) -> tuple[Codes, list[Any]]:
    """Return the code of each label, int32 of shape (n,), and the keys that codes index, in order.

    Raises `TypeError` or `ValueError` for labels that are missing, have different kinds or another type.

    >>> encode([0.5, -1, 0.5], "groups")
    (array([1, 0, 1], dtype=int32), [-1.0, 0.5])
    """
    if type(values) is not list and (categories := labels.categories_of(values, name)) is not None:
        places, keys = encode(categories.labels, f"{name}'s categories")
        codes = np.asarray(categories.codes)
        if categories.is_ordered:
            in_order = dict.fromkeys(places.tolist())
            keys, places = [keys[place] for place in in_order], np.argsort([*in_order]).astype(np.int32)[places]
        return (places[codes] if len(places) else np.zeros(0, np.int32)), keys
    try:
        codes, table = labels.encode(values, name)
    except (TypeError, ValueError):
        # Imported here, because its types take a millisecond to import, and groups seldom have them.
        from rapidscore.inputs import group_kinds

        found = group_kinds.encode(values, name)
        if found is None:
            raise
        return found
    return codes, table.tolist()
