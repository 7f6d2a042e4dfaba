"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import rapidscore

ALL = [module.name for module in pkgutil.walk_packages(rapidscore.__path__, "rapidscore.")]
MODULES = [name for name in ALL if not name.rpartition(".")[2].startswith("_")]


class Finder(doctest.DocTestFinder):
    """Finds the examples of public classes, which name `rapidscore` as their module, in the files that define them."""

    def _from_module(self, module, thing):
        home = rapidscore._HOMES.get(getattr(thing, "__name__", None))
        return super()._from_module(module, thing) or module.__name__ == f"rapidscore.{home}"


@pytest.mark.parametrize("name", ["rapidscore", *MODULES])
def test_examples_of_docstrings_run(name):
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner()
    for test in Finder().find(module, name):
        runner.run(test)
    assert runner.summarize().failed == 0


def test_the_classes_that_people_use_have_examples():
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
