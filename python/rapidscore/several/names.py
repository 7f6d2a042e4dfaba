"""The names of several metrics: those of the command line, or of the metrics themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rapidscore.classification.classification import Classification
from rapidscore.classification.multilabel import Multilabel
from rapidscore.inputs.options import as_sequence
from rapidscore.metric import Metric
from rapidscore.perplexity.perplexity import Perplexity
from rapidscore.segments.measured import Value
from rapidscore.text_metrics.bleu import BLEU
from rapidscore.text_metrics.chrf import CHRF
from rapidscore.text_metrics.error_rate import CER, WER
from rapidscore.text_metrics.rouge import ROUGE
from rapidscore.text_metrics.ter import TER

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidscore.metric import AnyMetric
    from rapidscore.statistics import Statistics

_METRICS: dict[str, Callable[[], AnyMetric]] = {
    "bleu": BLEU,
    "chrf": CHRF,
    "chrf++": lambda: CHRF(word_order=2),
    "ter": TER,
    "wer": WER,
    "cer": CER,
    "rouge": ROUGE,
    "classification": Classification,
    "multilabel": Multilabel,
    "perplexity": Perplexity,
}
_KNOWN = f"{', '.join(_METRICS)}, rouge1 to rouge9, rougeL, rougeLsum"


def named(metrics: Any) -> dict[str, AnyMetric]:
    """Return metrics by name, of a metric, the name of one, a sequence of both, or a mapping with names of the caller.

    Metrics of one name get the options in which they differ as suffix. Raises `ValueError` for an unknown name, for no
    metrics, and for two metrics that are equal, and `TypeError` for what is no metric.

    >>> [*named(["bleu", CHRF(word_order=2)])], [*named([BLEU(), BLEU(tokenize="char")])]
    (['bleu', 'chrf++'], ['bleu|tok:13a', 'bleu|tok:char'])
    """
    if isinstance(metrics, Mapping):
        found = [(str(name), _metric(metric, f"metrics[{name!r}]")) for name, metric in metrics.items()]
    else:
        listed = [metrics] if isinstance(metrics, str | Metric) else as_sequence("metrics", metrics)
        made = [_metric(metric, f"metrics[{at}]") for at, metric in enumerate(listed)]
        found = _distinct([(default_name(metric), metric) for metric in made])
    if not found:
        raise ValueError("metrics is empty: name at least one metric")
    return dict(found)


def _metric(metric: Any, where: str) -> AnyMetric:
    if isinstance(metric, Metric):
        return metric
    if not isinstance(metric, str):
        raise TypeError(f"{where} is {metric!r} ({type(metric).__name__}): pass a metric, such as BLEU(), or its name")
    if metric in _METRICS:
        return _METRICS[metric]()
    try:
        return ROUGE((metric,))
    except ValueError:
        raise ValueError(f"unknown metric {metric!r}: choose from {_KNOWN}, or pass a metric") from None


def default_name(metric: AnyMetric) -> str:
    """Return the name of a metric, as on the command line where that has it."""
    match metric:
        case CHRF(word_order=order):
            return "chrf" + "+" * order
        case ROUGE(rouge_types=(only,)):
            return str(only)
    return type(metric).__name__.lower()


def titled(values: Mapping[str, Any], title: str, metric: AnyMetric) -> dict[str, Any]:
    """Return the values of a metric by name; under a title that is not its own name, they are named after the title."""
    if title == default_name(metric):
        return dict(values)
    return {title if len(values) == 1 else f"{title}/{name}": value for name, value in values.items()}


def value_names(statistics: Statistics[Any]) -> list[str]:
    """Return the names of the values of whole systems. Raises `ValueError` if there are no segments."""
    metric = statistics.metric._quiet()
    return [*metric._measured(metric._score(statistics.total()._sums))]


def headline_values(statistics: Mapping[str, Statistics[Any]]) -> dict[str, Value]:
    """Return the values of whole systems that tables show, by title, given the rows of each metric by name."""
    found: dict[str, Value] = {}
    for title, one in statistics.items():
        names = one.metric._headline(value_names(one))
        found |= titled({name: Value(title, name) for name in names}, title, one.metric)
    return found


def segment_values(statistics: Mapping[str, Statistics[Any]]) -> tuple[dict[str, Value], list[str]]:
    """Return the scores of segments by name, given the rows of each metric by name, and the names of those to show."""
    # Titles and the scores to show come first, so that no other score takes their names.
    first: dict[str, Value] = {}
    others: dict[str, Value] = {}
    chosen: list[str] = []
    for title, one in statistics.items():
        values = {name: Value(title, name) for name in one[:0].segment_scores()}
        headline = [name for name in one.metric._headline([*values]) if name in values] or [*values][:1]
        shown = titled({name: values[name] for name in headline}, title, one.metric)
        chosen += [*shown]
        # The title alone stands for the first score.
        first |= {title: values[headline[0]]} | shown
        others |= titled(values, title, one.metric)
    return {**first, **{name: value for name, value in others.items() if name not in first}}, chosen


def _distinct(metrics: Sequence[tuple[str, AnyMetric]]) -> list[tuple[str, AnyMetric]]:
    """Return metrics whose names differ: by the parts of the signature that are not the same in all of one name."""
    distinct = []
    for name, metric in metrics:
        items = [one._signature_items() for other, one in metrics if other == name]
        own = metric._signature_items()
        parts = [f"{key}:{value}" for key, value in own.items() if any(one.get(key) != value for one in items)]
        distinct.append(("|".join([name, *parts]), metric))
    names = [name for name, _ in distinct]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise ValueError(f"two metrics are {name!r}, with the same options: leave one out, or pass a mapping")
    return distinct
