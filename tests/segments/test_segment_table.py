"""Tables of segments: which segments, in which order, and with which texts, scores and groups."""

import math
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES

from rapidscore import (
    BLEU,
    CHRF,
    ROUGE,
    TER,
    WER,
    Classification,
    Multilabel,
    Perplexity,
    accumulator,
    compare,
    score,
)

pytestmark = pytest.mark.filterwarnings("ignore:.*tokenized")

COUNT = len(PREDICTIONS)
OTHERS = [f"{text} indeed" if at % 3 else text[: len(text) // 2] for at, text in enumerate(SINGLE_REFERENCES)]
SYSTEMS = {"base": PREDICTIONS, "ours": OTHERS, "表": SINGLE_REFERENCES}
GROUPS = [("de", "cs", "uk")[at % 3] for at in range(COUNT)]


def naive_order(values, descending):
    known = [at for at in range(len(values)) if not math.isnan(values[at])]
    unknown = [at for at in range(len(values)) if math.isnan(values[at])]
    return sorted(known, key=lambda at: -values[at] if descending else values[at]) + unknown


class TestOrder:
    @pytest.mark.parametrize(
        "metric", [CHRF(), TER(), WER(), ROUGE(("rougeL",))], ids=lambda metric: type(metric).__name__
    )
    @pytest.mark.parametrize("reverse", [False, True])
    @pytest.mark.parametrize("sort", ["worst", "best", "difference"])
    def test_every_order_is_that_of_sorted_scores(self, metric, sort, reverse):
        found = compare(SYSTEMS, SINGLE_REFERENCES, metrics=[metric], resamples=10)
        name = found.value_names()[0]
        scores = {system: metric.segment_scores(texts, SINGLE_REFERENCES)[name] for system, texts in SYSTEMS.items()}
        for system in ("ours", "表"):
            values = scores[system] - scores["base"] if sort == "difference" else scores[system]
            better_first = metric.higher_is_better if sort != "worst" else not metric.higher_is_better
            order = naive_order(values.tolist(), better_first != reverse)
            table = found.segment_table(name, None, sort, reverse=reverse, system=system)
            assert table.positions.tolist() == order
            assert found.segment_table(n=3, sort=sort, reverse=reverse, system=system).positions.tolist() == order[:3]
            frame = table.to_pandas()
            for one, of_system in scores.items():
                np.testing.assert_array_equal(frame[f"{name}/{one}"], of_system[order])
            np.testing.assert_array_equal(frame["difference"], (scores[system] - scores["base"])[order])

    def test_scores_are_sorted_from_the_worst(self):
        found = score(PREDICTIONS, SINGLE_REFERENCES, metrics=["wer", "chrf"])
        values = WER().segment_scores(PREDICTIONS, SINGLE_REFERENCES)["wer"].tolist()
        assert found.segment_table(n=COUNT).positions.tolist() == naive_order(values, True)
        assert found.segment_table("chrf", sort="best").value == "chrf"

    def test_segments_without_a_score_are_the_last(self):
        found = score([[-1.0], [], [-0.5]], metrics={"p": Perplexity()})
        for reverse in (False, True):
            assert found.segment_table(reverse=reverse).positions.tolist()[-1] == 1
        assert found.segment_table().to_dict()["rows"][-1] == {"segment": 1, "p": None}


class TestColumns:
    def test_scores_groups_and_texts(self):
        found = score(PREDICTIONS, REFERENCES, metrics=[BLEU(), BLEU(tokenize="char"), ROUGE()], by={"pair": GROUPS})
        frame = found.segment_table(n=None, sort="best").to_pandas()
        assert [*frame] == [
            *("segment", "pair", "bleu|tok:13a", "bleu|tok:char", "rouge1", "rouge2", "rougeL"),
            *("reference 1", "reference 2", "reference 3", "prediction"),
        ]
        for row in frame.itertuples(index=False):
            assert row[1] == GROUPS[row.segment]
            assert row.prediction == PREDICTIONS[row.segment]
            texts = [text for text in row[7:10] if isinstance(text, str)]
            assert texts == REFERENCES[row.segment]

    def test_groups_of_a_comparison(self):
        by = {"pair": GROUPS, "segment": [at % 2 == 0 for at in range(COUNT)]}
        found = compare(SYSTEMS, SINGLE_REFERENCES, metrics=["bleu"], by=by, resamples=10)
        rows = found.segment_table(n=4).to_dict()["rows"]
        assert [row["pair"] for row in rows] == [GROUPS[row["segment"]] for row in rows]
        assert [row["segment (group)"] for row in rows] == [row["segment"] % 2 == 0 for row in rows]
        expected = BLEU().statistics(OTHERS, SINGLE_REFERENCES).by(by)
        assert dict(found.groups["ours"]["bleu"].items()) == dict(expected.items())

    def test_a_system_may_have_any_name(self):
        systems = {"reference": PREDICTIONS, "segment": OTHERS, "difference": OTHERS}
        bleu = {name: BLEU().statistics(texts, SINGLE_REFERENCES) for name, texts in systems.items()}
        found = compare(bleu, resamples=10).segment_table(n=2, texts=systems | {"source": GROUPS})
        names = [*found.to_pandas()]
        assert len({*names}) == len(names)
        assert names[-4:] == ["reference", "segment (text)", "difference (text)", "source"]

    @pytest.mark.parametrize(
        "column",
        [
            tuple,
            np.array,
            pd.Series,
            pl.Series,
            pa.array,
            lambda texts: pd.Series(texts, index=range(5, 5 + len(texts))),
        ],
        ids=["tuple", "array", "pandas", "polars", "pyarrow", "index"],
    )
    def test_texts_of_any_column(self, column):
        found = score(column(PREDICTIONS), column(SINGLE_REFERENCES), metrics="chrf").segment_table(n=None)
        assert (
            found.to_dict()["rows"]
            == score(PREDICTIONS, SINGLE_REFERENCES, metrics="chrf").segment_table(n=None).to_dict()["rows"]
        )

    def test_references_of_a_table(self):
        pairs = pd.DataFrame({"a": SINGLE_REFERENCES, "b": PREDICTIONS})
        rows = score(PREDICTIONS, pairs, metrics="chrf").segment_table(n=1, sort="worst").to_dict()["rows"]
        assert rows[0]["reference 2"] == rows[0]["prediction"]

    def test_tokens_and_labels(self):
        tokens = score([["a", "b"], [1, 2]], [["a", "c"], [1, 3]], metrics="wer").segment_table()
        assert [row["reference"] for row in tokens.to_dict()["rows"]] == ["a c", "1 3"]
        several = score([["a", "b"]], [[["a", "c"], ["a"]]], metrics="wer").segment_table().to_dict()["rows"]
        assert (several[0]["reference 1"], several[0]["reference 2"]) == ("a c", "a")
        labels = score(["x", "y"], ["x", "z"], metrics=Classification()).segment_table().to_dict()["rows"]
        assert labels[0] == {"segment": 1, "accuracy": 0.0, "reference": "z", "prediction": "y"}

    def test_a_title_that_is_a_value_of_another_metric(self):
        found = score(["a b c d", "a"], ["a x y", "a"], metrics={"wer": WER(), "mer": CHRF()})
        assert found.segment_table("mer", n=None).to_pandas()["mer"].tolist() == pytest.approx(
            sorted(CHRF().segment_scores(["a b c d", "a"], ["a x y", "a"])["chrf"])
        )

    @pytest.mark.parametrize("column", [pa.array, pl.Series, np.array], ids=["pyarrow", "polars", "array"])
    def test_columns_of_several_references(self, column):
        rows = [["a b", "c d e"], ["f", "g h"]]
        found = score(column(["a b", "x"]), column(rows), metrics="wer")
        table = found.segment_table(n=None).to_dict()["rows"]
        assert [[row["reference 1"], row["reference 2"]] for row in reversed(table)] == rows
        assert found.buckets(bounds=[1]).sizes == {"up to 1": 1, "over 1": 1}

    def test_sets_of_labels(self):
        rows = score([{"b", "a"}, {"c"}], [{"a"}, {"c"}], metrics=Multilabel()).segment_table().to_dict()["rows"]
        assert (rows[0]["reference"], rows[0]["prediction"]) == ("a", "a b")

    def test_logits_are_no_texts(self):
        logits = np.zeros((2, 3, 4), np.float32)
        rows = score(logits, np.zeros((2, 3), int), metrics="perplexity").segment_table().to_dict()["rows"]
        assert {*rows[0]} == {"segment", "perplexity"}

    def test_prepared_references_have_no_texts(self):
        found = score(PREDICTIONS, CHRF().prepare(SINGLE_REFERENCES), metrics=CHRF()).segment_table(n=1)
        assert [*found.to_pandas()] == ["segment", "chrf", "prediction"]

    def test_lists_that_change_later(self):
        predictions, references = np.array(PREDICTIONS, object), [[*one] for one in REFERENCES]
        found = score(predictions, references, metrics="chrf")
        before = found.segment_table(n=None).to_dict()
        predictions[:] = "x"
        for one in references:
            one[:] = ["y"]
        references.clear()
        assert found.segment_table(n=None).to_dict() == before

    def test_an_accumulator_that_keeps_rows(self):
        meter = accumulator("chrf", keep_rows=True)
        meter.update(PREDICTIONS, SINGLE_REFERENCES)
        table = meter.compute().segment_table(n=2, texts={"prediction": PREDICTIONS})
        assert table.to_pandas()["prediction"].tolist() == [PREDICTIONS[at] for at in table.positions]


class TestText:
    def test_segments_one_below_the_other(self):
        found = compare(
            {"base": ["the cat", "a dog\n"], "表": ["a cat", "the dog"]},
            ["the cat", "the dog"],
            metrics={"w": WER()},
            resamples=10,
        )
        table = found.segment_table(texts={"source": ["Katze", "Hund"]})
        assert str(table) == table.format() == table.format("table") == table.format("table", max_width=40)
        assert str(table) == (
            "segment 1: w/base = 0.5000, w/表 = 0.0000, difference = -0.5000\n"
            "  reference  the dog\n"
            "  base       a dog\\n\n"
            "  表         the dog\n"
            "  source     Hund\n"
            "segment 0: w/base = 0.0000, w/表 = 0.5000, difference = +0.5000\n"
            "  reference  the cat\n"
            "  base       the cat\n"
            "  表         a cat\n"
            "  source     Katze"
        )
        assert repr(table) == "<SegmentTable: 2 of 2 segments, difference w first: -0.5000 to +0.5000>"

    def test_pickles(self):
        found = compare(SYSTEMS, SINGLE_REFERENCES, metrics=["bleu", "wer"], by=GROUPS, resamples=10)
        twin = pickle.loads(pickle.dumps(found))
        assert twin.segment_table("wer").to_dict() == found.segment_table("wer").to_dict()
        assert pickle.loads(pickle.dumps(twin.segment_table())).to_dict() == found.segment_table().to_dict()


class TestErrors:
    FOUND = compare(SYSTEMS, SINGLE_REFERENCES, metrics=["bleu", "rouge"], resamples=10)

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            (
                {"metric": "chrf"},
                ValueError,
                "no segment score 'chrf': choose from bleu, rouge, rouge1, rouge2, rougeL",
            ),
            ({"n": 0}, ValueError, "n must be 1 or more"),
            ({"n": 1.5}, TypeError, "n must be a whole number"),
            ({"sort": "wurst"}, ValueError, "unknown sort 'wurst': choose one of difference, worst, best"),
            ({"reverse": 1}, TypeError, "reverse must be True or False"),
            ({"system": "base"}, ValueError, "no system 'base' beside the first: choose from ours, 表"),
            ({"texts": {"source": ["a"]}}, ValueError, r"texts\['source'\] has 1 items but there are 16 segments"),
            ({"texts": ["a"]}, TypeError, "texts must be a mapping"),
            ({"texts": {"source": "abc"}}, TypeError, "must be a sequence"),
            ({"texts": {1: ["a"]}}, TypeError, r"texts has the key 1 \(int\)"),
        ],
        ids=lambda value: value if isinstance(value, str) else None,
    )
    def test_wrong_arguments(self, arguments, error, message):
        with pytest.raises(error, match=message):
            self.FOUND.segment_table(**arguments)

    def test_one_system(self):
        found = score(PREDICTIONS, SINGLE_REFERENCES, metrics="bleu")
        with pytest.raises(ValueError, match="a difference needs two systems"):
            found.segment_table(sort="difference")
        with pytest.raises(ValueError, match="no system 'x' beside the first: choose from several systems"):
            found.segment_table(system="x")

    def test_rows_that_were_not_kept(self):
        meter = accumulator("bleu")
        meter.update(PREDICTIONS, SINGLE_REFERENCES)
        with pytest.raises(ValueError, match="keep_rows=True"):
            meter.compute().segment_table()
