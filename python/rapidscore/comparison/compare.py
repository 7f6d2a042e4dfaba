"""Comparison of systems: confidence intervals, and significance tests of their differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import nan
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from rapidscore._public import has_key, public
from rapidscore.comparison.result import Compared, Comparison
from rapidscore.inputs.options import as_int
from rapidscore.resampling import intervals
from rapidscore.resampling.draws import SEED, Draws
from rapidscore.resampling.intervals import Interval
from rapidscore.resampling.measure import Measure, Values, check_chosen
from rapidscore.resampling.p_values import CORRECTIONS, adjusted_p_values, p_value
from rapidscore.segments.measured import kept
from rapidscore.several.names import default_name, named, titled, value_names
from rapidscore.several.score import statistics_of
from rapidscore.statistics import Statistics
from rapidscore.text_metrics.base import TextMetric

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rapidscore.metric import AnyMetric
    from rapidscore.resampling.measure import Chosen

#: The statistics of each system by name, of one metric or of several.
Systems: TypeAlias = Mapping[str, Statistics[Any] | Sequence[Statistics[Any]]]

METHODS = ("approximate_randomization", "bootstrap")
TIES = ("ignored", "counted")

#: Default number of trials or samples, as in sacrebleu.
_RESAMPLES = {"approximate_randomization": 10_000, "bootstrap": 1_000}


@public
def compare(
    systems: Systems | Mapping[str, Any],
    references: Any = None,
    *,
    metrics: Any = None,
    baseline: str | None = None,
    by: Any = None,
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
    """Compare systems with one of them on the same segments, and test whether the differences are due to chance.

    Parameters
    ----------
    systems : mapping from str to Statistics, list of Statistics, or predictions
        The statistics of each system by name, two or more systems: of one metric, or a list for several metrics. The
        metrics, their options and the number of segments n must be the same for all systems. With `metrics`, the
        predictions of each system instead.
    references, metrics
        What the predictions are scored against, and the metrics or their names, as in `rapidscore.score`.
    baseline : str, optional
        The name of the system with which the others are compared; by default the first.
    by : sequence of labels, or mapping or table of several features, optional
        The group of each segment, as in `Statistics.by`, for the `groups` of the result and its tables of segments.
    method : {"approximate_randomization", "bootstrap"}, default "approximate_randomization"
        The significance test. `"approximate_randomization"` exchanges the rows of two systems at random, in each trial
        the rows of about half of the segments. `"bootstrap"` draws segments with replacement. Both follow sacrebleu
        2.6.0's `PairedTest`.
    resamples : int, optional
        Number of trials or samples, 1 to 10,000,000. The default is 10,000 trials of approximate randomization or
        1,000 samples of the bootstrap, as in sacrebleu.
    seed : int or None, default 12345
        Seed of the random draws, 0 to 2**64 - 1. The same seed gives the same result to the bit; None uses another
        seed in each call.
    confidence : float, default 0.95
        Confidence level of the intervals, between 0 and 1.
    interval_resamples : int, default 1000
        Number of bootstrap samples for the intervals, at most 10,000,000; 0 for no intervals. The intervals are
        percentiles of these samples, and the intervals of differences use the same samples. The method `"bootstrap"`
        takes its intervals from its own samples instead.
    correction : {"holm", "benjamini-hochberg"} or None, default "holm"
        Correction of p-values for multiple comparisons, over systems and values.
    values : sequence of str or callables, or mapping from str to callables, optional
        The values to compare, as in `Statistics.confidence_interval`. Of several names, each metric takes the values
        that it has. The default is the score itself; for ROUGE it is each type, and for labels accuracy and F1.
    ties : {"ignored", "counted"}, optional
        Whether trials with the same difference as the systems are counted as evidence against a difference. sacrebleu
        ignores them, so the default for BLEU, chrF and TER is `"ignored"`. For other metrics it is `"counted"`, which
        a valid test requires.
    draws : array, optional
        The random draws, in place of a seed. For approximate randomization, bool of shape (trials, n): whether each
        segment is exchanged. For the bootstrap, integers from 0 to n - 1 of shape (samples, n): the segments of each
        sample.
    progress : callable, optional
        Function that is called repeatedly with the fraction of the work that is done, 0 to 1.

    Returns
    -------
    Comparison
        A mapping from the names of systems to mappings from the names of values to `Compared`. It prints as a table.

    Raises
    ------
    ValueError
        If there are fewer than two systems, if their numbers of segments, metrics or options are not equal, if there
        are no segments, or if an option is unknown or out of range.
    TypeError
        If a system is not statistics, or if an option has the wrong type.

    Notes
    -----
    If ties are ignored and all trials have the same absolute difference as the systems, p is 1 / (resamples + 1), as in
    sacrebleu. This happens if the systems differ in a single segment, and such a p-value means nothing.

    If two systems do not differ at all, in their rows or in the value, p is 1, unlike in sacrebleu. If the difference
    is undefined, as between two infinite perplexities, p is NaN.

    sacrebleu's bootstrap takes the absolute differences around their mean, and therefore rejects more often than it
    should: about 10 % of equal systems at a level of 5 %. Prefer approximate randomization.

    Rows of labels that are equal in all systems are grouped before samples are drawn, so their intervals come from
    other samples than the intervals of `Statistics.confidence_interval`.

    References
    ----------
    Riezler, S. and Maxwell, J. T., "On some pitfalls in automatic evaluation and significance testing for MT", 2005.

    Koehn, P., "Statistical significance tests for machine translation evaluation", EMNLP 2004.

    Holm, S., "A simple sequentially rejective multiple test procedure", 1979.

    Benjamini, Y. and Hochberg, Y., "Controlling the false discovery rate", 1995.

    Examples
    --------
    >>> from rapidscore import BLEU, CHRF, compare
    >>> references = ["the cat sat on the mat", "there is a dog", "it rains in the hills"] * 30
    >>> systems = {
    ...     "baseline": ["the cat sat at the mat", "there is a dog", "it is rain in hills"] * 30,
    ...     "new": ["the cat sat on the mat", "there was a dog", "it rains in hills"] * 30,
    ... }
    >>> bleu, chrf = BLEU(), CHRF()
    >>> comparison = compare(
    ...     {name: [bleu.statistics(texts, references), chrf.statistics(texts, references)]
    ...      for name, texts in systems.items()}
    ... )
    >>> comparison["new"]["bleu"].p_value < 0.01
    True
    >>> print(comparison)
    metric  system    score   95 % interval  difference       p  p (Holm)
    ------  --------  -----  --------------  ----------  ------  --------
    bleu    baseline  38.61  [32.20, 45.94]
    bleu    new       66.05  [58.14, 72.96]      +27.44  0.0005   0.0006*
    ------  --------  -----  --------------  ----------  ------  --------
    chrf    baseline  61.79  [57.18, 66.93]
    chrf    new       75.05  [70.74, 79.38]      +13.26  0.0003   0.0006*
    compared with baseline on 90 segments: approximate randomization, 10,000 trials, seed 12345
    *: p below 0.05; ties ignored, as in sacrebleu, for bleu, chrf
    bleu: nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0
    chrf: nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0

    """
    _check("method", method, METHODS)
    if correction is not None:
        _check("correction", correction, CORRECTIONS)
    if ties is not None:
        _check("ties", ties, TIES)
    if progress is not None and not callable(progress):
        raise TypeError(f"progress must be a function, not {progress!r} ({type(progress).__name__})")
    measures = None if metrics is None else named(metrics)
    by_system = checked_systems(_measured(systems, references, measures))
    if baseline is not None:
        if not has_key(by_system, baseline):
            raise ValueError(f"there is no system {baseline!r} to be the baseline: choose from {', '.join(by_system)}")
        by_system = {baseline: by_system[baseline], **by_system}
    first = next(iter(by_system.values()))
    segments = len(first[0])
    exchanges = method == "approximate_randomization"
    count = _RESAMPLES[method] if resamples is None else resamples
    trials = Draws.of(count, seed, draws, segments, exchanges=exchanges)
    # The samples of a bootstrap serve the intervals as well.
    samples: Draws | None = trials
    interval_count = as_int("interval_resamples", interval_resamples)
    if exchanges:
        # If seed is None, the intervals use the seed that was drawn for the trials.
        interval_seed = trials.seed if draws is None else seed
        samples = (
            Draws.of(interval_count, interval_seed, None, segments, "interval_resamples") if interval_count else None
        )
    options = intervals.Options(confidence, "percentile", samples or trials)
    names = [value_names(statistics) for statistics in first]
    titles = [*measures] if measures else [default_name(one.metric) for one in first]
    _check_values(values, names)
    chosen = [_chosen(one.metric, metric_names, values) for one, metric_names in zip(first, names, strict=True)]
    steps = len(first) * (len(by_system) * bool(samples) + (len(by_system) - 1) * exchanges)
    work = _Progress(progress, steps)
    results: dict[str, dict[str, Compared]] = {name: {} for name in by_system}
    ignored: list[str] = []
    for title, by_metric, metric_values in zip(titles, zip(*by_system.values(), strict=True), chosen, strict=True):
        metric = by_metric[0].metric
        if not metric_values:
            continue
        comparison = _MetricComparison(by_metric, Measure(metric, metric_values), options, work)
        if samples:
            comparison.draw_samples(samples)
        counted = metric._counts_ties if ties is None else ties == "counted"
        for index, name in enumerate(results):
            found = comparison.compare_with_first(index, trials if exchanges else None, counted)
            compared = titled(found, title, metric)
            for value in compared.keys() & results[name].keys():
                raise ValueError(f"{value!r} is a value of two metrics: compare these metrics in separate calls")
            results[name] |= compared
        ignored += [] if counted else list(compared)
    measured = {name: dict(zip(titles, parts, strict=True)) for name, parts in by_system.items()}
    groups = (
        {} if by is None else {name: {title: one.by(by) for title, one in of.items()} for name, of in measured.items()}
    )
    return Comparison(
        _corrected(results, correction),
        signatures={
            ", ".join(
                titled(dict.fromkeys(one.metric._headline(metric_names)), title, one.metric)
            ): one.score().signature
            for title, one, metric_names in zip(titles, first, names, strict=True)
        },
        segments=segments,
        confidence=confidence,
        method=method,
        draws=trials,
        correction=correction,
        ignored=ignored,
        statistics=measured,
        groups=groups,
        texts=(None, None) if measures is None else _kept({name: systems[name] for name in by_system}, references),
    )


def _measured(systems: Any, references: Any, metrics: Mapping[str, AnyMetric] | None) -> Any:
    """Return the statistics of systems' predictions, or the systems as they are without metrics."""
    if metrics is None:
        if references is not None:
            raise TypeError("references need metrics: pass metrics=, for example metrics=['bleu', 'chrf']")
        return systems
    if not isinstance(systems, Mapping):
        raise TypeError(f"systems must be a mapping from names to predictions, not {type(systems).__name__}")
    prepared: dict[str, Any] = {}
    for name, metric in metrics.items():
        prepared[name] = references
        if isinstance(metric, TextMetric) and references is not None:
            # References of texts are read once for all systems.
            prepared[name] = metric.prepare(references)
    found = {}
    for name, predictions in systems.items():
        if isinstance(predictions, Statistics):
            raise TypeError(f"systems[{name!r}] is statistics already: leave out metrics, or pass predictions")
        found[name] = [statistics_of(metric, predictions, prepared[one]) for one, metric in metrics.items()]
    return found


