"""Pickles of public objects name `rapidscore` only, so that they survive moves within the package."""

import inspect
import io
import pickle

import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import METRICS, short_name, suit

import rapidscore

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")

#: Modules of other packages that pickles may name, and the module of the custom tokenizer of METRICS.
OTHERS = {"numpy", "builtins", "__builtin__", "copyreg", "copy_reg", "_codecs", "support"}

GROUPS = ["x", "y"] * (len(PREDICTIONS) // 2)


class NamesUnpickler(pickle.Unpickler):
    """An unpickler that records the modules and names of all classes and functions."""

    def __init__(self, data):
        super().__init__(io.BytesIO(data))
        self.names = set()

    def find_class(self, module, name):
        self.names.add((module, name))
        return super().find_class(module, name)


def objects_of(metric):
    """Yield objects of every class that a metric returns."""
    statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
    meter = metric.accumulator()
    meter.merge(statistics.total())
    groups = statistics.by(GROUPS)
    intervals = statistics.confidence_interval(resamples=3)
    comparison = rapidscore.compare({"a": statistics, "b": statistics}, resamples=3, interval_resamples=2)
    yield from (metric, statistics, statistics.total(), meter, metric.accumulator(), statistics.score())
    yield from (groups, groups.confidence_interval(resamples=3))
    test = groups.permutation_test(3)
    yield from (test, next(iter(test.values())))
    yield from (intervals, next(iter(intervals.values())), comparison, next(iter(comparison["b"].values())))


def other_objects():
    """Yield objects that only some metrics return, or none."""
    alignment = rapidscore.WER().alignment("a b", "a c")
    yield from (alignment, alignment.operations[0])
    texts, references = ["a b", "c"], ["a b", "d"]
    yield rapidscore.score(texts, references, metrics=["bleu", "rougeL"], by=["x", "y"], confidence=0.9, resamples=3)
    found = rapidscore.score(texts, references, metrics="bleu")
    yield from (found.segment_table(), found.buckets(resamples=3))
    meter = rapidscore.accumulator(["bleu"], keep_rows=True)
    meter.update(texts, references, groups=["x", "y"])
    yield from (meter, rapidscore.score, rapidscore.accumulator)
    yield from rapidscore.sliding_windows(10, 4, 2)
    yield from rapidscore.mbr_decode([["a", "b"]], rapidscore.CHRF())
    yield rapidscore.ROUGE(("rouge1",)).score(["a"], ["a"])["rouge1"]
    yield rapidscore.MissingDataError("no data")
    yield from (rapidscore.compare, rapidscore.mbr_decode, rapidscore.perplexity_from_loss)


def assert_names_are_public(thing):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        unpickler = NamesUnpickler(pickle.dumps(thing, protocol))
        twin = unpickler.load()
        assert type(twin) is type(thing)
        inner = {(module, name) for module, name in unpickler.names if module.partition(".")[0] not in OTHERS}
        assert {module for module, _ in inner} <= {"rapidscore"}, sorted(inner)
        assert all(hasattr(rapidscore, name) for _, name in inner), sorted(inner)


@pytest.mark.parametrize("metric", METRICS, ids=short_name)
def test_objects_of_metrics(metric):
    for thing in objects_of(metric):
        assert_names_are_public(thing)


def test_other_objects():
    for thing in other_objects():
        assert_names_are_public(thing)


def test_every_public_class_is_pickled():
    public = {kind for kind in (getattr(rapidscore, name) for name in rapidscore.__all__) if inspect.isclass(kind)}
    # Prepared references and the context manager of patch() are not pickled.
    public -= {rapidscore.PreparedReferences, rapidscore.patched}
    things = [thing for metric in METRICS for thing in objects_of(metric)] + [*other_objects()]
    assert {kind for kind in public if not any(isinstance(thing, kind) for thing in things)} == set()
