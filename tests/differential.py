"""Compare random texts, labels and options with the peers, to the bit, for a given time.

`python tests/differential.py SECONDS [--seed SEED] [--only NAME ...]`

Prints the seed and the number of comparisons. At a difference, prints the smallest example that hypothesis finds, and
exits with status 1. The tests search in the same way, but draw the same few examples in every run.
"""

from __future__ import annotations

import argparse
import logging
import math
import secrets
import sys
import time
import traceback
import warnings
from collections import Counter

import jiwer
import numpy as np
import rouge_score.rouge_scorer
import sklearn.metrics
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from support import nltk_drop_in, sacrebleu_drop_in, sklearn_drop_in
from support.outcomes import outcome, printed
from support.parity import SMOOTHING, any_options, assert_equal_scores, shortened, streams
from support.strategies import corpora, pairs, texts

import rapidscore.compat.jiwer
import rapidscore.compat.rouge_score.rouge_scorer
import rapidscore.compat.sklearn.metrics
from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER

#: The number of examples of one comparison, before the next one gets its turn.
EXAMPLES = 50

#: Peers fill tables with a cell for each pair of tokens.
LONGEST = 400


def main() -> int:
    """Search until the time is over."""
    arguments = parsed()
    logging.disable(logging.ERROR)
    first = secrets.randbelow(2**32) if arguments.seed is None else arguments.seed
    print(f"seed {first}: repeat this search with --seed {first}", flush=True)
    chosen = {name: COMPARISONS[name] for name in arguments.only or COMPARISONS}
    end = time.monotonic() + arguments.seconds
    counts: Counter[str] = Counter()
    number = 0
    try:
        while time.monotonic() < end:
            for name, compare in chosen.items():
                try:
                    search(compare, first + number, lambda name=name: counts.update([name]))
                except Exception as error:
                    report(name, error)
                    return 1
            number += 1
    except KeyboardInterrupt:
        print("interrupted")
    finally:
        for name in chosen:
            print(f"{name:<22}{counts[name]:>12,}")
        print(f"{'comparisons':<22}{counts.total():>12,}", flush=True)
    print("no difference")
    return 0


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, help="how long to search")
    parser.add_argument("--seed", type=int, help="draw the same examples as the run that printed this seed")
    parser.add_argument("--only", nargs="+", choices=COMPARISONS, metavar="NAME", help=", ".join(COMPARISONS))
    return parser.parse_args()


def search(compare, number, count):
    """Draw examples until one differs, which hypothesis makes as small as it can."""

    @seed(number)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def run(data):
        count()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compare(data.draw)

    run()


def report(name, error):
    """Print a difference: what hypothesis drew, and where the results were compared."""
    print(f"\n{name} differs, or failed:")
    for note in getattr(error, "__notes__", []):
        print(note)
    print("".join(traceback.format_exception(error, limit=-3)), file=sys.stderr, flush=True)


def same(ours, theirs):
    """Compare two results, which are printed if they differ."""
    if ours != theirs:
        raise AssertionError(f"\nrapidscore: {ours!r}\nits peer:   {theirs!r}")


def cut(draw):
    """Draw predictions and lists of references of a length that all peers can take."""
    predictions, references = draw(corpora(max_size=3))
    return [text[:LONGEST] for text in predictions], [[text[:LONGEST] for text in some] for some in references]


def sacrebleu_of(metric):
    """Compare a metric with sacrebleu: rows, scores, signatures and texts, with any options."""

    def compare(draw):
        options = draw(any_options[metric]) | (draw(st.sampled_from(SMOOTHING)) if metric is BLEU else {})
        predictions, references = draw(corpora(max_size=2 if metric is TER else 6))
        predictions = [shortened(metric, text) for text in predictions]
        references = [[shortened(metric, text) for text in some] for some in references]
        assert_equal_scores(metric, options, predictions, references)

    return compare


def sacrebleu_functions(draw):
    """Compare the drop-in for sacrebleu, on parallel streams of references."""
    name = draw(st.sampled_from(sacrebleu_drop_in.METRICS))
    options = draw(st.sampled_from([options for metric, options in sacrebleu_drop_in.OPTIONS if metric == name]))
    predictions, references = cut(draw)
    if name == "TER":
        predictions, references = (
            [text[:60] for text in predictions],
            [[text[:60] for text in some] for some in references],
        )
    sacrebleu_drop_in.assert_equal_scores(name, options, predictions, streams(references))


ROUGE_TYPES = [*(f"rouge{order}" for order in range(1, 10)), "rougeL", "rougeLsum"]


def rouge(draw):
    """Compare ROUGE and its drop-in with rouge-score."""
    types = draw(st.lists(st.sampled_from(ROUGE_TYPES), min_size=1, unique=True))
    stem = draw(st.booleans())
    modules = rapidscore.compat.rouge_score.rouge_scorer, rouge_score.rouge_scorer
    ours, theirs = (module.RougeScorer(types, use_stemmer=stem) for module in modules)
    predictions, references = cut(draw)
    rows = []
    for prediction, targets in zip(predictions, references, strict=True):
        same(printed(ours.score, targets[0], prediction), printed(theirs.score, targets[0], prediction))
        best = theirs.score_multi(targets, prediction)
        same(printed(ours.score_multi, targets, prediction), repr(best))
        rows.append([value for name in types for value in best[name]])
    metric = ROUGE(types, use_stemmer=stem)
    same(np.asarray(metric.statistics(predictions, references))[:, :-1].tolist(), rows)
    score = metric.score(predictions, references)
    same(
        [value for name in types for value in score[name]],
        [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)],
    )


