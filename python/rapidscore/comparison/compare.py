"""Systems compared: which differences are more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rapidscore._public import public
from rapidscore.comparison.p_values import CORRECTIONS, adjusted_p_values, p_value
from rapidscore.comparison.result import Compared, Comparison
from rapidscore.inputs.options import as_int
from rapidscore.resampling import intervals
from rapidscore.resampling.draws import SEED, Draws
from rapidscore.resampling.intervals import Interval
from rapidscore.resampling.measure import Measure, Values
from rapidscore.statistics import Statistics

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.metric import AnyMetric
    from rapidscore.resampling.measure import Chosen

#: The statistics of a system, of one metric or of several.
Systems: TypeAlias = Mapping[str, Statistics[Any] | Sequence[Statistics[Any]]]

METHODS = ("approximate_randomization", "bootstrap")
TIES = ("ignored", "counted")

#: Samples or trials unless told otherwise, as many as sacrebleu takes.
_RESAMPLES = {"approximate_randomization": 10_000, "bootstrap": 1_000}


@public
def compare(
    systems: Systems,
    *,
    method: str = "approximate_randomization",
    resamples: int | None = None,
    seed: int | None = SEED,
    confidence: float = 0.95,
    interval_resamples: int = 1000,
    correction: str | None = "holm",
    values: Chosen = None,
    ties: str | None = None,
    draws: ArrayLike | None = None,
    progress: Callable[[float], None] | None = None,
) -> Comparison:
    """Compare systems with the first of them on the same segments, to tell differences from chance.

        >>> from rapidscore import BLEU, CHRF, compare
        >>> references = ["the cat sat on the mat", "there is a dog", "it rains in the hills"] * 30
        >>> systems = {
        ...     "baseline": ["the cat sat at the mat", "there is a dog", "it is rain in hills"] * 30,
        ...     "new": ["the cat sat on the mat", "there was a dog", "it rains in hills"] * 30,
        ... }
        >>> bleu, chrf = BLEU(), CHRF()
        >>> found = compare(
        ...     {name: [bleu.statistics(texts, references), chrf.statistics(texts, references)]
        ...      for name, texts in systems.items()}
        ... )
        >>> found["new"]["bleu"].p_value < 0.01
        True
        >>> print(found)
        ┏━━━━━━━━┳━━━━━━━━━━┳━━━━━━━┳━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━━┓
        ┃ metric ┃ system   ┃ score ┃  95 % interval ┃ difference ┃      p ┃ p (Holm) ┃
        ┡━━━━━━━━╇━━━━━━━━━━╇━━━━━━━╇━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━━┩
        │ bleu   │ baseline │ 38.61 │ [32.20, 45.94] │            │        │          │
        │        │ new      │ 66.05 │ [58.14, 72.96] │     +27.44 │ 0.0005 │  0.0006* │
        ├────────┼──────────┼───────┼────────────────┼────────────┼────────┼──────────┤
        │ chrf   │ baseline │ 61.79 │ [57.18, 66.93] │            │        │          │
        │        │ new      │ 75.05 │ [70.74, 79.38] │     +13.26 │ 0.0003 │  0.0006* │
        └────────┴──────────┴───────┴────────────────┴────────────┴────────┴──────────┘
        compared with baseline on 90 segments: approximate randomization, 10,000 trials, seed 12345
        *: p below 0.05; ties ignored, as in sacrebleu, for bleu, chrf
        bleu: nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0
        chrf: nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0
        <BLANKLINE>

    `systems` has for each name the statistics of one metric, or a list with those of several; metrics and options are
    the same for all systems, and so is the number of segments, n. Options:

    - `method`: `"approximate_randomization"` exchanges the rows of two systems at random, in each trial those of about
      half of the segments; `"bootstrap"` draws segments with replacement. Both follow sacrebleu 2.6.0's `PairedTest`.
    - `resamples`: trials or samples; by default 10,000 and 1,000.
    - `seed`: 0 to 2**64 - 1; it makes the result repeat to the bit. None draws others each time.
    - `confidence`: of the intervals, which are percentiles of `interval_resamples` bootstrap samples (0 for no
      intervals); those of the differences are of the same samples. A bootstrap uses its own samples.
    - `correction`: of p-values when there are several, of systems or values: `"holm"`, `"benjamini-hochberg"` or None.
    - `values`: which values are compared, as in `Statistics.confidence_interval`, of several metrics those that each
      has; by default the score itself, of ROUGE each type, of labels accuracy and F1.
    - `ties`: whether trials that differ just as the systems do are `"counted"` against a difference, or `"ignored"`.
      sacrebleu ignores them, so they are ignored for BLEU, chrF and TER; for other metrics they are counted, as a valid
      test must.
    - `draws`: in place of a seed, for each trial which segments are exchanged, bool of shape (trials, n), or for each
      sample its segments, whole numbers of shape (samples, n).
    - `progress`: is called now and then with the share of the work that is done.

    Where ties are ignored and all trials differ as the systems do, p is 1 / (resamples + 1), as sacrebleu has it: so it
    is when systems differ in a single segment, and it means nothing. Where systems do not differ at all, in their rows
    or in the value, p is 1, unlike sacrebleu's. Of a difference that is not known, that of two infinite perplexities
    say, it is NaN. sacrebleu's bootstrap takes absolute differences around their mean, and so rejects more often than
    it should (some 10 % of equal systems at a level of 5 %): prefer approximate randomization. Rows of labels that are
    alike in all systems are drawn together, so their intervals are of other samples than those of
    `confidence_interval`.

    Raises `ValueError` for fewer than two systems, for unequal numbers of segments, metrics or options, and for options
    out of range.

    References: S. Riezler and J. T. Maxwell, "On some pitfalls in automatic evaluation and significance testing for
    MT", 2005; P. Koehn, "Statistical significance tests for machine translation evaluation", EMNLP 2004; S. Holm, "A
    simple sequentially rejective multiple test procedure", 1979; Y. Benjamini and Y. Hochberg, "Controlling the false
    discovery rate", 1995.
    """
    _check("method", method, METHODS)
    if correction is not None:
        _check("correction", correction, CORRECTIONS)
    if ties is not None:
        _check("ties", ties, TIES)
    of_systems = measured(systems)
    first = next(iter(of_systems.values()))
    segments = len(first[0])
    exchanges = method == "approximate_randomization"
    count = _RESAMPLES[method] if resamples is None else resamples
    trials = Draws.of(count, seed, draws, segments, exchanges=exchanges)
    # The samples of a bootstrap serve intervals, too.
    samples: Draws | None = trials
    wanted = as_int("interval_resamples", interval_resamples)
    if exchanges:
        # One seed for all, also where another is drawn for each call.
        interval_seed = trials.seed if draws is None else seed
        samples = Draws.of(wanted, interval_seed, None, segments, "interval_resamples") if wanted else None
    options = intervals.Options(confidence, "percentile", samples or trials)
    names = [_names(statistics) for statistics in first]
    chosen = [_chosen(one.metric, names_of_one, values) for one, names_of_one in zip(first, names, strict=True)]
    _check_known(values, chosen)
    steps = _Steps(progress, len(first) * (len(of_systems) * bool(samples) + (len(of_systems) - 1) * exchanges))
    found: dict[str, dict[str, Compared]] = {name: {} for name in of_systems}
    ignored: list[str] = []
    for of_metric, wanted_values in zip(zip(*of_systems.values(), strict=True), chosen, strict=True):
        metric = of_metric[0].metric
        if not wanted_values:
            continue
        contest = _Contest(of_metric, Measure(metric, wanted_values), options, steps)
        if samples:
            contest.sample(samples)
        counted = metric._counts_ties if ties is None else ties == "counted"
        for number, name in enumerate(found):
            compared = contest.compared(number, trials if exchanges else None, counted)
            for value in compared.keys() & found[name].keys():
                raise ValueError(f"{value!r} is a value of two metrics: compare them one by one")
            found[name] |= compared
        ignored += [] if counted else list(compared)
    return Comparison(
        _corrected(found, correction),
        signatures={
            ", ".join(one.metric._headline(names_of_one)): one.score().signature
            for one, names_of_one in zip(first, names, strict=True)
        },
        segments=segments,
        confidence=confidence,
        method=method,
        draws=trials,
        correction=correction,
        ignored=ignored,
    )


def _chosen(metric: AnyMetric, names: Sequence[str], values: Chosen) -> Chosen:
    """Return the values that are wanted of a metric whose values have these names: of names those that it has."""
    if values is None:
        return metric._headline(names)
    if isinstance(values, str | Mapping) or not all(isinstance(value, str) for value in values):
        return values
    return [value for value in values if value in names]


def _check_known(values: Chosen, chosen: Sequence[Chosen]) -> None:
    if values is None or isinstance(values, str | Mapping):
        return
    if not values:
        raise ValueError("values is empty: name at least one value, or pass None for the scores themselves")
    known = {value for of_metric in chosen for value in of_metric or ()}
    for value in values:
        if value not in known:
            raise ValueError(f"unknown value {value!r}: no metric here has it")


def _check(name: str, value: Any, known: Sequence[str]) -> None:
    if value not in known:
        raise ValueError(f"unknown {name} {value!r}: choose one of {', '.join(known)}")


class _Contest:
    """Systems that are compared by one metric."""

    def __init__(
        self, systems: Sequence[Statistics[Any]], measure: Measure, options: intervals.Options, steps: _Steps
    ) -> None:
        self._steps = steps
        self._sources = [one._rows_to_draw(measure, beside=systems) for one in systems]
        self._estimates = [source.estimate() for source in self._sources]
        self._options = options
        nothing = np.empty((0, 1))
        self._samples: list[Values] = [dict.fromkeys(values, nothing) for values in self._estimates]

    def sample(self, draws: Draws) -> None:
        """Draw samples of all systems, for which the same segments are drawn."""
        for number, source in enumerate(self._sources):
            self._samples[number] = source.samples(draws)
            self._steps.advance(1)

    def compared(self, number: int, exchanges: Draws | None, ties: bool) -> dict[str, Compared]:
        """Compare a system, by its number, with the first: by exchanges, or else by the samples."""
        estimate, samples = self._estimates[number], self._samples[number]
        found = {name: self._interval(name, estimate[name], samples[name]) for name in estimate}
        if not number:
            return {name: Compared(interval, None, nan, nan) for name, interval in found.items()}
        first, first_samples = self._estimates[0], self._samples[0]
        differences = {
            name: self._interval(name, _minus(estimate[name], first[name]), _minus(samples[name], first_samples[name]))
            for name in estimate
        }
        p_values = dict.fromkeys(found, 1.0)
        if self._sources[0].same_as(self._sources[number]):
            self._steps.advance(exchanges is not None)
        else:
            trials = None
            if exchanges:
                trials = self._sources[0].exchanged(self._sources[number], exchanges, self._steps.advance)
            for name, difference in differences.items():
                if trials:
                    apart = np.abs(_minus(trials[0][name], trials[1][name]))[:, 0]
                else:
                    apart = np.abs(difference.samples[~np.isnan(difference.samples)])
                    # Around an infinite mean nothing can be said.
                    apart = _minus(apart, apart.mean()) if np.isfinite(apart).all() else apart[:0]
                p_values[name] = p_value(apart, abs(difference.score), ties)
        return {name: Compared(found[name], differences[name], p, p) for name, p in p_values.items()}

    def _interval(self, name: str, estimate: NDArray[np.float64], samples: NDArray[np.float64]) -> Interval:
        return intervals.interval(name, float(estimate[0, 0]), np.ascontiguousarray(samples[:, 0]), self._options)


class _Steps:
    """Tells how much of the work is done."""

    def __init__(self, tell: Callable[[float], None] | None, count: int) -> None:
        self._tell = tell
        self._count = count
        self._done = 0.0

    def advance(self, steps: float) -> None:
        """Note that so many steps, or parts of a step, are done."""
        self._done += steps
        if self._tell and steps:
            self._tell(min(1.0, self._done / self._count))


def _minus(one: NDArray[np.float64], other: Any) -> NDArray[np.float64]:
    """Subtract; infinity from itself is NaN, which is no news."""
    with np.errstate(invalid="ignore"):
        difference: NDArray[np.float64] = one - other
    return difference


def measured(systems: Systems) -> dict[str, Sequence[Statistics[Any]]]:
    """Check that systems can be compared, and return a list of statistics of each."""
    if not isinstance(systems, Mapping):
        raise TypeError(f"systems must be a mapping from names to statistics, not {type(systems).__name__}")
    if len(systems) < 2:
        raise ValueError(f"systems has {len(systems)} system(s): pass two or more, the first to be compared with")
    found: dict[str, Sequence[Statistics[Any]]] = {}
    for name, statistics in systems.items():
        if not isinstance(name, str):
            raise TypeError(f"a system's name must be a str, not {name!r} ({type(name).__name__})")
        parts = [*statistics] if isinstance(statistics, Sequence) else [statistics]
        if not parts or not all(isinstance(part, Statistics) for part in parts):
            raise TypeError(f"systems[{name!r}] must be statistics, or a list of them: pass metric.statistics(…)")
        found[name] = parts
    first_name, first = next(iter(found.items()))
    for name, others in found.items():
        if len(others) != len(first):
            raise ValueError(f"{name!r} has {len(others)} metrics but {first_name!r} has {len(first)}: pass the same")
        for part, of_first in zip(others, first, strict=True):
            if part.metric != of_first.metric:
                raise ValueError(
                    f"{name!r} was measured with {part.metric!r} but {first_name!r} with {of_first.metric!r}: metric "
                    "and options must be equal"
                )
            if len(part) != len(first[0]):
                raise ValueError(
                    f"{name!r} has {len(part)} segments but {first_name!r} has {len(first[0])}: all systems must be of "
                    "the same segments"
                )
    return found


def headline(statistics: Statistics[Any]) -> Sequence[str]:
    """Name the values that are compared unless told otherwise. Raises `ValueError` where there is nothing to score."""
    return statistics.metric._headline(_names(statistics))


def _names(statistics: Statistics[Any]) -> list[str]:
    metric = statistics.metric._quiet()
    return [*metric._measured(metric._score(statistics.total()._sums))]


def _corrected(found: dict[str, dict[str, Compared]], correction: str | None) -> dict[str, dict[str, Compared]]:
    places = [(system, name) for system, values in found.items() for name, one in values.items() if one.difference]
    p_values = np.array([found[system][name].p_value for system, name in places])
    for (system, name), adjusted in zip(places, adjusted_p_values(p_values, correction).tolist(), strict=True):
        found[system][name] = replace(found[system][name], adjusted_p_value=adjusted)
    return found