def _kept(systems: Mapping[str, Any], references: Any) -> tuple[Mapping[str, Any] | None, Any]:
    """Return what a comparison keeps of its texts."""
    (first, texts), *others = systems.items()
    of_first, kept_references = kept(texts, references)
    # The references are the same for all systems.
    predictions = {first: of_first, **{name: kept(of_system, None)[0] for name, of_system in others}}
    is_known = all(of_system is not None for of_system in predictions.values())
    return (predictions, kept_references) if is_known else (None, None)


def _check_values(values: Chosen, names: Sequence[Sequence[str]]) -> None:
    """Check that at least one value is requested, and that each name is one of the names of the metrics' values."""
    check_chosen(values)
    if values is None or isinstance(values, Mapping):
        return
    if not all(isinstance(value, str) for value in values):
        return
    known = dict.fromkeys(name for metric_names in names for name in metric_names)
    for value in values:
        if value not in known:
            raise ValueError(f"unknown value {value!r}: choose from {', '.join(known)}")


def _chosen(metric: AnyMetric, names: Sequence[str], values: Chosen) -> Chosen:
    """Return the values to compare of a metric whose values have these names: of requested names, those it has."""
    if values is None:
        return metric._headline(names)
    if isinstance(values, Mapping) or not all(isinstance(value, str) for value in values):
        return values
    return [value for value in values if value in names]


