"""Groups folded in one call of the core: equal to the bit to each group folded alone, and values of all as arrays."""

import math
import pickle

import numpy as np
import pytest
from support.metrics import every_metric, many, suit
from support.tables import cells

from rapidscore import BLEU, ROUGE, TER, WER, Classification, Perplexity, TopKAccuracy, _core

TEXTS, REFERENCES = many(90)
# A few large groups, and more small ones than are shown.
LABELS = {"few": [at * at % 4 for at in range(90)], "many": [f"g{at * 7 % 61:02d}" for at in range(90)]}

# Odd texts make classes that are never predicted, or never true.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


def hexed(values):
    return {name: float(value).hex() for name, value in values.items()}


@every_metric
@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
class TestEveryMetric:
    def test_totals_are_those_of_the_rows_alone(self, metric, labels):
        statistics = metric.statistics(*suit(metric, TEXTS, REFERENCES))
        groups = statistics.by(labels)
        for key, total in groups.totals.items():
            alone = statistics[[at for at, label in enumerate(labels) if label == key]].total()
            assert total == alone
            assert total.to_bytes() == alone.to_bytes()
            assert total.score().signature == alone.score().signature
        assert groups.overall_total.to_bytes() == statistics.total().to_bytes()

    def test_values_are_those_of_the_scores(self, metric, labels):
        groups = metric.statistics(*suit(metric, TEXTS, REFERENCES)).by(labels)
        values = [score.as_dict() for score in groups.values()]
        for name in groups.overall.as_dict():
            column, overall = groups._column(name)
            assert [value.hex() for value in column.tolist()] == [
                float(of_group.get(name, math.nan)).hex() for of_group in values
            ]
            assert overall == groups.overall.as_dict()[name] or math.isnan(overall)
        flat = groups.as_dict()
        expected = hexed(groups.overall.as_dict())
        for key, of_group in zip(groups, values, strict=True):
            expected |= {f"{name}/{key}": float(value).hex() for name, value in of_group.items()}
        assert list(hexed(flat).items())[: len(expected)] == list(expected.items())

    def test_pickles_fold_again(self, metric, labels):
        groups = metric.statistics(*suit(metric, TEXTS, REFERENCES)).by(labels)
        again = pickle.loads(pickle.dumps(groups))
        assert again == groups
        assert str(again) == str(groups)
        assert again.sizes == groups.sizes


class TestCore:
    def test_many_rows_on_several_threads(self, threads):
        rng = np.random.default_rng(1)
        rows = np.column_stack([rng.integers(9, size=200_000), rng.random(200_000), rng.random(200_000) * 1e9])
        codes = rng.integers(70, size=200_000).astype(np.int32)
        found = set()
        for count in 1, 3:
            threads(count)
            groups = _core.GroupTotals.of_rows(rows, codes, 70)
            found.add(b"".join(groups.total(group).to_bytes() for group in range(70)) + groups.overall().to_bytes())
        assert len(found) == 1
        for group in 0, 69:
            assert groups.total(group) == _core.Total.of_rows(np.ascontiguousarray(rows[codes == group]))
        assert groups.rows()[69].tolist() == groups.total(69).row()

    def test_numbers_of_references_and_tokenized_texts(self):
        references = [["a b"], ["a", "b"], ["c", "d", "e"], ["f"]]
        statistics = BLEU().statistics(["a .", "b .", "c .", "d ."], references)
        totals = statistics.by([0, 0, 1, 1]).totals
        assert [totals[key]._sums.references for key in totals] == [(1, 2), (1, 3)]
        # Rows do not know which texts look as if they had been tokenized; only a call that reads texts does.
        assert {total._sums.tokenized for total in totals.values()} == {0} == {statistics.total()._sums.tokenized}

    @pytest.mark.parametrize("codes", [[0, 1], [0, 1, 3], [0, -1, 1]])
    def test_codes_that_do_not_fit(self, codes):
        with pytest.raises(ValueError, match="group codes do not fit the rows"):
            _core.GroupTotals.of_rows(np.ones((3, 2)), np.array(codes, np.int32), 3)

    def test_no_such_group(self):
        groups = _core.GroupTotals.of_rows(np.ones((3, 2)), np.array([0, 1, 2], np.int32), 3)
        assert len(groups) == 3
        with pytest.raises(IndexError, match="group 3 is not below 3"):
            groups.total(3)


