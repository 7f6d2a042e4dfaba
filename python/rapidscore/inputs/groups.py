"""Features, encoded as one integer code of a group for each row."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rapidscore.inputs import group_labels
from rapidscore.inputs.labels import library_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The key of a group: a label, or a tuple of labels with one label of each feature.
Key: TypeAlias = Any

#: More intersections of features raise an error.
_MOST_INTERSECTIONS = 2**20


def encode(groups: Any, count: int) -> tuple[tuple[str, ...], list[Key], NDArray[np.int32]]:
    """Return the names of the features, the keys of all groups in order, and the index of a key for each row.

    `count` is the number of rows. Raises `TypeError` or `ValueError` for other inputs, as `Statistics.by` documents.

    >>> encode({"sex": ["F", "M", "F"], "old": [True, False, False]}, 3)[1:]
    ([('F', False), ('F', True), ('M', False), ('M', True)], array([1, 2, 0], dtype=int32))
    """
    features = None if type(groups) is list else _features(groups)
    if features is None:
        name = getattr(groups, "name", None)
        columns = {name if isinstance(name, str) and name else "group": group_labels.encode(groups, "groups")}
    else:
        columns = {feature: group_labels.encode(values, f"groups[{feature!r}]") for feature, values in features}
    for feature, (codes, _) in columns.items():
        if len(codes) != count:
            raise ValueError(f"{feature!r} has {len(codes)} labels but there are {count} segments: pass one for each")
    codes, _ = intersect([(codes, len(keys)) for codes, keys in columns.values()])
    tables = [keys for _, keys in columns.values()]
    keys = tables[0] if len(tables) == 1 else list(itertools.product(*tables))
    return tuple(columns), keys, codes


def _features(groups: Any) -> list[tuple[str, Any]] | None:
    """Return the names and columns of a mapping or of a table of pandas, polars or pyarrow; None for anything else."""
    library = library_of(groups)
    if isinstance(groups, Mapping) or (library == "pandas" and hasattr(groups, "columns")):
        features = list(groups.items())
    elif library == "polars" and hasattr(groups, "get_columns"):
        features = [(column.name, column) for column in groups.get_columns()]
    elif library == "pyarrow" and hasattr(groups, "column_names"):
        features = list(zip(groups.column_names, groups.columns, strict=True))
    else:
        return None
    if not features:
        raise ValueError("groups has no features: pass the labels of at least one feature")
    names = [feature for feature, _ in features]
    for at, name in enumerate(names):
        if not isinstance(name, str):
            raise TypeError(f"a feature's name must be a str, not {name!r} ({type(name).__name__})")
        if name in names[:at]:
            raise ValueError(f"groups has the feature {name!r} twice: give each column its own name")
    return features


def intersect(features: Sequence[tuple[NDArray[np.int32], int]]) -> tuple[NDArray[np.int32], int]:
    """Return the code of the intersection of features for each row, and the number of intersections.

    Each feature is an array of codes of shape (n,) with the number of its labels; codes of the last feature vary
    fastest. Raises `ValueError` for more than 2**20 intersections.
    """
    codes, count = features[0]
    if len(features) > 1 and prod(size for _, size in features) > _MOST_INTERSECTIONS:
        sizes = " x ".join(str(size) for _, size in features)
        raise ValueError(
            f"the features have {sizes} intersections: join the labels that occur together into one feature"
        )
    for feature_codes, size in features[1:]:
        codes, count = codes * np.int32(size) + feature_codes, count * size
    return codes, count


def positions(codes: NDArray[np.int32], count: int) -> list[NDArray[np.intp]]:
    """Return the positions of the rows of each of `count` groups, in ascending order."""
    # NumPy's stable sort of 16-bit integers is a radix sort, several times as fast as its sort of longer integers.
    order = np.argsort(codes.astype(np.uint16) if count <= 2**16 else codes, kind="stable")
    return np.split(order, np.cumsum(np.bincount(codes, minlength=count))[:-1]) if count else []
