"""Calls that need tens of megabytes, to be made while memory is short.

`python large_calls.py NAME` makes one of them again and again, each time in a child process with a little more memory
than the inputs take, and prints what happened to each.
"""

import os
import sys

import numpy as np
from support.long_calls import distinct, indicators, letters, logits, of, pair, strings, texts, words

import rapidscore as rs
from rapidscore.compat.sklearn.metrics import classification_report

#: The memory in megabytes that a call may take in addition. Not 0: the system ends a process that starts a thread for
#: whose data there is not a page.
ROOM = (1, 3, 8, 16, 32, 64, 128, 256)


def rows():
    """Return rows of ROUGE."""
    return rs.ROUGE().statistics(texts(20_000), texts(20_000)[::-1])


def of_labels():
    """Return rows of labels of many classes."""
    labels = np.arange(200_000) * 7919 % 20_000
    return rs.Classification(zero_division=0).statistics(labels, labels[::-1].copy())


def total():
    """Return a total of many classes."""
    return rs.Classification(zero_division=0).statistics(*distinct(100_000)).total()


#: Functions that make the inputs, and return the function that makes the call.
CALLS = {
    "BLEU": lambda: of(rs.BLEU().score, *pair(words, 1_000_000)),
    "BLEU of many segments": lambda: of(rs.BLEU().score, texts(100_000), texts(100_000)[::-1]),
    "BLEU intl": lambda: of(rs.BLEU(tokenize="intl", lowercase=True).score, *pair(words, 500_000)),
    "BLEU of several references": lambda: of(rs.BLEU().score, [words(300_000)], [[words(300_000, 2)] * 2]),
    "BLEU zh": lambda: of(rs.BLEU(tokenize="zh").score, ["&quot;" + "日本" * 1_000_000], ["日" * 1_000_000]),
    "chrF++": lambda: of(rs.CHRF(word_order=2).score, *pair(letters, 3_000_000)),
    "TER": lambda: of(rs.TER(normalized=True, asian_support=True).score, *pair(words, 100_000)),
    "ROUGE": lambda: of(rs.ROUGE(use_stemmer=True).score, *pair(words, 100_000)),
    "ROUGE unicode": lambda: of(rs.ROUGE(("rouge1",), tokenizer="unicode").score, *pair(words, 500_000)),
    "WER": lambda: of(rs.WER(lowercase=True, remove_punctuation=True).score, *pair(words, 20_000)),
    "CER": lambda: of(rs.CER().score, ["ä" * 100_000], ["äb" * 50_000]),
    "tokens": lambda: of(rs.WER().score, [["a"] * 1_000_000], [["a"] * 1_000_000]),
    "alignment": lambda: of(rs.WER().alignment, words(20_000), words(20_000, 2)),
    "statistics": lambda: of(rs.ROUGE().statistics, texts(100_000), texts(100_000)[::-1]),
    "segment_scores": lambda: of(rs.ROUGE().segment_scores, texts(100_000), texts(100_000)[::-1]),
    "prepare": lambda: of(rs.BLEU().prepare, texts(100_000)),
    "pairwise": lambda: of(rs.BLEU().pairwise, texts(3_000)),
    "pairwise of words": lambda: of(rs.WER().pairwise, texts(3_000)),
    "pairwise of long texts": lambda: of(rs.CHRF().pairwise, [letters(300_000, seed) for seed in range(3)]),
    "labels": lambda: of(rs.Classification(zero_division=0).score, *distinct(1_000_000)),
    "labels as statistics": lambda: of(rs.Classification(zero_division=0).statistics, *distinct(1_000_000)),
    "strings": lambda: of(rs.Classification(zero_division=0).score, *strings(200_000)),
    "arrays of strings": lambda: of(rs.Classification(zero_division=0).score, *map(np.array, strings(200_000))),
    "a confusion matrix": lambda: of(
        lambda score: score.confusion_matrix, rs.Classification(zero_division=0).score(*distinct(3_000))
    ),
    "weighted labels": lambda: of(
        lambda *labels: (
            rs.Classification(zero_division=0).statistics(*labels, sample_weight=np.ones(len(labels[0]))).total()
        ),
        *distinct(300_000),
    ),
    "multilabel": lambda: of(rs.Multilabel(zero_division=0).score, *indicators(20_000, 500)),
    "top k": lambda: of(rs.TopKAccuracy(k=2).score, np.zeros((1_000_000, 3)), np.zeros(1_000_000, int)),
    "logits": lambda: of(rs.Perplexity().score, *logits(500_000, 2)),
    "log-probabilities": lambda: of(rs.Perplexity().score_log_probs, [[-1.0, -2.0]] * 1_000_000),
    "groups": lambda: of(lambda rows, groups: rows.by(groups), rows(), [f"{at}" for at in range(20_000)]),
    "groups of labels": lambda: of(
        lambda rows, groups: rows.by(groups).as_dict(), of_labels()[:50_000], np.arange(50_000)
    ),
    "confidence_interval": lambda: of(lambda rows: rows.confidence_interval(resamples=100_000), rows()[:100]),
    "interval of labels": lambda: of(lambda rows: rows.confidence_interval(resamples=100), of_labels()),
    "bca": lambda: of(lambda rows: rows.confidence_interval(resamples=1_000, method="bca"), rows()),
    "compare": lambda: of(lambda rows: rs.compare({"one": rows, "other": rows[::-1]}, resamples=50_000), rows()[:100]),
    "to_bytes": lambda: of(lambda total: total.to_bytes(), total()),
    "from_bytes": lambda: of(rs.Total.from_bytes, total().to_bytes()),
    "classification_report": lambda: of(classification_report, *distinct(3_000)),
}


def attempt(call, room):
    """Make a call with some megabytes of room in a child process; return its status and what it printed."""
    import resource  # which Windows lacks

    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        with open("/proc/self/statm") as statm:
            pages = int(statm.read().split()[0])
        limit = pages * resource.getpagesize() + room * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        try:
            call()
            outcome = b"finished"
        except MemoryError:
            outcome = b"MemoryError"
        except BaseException as error:  # a panic is not an Exception
            outcome = f"{type(error).__name__}: {error}".encode()
        os.write(1, outcome)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        printed = pipe.read()
    _, status = os.waitpid(child, 0)
    return status, printed.decode(errors="replace")


def main(name):
    """Make a call in each of the rooms."""
    import warnings

    warnings.simplefilter("ignore")
    call = CALLS[name]()
    # Modules that calls import: Python has another error for a module that it cannot load.
    rows()[:2].confidence_interval(resamples=10)
    rs.compare({"one": rows()[:2], "other": rows()[:2]}, resamples=10)
    for room in ROOM:
        status, printed = attempt(call, room)
        print(room, status, printed.replace("\n", " "), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
