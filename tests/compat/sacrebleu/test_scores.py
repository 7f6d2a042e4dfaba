"""`rapidscore.compat.sacrebleu`, against sacrebleu: scores equal in type, in text and to the bit."""

import itertools
from collections import UserList

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.effort import examples
from support.outcomes import exactly
from support.sacrebleu_drop_in import (
    FULL_STREAMS,
    FUNCTIONS,
    METRICS,
    OPTIONS,
    SENTENCE_FUNCTIONS,
    SIDES,
    STREAMS,
    assert_equal_scores,
    contents,
    every_metric,
    every_option,
)
from support.strategies import corpora, texts


class TestCorpusScores:
    @every_option
    @pytest.mark.parametrize("streams", [[SINGLE_REFERENCES], FULL_STREAMS, STREAMS], ids=["one", "two", "gaps"])
    def test_options_and_streams(self, name, options, streams):
        found = assert_equal_scores(name, options, PREDICTIONS, streams)
        assert found[0] == f"{name}Score"

    @every_metric
    def test_one_segment(self, name):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            assert_equal_scores(name, {}, [prediction], [[text] for text in references])

    @every_metric
    def test_kept_references(self, name):
        for streams in [SINGLE_REFERENCES], FULL_STREAMS, STREAMS:
            metrics = [getattr(side, name)(references=streams) for side in SIDES]
            # The signature is known before the first score.
            assert len({str(metric.get_signature()) for metric in metrics}) == 1
            for predictions in PREDICTIONS, SINGLE_REFERENCES:
                mine, peer = (contents(metric.corpus_score(predictions, None)) for metric in metrics)
                assert mine == peer
                # References passed to a call take precedence, and are not kept.
                mine, peer = (contents(metric.corpus_score(predictions, FULL_STREAMS)) for metric in metrics)
                assert mine == peer
                assert len({str(metric.get_signature()) for metric in metrics}) == 1

    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_functions(self, name):
        mine, peer = (contents(getattr(side, name)(PREDICTIONS, STREAMS)) for side in SIDES)
        assert mine == peer

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("corpus_bleu", {"smooth_method": "floor", "smooth_value": 0.01, "force": True, "lowercase": True}),
            ("corpus_bleu", {"tokenize": "char", "use_effective_order": True}),
            ("raw_corpus_bleu", {"smooth_value": None}),
            ("corpus_chrf", {"remove_whitespace": False, "eps_smoothing": True, "word_order": 2, "beta": 3}),
            ("corpus_ter", {"normalized": True, "no_punct": True, "asian_support": True, "case_sensitive": True}),
        ],
    )
    def test_functions_with_options(self, name, options):
        mine, peer = (contents(getattr(side, name)(PREDICTIONS, STREAMS, **options)) for side in SIDES)
        assert mine == peer

    @every_metric
    def test_other_sequences(self, name):
        two, streams = PREDICTIONS[:2], [SINGLE_REFERENCES[:2]]
        assert_equal_scores(name, {}, tuple(two), [tuple(stream) for stream in streams])
        assert_equal_scores(name, {}, UserList(two), UserList(UserList(stream) for stream in streams))
        # A text in place of a list is read character by character.
        assert_equal_scores(name, {}, "ab", ["ax"])

    @every_metric
    def test_longer_lists_are_cut(self, name):
        for predictions, streams in [
            (PREDICTIONS[:3], FULL_STREAMS),
            (PREDICTIONS, [SINGLE_REFERENCES[:5]]),
            (PREDICTIONS, [SINGLE_REFERENCES, SINGLE_REFERENCES[:5]]),
            (PREDICTIONS[:1], STREAMS),
        ]:
            assert_equal_scores(name, {}, predictions, streams)

    @every_metric
    def test_segments_without_references(self, name):
        for predictions, streams in [
            (["a"], [[None]]),
            ([""], [[None]]),
            (["", "b c"], [[None, "b c"], [None, None]]),
            (["b c", "a"], [["b c", None]]),
        ]:
            assert_equal_scores(name, {}, predictions, streams)

    @examples(150)
    @given(case=st.sampled_from(OPTIONS), corpus=corpora(), gaps=st.booleans())
    def test_odd_texts(self, case, corpus, gaps):
        predictions, references = corpus
        fill = None if gaps else ""
        streams = [list(stream) for stream in itertools.zip_longest(*references, fillvalue=fill)]
        if case[0] == "TER" and any(len(text) > 300 for text in predictions):
            predictions = [text[:300] for text in predictions]
        assert_equal_scores(*case, predictions, streams)


