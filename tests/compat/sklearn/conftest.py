"""Fixtures that compare calls with scikit-learn and notice delegated calls."""

import pytest
import sklearn.metrics as theirs
from support.outcomes import outcome

import rapidscore.compat.sklearn.metrics as ours
from rapidscore.compat.sklearn.metrics import _drop_in


@pytest.fixture(scope="session")
def handed_over():
    """The names of the functions that were delegated to scikit-learn."""
    names = []
    original = _drop_in.original

    def noted(name):
        names.append(name)
        return original(name)

    _drop_in.original = noted
    yield names
    _drop_in.original = original


@pytest.fixture(scope="session")
def check(handed_over):
    """Compare a call. `counted` is True if rapidscore must answer it, False if scikit-learn must."""

    def compare(name, *arguments, counted=None, **named):
        handed_over.clear()
        our_outcome = outcome(getattr(ours, name), *arguments, **named)
        was_counted = not handed_over
        assert our_outcome == outcome(getattr(theirs, name), *arguments, **named), (name, arguments, named)
        assert counted in (None, was_counted), (name, arguments, named)
        return our_outcome

    return compare
