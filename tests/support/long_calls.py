"""Calls that take long, one for each public entry point and each way through the core, run in a process of their own.

`python long_calls.py NAME` prints `ready` when the inputs are made, and then `interrupted` or `finished`.
"""

import sys

import numpy as np

import rapidscore as rs
from rapidscore.compat.jiwer import wer as jiwer_wer
from rapidscore.compat.rouge_score.rouge_scorer import RougeScorer
from rapidscore.compat.sacrebleu import corpus_chrf
from rapidscore.compat.sklearn.metrics import f1_score


def words(count, seed=1, vocabulary=5_000):
    """Return a text of random words."""
    numbers = np.random.default_rng(seed).integers(0, vocabulary, count)
    return " ".join(f"w{number}" for number in numbers.tolist())


def letters(count, seed=1):
    """Return a text of random letters and spaces."""
    letters = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz ", np.uint8)
    return letters[np.random.default_rng(seed).integers(0, 27, count)].tobytes().decode()


def sentences(count, seed=1):
    """Return a text with many sentences."""
    return "\n".join(words(8, seed * count + at, 200) for at in range(count))


def pair(make, count):
    """Return a prediction and a reference of the same kind."""
    return [make(count, 1)], [make(count, 2)]


def texts(count):
    """Return texts of a sentence each."""
    return [f"the cat number {at} sat on the mat and looked at dog {at * 7 % 1000}" for at in range(count)]


def distinct(count):
    """Return two arrays of distinct integers."""
    labels = np.random.default_rng(1).permutation(count).astype(np.int64) * 1_000_003
    return labels, labels[::-1].copy()


def strings(count):
    """Return two lists of distinct strings."""
    return [f"label {at * 7919 % count}" for at in range(count)], [f"label {at}" for at in range(count)]


def arrays_of_strings(count):
    """Return two arrays of distinct strings."""
    one, other = strings(count)
    return np.array(one), np.array(other)


def logits(rows, width):
    """Return logits (1, rows, width) and labels."""
    return np.zeros((1, rows, width), np.float32), np.zeros((1, rows), np.int64)


def indicators(rows, labels):
    """Return two indicator matrices."""
    random = np.random.default_rng(1)
    return random.integers(0, 2, (2, rows, labels), dtype=np.uint8)


class Slow:
    """A sequence that has no end in reach, of equal items."""

    def __init__(self, item):
        self.item = item

    def __len__(self):
        return 10**9

    def __getitem__(self, at):
        return self.item


def score(metric, make, count):
    """Return the function that scores a pair of texts."""
    predictions, references = pair(make, count)
    return lambda: metric.score(predictions, references)


def of(function, *arguments):
    """Return a function without parameters that makes a call."""
    return lambda: function(*arguments)


def statistics():
    """Return rows of BLEU."""
    return rs.BLEU().statistics(texts(100_000), [*texts(50_000), *texts(50_000)])


def weighted():
    """Return rows of labels of many classes."""
    labels = np.arange(100_000) % 1_000
    return rs.Classification(zero_division=0).statistics(labels, labels[::-1].copy())