def _check(name: str, value: Any, known: Sequence[str]) -> None:
    if value not in known:
        raise ValueError(f"unknown {name} {value!r}: choose one of {', '.join(known)}")


class _MetricComparison:
    """The comparison of systems by one metric."""

    def __init__(
        self, systems: Sequence[Statistics[Any]], measure: Measure, options: intervals.Options, progress: _Progress
    ) -> None:
        self._progress = progress
        self._rows = [one._rows_to_draw(measure, beside=systems) for one in systems]
        self._estimates = [rows.estimate() for rows in self._rows]
        self._options = options
        no_samples = np.empty((0, 1))
        self._samples: list[Values] = [dict.fromkeys(values, no_samples) for values in self._estimates]

    def draw_samples(self, draws: Draws) -> None:
        """Draw bootstrap samples, with the same segments for all systems."""
        for index, rows in enumerate(self._rows):
            self._samples[index] = rows.samples(draws)
            self._progress.advance(1)

    def compare_with_first(self, index: int, exchanges: Draws | None, ties: bool) -> dict[str, Compared]:
        """Compare the system at an index with the first system: by exchanges, or without them by the samples."""
        estimate, samples = self._estimates[index], self._samples[index]
        scores = {name: self._interval(name, estimate[name], samples[name]) for name in estimate}
        if not index:
            return {name: Compared(interval, None, nan, nan) for name, interval in scores.items()}
        first, first_samples = self._estimates[0], self._samples[0]
        observed = {
            name: self._interval(name, _minus(estimate[name], first[name]), _minus(samples[name], first_samples[name]))
            for name in estimate
        }
        p_values = dict.fromkeys(scores, 1.0)
        if self._rows[0].same_as(self._rows[index]):
            self._progress.advance(exchanges is not None)
        else:
            trials = None
            if exchanges:
                trials = self._rows[0].exchanged(self._rows[index], exchanges, self._progress.advance)
            for name, difference in observed.items():
                if trials:
                    differences = np.abs(_minus(trials[0][name], trials[1][name]))[:, 0]
                else:
                    differences = np.abs(difference.samples[~np.isnan(difference.samples)])
                    # Differences around an infinite mean are undefined: without differences, p is NaN.
                    finite = np.isfinite(differences).all()
                    differences = _minus(differences, differences.mean()) if finite else differences[:0]
                p_values[name] = p_value(differences, abs(difference.score), ties)
        return {name: Compared(scores[name], observed[name], p, p) for name, p in p_values.items()}

    def _interval(self, name: str, estimate: NDArray[np.float64], samples: NDArray[np.float64]) -> Interval:
        return intervals.interval(name, float(estimate[0, 0]), np.ascontiguousarray(samples[:, 0]), self._options)


