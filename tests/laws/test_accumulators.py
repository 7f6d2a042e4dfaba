"""Accumulators shared by threads, signal handlers and forked children: no call hangs, each update counts once."""

import os
import pickle
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.children import FORKING, needs_system_allocator, output_of
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import every_metric, short_name, suit, total_of

from rapidscore import BLEU, ROUGE, Classification, accumulators

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
few_metrics = pytest.mark.parametrize("metric", [BLEU(), ROUGE(), Classification()], ids=short_name)


def interrupted(call, handler, at):
    """Call a function, and a handler before the bytecode number `at` that it executes in `accumulators.py`.

    Return whether there is such a bytecode, and what the function returned.
    """
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if frame.f_code.co_filename != accumulators.__file__:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            if count == at:
                handler()
            count += 1
        return trace

    before = sys.gettrace()
    # CPython 3.12 turns these events on in `settrace`, and only if some frame has asked for them before.
    sys._getframe().f_trace_opcodes = True
    sys.settrace(trace)
    try:
        result = call()
    finally:
        sys.settrace(before)
    return count > at, result


class Case:
    """A meter with the first segments of a corpus, and totals to compare with."""

    def __init__(self, metric):
        self.metric = metric
        self.first, self.second, self.third = (
            suit(metric, PREDICTIONS[part], REFERENCES[part]) for part in (slice(4), slice(4, 9), slice(9, 16))
        )
        self.meter = metric.accumulator()
        self.meter.update(*self.first)

    def total(self, *parts):
        """Return the total of parts, measured without an accumulator that is interrupted."""
        meter = self.metric.accumulator()
        for part in parts:
            meter.update(*part)
        return meter.total

    @classmethod
    def all_interruptions(cls, metric, call, handler):
        """Yield a case for each bytecode of a call, after a handler has interrupted it there, and the call's result."""
        at, is_interrupted = 0, True
        while is_interrupted:
            case = cls(metric)
            is_interrupted, result = interrupted(lambda case=case: call(case), lambda case=case: handler(case), at)
            if is_interrupted:
                yield case, result
            at += 1
        assert at > 20


@few_metrics
class TestHandlers:
    """A signal handler runs between two bytecodes. Here it runs between any two."""

    def test_update_during_an_update(self, metric):
        add, handler = lambda case: case.meter.update(*case.second), lambda case: case.meter.update(*case.third)
        for case, _ in Case.all_interruptions(metric, add, handler):
            assert case.meter.total == case.total(case.first, case.second, case.third)

    def test_merge_during_an_update(self, metric):
        def merge(case):
            other = case.metric.accumulator()
            other.update(*case.third)
            case.meter.merge(other)

        for case, _ in Case.all_interruptions(metric, lambda case: case.meter.update(*case.second), merge):
            assert case.meter.total == case.total(case.first, case.second, case.third)

    def test_many_updates_during_a_merge(self, metric):
        def handler(case):
            for _ in range(5):
                case.meter.update(*case.third)

        merge = lambda case: case.meter.merge(case.total(case.second))  # noqa: E731
        for case, _ in Case.all_interruptions(metric, merge, handler):
            assert case.meter.total == case.total(case.first, case.second, *[case.third] * 5)
            assert len(case.meter) == len(case.meter.total)

    @pytest.mark.parametrize(
        "read",
        [
            lambda meter: meter.total,
            lambda meter: pickle.loads(pickle.dumps(meter)).total,
            lambda meter: meter.metric.accumulator().merge(meter) or meter.total,
        ],
        ids=["total", "pickle", "merge into another"],
    )
    def test_update_during_a_reading(self, metric, read):
        handler = lambda case: case.meter.update(*case.second)  # noqa: E731
        for case, total in Case.all_interruptions(metric, lambda case: read(case.meter), handler):
            both = case.total(case.first, case.second)
            assert total in (case.total(case.first), both)
            assert case.meter.total == both

    def test_reading_during_an_update(self, metric):
        found = []

        def handler(case):
            found.append((case.meter.total, len(case.meter), str(case.meter.compute())))

        for case, _ in Case.all_interruptions(metric, lambda case: case.meter.update(*case.second), handler):
            before, after = case.total(case.first), case.total(case.first, case.second)
            total, length, score = found.pop()
            assert total in (before, after)
            assert (length, score) == (len(total), str(total.score()))
            assert case.meter.total == after

    def test_update_during_a_reset(self, metric):
        handler = lambda case: case.meter.update(*case.second)  # noqa: E731
        for case, _ in Case.all_interruptions(metric, lambda case: case.meter.reset(), handler):
            assert case.meter.total in (case.total(), case.total(case.second))

    def test_reset_during_an_update(self, metric):
        reset, add = lambda case: case.meter.reset(), lambda case: case.meter.update(*case.second)
        for case, _ in Case.all_interruptions(metric, add, reset):
            assert case.meter.total in (case.total(), case.total(case.second))

    def test_exception_during_an_update(self, metric):
        class Stop(BaseException):
            pass

        def stop(case):
            raise Stop

        at, counted = 0, []
        while True:
            case = Case(metric)
            try:
                interrupted(lambda case=case: case.meter.update(*case.second), lambda case=case: stop(case), at)
            except Stop:
                counted.append(len(case.meter) - 4)
            else:
                break
            case.meter.update(*case.third)
            assert case.meter.total in (
                case.total(case.first, case.third),
                case.total(case.first, case.second, case.third),
            )
            at += 1
        # Once it has been added, it stays so.
        assert counted == sorted(counted)
        assert {*counted} == {0, 5}


