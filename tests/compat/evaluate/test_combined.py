"""`rapidscore.compat.evaluate.combine`."""

import pytest

from rapidscore.compat import evaluate


class TestCombined:
    def test_keys(self):
        labels = {"predictions": [0, 1, 0], "references": [0, 1, 1]}
        both = evaluate.combine(["accuracy", "f1"])
        assert both.compute(**labels) == {"accuracy": 2 / 3, "f1": 2 / 3}
        both.add(0, 0)
        both.add(predictions=1, references=1)
        both.add_batch(labels["predictions"][2:], labels["references"][2:])
        assert both.compute() == {"accuracy": 2 / 3, "f1": 2 / 3}
        forced = evaluate.combine([evaluate.load("accuracy"), "f1"], force_prefix=True).compute(**labels)
        assert [*forced] == ["accuracy_accuracy", "f1_f1"]
        twice = evaluate.combine(["accuracy", "f1", "accuracy"]).compute(**labels)
        assert [*twice] == ["accuracy_0_accuracy", "f1", "accuracy_1_accuracy"]
        named = evaluate.combine({"x": "accuracy", "y": "accuracy"}).compute(**labels)
        assert [*named] == ["x_accuracy", "y_accuracy"]
        texts = evaluate.combine(["chrf", "ter"]).compute(predictions=["a"], references=["a"])
        assert next(iter(texts)) == "chr_f_score"

    def test_options_go_to_the_metrics_that_have_them(self):
        several = evaluate.combine(["accuracy", "f1", "recall"])
        labels = {"predictions": [0, 1, 2], "references": [0, 1, 1]}
        assert several.compute(**labels, average="macro", zero_division=0) == {
            **evaluate.load("accuracy").compute(**labels),
            **evaluate.load("f1").compute(**labels, average="macro"),
            **evaluate.load("recall").compute(**labels, average="macro", zero_division=0),
        }
        with pytest.raises(TypeError, match="'avrage' is not an option of any of accuracy, f1, recall"):
            several.compute(**labels, avrage="macro")

    def test_examples_stay_when_a_metric_raises(self):
        both = evaluate.combine(["accuracy", "f1"])
        both.add_batch(predictions=[0, 1, 2], references=[0, 1, 1])
        with pytest.raises(ValueError, match="average='binary'"):
            both.compute()
        found = both.compute(average="macro")
        labels = {"predictions": [0, 1, 2], "references": [0, 1, 1]}
        assert found == evaluate.combine(["accuracy", "f1"]).compute(**labels, average="macro")
        with pytest.raises(ValueError, match="no examples"):
            both.compute(average="macro")

    def test_metric_with_its_own_compute(self):
        class Constant(evaluate.Metric):
            def _info(self):
                return evaluate.load("accuracy").info

            def compute(self, *, predictions=None, references=None, **kwargs):
                return {"constant": len(predictions)}

        found = evaluate.combine(["accuracy", Constant()]).compute(predictions=[0, 1], references=[0, 0])
        assert found == {"accuracy": 0.5, "constant": 2}

    def test_bad_input(self):
        with pytest.raises(TypeError, match="must be a list or a dict"):
            evaluate.combine("accuracy")
        with pytest.raises(FileNotFoundError, match="no metric 'acuracy'"):
            evaluate.combine(["acuracy"])


def test_error_rates():
    found = evaluate.combine(["wer", "cer"]).compute(predictions=["a b"], references=["a c"])
    assert found == {"wer": 0.5, "cer": pytest.approx(1 / 3)}
