"""NLTK's own tests of BLEU and chrF, run against `rapidscore.compat.nltk`."""

import doctest
import importlib.util

import pytest
from support import suites

from rapidscore.compat.nltk.translate import bleu_score, chrf_score

MODULES = {"bleu_score": bleu_score, "chrf_score": chrf_score}
ALIAS = {f"nltk.translate.{name}": module.__name__ for name, module in MODULES.items()}

#: Tests that fail, and why. The test below fails if another one fails.
NOT_PASSING = {"TestBLEUvsMteval13a::test_corpus_bleu": "needs NLTK's data wmt15_eval, which no package brings"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return suites.source("nltk==3.10.4", tmp_path_factory.mktemp("nltk"))


def test_their_unit_tests_pass(source):
    # Their conftest imports modules that we do not have.
    options = ["--noconftest", "--import-mode=importlib"]
    outcome = suites.run(source, ["nltk/test/unit/translate/test_bleu.py"], ALIAS, *options)
    failed = {name.partition("::")[2] for name in outcome.failed}
    assert failed <= set(NOT_PASSING), outcome.output
    # 14 at the time of writing.
    assert len(outcome.passed) >= 14, outcome.output


@pytest.mark.filterwarnings("ignore")  # warnings of orders without matches, as NLTK's
@pytest.mark.parametrize("name", MODULES)
def test_examples_of_their_docstrings(source, name):
    path = source / "nltk" / "translate" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"their_{name}", path)
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    # Their examples run with our names; names that the examples import are NLTK's, and are not under test.
    names = {key: value for key, value in vars(MODULES[name]).items() if not key.startswith("__")}
    for test in doctest.DocTestFinder().find(theirs, globs=names):
        for example in test.examples:
            example.source = example.source.replace("nltk.translate", "rapidscore.compat.nltk.translate")
        runner.run(test)
    assert runner.failures == 0
    # 40 and 19 at the time of writing.
    assert runner.tries > 15
