"""Columns of pandas, polars and pyarrow as texts, and tables as references, give the bits of lists."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from support.metrics import many, score_bits

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER, Perplexity, mbr_decode

pa = pytest.importorskip("pyarrow", reason="columns of pyarrow need pyarrow: pip install pyarrow")

TEXTS, _ = many(40)
REFERENCES = [[f"{text} one", f"another {text[::-1]}"] for text in TEXTS]
METRICS = [BLEU(), CHRF(), TER(), ROUGE(("rouge1", "rougeL")), WER(), CER()]
every_text_metric = pytest.mark.parametrize("metric", METRICS, ids=repr)

COLUMNS = {
    "array": pa.array,
    "chunks": lambda texts: pa.chunked_array([texts[:3], [], texts[3:]]),
    "large": lambda texts: pa.array(texts, pa.large_string()),
    "views": lambda texts: pa.array(texts, pa.string_view()),
    "dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "pandas": pd.Series,
    "pandas of pyarrow": lambda texts: pd.Series(texts, dtype=pd.ArrowDtype(pa.string())),
    "polars": pl.Series,
}
NAMED = {"one": [row[0] for row in REFERENCES], "other": [row[1] for row in REFERENCES]}
TABLES = {
    "pandas": pd.DataFrame(NAMED, index=range(40, 0, -1)),
    "pandas objects": pd.DataFrame(NAMED, dtype=object),
    "polars": pl.DataFrame(NAMED),
    "pyarrow": pa.table(NAMED),
    "record batch": pa.RecordBatch.from_pydict(NAMED),
    "objects": np.array(REFERENCES, object),
    "array": np.array(REFERENCES),
    "fortran": np.asfortranarray(REFERENCES),
    "StringDType": np.array(REFERENCES, np.dtypes.StringDType()),
    "lists of pyarrow": pa.array(REFERENCES),
}


@every_text_metric
class TestEqualBits:
    @pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
    def test_columns(self, metric, column):
        references = [row[0] for row in REFERENCES]
        expected = metric.statistics(TEXTS, references)
        assert metric.statistics(column(TEXTS), column(references)) == expected
        assert metric.statistics(column(TEXTS), metric.prepare(column(references))) == expected
        assert score_bits(metric.score(column(TEXTS), column(references))) == score_bits(expected.score())
        if metric != ROUGE(("rouge1", "rougeL")):
            pairs = metric.pairwise(column(TEXTS[:4]), column(references[:5]))
            assert pairs.tolist() == metric.pairwise(TEXTS[:4], references[:5]).tolist()

    @pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
    def test_tables(self, metric, table):
        expected = metric.statistics(TEXTS, REFERENCES)
        assert metric.statistics(TEXTS, table) == expected
        assert score_bits(metric.score(TEXTS, table)) == score_bits(expected.score())
        assert metric.statistics(TEXTS, metric.prepare(table)) == expected
        meter = metric.accumulator()
        meter.update(TEXTS, table)
        assert score_bits(meter.compute()) == score_bits(expected.score())


MISSING = {"one": ["a", "b", "c"], "other": ["d", "e", None]}


@pytest.mark.parametrize(
    "references",
    [
        pd.DataFrame(MISSING),
        pd.DataFrame(MISSING, dtype=object),
        pl.DataFrame(MISSING),
        pa.table(MISSING),
        np.array([["a", "d"], ["b", "e"], ["c", None]], object),
        np.array([["a", "d"], ["b", "e"], ["c", np.nan]], object),
    ],
    ids=lambda references: type(references).__module__,
)
def test_missing_references(references):
    for call in BLEU().score, BLEU().statistics, BLEU().segment_scores:
        with pytest.raises(TypeError, match=r"references\[2\]\[1\] is (float|NoneType), not str"):
            call(["a", "b", "c"], references)
    with pytest.raises(TypeError, match=r"references\[2\]\[1\]"):
        BLEU().prepare(references)


def test_missing_texts():
    with pytest.raises(TypeError, match=r"predictions\[1\] is NoneType, not str"):
        BLEU().score(pa.array(["a", None]), ["a", "b"])
    with pytest.raises(TypeError, match=r"references\[1\] must be a str or a list of str, not NoneType"):
        BLEU().score(["a", "b"], pa.chunked_array([["a", None]]))
    with pytest.raises(ValueError, match="2 predictions but 3 references"):
        BLEU().score(pa.array(["a", "b"]), TABLES["pandas"][:3])


def test_different_numbers_of_references():
    references = [["a"], ["b", "c"], ["d"]]
    statistics = BLEU().statistics(pa.array(["a", "b", "d"]), pa.array(references))
    assert statistics == BLEU().statistics(["a", "b", "d"], references)
    assert statistics[:1].score().signature == BLEU().score(["a"], [["a"]]).signature
    assert "nrefs:var" in statistics.score().signature


def test_candidates_and_sizes():
    sampled = ["dogs bark", "the cat sat", "the cat slept", "a cat sat"]
    expected = mbr_decode([sampled], CHRF())
    for column in pa.array(sampled), pd.Series(sampled, index=[5, 6, 7, 8]), pl.Series(sampled):
        assert mbr_decode([column], CHRF()) == expected
    assert mbr_decode(pa.array([sampled]), CHRF()) == expected
    losses = Perplexity().score_losses([0.5, 1.0], [3, 4], texts=pa.array(["to be", "or not"]))
    assert losses.as_dict() == Perplexity().score_losses([0.5, 1.0], [3, 4], texts=["to be", "or not"]).as_dict()


FRAMES = {name: table for name, table in TABLES.items() if hasattr(table, "columns")}


@pytest.mark.parametrize("table", FRAMES.values(), ids=FRAMES)
def test_tables_as_predictions(table):
    for call in (lambda: BLEU().score(table, ["a"] * 4), lambda: BLEU().pairwise(table)):
        with pytest.raises(
            TypeError, match=r"predictions must be a sequence of str, not a .*: pass one of its columns"
        ):
            call()
