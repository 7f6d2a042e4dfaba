"""Several metrics as one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rapidscore.compat.evaluate._scored import ScoredMetric
from rapidscore.compat.evaluate.loading import load
from rapidscore.compat.evaluate.module import EvaluationModule


class CombinedEvaluations:
    """Several metrics that are given the same examples, and whose results are joined.

    `evaluation_modules` is a list of names or loaded metrics, or a dict of such by the names that prefix results. Keys
    that occur in several results, or with `force_prefix` all of them, have the name of their metric before them, and
    its number where metrics have the same name.
    """

    def __init__(self, evaluation_modules: Any, force_prefix: bool = False) -> None:
        if not isinstance(evaluation_modules, list | tuple | dict):
            raise TypeError(
                f"evaluations must be a list or a dict of metrics, not {evaluation_modules!r} "
                f"({type(evaluation_modules).__name__})"
            )
        named = isinstance(evaluation_modules, dict)
        modules = evaluation_modules.values() if isinstance(evaluation_modules, dict) else evaluation_modules
        self.evaluation_modules: list[EvaluationModule] = [
            load(module) if isinstance(module, str) else module for module in modules
        ]
        self.evaluation_module_names: list[str] = (
            [*evaluation_modules] if named else [module.name for module in self.evaluation_modules]
        )
        self.force_prefix = force_prefix

    def add(self, prediction: Any = None, reference: Any = None, **kwargs: Any) -> None:
        """Add one example to each metric."""
        # The peer's own examples name them in the plural, which it takes for inputs of these names.
        prediction = kwargs.pop("predictions", prediction)
        reference = kwargs.pop("references", reference)
        for module in self.evaluation_modules:
            more = _only(kwargs, module._feature_names())
            module.add(prediction=prediction, reference=reference, **more)

    def add_batch(self, predictions: Any = None, references: Any = None, **kwargs: Any) -> None:
        """Add examples to each metric."""
        for module in self.evaluation_modules:
            module.add_batch(predictions=predictions, references=references, **_only(kwargs, module._feature_names()))

    def compute(self, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute and join all results.

        Each metric is given those of `kwargs` that it knows; one that no metric knows raises `TypeError`.
        """
        known = [_known(module, kwargs) for module in self.evaluation_modules]
        for name in kwargs:
            if not any(name in names for names in known):
                raise TypeError(f"{name!r} is an option of none of {', '.join(self.evaluation_module_names)}")
        results = []
        for module, names in zip(self.evaluation_modules, known, strict=True):
            more = _only(kwargs, names)
            if _is_ours(module):
                results.append(module._computed(predictions, references, **more))
            else:
                results.append(module.compute(predictions=predictions, references=references, **more))
        # Only now, so that all examples are there still when a metric raises.
        for module in self.evaluation_modules:
            if _is_ours(module):
                module._forget()
        return self._merge_results(results)

    def _merge_results(self, results: list[Any]) -> dict[str, Any]:
        # Error rates are plain numbers.
        named = zip(self.evaluation_modules, results, strict=True)
        results = [result if isinstance(result, dict) else {module.name: result} for module, result in named]
        keys = Counter(key for result in results for key in result)
        names = Counter(self.evaluation_module_names)
        seen: Counter[str] = Counter()
        merged = {}
        for name, result in zip(self.evaluation_module_names, results, strict=True):
            prefix = f"{name}_{seen[name]}" if names[name] > 1 else name
            seen[name] += 1
            for key, value in result.items():
                merged[f"{prefix}_{key}" if keys[key] > 1 or self.force_prefix else key] = value
        return merged


def combine(evaluations: Any, force_prefix: bool = False) -> CombinedEvaluations:
    """Make one of several metrics: see `CombinedEvaluations`.

    >>> both = combine({"all": load("accuracy"), "ones": load("precision")}, force_prefix=True)
    >>> both.compute(predictions=[0, 1, 1], references=[0, 1, 0])
    {'all_accuracy': 0.6666666666666666, 'ones_precision': 0.5}
    """
    return CombinedEvaluations(evaluations, force_prefix=force_prefix)


def _only(values: dict[str, Any], names: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _is_ours(module: Any) -> bool:
    """Tell whether a metric computes its results as ours do."""
    return getattr(type(module), "compute", None) is EvaluationModule.compute


def _known(module: EvaluationModule, kwargs: dict[str, Any]) -> set[str]:
    """Return which keyword arguments a metric takes. Others' metrics are given all, as the peer does."""
    return {*kwargs} if not isinstance(module, ScoredMetric) else {*module._feature_names(), *module._option_names()}
