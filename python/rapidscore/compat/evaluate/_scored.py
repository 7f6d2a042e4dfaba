"""The metrics that `load` returns: options, how to measure examples, and how to compute the result."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

from rapidscore.compat.evaluate._inputs import as_list, check_labels, check_lengths, check_texts
from rapidscore.compat.evaluate.info import EvaluationModuleInfo, MetricInfo
from rapidscore.compat.evaluate.module import Metric

#: The number of examples measured at a time when they are added one by one.
_BLOCK = 4096


class Scorer(Protocol):
    """A frozen object with the options of a metric, which measures examples and computes the result.

    A part is what `measure` returns for a batch of examples.
    """

    #: Whether no option changes what is measured, so that examples can be measured before the options are known.
    EAGER: ClassVar[bool]

    def measure(self, predictions: Any, references: Any) -> Any:
        """Return the part of a batch of examples."""

    def join(self, parts: list[Any]) -> Any:
        """Return the part of several consecutive batches, from their parts."""

    def result(self, part: Any) -> dict[str, Any]:
        """Return the result of the metric, from the part of all examples."""


@dataclass(frozen=True)
class Description:
    """The description of a metric of evaluate."""

    scorer: type[Any]
    summary: str
    citation: str
    features: Any
    urls: tuple[str, ...] = ()
    #: Addresses of the implementation that is followed, and of the home page of the metric.
    code: str = ""
    homepage: str = ""
    #: The features of the configuration "multilabel", if there is one.
    multilabel_features: Any = None

    def info(self, config_name: str) -> EvaluationModuleInfo:
        """Return the information about the metric in a configuration."""
        multilabel = config_name == "multilabel" and self.multilabel_features
        return MetricInfo(
            description=self.summary,
            citation=self.citation,
            features=self.multilabel_features if multilabel else self.features,
            inputs_description=self.scorer.__doc__ or "",
            homepage=self.homepage,
            codebase_urls=[self.code] if self.code else [],
            reference_urls=[*self.urls],
        )


class ScoredMetric(Metric):
    """The base class of the metrics that `load` returns.

    `options` are options for `compute`. If they are passed, examples are measured as they arrive.
    """

    DESCRIPTION: ClassVar[Description]

    def __init__(self, *arguments: Any, options: dict[str, Any] | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._options = options
        #: The parts of the examples that are measured already, and the number of these examples.
        self._parts: list[Any] = []
        self._measured_count = 0
        #: Measures examples as they arrive; None if the options are needed first.
        self._early_scorer: Scorer | None = None
        if options is not None or self.DESCRIPTION.scorer.EAGER:
            self._early_scorer = self._scorer(options or {})

    def _info(self) -> EvaluationModuleInfo:
        return self.DESCRIPTION.info(self.config_name)

    def _option_names(self) -> list[str]:
        return [option.name for option in fields(self.DESCRIPTION.scorer) if not option.name.startswith("_")]

    def _scorer(self, options: dict[str, Any]) -> Any:
        option_names = self._option_names()
        for name in options:
            if name not in option_names:
                remedy = f"choose from {', '.join(option_names)}" if option_names else "it has no options"
                raise TypeError(f"{name!r} is not an option of {self.name}: {remedy}")
        scorer = self.DESCRIPTION.scorer(**options)
        if self.DESCRIPTION.multilabel_features:
            object.__setattr__(scorer, "_multilabel", self.config_name == "multilabel")
        if hasattr(scorer, "_seed"):
            object.__setattr__(scorer, "_seed", self.seed)
        return scorer

    def __len__(self) -> int:
        return super().__len__() + self._measured_count

    @property
    def _has_custom_compute(self) -> bool:
        """Whether a subclass or this object overrides `_compute`."""
        return type(self)._compute is not ScoredMetric._compute or "_compute" in vars(self)

    def _compute(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of predictions and references. `kwargs` are options of the metric."""
        columns = {"predictions": predictions, "references": references}
        self._check_texts({name: columns[name] for name in self._feature_names()})
        scorer = self._scorer({**(self._options or {}), **kwargs})
        _check_any(len(predictions))
        result: dict[str, Any] = scorer.result(scorer.measure(predictions, references))
        return result

    def _check_texts(self, columns: dict[str, Any]) -> None:
        allow_missing = getattr(self.DESCRIPTION.scorer, "ALLOW_MISSING", False)
        check_texts(self.features, columns, allow_missing=allow_missing)

    def _store(self, batch: dict[str, Any]) -> None:
        size = len(next(iter(batch.values())))
        self._check_texts(batch)
        if size < _BLOCK or self._has_custom_compute:
            check_labels(self.features, batch)
        if self._has_custom_compute:
            super()._store(batch)
            return
        if self._early_scorer is None or size < _BLOCK:
            super()._store(batch)
        if self._early_scorer is None:
            return
        waiting = super().__len__()
        if waiting >= _BLOCK or (waiting and size >= _BLOCK):
            self._add_part(self._early_scorer.measure(*self._pair(self._columns)), waiting)
            super()._clear()
        if size >= _BLOCK:
            self._add_part(self._early_scorer.measure(*self._pair(batch)), size)

    def _add_part(self, part: Any, size: int) -> None:
        assert self._early_scorer is not None
        self._parts.append(part)
        # Sums are joined at once. Collections are joined at the end, so that they are copied only once.
        if not isinstance(part, tuple | list | dict):
            self._parts = [self._early_scorer.join(self._parts)]
        self._measured_count += size

    def _clear(self) -> None:
        super()._clear()
        self._parts, self._measured_count = [], 0

    def _pair(self, columns: dict[str, Any]) -> tuple[Any, Any]:
        return columns["predictions"], columns.get("references")

    def _result(self, batch: dict[str, Any] | None, options: dict[str, Any]) -> dict[str, Any]:
        if batch is not None:
            self._check_texts(batch)
        if self._has_custom_compute:
            return super()._result(batch, options)
        if self._options is not None:
            for name, value in options.items():
                if name not in self._options or self._options[name] is not value != self._options[name]:
                    raise ValueError(
                        f"{name}={value!r} comes too late: examples were measured with the options {self._options} of "
                        "load; pass it there"
                    )
            options = self._options
        scorer = self._scorer(options)
        columns = self._columns
        if batch is not None and super().__len__():
            columns = {name: column + as_list(batch[name]) for name, column in columns.items()}
            check_lengths(columns)
        elif batch is not None:
            columns = batch
        parts = [*self._parts]
        waiting = len(next(iter(columns.values())))
        _check_any(self._measured_count + waiting)
        if waiting:
            parts.append(scorer.measure(*self._pair(columns)))
        part = parts[0] if len(parts) == 1 else scorer.join(parts)
        result: dict[str, Any] = scorer.result(part)
        return result


def _check_any(examples: int) -> None:
    if not examples:
        raise ValueError("no examples to compute from: pass at least one prediction with its reference")
