"""Tokenizers and n-gram helpers of `rapidscore.compat.sacrebleu`, against sacrebleu."""

import pytest
import sacrebleu as theirs
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.sacrebleu_drop_in import (
    SIDES,
    STREAMS,
    TER_OPTIONS,
    assert_equal_scores,
    contents,
)
from support.sentencepiece_models import train
from support.strategies import texts

import rapidscore
import rapidscore.compat.sacrebleu as ours
from rapidscore.compat.sacrebleu.metrics import helpers
from rapidscore.compat.sacrebleu.tokenizers import _named


class TestTokenizers:
    @pytest.mark.parametrize("name", ["13a", "intl", "zh", "char", "none"])
    def test_tokenizers_of_bleu(self, name):
        mine, peer = (side.BLEU(tokenize=name).tokenizer for side in SIDES)
        assert (type(mine).__name__, mine.signature()) == (type(peer).__name__, peer.signature())
        for text in PREDICTIONS + SINGLE_REFERENCES:
            assert mine(text) == peer(text)
            metrics = [side.BLEU(tokenize=name, lowercase=True) for side in SIDES]
            assert metrics[0]._preprocess_segment(text) == metrics[1]._preprocess_segment(text)

    @pytest.mark.parametrize("name", ["ja-mecab", "ko-mecab"])
    def test_tokenizers_that_need_a_library(self, name):
        mine, peer = (side.BLEU(tokenize=name).tokenizer for side in SIDES)
        assert (type(mine).__name__, mine.signature()) == (type(peer).__name__, peer.signature())
        assert_equal_scores("BLEU", {"trg_lang": name[:2]}, PREDICTIONS, STREAMS)
        assert_equal_scores("BLEU", {"tokenize": name}, PREDICTIONS[0], REFERENCES[0], call="sentence_score")

    def test_path_of_a_model(self, tmp_path):
        train(tmp_path / "own.model")
        bleu = ours.BLEU(tokenize=str(tmp_path / "own.model"))
        expected = rapidscore.BLEU(tokenize=str(tmp_path / "own.model")).score(PREDICTIONS, SINGLE_REFERENCES)
        assert bleu.corpus_score(PREDICTIONS, [SINGLE_REFERENCES]).score == expected.score
        assert "tok:own.model" in str(bleu.get_signature())

    @pytest.mark.parametrize("options", TER_OPTIONS)
    def test_tokenizer_of_ter(self, options):
        mine, peer = (side.tokenizers.tokenizer_ter.TercomTokenizer(**options) for side in SIDES)
        assert mine.signature() == peer.signature()
        for text in PREDICTIONS + SINGLE_REFERENCES:
            assert mine(text) == peer(text)

    def test_module_paths(self):
        assert theirs.metrics.bleu._TOKENIZERS == _named.BY_NAME
        with pytest.raises(NotImplementedError):
            ours.tokenizers.tokenizer_base.BaseTokenizer()("a")
        with pytest.raises(NotImplementedError):
            ours.tokenizers.tokenizer_base.BaseTokenizer().signature()

    def test_tokenizer_set_later(self):
        found = []
        for side in SIDES:
            metric = side.BLEU()
            metric.tokenizer = lambda text: text.replace("e", " e ")
            found.append(contents(metric.corpus_score(PREDICTIONS, STREAMS), metric.get_signature()))
        assert found[0] == found[1]

    def test_custom_function(self):
        bleu = ours.BLEU(tokenize=str.split)
        score = bleu.corpus_score(PREDICTIONS, STREAMS)
        assert contents(score) == contents(theirs.BLEU(tokenize="none").corpus_score(PREDICTIONS, STREAMS))
        assert "tok:split" in str(bleu.get_signature())
        assert bleu.tokenizer("a  b") == "a b"


@given(line=texts(), order=st.integers(1, 4), whitespace=st.booleans())
def test_ngrams(line, order, whitespace):
    peer = theirs.metrics.helpers
    assert helpers.extract_all_word_ngrams(line, 1, order) == peer.extract_all_word_ngrams(line, 1, order)
    assert ours.extract_word_ngrams(line.split(), order) == theirs.extract_word_ngrams(line.split(), order)
    assert ours.extract_char_ngrams(line, order, whitespace) == theirs.extract_char_ngrams(line, order, whitespace)
    assert helpers.extract_all_char_ngrams(line, order, whitespace) == peer.extract_all_char_ngrams(
        line, order, whitespace
    )