class TestUnknownValues:
    def test_sizes_that_some_groups_lack(self):
        perplexity = Perplexity()
        statistics = perplexity.statistics_log_probs([[-1.0], [-2.0, -0.5]], byte_counts=[3, 9])
        statistics += perplexity.statistics_log_probs([[-0.25]])
        groups = statistics.by(["a", "b", "c"])
        assert "bits_per_byte" not in groups.overall.as_dict()
        values = groups.as_dict()
        assert values["bits_per_byte/a"] == groups["a"].bits_per_byte
        assert "bits_per_byte/c" not in values
        assert {name for name in values if name.startswith("tokens/")} == {"tokens/a", "tokens/b", "tokens/c"}

    def test_a_group_without_tokens_is_empty(self):
        groups = Perplexity().statistics_log_probs([[-1.0], [], [-2.0]]).by(["a", "b", "c"])
        assert (list(groups), groups.empty, groups.sizes) == (["a", "c"], ("b",), {"a": 1, "b": 0, "c": 1})

    def test_a_weight_of_zero(self):
        scores = np.array([[0.1, 0.9], [0.8, 0.2], [0.3, 0.7]])
        groups = TopKAccuracy(k=1).statistics(scores, [1, 1, 1], [0.0, 1.0, 2.0]).by(["a", "b", "b"])
        assert math.isnan(groups["a"].score)
        assert math.isnan(groups.group_max("top_1_accuracy")) is False
        assert groups.difference("top_1_accuracy") == 0


class TestManyGroups:
    def groups(self, count, metric=None):
        # The error rate of group n is n divided by the number of groups.
        words = ["a"] * count
        predictions = [" ".join(["a"] * (count - at) + ["b"] * at) for at in range(count)]
        return (metric or WER()).statistics(predictions, [" ".join(words)] * count).by(list(range(count)))

    def test_the_extremes_are_shown_and_the_others_counted(self):
        groups = self.groups(100)
        shown = cells(str(groups))
        assert [row[0] for row in shown] == [
            *("group", *map(str, range(20)), "(60 more)", *map(str, range(80, 100)), "overall", "difference")
        ]
        assert shown[21][1:] == ["..."] * 5
        assert shown[1] == ["0", "1", "0.0000", "0.0000", "0.0000", "1.0000"]
        assert shown[-1][2] == "0.9900"

    @pytest.mark.parametrize("most", [1, 2, 3, 40, 99])
    def test_as_many_as_asked_for(self, most):
        groups = self.groups(100)
        labels = [row[0] for row in cells(groups.format(["wer"], max_groups=most))][1:-2]
        high = most // 2
        assert labels == [*map(str, range(most - high)), f"({100 - most} more)", *map(str, range(100 - high, 100))]

    def test_all(self):
        groups = self.groups(60)
        assert [row[0] for row in cells(groups.format(max_groups=None))][1:-2] == [*map(str, range(60))]
        assert groups.format(max_groups=60) == groups.format(max_groups=None)
        assert "more" not in str(self.groups(40))

    def test_they_are_ordered_by_the_first_value(self):
        groups = self.groups(100)
        labels = [row[0] for row in cells(groups.format(["wip", "wer"], max_groups=4))][1:-2]
        assert labels == ["99", "98", "(96 more)", "1", "0"]

        def size(score):
            return -score.hits

        labels = [row[0] for row in cells(groups.format([size], max_groups=4))][1:-2]
        assert labels == ["0", "1", "(96 more)", "98", "99"]

    def test_unknown_values_are_not_extreme(self):
        metric = Classification(zero_division=math.nan)
        truth = np.tile([0, 1], 50)
        groups = metric.statistics(np.where(np.arange(100) < 90, truth, 1 - truth), truth, np.arange(100) % 10).by(
            list(range(100))
        )
        labels = [row[0] for row in cells(groups.format(["accuracy"], max_groups=4))][1:-2]
        assert labels == ["91", "92", "(96 more)", "88", "89"]
        # Ten have a weight of 0, and so no accuracy.
        assert "nan" not in groups.format(["accuracy"], max_groups=90)
        assert groups.format(["accuracy"], max_groups=91).count("nan") == 1

    def test_empty_groups_are_counted(self):
        features = {"one": [at % 10 for at in range(30)], "other": [at % 9 for at in range(30)]}
        groups = WER().statistics(["a"] * 30, ["a b"] * 30).by(features)
        assert len(groups.empty) == 60
        shown = cells(groups.format(max_groups=10))
        assert shown[6][0] == "(80 more)"
        assert shown[6][1] == ""

    def test_no_values(self):
        groups = self.groups(50)
        labels = [row[0] for row in cells(groups.format([], max_groups=3))][1:-2]
        assert labels == ["0", "1", "2", "(47 more)"]

    @pytest.mark.parametrize(("most", "error"), [(0, ValueError), (-1, ValueError), (1.5, TypeError)])
    def test_no_such_number(self, most, error):
        with pytest.raises(error, match="max_groups must be"):
            self.groups(3).format(max_groups=most)

    @pytest.mark.parametrize("metric", [TER(), ROUGE(("rouge1",))], ids=["TER", "ROUGE"])
    def test_extremes_of_other_metrics(self, metric):
        groups = self.groups(70, metric)
        scores = sorted(float(next(iter(score.as_dict().values()))) for score in groups.values())
        shown = [float(row[2]) for row in cells(str(groups))[1:-2] if row[2] != "..."]
        width = len(cells(str(groups))[1][2].partition(".")[2])
        assert shown == [round(score, width) for score in [*scores[:20], *scores[-20:]]]
