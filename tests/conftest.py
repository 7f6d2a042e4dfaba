"""What all tests share: hypothesis settings, real data when it is there, quiet references."""

import logging
import os
from pathlib import Path

import pytest
from hypothesis import settings

from rapidscore import set_num_threads

# The references are slow beside us, so a deadline for an example would measure them.
settings.register_profile("default", deadline=None)
# In CI a red run must be the change's fault, not that of another seed.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "default")


@pytest.fixture(scope="session", autouse=True)
def quiet_references():
    # sacrebleu warns for each sentence score that lacks effective_order.
    logging.getLogger("sacrebleu").setLevel(logging.ERROR)


@pytest.fixture
def threads():
    """`set_num_threads`, taken back after the test."""
    yield set_num_threads
    set_num_threads(0)


@pytest.fixture(scope="session")
def wmt23():
    """The folder of the WMT 2023 outputs, with a folder for each language pair."""
    folder = Path(os.environ.get("RAPIDSCORE_DATA", "")) / "wmt23"
    if "RAPIDSCORE_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("needs the WMT 2023 outputs: set RAPIDSCORE_DATA to the folder that holds wmt23/")
    return folder