#: Functions that make the inputs, and return the function that makes the call.
CALLS = {
    # One pair of long texts.
    "WER": lambda: score(rs.WER(), words, 400_000),
    "CER": lambda: score(rs.CER(), letters, 1_000_000),
    "TER": lambda: score(rs.TER(normalized=True), words, 1_000_000),
    "ROUGE-L": lambda: score(rs.ROUGE(("rougeL",)), words, 1_000_000),
    "ROUGE-Lsum": lambda: score(rs.ROUGE(("rougeLsum",)), sentences, 20_000),
    "ROUGE unicode": lambda: score(rs.ROUGE(("rouge2", "rougeL"), tokenizer="unicode"), words, 1_000_000),
    "chrF++": lambda: score(rs.CHRF(word_order=2), letters, 48_000_000),
    "BLEU of order 100": lambda: score(rs.BLEU(max_ngram_order=100), words, 2_000_000),
    "BLEU of a short reference": lambda: of(rs.BLEU().score, [words(8_000_000)], [["a b c d"] * 20]),
    "BLEU intl": lambda: score(rs.BLEU(tokenize="intl", lowercase=True), words, 8_000_000),
    "alignment": lambda: of(rs.WER().alignment, words(400_000, 1), words(400_000, 2)),
    "statistics": lambda: of(rs.WER().statistics, *pair(words, 400_000)),
    "segment_scores": lambda: of(rs.WER().segment_scores, *pair(words, 400_000)),
    "accumulator": lambda: of(rs.WER().accumulator().update, *pair(words, 400_000)),
    "prepare": lambda: of(rs.CHRF(word_order=2).prepare, [letters(4_000_000)] * 200),
    "tokens": lambda: of(rs.WER().score, [words(400_000, 1).split()], [words(400_000, 2).split()]),
    # All pairs of long texts.
    "pairwise": lambda: of(rs.WER().pairwise, [words(100_000, seed) for seed in range(20)]),
    "pairwise BLEU": lambda: of(rs.BLEU().pairwise, [words(1_000_000, seed) for seed in range(20)]),
    "mbr_decode": lambda: of(rs.mbr_decode, [[words(200_000, seed) for seed in range(20)]], rs.CHRF()),
    # Labels.
    "distinct labels": lambda: of(rs.Classification().score, *distinct(10_000_000)),
    "distinct labels of statistics": lambda: of(rs.Classification().statistics, *distinct(10_000_000)),
    "distinct strings": lambda: of(rs.Classification().score, *strings(3_000_000)),
    "arrays of strings": lambda: of(rs.Classification().score, *arrays_of_strings(3_000_000)),
    "groups": lambda: of(statistics().by, Slow("a")),
    "labels without an end": lambda: of(rs.Classification().score, Slow(1), Slow(1)),
    "multilabel": lambda: of(rs.Multilabel().score, *indicators(200_000, 500)),
    # Log-probabilities and logits.
    "a range of log-probabilities": lambda: of(rs.Perplexity().score_log_probs, [range(-(10**9), 0)]),
    "a sequence without an end": lambda: of(rs.Perplexity().score_log_probs, [Slow(-1.0)]),
    "logits": lambda: of(rs.Perplexity().score, *logits(80_000, 30_000)),
    # Sequences without an end.
    "texts without an end": lambda: of(rs.BLEU().score, Slow("a b"), Slow("a b")),
    "tokens without an end": lambda: of(rs.WER().score, [Slow("a")], [Slow("a")]),
    "references without an end": lambda: of(rs.BLEU().score, ["a"], [Slow("a")]),
    # Resampling.
    "confidence_interval": lambda: of(lambda stats: stats.confidence_interval(resamples=100_000), statistics()),
    "interval of labels": lambda: of(lambda stats: stats.confidence_interval(resamples=100_000), weighted()),
    "compare": lambda: of(
        lambda stats: rs.compare({"one": stats, "other": stats[::-1]}, resamples=100_000), statistics()
    ),
    # Drop-ins.
    "compat jiwer": lambda: of(jiwer_wer, words(400_000, 1), words(400_000, 2)),
    "compat sacrebleu": lambda: of(corpus_chrf, [letters(48_000_000, 1)], [[letters(48_000_000, 2)]]),
    "compat rouge_score": lambda: of(RougeScorer(["rougeLsum"]).score, sentences(20_000, 1), sentences(20_000, 2)),
    "compat sklearn": lambda: of(lambda one, other: f1_score(one, other, average="macro"), *distinct(10_000_000)),
}


def main(name):
    """Prepare a call, and make it."""
    call = CALLS[name]()
    print("ready", flush=True)
    try:
        call()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    else:
        print("finished", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
