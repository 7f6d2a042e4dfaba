"""Averages and reports from counts, against scikit-learn's from labels; and specificity, which scikit-learn lacks."""

import math
import warnings

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning

from rapidscore.classification import averages
from rapidscore.classification import report as class_report

AVERAGES = [None, "micro", "macro", "weighted"]
ZERO_DIVISIONS = ["warn", 0, 1, math.nan]

pairs = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=60)


def counted(labels):
    """Return y_true, y_pred, their confusion matrix, and for each class true positives, predicted and true labels."""
    y_true, y_pred = (list(column) for column in zip(*labels, strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matrix = sklearn.metrics.confusion_matrix(y_true, y_pred)
    return y_true, y_pred, matrix, (np.diagonal(matrix), matrix.sum(axis=0), matrix.sum(axis=1))


def noted(function, *arguments, **named):
    """Return the bits of the result, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function(*arguments, **named)
    results = result if isinstance(result, tuple) else (result,)
    bits = [one if isinstance(one, str | None) else np.asarray(one).tobytes() for one in results]
    return bits, [(caution.category, str(caution.message)) for caution in caught if caution.category is not UserWarning]


@given(
    labels=pairs,
    average=st.sampled_from(AVERAGES),
    zero_division=st.sampled_from(ZERO_DIVISIONS),
    beta=st.sampled_from([0, 0.5, 1, 2.0, math.inf]),
    warn_for=st.sets(st.sampled_from(["precision", "recall", "f-score"])),
)
def test_precision_recall_fscore(labels, average, zero_division, beta, warn_for):
    y_true, y_pred, _, counts = counted(labels)
    options = {"average": average, "zero_division": zero_division, "beta": beta, "warn_for": warn_for}
    theirs, their_warnings = noted(sklearn.metrics.precision_recall_fscore_support, y_true, y_pred, **options)
    assert noted(averages.precision_recall_fscore, *counts, **options) == (theirs[:3], their_warnings)


@given(labels=pairs, average=st.sampled_from(AVERAGES), zero_division=st.sampled_from(["warn", 0, 1]))
def test_jaccard(labels, average, zero_division):
    y_true, y_pred, _, counts = counted(labels)
    options = {"average": average, "zero_division": zero_division}
    expected = noted(sklearn.metrics.jaccard_score, y_true, y_pred, **options)
    assert noted(averages.jaccard, *counts, **options) == expected


@given(labels=pairs)
def test_values_of_the_matrix(labels):
    y_true, y_pred, matrix, (tp, predicted, true) = counted(labels)
    for adjusted in (False, True):
        with np.errstate(all="ignore"):
            expected = noted(sklearn.metrics.balanced_accuracy_score, y_true, y_pred, adjusted=adjusted)
            assert noted(averages.balanced_accuracy, matrix, adjusted) == expected
            assert noted(averages.balanced_accuracy_of_counts, tp, true, adjusted) == expected
    expected = noted(sklearn.metrics.matthews_corrcoef, y_true, y_pred)
    assert noted(averages.matthews, matrix) == expected
    floats = predicted.astype(float), true.astype(float)
    assert noted(averages.matthews_of_counts, float(tp.sum()), *floats) == expected
    for weights in (None, "linear", "quadratic"):
        expected = noted(sklearn.metrics.cohen_kappa_score, y_true, y_pred, weights=weights)
        assert noted(averages.cohen_kappa, matrix, weights) == expected


@given(labels=pairs, zero_division=st.sampled_from(ZERO_DIVISIONS))
def test_specificity(labels, zero_division):
    """The specificity of a class is the recall of the rows of all other classes."""
    y_true, y_pred, _, counts = counted(labels)
    value = 0 if zero_division == "warn" else zero_division
    classes = sorted({*y_true, *y_pred})
    rates = []
    for label in classes:
        absent = [[one != label for one in column] for column in (y_true, y_pred)]
        rates.append(sklearn.metrics.recall_score(*absent, pos_label=True, zero_division=value))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = {
            average: averages.specificity(*counts, len(labels), average=average, zero_division=zero_division)
            for average in AVERAGES
        }
    np.testing.assert_array_equal(found[None], rates)

    # Only a class that all samples have is never absent.
    never = len({*y_true}) == 1
    kinds = [caution.category for caution in caught]
    assert kinds == [UndefinedMetricWarning] * (zero_division == "warn") * (3 * never + (len(classes) == 1))

    known = ~np.isnan(rates)
    negatives = len(labels) * (len(classes) - 1)
    errors = sum(one != other for one, other in labels)
    weights = counts[2][known] if counts[2][known].any() else None
    expected = {
        "micro": (negatives - errors) / negatives if negatives else value,
        "macro": np.mean(np.array(rates)[known]) if known.any() else math.nan,
        "weighted": np.average(np.array(rates)[known], weights=weights) if known.any() else math.nan,
    }
    for average, mean in expected.items():
        # Without the NaN between them, the numbers are added in another order.
        assert found[average] == pytest.approx(mean, rel=1e-15, nan_ok=True)


def test_warning_of_specificity():
    counts = [np.array([2])] * 3
    with pytest.warns(UndefinedMetricWarning, match="Specificity is ill-defined .* due to no negative samples"):
        assert averages.specificity(*counts, 2, average="binary") == 0


def test_weights_of_samples():
    tp, predicted, true = np.array([1, 0, 2]), np.array([1, 0, 4]), np.array([2, 1, 2])
    options = {"average": "samples", "zero_division": 0}
    assert averages.precision(tp, predicted, true, **options) == (1 + 0 + 0.5) / 3
    weights = np.array([1.0, 1.0, 2.0])
    assert averages.precision(tp, predicted, true, weights=weights, **options) == (1 + 0 + 0.5 * 2) / 4
    # Averages over classes ignore weights of samples.
    macro = averages.precision(tp, predicted, true, weights=weights, average="macro", zero_division=0)
    assert macro == (1 + 0 + 0.5) / 3


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"average": "macros"}, "average must be .* got 'macros'"),
        ({"average": "binary"}, "counts of one class, got 2"),
        ({"average": "macro", "zero_division": 2}, 'zero_division must be "warn", 0, 1 or NaN, got 2'),
        ({"average": "macro", "zero_division": "nan"}, "got 'nan'"),
        ({"average": "macro", "beta": -1}, "beta must be 0 or more, got -1"),
        ({"average": "macro", "beta": math.nan}, "beta must be 0 or more, got nan"),
    ],
)
def test_bad_options(named, message):
    counts = np.array([1, 2])
    with pytest.raises(ValueError, match=message):
        averages.precision_recall_fscore(counts, counts, counts, **named)


def test_bad_weights_of_kappa():
    with pytest.raises(ValueError, match="weights must be None"):
        averages.cohen_kappa(np.eye(2), "cubic")


@given(labels=pairs, digits=st.integers(0, 12), zero_division=st.sampled_from(ZERO_DIVISIONS))
def test_reports(labels, digits, zero_division):
    y_true, y_pred, _, counts = counted(labels)
    if not counts[0].any():
        return  # scikit-learn's support is a float here, ours an integer
    names = [f"the class {label}" for label in sorted({*y_true, *y_pred})]
    ours = class_report.Counts(*counts)
    options = {"target_names": names, "zero_division": zero_division}
    expected = noted(sklearn.metrics.classification_report, y_true, y_pred, digits=digits, **options)
    assert noted(class_report.as_text, names, ours, digits=digits, zero_division=zero_division) == expected
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = sklearn.metrics.classification_report(y_true, y_pred, output_dict=True, **options)
        assert repr(class_report.as_dict(names, ours, zero_division=zero_division)) == repr(theirs)
