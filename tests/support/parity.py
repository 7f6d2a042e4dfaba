"""Comparison with sacrebleu: options to draw; rows, scores of a corpus and of its segments, texts and signatures."""

import itertools

import numpy as np
import pytest
import sacrebleu
from hypothesis import strategies as st

from rapidscore import BLEU, CHRF, TER

SMOOTHING = [
    *[{"smooth_method": method} for method in ("exp", "floor", "add-k", "none")],
    *[{"smooth_method": "floor", "smooth_value": value} for value in (0, 1e-9, 0.5, 1, 3)],
    *[{"smooth_method": "add-k", "smooth_value": value} for value in (0, 0.25, 1, 2, 1000)],
    {"smooth_method": "exp", "smooth_value": 0.3},
    {"smooth_method": "none", "smooth_value": 0.3},
]
BLEU_ORDERS = [1, 2, 3, 4, 5, 6, 9, 10, 12, 100]
TER_OPTIONS = [
    {
        "normalized": bool(bits & 1),
        "no_punct": bool(bits & 2),
        "asian_support": bool(bits & 4),
        "case_sensitive": bool(bits & 8),
    }
    for bits in range(16)
]

any_options = {
    BLEU: st.fixed_dictionaries(
        {
            "lowercase": st.booleans(),
            "tokenize": st.sampled_from([None, "13a", "intl", "zh", "char", "none"]),
            "max_ngram_order": st.sampled_from(BLEU_ORDERS),
            "effective_order": st.booleans(),
        }
    ),
    CHRF: st.fixed_dictionaries(
        {
            "char_order": st.sampled_from([1, 2, 6, 8, 9]),
            "word_order": st.sampled_from([0, 0, 1, 2, 5]),
            "beta": st.sampled_from([0, 1, 2, 3, 0.7]),
            "lowercase": st.booleans(),
            "whitespace": st.booleans(),
            "eps_smoothing": st.booleans(),
        }
    ),
    TER: st.sampled_from(TER_OPTIONS),
}


def shortened(metric, text):
    # sacrebleu's TER takes seconds for a hundred tokens, and its tokenizers can make each character a token.
    return text[:60] if metric is TER else text


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
