"""Patching while threads import modules, while signal handlers run, and in forked children."""

import gc
import os
import sys
import threading
import types

import jiwer
import pytest
import sklearn.metrics
from support.children import FORKING, output_of
from support.effort import exhaustive

import rapidscore
from rapidscore.patching import importing, installing, switch
from rapidscore.patching.installing import Replacement
from rapidscore.patching.peers import PEERS

FILES = {module.__file__ for module in (importing, installing, switch)}


def is_patched(function):
    return hasattr(function, "_ours")


def interrupt(call, handler, at):
    """Call a function, and a handler before the line number `at` that it executes in `patching`.

    Return whether there is such a line.
    """
    count, lines = 0, {}

    def trace(frame, event, _):
        nonlocal count
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            if count == at:
                handler()
            count += 1
            lines[frame] = lines.get(frame, 0) + 1
            # Thousands of lines are executed to go through all modules.
            frame.f_trace_lines = frame.f_code is not installing._exchange.__code__ or lines[frame] < 12
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return count > at


#: Every line, or every seventh, is interrupted.
STEP = 1 if exhaustive else 7


class Stop(BaseException):
    """What a signal handler may raise."""


def stop():
    # Python runs no signal handler between the acquisition of a lock and the `try` that releases it, nor in `finally`
    # before the release; this trace would.
    if sys._getframe(2).f_code is not switch._Switch._settle.__code__:
        raise Stop


class TestHandlers:
    """A signal handler runs between two lines of `patching`."""

    @pytest.mark.parametrize(
        ("call", "handler", "expected"),
        [
            (lambda: rapidscore.patch("jiwer"), lambda: rapidscore.patch("sklearn"), (True, True)),
            (lambda: rapidscore.patch("jiwer"), lambda: rapidscore.unpatch("sklearn"), (True, False)),
            (lambda: rapidscore.patch("jiwer"), rapidscore.patched("sklearn").__enter__, (True, True)),
            (lambda: rapidscore.patch("jiwer"), lambda: str(rapidscore.patch.status()), (True, False)),
            (lambda: rapidscore.unpatch("jiwer"), lambda: rapidscore.patch("sklearn"), (False, True)),
            (rapidscore.patch.status, lambda: rapidscore.patch("sklearn", "jiwer"), (True, True)),
        ],
        ids=["patch, patch", "patch, unpatch", "patch, block", "patch, status", "unpatch, patch", "status, patch"],
    )
    def test_calls(self, call, handler, expected):
        at, is_interrupted = 0, True
        while is_interrupted:
            is_interrupted = interrupt(call, handler, at)
            if is_interrupted:
                assert (is_patched(jiwer.wer), is_patched(sklearn.metrics.f1_score)) == expected, at
                assert is_patched(sklearn.metrics.get_scorer("accuracy")._score_func) == expected[1]
            rapidscore.unpatch()
            assert not is_patched(jiwer.wer)
            assert not is_patched(sklearn.metrics.f1_score)
            at += STEP
        assert at > 15

    @pytest.mark.parametrize("call", [rapidscore.patch, rapidscore.unpatch])
    def test_exceptions(self, call):
        """The call can be repeated, and nothing is replaced twice."""
        at = 0
        while True:
            rapidscore.patch("sklearn") if call is rapidscore.unpatch else None
            try:
                interrupt(lambda: call("jiwer", "sklearn"), stop, at)
                break
            except Stop:
                at += STEP
            call("jiwer", "sklearn")
            for function in jiwer.wer, sklearn.metrics.f1_score:
                assert is_patched(function) == (call is rapidscore.patch)
                assert not is_patched(getattr(function, "_original", None))
            states = {rapidscore.patch.status()[name].state for name in ("jiwer", "sklearn")}
            assert states == {"patched" if call is rapidscore.patch else "not patched"}
            rapidscore.unpatch()
            assert not is_patched(jiwer.wer)
            assert not is_patched(jiwer.process_words)
        assert at > 15


