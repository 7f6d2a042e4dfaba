"""sacrebleu: the statistics of segments, from which it makes all its scores, and their sums in tests and samples.

Only these are computed here, so that whatever is made of them, by sacrebleu or by subclasses of its metrics, is made
as before.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar

import numpy as np

from rapidscore.compat.sacrebleu import metrics as metrics_here
from rapidscore.compat.sacrebleu import significance as compat
from rapidscore.compat.sacrebleu.metrics._counted import is_scored_by
from rapidscore.patching.installing import Replaced, Replacement, function
from rapidscore.text_metrics.base import AnyTextMetric
from rapidscore.text_metrics.bleu import BLEU
from rapidscore.text_metrics.chrf import CHRF
from rapidscore.text_metrics.ter import TER

_T = TypeVar("_T")

#: By the names of its classes, tokenizers that need no library or model.
_TOKENIZERS = {
    "Tokenizer13a": "13a",
    "TokenizerV14International": "intl",
    "TokenizerZh": "zh",
    "TokenizerChar": "char",
    "NoneTokenizer": "none",
}


#: Methods that one metric may have of its own.
_OVERRIDABLE = frozenset({"_preprocess_segment", "_extract_reference_info", "_compute_segment_statistics"})


class _References:
    """References as they were given. What sacrebleu would read of them in advance is read when it asks for it."""

    def __init__(self, streams: Any, of_segments: Sequence[Sequence[str]], read: Callable[[], Any]) -> None:
        self.streams = streams
        self.of_segments = of_segments
        self._read = read

    def __len__(self) -> int:
        return len(self.of_segments)

    @cached_property
    def _whole(self) -> Any:
        return self._read()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole)

    def __getitem__(self, index: Any) -> Any:
        return self._whole[index]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


def metrics() -> Iterator[Replacement]:
    """Say what is replaced in `sacrebleu.metrics`."""
    metric = vars(sys.modules["sacrebleu.metrics.base"])["Metric"]
    yield Replacement(metric, "_cache_references", _caching)
    yield Replacement(metric, "_extract_corpus_statistics", _extracting)


def significance() -> Iterator[Replacement]:
    """Say what is replaced in `sacrebleu.significance`."""
    module = sys.modules["sacrebleu.significance"]
    yield Replacement(module, "_bootstrap_resample", function(module.__name__, compat._bootstrap_resample))
    yield Replacement(module, "_paired_ar_test", _testing("ar"))
    yield Replacement(module, "_paired_bs_test", _testing("bs"))


def _testing(test_type: str) -> Callable[[Any], Any]:
    """Return what makes the replacement of a test of one system."""

    def make(original: Callable[..., Any]) -> Any:
        theirs: Any = sys.modules["sacrebleu.significance"]
        parameters = inspect.signature(original)

        def test(*args: Any, **kwargs: Any) -> tuple[str, dict[str, Any]]:
            bound = parameters.bind(*args, **kwargs)
            bound.apply_defaults()
            (baselines, system, hypotheses, references, metrics, samples, for_intervals, seed) = (
                bound.arguments.values()
            )
            rng = np.random.default_rng(seed)
            draws = compat._draws(test_type, rng, len(hypotheses), samples, for_intervals)
            results = {}
            for name, metric in metrics.items():
                compat.sacrelogger.info(f"Computing {name} for {system!r} and extracting sufficient statistics")
                rows, score = compat._measured(metric, hypotheses, references)
                others, result = baselines[name]
                baseline, found = (np.array(others), result), (rows, score.score)
                compared = compat._compared(test_type, _scoring_as(metric), baseline, found, draws)
                results[name] = theirs.Result(**vars(compared))
            return system, results

        return Replaced(theirs.__name__, original, test, answers_errors=False)

    return make


def _scoring_as(metric: Any) -> Any:
    """Return our metric that scores sums as sacrebleu's does; the same metric where somebody has changed that."""
    found: Any = None
    match type(metric).__name__, type(metric).__module__:
        case "BLEU", "sacrebleu.metrics.bleu":
            found = metrics_here.BLEU(
                tokenize="none",
                smooth_method=metric.smooth_method,
                smooth_value=metric.smooth_value,
                max_ngram_order=metric.max_ngram_order,
                effective_order=metric.effective_order,
            )
        case "CHRF", "sacrebleu.metrics.chrf":
            orders = metric.char_order, metric.word_order
            found = metrics_here.CHRF(*orders, metric.beta, eps_smoothing=metric.eps_smoothing)
        case "TER", "sacrebleu.metrics.ter":
            found = metrics_here.TER()
    # An option that we refuse leaves it to sacrebleu, too.
    if found is None or not is_scored_by(metric, "sacrebleu") or _made(lambda: found._core) is None:
        return metric
    return found


