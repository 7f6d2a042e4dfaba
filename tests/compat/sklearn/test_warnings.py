"""Warnings of the drop-in for scikit-learn: class, location, and as errors."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import UndefinedMetricWarning

import rapidscore.compat.sklearn.metrics as ours
from rapidscore import warning


class TestWarnings:
    def test_location(self):
        calls = [
            lambda: ours.precision_score([1, 1], [0, 0]),
            lambda: ours.classification_report([1, 1], [0, 0]),
            lambda: ours.balanced_accuracy_score([1, 1], [1, 0]),
            lambda: ours.confusion_matrix([1], [1]),
            lambda: ours.top_k_accuracy_score([0, 1], [0.1, 0.2], k=2),
            lambda: ours.cohen_kappa_score([1], [1]),
        ]
        for call in calls:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                call()
            assert caught
            assert {(caution.filename, caution.lineno) for caution in caught} == {
                (__file__, call.__code__.co_firstlineno)
            }

    def test_raised_as_errors(self, handed_over):
        handed_over.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UndefinedMetricWarning, match="Precision is ill-defined"):
                ours.precision_score([1, 1], [0, 0])
        assert not handed_over

    def test_class(self):
        assert warning.UndefinedMetricWarning is UndefinedMetricWarning
        with pytest.raises(AttributeError, match="no attribute 'unknown'"):
            warning.unknown  # noqa: B018

    def test_location_of_delegated_calls(self, handed_over):
        handed_over.clear()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            ours.f1_score(np.array([[1], [0]]), [1, 1], average="macro", pos_label=0)
        assert handed_over == ["f1_score"]
        assert ["sklearn" in caution.filename for caution in caught] == [True]
