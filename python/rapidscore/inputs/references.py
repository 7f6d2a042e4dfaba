"""Columns of texts, and references in the columns of a table, one column for each reference of a segment."""

from __future__ import annotations

from typing import Any

import numpy as np

from rapidscore.inputs.labels import library_of


def as_objects(column: Any) -> Any:
    """Return a column of pyarrow as a list of Python objects, and anything else unchanged."""
    is_column = library_of(column) == "pyarrow" and not hasattr(column, "column_names")
    return column.to_pylist() if is_column else column


def rows_of_references(references: Any) -> Any:
    """Return the rows of a table, a list of references for each segment; return other references unchanged.

    A table is a DataFrame of pandas or polars, a table of pyarrow, or an array of shape (n, references).

    >>> rows_of_references(np.array([["a cat", "one cat"], ["a dog", "the dog"]]))
    [['a cat', 'one cat'], ['a dog', 'the dog']]
    """
    library = library_of(references)
    if library == "pandas" and hasattr(references, "columns"):
        return references.to_numpy(object).tolist()
    if library == "polars" and hasattr(references, "get_columns"):
        return references.rows()
    if library == "pyarrow" and hasattr(references, "column_names"):
        return list(zip(*map(as_objects, references.columns), strict=True))
    if isinstance(references, np.ndarray) and references.ndim == 2:
        return references.tolist()
    return as_objects(references)