def _caching(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def replaced(self: Any, references: Any) -> Any:
        of_segments = None if _ours(self) is None else _of_segments(references)
        if not of_segments:
            return original(self, references)
        counts = {len(texts) for texts in of_segments}
        # As sacrebleu counts them; its signature shows it.
        self.num_refs = counts.pop() if len(counts) == 1 else -1
        return _References(references, of_segments, lambda: original(self, references))

    return replaced


def _extracting(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def replaced(self: Any, hypotheses: Any, references: Any) -> Any:
        cached = self._cache_references(references) if references else self._ref_cache
        metric = _ours(self)
        if metric is None or not isinstance(cached, _References) or not isinstance(hypotheses, list | tuple):
            return original(self, hypotheses, references)
        rows = _measured(metric, hypotheses, cached.of_segments)
        if rows is None:
            return original(self, hypotheses, references)
        if not self._force and sum(text.endswith(" .") for text in hypotheses[: len(rows)]) >= _TOKENIZED:
            # So that it warns as it does.
            num_refs = self.num_refs
            original(self, [" ."] * _TOKENIZED, [["."] * _TOKENIZED])
            self.num_refs = num_refs
        return rows

    return replaced


#: So many hypotheses that look tokenized make sacrebleu warn.
_TOKENIZED = 100


def _measured(metric: AnyTextMetric, hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Any:
    """Return the rows of all segments as sacrebleu has them, or None where it must say what is wrong."""
    # It takes as many segments as both have.
    count = min(len(hypotheses), len(references))
    try:
        rows, _ = metric._core.rows(list(hypotheses[:count]), references[:count])
    except (TypeError, ValueError):
        return None
    if isinstance(metric, TER):
        return [[int(edits), length] for edits, length in rows.tolist()]
    return rows.astype(np.int64).tolist()


def _of_segments(references: Any) -> list[list[str]] | None:
    """Return the references of each segment, without those that are missing; None where they are no streams of str."""
    if not isinstance(references, list | tuple) or not all(isinstance(stream, list | tuple) for stream in references):
        return None
    of_segments = [[text for text in texts if text is not None] for texts in zip(*references, strict=False)]
    return of_segments if all(of_segments) else None


def _ours(metric: Any) -> AnyTextMetric | None:
    """Return our metric with the options of sacrebleu's; None for those that we do not have, and for subclasses."""
    module = type(metric).__module__
    if not _OVERRIDABLE.isdisjoint(vars(metric)):
        return None
    match type(metric).__name__, module:
        case "BLEU", "sacrebleu.metrics.bleu":
            kind = type(metric.tokenizer)
            its_own = kind.__module__.startswith("sacrebleu.tokenizers.") and "__call__" not in vars(metric.tokenizer)
            tokenizer = _TOKENIZERS.get(kind.__name__) if its_own else None
            # Smoothing is sacrebleu's own.
            return None if tokenizer is None else _bleu(metric.lowercase, tokenizer, metric.max_ngram_order)
        case "CHRF", "sacrebleu.metrics.chrf":
            orders = metric.char_order, metric.word_order
            # Of several references the best counts, and which it is depends on how scores are smoothed.
            return _chrf(*orders, metric.beta, metric.lowercase, metric.whitespace, metric.eps_smoothing)
        case "TER", "sacrebleu.metrics.ter":
            return _ter(metric.normalized, metric.no_punct, metric.asian_support, metric.case_sensitive)
    return None


@lru_cache(64)
def _bleu(lowercase: bool, tokenize: str, max_ngram_order: int) -> AnyTextMetric | None:
    return _made(lambda: BLEU(lowercase, tokenize=tokenize, max_ngram_order=max_ngram_order))


@lru_cache(64)
def _chrf(  # noqa: PLR0917  # one for each option
    char_order: int, word_order: int, beta: float, lowercase: bool, whitespace: bool, eps_smoothing: bool
) -> AnyTextMetric | None:
    return _made(lambda: CHRF(char_order, word_order, beta, lowercase, whitespace, eps_smoothing))


@lru_cache(64)
def _ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> AnyTextMetric | None:
    return _made(lambda: TER(normalized, no_punct, asian_support, case_sensitive))


def _made(make: Callable[[], _T]) -> _T | None:
    """Make a metric, or its core; None where an option is one that we refuse."""
    try:
        return make()
    except (TypeError, ValueError):
        return None
