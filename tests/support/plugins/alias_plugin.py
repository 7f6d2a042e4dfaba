"""A pytest plugin with which a peer's own tests import our drop-ins under the peer's names.

The environment variable `RAPIDSCORE_ALIAS` maps names of peers' packages to names of ours, as JSON. Submodules that
ours lack are not found: the peer is not imported in their place. At the end, the tests by outcome are written as JSON
to the file that `RAPIDSCORE_SUITE` names.
"""

import importlib
import json
import os
import pkgutil
import sys

import pytest

outcomes = {"passed": [], "failed": [], "skipped": []}

for peer, name in json.loads(os.environ["RAPIDSCORE_ALIAS"]).items():
    package = importlib.import_module(name)
    sys.modules[peer] = package
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{name}."):
        if not found.name.rpartition(".")[2].startswith("_"):
            sys.modules[peer + found.name.removeprefix(name)] = importlib.import_module(found.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if report.when == "call" or not report.passed:
        outcomes[report.outcome].append(item.nodeid)
    return report


def pytest_collectreport(report):
    if report.failed:
        outcomes["failed"].append(report.nodeid)


def pytest_sessionfinish():
    with open(os.environ["RAPIDSCORE_SUITE"], "w", encoding="utf-8") as file:
        json.dump(outcomes, file)
