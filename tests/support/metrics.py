"""The metrics to which the laws are applied, inputs for them, and their results to compare."""

import random

import numpy as np
import pytest

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER, Classification, Multilabel, Perplexity, TopKAccuracy


class Characters:
    """A custom tokenizer."""

    def tokenize(self, text):
        return list(text)

    def __eq__(self, other):
        return isinstance(other, Characters)

    def __hash__(self):
        return 1

    def __repr__(self):
        return "Characters()"


TEXT_METRICS = [
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

#: Metrics of labels. `suit` makes labels of texts.
LABEL_METRICS = [
    Classification(),
    Classification(average="weighted", zero_division=float("nan"), ignore_index=-100),
    Multilabel(labels=(0, 1, 2, 3)),
    Multilabel(labels=(3, 1, 0, 2), average="samples", zero_division=1),
    TopKAccuracy(),
    TopKAccuracy(k=1, labels=("x", "y", "z")),
]

#: Metrics of logits. `suit` makes logits and labels of texts.
LOGIT_METRICS = [Perplexity(), Perplexity(shift=True, aggregate="sequences", top_k=2, ignore_index=0)]

METRICS = [*TEXT_METRICS, *LABEL_METRICS, *LOGIT_METRICS]


def suit(metric, predictions, references):
    """Return the arguments that a metric takes: texts, or labels, class scores or logits made of them."""
    if not isinstance(metric, Classification | Multilabel | Perplexity | TopKAccuracy):
        return predictions, references
    # Only the first reference of each segment is used.
    references = [reference if isinstance(reference, str) else reference[0] for reference in references]
    match metric:
        case Classification(ignore_index=-100):
            # Numbers, some of which a part of the texts lacks, with weights whose sums round.
            numbers = [[len(text) % 5 - 1 for text in texts] for texts in (predictions, references)]
            return *numbers, [0.1 * (1 + len(text) % 7) for text in references]
        case Classification():
            return predictions, references
        case Multilabel():
            return [[{len(word) % 4 for word in text.split()} for text in texts] for texts in (predictions, references)]
        case Perplexity():
            sizes = np.array([len(text) for text in predictions], np.float32).reshape(-1, 1, 1)
            logits = np.sin(sizes + np.arange(4)[:, None] * 5 + np.arange(6) ** 2).astype(np.float32) * 3
            labels = np.array([[(len(text) + at) % 6 for at in range(4)] for text in references], np.int64)
            return logits, labels.reshape(len(references), 4)
        case TopKAccuracy():
            scores = np.array([[len(text) % 7, len(text) % 5, len(text) % 3] for text in predictions], np.float32)
            classes = [len(text) % 3 for text in references]
            return scores, classes if metric.labels is None else [metric.labels[position] for position in classes]


def short_name(metric):
    """Return a short name with the options that are not at their defaults."""
    defaults = type(metric)().options()
    changed = [f"{key}={value}" for key, value in metric.options().items() if value != defaults[key]]
    return f"{type(metric).__name__}({', '.join(changed)})"


every_metric = pytest.mark.parametrize("metric", METRICS, ids=short_name)
every_text_metric = pytest.mark.parametrize("metric", TEXT_METRICS, ids=short_name)


def rows(statistics):
    """Return the rows in a form to compare: a code depends on all labels, so codes are replaced by their labels."""
    array = np.asarray(statistics)
    # Unknown values are NaN, which is not equal to itself.
    array = np.where(np.isnan(array), None, array).tolist()
    if not isinstance(statistics.metric, Classification | Multilabel):
        return array
    if isinstance(statistics.metric, Classification):
        return [[*(statistics.labels[int(code)] for code in codes), weight] for *codes, weight in array]
    return [{name: value for name, value in zip(statistics.columns, row, strict=True) if value} for row in array]


def score_bits(score):
    """Return all values and texts of a score, in a form to compare to the bit."""
    return str(score), score.signature, {key: value.hex() for key, value in score.as_dict().items()}


def total_of(metric, predictions, references):
    meter = metric.accumulator()
    meter.update(*suit(metric, predictions, references))
    return meter.total


def many(count=3000, seed=1):
    """Return more segments than one thread processes at a time, few of them equal."""
    choose = random.Random(seed)

    def text():
        return " ".join(choose.choices(["a", "b", "c", "running", "Ⅻ", "猫", "w" * 20], k=choose.randrange(25)))

    return [text() for _ in range(count)], [[text() for _ in range(choose.randrange(1, 4))] for _ in range(count)]
