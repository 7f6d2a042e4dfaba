"""Scores by group equal the scores of the groups' segments; labels of groups."""

import copy
import math
import pickle
import random

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES
from support.groups import METHODS, OLD, SEX, TEXT_REFERENCES, TEXTS, bits
from support.metrics import every_metric, score_bits, suit
from support.strategies import corpora

from rapidscore import ROUGE, WER, ClassificationGroups, Statistics, Total

# Odd texts make classes that are never predicted, or never true.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def rows_of(labels, label):
    return [at for at, other in enumerate(labels) if other == label]


def score_of(metric, at):
    return score_bits(metric.score(*suit(metric, [TEXTS[i] for i in at], [TEXT_REFERENCES[i] for i in at])))


class TestLaws:
    @every_metric
    def test_scores_of_groups(self, metric):
        statistics = metric.statistics(*suit(metric, TEXTS, TEXT_REFERENCES))
        groups = statistics.by(SEX)
        assert list(groups) == ["F", "M", "X"]
        for sex, score in groups.items():
            assert score_bits(score) == score_of(metric, rows_of(SEX, sex))
        assert score_bits(groups.overall) == score_bits(metric.score(*suit(metric, TEXTS, TEXT_REFERENCES)))
        assert groups.sizes == dict.fromkeys("FMX", 20)
        assert groups.empty == ()

    @every_metric
    def test_scores_of_intersections(self, metric):
        groups = metric.statistics(*suit(metric, TEXTS, TEXT_REFERENCES)).by({"sex": SEX, "old": OLD})
        both = list(zip(SEX, OLD, strict=True))
        assert list(groups) == sorted(set(both))
        assert groups.features == ("sex", "old")
        for key, score in groups.items():
            assert score_bits(score) == score_of(metric, rows_of(both, key))
            assert groups.sizes[key] == both.count(key)

    @every_metric
    def test_totals_of_groups_add_to_the_total(self, metric):
        statistics = metric.statistics(*suit(metric, TEXTS, TEXT_REFERENCES))
        for labels in SEX, {"sex": SEX, "old": OLD}, range(60):
            groups = statistics.by(list(labels) if isinstance(labels, range) else labels)
            totals = list(groups.totals.values())
            random.Random(4).shuffle(totals)
            assert sum(totals[1:], start=totals[0]).to_bytes() == statistics.total().to_bytes()
            assert groups.overall_total.to_bytes() == statistics.total().to_bytes()
            assert all(type(total) is Total for total in totals)

    @every_metric
    def test_permutations(self, metric):
        order = random.Random(5).sample(range(60), 60)
        statistics = metric.statistics(*suit(metric, TEXTS, TEXT_REFERENCES))
        shuffled = statistics[order].by({"sex": [SEX[i] for i in order], "old": [OLD[i] for i in order]})
        assert bits(shuffled) == bits(statistics.by({"sex": SEX, "old": OLD}))

    @every_metric
    @given(corpus=corpora(max_size=5), data=st.data())
    def test_odd_texts(self, metric, corpus, data):
        predictions, references = corpus
        count = len(predictions)
        labels = data.draw(st.lists(st.integers(-2, 2), min_size=count, max_size=count))
        groups = metric.statistics(*suit(metric, predictions, references)).by(labels)
        assert list(groups) == sorted(set(labels))
        for label, score in groups.items():
            at = rows_of(labels, label)
            measured = metric.score(*suit(metric, [predictions[i] for i in at], [references[i] for i in at]))
            assert score_bits(score) == score_bits(measured)

    @every_metric
    def test_one_group(self, metric):
        groups = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES)).by(["all"] * len(PREDICTIONS))
        assert list(groups) == ["all"]
        assert score_bits(groups["all"]) == score_bits(groups.overall)
        values = {name: value for name, value in groups.overall.as_dict().items() if not math.isnan(value)}
        assert {name: groups.group_min(name) for name in values} == values
        assert {name: groups.group_max(name) for name in values} == values
        for method in METHODS:
            assert set(groups.difference(method=method).values()) == {0.0}
            assert all(groups.ratio(name, method) == 1 for name, value in values.items() if value)

    @every_metric
    def test_no_segments(self, metric):
        for labels in [], {"sex": [], "old": []}:
            groups = metric.statistics(*suit(metric, [], [])).by(labels)
            assert (len(groups), list(groups), groups.sizes, groups.totals, groups.empty) == (0, [], {}, {}, ())
            assert "size" in str(groups)
            assert groups.overall_total == metric.statistics(*suit(metric, [], [])).total()
            for measure in groups.difference, groups.group_min, groups.as_dict, groups.plot:
                with pytest.raises(ValueError, match="no segments"):
                    measure()
            with pytest.raises(ValueError, match="no segments"):
                _ = groups.overall

    @every_metric
    def test_copies(self, metric):
        groups = metric.statistics(*suit(metric, TEXTS, TEXT_REFERENCES)).by({"sex": SEX, "old": OLD})
        for twin in copy.copy(groups), copy.deepcopy(groups):
            assert bits(twin) == bits(groups)

    def test_pickles(self):
        groups = ROUGE().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        assert bits(pickle.loads(pickle.dumps(groups))) == bits(groups)


