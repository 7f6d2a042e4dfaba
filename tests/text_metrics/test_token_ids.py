"""Token ids in place of texts, with padding that is left out."""

import numpy as np
import pytest
import sacrebleu
from rouge_score import rouge_scorer
from support.tensors import Tensor

from rapidscore import BLEU, CER, ROUGE, WER, Total, mbr_decode

PADDING = -100
METRICS = [
    BLEU(ignore_index=PADDING),
    ROUGE(ignore_index=PADDING),
    WER(ignore_index=PADDING),
    CER(ignore_index=PADDING),
]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: type(metric).__name__)

PREDICTIONS = [[17, 4, 9, 2, 30, 5], [8, 8, 1], [3, 1, 4, 1, 5]]
REFERENCES = [[17, 4, 9, 2, 6], [8, 1, 1, 8], [3, 1, 4, 1, 5]]


def padded(rows, width=8):
    """Pad rows at their end, and the second one also at its beginning and in the middle."""
    rows = [*rows]
    rows[1] = [PADDING, rows[1][0], PADDING, *rows[1][1:]]
    return [row + [PADDING] * (width - len(row)) for row in rows]


def as_texts(rows):
    return [" ".join(f"t{number}" for number in row) for row in rows]


class TestPadding:
    @every_metric
    @pytest.mark.parametrize(
        "form",
        [
            list,
            np.array,
            lambda rows: [np.array(row) for row in rows],
            Tensor,
            lambda rows: [Tensor(row) for row in rows],
        ],
        ids=["lists", "array", "arrays", "tensor", "tensors"],
    )
    def test_left_out(self, metric, form):
        expected = metric.score(PREDICTIONS, REFERENCES)
        predictions, references = form(padded(PREDICTIONS)), form(padded(REFERENCES))
        assert metric.score(predictions, references) == expected
        assert metric.score(padded(PREDICTIONS), references) == expected
        assert metric.statistics(predictions, references) == metric.statistics(PREDICTIONS, REFERENCES)
        for name, values in metric.segment_scores(predictions, references).items():
            assert values.tolist() == metric.segment_scores(PREDICTIONS, REFERENCES)[name].tolist()
        prepared = metric.prepare(references, tokenized=True)
        assert metric.score(predictions, prepared) == expected

    @every_metric
    def test_several_references(self, metric):
        several = [[[7], row] for row in REFERENCES]
        ours = metric.score(padded(PREDICTIONS), [[[7, PADDING], row] for row in padded(REFERENCES)])
        assert ours == metric.score(PREDICTIONS, several)
        assert "nrefs:2" in ours.signature

    @every_metric
    def test_pairs(self, metric):
        value = "rouge1" if isinstance(metric, ROUGE) else None
        matrix = metric.pairwise(padded(PREDICTIONS), padded(REFERENCES), value=value)
        assert matrix.tolist() == metric.pairwise(PREDICTIONS, REFERENCES, value=value).tolist()
        decision = mbr_decode([padded(PREDICTIONS)], metric, value=value)[0]
        assert decision.index == mbr_decode([PREDICTIONS], metric, value=value)[0].index

    @every_metric
    def test_nothing_left(self, metric):
        rows = metric.statistics([[PADDING] * 3, [1]], [[PADDING], [1]])
        assert rows == metric.statistics([[], [1]], [[], [1]])

    def test_other_numbers(self):
        assert WER(ignore_index=0).score([[0, 1, -100]], [[1, -100, 0, 0]]).score == 0
        assert WER().score([[1, -100]], [[1]]).score == 1


class TestReferenceImplementations:
    def test_bleu(self):
        ours = BLEU(ignore_index=PADDING).score(padded(PREDICTIONS), padded(REFERENCES))
        theirs = sacrebleu.corpus_bleu(as_texts(PREDICTIONS), [as_texts(REFERENCES)], tokenize="none")
        assert (ours.score, ours.sys_len, ours.ref_len) == (theirs.score, theirs.sys_len, theirs.ref_len)

    @pytest.mark.parametrize("stem", [False, True])
    def test_rouge(self, stem):
        types = ("rouge1", "rouge2", "rougeL", "rougeLsum")
        ours = ROUGE(types, use_stemmer=stem, ignore_index=PADDING)
        scorer = rouge_scorer.RougeScorer(types)
        scores = ours.segment_scores(padded(PREDICTIONS), padded(REFERENCES))
        for at, pair in enumerate(zip(as_texts(REFERENCES), as_texts(PREDICTIONS), strict=True)):
            theirs = scorer.score(*pair)
            assert {name: values[at] for name, values in scores.items()} == {
                name: theirs[name].fmeasure for name in types
            }


class TestOptions:
    @every_metric
    def test_texts_are_scored_as_before(self, metric):
        plain = type(metric)()
        texts = ["the cat sat", "a dog"], ["the cat sat down", "the dog"]
        assert metric.statistics(*texts)._rows.tolist() == plain.statistics(*texts)._rows.tolist()
        assert "|ignore:-100|" in metric.score(*texts).signature
        assert "ignore" not in plain.score(*texts).signature

    @every_metric
    def test_bytes(self, metric):
        total = metric.statistics(PREDICTIONS, REFERENCES).total()
        assert Total.from_bytes(total.to_bytes()) == total
        # Bytes of metrics without the option are those of versions that did not have it.
        assert b"ignore_index" not in type(metric)().statistics(["a"], ["a"]).total().to_bytes()

    @every_metric
    @pytest.mark.parametrize(
        ("value", "error"), [("a", TypeError), (1.5, TypeError), (True, TypeError), (2**63, ValueError)]
    )
    def test_errors(self, metric, value, error):
        with pytest.raises(error, match="ignore_index"):
            type(metric)(ignore_index=value)

    @every_metric
    def test_texts_and_ids(self, metric):
        with pytest.raises(TypeError, match=r"predictions\[0\] is a list of tokens, not str as references\[0\] is"):
            metric.score([[1, 2]], ["a"])
        with pytest.raises(TypeError, match=r"predictions\[0\]\[1\] is float: a token is a str or an int"):
            metric.score(np.array([[1, 2.5]], object), [[1]])

    def test_ids_need_the_option(self):
        for metric in BLEU(), ROUGE():
            with pytest.raises(TypeError, match=r"predictions\[0\] is list, not str: .*ignore_index"):
                metric.score([[1, 2]], [[1, 2]])
