"""`sacrebleu`, `chrf`, `ter`, `wer` and `cer` of `rapidscore.compat.evaluate`, against sacrebleu and jiwer."""

import jiwer
import pytest
import sacrebleu
from support.evaluate_drop_in import compute, made_up
from support.outcomes import exactly

from rapidscore.compat import evaluate


class TestTranslations:
    def streams(self, lists):
        return [*zip(*[[texts] if isinstance(texts, str) else texts for texts in lists], strict=True)]

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"lowercase": True, "tokenize": "intl"},
            {"smooth_method": "floor", "smooth_value": 0.2},
            {"smooth_method": "add-k"},
            {"smooth_method": "add-k", "smooth_value": 0.5},
            {"smooth_method": "none", "use_effective_order": True},
        ],
    )
    @pytest.mark.parametrize("count", [1, 50])
    def test_sacrebleu(self, references, options, count):
        predictions, lists = made_up(count, 3, references)
        theirs = sacrebleu.corpus_bleu(predictions, self.streams(lists), **options)
        names = ["score", "counts", "totals", "precisions", "bp", "sys_len", "ref_len"]
        found = compute("sacrebleu", predictions, lists, **options)
        assert exactly(found) == exactly({name: getattr(theirs, name) for name in names})

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize(
        "options",
        [{}, {"word_order": 2, "lowercase": True}, {"beta": 1.5, "whitespace": True}, {"eps_smoothing": True}],
    )
    def test_chrf(self, references, options):
        predictions, lists = made_up(50, 4, references)
        theirs = sacrebleu.CHRF(**options).corpus_score(predictions, self.streams(lists))
        names = ["score", "char_order", "word_order", "beta"]
        assert exactly(compute("chrf", predictions, lists, **options)) == exactly(
            {name: getattr(theirs, name) for name in names}
        )

    @pytest.mark.parametrize("references", [1, 2, 3, 5])
    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ({}, {}),
            ({"normalized": True, "case_sensitive": True}, {"normalized": True, "case_sensitive": True}),
            ({"ignore_punct": True}, {"no_punct": True}),
            (
                {"normalized": True, "support_zh_ja_chars": True},
                {"normalized": True, "asian_support": True},
            ),
        ],
    )
    def test_ter(self, references, options, named):
        predictions, lists = made_up(30, 5, references)
        theirs = sacrebleu.TER(**named).corpus_score(predictions, self.streams(lists))
        names = ["score", "num_edits", "ref_length"]
        assert exactly(compute("ter", predictions, lists, **options)) == exactly(
            {name: getattr(theirs, name) for name in names}
        )

    @pytest.mark.parametrize("name", ["sacrebleu", "chrf", "ter"])
    def test_missing_references(self, name):
        predictions, references = ["a b c d", "c d", "e"], [["a b c d", None], [None, "c e"], ["e f", "e"]]
        peer = {"sacrebleu": "BLEU", "chrf": "CHRF", "ter": "TER"}[name]
        streams = [[*stream] for stream in zip(*references, strict=True)]
        expected = getattr(sacrebleu, peer)().corpus_score(predictions, streams).score
        assert compute(name, predictions, references)["score"] == expected

    @pytest.mark.parametrize("name", ["sacrebleu", "chrf", "ter"])
    def test_unequal_numbers_of_references(self, name):
        with pytest.raises(ValueError, match="the same number"):
            evaluate.load(name).compute(predictions=["a", "b"], references=[["a"], ["b", "c"]])


class TestErrorRates:
    @pytest.mark.parametrize("concatenate_texts", [False, True])
    def test_equal(self, concatenate_texts):
        predictions, references = made_up(80, 6)
        words = jiwer.process_words(references, predictions)
        characters = jiwer.process_characters(references, predictions)
        found = compute("wer", predictions, references, concatenate_texts=concatenate_texts)
        assert exactly(found) == exactly(words.wer)
        errors = words.substitutions + words.deletions + words.insertions
        assert found == errors / (words.hits + words.substitutions + words.deletions)
        found = compute("cer", predictions, references, concatenate_texts=concatenate_texts)
        assert exactly(found) == exactly(characters.cer)

    def test_known_scores(self):
        given = {"predictions": ["this is the prediction", "there is an other sample"]}
        given["references"] = ["this is the reference", "there is another one"]
        assert evaluate.load("wer").compute(**given) == 0.5
        assert evaluate.load("cer").compute(**given) == 0.34146341463414637

    def test_empty_references(self):
        for name in "wer", "cer":
            with pytest.raises(ZeroDivisionError, match="concatenate_texts"):
                evaluate.load(name).compute(predictions=["a"], references=[""])
            assert compute(name, ["a b"], [""], concatenate_texts=True) == len("ab" if name == "wer" else "a b")
            with pytest.raises(ValueError, match=r"predictions\[0\] must be a str, not \['a'\] \(list\)"):
                evaluate.load(name).compute(predictions=[["a"]], references=[["a"]])
