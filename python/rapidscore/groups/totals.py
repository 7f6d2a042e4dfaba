"""The totals of groups: folded at once, each made when it is asked for, with values of all groups as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore.inputs.groups import Key
    from rapidscore.resampling.measure import Measure


class FoldedGroups(Protocol):
    """The totals of groups by the groups' codes, folded by the core."""

    def __len__(self) -> int:
        """Return the number of groups."""

    def __getitem__(self, code: int, /) -> Any:
        """Make the total of a group."""

    def overall(self) -> Any:
        """Make the total of all rows."""

    @property
    def leaves_out_unknown(self) -> bool:
        """Whether the `as_dict()` of a score leaves out what is not known, for which `values` has NaN."""

    def sizes(self) -> NDArray[np.int64]:
        """Return the number of segments of each group."""

    def is_scored(self) -> NDArray[np.bool_]:
        """Return for each group whether it has anything to score."""

    def values(self, codes: NDArray[np.intp], names: Sequence[str] | None) -> dict[str, NDArray[np.float64]]:
        """Return values of the scores of groups, each of shape (len(codes),): those named, or all of `as_dict()`."""

    def measured(self, measure: Measure) -> dict[str, NDArray[np.float64]]:
        """Return the values that a measure wants of all groups, each of shape (groups,)."""


class TotalsByKey(Mapping[Any, Any]):
    """The totals of the groups that have something to score, by the groups' labels."""

    def __init__(self, keys: Sequence[Key], folded: FoldedGroups) -> None:
        """Take the labels of all groups, in the order of their codes."""
        self._folded = folded
        self._codes = np.flatnonzero(folded.is_scored())
        self._code_of = {keys[code]: code for code in self._codes.tolist()}
        self._values: dict[str, NDArray[np.float64]] = {}

    def __getitem__(self, key: Key) -> Any:
        return self._folded[self._code_of[key]]

    def __contains__(self, key: object) -> bool:
        return key in self._code_of

    def __iter__(self) -> Iterator[Key]:
        return iter(self._code_of)

    def __len__(self) -> int:
        return len(self._code_of)

    def sizes(self) -> dict[Key, int]:
        """Return the number of segments of each group."""
        return dict(zip(self._code_of, self._folded.sizes()[self._codes].tolist(), strict=True))

    @property
    def leaves_out_unknown(self) -> bool:
        """Whether the `as_dict()` of a score leaves out what is not known, for which `values` has NaN."""
        return self._folded.leaves_out_unknown

    def score_values(self, names: Sequence[str] | None = None) -> dict[str, NDArray[np.float64]]:
        """Return values of the groups' scores in order, each of shape (groups,): those named, or all of `as_dict()`."""
        if names is None:
            self._values |= (found := self._folded.values(self._codes, None))
            return found
        if missing := [name for name in names if name not in self._values]:
            self._values |= self._folded.values(self._codes, missing)
        return {name: self._values[name] for name in names}
