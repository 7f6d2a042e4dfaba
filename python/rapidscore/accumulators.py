"""Accumulators: scores of segments as they arrive, in memory that does not grow with their number."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from rapidscore._public import public
from rapidscore.statistics import Total, check_same

if TYPE_CHECKING:
    from rapidscore.metric import Metric

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


class _Entry:
    """One change of an accumulator: a total that was added, or the empty total that begins it or that a reset left.

    Entries form a chain, to which a thread appends by `setdefault` on the last entry's `following`, an operation that
    no other thread and no signal handler can interrupt. Of two threads that append to the same entry, one succeeds.
    """

    __slots__ = ("begins", "following", "total")

    def __init__(self, total: Total[Any], begins: bool = False) -> None:
        self.total = total
        self.begins = begins
        self.following: dict[None, _Entry] = {}


@public
class Accumulator(Generic[ScoreT_co]):
    """Scores of segments as they arrive, in memory that does not grow with their number.

    Any number of threads may share an accumulator, and signal handlers and forked child processes may use it at any
    time: no call waits for another one, and each update counts exactly once. A forked child has its own copy.

        >>> from rapidscore import BLEU
        >>> meter = BLEU().accumulator()
        >>> meter.update(["the cat sat on the mat"], ["the cat sat on a mat"])
        >>> meter.update(["hello world"], ["hello there"])
        >>> print(meter.compute())
        BLEU = 50.00 75.0/50.0/50.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    """

    __slots__ = ("_state", "metric")

    def __init__(self, metric: Metric[ScoreT_co]) -> None:
        self.metric = metric
        # An entry, and the sum of all entries up to it as totals of falling size: merging a few labels with many
        # thousands for each batch would take longer than counting the batch. Each total is merged when the ones after
        # it have grown to its size. There is no lock, which a forked child would find locked for ever if another
        # thread held it, and which a signal handler would wait for. Threads may set an older state: entries follow it,
        # and are added when it is read.
        self._state = self._begun()

    def __len__(self) -> int:
        return sum(map(len, self._read()[1]))

    def __repr__(self) -> str:
        return f"<Accumulator of {self.metric!r}: {len(self)} segments>"

    def __getstate__(self) -> tuple[Total[ScoreT_co]]:
        # In a tuple, because an empty total is false, and a state that is false is not restored.
        return (self.total,)

    def __setstate__(self, state: tuple[Total[ScoreT_co]]) -> None:
        (total,) = state
        Accumulator.__init__(self, total.metric)
        self.merge(total)

    @property
    def total(self) -> Total[ScoreT_co]:
        """The total of all segments so far."""
        last, (*larger, total) = self._read()
        # The smallest first, so that each total is copied once at most.
        for part in reversed(larger):
            total = part + total
        self._state = last, (total,)
        return total

    def update(self, predictions: Any, references: Any, *more: Any, **options: Any) -> None:
        """Add segments, which are given as to the metric's `score`. If they raise an error, nothing is added."""
        self._add(Total(self.metric, self.metric._total(predictions, references, *more, **options)))

    def merge(self, other: Accumulator[Any] | Total[Any]) -> None:
        """Add the segments of another accumulator, or of a total, of an equal metric."""
        if not isinstance(other, Accumulator | Total):
            raise TypeError(f"merge takes an accumulator or a total, not {other!r} ({type(other).__name__})")
        self._add(other.total if isinstance(other, Accumulator) else other)

    def compute(self) -> ScoreT_co:
        """Score all segments so far as one corpus. Raises `ValueError` if there are no segments."""
        return self.total.score()

    def reset(self) -> None:
        """Remove all segments."""
        begun = self._begun()
        while self._read()[0].following.setdefault(None, begun[0]) is not begun[0]:
            pass
        self._state = begun

    def _begun(self) -> _State:
        """Return the state of no segments."""
        empty = Total(self.metric, self.metric._total([], []))
        return _Entry(empty, True), (empty,)

    def _read(self) -> _State:
        """Return the last entry, and the sum of all entries as totals of falling size."""
        last, parts = state = self._state
        while last.following:
            last = last.following[None]
            parts = (last.total,) if last.begins else (*parts, last.total)
            state = last, parts
        return state

    def _add(self, total: Total[Any]) -> None:
        check_same(self.metric, total.metric, "a total")
        entry, is_first_attempt = _Entry(total), True
        while True:
            last, parts = self._state
            if last.following:
                last, parts = self._read()
            # Before anything is merged, so that labels that cannot be joined are refused now, and all of them.
            self._check_parts(parts, total)
            if sum(map(len, parts)) + len(total) > sys.maxsize:
                raise ValueError(f"the segments add up to more than {sys.maxsize}, the most that an accumulator holds")
            # If another thread was faster, it could be faster again while this one merges large totals: merge later.
            parts = self._merged(parts, total) if is_first_attempt else (*parts, total)
            if last.following.setdefault(None, entry) is entry:
                self._state = entry, parts
                return
            is_first_attempt = False

    def check_merge(self, total: Total[Any]) -> None:
        """Raise what adding a total would raise for labels that cannot be joined, without merging anything."""
        self._check_parts(self._read()[1], total)

    def _check_parts(self, parts: _Parts, total: Total[Any]) -> None:
        for part in parts:
            self.metric._check_merge(part._sums, total._sums)

    def _merged(self, parts: _Parts, total: Total[Any]) -> _Parts:
        """Append a total to totals of falling size, and merge those that are not larger than the ones after them."""
        cost = self.metric._merge_cost
        rest = len(parts)
        while rest and cost(parts[rest - 1]._sums) <= 2 * cost(total._sums):
            rest -= 1
            total = parts[rest] + total
        return (*parts[:rest], total)


_Parts: TypeAlias = tuple[Total[Any], ...]
_State: TypeAlias = tuple[_Entry, _Parts]
