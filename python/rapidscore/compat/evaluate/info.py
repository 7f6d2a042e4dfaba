"""Information about a metric: descriptions, and the inputs that it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

#: The type of each input by its name; or a list of such dicts if the inputs may have several forms.
Features: TypeAlias = Any


@dataclass(frozen=True)
class Value:
    """The type of an input that holds one value, by Arrow's name of the type."""

    dtype: str

    def __repr__(self) -> str:
        return f"Value({self.dtype!r})"


@dataclass(frozen=True)
class List:
    """The type of an input that holds a list of values of another type."""

    feature: Any

    def __repr__(self) -> str:
        return f"List({self.feature!r})"


LABELS = {"predictions": Value("int32"), "references": Value("int32")}
LABEL_LISTS = {"predictions": List(Value("int32")), "references": List(Value("int32"))}
TEXTS = {"predictions": Value("string"), "references": Value("string")}
TEXTS_OR_LISTS = [{"predictions": Value("string"), "references": List(Value("string"))}, TEXTS]
ANSWERS = {
    "predictions": {"id": Value("string"), "prediction_text": Value("string")},
    "references": {
        "id": Value("string"),
        "answers": List({"text": Value("string"), "answer_start": Value("int32")}),
    },
}
TOKENS = {"predictions": List(Value("float64"))}


@dataclass
class EvaluationModuleInfo:
    """Information about a metric. The last three attributes are set when the metric is loaded."""

    description: str
    citation: str
    features: Features
    inputs_description: str = ""
    homepage: str = ""
    license: str = ""
    codebase_urls: list[str] = field(default_factory=list)
    reference_urls: list[str] = field(default_factory=list)
    streamable: bool = False
    format: str | None = None
    module_type: str = "metric"
    module_name: str | None = None
    config_name: str | None = None
    experiment_id: str | None = None


@dataclass
class MetricInfo(EvaluationModuleInfo):
    """Information about a metric."""
