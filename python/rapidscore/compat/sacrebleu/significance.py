"""Paired significance tests, as `sacrebleu.significance` of sacrebleu 2.6.0 computes them.

Draws come from NumPy's generator with the seed of `SACREBLEU_SEED`, as in sacrebleu, so p-values are equal. One matrix
product sums all trials, and one call of the core scores them. Sums of bootstrap samples are float32 numbers and are
scored in float32 arithmetic, as in sacrebleu, so means and intervals are equal too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapidscore.compat.sacrebleu.metrics._core_metric import CoreMetric
from rapidscore.compat.sacrebleu.metrics._samples import (
    Rows,
    are_counts,
    bootstrap_resample,
    draw_indices,
    has_unmodified_scoring,
    seed_of_environment,
    sum_drawn,
)
from rapidscore.compat.sacrebleu.metrics.base import Signature, Streams

sacrelogger = logging.getLogger("sacrebleu")


#: The number of draws that are converted to float64 at a time: half a megabyte, which stays in the cache.
_DRAWS_AT_A_TIME = 1 << 16

#: sacrebleu defines the function here under this name.
_bootstrap_resample = bootstrap_resample


class Result:
    """The score of a system, its p-value if it was compared, and the mean and interval of samples if there are any."""

    def __init__(
        self, score: float, p_value: float | None = None, mean: float | None = None, ci: float | None = None
    ) -> None:
        self.score = score
        self.p_value = p_value
        self.mean = mean
        self.ci = ci

    def __repr__(self) -> str:
        return ",".join(f"{name}={value!s}" for name, value in vars(self).items())


def estimate_ci(scores: Any) -> tuple[Any, Any]:
    """Return the mean of the samples' scores, and half the width of the interval that holds 95 % of them."""
    ordered = np.sort(scores)
    tail = len(ordered) // 40
    return ordered.mean(), 0.5 * (ordered[len(ordered) - tail - 1] - ordered[tail])


def _compute_p_value(stats: Any, real_difference: float) -> float:
    """Return the share of trials whose difference exceeds the real one, with one added to both counts."""
    return (int(np.sum(stats > real_difference)) + 1) / (len(stats) + 1)


