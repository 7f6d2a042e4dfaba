"""Scores and signatures of `rapidscore.compat.sacrebleu` as objects: attributes, copies, threads."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
import sacrebleu as theirs
from support.corpus import PREDICTIONS
from support.outcomes import exactly
from support.sacrebleu_drop_in import (
    SENTENCE_FUNCTIONS,
    SIDES,
    STREAMS,
    contents,
    every_metric,
)

import rapidscore.compat.sacrebleu as ours


class TestScoreObjects:
    def test_attributes_are_computed_on_first_access(self):
        expected = theirs.sentence_bleu("a cat sat here", ["a cat is here"])
        for name in vars(expected):
            score = ours.sentence_bleu("a cat sat here", ["a cat is here"])
            assert exactly(getattr(score, name)) == exactly(getattr(expected, name))
        with pytest.raises(AttributeError, match="'BLEUScore' object has no attribute 'nothing'"):
            _ = score.nothing
        with pytest.raises(AttributeError):
            _ = ours.sentence_bleu("a", ["a"]).nothing

    def test_attributes_can_be_set(self):
        score = ours.sentence_bleu("a cat", ["a dog"])
        score.name, score._mean, score.more = "mine", 3.0, 1
        assert (score.counts, score.name, score._mean, score.more) == ([1, 0, 0, 0], "mine", 3.0, 1)

    def test_threads(self):
        scores = [ours.sentence_bleu("a cat sat here", ["a cat is here"]) for _ in range(200)]
        expected = ours.sentence_bleu("a cat sat here", ["a cat is here"]).format()
        with ThreadPoolExecutor(8) as pool:
            for texts in [pool.map(ours.BLEUScore.format, scores) for _ in range(8)]:
                assert {*texts} == {expected}

    @pytest.mark.parametrize("name", SENTENCE_FUNCTIONS)
    def test_copies(self, name):
        for change in copy.copy, copy.deepcopy, lambda score: pickle.loads(pickle.dumps(score)):
            score = getattr(ours, name)("a cat sat", ["a dog sat"])
            assert contents(change(score)) == contents(score)

    @every_metric
    def test_copies_of_metrics(self, name):
        metric = getattr(ours, name)(references=STREAMS)
        expected = contents(metric.corpus_score(PREDICTIONS, None))
        for change in copy.copy, copy.deepcopy, lambda metric: pickle.loads(pickle.dumps(metric)):
            assert contents(change(metric).corpus_score(PREDICTIONS, None)) == expected

    def test_constructors(self):
        for side in SIDES:
            score = side.metrics.BLEUScore(20.5, [3, 1], [4, 3], [75.0, 33.3], 0.9, 4, 5)
            assert str(score) == "BLEU = 20.50 75.0/33.3 (BP = 0.900 ratio = 0.800 hyp_len = 4 ref_len = 5)"
            score = side.metrics.CHRFScore(20.5, 6, 2, 3)
            assert str(score) == "chrF3++ = 20.50"
            assert vars(side.metrics.TERScore(20.5, 3.0, 4.5))["num_edits"] == 3

    def test_json_needs_a_signature(self):
        for side in SIDES:
            with pytest.raises(ValueError, match="not enough values to unpack"):
                side.sentence_bleu("a", ["a"]).format(is_json=True)

    def test_signatures(self):
        for side in SIDES:
            with pytest.raises(ValueError, match="Number of references unknown, please evaluate the metric first"):
                side.BLEU().get_signature()
        infos = []
        for side in SIDES:
            metric = side.TER()
            metric.test_set, metric.langpair = "wmt20", "en-de"
            metric.corpus_score(["a"], [["a"]])
            signature = metric.get_signature()
            signature.update("subset", "x")
            signature.update("origlang", False)
            infos.append((signature.info, str(signature), signature.format(short=True)))
        assert infos[0] == infos[1]


def test_scores_do_not_follow_options_set_later():
    scores = []
    for side in SIDES:
        metric = side.BLEU(effective_order=True)
        scores.append(metric.sentence_score("a b c d e", ["a b c d"]))
        metric.max_ngram_order, metric.effective_order, metric.smooth_method = 2, False, "none"
    assert vars(scores[0]) == vars(scores[1])


def test_attributes_of_a_sentence_score_are_in_order():
    mine, peer = (vars(side.sentence_bleu("a b c", ["a c"])) for side in SIDES)
    assert [*mine.items()] == [*peer.items()]