@every_metric
@pytest.mark.usefixtures("hasty")
def test_threads(metric):
    meter = metric.accumulator()
    pieces = [suit(metric, PREDICTIONS[at::4], REFERENCES[at::4]) for at in range(4)]

    def work(number):
        for at in range(5):
            meter.update(*pieces[(number + at) % 4])
            total = meter.total
            assert len(total) <= len(meter)
            assert len(pickle.loads(pickle.dumps(meter))) % 4 == 0

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(work, range(8)):
            pass
    expected = total_of(metric, PREDICTIONS * 10, REFERENCES * 10)
    assert meter.total == expected
    assert meter.total.to_bytes() == expected.to_bytes()


def test_threads_whose_labels_cannot_be_joined():
    for _ in range(20):
        meter = Classification().accumulator()
        begin = threading.Barrier(2)
        refused = []

        def work(labels, meter=meter, begin=begin, refused=refused):
            begin.wait()
            try:
                meter.update(labels, labels)
            except TypeError as error:
                refused.append(error)

        threads = [threading.Thread(target=work, args=[labels]) for labels in (["a", "b"], [1, 2])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        assert meter.compute().accuracy == 1


FORKS = (
    FORKING
    + """
from rapidscore import BLEU, Classification
name = sys.argv[1]
if name == "BLEU":
    metric, batch = BLEU(), (["the cat sat on the mat"] * 10, ["the cat sat on a mat"] * 10)
else:
    # Merging these labels takes most of the time.
    labels = [f"label {at}" for at in range(3000)]
    metric, batch = Classification(), (labels, labels)
meter, stop = metric.accumulator(), threading.Event()

def work(number):
    while not stop.is_set():
        meter.update(*batch)
        if number == 0:
            meter.total
        if number == 1 and len(meter) > 50 * len(batch[0]):
            meter.reset()

threads = [threading.Thread(target=work, args=[number]) for number in range(3)]
for thread in threads:
    thread.start()

def child():
    before = len(meter)
    meter.update(*batch)
    meter.merge(meter)
    score = meter.compute()
    pickle.loads(pickle.dumps(meter)).update(*batch)
    after = len(meter)
    meter.reset()
    meter.update(*batch)
    return before % len(batch[0]), after - 2 * before, str(metric.score(*batch)) == str(meter.compute())

for _ in range(30):
    result = in_child(child, 30)
    if result != (0, 2 * len(batch[0]), True):
        print(result)
        break
    time.sleep(0.003)
stop.set()
for thread in threads:
    thread.join()
print("done")
"""
)


@needs_fork
@needs_system_allocator
@pytest.mark.parametrize("name", ["BLEU", "Classification"])
def test_forked_children(name):
    """Other threads are within any call of the meter when the process forks."""
    assert output_of(FORKS, name) == "done\n"


SIGNALS = """
import signal, sys
from rapidscore import BLEU, Classification
metric = {"BLEU": BLEU(), "Classification": Classification()}[sys.argv[1]]
batch = ["a b c d", "e f g h"], ["a b c d", "e f g"]
meter, handled = metric.accumulator(), 0

def handler(*_):
    global handled
    handled += 1
    meter.update(*batch)
    meter.compute()
    len(meter)
    # The next signal, which must not interrupt this handler for ever on a slow machine.
    signal.setitimer(signal.ITIMER_REAL, 0.0005)

signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0005)
updates = 0
while handled < 500:
    updates += 1
    meter.update(*batch)
    if updates % 10 == 0:
        meter.compute()
signal.setitimer(signal.ITIMER_REAL, 0)
print(len(meter) - 2 * (updates + handled), len(meter.total) - len(meter))
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer that sends signals")
@pytest.mark.parametrize("name", ["BLEU", "Classification"])
def test_signals(name):
    assert output_of(SIGNALS, name) == "0 0\n"
