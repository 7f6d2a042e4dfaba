"""scikit-learn under `patch()`: its cross-validation and searches call the replacements."""

import inspect
import pickle

import numpy as np
import pytest
import sklearn.metrics
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score as f1_held_elsewhere
from sklearn.model_selection import GridSearchCV, cross_validate
from support.patched import both

import rapidscore


class TestSklearn:
    FEATURES, LABELS = make_classification(300, 8, n_informative=5, n_classes=3, random_state=0)

    def test_cross_validation(self):
        scoring = ["accuracy", "f1_macro", "recall_micro", "precision_weighted", "matthews_corrcoef", "jaccard_macro"]

        def call():
            found = cross_validate(LogisticRegression(), self.FEATURES, self.LABELS, scoring=scoring)
            return {name: values.tolist() for name, values in found.items() if name.startswith("test_")}

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_grid_search(self, jobs):
        def call():
            scorer = sklearn.metrics.make_scorer(sklearn.metrics.f1_score, average="macro")
            search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring=scorer, n_jobs=jobs)
            search.fit(self.FEATURES, self.LABELS)
            return search.best_score_, search.cv_results_["mean_test_score"].tolist()

        before, after = both(call)
        assert after == before

    def test_calls_reach_us(self):
        theirs = sklearn.metrics.f1_score
        with rapidscore.patched("sklearn"):
            ours = sklearn.metrics.f1_score
            assert ours is not theirs
            assert ours.__wrapped__ is theirs
            assert ours.__name__ == "f1_score"
            assert inspect.signature(ours) == inspect.signature(theirs)
            # Names in other modules, such as this one, are replaced too, and so are the functions that scorers call.
            assert f1_held_elsewhere is ours
            assert sklearn.metrics.get_scorer("f1_macro")._score_func is ours
        assert f1_held_elsewhere is sklearn.metrics.f1_score is theirs

    def test_unsupported_arguments_go_to_scikit_learn(self):
        from scipy.sparse import csr_matrix

        labels = csr_matrix(np.eye(3, dtype=int))
        before, after = both(lambda: sklearn.metrics.f1_score(labels, labels, average="macro"))
        assert before == after == 1

        def refused():
            with pytest.raises(ValueError, match="inconsistent numbers of samples") as error:
                sklearn.metrics.f1_score([0, 1], [0])
            return str(error.value)

        before, after = both(refused)
        assert before == after

    def test_pickles(self):
        with rapidscore.patched():
            ours = sklearn.metrics.f1_score
            assert pickle.loads(pickle.dumps(ours)) is ours
            search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring="f1_macro")
            search.fit(self.FEATURES, self.LABELS)
        # An object that holds a replacement can be pickled after unpatching, and loads with scikit-learn's function.
        twin = pickle.loads(pickle.dumps(search))
        assert twin.scorer_._score_func is sklearn.metrics.f1_score
        assert twin.score(self.FEATURES, self.LABELS) == search.score(self.FEATURES, self.LABELS)

    def test_report(self):
        before, after = both(lambda: sklearn.metrics.classification_report(self.LABELS, self.LABELS[::-1]))
        assert before == after