def _exchanged(baseline: Rows, system: Rows, chosen: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Return the sums of rows (trials, k) of both sides of each trial.

    The first side has the baseline's row where `chosen` (trials, n) is true, else the system's; the second side has the
    other rows.
    """
    if not (len(baseline) == len(system) == chosen.shape[1] and are_counts(baseline) and are_counts(system)):
        # In sacrebleu's order of operations: the rounding of fractions decides which differences are equal.
        return chosen @ baseline + ~chosen @ system, ~chosen @ baseline + chosen @ system
    trials, count = chosen.shape
    step = max(1, _DRAWS_AT_A_TIME // count)
    difference = baseline - system
    exchanged = np.concatenate(
        [chosen[begin : begin + step].astype(np.float64) @ difference for begin in range(0, trials, step)]
    )
    sums = system.sum(axis=0) + exchanged, baseline.sum(axis=0) - exchanged
    first, second = (side.astype(difference.dtype, copy=False) for side in sums)
    return first, second


def _sample_scores(metric: Any, sums: NDArray[np.float32]) -> NDArray[Any]:
    """Return the score of each bootstrap sample from its sum of rows (m, k), by any metric."""
    if has_unmodified_scoring(metric):
        return np.array([metric._value(row) for row in sums])
    return np.array([metric._compute_score_from_stats(row).score for row in sums])


def _trial_scores(metric: Any, sums: Rows) -> Rows:
    """Return the score of each trial from its sum of rows (m, k), by any metric."""
    if has_unmodified_scoring(metric):
        return metric._trial_scores(np.ascontiguousarray(sums, dtype=np.float64))
    return np.array([metric._aggregate_and_compute(row[np.newaxis]).score for row in sums])


def _rows_and_score(metric: Any, hypotheses: Sequence[str], references: Streams | None) -> tuple[Rows, Any]:
    """Return the rows of a system and its score."""
    if isinstance(metric, CoreMetric):
        rows = metric._rows(hypotheses, references)
        return rows, metric._compute_score_from_stats(metric._sum(rows))
    stats = metric._extract_corpus_statistics(hypotheses, references)
    return np.array(stats), metric._aggregate_and_compute(stats)


class PairedTest:
    """A paired significance test of systems against the first system, the baseline.

        >>> from rapidscore.compat.sacrebleu.metrics import BLEU
        >>> references = [["the cat sat on a mat", "a dog ran to the park", "it is late now"]]
        >>> systems = [("base", ["the cat sat on", "a dog", "it is late"]), ("new", references[0])]
        >>> signatures, scores = PairedTest(systems, {"BLEU": BLEU()}, references, n_samples=100)()
        >>> scores["System"], [round(result.score, 1) for result in scores["BLEU"]]
        (['base', 'new'], [45.9, 100.0])

    Parameters and result as `sacrebleu.significance.PairedTest` in sacrebleu 2.6.0, except `n_jobs`:

    - `named_systems`: pairs of a name and hypotheses.
    - `metrics`: a mapping from names to metrics.
    - `references`: streams, or None for the references that the metrics were made with.
    - `test_type`: `"ar"` for approximate randomization, `"bs"` for the paired bootstrap.
    - `n_samples`: the number of trials or samples; 0 means 10000 trials or 1000 samples.
    - `n_ar_confidence`: the number of samples for intervals besides approximate randomization; 0 means 1000, -1 no
      intervals.
    - `n_jobs`: ignored. The test runs in this process.
    """

    _DEFAULT_SAMPLES = {"ar": 10000, "bs": 1000}  # noqa: RUF012  # sacrebleu's attribute

    def __init__(  # noqa: PLR0917  # sacrebleu's signature
        self,
        named_systems: list[tuple[str, Sequence[str]]],
        metrics: Mapping[str, Any],
        references: Streams | None,
        test_type: str = "ar",
        n_samples: int = 0,
        n_ar_confidence: int = -1,
        n_jobs: int = 1,
    ) -> None:
        if test_type not in self._DEFAULT_SAMPLES:
            raise AssertionError(f"Unknown test type {test_type!r}")
        _, self._seed = seed_of_environment()
        self.test_type = test_type
        self.n_jobs = n_jobs
        self.references = references
        self.named_systems = named_systems
        self.n_samples = n_samples if n_samples > 0 else self._DEFAULT_SAMPLES[test_type]
        self.n_ar_confidence = n_ar_confidence or self._DEFAULT_SAMPLES["bs"]
        self.n_systems = len(named_systems) - 1
        self.metrics: dict[str, Any] = {}
        self._signatures: dict[str, Signature] = {}
        self._baseline_info: dict[str, tuple[Rows, Result]] = {}

        baseline, hypotheses = named_systems[0]
        samples = self.n_samples if test_type == "bs" else self.n_ar_confidence
        for name, metric in metrics.items():
            sacrelogger.info(f"Pre-computing {name} statistics for {baseline!r}")
            rows, score = _rows_and_score(metric, hypotheses, references)
            result = Result(score.score)
            if samples > 0:
                sample_scores = _bootstrap_resample(rows, metric, samples)[1]
                result.mean, result.ci = estimate_ci(np.array([sample.score for sample in sample_scores]))
            self.metrics[score.name] = metric
            self._baseline_info[score.name] = rows, result
            signature = metric.get_signature()
            signature.update("seed", str(self._seed).lower())
            signature.update(test_type, self.n_samples)
            if self.n_ar_confidence > 0:
                signature.update("bs", self.n_ar_confidence)
            self._signatures[score.name] = signature

    def __call__(self) -> tuple[dict[str, Signature], dict[str, list[Any]]]:
        """Return the signature of each metric, and the result of each system by metric; `"System"` has their names."""
        scores: dict[str, list[Any]] = {"System": [name for name, _ in self.named_systems]}
        scores |= {name: [result] for name, (_, result) in self._baseline_info.items()}
        draws: Any = None
        for system, hypotheses in self.named_systems[1:]:
            count = len(hypotheses)
            # With a seed, all systems have the same draws. As in sacrebleu, 0 means no seed.
            if draws is None or not self._seed or draws[0].shape[1] != count:
                rng = np.random.default_rng(self._seed or None)
                draws = _draws(self.test_type, rng, count, self.n_samples, self.n_ar_confidence)
            for name, metric in self.metrics.items():
                sacrelogger.info(f"Computing {name} for {system!r} and extracting sufficient statistics")
                rows, score = _rows_and_score(metric, hypotheses, self.references)
                baseline = self._baseline_info[name]
                scores[name].append(_compare(self.test_type, metric, baseline, (rows, score.score), draws))
        return self._signatures, scores


def _draws(
    test_type: str, rng: np.random.Generator, count: int, samples: int, for_intervals: int
) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
    """Draw for a test of `count` segments: bootstrap samples, or the segments to exchange in each trial.

    The second result are bootstrap samples for intervals besides approximate randomization, or None.
    """
    if test_type == "bs":
        return draw_indices(rng, count, samples), None
    chosen = rng.integers(2, size=(samples, count), dtype=bool)
    return chosen, draw_indices(rng, count, for_intervals) if for_intervals > 0 else None


def _compare(
    test_type: str,
    metric: Any,
    baseline: tuple[Any, Any],
    system: tuple[Any, float],
    draws: tuple[NDArray[Any], NDArray[np.int64] | None],
) -> Result:
    """Compare the rows and the score of a system with the rows and the result of the baseline."""
    (baseline_rows, baseline_result), (rows, score), (drawn, interval_samples) = baseline, system, draws
    real_difference, samples = abs(baseline_result.score - score), len(drawn)
    if test_type == "bs":
        sacrelogger.info(f" > Performing paired bootstrap resampling test (# resamples: {samples})")
        baseline_scores, scores = (_sample_scores(metric, sum_drawn(side, drawn)) for side in (baseline_rows, rows))
        differences = np.abs(scores - baseline_scores)
        p_value = _compute_p_value(differences - differences.mean(), real_difference)
        return Result(score, p_value, *estimate_ci(scores))
    sacrelogger.info(f" > Performing approximate randomization test (# trials: {samples})")
    first, second = (_trial_scores(metric, sums) for sums in _exchanged(baseline_rows, rows, drawn))
    result = Result(score, _compute_p_value(np.abs(first - second), real_difference))
    if interval_samples is not None:
        resamples = len(interval_samples)
        sacrelogger.info(f" > Performing bootstrap resampling for confidence interval (# resamples: {resamples})")
        result.mean, result.ci = estimate_ci(_sample_scores(metric, sum_drawn(rows, interval_samples)))
    return result
