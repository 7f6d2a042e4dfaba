"""Errors and warnings of `rapidscore.compat.sacrebleu` are sacrebleu's."""

import logging

import pytest
from support.sacrebleu_drop_in import (
    SIDES,
    assert_equal_scores,
    every_metric,
    outcome,
)


class TestErrors:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("a", [["a"], 3]),
            ("a", "a"),
            (["a"], "a"),
            (["a"], [[3]]),
            (["a"], [3]),
            (["a"], 3),
            (3, [["a"]]),
            ([3], [["a"]]),
            ([None], [["a"]]),
            (["a", None], [["a", "b"]]),
            (["a", 3], [["a", "b"]]),
            (["a", "b"], [["a", 3]]),
            (["a", "b"], [["a", ["b", "c"]]]),
            (["a", ["b"]], [["a", "b"]]),
            (["a", "b"], [["a", "b"], ["a", ["b"]]]),
            (iter(["a"]), [["a"]]),
            (["a"], iter([["a"]])),
            ({"a": 1}, [["a"]]),
            ([], [["a"]]),
            (["a"], []),
            (["a"], [[]]),
            (["a"], [["a"], []]),
            (["a"], None),
        ],
    )
    @every_metric
    def test_corpus(self, name, arguments):
        found = assert_equal_scores(name, {}, *arguments)
        if found[0] in {IndexError, RuntimeError, TypeError}:
            assert found[1]

    @pytest.mark.parametrize(
        "arguments", [(3, ["a"]), ("a", "a"), ("a", [3]), ("a", []), ("a", None), ("a", iter("a"))]
    )
    @every_metric
    def test_sentence(self, name, arguments):
        found = assert_equal_scores(name, {}, *arguments, call="sentence_score")
        assert found[0] in {TypeError, IndexError}
        one, other = (
            outcome(lambda side=side: getattr(side, f"sentence_{name.lower()}")(*arguments)) for side in SIDES
        )
        assert one == other

    def test_options(self):
        for options in {"smooth_method": "nothing"}, {"tokenize": "nothing"}, {"nothing": 1}:
            one, other = (outcome(lambda side=side, options=options: side.BLEU(**options)) for side in SIDES)
            assert one == other
            assert one[0] in {AssertionError, KeyError, TypeError}
        one, other = (outcome(lambda side=side: side.BLEU.compute_bleu([1], [1], 1, 1, "x")) for side in SIDES)
        assert one == other

    def test_empty_cache(self):
        for side in SIDES:
            with pytest.raises(RuntimeError, match="No references provided and the cache is empty"):
                side.CHRF(references=[[]]).corpus_score(["a"], None)


class TestWarnings:
    @pytest.fixture
    def warned(self, caplog):
        def run(call):
            messages = []
            for side in SIDES:
                caplog.clear()
                with caplog.at_level(logging.WARNING, "sacrebleu"):
                    call(side)
                messages.append([(one.name, one.levelname, one.getMessage()) for one in caplog.records])
            assert messages[0] == messages[1]
            return len(messages[0])

        return run

    def test_sentences_without_effective_order(self, warned):
        assert warned(lambda side: side.BLEU().sentence_score("a", ["a"])) == 1
        assert warned(lambda side: side.sentence_bleu("a", ["a"], use_effective_order=False)) == 1
        assert warned(lambda side: side.sentence_bleu("a", ["a"])) == 0

    def test_texts_that_look_tokenized(self, warned):
        texts = ["a b ."] * 100
        assert warned(lambda side: side.corpus_bleu(texts, [texts])) == 3
        assert warned(lambda side: side.corpus_bleu(texts, [texts, [None] * 100])) == 3
        assert warned(lambda side: side.corpus_bleu(texts[1:], [texts])) == 0
        assert warned(lambda side: side.corpus_bleu(texts, [texts], force=True)) == 0
        assert warned(lambda side: side.corpus_chrf(texts, [texts])) == 0

    @pytest.mark.parametrize("language", ["zh", "ja", "ko", "de"])
    def test_unsuitable_tokenizers(self, warned, language):
        assert warned(lambda side: side.BLEU(trg_lang=language, tokenize="13a")) == (language != "de")
        assert warned(lambda side: side.BLEU(trg_lang=language, tokenize="zh")) == (language in {"ja", "ko"})
