"""The drop-in for fairlearn and fairlearn itself: functions, and comparison of calls."""

import itertools
import warnings
from unittest import mock

import fairlearn.metrics as theirs
import numpy as np
import pytest

import rapidscore.compat.fairlearn.metrics as ours

RATES = ["true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate"]
DISPARITIES = [
    f"{what}_{how}"
    for what, how in itertools.product(
        ("demographic_parity", "equal_opportunity", "equalized_odds"), ("difference", "ratio")
    )
]
CALLS = [
    (name, {"method": method, **agg})
    for name in DISPARITIES
    for method in ("between_groups", "to_overall")
    for agg in ([{"agg": "worst_case"}, {"agg": "mean"}] if "odds" in name else [{}])
]
every_disparity = pytest.mark.parametrize("name", DISPARITIES)
every_call = pytest.mark.parametrize(("name", "options"), CALLS, ids=str)


def without_fairlearn():
    """Hide fairlearn, so that no call can be delegated to it."""
    missing = ModuleNotFoundError("fairlearn")
    return mock.patch("rapidscore.compat.fairlearn._drop_in.import_module", side_effect=missing)


def outcome(function, *arguments, **named):
    """Return type and bits of the result, or class and text of the error, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = function(*arguments, **named)
            result = type(value), float(value).hex()
        except Exception as error:
            result = type(error), str(error)
    # The number of warnings of divisions is not compared: fairlearn divides for all samples even if only groups matter.
    return result, {(warning.category, str(warning.message)) for warning in caught}


def assert_equal(name, *arguments, **named):
    """Compare a call that rapidscore computes."""
    expected = outcome(getattr(theirs, name), *arguments, **named)
    with without_fairlearn():
        assert outcome(getattr(ours, name), *arguments, **named) == expected, (name, arguments, named)
    return expected


def assert_delegated(name, *arguments, **named):
    """Compare a call that is delegated to fairlearn, and assert that it raises an error without fairlearn."""
    expected = outcome(getattr(theirs, name), *arguments, **named)
    assert outcome(getattr(ours, name), *arguments, **named) == expected, (name, arguments, named)
    with without_fairlearn():
        result, _ = outcome(getattr(ours, name), *arguments, **named)
    assert result[0] in (ValueError, TypeError)
    assert result[1]
    return expected[0]


def rng(seed=0):
    return np.random.default_rng(seed)
