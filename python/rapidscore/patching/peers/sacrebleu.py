"""Replacements for sacrebleu: the statistics of segments, and their sums in significance tests and bootstrap samples.

sacrebleu and subclasses of its metrics compute all their scores from these, as before.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from typing import Any, TypeVar

import numpy as np

from rapidscore._lazy import lazy_property
from rapidscore.compat.sacrebleu import metrics as our_metrics
from rapidscore.compat.sacrebleu import significance as our_significance
from rapidscore.compat.sacrebleu.metrics._core_metric import is_scored_by
from rapidscore.patching.installing import Replaced, Replacement, function
from rapidscore.text_metrics.base import AnyTextMetric
from rapidscore.text_metrics.bleu import BLEU
from rapidscore.text_metrics.chrf import CHRF
from rapidscore.text_metrics.ter import TER

_T = TypeVar("_T")

#: The names of tokenizers that need no library or model, by the names of their classes.
_TOKENIZERS = {
    "Tokenizer13a": "13a",
    "TokenizerV14International": "intl",
    "TokenizerZh": "zh",
    "TokenizerChar": "char",
    "NoneTokenizer": "none",
}


#: Methods that may be replaced on a single metric object.
_OVERRIDABLE = frozenset({"_preprocess_segment", "_extract_reference_info", "_compute_segment_statistics"})


class _References:
    """A lazy list of the information that sacrebleu extracts from references, together with their texts.

    The information is extracted when sacrebleu first accesses the list.
    """

    def __init__(self, streams: Any, by_segment: Sequence[Sequence[str]], extract: Callable[[], Any]) -> None:
        self.streams = streams
        self.by_segment = by_segment
        self._extract = extract

    def __len__(self) -> int:
        return len(self.by_segment)

    @lazy_property
    def _extracted(self) -> Any:
        return self._extract()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._extracted)

    def __getitem__(self, index: Any) -> Any:
        return self._extracted[index]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)


def metrics() -> Iterator[Replacement]:
    """Yield what is replaced in `sacrebleu.metrics`."""
    metric = vars(sys.modules["sacrebleu.metrics.base"])["Metric"]
    yield Replacement(metric, "_cache_references", _caching)
    yield Replacement(metric, "_extract_corpus_statistics", _extracting)


def significance() -> Iterator[Replacement]:
    """Yield what is replaced in `sacrebleu.significance`."""
    module = sys.modules["sacrebleu.significance"]
    resample = function(module.__name__, our_significance._bootstrap_resample)
    yield Replacement(module, "_bootstrap_resample", resample)
    yield Replacement(module, "_paired_ar_test", _paired_test("ar"))
    yield Replacement(module, "_paired_bs_test", _paired_test("bs"))


def _paired_test(test_type: str) -> Callable[[Any], Any]:
    """Return a function that makes the replacement of sacrebleu's test of one system against the baseline."""

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
            draws = our_significance._draws(test_type, rng, len(hypotheses), samples, for_intervals)
            results = {}
            for name, metric in metrics.items():
                our_significance.sacrelogger.info(
                    f"Computing {name} for {system!r} and extracting sufficient statistics"
                )
                rows, score = our_significance._rows_and_score(metric, hypotheses, references)
                baseline_rows, baseline_result = baselines[name]
                result = our_significance._compare(
                    test_type,
                    _metric_that_scores_as(metric),
                    (np.array(baseline_rows), baseline_result),
                    (rows, score.score),
                    draws,
                )
                results[name] = theirs.Result(**vars(result))
            return system, results

        return Replaced(theirs.__name__, original, test, answers_errors=False)

    return make


def _metric_that_scores_as(metric: Any) -> Any:
    """Return our metric that scores sums as sacrebleu's metric does; that metric itself if its scoring is modified."""
    ours: Any = None
    match type(metric).__name__, type(metric).__module__:
        case "BLEU", "sacrebleu.metrics.bleu":
            ours = our_metrics.BLEU(
                tokenize="none",
                smooth_method=metric.smooth_method,
                smooth_value=metric.smooth_value,
                max_ngram_order=metric.max_ngram_order,
                effective_order=metric.effective_order,
            )
        case "CHRF", "sacrebleu.metrics.chrf":
            orders = metric.char_order, metric.word_order
            ours = our_metrics.CHRF(*orders, metric.beta, eps_smoothing=metric.eps_smoothing)
        case "TER", "sacrebleu.metrics.ter":
            ours = our_metrics.TER()
    # sacrebleu also scores with options that we refuse.
    if ours is None or not is_scored_by(metric, "sacrebleu") or _none_if_refused(lambda: ours._core) is None:
        return metric
    return ours


