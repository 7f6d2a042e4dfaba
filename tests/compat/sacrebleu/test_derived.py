"""Metrics that users derive from those of `rapidscore.compat.sacrebleu`, or change."""

import pytest
from support.corpus import PREDICTIONS
from support.sacrebleu_drop_in import (
    FULL_STREAMS,
    SIDES,
    STREAMS,
    SYSTEM_STREAMS,
    SYSTEMS,
    contents,
    every_metric,
    longest,
    outcome,
)


@every_metric
def test_derived_scores_are_used(name):
    results = []
    for side in SIDES:
        kind = getattr(side.metrics, name)

        class Derived(kind):
            def _compute_score_from_stats(self, stats):
                score = super()._compute_score_from_stats(stats)
                score.score = float(stats[0]) / 2
                return score

        metric = Derived()
        test = side.significance.PairedTest(SYSTEMS[:2], {"m": metric}, SYSTEM_STREAMS, "bs", n_samples=20)
        results.append(
            [
                metric.sentence_score("a b c", ["a c"]).score,
                metric.corpus_score(PREDICTIONS, FULL_STREAMS).score,
                metric.corpus_score(PREDICTIONS, FULL_STREAMS, n_bootstrap=20)._mean,
                repr(test()),
            ]
        )
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("name", "method"), [("BLEU", "compute_bleu"), ("CHRF", "_compute_f_score"), ("BLEU", None), ("CHRF", None)]
)
def test_replaced_methods(name, method):
    results = []
    for side in SIDES:
        kind = getattr(side.metrics, name)
        if method is None:
            # on one instance
            metric = kind()
            original = metric._compute_score_from_stats
            metric._compute_score_from_stats = lambda stats, original=original: tenth(original(stats))
        else:
            original = getattr(kind, method)
            replaced = lambda *given, original=original, **options: tenth(original(*given, **options))  # noqa: E731
            metric = type(name, (kind,), {method: staticmethod(replaced) if name == "BLEU" else replaced})()
        found = metric.corpus_score(PREDICTIONS, FULL_STREAMS, n_bootstrap=20)
        results.append([found.score, found._mean, found._ci, metric.sentence_score("a b c", ["a c"]).score])
        for test_type in "ar", "bs":
            test = side.significance.PairedTest(SYSTEMS[:3], {"m": metric}, SYSTEM_STREAMS, test_type, n_samples=20)
            results[-1].append(repr(test()[1]))
    assert results[0] == results[1]


def tenth(score):
    if not hasattr(score, "score"):
        return score / 10
    score.score /= 10
    return score


def test_derived_metrics():
    found = []
    for side in SIDES:
        metric = longest(side)()
        scores = [metric.corpus_score(PREDICTIONS, STREAMS), metric.sentence_score("abc", ["a", None])]
        sampled = metric.corpus_score(PREDICTIONS, STREAMS, n_bootstrap=30)
        metric._ref_cache = metric._cache_references(FULL_STREAMS)
        scores.append(metric.corpus_score(PREDICTIONS, None))
        found.append([*map(contents, scores), sampled.format(), str(metric.get_signature())])
        for arguments in (["a", None], [["a", "b"]]), (["a"], None):
            metric._ref_cache = None
            found[-1].append(outcome(lambda metric=metric, arguments=arguments: metric.corpus_score(*arguments)))
    assert found[0] == found[1]


def test_options_set_later():
    for name, option, value in [
        ("BLEU", "lowercase", True),
        ("BLEU", "smooth_method", "floor"),
        ("BLEU", "max_ngram_order", 2),
        ("CHRF", "beta", 1),
    ]:
        found = []
        for side in SIDES:
            metric = getattr(side, name)()
            metric.corpus_score(PREDICTIONS, STREAMS)
            setattr(metric, option, value)
            found.append(contents(metric.corpus_score(PREDICTIONS, STREAMS), metric.get_signature()))
        assert found[0] == found[1]
