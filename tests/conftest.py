"""Options, hypothesis settings and fixtures of all tests."""

import logging
import os
import secrets
import sys
from pathlib import Path

import nltk
import pytest
from hypothesis import settings
from nltk.tokenize.punkt import PunktParameters, save_punkt_params

from rapidscore import set_num_threads

pytest.register_assert_rewrite("support")

_NEW_SEED = -1


def pytest_addoption(parser):
    group = parser.getgroup("rapidscore")
    group.addoption("--exhaustive", action="store_true", help="draw all examples and take all items of long lists")
    group.addoption(
        "--random-seed",
        type=int,
        nargs="?",
        const=_NEW_SEED,
        metavar="SEED",
        help="let hypothesis draw other examples: those of this seed, or of a new one, which is printed",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    from support import effort

    effort.exhaustive = config.option.exhaustive
    if config.option.random_seed == _NEW_SEED:
        config.option.random_seed = secrets.randbelow(2**32)
    is_random = config.option.random_seed is not None
    if is_random:
        # What hypothesis' own option --hypothesis-seed sets; pytest-xdist hands it to its workers.
        config.option.hypothesis_seed = str(config.option.random_seed)
    # The peers are slow, so a deadline for an example would measure them. A failure must be caused by the change under
    # test, not by another seed, so examples are the same in every run.
    for name, share in ("default", effort.examples(100).max_examples), ("exhaustive", 100):
        settings.register_profile(name, max_examples=share, deadline=None, derandomize=not is_random)
    settings.load_profile("exhaustive" if effort.exhaustive else "default")


def pytest_terminal_summary(terminalreporter, config):
    if config.option.random_seed is not None:
        terminalreporter.write_line(f"random search: repeat it with --random-seed {config.option.random_seed}")


@pytest.fixture(scope="session", autouse=True)
def quiet_references():
    # sacrebleu warns about each sentence score without effective_order.
    logging.getLogger("sacrebleu").setLevel(logging.ERROR)


@pytest.fixture
def threads():
    """`set_num_threads`, reset after the test."""
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
    """The folder of a small model for `nltk.sent_tokenize`, since NLTK's model cannot be downloaded here."""
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


@pytest.fixture
def hasty():
    """Switch threads so often that several switches happen within one call."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)
