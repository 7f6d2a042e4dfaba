"""How small a difference between systems a test set can show."""

from __future__ import annotations

from math import sqrt
from numbers import Real
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from rapidscore._public import public
from rapidscore.comparison.compare import headline, measured
from rapidscore.inputs.options import as_int
from rapidscore.resampling import intervals
from rapidscore.resampling.draws import SEED, Draws
from rapidscore.resampling.measure import Measure
from rapidscore.statistics import Statistics

if TYPE_CHECKING:
    from rapidscore.resampling.measure import Chosen


@public
def minimum_detectable_difference(
    one: Statistics[Any],
    other: Statistics[Any],
    *,
    power: float = 0.8,
    significance: float = 0.05,
    segments: int | None = None,
    resamples: int = 1000,
    seed: int | None = SEED,
    values: Chosen = None,
) -> dict[str, float]:
    """Say how small a difference between two systems this test set could show.

        >>> from rapidscore import WER, minimum_detectable_difference
        >>> wer = WER()
        >>> said = ["a b c d", "e f g h", "i j k l"] * 100
        >>> one = wer.statistics(["a b c x", "e f g h", "i j k l"] * 100, said)
        >>> other = wer.statistics(["a b c d", "e f x h", "i j k y"] * 100, said)
        >>> found = minimum_detectable_difference(one, other)
        >>> round(found["wer"], 3)
        0.039

    A true difference of this size between systems that differ as these do is found significant, at the level
    `significance` by a two-sided test, with the probability `power`. With `segments` it is said for a test set of so
    many segments of the same kind: how large would it have to be?

    It is the standard error of the difference, by a paired bootstrap of `resamples` samples, times the sum of two
    quantiles of the normal distribution. `values` are chosen as in `compare`; returns a dict from their names to
    numbers from 0. Raises `ValueError` for options out of range, and where systems cannot be compared.

    Reference: D. Card et al., "With little power comes great responsibility", EMNLP 2020.
    """
    for name, level in ("power", power), ("significance", significance):
        if isinstance(level, bool) or not isinstance(level, Real):
            raise TypeError(f"{name} must be a number, not {level!r} ({type(level).__name__})")
        if not 0 < level < 1:
            raise ValueError(f"{name} must be between 0 and 1, got {level!r}")
    if segments is not None and as_int("segments", segments) < 1:
        raise ValueError(f"segments must be 1 or more, got {segments}")
    if power <= significance / 2:
        raise ValueError(
            f"power must be above half the significance, {significance / 2:g}, got {power!r}: 0.8 is usual"
        )
    for name, statistics in ("one", one), ("other", other):
        if not isinstance(statistics, Statistics):
            raise TypeError(f"{name} must be statistics, not {type(statistics).__name__}: pass metric.statistics(…)")
    measured({"one": one, "other": other})
    draws = Draws.of(resamples, seed, None, len(one))
    measure = Measure(one.metric, headline(one) if values is None else values)
    first, second = (part._rows_to_draw(measure, beside=(one, other)).samples(draws) for part in (one, other))
    quantile = NormalDist().inv_cdf
    errors = quantile(power) - quantile(significance / 2)
    scale = errors if segments is None else errors * sqrt(len(one) / segments)
    return {name: scale * intervals.standard_error((first[name] - second[name])[:, 0]) for name in first}
