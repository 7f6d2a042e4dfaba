"""What is replaced in each peer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module

from rapidscore.patching.installing import Replacement


@dataclass(frozen=True)
class Peer:
    """A package whose functions are replaced."""

    name: str
    """The name by which it is imported."""
    distribution: str
    """The name by which it is installed."""
    tested: str
    """The version that was tested."""
    modules: Mapping[str, Callable[[], Iterable[Replacement]]]
    """By the full name of a module: what is replaced when that has been imported."""


def _of(module: str, function: str) -> Callable[[], Iterable[Replacement]]:
    """Return a function of a module here, which is imported when it is called."""

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
                "sacrebleu": _of("sacrebleu", "metrics"),
                "sacrebleu.significance": _of("sacrebleu", "significance"),
            },
        ),
        Peer(
            "rouge_score",
            "rouge-score",
            "0.1.2",
            {
                "rouge_score.rouge_scorer": _of("rouge_score", "scorer"),
                "rouge_score.scoring": _of("rouge_score", "aggregator"),
            },
        ),
        Peer("jiwer", "jiwer", "4.0.0", {"jiwer": _of("jiwer", "jiwer")}),
        Peer("sklearn", "scikit-learn", "1.9.1", {"sklearn.metrics": _of("sklearn", "metrics")}),
        Peer("fairlearn", "fairlearn", "0.15.0", {"fairlearn.metrics": _of("fairlearn", "metrics")}),
        Peer(
            "nltk",
            "nltk",
            "3.10.4",
            {
                "nltk.translate.bleu_score": _of("nltk", "bleu"),
                "nltk.translate.chrf_score": _of("nltk", "chrf"),
            },
        ),
    )
}