def error_rates(draw):
    """Compare WER, CER and their drop-in with jiwer: rates, counts and alignments."""
    predictions, references = cut(draw)
    references = [texts[0] for texts in references]
    for name, metric in ("words", WER), ("characters", CER):
        ours, theirs = (
            getattr(module, f"process_{name}")(references, predictions) for module in (rapidscore.compat.jiwer, jiwer)
        )
        same(repr(ours), repr(theirs))
        score = metric().score(predictions, references)
        counts = [theirs.hits, theirs.substitutions, theirs.deletions, theirs.insertions]
        same([score.hits, score.substitutions, score.deletions, score.insertions], counts)
        same(score.score, theirs.wer if metric is WER else theirs.cer)
    for name in "wer", "mer", "wil", "wip", "cer":
        one, other = (getattr(module, name) for module in (rapidscore.compat.jiwer, jiwer))
        same(printed(one, references, predictions), printed(other, references, predictions))


def nltk_bleu(draw):
    """Compare the drop-in for NLTK: BLEU with any smoothing method."""
    split = draw(st.sampled_from([str.split, list, str]))
    predictions, references = cut(draw)
    orders = draw(st.integers(1, 12))
    weights = draw(st.sampled_from([*nltk_drop_in.WEIGHTS[:9], (1 / orders,) * orders]))
    nltk_drop_in.assert_equal_bleu(
        [[split(text) for text in some] for some in references],
        [split(text) for text in predictions],
        draw(st.sampled_from([None, *nltk_drop_in.METHODS])),
        weights=weights,
        auto_reweigh=draw(st.booleans()),
    )


def nltk_chrf(draw):
    """Compare the drop-in for NLTK: chrF."""
    drawn = draw(st.lists(pairs(), min_size=1, max_size=4))
    predictions, references = ([text[:200] for text in side] for side in zip(*drawn, strict=True))
    least = draw(st.integers(1, 4))
    options = {
        "min_len": least,
        "max_len": least + draw(st.integers(0, 9)),
        "beta": draw(st.sampled_from([0, 1, 2.0, 3.0, 0.5])),
        "ignore_whitespace": draw(st.booleans()),
    }
    nltk_drop_in.assert_equal("corpus_chrf", references, predictions, **options)
    for pair in zip(references, predictions, strict=True):
        nltk_drop_in.assert_equal("sentence_chrf", *pair, **options)


LABELS = [
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(-40, 40),
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.sampled_from(["a", "b", "猫", "", "A b"]),
    # NumPy drops zeros at the end of a string.
    texts().filter(lambda text: "\0" not in text),
]


def scikit_learn(draw):
    """Compare the drop-in for scikit-learn: values, warnings and errors."""
    label = draw(st.sampled_from(LABELS))
    count = draw(st.integers(1, 40))
    y_true = draw(st.lists(label, min_size=count, max_size=count))
    y_pred = draw(st.lists(label | st.sampled_from(y_true), min_size=count, max_size=count))
    named = {}
    if draw(st.booleans()):
        weight = st.sampled_from([0, 0.1, 0.3, 0.7, 1, 3, 1e-300, 1e17])
        named["sample_weight"] = draw(st.lists(weight, min_size=count, max_size=count))
    name = draw(st.sampled_from(sklearn_drop_in.PLAIN + sklearn_drop_in.SET_WISE))
    if name in sklearn_drop_in.SET_WISE:
        named["average"] = draw(st.sampled_from(sklearn_drop_in.AVERAGES))
        named["zero_division"] = draw(st.sampled_from(sklearn_drop_in.ZERO_DIVISIONS))
    if name == "fbeta_score":
        named["beta"] = draw(st.sampled_from([0, 0.5, 2, math.inf]))
    if name == "cohen_kappa_score":
        named["weights"] = draw(st.sampled_from([None, "linear", "quadratic"]))
    if name == "confusion_matrix":
        named["normalize"] = draw(st.sampled_from([None, "true", "pred", "all"]))
    make = draw(st.sampled_from([list, np.array]))
    modules = rapidscore.compat.sklearn.metrics, sklearn.metrics
    ours, theirs = (outcome(getattr(module, name), make(y_true), make(y_pred), **named) for module in modules)
    same(ours, theirs)


COMPARISONS = {
    "BLEU": sacrebleu_of(BLEU),
    "chrF": sacrebleu_of(CHRF),
    "TER": sacrebleu_of(TER),
    "sacrebleu": sacrebleu_functions,
    "rouge-score": rouge,
    "jiwer": error_rates,
    "nltk-bleu": nltk_bleu,
    "nltk-chrf": nltk_chrf,
    "scikit-learn": scikit_learn,
}

if __name__ == "__main__":
    sys.exit(main())
