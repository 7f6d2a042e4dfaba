"""Fixtures of the tests of `patch()`."""

import pytest

import rapidscore


@pytest.fixture(autouse=True)
def clean():
    """Assert that nothing is patched before a test, and unpatch everything after it."""
    assert all(one.state in ("not patched", "not installed") for one in rapidscore.patch.status().values())
    yield
    rapidscore.unpatch()
