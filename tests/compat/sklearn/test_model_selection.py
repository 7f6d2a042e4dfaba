"""The drop-in within scikit-learn's scorers, cross-validation and grid search."""

import pytest
import sklearn.metrics as theirs
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.tree import DecisionTreeClassifier

import rapidscore.compat.sklearn.metrics as ours


class TestModelSelection:
    features, target = make_classification(200, n_classes=3, n_informative=4, random_state=0)

    @pytest.mark.parametrize("jobs", [1, 2])
    @pytest.mark.filterwarnings("ignore")
    def test_cross_validate(self, jobs):
        results = []
        for metrics in (ours, theirs):
            scoring = {
                "f1": theirs.make_scorer(metrics.f1_score, average="macro"),
                "kappa": theirs.make_scorer(metrics.cohen_kappa_score),
                "loss": theirs.make_scorer(metrics.zero_one_loss, greater_is_better=False),
                "top": theirs.make_scorer(metrics.top_k_accuracy_score, k=2, response_method="predict_proba"),
            }
            tree = DecisionTreeClassifier(max_depth=3, random_state=0)
            scores = cross_validate(tree, self.features, self.target, scoring=scoring, cv=3, n_jobs=jobs)
            results.append({name: values.tolist() for name, values in scores.items() if name.startswith("test")})
        assert results[0] == results[1]
        assert len(results[0]) == 4

    def test_grid_search(self):
        searches = []
        for metrics in (ours, theirs):
            scorer = theirs.make_scorer(metrics.f1_score, average="weighted")
            tree = DecisionTreeClassifier(random_state=0)
            search = GridSearchCV(tree, {"max_depth": [1, 2, 4]}, scoring=scorer, cv=3, error_score="raise")
            searches.append(search.fit(self.features, self.target))
        assert searches[0].best_params_ == searches[1].best_params_
        mine, original = (search.cv_results_["mean_test_score"].tolist() for search in searches)
        assert mine == original
