"""Combine several metrics into one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rapidscore.compat.evaluate._scored import ScoredMetric
from rapidscore.compat.evaluate.loading import load
from rapidscore.compat.evaluate.module import EvaluationModule


class CombinedEvaluations:
    """Several metrics that take the same examples. Their results are joined.

    Parameters and result as `evaluate.CombinedEvaluations` in evaluate 0.4.6. `evaluation_modules` is a list of names
    or loaded metrics, or a dict of these by the names that prefix the results. Keys that occur in several results, or
    all keys with `force_prefix`, are prefixed with the name of the metric. Metrics with the same name are numbered.
    """

    def __init__(self, evaluation_modules: Any, force_prefix: bool = False) -> None:
        if not isinstance(evaluation_modules, list | tuple | dict):
            raise TypeError(
                f"evaluations must be a list or a dict of metrics, not {evaluation_modules!r} "
                f"({type(evaluation_modules).__name__})"
            )
        has_names = isinstance(evaluation_modules, dict)
        modules = evaluation_modules.values() if isinstance(evaluation_modules, dict) else evaluation_modules
        self.evaluation_modules: list[EvaluationModule] = [
            load(module) if isinstance(module, str) else module for module in modules
        ]
        self.evaluation_module_names: list[str] = (
            [*evaluation_modules] if has_names else [module.name for module in self.evaluation_modules]
        )
        self.force_prefix = force_prefix

    def add(self, prediction: Any = None, reference: Any = None, **kwargs: Any) -> None:
        """Add one example to each metric."""
        # The examples in evaluate's documentation use the plural names, and evaluate accepts them.
        prediction = kwargs.pop("predictions", prediction)
        reference = kwargs.pop("references", reference)
        for module in self.evaluation_modules:
            other_inputs = _only(kwargs, module._feature_names())
            module.add(prediction=prediction, reference=reference, **other_inputs)

    def add_batch(self, predictions: Any = None, references: Any = None, **kwargs: Any) -> None:
        """Add examples to each metric."""
        for module in self.evaluation_modules:
            module.add_batch(predictions=predictions, references=references, **_only(kwargs, module._feature_names()))

    def compute(self, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute and join all results.

        In contrast to evaluate, each metric gets only those of `kwargs` that it has, and one that no metric has raises
        `TypeError`. If a metric raises an error, all metrics keep their examples.
        """
        accepted = [_accepted_kwargs(module, kwargs) for module in self.evaluation_modules]
        for name in kwargs:
            if not any(name in names for names in accepted):
                metrics = ", ".join(self.evaluation_module_names)
                raise TypeError(f"{name!r} is not an option of any of {metrics}: leave it out")
        results = []
        for module, names in zip(self.evaluation_modules, accepted, strict=True):
            options = _only(kwargs, names)
            if _has_our_compute(module):
                results.append(module._compute_and_keep(predictions, references, **options))
            else:
                results.append(module.compute(predictions=predictions, references=references, **options))
        # Only after all results are computed, so that no example is lost if a metric raises an error.
        for module in self.evaluation_modules:
            if _has_our_compute(module):
                module._clear()
        return self._merge_results(results)

    def _merge_results(self, results: list[Any]) -> dict[str, Any]:
        # The results of error rates are plain numbers.
        modules_and_results = zip(self.evaluation_modules, results, strict=True)
        results = [
            result if isinstance(result, dict) else {module.name: result} for module, result in modules_and_results
        ]
        key_counts = Counter(key for result in results for key in result)
        name_counts = Counter(self.evaluation_module_names)
        numbers: Counter[str] = Counter()
        merged = {}
        for name, result in zip(self.evaluation_module_names, results, strict=True):
            prefix = f"{name}_{numbers[name]}" if name_counts[name] > 1 else name
            numbers[name] += 1
            for key, value in result.items():
                merged[f"{prefix}_{key}" if key_counts[key] > 1 or self.force_prefix else key] = value
        return merged


def combine(evaluations: Any, force_prefix: bool = False) -> CombinedEvaluations:
    """Combine several metrics into one: see `CombinedEvaluations`.

    >>> both = combine({"all": load("accuracy"), "ones": load("precision")}, force_prefix=True)
    >>> both.compute(predictions=[0, 1, 1], references=[0, 1, 0])
    {'all_accuracy': 0.6666666666666666, 'ones_precision': 0.5}
    """
    return CombinedEvaluations(evaluations, force_prefix=force_prefix)


def _only(values: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _has_our_compute(module: Any) -> bool:
    """Return whether a metric has the method `compute` of `EvaluationModule`."""
    return getattr(type(module), "compute", None) is EvaluationModule.compute


def _accepted_kwargs(module: EvaluationModule, kwargs: dict[str, Any]) -> set[str]:
    """Return the names of the keyword arguments that a metric gets. Custom metrics get all, as in evaluate."""
    return {*kwargs} if not isinstance(module, ScoredMetric) else {*module._feature_names(), *module._option_names()}
