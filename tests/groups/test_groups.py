"""Scores by group equal the scores of the groups' segments, and compare as in fairlearn's `MetricFrame`."""

import copy
import math
import pickle
import random
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from fairlearn.metrics import MetricFrame
from hypothesis import example, given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import every_metric, many, score_bits, suit
from support.outcomes import same
from support.strategies import corpora

from rapidscore import BLEU, ROUGE, WER, ClassificationGroups, GroupScores, Statistics, Total

TEXTS, TEXT_REFERENCES = many(60)
METHODS = ("between_groups", "to_overall")
SEX = ["F", "M", "X"] * 20
OLD = [True, False, False, True, True] * 12

# Odd texts make classes that are never predicted, or never true.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def rows_of(labels, label):
    return [at for at, other in enumerate(labels) if other == label]


def score_of(metric, at):
    return score_bits(metric.score(*suit(metric, [TEXTS[i] for i in at], [TEXT_REFERENCES[i] for i in at])))


def bits(groups):
    """Return all values of scores by group."""
    return (
        groups.features,
        {key: score_bits(score) for key, score in groups.items()},
        {key: total.to_bytes() for key, total in groups.totals.items()},
        groups.sizes,
        groups.empty,
        score_bits(groups.overall),
        groups.overall_total.to_bytes(),
    )


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
        "young",
        [
            pd.Series(["a", "c"] * 30, dtype=pd.CategoricalDtype(["c", "b", "a"])),
            pl.Series(["a", "c"] * 30, dtype=pl.Enum(["c", "b", "a"])),
        ],
        ids=["pandas", "polars"],
    )
    def test_empty_categories(self, young):
        statistics = WER().statistics(TEXTS, TEXT_REFERENCES)
        groups, plain = statistics.by(young), statistics.by(list(young))
        assert groups.empty == ("b",)
        assert groups.sizes == {"a": 30, "b": 0, "c": 30}
        assert list(groups) == list(groups.totals) == ["a", "c"]
        assert "b" not in groups
        with pytest.raises(KeyError, match="group 'b' has no rows, and so no score"):
            groups["b"]
        for measure in "group_min", "group_max", "difference", "ratio", "as_dict":
            assert getattr(groups, measure)() == getattr(plain, measure)()
        crossed = statistics.by({"young": young, "same": list(young)})
        assert crossed.empty == (("a", "c"), ("b", "a"), ("b", "c"), ("c", "a"))
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
            ([1.5] * 60, "groups.*0"),
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
    places = list(range(len(values)))
    return MetricFrame(
        metrics=lambda y_true, _: float(values[y_true[0]]) if len(y_true) == 1 else float(overall),
        y_true=places,
        y_pred=places,
        sensitive_features=places,
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


def cells(table):
    """Return the cells of a table, line by line."""
    lines = [line.replace("┃", "│") for line in table.splitlines() if line.startswith(("│", "┃"))]
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines]


class TestDisplay:
    def test_table(self):
        sizes = pd.Series(["[red]S", "L", "[red]S"], dtype=pd.CategoricalDtype(["XL", "L", "[red]S"]))
        groups = (
            ROUGE(("rouge1",)).statistics(["a", "b", "c d"], ["a", "a", "c"]).by({"$ex": list("FFM"), "[b]": sizes})
        )
        assert cells(str(groups)) == [
            ["$ex", "[b]", "size", "rouge1"],
            ["F", "L", "1", "0.0000"],
            ["F", "XL", "0", "-"],
            ["F", "[red]S", "1", "1.0000"],
            ["M", "L", "0", "-"],
            ["M", "XL", "0", "-"],
            ["M", "[red]S", "1", "0.6667"],
            ["overall", "", "3", "0.5556"],
            ["difference", "", "", "1.0000"],
        ]
        assert groups.format() == str(groups)
        assert repr(groups) == "<GroupScores by $ex, [b]: 3 groups, 3 empty>"

    def test_values_of_a_table(self):
        groups = BLEU().statistics(TEXTS, TEXT_REFERENCES).by(SEX)

        def title(score):
            return score.sys_len

        assert cells(groups.format(["bleu_bp", title]))[0] == ["group", "size", "bleu_bp", "title"]
        assert "bleu_precision3" in str(groups)
        assert "bleu_precision4" not in str(groups)

    def test_as_dict(self):
        groups = BLEU().statistics(TEXTS, TEXT_REFERENCES).by({"sex": SEX, "old": OLD})
        values = groups.as_dict()
        names = groups.overall.as_dict()
        assert len(values) == len(names) * (1 + 6 + 2)
        assert all(isinstance(value, float) for value in values.values())
        for name in names:
            assert values[name] == groups.overall.as_dict()[name]
            assert values[f"{name}/F/True"] == groups["F", True].as_dict()[name]
            assert values[f"difference/{name}"] == groups.difference(name)
            assert same(values[f"ratio/{name}"], groups.ratio(name))

    def test_as_dict_keeps_every_group(self):
        statistics = WER().statistics(["a", "b"], ["a", "a"])
        with pytest.raises(ValueError, match="'wer/a/b/c': rename the label"):
            statistics.by({"one": ["a/b", "a"], "other": ["c", "b/c"]}).as_dict()

    def test_returned_objects_are_copies(self):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        before = bits(groups)
        groups.sizes.clear()
        groups.totals.clear()
        assert bits(groups) == before
        with pytest.raises(TypeError):
            groups["F"] = groups["M"]

    def test_equality(self):
        statistics = WER().statistics(TEXTS, TEXT_REFERENCES)
        assert statistics.by(SEX) == statistics.by(np.array(SEX))
        assert statistics.by(SEX) != statistics.by(SEX[1:] + SEX[:1])


class TestPlot:
    @pytest.fixture(autouse=True)
    def no_window(self):
        import matplotlib as mpl

        mpl.use("agg")
        yield
        mpl.pyplot.close("all")

    def test_bars(self):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by({"$e$x": SEX, "old": OLD})
        ax = groups.plot("mer")
        assert [bar.get_width() for bar in ax.patches] == [score.mer for score in groups.values()]
        assert [label.get_text() for label in ax.get_yticklabels()] == [f"{sex}, {old}" for sex, old in groups]
        assert ax.lines[0].get_xdata() == [groups.overall.mer] * 2
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("mer", "$e$x, old")
        assert ax.yaxis_inverted()
        ax.figure.canvas.draw()

    def test_given_axes_and_first_value(self):
        from matplotlib import pyplot

        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(["$", "$$"] * 30)
        ax = pyplot.subplots()[1]
        assert groups.plot(ax=ax) is ax
        assert ax.get_xlabel() == "wer"
        ax.figure.canvas.draw()
        assert groups.plot(float, ax=ax).get_xlabel() == "float"
        with pytest.raises(ValueError, match="unknown value 'bleu'"):
            groups.plot("bleu", ax)

    def test_without_matplotlib(self, monkeypatch):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(ModuleNotFoundError, match=r"pip install 'rapidscore\[plot\]'"):
            groups.plot()