class _Progress:
    """Counts steps of work, and reports the fraction that is done."""

    def __init__(self, report: Callable[[float], None] | None, steps: int) -> None:
        self._report = report
        self._steps = steps
        self._done = 0.0

    def advance(self, steps: float) -> None:
        """Add steps, or a fraction of a step, to the work that is done."""
        self._done += steps
        if self._report and steps:
            self._report(min(1.0, self._done / self._steps))


def _minus(minuend: NDArray[np.float64], subtrahend: Any) -> NDArray[np.float64]:
    """Subtract without warnings: infinity minus infinity is NaN."""
    with np.errstate(invalid="ignore"):
        difference: NDArray[np.float64] = minuend - subtrahend
    return difference


def checked_systems(systems: Systems) -> dict[str, Sequence[Statistics[Any]]]:
    """Check that systems can be compared, and return a list of statistics of each."""
    if not isinstance(systems, Mapping):
        raise TypeError(f"systems must be a mapping from names to statistics, not {type(systems).__name__}")
    if len(systems) < 2:
        raise ValueError(f"systems has {len(systems)} system(s): pass two or more, the baseline first")
    by_system: dict[str, Sequence[Statistics[Any]]] = {}
    for name, statistics in systems.items():
        if not isinstance(name, str):
            raise TypeError(f"a system's name must be a str, not {name!r} ({type(name).__name__})")
        parts = [*statistics] if isinstance(statistics, Sequence) else [statistics]
        if not parts or not all(isinstance(part, Statistics) for part in parts):
            raise TypeError(f"systems[{name!r}] must be statistics, or a list of them: pass metric.statistics(…)")
        by_system[name] = parts
    first_name, first = next(iter(by_system.items()))
    for name, found in by_system.items():
        if len(found) != len(first):
            raise ValueError(
                f"{name!r} has {len(found)} metrics but {first_name!r} has {len(first)}: pass statistics of the same "
                "metrics for each system"
            )
        for part, expected in zip(found, first, strict=True):
            if part.metric != expected.metric:
                raise ValueError(
                    f"{name!r} was measured with {part.metric!r} but {first_name!r} with {expected.metric!r}: metric "
                    "and options must be equal"
                )
            if len(part) != len(first[0]):
                raise ValueError(
                    f"{name!r} has {len(part)} segments but {first_name!r} has {len(first[0])}: measure all systems on "
                    "the same segments"
                )
    return by_system


def default_values(statistics: Statistics[Any]) -> Sequence[str]:
    """Return the names of the values that are compared by default. Raises `ValueError` if there are no segments."""
    return statistics.metric._headline(value_names(statistics))


def _corrected(results: dict[str, dict[str, Compared]], correction: str | None) -> dict[str, dict[str, Compared]]:
    """Set the adjusted p-values of all differences."""
    compared = [(system, name) for system, values in results.items() for name, one in values.items() if one.difference]
    p_values = np.array([results[system][name].p_value for system, name in compared])
    for (system, name), adjusted in zip(compared, adjusted_p_values(p_values, correction).tolist(), strict=True):
        results[system][name] = replace(results[system][name], adjusted_p_value=adjusted)
    return results
