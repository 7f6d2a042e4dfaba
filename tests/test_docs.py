"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import rapidscore

MODULES = [module.name for module in pkgutil.iter_modules(rapidscore.__path__) if not module.name.startswith("_")]


@pytest.mark.parametrize("name", ["rapidscore", *[f"rapidscore.{module}" for module in MODULES]])
def test_examples_of_docstrings_run(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_the_classes_that_people_use_have_examples():
    for documented in [
        rapidscore.BLEU,
        rapidscore.ROUGE,
        rapidscore.Statistics,
        rapidscore.Total,
        rapidscore.Accumulator,
    ]:
        assert doctest.DocTestFinder(recurse=False).find(documented)[0].examples, documented
