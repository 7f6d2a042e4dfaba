"""jiwer's own tests, run against `rapidscore.compat.jiwer`."""

import pytest
from support import suites

#: Tests that fail, and why. The test below fails if another one fails, or if one of these passes.
NOT_PASSING: dict[str, str] = {}


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    root = suites.source("jiwer==4.0.0", tmp_path_factory.mktemp("suite"))
    # Its test of speed asserts nothing, and needs a pytest plugin that no other test here needs.
    options = ["--ignore=tests/test_speed.py"]
    return suites.run(root, ["tests"], {"jiwer": "rapidscore.compat.jiwer"}, *options)


def test_their_tests_pass(suite):
    assert suite.failed == set(NOT_PASSING), suite.output
    assert len(suite.passed) == 78
    assert not suite.skipped
