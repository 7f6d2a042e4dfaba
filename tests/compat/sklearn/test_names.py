"""Names, signatures, pickles and imports of `rapidscore.compat.sklearn.metrics`."""

import doctest
import inspect
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import sklearn.metrics as theirs
from support.sklearn_drop_in import PLAIN, SET_WISE

import rapidscore.compat.sklearn.metrics as ours


class TestNames:
    def test_names(self):
        assert {*ours.__all__} == {*PLAIN, *SET_WISE, "top_k_accuracy_score"}

    @pytest.mark.parametrize("name", ours.__all__)
    def test_signatures(self, name):
        # Annotations are not compared: scikit-learn has none.
        mine, original = (
            [
                (parameter.name, parameter.kind, parameter.default)
                for parameter in inspect.signature(one).parameters.values()
            ]
            for one in (getattr(ours, name), getattr(theirs, name))
        )
        assert mine == original

    @pytest.mark.parametrize("name", ours.__all__)
    def test_pickling(self, name):
        assert pickle.loads(pickle.dumps(getattr(ours, name))) is getattr(ours, name)

    @pytest.mark.parametrize("name", ours.__all__)
    def test_examples_of_docstrings_run(self, name):
        # doctest overlooks functions that are decorated in another module.
        function = inspect.unwrap(getattr(ours, name))
        [test] = doctest.DocTestFinder(recurse=False).find(function, name, globs={"np": np, **vars(ours)})
        assert test.examples
        assert doctest.DocTestRunner().run(test).failed == 0

    def test_delegation_when_ours_replaced_theirs(self, monkeypatch):
        monkeypatch.setattr(theirs, "f1_score", ours.f1_score)
        with pytest.raises(ValueError, match="mix of continuous and binary"):
            theirs.f1_score([0.5, 1.0], [1.0, 0.0])

    @pytest.mark.parametrize("unwanted", ["sklearn", "scipy", "pandas"])
    def test_lazy_imports(self, unwanted):
        code = f"""
        import sys
        from rapidscore.compat.sklearn.metrics import classification_report, f1_score
        f1_score([0, 1, 1], [0, 1, 0])
        classification_report(["a", "b"], ["a", "b"])
        sys.exit({unwanted!r} in sys.modules)
        """
        assert run(code).returncode == 0

    def test_without_scikit_learn(self):
        code = """
        import sys, warnings
        sys.modules["sklearn"] = None
        import numpy as np
        from rapidscore.compat.sklearn.metrics import f1_score, precision_score
        from rapidscore.warning import UndefinedMetricWarning
        assert f1_score([0, 1, 1, 0], [0, 1, 1, 1]) == 0.8
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert precision_score([1, 1], [0, 0]) == 0.0
        assert [caution.category for caution in caught] == [UndefinedMetricWarning]
        assert issubclass(UndefinedMetricWarning, UserWarning)
        assert UndefinedMetricWarning.__name__ == "UndefinedMetricWarning"
        for labels, reason in ([1, None], "y_true"), (np.zeros((2, 2, 2), int), "shape"):
            try:
                f1_score(labels, [1, 1])
            except ValueError as error:
                assert reason in str(error), error
                assert error.__notes__ == [
                    "f1_score of scikit-learn itself may cover these arguments: pip install scikit-learn"
                ]
            else:
                raise AssertionError(labels)
        """
        finished = run(code)
        assert finished.returncode == 0, finished.stderr


def run(code):
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return subprocess.run(command, check=False, timeout=60, capture_output=True, text=True)
