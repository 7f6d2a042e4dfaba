"""Differences and ratios of scores by group, against fairlearn's `MetricFrame`."""

import math

import pytest
from fairlearn.metrics import MetricFrame
from hypothesis import example, given
from hypothesis import strategies as st
from support.groups import METHODS, SEX, TEXT_REFERENCES, TEXTS
from support.metrics import every_metric, suit
from support.outcomes import same

from rapidscore import BLEU, WER, GroupScores

# Odd texts make classes that are never predicted, or never true.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


class FakeScore:
    """A score with one value."""

    def __init__(self, value):
        self.value = value

    def as_dict(self):
        return {"value": self.value}


class FakeTotal:
    """The total of a group with one row."""

    def __init__(self, value):
        self.value = value

    def score(self):
        return FakeScore(self.value)

    def __len__(self):
        return 1


def fake(values, overall):
    keys = list(range(len(values)))
    return GroupScores(("group",), keys, dict(zip(keys, map(FakeTotal, values), strict=True)), FakeTotal(overall))


def their_frame(values, overall):
    """Return a `MetricFrame` with the same numbers: a row for each group, and another value for all rows."""
    positions = list(range(len(values)))
    return MetricFrame(
        metrics=lambda y_true, _: float(values[y_true[0]]) if len(y_true) == 1 else float(overall),
        y_true=positions,
        y_pred=positions,
        sensitive_features=positions,
    )


NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e-300, 1e300, math.nan, math.inf, -math.inf]) | st.floats()


class TestComparisons:
    @example(values=[1e300, -1.797693124862316e308], overall=0.0)
    @given(values=st.lists(NUMBERS, min_size=2, max_size=5), overall=NUMBERS)
    def test_any_numbers(self, values, overall):
        ours, theirs = fake(values, overall), their_frame(values, overall)
        for name in "value", lambda score: score.value:
            assert same(ours.group_min(name), theirs.group_min())
            assert same(ours.group_max(name), theirs.group_max())
            for method in METHODS:
                assert same(ours.difference(name, method), theirs.difference(method=method))
                assert same(ours.ratio(name, method), theirs.ratio(method=method))

    @pytest.mark.parametrize(
        ("values", "overall", "difference", "to_overall", "ratio", "ratio_to_overall"),
        [
            ([0.2, 0.8], 0.5, 0.6000000000000001, 0.30000000000000004, 0.25, 0.4),
            ([0.0, 0.0], 0.0, 0.0, 0.0, math.nan, math.nan),
            ([0.0, 0.5], 0.0, 0.5, 0.5, 0.0, 0.0),
            ([-2.0, 1.0], -1.0, 3.0, 2.0, -2.0, -1.0),
            ([-1.0, 0.0], 0.5, 1.0, 1.5, -math.inf, -2.0),
            ([math.nan, 0.5], 0.25, 0.0, 0.25, 1.0, 0.5),
            ([math.nan, math.nan], 0.25, math.nan, math.nan, math.nan, math.nan),
            ([0.5, 1.0], math.nan, 0.5, math.nan, 0.5, math.nan),
        ],
        ids=repr,
    )
    def test_zero_negative_and_nan(self, values, overall, difference, to_overall, ratio, ratio_to_overall):  # noqa: PLR0917
        ours, theirs = fake(values, overall), their_frame(values, overall)
        found = [measure("value", method) for measure in (ours.difference, ours.ratio) for method in METHODS]
        expected = [difference, to_overall, ratio, ratio_to_overall]
        assert all(map(same, found, expected)), found
        found = [measure(method=method) for measure in (theirs.difference, theirs.ratio) for method in METHODS]
        assert all(map(same, found, expected)), found

    @every_metric
    def test_every_metric(self, metric):
        references = [texts[0] for texts in TEXT_REFERENCES]
        groups = metric.statistics(*suit(metric, TEXTS, references)).by({"sex": SEX, "size": [0] * 20 + [1] * 40})
        names = list(groups.overall.as_dict())

        def value_of(name):
            return lambda y_true, y_pred: metric.score(*suit(metric, y_pred.tolist(), y_true.tolist())).as_dict()[name]

        frame = MetricFrame(
            metrics={name: value_of(name) for name in names},
            y_true=references,
            y_pred=TEXTS,
            sensitive_features={"sex": SEX, "size": [0] * 20 + [1] * 40},
        )
        for key, score in groups.items():
            assert score.as_dict() == frame.by_group.loc[key].to_dict()
        assert groups.overall.as_dict() == frame.overall.to_dict()
        assert groups.group_min() == frame.group_min().to_dict()
        assert groups.group_max() == frame.group_max().to_dict()
        for method in METHODS:
            assert groups.difference(method=method) == frame.difference(method=method).to_dict()
            ours, theirs = groups.ratio(method=method), frame.ratio(method=method).to_dict()
            assert ours.keys() == theirs.keys()
            assert all(same(ours[name], theirs[name]) for name in names)
            assert all(same(groups.ratio(name, method), theirs[name]) for name in names)

    def test_empty_intersections(self):
        # fairlearn has a row of NaN for each of them.
        sex, size = ["F", "F", "M"], ["S", "L", "S"]
        groups = WER().statistics(["a", "b", "c d"], ["a", "a", "c"]).by({"sex": sex, "size": size})
        frame = MetricFrame(
            metrics=lambda y_true, y_pred: WER().score(y_pred.tolist(), y_true.tolist()).score,
            y_true=["a", "a", "c"],
            y_pred=["a", "b", "c d"],
            sensitive_features={"sex": sex, "size": size},
        )
        assert groups.empty == (("M", "L"),)
        assert math.isnan(frame.by_group["M", "L"])
        assert [key for key in groups.sizes if key not in groups.empty] == frame.by_group.dropna().index.to_list()
        assert groups.group_min("wer") == frame.group_min() == 0
        assert groups.difference("wer") == frame.difference() == 1
        assert groups.ratio("wer", "to_overall") == frame.ratio(method="to_overall")

    def test_functions_of_scores(self):
        groups = BLEU().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        assert groups.group_max(float) == groups.group_max("bleu") == max(score.score for score in groups.values())
        assert groups.difference(lambda score: score.ratio) == groups.difference("bleu_ratio")
        lengths = [score.sys_len for score in groups.values()]
        assert groups.ratio(lambda score: score.sys_len) == min(lengths) / max(lengths)
        assert {type(groups.group_min(float)), type(groups.ratio(float)), type(groups.difference(float))} == {float}

    def test_bad_names_and_methods(self):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        for measure in groups.group_min, groups.group_max, groups.difference, groups.ratio:
            with pytest.raises(ValueError, match="unknown value 'bleu': choose one of wer, mer, wil"):
                measure("bleu")
        for measure in groups.difference, groups.ratio:
            with pytest.raises(ValueError, match="unknown method 'max': choose 'between_groups' or 'to_overall'"):
                measure("wer", "max")
        with pytest.raises(ValueError, match="unknown value 'bleu'"):
            groups.format(["bleu"])
