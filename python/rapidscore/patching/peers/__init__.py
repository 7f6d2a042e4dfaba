"""The peers, and what is replaced in each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module

from rapidscore.patching.installing import Replacement


@dataclass(frozen=True)
class Peer:
    """A package with functions that can be replaced."""

    name: str
    """The name by which it is imported."""
    distribution: str
    """The name by which it is installed."""
    tested: str
    """The version that rapidscore was tested with."""
    modules: Mapping[str, Callable[[], Iterable[Replacement]]]
    """By the full name of a module: a function that returns what is replaced once the module has been imported."""


def _lazy(module: str, function: str) -> Callable[[], Iterable[Replacement]]:
    """Return a function of a module of this folder; the module is imported when the function is called."""

    def replacements() -> Iterable[Replacement]:
        found: Iterable[Replacement] = getattr(import_module(f"{__name__}.{module}"), function)()
        return found

    return replacements


PEERS = {
    peer.name: peer
    for peer in (
        Peer(
            "sacrebleu",
            "sacrebleu",
            "2.6.0",
            {
                "sacrebleu": _lazy("sacrebleu", "metrics"),
                "sacrebleu.significance": _lazy("sacrebleu", "significance"),
            },
        ),
        Peer(
            "rouge_score",
            "rouge-score",
            "0.1.2",
            {
                "rouge_score.rouge_scorer": _lazy("rouge_score", "scorer"),
                "rouge_score.scoring": _lazy("rouge_score", "aggregator"),
            },
        ),
        Peer("jiwer", "jiwer", "4.0.0", {"jiwer": _lazy("jiwer", "jiwer")}),
        Peer("sklearn", "scikit-learn", "1.9.1", {"sklearn.metrics": _lazy("sklearn", "metrics")}),
        Peer("fairlearn", "fairlearn", "0.15.0", {"fairlearn.metrics": _lazy("fairlearn", "metrics")}),
        Peer(
            "nltk",
            "nltk",
            "3.10.4",
            {
                "nltk.translate.bleu_score": _lazy("nltk", "bleu"),
                "nltk.translate.chrf_score": _lazy("nltk", "chrf"),
            },
        ),
    )
}
