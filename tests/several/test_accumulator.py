"""Several metrics batch by batch: the same scores, groups and intervals as of all segments at once."""

import pickle

import pytest
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES

from rapidscore import BLEU, ROUGE, WER, Classification, Multilabel, Perplexity, accumulator, score

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized")

METRICS = ["bleu", BLEU(tokenize="char"), "rougeL", WER(), "ter"]
GROUPS = [("de", "cs", "uk")[at % 3] for at in range(len(PREDICTIONS))]


def batches(*columns, size=7):
    for at in range(0, len(columns[0]), size):
        yield [column[at : at + size] for column in columns]


@pytest.mark.parametrize("keep_rows", [False, True])
class TestValues:
    def test_texts(self, keep_rows):
        meter = accumulator(METRICS, keep_rows=keep_rows)
        for predictions, references in batches(PREDICTIONS, REFERENCES):
            meter.update(predictions, references)
        expected = score(PREDICTIONS, REFERENCES, metrics=METRICS)
        assert len(meter) == expected.segments
        assert meter.compute().to_dict() == expected.to_dict()
        meter.reset()
        assert len(meter) == 0
        meter.update(PREDICTIONS, REFERENCES)
        assert meter.compute() == expected

    @pytest.mark.parametrize(
        "groups", [GROUPS, {"pair": GROUPS, "long": [len(text) > 30 for text in PREDICTIONS]}], ids=["one", "two"]
    )
    def test_groups(self, keep_rows, groups):
        meter = accumulator(METRICS, keep_rows=keep_rows)
        columns = groups if isinstance(groups, dict) else {"group": groups}
        for predictions, references, *values in batches(PREDICTIONS, SINGLE_REFERENCES, *columns.values()):
            given = dict(zip(columns, values, strict=True)) if isinstance(groups, dict) else values[0]
            meter.update(predictions, references, groups=given)
        expected = score(PREDICTIONS, SINGLE_REFERENCES, metrics=METRICS, by=groups)
        found = meter.compute()
        assert str(found) == str(expected)
        for name, of_metric in expected.groups.items():
            assert type(found.groups[name]) is type(of_metric)
            assert dict(found.groups[name].items()) == dict(of_metric.items())
            assert found.groups[name].difference() == of_metric.difference()
        assert [*map(str, pickle.loads(pickle.dumps(meter)).compute().values())] == [*map(str, expected.values())]

    def test_labels(self, keep_rows):
        metrics = {"f1": Classification(), "binary": Classification(pos_label=1)}
        true, predicted = [at % 2 for at in range(30)], [at % 3 % 2 for at in range(30)]
        meter = accumulator(metrics, keep_rows=keep_rows)
        for batch in batches(predicted, true, [*"ab"] * 15):
            meter.update(*batch[:2], groups=batch[2])
        expected = score(predicted, true, metrics=metrics, by=[*"ab"] * 15)
        found = meter.compute()
        assert found == expected
        parity = expected.groups["binary"].demographic_parity_difference()
        assert found.groups["binary"].demographic_parity_difference() == parity

    def test_log_probabilities_and_tags(self, keep_rows):
        meter = accumulator("perplexity", keep_rows=keep_rows)
        for log_probs in [[-1.0, -2.0]], [[-0.5], [-3.0]]:
            meter.update(log_probs)
        assert meter.compute()["perplexity"] == Perplexity().score_log_probs([[-1.0, -2.0], [-0.5], [-3.0]])
        metric = Multilabel(labels=("x", "y", "z"))
        meter = accumulator(metric, keep_rows=keep_rows)
        meter.update([{"x"}], [{"y"}])
        meter.update([{"x", "z"}], [{"x"}])
        assert meter.compute()["multilabel"] == metric.score([{"x"}, {"x", "z"}], [{"y"}, {"x"}])

    def test_nothing_is_added_by_an_update_that_fails(self, keep_rows):
        meter = accumulator(
            {"one": Classification(), "other": Classification(labels=["a", "b", "c"])}, keep_rows=keep_rows
        )
        meter.update(["a"], ["b"], groups=["x"])
        before = meter.compute().to_dict()
        for wrong in (["d"], ["a"], ["x"]), ([1], [2], ["x"]), (["a"], ["b", "a"], ["x"]), (["a"], ["b"], ["x", "y"]):
            with pytest.raises((ValueError, TypeError)):
                meter.update(*wrong[:2], groups=wrong[2])
        with pytest.raises(ValueError, match="this update has no groups and the ones before have groups by group"):
            meter.update(["a"], ["b"])
        with pytest.raises(ValueError, match="has groups by size and the ones before have groups by group"):
            meter.update(["a"], ["b"], groups={"size": ["x"]})
        assert meter.compute().to_dict() == before
        assert len(meter) == 1

    def test_no_segments(self, keep_rows):
        with pytest.raises(ValueError, match="no segments"):
            accumulator(ROUGE(), keep_rows=keep_rows).compute()


def test_intervals_need_rows():
    meter = accumulator(METRICS, keep_rows=True)
    for predictions, references, groups in batches(PREDICTIONS, SINGLE_REFERENCES, GROUPS):
        meter.update(predictions, references, groups=groups)
    options = {"confidence": 0.9, "resamples": 40, "seed": 3}
    expected = score(PREDICTIONS, SINGLE_REFERENCES, metrics=METRICS, by=GROUPS, **options)
    assert meter.compute(0.9, resamples=40, seed=3).to_dict() == expected.to_dict()
    meter = accumulator("bleu")
    meter.update(["a"], ["a"])
    with pytest.raises(ValueError, match="pass keep_rows=True"):
        meter.compute(0.9)


def test_wrong_options():
    with pytest.raises(TypeError, match="keep_rows must be True or False, not 1"):
        accumulator("bleu", keep_rows=1)
    with pytest.raises(ValueError, match="unknown metric"):
        accumulator("x")
    assert repr(accumulator(["bleu", "wer"])) == "<ScoresAccumulator of bleu, wer: 0 segments>"
