"""Threads, forked children and signals."""

import multiprocessing
import signal
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest

from rapidscore import BLEU, ROUGE

PREDICTIONS = [f"the cat number {i} sat on the mat {i % 7}" for i in range(5000)]
REFERENCES = [f"the cat number {i % 100} sat on a mat {i % 5}" for i in range(5000)]

METRICS = [BLEU(), ROUGE(use_stemmer=True), BLEU(tokenize=str.split)]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=["BLEU", "ROUGE", "own tokenizer"])


@every_metric
def test_sixteen_threads_share_a_metric(metric, threads):
    threads(3)
    expected = metric.score(PREDICTIONS, REFERENCES).as_dict()
    with ThreadPoolExecutor(16) as pool:
        scores = list(pool.map(lambda _: metric.score(PREDICTIONS, REFERENCES).as_dict(), range(64)))
    assert scores == [expected] * 64


@every_metric
def test_sixteen_threads_share_an_accumulator(metric):
    meter = metric.accumulator()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda at: meter.update(PREDICTIONS[at::100], REFERENCES[at::100]), range(100)))
    assert len(meter) == len(PREDICTIONS)
    assert meter.total == metric.statistics(PREDICTIONS, REFERENCES).total()


def score_in_child(connection):
    connection.send(BLEU().score(PREDICTIONS, REFERENCES).score)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system cannot fork")
def test_a_forked_child_scores(threads):
    threads(4)
    expected = BLEU().score(PREDICTIONS, REFERENCES).score
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=score_in_child, args=(theirs,))
    with warnings.catch_warnings():
        # Python 3.12 warns about forking while other threads run; the test runner may have some, and forking is
        # under test.
        warnings.simplefilter("ignore", DeprecationWarning)
        child.start()
    # Waiting for a pool of threads that did not survive the fork would never end.
    assert ours.poll(30)
    assert ours.recv() == expected
    child.join(30)
    assert child.exitcode == 0


LONG_CALL = """
import sys
from collections import deque
from rapidscore import BLEU, ROUGE, TER, set_num_threads
set_num_threads(int(sys.argv[1]))
metric = {"BLEU": BLEU, "ROUGE": ROUGE, "TER": TER}[sys.argv[2]]()
texts = [f"the cat number {i} sat on the mat " * 20 for i in range(20_000)] * 200
print("ready", flush=True)
try:
    if sys.argv[3] == "score":
        metric.score(texts, texts[::-1])
    else:
        deque(metric.pairwise_blocks(texts[:50_000], rows=500), maxlen=0)
except KeyboardInterrupt:
    print("interrupted", flush=True)
else:
    print("finished", flush=True)
"""


@pytest.mark.serial
@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("number", ["1", "2"])
@pytest.mark.parametrize(
    ("name", "call"), [("BLEU", "score"), ("ROUGE", "score"), ("BLEU", "pairwise"), ("TER", "pairwise")]
)
def test_ctrl_c_ends_a_long_call(name, call, number):
    command = [sys.executable, "-c", LONG_CALL, number, name, call]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        # It takes milliseconds; a second is a margin for a busy machine.
        assert time.monotonic() - sent < 1


@pytest.mark.serial
def test_other_threads_run_during_a_call(threads):
    threads(1)
    # One pair of long documents is one step of work, during which no thread needs the GIL.
    choose = [f"w{i * i % 997}" for i in range(200_000)]
    prediction, reference = " ".join(choose), " ".join(choose[::-1])
    pauses, done = [], threading.Event()

    def tick():
        last = time.monotonic()
        while not done.is_set():
            time.sleep(0.001)
            now = time.monotonic()
            pauses.append(now - last)
            last = now

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.monotonic()
    ROUGE(("rougeL",)).score([prediction], [reference])
    took = time.monotonic() - start
    done.set()
    ticker.join()
    assert took > 0.1
    assert max(pauses) < took / 2


@pytest.mark.parametrize("change", ["clear", "pop", "append", "replace", "refill"])
@every_metric
@pytest.mark.usefixtures("hasty")
def test_lists_that_change_during_a_call(metric, change, threads):
    """The score is then undefined, but the call returns a score or raises an exception."""
    threads(2)
    undisturbed = metric.score(PREDICTIONS, REFERENCES).as_dict()
    outcomes = []
    for _ in range(10):
        predictions, references = [text + "!" for text in PREDICTIONS], list(REFERENCES)
        done = threading.Event()

        def disturb(lists=(predictions, references), done=done):
            while not done.is_set():
                for texts in lists:
                    match change:
                        case "clear":
                            texts.clear()
                        case "pop" if texts:
                            texts.pop()
                        case "append":
                            texts.append("more")
                        case "replace" if texts:
                            texts[-1] = None
                        case "refill":
                            texts[:] = [f"new {time.monotonic()}"] * 5000
                time.sleep(0)

        disturber = threading.Thread(target=disturb)
        disturber.start()
        try:
            outcomes.append(metric.score(predictions, references).as_dict())
        except (IndexError, TypeError, ValueError) as error:
            outcomes.append(str(error))
        finally:
            done.set()
            disturber.join()
    assert len(outcomes) == 10
    # The metric still works afterwards.
    assert metric.score(PREDICTIONS, REFERENCES).as_dict() == undisturbed


TOO_MANY_THREADS = """
from rapidscore import BLEU, set_num_threads
texts = [f"a b c d {i}" for i in range(5000)]
expected = BLEU().score(texts, texts).score
try:
    set_num_threads(10**18)
except ValueError:
    print("refused")
else:
    print(BLEU().score(texts, texts).score == expected)
"""


def test_more_threads_than_any_machine_has():
    # In another process, since a panic could leave this one in disorder.
    output = subprocess.run([sys.executable, "-c", TOO_MANY_THREADS], capture_output=True, text=True, check=False)
    assert output.stdout in ("refused\n", "True\n"), output.stderr[-500:]


@pytest.mark.serial
def test_busy_threads_do_not_stall_scoring():
    """A busy thread releases the GIL only every 5 ms, so scoring must not acquire it often."""
    predictions, references = PREDICTIONS * 10, REFERENCES * 10
    metric = BLEU()
    alone = time.perf_counter()
    expected = metric.score(predictions, references).score
    alone = time.perf_counter() - alone
    done = threading.Event()

    def spin():
        while not done.is_set():
            pass

    busy = threading.Thread(target=spin)
    busy.start()
    try:
        beside = time.perf_counter()
        found = metric.score(predictions, references).score
        beside = time.perf_counter() - beside
    finally:
        done.set()
        busy.join()
    assert found == expected
    # Acquiring it for each of about 200 batches would take a second; the other thread occupies a core in any case.
    assert beside < 4 * alone + 0.3