class TestModulesThatChange:
    def test_modules_that_appear_while_all_are_gone_through(self):
        """The garbage collector runs at an allocation, and lets another thread import a module."""
        added = []

        def add(*_):
            if len(added) < 2000:
                added.append(f"added_{len(added)}")
                sys.modules[added[-1]] = types.ModuleType(added[-1])
                vars(jiwer)[added[-1]] = 1

        thresholds = gc.get_threshold()
        gc.callbacks.append(add)
        gc.set_threshold(1)
        try:
            for _ in range(3):
                rapidscore.patch("jiwer", "sklearn")
                assert is_patched(jiwer.wer)
                rapidscore.unpatch()
                assert not is_patched(jiwer.wer)
        finally:
            gc.callbacks.remove(add)
            gc.set_threshold(*thresholds)
            for name in added:
                sys.modules.pop(name, None)
                vars(jiwer).pop(name, None)

    @staticmethod
    def failing(monkeypatch, times):
        """Let the patching of jiwer fail some times; return a list of the attempts."""
        replacements, calls = PEERS["jiwer"].modules["jiwer"], []

        def fail(original):
            raise RuntimeError("dictionary changed size during iteration")

        def failing():
            calls.append(1)
            yield from replacements()
            if len(calls) <= times:
                yield Replacement(jiwer, "cer", fail)

        monkeypatch.setitem(PEERS["jiwer"].modules, "jiwer", failing)
        return calls

    def test_a_failure_that_passes(self, monkeypatch):
        self.failing(monkeypatch, 2)
        rapidscore.patch("jiwer")
        assert is_patched(jiwer.wer)
        assert rapidscore.patch.status()["jiwer"].state == "patched"

    def test_a_failure_that_stays(self, monkeypatch):
        calls = self.failing(monkeypatch, 3)
        with pytest.warns(UserWarning, match="jiwer could not be patched, and stays as it is: RuntimeError"):
            rapidscore.patch("jiwer")
        assert not is_patched(jiwer.wer)
        status = rapidscore.patch.status()["jiwer"]
        assert (status.state, status.replaced) == ("could not be patched", ())
        assert "jiwer 4.0.0: could not be patched" in str(rapidscore.patch.status())
        assert len(calls) == 3
        # The next call tries again.
        rapidscore.patch("jiwer")
        assert is_patched(jiwer.wer)
        assert rapidscore.patch.status()["jiwer"].state == "patched"

    def test_status_of_what_others_have_replaced(self, monkeypatch):
        rapidscore.patch("jiwer")
        ours = jiwer.wer
        monkeypatch.setattr(jiwer, "wer", lambda *_: 0)
        assert not {"jiwer.wer"} & {*rapidscore.patch.status()["jiwer"].replaced}
        monkeypatch.setattr(jiwer, "wer", ours)
        assert "jiwer.wer" in rapidscore.patch.status()["jiwer"].replaced

    def test_finders_are_not_skipped(self):
        """A thread that is going through the finders sees all of them, whatever is patched or unpatched meanwhile."""
        rapidscore.patch("jiwer")
        finders, seen = list(sys.meta_path), []
        for finder in sys.meta_path:
            seen.append(finder)
            if len(seen) == 1:
                rapidscore.unpatch()
        assert seen == finders


WHILE_IMPORTING = """
import sys, threading, time
import rapidscore
module, name = sys.argv[1], sys.argv[2]
import rapidscore.patching

def work():
    __import__(module)

thread = threading.Thread(target=work)
thread.start()
while not getattr(getattr(sys.modules.get(module), "__spec__", None), "_initializing", False):
    time.sleep(0.0001)
rapidscore.patch()
state = rapidscore.patch.status()[module.partition(".")[0]].state
thread.join()
# Without another import or a call of status().
print(state, hasattr(getattr(sys.modules[module], name), "_ours"))
print(type(sys.modules[module].__spec__).__name__, rapidscore.patch.status()[module.partition(".")[0]].state)
"""


