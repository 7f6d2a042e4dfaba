"""The API of `fairlearn.metrics` (0.15.0): rates, disparities of rates, and `MetricFrame`.

>>> from rapidscore.compat.fairlearn.metrics import demographic_parity_difference
>>> float(demographic_parity_difference([0, 1, 1, 0], [0, 1, 1, 1], sensitive_features=["F", "F", "M", "M"]))
0.5

Results equal fairlearn's to the bit. Labels that are numbers, and features that are `str`, integers or `bool`, take the
fast path. Other arguments go to fairlearn itself, which answers or raises its own error; if it is not installed,
`TypeError` or `ValueError` states what is not covered. `MetricFrame` is fairlearn's, with the functions of this package
in place of the metrics passed to it. Other names of `fairlearn.metrics` are fairlearn's own, if it is installed.
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

    # Made when it is first accessed: fairlearn takes a second to import, and need not be installed.
    value = globals()[name] = metric_frame()
    return value
