"""The metrics that every law is tried on; a new one joins by being listed."""

import random

import numpy as np
import pytest

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER


class Characters:
    """A tokenizer of the user's own."""

    def tokenize(self, text):
        return list(text)

    def __eq__(self, other):
        return isinstance(other, Characters)

    def __hash__(self):
        return 1

    def __repr__(self):
        return "Characters()"


METRICS = [
    BLEU(),
    BLEU(lowercase=True, tokenize="intl", smooth_method="add-k", effective_order=True),
    BLEU(tokenize="zh", smooth_method="floor", smooth_value=0.3, max_ngram_order=2),
    BLEU(tokenize="char", max_ngram_order=12),
    BLEU(tokenize=str.split),
    CHRF(),
    CHRF(word_order=2),
    CHRF(char_order=3, word_order=1, beta=0.5, lowercase=True, whitespace=True, eps_smoothing=True),
    ROUGE(),
    ROUGE(("rougeLsum", "rouge9", "rouge1"), use_stemmer=True),
    ROUGE(("rouge2", "rougeL"), tokenizer="unicode"),
    ROUGE(("rouge1", "rougeLsum"), tokenizer=Characters()),
    TER(),
    WER(),
    WER(lowercase=True, remove_punctuation=True, collapse_whitespace=True, normalize=str.title),
    CER(),
    CER(remove_punctuation=True, collapse_whitespace=True),
    TER(normalized=True, no_punct=True, asian_support=True, case_sensitive=True),
]


def short_name(metric):
    """Return a short name: the options that are not at their defaults."""
    defaults = type(metric)().options()
    changed = [f"{key}={value}" for key, value in metric.options().items() if value != defaults[key]]
    return f"{type(metric).__name__}({', '.join(changed)})"


every_metric = pytest.mark.parametrize("metric", METRICS, ids=short_name)


def rows(statistics):
    return np.asarray(statistics).tolist()


def score_bits(score):
    """All a score says, to be compared to the bit."""
    return str(score), score.signature, {key: value.hex() for key, value in score.as_dict().items()}


def total_of(metric, predictions, references):
    meter = metric.accumulator()
    meter.update(predictions, references)
    return meter.total


def many(count=3000, seed=1):
    """More segments than one thread takes at a time, few of them equal."""
    choose = random.Random(seed)

    def text():
        return " ".join(choose.choices(["a", "b", "c", "running", "Ⅻ", "猫", "w" * 20], k=choose.randrange(25)))

    return [text() for _ in range(count)], [[text() for _ in range(choose.randrange(1, 4))] for _ in range(count)]
