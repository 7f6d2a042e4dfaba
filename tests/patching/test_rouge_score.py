"""rouge-score under `patch()`."""

import inspect

import numpy as np
import pytest
import rouge_score.rouge_scorer
import rouge_score.scoring
from support.corpus import PREDICTIONS, REFERENCES
from support.patched import both

import rapidscore


class TestRougeScore:
    @pytest.mark.parametrize("stem", [False, True])
    @pytest.mark.parametrize("types", [["rouge1", "rouge2", "rougeL"], ["rougeLsum"], ["rouge9"], ["rouge0"], ["x"]])
    def test_scores(self, types, stem):
        def call():
            scorer = rouge_score.rouge_scorer.RougeScorer(types, use_stemmer=stem)
            found = []
            for text, references in zip(PREDICTIONS, REFERENCES, strict=True):
                for score in scorer.score, scorer.score_multi:
                    try:
                        found.append(score(references if score == scorer.score_multi else references[0], text))
                    except ValueError as error:
                        found.append(str(error))
            return found

        before, after = both(call)
        # Values that are int in rouge-score are int here too.
        assert repr(after) == repr(before)
        assert after == before

    def test_rouge_score_measures_nothing(self, monkeypatch):
        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"], use_stemmer=True)
        monkeypatch.setattr(rouge_score.rouge_scorer, "_score_ngrams", None)
        with rapidscore.patched("rouge_score"):
            assert scorer.score("running", "runs")["rouge1"].fmeasure == 1
            assert scorer.score(target="running", prediction="runs") == scorer.score("running", "runs")
            assert scorer.score_multi(targets=["running"], prediction="runs") == scorer.score("running", "runs")
            assert inspect.getfullargspec(type(scorer).score).args == ["self", "target", "prediction"]

    def test_method_replaced_on_an_instance(self):
        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"])
        scorer._tokenizer.tokenize = list
        before, after = both(lambda: scorer.score("abc", "abd"))
        assert before == after
        assert before["rouge1"].fmeasure == pytest.approx(2 / 3)

    def test_custom_tokenizer(self):
        class Characters:
            def tokenize(self, text):
                return list(text)

        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"], tokenizer=Characters())
        before, after = both(lambda: scorer.score("abc", "abd"))
        assert before == after

    def test_no_targets(self):
        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"])
        with rapidscore.patched(), pytest.raises(ValueError, match="empty"):
            scorer.score_multi([], "a")

    def test_aggregates(self):
        rng = np.random.default_rng(1)

        def call():
            aggregator = rouge_score.scoring.BootstrapAggregator(n_samples=50)
            for values in rng_rows:
                aggregator.add_scores({"rouge1": rouge_score.scoring.Score(*values)})
            np.random.seed(5)
            found = aggregator.aggregate()
            return found, type(found["rouge1"]), type(found["rouge1"].mid)

        rng_rows = rng.random((40, 3)).tolist()
        before, after = both(call)
        assert after == before