class TestLabels:
    @pytest.mark.parametrize(
        "labels",
        [
            SEX,
            tuple(SEX),
            np.array(SEX),
            np.array(SEX, dtype=object),
            np.array(list(zip(SEX, SEX, strict=True)))[:, 1],
            pd.Series(SEX, index=range(60, 0, -1)),
            pd.Series(SEX, dtype=object),
            pd.Series(SEX, dtype="category"),
            pd.Categorical(SEX, categories=["X", "M", "F"], ordered=True),
            pl.Series(SEX),
            pl.Series(SEX, dtype=pl.Categorical),
            pl.Series(SEX, dtype=pl.Enum(["X", "M", "F"])),
        ],
        ids=lambda labels: f"{type(labels).__module__}-{getattr(labels, 'dtype', '')}",
    )
    def test_containers(self, labels):
        statistics = WER().statistics(TEXTS, TEXT_REFERENCES)
        assert bits(statistics.by(labels)) == bits(statistics.by(SEX))
        crossed = statistics.by({"sex": labels, "old": OLD})
        assert bits(crossed) == bits(statistics.by({"sex": SEX, "old": OLD}))

    @pytest.mark.parametrize(
        "labels",
        [
            [1, 2] * 30,
            np.array([1, 2] * 30, dtype=np.uint8),
            [True, False] * 30,
            np.array([True, False] * 30),
            pd.Series([-1, 5] * 30, dtype="category"),
            ["a", "b"] * 30,
            np.array(["a", "b"] * 30),
        ],
        ids=repr,
    )
    def test_keys_are_plain_values(self, labels):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(labels)
        assert list(groups) == sorted(set(labels))
        assert {type(key) for key in groups} <= {int, bool, str}
        assert groups[labels[0]].score == groups[next(key for key in groups if key == labels[0])].score
        crossed = WER().statistics(TEXTS, TEXT_REFERENCES).by({"one": labels, "other": SEX})
        assert {type(part) for key in crossed for part in key} <= {int, bool, str}

    def test_names_of_features(self):
        statistics = WER().statistics(TEXTS, TEXT_REFERENCES)
        assert statistics.by(SEX).features == ("group",)
        assert statistics.by(pd.Series(SEX, name="sex")).features == ("sex",)
        assert statistics.by(pl.Series("sex", SEX)).features == ("sex",)
        assert statistics.by(pd.Series(SEX, name=3)).features == ("group",)
        single = statistics.by({"sex": SEX})
        assert (single.features, list(single)) == (("sex",), ["F", "M", "X"])

    @pytest.mark.parametrize(
        ("young", "order"),
        [
            (pd.Series(["a", "c"] * 30, dtype=pd.CategoricalDtype(["c", "b", "a"])), ["a", "b", "c"]),
            (pd.Series(["a", "c"] * 30, dtype=pd.CategoricalDtype(["c", "b", "a"], ordered=True)), ["c", "b", "a"]),
            (pl.Series(["a", "c"] * 30, dtype=pl.Enum(["c", "b", "a"])), ["c", "b", "a"]),
        ],
        ids=["pandas", "pandas ordered", "polars"],
    )
    def test_empty_categories(self, young, order):
        statistics = WER().statistics(TEXTS, TEXT_REFERENCES)
        groups, plain = statistics.by(young), statistics.by(list(young))
        assert groups.empty == ("b",)
        assert groups.sizes == {"a": 30, "b": 0, "c": 30}
        assert list(groups.sizes) == order
        assert list(groups) == list(groups.totals) == [order[0], order[2]]
        assert "b" not in groups
        with pytest.raises(KeyError, match="group 'b' has no rows, and so no score"):
            groups["b"]
        for measure in "group_min", "group_max", "difference", "ratio", "as_dict":
            assert getattr(groups, measure)() == getattr(plain, measure)()
        crossed = statistics.by({"young": young, "same": list(young)})
        assert {*crossed.empty} == {("a", "c"), ("b", "a"), ("b", "c"), ("c", "a")}
        assert [key for key, _ in crossed.sizes] == [key for key in order for _ in "ac"]
        assert sum(crossed.sizes.values()) == 60
        assert crossed.sizes["b", "c"] == 0

    def test_only_empty_categories(self):
        groups = WER().statistics([], []).by(pd.Series([], dtype=pd.CategoricalDtype(["x", "y"])))
        assert (groups.empty, groups.sizes, len(groups)) == (("x", "y"), {"x": 0, "y": 0}, 0)
        assert "x" in str(groups)

    def test_unknown_groups(self):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        assert None not in groups
        with pytest.raises(KeyError, match="there is no group 'Y': choose one of 'F', 'M', 'X'"):
            groups["Y"]
        with pytest.raises(KeyError, match=r"choose one of 0, 1, .*, 9, \.\.\."):
            WER().statistics(TEXTS, TEXT_REFERENCES).by(list(range(60)))[60]

    @pytest.mark.parametrize(
        ("labels", "message"),
        [
            (SEX[1:], "'group' has 59 labels but there are 60 segments"),
            ([*SEX, "F"], "'group' has 61 labels but there are 60 segments"),
            ([], "has 0 labels but there are 60"),
            ({"sex": SEX, "old": OLD[:-1]}, "'old' has 59 labels but there are 60 segments"),
            ({}, "no features"),
            ({1: SEX}, r"must be a str, not 1 \(int\)"),
            ([*SEX[:-1], None], "groups.*59"),
            ([*OLD[:-2], float("nan"), 1], "groups.*58"),
            (np.array([0.0, np.nan] * 30), "groups.*1"),
            (pd.Series([*SEX[:-1], None]), "groups.*59"),
            (pd.Series([*SEX[:-1], None], dtype="category"), "groups.*59"),
            (pl.Series([*SEX[:-1], None]), "groups.*59"),
            ({"sex": [None, *SEX[1:]]}, "groups.*sex.*0"),
            ([1.5j] * 60, "groups.*0"),
            ([*SEX[:-1], 3], "groups"),
            (np.zeros((60, 2), int), "groups"),
            ("F" * 60, "groups"),
            (None, "groups"),
        ],
        ids=repr,
    )
    def test_bad_labels(self, labels, message):
        with pytest.raises((TypeError, ValueError), match=message):
            WER().statistics(TEXTS, TEXT_REFERENCES).by(labels)

    def test_too_many_intersections(self):
        statistics = WER().statistics(["a"] * 2000, ["a"] * 2000)
        numbers = list(range(2000))
        assert len(statistics.by(numbers)) == 2000
        with pytest.raises(ValueError, match="2000 x 2000 intersections"):
            statistics.by({"one": numbers, "other": numbers})
        assert len(statistics.by({"one": numbers, "other": [0] * 2000, "more": [n % 2 for n in numbers]})) == 2000

    def test_many_groups(self):
        # More groups than 16 bits can number; they are sorted by another method.
        count = 70_000
        statistics = ROUGE(("rouge1",)).statistics(["a"] * count, ["a b", "c"] * (count // 2))
        labels = [(at * 7919) % count for at in range(count)]
        groups = statistics.by(labels)
        assert groups.sizes == dict.fromkeys(range(count), 1)
        for at in 0, 1, 2, 9999, 65_536, 69_999:
            assert score_bits(groups[labels[at]]) == score_bits(statistics[at].score())


class OwnStatistics(Statistics):
    """Statistics with a custom method to fold groups."""

    folded = None

    def _group_scores(self):
        return ClassificationGroups

    def _totals_by(self, codes, count):
        OwnStatistics.folded = codes, count
        return super()._totals_by(codes, count)


def test_custom_fold_of_groups():
    statistics = WER().statistics(["a", "b", "c"], ["a", "a", "c"])
    own = OwnStatistics(statistics.metric, np.array(statistics), 1)
    labels = pd.Series([*"dbd"], dtype=pd.CategoricalDtype([*"abcd"]))
    groups = own.by(labels)
    assert type(groups) is ClassificationGroups
    assert bits(groups) == bits(statistics.by(labels))
    # Groups without rows are left out first.
    codes, count = OwnStatistics.folded
    assert (codes.dtype, codes.tolist(), count) == (np.int32, [1, 0, 1], 2)
