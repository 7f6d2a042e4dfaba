"""Metrics whose functions refer to them are collected as garbage."""

import gc
import weakref

import pytest

from rapidscore import BLEU, CER, ROUGE, WER


class Tokenizer:
    """A tokenizer that can refer to its metric."""

    def __call__(self, text):
        return text.split()

    tokenize = __call__


class Normalizer(Tokenizer):
    """A function from `str` to `str` that can refer to its metric."""

    def __call__(self, text):
        return text


MAKERS = [
    lambda function: BLEU(tokenize=function),
    lambda function: BLEU(tokenize=function.tokenize),
    lambda function: ROUGE(("rouge1",), tokenizer=function),
    lambda function: ROUGE(("rougeLsum",), tokenizer=function, split_summaries=False),
    lambda function: WER(normalize=function),
    lambda function: CER(normalize=function),
]

# What a user may keep besides the metric, given the metric: an object that refers to its core.
KEPT = {
    "metric": lambda metric: metric,
    "statistics": lambda metric: metric.statistics(["a b"], ["a c"]),
    "total": lambda metric: metric.statistics(["a b"], ["a c"]).total(),
    "accumulator": lambda metric: metric.accumulator(),
    "prepared references": lambda metric: metric.prepare(["a b"]),
    "blocks of pairs": lambda metric: metric.pairwise_blocks(["a b", "a c"], rows=1),
    "begun blocks": lambda metric: (blocks := metric.pairwise_blocks(["a b", "a c"], rows=1), next(blocks)),
}


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("keep", KEPT.values(), ids=KEPT)
def test_a_function_that_refers_to_its_metric(make, keep):
    function = Normalizer() if make in MAKERS[-2:] else Tokenizer()
    metric = make(function)
    metric.score(["a b"], ["a c"])
    function.kept = keep(metric)
    alive = weakref.ref(function)
    del function, metric
    gc.collect()
    assert alive() is None


def test_a_metric_that_is_in_use_is_kept():
    function = Tokenizer()
    metric = BLEU(tokenize=function)
    alive = weakref.ref(function)
    blocks = metric.pairwise_blocks(["a b", "a c"], rows=1)
    del function, metric
    gc.collect()
    assert alive() is not None
    assert len(list(blocks)) == 2
