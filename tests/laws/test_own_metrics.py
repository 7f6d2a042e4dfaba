"""Metrics that users define: frozen dataclasses, or without options plain classes; nothing else."""

import copy
import dataclasses
import pickle

import pytest

from rapidscore import WER, Metric


class Plain(Metric, listed=False):
    """A metric without options."""

    def statistics(self, predictions, references):
        return WER().statistics(predictions, references)

    def _total(self, predictions, references):
        return self.statistics(predictions, references).total()._sums

    def _signature_items(self):
        return {"version": "mine"}

    def _score(self, total):
        return WER()._score(total)


@dataclasses.dataclass(frozen=True)
class Frozen(Plain, listed=False):
    """A metric with options, with the methods that dataclass makes."""

    weight: int = 2


@dataclasses.dataclass(frozen=True, eq=False)
class WithoutEq(Plain, listed=False):
    """A metric with options, with the methods of the base class."""

    weight: int = 2


@dataclasses.dataclass
class Mutable(Plain, listed=False):
    """A metric that could change."""

    weight: int = 2


@pytest.mark.parametrize("kind", [Plain, Frozen, WithoutEq])
class TestMetrics:
    def test_equal_metrics(self, kind):
        assert kind() == kind()
        assert hash(kind()) == hash(kind())
        assert len({kind(), kind(), copy.deepcopy(kind()), pickle.loads(pickle.dumps(kind()))}) == 1
        assert kind() != WER()

    def test_options(self, kind):
        options = {} if kind is Plain else {"weight": 2}
        assert kind().options() == options
        assert repr(kind()) == f"{kind.__qualname__}({'weight=2' if options else ''})"
        if options:
            assert kind(weight=3) != kind()
            with pytest.raises(TypeError, match="weight must be a whole number"):
                kind(weight="a")

    def test_metrics_do_not_change(self, kind):
        metric = kind()
        with pytest.raises(dataclasses.FrozenInstanceError):
            metric.weight = 3
        with pytest.raises(dataclasses.FrozenInstanceError):
            del metric.weight

    def test_scores(self, kind):
        assert kind().score(["a b"], ["a c"]).score == 0.5


def test_a_metric_that_could_change():
    with pytest.raises(dataclasses.FrozenInstanceError, match="declare a frozen dataclass"):
        Mutable()
