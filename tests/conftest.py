"""What all tests share: hypothesis settings, real data when it is there, quiet references."""

import logging
import os
from pathlib import Path

import nltk
import pytest
from hypothesis import settings
from nltk.tokenize.punkt import PunktParameters, save_punkt_params

from rapidscore import set_num_threads

pytest.register_assert_rewrite("support")

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


@pytest.fixture(scope="module")
def punkt(tmp_path_factory):
    """A small model for the genuine `nltk.sent_tokenize`, where its own cannot be downloaded; its folder."""
    folder = tmp_path_factory.mktemp("nltk_data")
    nltk.data.path.insert(0, str(folder))
    parameters = PunktParameters()
    parameters.abbrev_types = {"dr", "mr"}
    model = folder / "tokenizers" / "punkt_tab" / "english"
    model.parent.mkdir(parents=True, mode=0o700)
    model.mkdir(mode=0o700)
    save_punkt_params(parameters, dir=str(model))
    nltk.tokenize._get_punkt_tokenizer.cache_clear()
    yield folder
    nltk.data.path.remove(str(folder))
    nltk.tokenize._get_punkt_tokenizer.cache_clear()