@pytest.mark.parametrize(("module", "name"), [("sklearn.metrics", "f1_score"), ("fairlearn.metrics", "selection_rate")])
def test_a_module_whose_import_has_begun(module, name):
    output = output_of(WHILE_IMPORTING, module, name)
    assert output == "waits for its import True\nModuleSpec patched\n"


MANY_THREADS = """
import importlib, random, sys, threading, warnings
import rapidscore, rapidscore.patching
warnings.simplefilter("error")
sys.setswitchinterval(1e-6)
NAMES = {"sklearn.metrics": "f1_score", "fairlearn.metrics": "selection_rate", "jiwer": "wer",
         "nltk.translate.bleu_score": "sentence_bleu", "nltk.translate.chrf_score": "sentence_chrf",
         "sacrebleu.significance": "_bootstrap_resample"}
wrong, begin = [], threading.Barrier(len(NAMES) + 1)

def load(*names):
    begin.wait()
    try:
        for name in names:
            importlib.import_module(name)
    except BaseException as error:
        wrong.append(repr(error))

def switch():
    begin.wait()
    for _ in range(100):
        with rapidscore.patched():
            pass
        if threading.active_count() < 4:
            break

# Two threads that import NLTK at the same time can fail without us, because its modules import each other.
nltk = [name for name in NAMES if name.startswith("nltk")]
threads = [threading.Thread(target=load, args=[name]) for name in NAMES if name not in nltk]
threads += [threading.Thread(target=load, args=nltk), threading.Thread(target=switch)]
for thread in threads:
    thread.start()
begin.wait()
rapidscore.patch()
for thread in threads:
    thread.join()
unpatched = [name for name, function in NAMES.items() if not hasattr(getattr(sys.modules[name], function), "_ours")]
print(wrong, unpatched, {one.state for one in rapidscore.patch.status().values()} - {"waits for its import"})
rapidscore.unpatch()
print([name for name, function in NAMES.items() if hasattr(getattr(sys.modules[name], function), "_ours")])
"""


def test_threads_that_import_peers():
    for _ in range(3):
        assert output_of(MANY_THREADS) == "[] [] {'patched'}\n[]\n"


FORK_WHILE_PATCHING = (
    FORKING
    + """
import jiwer, rapidscore, sklearn.metrics
stop = threading.Event()

def work():
    while not stop.is_set():
        with rapidscore.patched("jiwer", "sklearn"):
            pass

thread = threading.Thread(target=work)
thread.start()

def child():
    rapidscore.unpatch()
    before = hasattr(jiwer.wer, "_ours"), hasattr(sklearn.metrics.f1_score, "_ours")
    rapidscore.patch()
    after = hasattr(jiwer.wer, "_ours"), hasattr(jiwer.wer._original, "_ours")
    return before, after, jiwer.wer("a b", "a c"), sklearn.metrics.accuracy_score([1, 0], [1, 1])

for _ in range(20):
    result = in_child(child, 30)
    if result != ((False, False), (True, False), 0.5, 0.5):
        print(result)
        break
    time.sleep(0.002)
stop.set()
thread.join()
print("done")
"""
)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_fork_while_a_thread_patches():
    assert output_of(FORK_WHILE_PATCHING) == "done\n"


def test_patching_does_not_wait_for_an_import_that_waits_for_it():
    """A thread patches, for which it imports a module that another thread is importing."""
    inside, leave = threading.Event(), threading.Event()
    replacements = PEERS["jiwer"].modules["jiwer"]

    def slow():
        inside.set()
        leave.wait(30)
        yield from replacements()

    with pytest.MonkeyPatch.context() as context:
        context.setitem(PEERS["jiwer"].modules, "jiwer", slow)
        thread = threading.Thread(target=rapidscore.patch, args=["jiwer"])
        thread.start()
        inside.wait(30)
        # What an import of a peer does in this thread: it must not wait.
        switch._switch._module_imported("jiwer")
        leave.set()
        thread.join()
    assert is_patched(jiwer.wer)
