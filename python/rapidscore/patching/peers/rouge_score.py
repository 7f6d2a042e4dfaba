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
        # A method of this one object's may be another.
        if "tokenize" in vars(self._tokenizer) or not all(type(kind) is str for kind in types):
            return None
        found = _scorer(tuple(types), self._tokenizer._stemmer is not None, bool(self._split_summaries))
        return found if found._core else None

    def found(self: Any, name: str, targets: Any, prediction: Any) -> Any:
        """Return the scores, or None where they are for rouge-score to compute."""
        quick = ours(self)
        texts = targets if name == "score_multi" else [targets]
        # Other texts, and mistakes, are for rouge-score.
        if quick is None or type(texts) is not list or not texts:
            return None
        if not all(type(text) is str for text in (prediction, *texts)):
            return None
        try:
            scores = getattr(quick, name)(targets, prediction)
        except LookupError:
            # NLTK's data are missing, as rouge-score will say.
            return None
        return {kind: score(*values) for kind, values in scores.items()}

    def one(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any, target: Any, prediction: Any) -> Any:
            scores = found(self, "score", target, prediction)
            return original(self, target, prediction) if scores is None else scores

        return replaced

    def several(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any, targets: Any, prediction: Any) -> Any:
            scores = found(self, "score_multi", targets, prediction)
            return original(self, targets, prediction) if scores is None else scores

        return replaced

    yield Replacement(scorer, "score", one)
    yield Replacement(scorer, "score_multi", several)


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
