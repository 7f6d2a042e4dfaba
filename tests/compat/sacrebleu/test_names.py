"""Names, arguments and defaults of `rapidscore.compat.sacrebleu` are sacrebleu's."""

import inspect
import subprocess
import sys

import pytest
import sacrebleu as theirs
from support.sacrebleu_drop_in import (
    FUNCTIONS,
    METRICS,
    SENTENCE_FUNCTIONS,
    SIDES,
    every_metric,
)

import rapidscore.compat.sacrebleu as ours


class TestNames:
    def test_names_at_the_top(self):
        for name in theirs.__all__:
            assert hasattr(ours, name), name
        assert ours.__version__ == theirs.__version__
        assert set(ours.metrics.METRICS) == set(theirs.metrics.METRICS)

    @pytest.mark.parametrize("name", [*FUNCTIONS, *SENTENCE_FUNCTIONS, *METRICS])
    def test_arguments_and_defaults(self, name):
        assert arguments(getattr(ours, name)) == arguments(getattr(theirs, name))

    @every_metric
    def test_methods_and_constants(self, name):
        mine, peer = (getattr(side, name) for side in SIDES)
        for method in "corpus_score", "sentence_score", "get_signature", *(["compute_bleu"] if name == "BLEU" else []):
            assert arguments(getattr(mine, method)) == arguments(getattr(peer, method))
        score = f"{name}Score"
        assert arguments(getattr(ours.metrics, score)) == arguments(getattr(theirs.metrics, score))
        assert arguments(getattr(ours.metrics, score).format) == arguments(getattr(theirs.metrics, score).format)
        for constant in {name for name in vars(peer) if name.isupper()} - {"_SIGNATURE_TYPE", "_PUNCTS"}:
            assert list_or_value(getattr(mine, constant)) == list_or_value(getattr(peer, constant))

    def test_significance(self):
        for name in "PairedTest", "Result", "estimate_ci", "_compute_p_value", "_bootstrap_resample":
            mine, peer = (getattr(side.significance, name) for side in SIDES)
            assert arguments(mine) == arguments(peer)


def arguments(function):
    return [(one.name, one.default) for one in inspect.signature(function).parameters.values()]


def list_or_value(value):
    return sorted(value) if isinstance(value, type({}.keys())) else value


class TestPeer:
    def test_other_names_are_sacrebleus(self):
        for name in ours._DEFINED_IN:
            assert getattr(ours, name) is getattr(theirs, name)
        from rapidscore.compat.sacrebleu.dataset import DATASETS
        from rapidscore.compat.sacrebleu.utils import get_available_testsets

        assert DATASETS is theirs.DATASETS
        assert get_available_testsets is theirs.utils.get_available_testsets
        with pytest.raises(AttributeError, match=r"module 'rapidscore\.compat\.sacrebleu' has no attribute 'nothing'"):
            _ = ours.nothing
        with pytest.raises(AttributeError, match=r"no attribute 'nothing', nor has sacrebleu\.utils"):
            _ = ours.utils.nothing

    def test_submodules_are_attributes(self):
        code = (
            "import rapidscore.compat.sacrebleu as s, rapidscore.compat.nltk as n, rapidscore.compat.sklearn as k\n"
            "import rapidscore.compat.fairlearn as f\n"
            "print(s.utils.sum_of_lists([[1], [2]]), len(s.dataset.DATASETS) > 9)\n"
            "print(n.translate.bleu_score.sentence_bleu([[*'abcd']], [*'abcd']), k.metrics.f1_score([1], [1]))\n"
            "print(f.metrics.selection_rate([1], [1]))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "[3] True\n1.0 1.0\n1.0\n", done.stderr

    def test_sacrebleu_is_not_needed(self):
        code = """if True:
            import sys
            class Nothing:
                def find_spec(self, name, *_):
                    if name.partition(".")[0] == "sacrebleu":
                        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            sys.meta_path.insert(0, Nothing())
            import rapidscore.compat.sacrebleu as sacrebleu
            assert sacrebleu.sentence_bleu("a b", ["a b"]).bp == 1
            assert sacrebleu.corpus_ter(["a b"], [["a c"]]).score == 50
            sacrebleu.CHRF().corpus_score(["a b", "c"], [["a c", None], ["b", "c"]], n_bootstrap=9).format()
            try:
                sacrebleu.DATASETS
            except ModuleNotFoundError as error:
                assert "pip install sacrebleu" in str(error), error
            else:
                raise AssertionError
            assert not any(name.partition(".")[0] == "sacrebleu" for name in sys.modules)
        """
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
