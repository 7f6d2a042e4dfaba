"""Rates by group and measures of fairness of `ClassificationGroups`, against fairlearn: equal to the bit."""

import itertools
import math
import random
from functools import cache

import fairlearn.metrics as theirs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.effort import examples
from support.outcomes import same

from rapidscore import Classification, ClassificationGroups
from rapidscore.groups import disparity

MEASURES = [
    f"{what}_{how}"
    for what, how in itertools.product(
        ("demographic_parity", "equal_opportunity", "equalized_odds"), ("difference", "ratio")
    )
]
METHODS = ("between_groups", "to_overall")


def groups_of(y_true, y_pred, groups, empty=()):
    y_true, y_pred = np.array(y_true), np.array(y_pred)
    members = {group: [other == group for other in groups] for group in sorted(set(groups))}
    metric = Classification(zero_division=0)
    totals = {group: metric.statistics(y_pred[rows], y_true[rows]).total() for group, rows in members.items()}
    return ClassificationGroups(("group",), [*totals, *empty], totals, metric.statistics(y_pred, y_true).total())


def variants(measure):
    """Return all options of a measure."""
    aggs = [{"agg": "worst_case"}, {"agg": "mean"}] if "odds" in measure else [{}]
    return [{"method": method, **agg} for method in METHODS for agg in aggs]


@cache
def their_value(measure, y_true, y_pred, groups, **options):
    """Return fairlearn's value, computed once for groups with and without empty ones."""
    return getattr(theirs, measure)(y_true, y_pred, sensitive_features=list(groups), **options)


def assert_equal(y_true, y_pred, groups, empty=()):
    ours = groups_of(y_true, y_pred, groups, empty)
    for measure in MEASURES:
        for options in variants(measure):
            found = getattr(ours, measure)(**options)
            expected = their_value(measure, tuple(y_true), tuple(y_pred), tuple(groups), **options)
            assert type(found) is float
            assert same(found, expected), (measure, options)
        assert same(getattr(ours, measure)(), their_value(measure, tuple(y_true), tuple(y_pred), tuple(groups)))


class TestMeasures:
    @examples(40)  # each example calls fairlearn 24 times
    @given(rows=st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from("abc")), min_size=1, max_size=12))
    def test_any_labels(self, rows):
        y_true, y_pred, groups = zip(*rows, strict=True)
        assert_equal([*map(int, y_true)], [*map(int, y_pred)], [*groups])

    @pytest.mark.parametrize(
        ("y_true", "y_pred", "groups"),
        [
            ([0, 1, 1, 0], [0, 1, 0, 1], "aaaa"),
            ([0, 0, 1, 1], [1, 0, 1, 0], "aabb"),
            ([0, 1, 0, 1], [0, 0, 0, 0], "aabb"),
            ([0, 1, 0, 1], [1, 1, 1, 1], "aabb"),
            ([0, 1, 0, 1], [0, 0, 1, 1], "aabb"),
            ([1, 1, 1, 1], [1, 0, 1, 1], "aabb"),
            ([-1, 1, 1, -1], [-1, 1, -1, 1], "aabb"),
            ([0, 1, 1, 0], [0, 1, 0, 1], "abcd"),
        ],
        ids=[
            "one group",
            "no positives",
            "none selected",
            "all selected",
            "opposites",
            "no negatives",
            "-1",
            "singles",
        ],
    )
    def test_edges(self, y_true, y_pred, groups):
        assert_equal(y_true, y_pred, [*groups])
        assert_equal(y_true, y_pred, [*groups], empty=["y", "z"])

    def test_known_numbers(self):
        # a: 2 of 3 selected, TPR 1/2, FPR 1; b: 1 of 3 selected, TPR 1, FPR 0.
        groups = groups_of([1, 1, 0, 1, 0, 0], [1, 0, 1, 1, 0, 0], "aaabbb")
        assert groups.demographic_parity_difference() == 2 / 3 - 1 / 3
        assert groups.demographic_parity_ratio() == 0.5
        assert groups.equal_opportunity_difference() == 0.5
        assert groups.equal_opportunity_ratio() == 0.5
        assert groups.equalized_odds_difference() == 1
        assert groups.equalized_odds_difference(agg="mean") == 0.75
        assert groups.equalized_odds_ratio() == 0
        assert groups.equalized_odds_ratio(agg="mean") == 0.25

    @pytest.mark.parametrize("measure", MEASURES)
    def test_another_positive_label(self, measure):
        y_true, y_pred = [1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0], [1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0]
        groups = [*"aaaaaaabbbb"]
        swapped = [1 - y for y in y_true], [1 - y for y in y_pred]
        expected = getattr(theirs, measure)(*swapped, sensitive_features=groups)
        ours = groups_of(y_true, y_pred, groups)
        assert getattr(ours, measure)(pos_label=0) == expected
        assert getattr(ours, measure)(pos_label=1) == getattr(ours, measure)()
        # Rates p and q differ as much as 1 - p and 1 - q.
        assert (getattr(ours, measure)() != expected) or measure.endswith("difference")

    @pytest.mark.parametrize("measure", MEASURES)
    def test_bad_options(self, measure):
        ours = groups_of([0, 1], [0, 1], "ab")
        with pytest.raises(ValueError, match="unknown method 'max'"):
            getattr(ours, measure)("max")
        if "odds" in measure:
            with pytest.raises(ValueError, match="agg must be one of 'worst_case' or 'mean', got median"):
                getattr(ours, measure)(agg="median")

    def test_repr(self):
        found = repr(groups_of([0, 1], [0, 1], "ab", "z"))
        assert found.startswith("<ClassificationGroups: 2 groups by group and 1 empty, overall accuracy = 1.0000 ")


