"""A pytest plugin that puts our functions into scikit-learn before its tests import them.

Tests that do not test our functions are deselected. At the end, the plugin writes JSON to the file that the environment
variable `RAPIDSCORE_SUITE` names: the tests by outcome, and for each function the numbers of calls, of calls delegated
to scikit-learn, and of delegated calls in which scikit-learn raised an error.
"""

import functools
import json
import os
from collections import Counter

import pytest
import sklearn.metrics
from sklearn.metrics import _scorer

import rapidscore.compat.sklearn.metrics as ours
from rapidscore.compat.sklearn.metrics import _drop_in

calls, handed_over, refused = Counter(), Counter(), Counter()
outcomes = {"passed": [], "failed": [], "skipped": []}


def noted(function):
    name = function.__name__

    @functools.wraps(function)
    def call(*arguments, **named):
        calls[name] += 1
        before = handed_over[name]
        try:
            return function(*arguments, **named)
        except BaseException:
            refused[name] += handed_over[name] - before
            raise

    return call


def original(name, find=_drop_in.original):
    handed_over[name] += 1
    return find(name)


_drop_in.original = original
for public in ours.__all__:
    theirs, mine = getattr(sklearn.metrics, public), noted(getattr(ours, public))
    setattr(sklearn.metrics, public, mine)
    for scorer in _scorer._SCORERS.values():
        if scorer._score_func is theirs:
            scorer._score_func = mine


def pytest_collection_modifyitems(config, items):
    config.hook.pytest_deselected(items=[item for item in items if not is_ours(item)])
    items[:] = filter(is_ours, items)


def is_ours(item):
    module = item.module.__name__.rpartition(".")[2]
    if module != "test_common":
        return module == "test_classification" or "top_k" in item.name
    # A test is parametrised with one metric, by name or as a function, or with many.
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    names = {value for value in parameters if isinstance(value, str) and value in item.module.ALL_METRICS}
    names |= {getattr(value, "func", value).__name__ for value in parameters if callable(value)}
    return not names or not names.isdisjoint({*item.module.CLASSIFICATION_METRICS, *ours.__all__})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call" or not report.passed:
        outcomes[report.outcome].append(f"{item.module.__name__.rpartition('.')[2]}::{item.name}")
    return report


def pytest_sessionfinish():
    found = {**outcomes, "calls": calls, "handed_over": handed_over, "refused": refused}
    with open(os.environ["RAPIDSCORE_SUITE"], "w", encoding="utf-8") as file:
        json.dump(found, file)
