"""sacrebleu under `patch()`: equal scores, signatures, warnings and errors."""

import copy
import itertools
import json
import pickle
import subprocess
import sys

import pytest
import sacrebleu
import sacrebleu.significance
from hypothesis import HealthCheck, given, settings

# Imported before any patch is applied.
from sacrebleu import corpus_chrf as held_elsewhere
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.effort import examples
from support.patched import both
from support.strategies import corpora

import rapidscore

STREAMS = [list(column) for column in zip(*[[*texts, None, None][:3] for texts in REFERENCES], strict=True)]


def everything(score):
    """Return all values and texts of a sacrebleu score."""
    return type(score), score.__dict__, str(score), score.format(width=4)


class TestSacrebleu:
    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("BLEU", {}),
            ("BLEU", {"lowercase": True, "tokenize": "intl", "smooth_method": "add-k", "effective_order": True}),
            ("BLEU", {"tokenize": "zh", "max_ngram_order": 2, "smooth_method": "floor"}),
            ("BLEU", {"tokenize": "char"}),
            ("BLEU", {"trg_lang": "ja"}),  # sacrebleu's own tokenizer runs
            ("CHRF", {}),
            ("CHRF", {"word_order": 2, "lowercase": True, "beta": 1}),
            ("CHRF", {"whitespace": True, "eps_smoothing": True, "char_order": 3}),
            ("TER", {}),
            ("TER", {"normalized": True, "no_punct": True, "asian_support": True, "case_sensitive": True}),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("streams", [[SINGLE_REFERENCES], STREAMS], ids=["one", "several"])
    def test_scores(self, name, options, streams):
        def call():
            metric = getattr(sacrebleu, name)(**options)
            corpus = metric.corpus_score(PREDICTIONS, streams)
            signature = str(metric.get_signature())
            cached = getattr(sacrebleu, name)(**options, references=streams)
            again = [cached.corpus_score(PREDICTIONS, None), cached.corpus_score(PREDICTIONS[::-1], None)]
            cached_signature = str(cached.get_signature())
            sentences = [
                metric.sentence_score(text, references)
                for text, references in zip(PREDICTIONS, REFERENCES, strict=True)
            ]
            bootstrap = metric.corpus_score(PREDICTIONS, streams, n_bootstrap=20)
            scores = [*map(everything, [corpus, *again, *sentences, bootstrap])]
            rows = metric._extract_corpus_statistics(PREDICTIONS, streams)
            return scores, signature, cached_signature, rows, [[type(value) for value in row] for row in rows]

        before, after = both(call)
        assert after == before

    @settings(examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(corpus=corpora(max_size=3))
    def test_odd_texts(self, corpus):
        predictions, references = corpus
        streams = [list(column) for column in zip(*[[*texts, None, None][:3] for texts in references], strict=True)]

        functions = [sacrebleu.corpus_bleu, sacrebleu.corpus_chrf]
        if max(map(len, [*predictions, *itertools.chain(*references)])) < 300:
            functions.append(sacrebleu.corpus_ter)  # takes seconds for longer texts

        def call():
            return [everything(function(predictions, streams)) for function in functions]

        before, after = both(call)
        assert after == before

    def test_sacrebleu_measures_nothing(self, monkeypatch):
        def refuse(*_):
            raise AssertionError("sacrebleu measured a segment")

        for metric in sacrebleu.BLEU, sacrebleu.CHRF, sacrebleu.TER:
            monkeypatch.setattr(metric, "_compute_segment_statistics", refuse)
        with rapidscore.patched("sacrebleu"):
            assert sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]]).score == pytest.approx(100)
            assert held_elsewhere(["a b c d"], [["a b c d"]]).score == 100
            assert sacrebleu.BLEU(references=[["a b c d"]]).corpus_score(["a b c d"], None).score == pytest.approx(100)
        with pytest.raises(AssertionError, match="measured a segment"):
            sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]])

    def test_no_references(self):
        with rapidscore.patched("sacrebleu"), pytest.raises(RuntimeError, match="No references provided"):
            sacrebleu.BLEU(references=[]).corpus_score(["a"], None)

    def test_methods_replaced_on_an_instance(self):
        class Tokenizer13a:
            def __call__(self, line):
                return line.upper()

            def signature(self):
                return "mine"

        shouting, other = sacrebleu.BLEU(), sacrebleu.BLEU()
        shouting._preprocess_segment = lambda text: text.upper()
        other.tokenizer = Tokenizer13a()
        for metric in shouting, other:
            before, after = both(lambda metric=metric: metric.corpus_score(["A b c d"], [["a B c D"]]).score)
            assert before == after == pytest.approx(100)

    def test_subclasses(self):
        class Shouting(sacrebleu.BLEU):
            def _preprocess_segment(self, sent):
                return super()._preprocess_segment(sent.upper())

        before, after = both(lambda: Shouting().corpus_score(["A b c d"], [["a B c D"]]).score)
        assert before == after == pytest.approx(100)

    @pytest.mark.parametrize(
        ("predictions", "streams"),
        [
            (["a"], [[None]]),
            (["a", None], [["a", "b"]]),
            ([1], [["a"]]),
            (["a"], ["a"]),
            (["a"], [[1]]),
            (["a", "b"], [["a", "b"], ["c"]]),
            (["a", "b"], [["a"]]),
            (("a", "b"), (("a", "b"),)),
            ([], [[]]),
        ],
        ids=repr,
    )
    def test_odd_arguments(self, predictions, streams):
        def call():
            try:
                return everything(sacrebleu.corpus_bleu(predictions, streams))
            except Exception as error:
                return type(error), str(error)

        before, after = both(call)
        assert after == before

    def test_warnings(self, caplog):
        def call():
            caplog.clear()
            metric = sacrebleu.BLEU()
            metric.corpus_score(["a b ."] * 120, [["a b ."] * 120, ["a b"] * 120])
            return [record.getMessage() for record in caplog.records], str(metric.get_signature())

        caplog.set_level("WARNING", logger="sacrebleu")
        before, after = both(call)
        assert after == before
        assert len(before[0]) == 3

    def test_copies_of_metrics(self):
        with rapidscore.patched():
            metric = sacrebleu.BLEU(references=[["a b c d"]])
            twins = [copy.deepcopy(metric), pickle.loads(pickle.dumps(metric))]
            for twin in [metric, *twins]:
                assert twin.corpus_score(["a b c d"], None).score == pytest.approx(100)
        # Metrics constructed while patched still work afterwards.
        for twin in [metric, *twins]:
            assert twin.corpus_score(["a b c d"], None).score == pytest.approx(100)

    def test_command_line(self, tmp_path):
        (tmp_path / "hyp").write_text("\n".join(PREDICTIONS) + "\n", encoding="utf-8")
        (tmp_path / "ref").write_text("\n".join(SINGLE_REFERENCES) + "\n", encoding="utf-8")
        words = [str(tmp_path / "ref"), "-i", str(tmp_path / "hyp"), "-m", "bleu", "chrf", "ter", "--confidence"]
        theirs = subprocess.run([sys.executable, "-m", "sacrebleu", *words], capture_output=True, text=True, check=True)
        ours = subprocess.run(
            [sys.executable, "-m", "rapidscore.patch", "-m", "sacrebleu", *words],
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(ours.stdout) == json.loads(theirs.stdout)
