"""The result of a comparison of systems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidscore import plots
from rapidscore._public import has_key, public, unchangeable
from rapidscore.display.text import printable
from rapidscore.resampling.intervals import Interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rapidscore.resampling.draws import Draws


@public
@unchangeable
@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A value of a system, and its difference from the value of the first system."""

    interval: Interval
    """The value with its confidence interval, whose ends are NaN if no interval was requested."""
    difference: Interval | None
    """The value minus the value of the first system, with an interval; None for the first system."""
    p_value: float
    """The probability of a larger difference by chance alone, 0 to 1; NaN for the first system."""
    adjusted_p_value: float
    """The p-value corrected for the number of comparisons."""

    @property
    def score(self) -> float:
        """The value."""
        return self.interval.score


@unchangeable
class SystemValues(Mapping[str, Compared]):
    """The values of a system by name."""

    def __init__(self, values: Mapping[str, Compared]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Compared:
        if not has_key(self._values, name):
            raise KeyError(f"there is no value {name!r}: choose from {', '.join(self)}")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


@public
@unchangeable
class Comparison(Mapping[str, Mapping[str, Compared]]):
    """The result of `compare`: a mapping from the names of systems to values, each compared with the first system.

    It prints as a table, in which an asterisk marks a corrected p-value below 1 minus the confidence.
    """

    __slots__ = (
        "_systems",
        "confidence",
        "correction",
        "ignored",
        "method",
        "resamples",
        "seed",
        "segments",
        "signatures",
    )

    ignored: tuple[str, ...]
    """The values for which trials with the same difference as the systems are not counted as evidence."""

    def __init__(
        self,
        systems: Mapping[str, Mapping[str, Compared]],
        *,
        signatures: Mapping[str, str],
        segments: int,
        confidence: float,
        method: str,
        draws: Draws,
        correction: str | None,
        ignored: Sequence[str],
    ) -> None:
        self.ignored = tuple(ignored)
        self._systems = {name: dict(values) for name, values in systems.items()}
        self.signatures = dict(signatures)
        self.segments = segments
        self.confidence = confidence
        self.method = method
        self.resamples = draws.count
        self.seed = draws.known_seed
        self.correction = correction

    def __getitem__(self, name: str) -> Mapping[str, Compared]:
        if not has_key(self._systems, name):
            raise KeyError(f"there is no system {name!r}: choose from {', '.join(self)}")
        return SystemValues(self._systems[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._systems)

    def __len__(self) -> int:
        return len(self._systems)

    def __repr__(self) -> str:
        return printable(f"<Comparison of {', '.join(self)} by {self.method}: {', '.join(self.value_names())}>")

    def value_names(self) -> tuple[str, ...]:
        """Return the names of the values that are compared."""
        return tuple(next(iter(self._systems.values())))

    def as_dict(self) -> dict[str, float]:
        """Return all numbers by name, flat, for a logger.

        The names are `bleu/new`, `bleu_low/new`, `bleu_high/new`, and for all but the first system
        `bleu_difference/new`, `bleu_difference_low/new`, `bleu_difference_high/new`, `bleu_p_value/new` and
        `bleu_adjusted_p_value/new`.
        """
        found: dict[str, float] = {}
        for system, values in self.items():
            for name, value in values.items():
                parts = {"": value.score, "_low": value.interval.low, "_high": value.interval.high}
                if value.difference:
                    parts["_difference"] = value.difference.score
                    parts["_difference_low"] = value.difference.low
                    parts["_difference_high"] = value.difference.high
                    parts["_p_value"] = value.p_value
                    parts["_adjusted_p_value"] = value.adjusted_p_value
                found |= {f"{name}{part}/{system}": number for part, number in parts.items()}
        return found

    def format(self) -> str:
        """Return a table for the terminal, with the method and the signatures below it."""
        from rapidscore.comparison import tables

        return tables.as_table(self)

    def __str__(self) -> str:
        return self.format()

    def plot(self, name: str | None = None, ax: Axes | None = None) -> Axes:
        """Draw each system's value with its interval; return the matplotlib axes.

        `name` is the value to draw, by default the first. Needs the extra `plot`.
        """
        name = self.value_names()[0] if name is None else name
        if name not in self.value_names():
            raise ValueError(f"unknown value {name!r}: choose from {', '.join(self.value_names())}")
        ax = plots.error_bars([values[name].interval for values in self.values()], list(self), ax)
        first = next(iter(self.values()))
        ax.axvline(first[name].score, color="black", linestyle="--", linewidth=1)
        ax.set_xlabel(name, parse_math=False)
        return ax
