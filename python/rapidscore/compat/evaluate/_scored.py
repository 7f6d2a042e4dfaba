"""The metrics that are computed here: options, a measure of examples, and a result of what was measured."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

from rapidscore.compat.evaluate._inputs import as_list, check_labels, check_lengths, check_texts
from rapidscore.compat.evaluate.info import EvaluationModuleInfo, MetricInfo
from rapidscore.compat.evaluate.module import Metric

#: Examples are measured so many at a time where they come one by one.
_AT_A_TIME = 4096


class Scorer(Protocol):
    """Options, frozen, and what is done with them."""

    #: Whether no option changes what is measured, so that examples are measured as they come.
    EAGER: ClassVar[bool]

    def measure(self, predictions: Any, references: Any) -> Any:
        """Return what is to be known of examples."""

    def join(self, parts: list[Any]) -> Any:
        """Return what was measured of several batches as if it were one."""

    def result(self, part: Any) -> dict[str, Any]:
        """Return the metric's result."""


@dataclass(frozen=True)
class Description:
    """A metric by its name in the peer."""

    scorer: type[Any]
    summary: str
    citation: str
    features: Any
    urls: tuple[str, ...] = ()
    #: Where the implementation is that is followed, and the metric's own page.
    code: str = ""
    homepage: str = ""
    #: Those of the configuration "multilabel", if there is one.
    multilabel_features: Any = None

    def info(self, config_name: str) -> EvaluationModuleInfo:
        """Return what the metric says of itself."""
        several = config_name == "multilabel" and self.multilabel_features
        return MetricInfo(
            description=self.summary,
            citation=self.citation,
            features=self.multilabel_features if several else self.features,
            inputs_description=self.scorer.__doc__ or "",
            homepage=self.homepage,
            codebase_urls=[self.code] if self.code else [],
            reference_urls=[*self.urls],
        )


class ScoredMetric(Metric):
    """A metric of those that `load` knows.

    With `options`, those of `compute` are said beforehand: examples are then measured as they come.
    """

    DESCRIPTION: ClassVar[Description]

    def __init__(self, *arguments: Any, options: dict[str, Any] | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._options = options
        self._parts: list[Any] = []
        self._measured = 0
        self._early: Scorer | None = None
        if options is not None or self.DESCRIPTION.scorer.EAGER:
            self._early = self._scorer(options or {})

    def _info(self) -> EvaluationModuleInfo:
        return self.DESCRIPTION.info(self.config_name)

    def _option_names(self) -> list[str]:
        return [option.name for option in fields(self.DESCRIPTION.scorer) if not option.name.startswith("_")]

    def _scorer(self, options: dict[str, Any]) -> Any:
        known = self._option_names()
        for name in options:
            if name not in known:
                choice = f"choose from {', '.join(known)}" if known else "it has none"
                raise TypeError(f"{name!r} is no option of {self.name}: {choice}")
        scorer = self.DESCRIPTION.scorer(**options)
        if self.DESCRIPTION.multilabel_features:
            object.__setattr__(scorer, "_several", self.config_name == "multilabel")
        if hasattr(scorer, "_seed"):
            object.__setattr__(scorer, "_seed", self.seed)
        return scorer

    def __len__(self) -> int:
        return super().__len__() + self._measured

    @property
    def _is_derived(self) -> bool:
        """Whether somebody else computes the result."""
        return type(self)._compute is not ScoredMetric._compute or "_compute" in vars(self)

    def _compute(self, *, predictions: Any = None, references: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Compute the result of predictions and references; `kwargs` are the metric's options."""
        columns = {"predictions": predictions, "references": references}
        self._check_texts({name: columns[name] for name in self._feature_names()})
        scorer = self._scorer({**(self._options or {}), **kwargs})
        _check_any(len(predictions))
        result: dict[str, Any] = scorer.result(scorer.measure(predictions, references))
        return result

    def _check_texts(self, columns: dict[str, Any]) -> None:
        check_texts(self.features, columns, gaps=getattr(self.DESCRIPTION.scorer, "GAPS", False))

    def _store(self, batch: dict[str, Any]) -> None:
        size = len(next(iter(batch.values())))
        self._check_texts(batch)
        if size < _AT_A_TIME or self._is_derived:
            check_labels(self.features, batch)
        if self._is_derived:
            super()._store(batch)
            return
        if self._early is None or size < _AT_A_TIME:
            super()._store(batch)
        if self._early is None:
            return
        waiting = super().__len__()
        if waiting >= _AT_A_TIME or (waiting and size >= _AT_A_TIME):
            self._take(self._early.measure(*self._pair(self._columns)), waiting)
            super()._forget()
        if size >= _AT_A_TIME:
            self._take(self._early.measure(*self._pair(batch)), size)

    def _take(self, part: Any, size: int) -> None:
        assert self._early is not None
        self._parts.append(part)
        # Rows are joined once, at the end: each time would copy them.
        if not isinstance(part, tuple | list | dict):
            self._parts = [self._early.join(self._parts)]
        self._measured += size

    def _forget(self) -> None:
        super()._forget()
        self._parts, self._measured = [], 0

    def _pair(self, columns: dict[str, Any]) -> tuple[Any, Any]:
        return columns["predictions"], columns.get("references")

    def _result(self, batch: dict[str, Any] | None, options: dict[str, Any]) -> dict[str, Any]:
        if batch is not None:
            self._check_texts(batch)
        if self._is_derived:
            return super()._result(batch, options)
        if self._options is not None:
            for name, value in options.items():
                if name not in self._options or self._options[name] is not value != self._options[name]:
                    raise ValueError(
                        f"{name}={value!r} comes too late: load was given the options {self._options}, with which "
                        "examples are measured; say it there"
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
        _check_any(self._measured + waiting)
        if waiting:
            parts.append(scorer.measure(*self._pair(columns)))
        part = parts[0] if len(parts) == 1 else scorer.join(parts)
        result: dict[str, Any] = scorer.result(part)
        return result


def _check_any(examples: int) -> None:
    if not examples:
        raise ValueError("no examples to compute from: pass at least one prediction with its reference")
