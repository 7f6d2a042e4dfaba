"""Statistical power: the smallest difference between systems that a test set can detect."""

from __future__ import annotations

from math import sqrt
from numbers import Real
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from rapidscore._public import public
from rapidscore.comparison.compare import checked_systems, default_values
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
    """Estimate the smallest difference between two systems that this test set can detect.

    A true difference of this size, between systems whose scores vary as the scores of these two, is significant in a
    two-sided test at the level `significance` with the probability `power`.

    Parameters
    ----------
    one, other : Statistics
        The statistics of two systems on the same segments, with the same metric and options.
    power : float, default 0.8
        Probability of detecting the difference, between `significance` / 2 and 1.
    significance : float, default 0.05
        Level of the test, between 0 and 1.
    segments : int, optional
        Number of segments, 1 or more, of a test set of the same kind, to find how large a test set has to be. The
        default is the number of segments of these statistics.
    resamples : int, default 1000
        Number of bootstrap samples, 1 to 10,000,000.
    seed : int or None, default 12345
        Seed of the random draws, 0 to 2**64 - 1. The same seed gives the same result to the bit; None uses another
        seed in each call.
    values : sequence of str or callables, or mapping from str to callables, optional
        The values to estimate it for, chosen as in `compare`.

    Returns
    -------
    dict from str to float
        The smallest detectable difference of each value, 0 or more: the standard error of the difference, by a paired
        bootstrap, times the sum of two quantiles of the normal distribution.

    Raises
    ------
    ValueError
        If an option is out of range, or if the systems cannot be compared.
    TypeError
        If a system is not statistics, or if an option has the wrong type.

    References
    ----------
    Card, D. et al., "With little power comes great responsibility", EMNLP 2020.

    Examples
    --------
    >>> from rapidscore import WER, minimum_detectable_difference
    >>> wer = WER()
    >>> references = ["a b c d", "e f g h", "i j k l"] * 100
    >>> one = wer.statistics(["a b c x", "e f g h", "i j k l"] * 100, references)
    >>> other = wer.statistics(["a b c d", "e f x h", "i j k y"] * 100, references)
    >>> differences = minimum_detectable_difference(one, other)
    >>> round(differences["wer"], 3)
    0.039

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
    checked_systems({"one": one, "other": other})
    draws = Draws.of(resamples, seed, None, len(one))
    measure = Measure(one.metric, default_values(one) if values is None else values)
    first, second = (system._rows_to_draw(measure, beside=(one, other)).samples(draws) for system in (one, other))
    quantile = NormalDist().inv_cdf
    factor = quantile(power) - quantile(significance / 2)
    if segments is not None:
        factor *= sqrt(len(one) / segments)
    return {name: factor * intervals.standard_error((first[name] - second[name])[:, 0]) for name in first}
