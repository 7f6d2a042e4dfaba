"""Scores of classification as text, as dictionaries and as plots."""

import pandas as pd
import pytest
from sklearn.metrics import classification_report

from rapidscore import Classification, Multilabel


class TestScore:
    def test_line(self):
        score = Classification(average="weighted", zero_division=0).score([0, 1, 1], [0, 0, 1])
        assert str(score) == "accuracy = 0.6667 weighted precision = 0.8333 recall = 0.6667 f1 = 0.6667 (n = 3)"
        signature = "avg:weighted|zero:0|labels:seen|ignore:no|version:sklearn-1.9.1"
        assert score.format(2, signature=True).startswith(f"accuracy|{signature} = 0.67 weighted")

    def test_values_by_name(self):
        score = Classification(zero_division=0).score([0, 1, 1], [0, 0, 1])
        assert [*score.as_dict()] == [
            "accuracy", "balanced_accuracy", "precision", "recall", "f1", "matthews_correlation",
        ]  # fmt: skip
        rates = Classification(average="binary").score([0, 1, 1], [0, 0, 1]).as_dict()
        assert (rates["selection_rate"], rates["true_positive_rate"], rates["false_positive_rate"]) == (2 / 3, 1, 0.5)
        frame = pd.DataFrame(score.per_class())
        assert frame.shape == (2, 7)
        assert frame["support"].tolist() == [2, 1]


class TestReportDict:
    """The report as a dict has one value for each name."""

    @pytest.mark.parametrize("name", ["accuracy", "macro avg", "weighted avg"])
    def test_a_class_called_like_an_average(self, name):
        score = Classification(zero_division=0).score([name, "A", "A"], [name, "A", name])
        with pytest.raises(ValueError, match=f"a class and an average of the report are both called '{name}'"):
            score.report_dict()
        assert score.report_dict(["A", "other"])["other"]["recall"] == 0.5
        assert score.per_class()["label"].tolist() == ["A", name]
        # The text has a line for each.
        assert score.report() == classification_report([name, "A", name], [name, "A", "A"])

    @pytest.mark.parametrize("name", ["micro avg", "samples avg"])
    def test_several_labels(self, name):
        score = Multilabel(zero_division=0).score([[name], ["b"]], [[name], ["b"]])
        with pytest.raises(ValueError, match=f"both called '{name}'"):
            score.report_dict()
        assert "accuracy" in Multilabel().score([["accuracy"]], [["accuracy"]]).report_dict()
        # Another metric has no such average.
        assert name in Classification().score([name], [name]).report_dict()

    def test_repeated_names(self):
        score = Classification().score([0, 1], [0, 1])
        with pytest.raises(ValueError, match="two classes are called 'x': pass target_names that differ"):
            score.report_dict(["x", "x"])
