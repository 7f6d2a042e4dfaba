"""What is to be had of fairlearn 0.15.0's `fairlearn.metrics`: its rates, its disparities of rates, and `MetricFrame`.

>>> from rapidscore.compat.fairlearn.metrics import demographic_parity_difference
>>> float(demographic_parity_difference([0, 1, 1, 0], [0, 1, 1, 1], sensitive_features=["F", "F", "M", "M"]))
0.5

Quick for labels that are numbers and for features that are `str`, whole numbers or `bool`. All else that fairlearn
takes goes to fairlearn itself, which answers or raises its own error; where it is not installed, `TypeError` or
`ValueError` says what was not understood. `MetricFrame` is fairlearn's, with our functions for those that it is given.
Other names of `fairlearn.metrics` are fairlearn's own, where it is installed.
"""

from typing import Any

from rapidscore.compat._peer import attribute
from rapidscore.compat.fairlearn.metrics.disparities import (
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equal_opportunity_ratio,
    equalized_odds_difference,
    equalized_odds_ratio,
)
from rapidscore.compat.fairlearn.metrics.rates import (
    count,
    false_negative_rate,
    false_positive_rate,
    mean_prediction,
    selection_rate,
    true_negative_rate,
    true_positive_rate,
)

__all__ = [
    "count",
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
    "false_negative_rate",
    "false_positive_rate",
    "mean_prediction",
    "selection_rate",
    "true_negative_rate",
    "true_positive_rate",
]


def __getattr__(name: str) -> Any:
    if name != "MetricFrame":
        return attribute(__name__, name)
    from rapidscore.compat.fairlearn.metrics.frame import metric_frame

    # It is made when it is asked for first: fairlearn takes a second to import, and need not be there.
    value = globals()[name] = metric_frame()
    return value
