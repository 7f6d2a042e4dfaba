"""Processes that fork while a call runs: in a function of the user, in a signal handler, or in another thread."""

import os

import pytest
from support.children import FORKING, needs_system_allocator, output_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

WITHIN_A_CALL = (
    FORKING
    + """
import numpy as np
from rapidscore import BLEU, ROUGE, WER, set_num_threads
way, method, threads, moment = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
set_num_threads(threads)
predictions = [f"the cat number {at} sat on the mat {at % 7}" for at in range(6000)]
references = [f"the cat number {at % 100} sat on a mat {at % 5}" for at in range(6000)]
calls, forked = 0, []

def fork(*_):
    pipe = os.pipe()
    forked.append((os.fork(), *pipe))

def split(text):
    global calls
    calls += 1
    if calls == moment:
        # The signal is handled at once, or when the call next looks for signals.
        signal.raise_signal(signal.SIGUSR1) if way == "handler" else fork()
    return text.split()

class Tokenizer:
    def tokenize(self, text):
        return split(text)

signal.signal(signal.SIGUSR1, fork)

def result(metric):
    found = getattr(metric, method)(predictions, references)
    return {"score": str, "statistics": lambda one: np.asarray(one).tobytes(),
            "segment_scores": lambda one: next(iter(one.values())).tobytes()}[method](found)

for make in (lambda: BLEU(tokenize=split), lambda: ROUGE(("rouge1",), tokenizer=Tokenizer()),
             lambda: WER(normalize=lambda text: " ".join(split(text)))):
    calls, forked[:] = 0, []
    found = result(make())
    (child, ours, theirs), = forked
    if not child:
        calls = -1_000_000
        # The child's next call works too, and calls that no other thread is left to help with.
        send(theirs, (found, result(make())))
    calls = -1_000_000
    expected = result(make())
    print(found == expected, receive(child, ours, theirs) == (expected, expected))
"""
)


@pytest.mark.parametrize("way", ["tokenizer", "handler"])
@pytest.mark.parametrize("method", ["score", "statistics", "segment_scores"])
def test_fork_within_a_call(way, method):
    """Parent and child go on with the call, and get the same result."""
    for threads, moment in (4, 7000), (4, 1), (4, 12_000), (2, 5000), (1, 700):
        output = output_of(WITHIN_A_CALL, way, method, str(threads), str(moment))
        assert output == "True True\n" * 3, (threads, moment)


WITHIN_PAIRS = (
    FORKING
    + """
import numpy as np
from rapidscore import BLEU, CHRF, TER, set_num_threads
set_num_threads(3)
metric = {"BLEU": BLEU(effective_order=True), "CHRF": CHRF(), "TER": TER()}[sys.argv[1]]
texts = [f"the cat number {at % 71} sat {'on ' * (at % 5)} the mat {at % 7}" for at in range(int(sys.argv[2]))]
forked = []

def fork(*_):
    pipe = os.pipe()
    forked.append((os.fork(), *pipe))

signal.signal(signal.SIGALRM, fork)
out = np.empty((len(texts), len(texts)))
signal.setitimer(signal.ITIMER_REAL, 0.05)
found = metric.pairwise(texts, out=out).tobytes()
if forked and not forked[0][0]:
    send(forked[0][2], found == metric.pairwise(texts, out=out).tobytes())
signal.setitimer(signal.ITIMER_REAL, 0)
print(bool(forked), [receive(*one) for one in forked], found == metric.pairwise(texts).tobytes())
"""
)


@pytest.mark.serial
@pytest.mark.parametrize(("name", "count"), [("BLEU", 6000), ("CHRF", 3000), ("TER", 1500)])
def test_fork_within_pairs(name, count):
    assert output_of(WITHIN_PAIRS, name, str(count)) == "True [True] True\n"


OUT_IN_ANOTHER_THREAD = (
    FORKING
    + """
import numpy as np
from rapidscore import CHRF
texts = [f"the cat number {at % 71} sat {'on ' * (at % 5)} the mat {at % 7}" for at in range(300)]
metric, out, stop = CHRF(), np.zeros((300, 300)), threading.Event()
expected = metric.pairwise(texts).tobytes()

def work():
    while not stop.is_set():
        metric.pairwise(texts, out=out)

thread = threading.Thread(target=work)
thread.start()
children = 0
while children < 20:
    time.sleep(0.005)
    children += 1
    result = in_child(lambda: metric.pairwise(texts, out=out).tobytes() == expected)
    if result is not True:
        print(result)
        break
stop.set()
thread.join()
print(children)
"""
)


@needs_system_allocator
def test_output_that_another_thread_of_the_parent_fills():
    assert output_of(OUT_IN_ANOTHER_THREAD) == "20\n"


OTHER_THREADS = (
    FORKING
    + """
import numpy as np
from rapidscore import BLEU, CHRF, TER, WER, Classification, Multilabel, Perplexity, compare, set_num_threads
set_num_threads(3)
predictions = [f"the cat “number {at}” sat — on the mat, {at % 7}" for at in range(2000)]
references = [f"the cat “number {at % 100}” sat – on a mat, {at % 5}" for at in range(2000)]
labels = [f"label {at % 50}" for at in range(2000)], [f"label {at % 47}" for at in range(2000)]
statistics = Classification().statistics(*labels)
logits = np.sin(np.arange(2000 * 50.0)).reshape(2000, 50)

# What the parent does, and what its children do: with tables and counters that are made when they are first used.
WORK = {
    "BLEU": lambda: BLEU(tokenize="intl").score(predictions, references).score,
    "BLEU by a function": lambda: BLEU(tokenize=str.split).score(predictions, references).score,
    "CHRF": lambda: CHRF(lowercase=True).score(predictions, references).score,
    "WER": lambda: WER(remove_punctuation=True).score(predictions, references).score,
    "Classification": lambda: Classification().score(*labels).accuracy,
    "intervals": lambda: str(statistics.confidence_interval(resamples=200)),
    "Perplexity": lambda: Perplexity().score(logits, np.arange(2000) % 50).perplexity,
}
work = WORK[sys.argv[1]]
stop = threading.Event()

def repeat():
    while not stop.is_set():
        work()

threads = [threading.Thread(target=repeat) for _ in range(2)]
for thread in threads:
    thread.start()
expected, children = work(), 0
while children < 30:
    time.sleep(0.002)
    children += 1
    result = in_child(work, 30)
    if result != expected:
        print(result, expected)
        break
stop.set()
for thread in threads:
    thread.join()
print(children)
"""
)


@needs_system_allocator
@pytest.mark.parametrize(
    "name", ["BLEU", "BLEU by a function", "CHRF", "WER", "Classification", "intervals", "Perplexity"]
)
def test_other_threads_score_when_the_process_forks(name):
    assert output_of(OTHER_THREADS, name) == "30\n"


LAZY = (
    FORKING
    + """
from rapidscore._lazy import lazy_property

class Slow:
    @lazy_property
    def value(self):
        started.set()
        time.sleep(0.3)
        return object()

slow, started = Slow(), threading.Event()
thread = threading.Thread(target=lambda: slow.value)
thread.start()
started.wait()
print(in_child(lambda: (slow.value is slow.value, Slow().value is not None)))
print(slow.value is slow.value)
thread.join()
print(slow.value is vars(slow)["value"])
"""
)


def test_lazy_attributes():
    assert output_of(LAZY) == "(True, True)\nTrue\nTrue\n"
