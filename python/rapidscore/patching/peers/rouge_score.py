"""rouge-score: the scores of pairs, with its own tokenizer, and their aggregates."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

from rapidscore.compat.rouge_score.rouge_scorer import RougeScorer
from rapidscore.compat.rouge_score.scoring import BootstrapAggregator
from rapidscore.patching.installing import Replacement


def scorer() -> Iterator[Replacement]:
    """Say what is replaced in `rouge_score.rouge_scorer`."""
    theirs: Any = sys.modules["rouge_score.rouge_scorer"]
    scorer = theirs.RougeScorer
    default, score = theirs.tokenizers.DefaultTokenizer, theirs.scoring.Score

    def ours(self: Any) -> RougeScorer | None:
        """Return a scorer of ours with the same options, where the core has them all."""
        types = self.rouge_types
        if type(self) is not scorer or type(self._tokenizer) is not default or type(types) not in (list, tuple):
            return None
        if not all(type(kind) is str for kind in types):
            return None
        found = _scorer(tuple(types), self._tokenizer._stemmer is not None, bool(self._split_summaries))
        return found if found._core else None

    def making(name: str) -> Callable[[Any], Any]:
        def make(original: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(original)
            def replaced(self: Any, targets: Any, prediction: Any) -> Any:
                quick = ours(self)
                texts = [targets] if name == "score" else targets
                # Other texts, and mistakes, are for rouge-score.
                if quick is None or type(texts) is not list or not texts:
                    return original(self, targets, prediction)
                if not all(type(text) is str for text in (prediction, *texts)):
                    return original(self, targets, prediction)
                try:
                    scores = getattr(quick, name)(targets, prediction)
                except LookupError:
                    # NLTK's data are missing, as rouge-score will say.
                    return original(self, targets, prediction)
                return {kind: score(*values) for kind, values in scores.items()}

            return replaced

        return make

    for name in ("score", "score_multi"):
        yield Replacement(scorer, name, making(name))


def aggregator() -> Iterator[Replacement]:
    """Say what is replaced in `rouge_score.scoring`."""
    theirs: Any = sys.modules["rouge_score.scoring"]

    def aggregate(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any) -> Any:
            if type(self) is not theirs.BootstrapAggregator:
                return original(self)
            ours = BootstrapAggregator(self._confidence_interval, self._n_samples)
            ours._scores = self._scores
            return {name: theirs.AggregateScore(*found) for name, found in ours.aggregate().items()}

        return replaced

    yield Replacement(theirs.BootstrapAggregator, "aggregate", aggregate)


@lru_cache(256)
def _scorer(rouge_types: tuple[str, ...], use_stemmer: bool, split_summaries: bool) -> RougeScorer:
    return RougeScorer(rouge_types, use_stemmer, split_summaries)