class TestAggregate:
    @given(values=st.lists(st.sampled_from([0.0, 0.5, 1.0, math.nan]), min_size=2, max_size=2))
    def test_nan_as_in_fairlearn(self, values):
        # fairlearn calls Python's `max` and `min` on a pandas Series, and the Series' mean.
        import pandas as pd

        for worst in max, min:
            assert same(disparity.aggregate(values, "worst_case", worst), worst(pd.Series(values)))
        assert same(disparity.aggregate(values, "mean", max), pd.Series(values).mean())


class TestRates:
    @examples(20)
    @given(data=st.data())
    def test_rates_and_measures(self, data):
        count = data.draw(st.integers(1, 60))
        choose = random.Random(data.draw(st.integers(0, 2**32)))
        true, predicted = ([choose.randrange(2) for _ in range(count)] for _ in range(2))
        groups = [choose.choice("abc") for _ in range(count)]
        weights = data.draw(st.sampled_from([None, [choose.randrange(1, 9) for _ in range(count)]]))
        options = {"y_true": true, "y_pred": predicted, "sensitive_features": groups, "sample_weight": weights}
        by = Classification(zero_division=0).statistics(predicted, true, weights).by(groups)
        for name in (
            "selection_rate",
            "true_positive_rate",
            "false_positive_rate",
            "true_negative_rate",
            "false_negative_rate",
        ):
            rate = getattr(theirs, name)
            frame = theirs.MetricFrame(
                metrics=rate,
                y_true=true,
                y_pred=predicted,
                sensitive_features=groups,
                sample_params={"sample_weight": weights},
            )
            assert [getattr(score, name)() for score in by.values()] == frame.by_group.tolist()
            assert getattr(by.overall, name)() == frame.overall
        for method in "between_groups", "to_overall":
            for name in (
                "demographic_parity_difference",
                "demographic_parity_ratio",
                "equal_opportunity_difference",
                "equal_opportunity_ratio",
                "equalized_odds_difference",
                "equalized_odds_ratio",
            ):
                expected = getattr(theirs, name)(**options, method=method)
                assert same(getattr(by, name)(method), expected)

    def test_positive_label(self):
        true, predicted = [0, 1, 2, 2, 0, 0], [0, 2, 2, 1, 1, 0]
        groups = Classification(zero_division=0, pos_label=2).statistics(predicted, true).by([*"aaabbb"])
        # In the second group, no row is predicted as class 2, and one row belongs to it.
        assert groups["a"].selection_rate() == 2 / 3
        assert groups["b"].selection_rate() == 0
        assert groups["b"].selection_rate(pos_label=0) == 1 / 3
        assert groups.demographic_parity_difference() == 2 / 3
        with pytest.raises(ValueError, match=r"pos_label 7 is .*of the labels"):
            groups.demographic_parity_difference(pos_label=7)
        one = Classification(zero_division=0).statistics([0, 2, 2, 0], [0, 2, 2, 0]).by([*"aabb"])
        with pytest.raises(ValueError, match=r"pos_label 1 is .*of the labels"):
            one.equal_opportunity_difference()

    def test_group_without_the_positive_label(self):
        groups = Classification(zero_division=0, pos_label=2).statistics([0, 1, 2], [0, 1, 2]).by([*"aab"])
        assert groups["a"].labels.tolist() == [0, 1]
        assert groups["a"].true_positive_rate(allow_missing=True) == 0
        with pytest.raises(ValueError, match=r"pos_label 2 is .*of the labels 0, 1"):
            groups["a"].true_positive_rate()
        assert groups.equal_opportunity_difference() == 1
