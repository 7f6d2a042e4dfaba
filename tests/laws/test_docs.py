"""Examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import rapidscore

ALL = [module.name for module in pkgutil.walk_packages(rapidscore.__path__, "rapidscore.")]
MODULES = [name for name in ALL if not name.rpartition(".")[2].startswith("_")]


@pytest.mark.parametrize("name", ["rapidscore", *MODULES])
def test_examples_of_docstrings_run(name):
    module = importlib.import_module(name)
    if module is rapidscore:
        # Public names count as its own when they are loaded.
        assert all(hasattr(rapidscore, public) for public in rapidscore.__all__)
    failed, tried = doctest.testmod(module)
    assert failed == 0
    assert module is not rapidscore or tried > 100


def test_classes_have_examples():
    for documented in [
        rapidscore.BLEU,
        rapidscore.ROUGE,
        rapidscore.Classification,
        rapidscore.ClassificationScore,
        rapidscore.Multilabel,
        rapidscore.TopKAccuracy,
        rapidscore.Perplexity,
        rapidscore.perplexity_from_loss,
        rapidscore.loss_from_perplexity,
        rapidscore.sliding_windows,
        rapidscore.GroupScores,
        rapidscore.Statistics,
        rapidscore.Total,
        rapidscore.Accumulator,
    ]:
        assert doctest.DocTestFinder(recurse=False).find(documented)[0].examples, documented