def _caching(original: Callable[..., Any]) -> Callable[..., Any]:
    """Make the replacement of `Metric._cache_references`."""

    @wraps(original)
    def replaced(self: Any, references: Any) -> Any:
        by_segment = None if _our_metric(self) is None else _by_segment(references)
        if not by_segment:
            return original(self, references)
        counts = {len(texts) for texts in by_segment}
        # As sacrebleu counts them; its signature shows the number.
        self.num_refs = counts.pop() if len(counts) == 1 else -1
        return _References(references, by_segment, lambda: original(self, references))

    return replaced


def _extracting(original: Callable[..., Any]) -> Callable[..., Any]:
    """Make the replacement of `Metric._extract_corpus_statistics`."""

    @wraps(original)
    def replaced(self: Any, hypotheses: Any, references: Any) -> Any:
        cached = self._cache_references(references) if references else self._ref_cache
        metric = _our_metric(self)
        if metric is None or not isinstance(cached, _References) or not isinstance(hypotheses, list | tuple):
            return original(self, hypotheses, references)
        rows = _rows(metric, hypotheses, cached.by_segment)
        if rows is None:
            return original(self, hypotheses, references)
        if not self._force and sum(text.endswith(" .") for text in hypotheses[: len(rows)]) >= _TOKENIZED:
            # Let sacrebleu issue its own warning.
            num_refs = self.num_refs
            original(self, [" ."] * _TOKENIZED, [["."] * _TOKENIZED])
            self.num_refs = num_refs
        return rows

    return replaced


#: sacrebleu warns if this number of hypotheses, or more, look tokenized.
_TOKENIZED = 100


def _rows(metric: AnyTextMetric, hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Any:
    """Return the rows of all segments as sacrebleu has them, or None if sacrebleu must raise its error."""
    # As in sacrebleu, the longer of both is cut.
    count = min(len(hypotheses), len(references))
    try:
        rows, _ = metric._core.rows(list(hypotheses[:count]), references[:count])
    except (TypeError, ValueError):
        return None
    if isinstance(metric, TER):
        return [[int(edits), length] for edits, length in rows.tolist()]
    return rows.astype(np.int64).tolist()


def _by_segment(references: Any) -> list[list[str]] | None:
    """Return the references of each segment without missing ones; None unless these are streams of `str`."""
    if not isinstance(references, list | tuple) or not all(isinstance(stream, list | tuple) for stream in references):
        return None
    by_segment = [[text for text in texts if text is not None] for texts in zip(*references, strict=False)]
    return by_segment if all(by_segment) else None


def _our_metric(metric: Any) -> AnyTextMetric | None:
    """Return our metric with the options of sacrebleu's; None for options that we lack, and for subclasses."""
    module = type(metric).__module__
    if not _OVERRIDABLE.isdisjoint(vars(metric)):
        return None
    match type(metric).__name__, module:
        case "BLEU", "sacrebleu.metrics.bleu":
            kind = type(metric.tokenizer)
            is_theirs = kind.__module__.startswith("sacrebleu.tokenizers.") and "__call__" not in vars(metric.tokenizer)
            tokenizer = _TOKENIZERS.get(kind.__name__) if is_theirs else None
            # Rows do not depend on smoothing, which sacrebleu does itself.
            return None if tokenizer is None else _bleu(metric.lowercase, tokenizer, metric.max_ngram_order)
        case "CHRF", "sacrebleu.metrics.chrf":
            orders = metric.char_order, metric.word_order
            # Which of several references is the best depends on smoothing.
            return _chrf(*orders, metric.beta, metric.lowercase, metric.whitespace, metric.eps_smoothing)
        case "TER", "sacrebleu.metrics.ter":
            return _ter(metric.normalized, metric.no_punct, metric.asian_support, metric.case_sensitive)
    return None


@lru_cache(64)
def _bleu(lowercase: bool, tokenize: str, max_ngram_order: int) -> AnyTextMetric | None:
    return _none_if_refused(lambda: BLEU(lowercase, tokenize=tokenize, max_ngram_order=max_ngram_order))


@lru_cache(64)
def _chrf(  # noqa: PLR0917  # one for each option
    char_order: int, word_order: int, beta: float, lowercase: bool, whitespace: bool, eps_smoothing: bool
) -> AnyTextMetric | None:
    return _none_if_refused(lambda: CHRF(char_order, word_order, beta, lowercase, whitespace, eps_smoothing))


@lru_cache(64)
def _ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> AnyTextMetric | None:
    return _none_if_refused(lambda: TER(normalized, no_punct, asian_support, case_sensitive))


def _none_if_refused(make: Callable[[], _T]) -> _T | None:
    """Make a metric, or its core; return None if we refuse one of its options."""
    try:
        return make()
    except (TypeError, ValueError):
        return None
