"""Comparison with sacrebleu: rows, scores of a corpus and of its segments, texts and signatures."""

import itertools

import numpy as np
import pytest
import sacrebleu

from rapidscore import BLEU, CHRF, TER


def streams(references):
    """Return references as sacrebleu takes them: the first of each segment, the second, ..., None where missing."""
    lists = [[texts] if isinstance(texts, str) else texts for texts in references]
    return list(itertools.zip_longest(*lists))


def assert_equal_scores(metric, options, predictions, references):
    """Compare a metric, BLEU, CHRF or TER, with sacrebleu's of the same name: every number is equal."""
    ours, theirs = metric(**options), getattr(sacrebleu.metrics, metric.__name__)(**options)
    rows = theirs._extract_corpus_statistics(predictions, streams(references))
    assert np.asarray(ours.statistics(predictions, references)).tolist() == rows

    # Copies, because sacrebleu smooths a single row in place.
    expected = theirs._aggregate_and_compute([list(row) for row in rows])
    score = ours.score(predictions, references)
    _ASSERT_EQUAL_VALUES[metric](score, expected, references)
    assert str(score) == str(expected)
    assert score.signature == str(theirs.get_signature())
    assert score.format(5, signature=True) == expected.format(5, signature=score.signature)

    segments = [theirs._aggregate_and_compute([list(row)]).score for row in rows]
    name = next(iter(score.as_dict()))
    assert ours.segment_scores(predictions, references)[name].tolist() == segments
    assert ours.statistics(predictions, references).segment_scores()[name].tolist() == segments


def _assert_equal_bleu(score, expected, _):
    assert score.score == expected.score
    assert list(score.precisions) == expected.precisions
    assert list(score.counts) == expected.counts
    assert list(score.totals) == expected.totals
    assert (score.bp, score.ratio) == (expected.bp, expected.ratio)
    assert (score.sys_len, score.ref_len) == (expected.sys_len, expected.ref_len)


def _assert_equal_chrf(score, expected, _):
    assert score.score == expected.score
    assert score.name == expected.name
    assert len(score.as_dict()) == 1


def _assert_equal_ter(score, expected, references):
    assert score.num_edits == expected.num_edits
    if all(isinstance(texts, str) or len(texts) in (1, 2, 4) for texts in references):
        assert score.score == expected.score
        assert score.ref_length == expected.ref_length
    else:
        # Thirds are not binary fractions: sacrebleu rounds their sum after each segment, we round it once.
        assert score.score == pytest.approx(expected.score, rel=1e-14)
        assert score.ref_length == pytest.approx(expected.ref_length, rel=1e-14)


_ASSERT_EQUAL_VALUES = {BLEU: _assert_equal_bleu, CHRF: _assert_equal_chrf, TER: _assert_equal_ter}