class TestSentenceScores:
    @every_option
    def test_options(self, name, options):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            for given_as in references, (*references, None):
                assert_equal_scores(name, options, prediction, given_as, call="sentence_score")

    @pytest.mark.parametrize("name", SENTENCE_FUNCTIONS)
    def test_functions(self, name):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            for given_as in references, tuple(references), [*references, None], UserList(references):
                mine, peer = (contents(getattr(side, name)(prediction, given_as)) for side in SIDES)
                assert mine == peer

    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("sentence_bleu", {"smooth_method": "add-k"}),
            ("sentence_bleu", {"smooth_method": "add-k", "smooth_value": 1.0}),
            ("sentence_bleu", {"smooth_method": "add-k", "smooth_value": 1}),
            ("sentence_bleu", {"smooth_method": "none", "use_effective_order": False, "tokenize": "intl"}),
            ("sentence_bleu", {"lowercase": True, "tokenize": None}),
            ("sentence_chrf", {"char_order": 4, "word_order": 2, "beta": 1, "remove_whitespace": False}),
            ("sentence_ter", {"normalized": True, "no_punct": True}),
        ],
    )
    def test_functions_with_options(self, name, options):
        for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
            mine, peer = (contents(getattr(side, name)(prediction, references, **options)) for side in SIDES)
            assert mine == peer

    @examples(150)
    @given(prediction=texts(), references=st.lists(texts(), min_size=1, max_size=3), name=st.sampled_from(METRICS))
    def test_odd_texts(self, prediction, references, name):
        assert_equal_scores(name, {}, prediction, references, call="sentence_score")

    def test_long_texts(self):
        prediction, reference = "a b c d " * 3000, "a b d c " * 3000
        assert_equal_scores("BLEU", {}, prediction, [reference], call="sentence_score")


class TestComputeBleu:
    @pytest.mark.parametrize("method", ["none", "exp", "floor", "add-k"])
    @pytest.mark.parametrize("effective", [False, True])
    def test_counts(self, method, effective):
        counts = [
            ([9, 7, 5, 3], [10, 8, 6, 4], 11, 11),
            ([9, 7, 0, 0], [10, 8, 6, 4], 11, 14),
            ([1, 0, 0, 0], [1, 0, 0, 0], 1, 3),
            ([0, 0, 0, 0], [4, 3, 2, 1], 4, 3),
            ([0, 1, 0, 0], [0, 3, 2, 1], 0, 3),
            ([0, 0, 0, 0], [0, 0, 0, 0], 0, 0),
        ]
        for value, (correct, total, *lengths) in itertools.product([None, 1, 0.25], counts):
            found = []
            for side in SIDES:
                lists = [[*correct], [*total]]
                score = side.BLEU.compute_bleu(*lists, *lengths, method, value, effective)
                # The score holds the lists that were passed, smoothed in place.
                assert score.counts is lists[0]
                found.append(contents(score))
            assert found[0] == found[1]

    @every_option
    def test_from_rows(self, name, options):
        found = []
        for side in SIDES:
            metric = getattr(side, name)(**options)
            rows = metric._extract_corpus_statistics(PREDICTIONS, STREAMS)
            one, both = metric._compute_score_from_stats([*rows[0]]), metric._aggregate_and_compute(rows)
            found.append([exactly(rows), contents(one), contents(both)])
        assert found[0] == found[1]

    @every_option
    def test_segment_by_segment(self, name, options):
        rows = []
        for side in SIDES:
            metric = getattr(side, name)(**options)
            found = []
            for prediction, references in zip(PREDICTIONS, REFERENCES, strict=True):
                known = metric._extract_reference_info([*map(metric._preprocess_segment, references)])
                found.append(metric._compute_segment_statistics(metric._preprocess_segment(prediction), known))
            rows.append(exactly(found))
        assert rows[0] == rows[1]
