"""Calls on one short pair."""

from __future__ import annotations

import dataclasses
from types import ModuleType
from typing import Any

from data import Pairs
from harness import Call, Line, Peer, Run, Values, Work, bleu_values
from suites.rouge import FIELDS, TYPES, our_rouge, their_rouge

from rapidscore import BLEU, ROUGE

SHORT: Pairs = (
    ["The committee will meet on 12 March, he said."],
    ["The committee meets on 12 March, she said."],
)


def single_pair(run: Run) -> list[Line]:
    """Score one short pair, with metric objects that were constructed before, on both sides."""
    bleu, effective, metric, types = BLEU(), BLEU(effective_order=True), ROUGE(TYPES), list(TYPES)

    def corpus_score(module: ModuleType, given: Pairs) -> Call:
        other = module.BLEU()
        return lambda: other.corpus_score(given[0], [given[1]])

    def rouge_scores(module: ModuleType, given: Pairs) -> Call:
        scorer, (prediction,), (reference,) = module.RougeScorer(types), *given
        return lambda: scorer.score(reference, prediction)

    def one(score: dict[str, Any]) -> Values:
        return their_rouge([score])

    def mean_rouge(given: Pairs) -> Values:
        score = metric.score(*given)
        return {f"{kind} {name}": [getattr(score[kind], name)] for kind in TYPES for name in FIELDS}

    corpus = Peer("sacrebleu BLEU().corpus_score", "sacrebleu.metrics", corpus_score, bleu_values, reference=True)
    sentence = Peer(
        "sacrebleu.sentence_bleu",
        "sacrebleu",
        lambda module, given: lambda: module.sentence_bleu(given[0][0], given[1]),
        lambda score: {"bleu": [score.score]},
        reference=True,
    )
    scorers = [
        Peer("rouge_score_rs, score", "rouge_score_rs.rouge_scorer", rouge_scores, one),
        Peer("rouge_score, score", "rouge_score.rouge_scorer", rouge_scores, one, reference=True),
    ]
    lines = []
    benchmark = dataclasses.replace(run.benchmark, loops=run.sizes.loops)
    for name, call, values, peers in (
        ("BLEU().score", bleu.score, lambda given: bleu_values(bleu.score(*given)), [corpus]),
        (
            "BLEU(effective_order=True).segment_scores",
            effective.segment_scores,
            lambda given: effective.segment_scores(*given),
            [sentence],
        ),
        ("ROUGE().score", metric.score, mean_rouge, scorers),
        ("ROUGE().segment_scores", metric.segment_scores, lambda given: our_rouge(metric, given), scorers),
    ):
        work = Work(f"{name} of one pair", lambda given, call=call: lambda: call(*given), values, at_most=5e-6)
        lines += benchmark.run("single", SHORT, work, peers, "call")
    return lines
