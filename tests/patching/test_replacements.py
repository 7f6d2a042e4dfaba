"""The objects that replace functions look and behave like these functions."""

import copy
import inspect
import pickle
import pydoc
import subprocess
import sys

import jiwer
import nltk.translate
import nltk.translate.bleu_score
import pytest
import sklearn.metrics

import rapidscore


class TestReplaced:
    """Replacements look and behave like the functions that they replace."""

    FUNCTIONS = (sklearn.metrics.f1_score, jiwer.wer, nltk.translate.bleu_score.sentence_bleu)

    @pytest.mark.parametrize("original", FUNCTIONS, ids=lambda function: function.__name__)
    def test_attributes(self, original):
        module = original.__module__.replace("sklearn.metrics._classification", "sklearn.metrics")
        with rapidscore.patched():
            found = getattr(sys.modules[module.replace("jiwer.measures", "jiwer")], original.__name__)
            assert found is not original
            # A decorator hides the arguments of scikit-learn's own functions.
            assert inspect.getfullargspec(found) == inspect.getfullargspec(inspect.unwrap(original))
            assert inspect.signature(found) == inspect.signature(original)
            for name in ("__name__", "__qualname__", "__doc__", "__code__", "__defaults__", "__kwdefaults__"):
                assert getattr(found, name) == getattr(original, name)
            assert found.__globals__ is original.__globals__
            with pytest.raises(AttributeError, match="no_such_name"):
                _ = found.no_such_name
            assert pydoc.render_doc(found, renderer=pydoc.plaintext).count(original.__name__ + "(") >= 1

    def test_as_a_class_attribute(self):
        with rapidscore.patched("sklearn"):

            class Holder:
                score = sklearn.metrics.accuracy_score

            assert Holder.score([0, 1], [0, 0]) == 0.5
            with pytest.raises(TypeError):
                Holder().score([0, 1], [0, 0])

    def test_copies(self):
        with rapidscore.patched():
            for function in sklearn.metrics.f1_score, jiwer.wer:
                assert copy.copy(function) is copy.deepcopy(function) is function

    def test_errors_have_no_context(self):
        with rapidscore.patched("jiwer"), pytest.raises(ValueError, match="lengths must match") as caught:
            jiwer.wer(["a"], ["a", "b"])
        assert caught.value.__context__ is None

    def test_pickles_load_without_rapidscore(self, tmp_path):
        with rapidscore.patched("sklearn"):
            scorer = sklearn.metrics.make_scorer(sklearn.metrics.f1_score, average="macro")
        # Pickled after unpatching.
        (tmp_path / "scorer").write_bytes(pickle.dumps(scorer))
        code = (
            "import pickle, sys\nsys.modules['rapidscore'] = None\n"
            f"print(pickle.load(open({str(tmp_path / 'scorer')!r}, 'rb'))._score_func.__module__)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "sklearn.metrics._classification\n", done.stderr
