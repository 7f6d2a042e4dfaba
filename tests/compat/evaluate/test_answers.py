"""`exact_match`, `squad` and `perplexity` of `rapidscore.compat.evaluate`, against their definitions."""

import math
import random
import re
import string
from collections import Counter
from functools import reduce
from operator import add

import numpy as np
import pytest
from support.evaluate_drop_in import compute, made_up
from support.outcomes import exactly

from rapidscore.compat import evaluate


class TestExactMatchAndSquad:
    def normalized(self, text, patterns, case, punctuation, numbers):
        for pattern in patterns:
            text = re.sub(pattern, "", text)
        text = text.lower() if case else text
        unwanted = (string.punctuation if punctuation else "") + (string.digits if numbers else "")
        return "".join(character for character in text if character not in unwanted)

    @pytest.mark.parametrize("case", [False, True])
    @pytest.mark.parametrize("punctuation", [False, True])
    @pytest.mark.parametrize("numbers", [False, True])
    @pytest.mark.parametrize("patterns", [[], ["the ", "yell", "YELL"]])
    def test_exact_match(self, case, punctuation, numbers, patterns):
        references = ["the cat", "theater", "YELLING", "agent007", "", "a\0"]
        predictions = ["cat?", "theater", "yelling", "agent", "", "a"]
        equal = [
            self.normalized(one, patterns, case, punctuation, numbers)
            == self.normalized(other, patterns, case, punctuation, numbers)
            for one, other in zip(references[:-1], predictions[:-1], strict=True)
        ]
        options = {"ignore_case": case, "ignore_punctuation": punctuation, "ignore_numbers": numbers}
        options["regexes_to_ignore"] = patterns or None
        # NumPy strips zeros at the end as padding.
        expected = {"exact_match": np.mean([*equal, True])}
        assert exactly(compute("exact_match", predictions, references, **options)) == exactly(expected)

    def test_exact_match_without_patterns(self):
        for other, expected in ("b", 1.0), ("c", 0.0):
            found = compute("exact_match", ["a", "b", "c"], ["a", other, "c"], regexes_to_ignore=[])
            assert exactly(found) == exactly({"exact_match": np.float64(expected)})

    def words(self, text):
        text = "".join(character for character in text.lower() if character not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    def squad(self, predictions, references):
        """Score by the definition of P. Rajpurkar et al., 2016: the best of all right answers, exactly and by words."""
        given = {answer["id"]: answer["prediction_text"] for answer in predictions}
        exact, f1 = [], []
        for question in references:
            values = []
            words = self.words(given[question["id"]])
            for answer in question["answers"]["text"]:
                right = self.words(answer)
                shared = sum(min(count, Counter(right)[word]) for word, count in Counter(words).items())
                precision, recall = shared / len(words) if words else 0, shared / len(right) if right else 0
                values.append((words == right, 2 * precision * recall / (precision + recall) if shared else 0))
            exact.append(max(value[0] for value in values))
            f1.append(max(value[1] for value in values))
        # Added from left to right: since Python 3.12, sum() compensates rounding errors.
        return {"exact_match": 100.0 * sum(exact) / len(exact), "f1": 100.0 * reduce(add, f1) / len(f1)}

    def test_squad(self):
        texts, lists = made_up(80, 11, 3)
        predictions = [{"id": str(at), "prediction_text": text} for at, text in enumerate(texts)]
        references = [
            {"id": str(at), "answers": {"text": answers, "answer_start": [0] * 3}} for at, answers in enumerate(lists)
        ]
        random.Random(1).shuffle(references)
        assert exactly(compute("squad", predictions, references)) == exactly(self.squad(predictions, references))

    def test_squad_known(self, capsys):
        predictions = [{"prediction_text": "1976", "id": "a"}, {"prediction_text": "The Beatles!", "id": "b"}]
        references = [
            {"answers": {"answer_start": [97], "text": ["1976"]}, "id": "a"},
            {"answers": {"answer_start": [1, 2], "text": ["beatles", "four"]}, "id": "b"},
        ]
        assert compute("squad", predictions, references) == {"exact_match": 100.0, "f1": 100.0}
        predictions[1] |= {"prediction_text": "beatles of liverpool"}
        assert compute("squad", predictions, references) == {"exact_match": 50.0, "f1": 75.0}
        predictions[1] |= {"id": "c"}
        assert evaluate.load("squad").compute(predictions=predictions, references=references)["f1"] == 50.0
        assert capsys.readouterr().err == "question b is not answered and scores 0\n"

    def test_squad_bad_input(self):
        metric = evaluate.load("squad")
        good = [{"id": "a", "answers": {"text": ["b"], "answer_start": [0]}}]
        for predictions, references, error, message in [
            ([{"id": "a"}], good, ValueError, "prediction_text"),
            (["a"], good, ValueError, "must be dicts"),
            ([{"id": "a", "prediction_text": 5}], good, ValueError, "prediction_text of 'a' must be a str"),
            (
                [{"id": "a", "prediction_text": "b"}],
                [{"id": "a", "answers": {"text": [None]}}],
                ValueError,
                "text among the answers of 'a' must be a str",
            ),
            (
                [{"id": "a", "prediction_text": "b"}],
                [{"id": "a", "answers": {"text": "b"}}],
                ValueError,
                "list of texts",
            ),
            (
                [{"id": "a", "prediction_text": "b"}],
                [{"id": "a", "answers": {"text": []}}],
                ValueError,
                "'a' has no right answer",
            ),
        ]:
            with pytest.raises(error, match=message):
                metric.compute(predictions=predictions, references=references)


class TestPerplexity:
    def test_log_probs(self):
        log_probs = [[None, -0.5, -1.5], [-1.0], [-0.25, -0.5, -0.75, -3.0]]
        found = evaluate.load("perplexity").compute(predictions=log_probs)
        assert [*found] == ["perplexities", "mean_perplexity"]
        means = [-np.mean([value for value in values if value is not None]) for values in log_probs]
        # Within one rounding of NumPy's exponential.
        assert found["perplexities"] == pytest.approx(np.exp(means).tolist(), rel=1e-15)
        assert exactly(found["mean_perplexity"]) == exactly(np.mean(found["perplexities"]))
        assert type(found["perplexities"][0]) is float
        losses = [[None if value is None else -value for value in values] for values in log_probs]
        metric = evaluate.load("perplexity")
        for sequence in losses:
            metric.add(prediction=sequence)
        assert metric.compute(losses=True) == found
        assert evaluate.load("perplexity").compute(predictions=np.full((2, 3), -1.0))["mean_perplexity"] == math.e

    def test_no_model(self):
        metric = evaluate.load("perplexity")
        with pytest.raises(ValueError, match="model_id='gpt2': no model is loaded here"):
            metric.compute(predictions=["a text"], model_id="gpt2")
        with pytest.raises(TypeError, match=r"predictions\[0\] is a text"):
            metric.compute(predictions=["a text"])
        with pytest.raises(ValueError, match="a log-probability is a number up to 0"):
            metric.compute(predictions=[[0.5]])
