"""rouge-score: the scores of pairs, with its own tokenizer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from typing import Any

from rapidscore.patching.installing import Replacement
from rapidscore.rouge import ROUGE


def scorer() -> Iterator[Replacement]:
    """Say what is replaced in `rouge_score.rouge_scorer`."""
    theirs: Any = sys.modules["rouge_score.rouge_scorer"]
    scorer = theirs.RougeScorer
    default, Score = theirs.tokenizers.DefaultTokenizer, theirs.scoring.Score  # noqa: N806  # a class

    def scored(self: Any, targets: Sequence[str], prediction: str) -> Any:
        """Return the scores, or None where they are for rouge-score to compute."""
        if type(self._tokenizer) is not default or not all(type(text) is str for text in (prediction, *targets)):
            return None
        try:
            metric = _metric(tuple(self.rouge_types), self._tokenizer._stemmer is not None, self._split_summaries)
            rows, _ = metric._core.rows([prediction], [list(targets)])
        except (TypeError, ValueError, LookupError):
            # An invalid type is refused at this moment, by rouge-score.
            return None
        values = rows[0].tolist()
        return {name: Score(*values[3 * at : 3 * at + 3]) for at, name in enumerate(self.rouge_types)}

    def score(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any, target: str, prediction: str) -> Any:
            found = scored(self, (target,), prediction)
            return original(self, target, prediction) if found is None else found

        return replaced

    def score_multi(original: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(original)
        def replaced(self: Any, targets: Sequence[str], prediction: str) -> Any:
            found = scored(self, targets, prediction) if isinstance(targets, list | tuple) and targets else None
            return original(self, targets, prediction) if found is None else found

        return replaced

    yield Replacement(scorer, "score", score)
    yield Replacement(scorer, "score_multi", score_multi)


def aggregator() -> Iterator[Replacement]:
    """Say what is replaced in `rouge_score.scoring`."""
    from rapidscore.compat.rouge_score.scoring import BootstrapAggregator

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
def _metric(rouge_types: tuple[str, ...], use_stemmer: bool, split_summaries: bool) -> ROUGE:
    return ROUGE(rouge_types, use_stemmer=use_stemmer, split_summaries=split_summaries)
