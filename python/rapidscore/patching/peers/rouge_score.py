"""Replacements for rouge-score: scores of pairs, with rouge-score's own tokenizer, and their aggregates."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from typing import Any

from rapidscore.compat.rouge_score.rouge_scorer import RougeScorer
from rapidscore.compat.rouge_score.scoring import BootstrapAggregator
from rapidscore.patching.installing import Replacement


def scorer() -> Iterator[Replacement]:
    """Yield what is replaced in `rouge_score.rouge_scorer`."""
    theirs: Any = sys.modules["rouge_score.rouge_scorer"]
    scorer_type = theirs.RougeScorer
    tokenizer_type, score_type = theirs.tokenizers.DefaultTokenizer, theirs.scoring.Score

    def our_scorer(self: Any) -> RougeScorer | None:
        """Return our scorer with the same options; None if the core lacks one of them."""
        types = self.rouge_types
        if type(self) is not scorer_type or type(self._tokenizer) is not tokenizer_type:
            return None
        if type(types) not in (list, tuple) or not all(type(kind) is str for kind in types):
            return None
        # The method of this one tokenizer may have been replaced.
        if "tokenize" in vars(self._tokenizer):
            return None
        scorer = _scorer(tuple(types), self._tokenizer._stemmer is not None, bool(self._split_summaries))
        return scorer if scorer._core else None

    def our_scores(self: Any, method: str, targets: Any, prediction: Any) -> Any:
        """Return the scores, or None if rouge-score must compute them or raise its error."""
        scorer = our_scorer(self)
        texts = targets if method == "score_multi" else [targets]
        if scorer is None or type(texts) is not list or not texts:
            return None
        if not all(type(text) is str for text in (prediction, *texts)):
            return None
        try:
            scores = getattr(scorer, method)(targets, prediction)
        except LookupError:
            # NLTK's data are missing: rouge-score raises the same error.
            return None
        return {kind: score_type(*values) for kind, values in scores.items()}

    def score(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any, target: Any, prediction: Any) -> Any:
            scores = our_scores(self, "score", target, prediction)
            return original(self, target, prediction) if scores is None else scores

        return replaced

    def score_multi(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any, targets: Any, prediction: Any) -> Any:
            scores = our_scores(self, "score_multi", targets, prediction)
            return original(self, targets, prediction) if scores is None else scores

        return replaced

    yield Replacement(scorer_type, "score", score)
    yield Replacement(scorer_type, "score_multi", score_multi)


def aggregator() -> Iterator[Replacement]:
    """Yield what is replaced in `rouge_score.scoring`."""
    theirs: Any = sys.modules["rouge_score.scoring"]

    def aggregate(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any) -> Any:
            if type(self) is not theirs.BootstrapAggregator:
                return original(self)
            ours = BootstrapAggregator(self._confidence_interval, self._n_samples)
            ours._scores = self._scores
            return {kind: theirs.AggregateScore(*bounds) for kind, bounds in ours.aggregate().items()}

        return replaced

    yield Replacement(theirs.BootstrapAggregator, "aggregate", aggregate)


@lru_cache(256)
def _scorer(rouge_types: tuple[str, ...], use_stemmer: bool, split_summaries: bool) -> RougeScorer:
    return RougeScorer(rouge_types, use_stemmer, split_summaries)
