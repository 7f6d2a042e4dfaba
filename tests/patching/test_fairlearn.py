"""fairlearn under `patch()`."""

import fairlearn.metrics
import numpy as np
import pytest
import sklearn.metrics
from support.patched import both


class TestFairlearn:
    def test_metric_frame_and_disparities(self):
        rng = np.random.default_rng(1)
        true, predicted = rng.integers(0, 2, (2, 200))
        groups = rng.choice(["a", "b", "c"], 200)

        def call():
            frame = fairlearn.metrics.MetricFrame(
                metrics={
                    "accuracy": sklearn.metrics.accuracy_score,
                    "f1": sklearn.metrics.f1_score,
                    "rate": fairlearn.metrics.selection_rate,
                },
                y_true=true,
                y_pred=predicted,
                sensitive_features=groups,
            )
            odds = fairlearn.metrics.equalized_odds_difference(true, predicted, sensitive_features=groups)
            parity = fairlearn.metrics.demographic_parity_ratio(true, predicted, sensitive_features=groups)
            return frame.by_group.to_dict(), frame.overall.to_dict(), odds, parity

        before, after = both(call)
        assert after == before

    def test_unsupported_arguments_go_to_fairlearn(self):
        def call():
            with pytest.raises(ValueError, match=r".") as error:
                fairlearn.metrics.selection_rate([], [])
            return str(error.value)

        before, after = both(call)
        assert before == after
