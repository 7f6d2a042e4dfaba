"""Messages are ours: typical mistakes are answered with value, position and remedy, not by Python or NumPy."""

import dataclasses
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from support.outcomes import raises_with_words

from rapidscore import (
    BLEU,
    CHRF,
    ROUGE,
    WER,
    Classification,
    Multilabel,
    Perplexity,
    TopKAccuracy,
    Total,
    compare,
    loss_from_perplexity,
    mbr_decode,
    minimum_detectable_difference,
    perplexity_from_loss,
    set_num_threads,
    sliding_windows,
)

#: What Python and NumPy answer to mistakes.
FOREIGN = re.compile(
    r"object is not iterable|has no len\(\)|not subscriptable|unhashable type|too large to convert|too big to convert|"
    r"index out of range|out of bounds|setting an array element|inhomogeneous|broadcast|cannot be interpreted|"
    r"does not support item|format specifier|0-d array|unsized object|super\(type|must be real number|os\.PathLike|"
    r"is not callable|ambiguous|object has no attribute|argument '"
)

BIG = 2**200
#: Mistakes in any argument.
VALUES = [None, "abc", "", 3, -1, BIG, 1.5, float("nan"), True, b"abc", {1}, {"a": 1}, (), [], [1], [BIG, 1]]
VALUES += [[-1, -2], [float("nan"), 1.0], [0.5, 1.5], ["a", 1], [["a"], ["b"]], [[1, 2], [3]], [object()], [1j, 2]]
VALUES += [object(), len, [None, "a"], [b"a", b"b"], "bleu"]
#: Mistakes in data.
ARRAYS = [np.array("a"), np.zeros((2, 2, 2)), np.array([BIG, 1]), np.array(["2020-01-01"], "M8[D]")]
ARRAYS += [pd.DataFrame({"x": ["a", "b"]})]

TEXTS = ["the cat sat", "a dog"]
LOGITS, LABELS = np.log(np.full((2, 3, 4), 0.25)), np.zeros((2, 3), int)


@pytest.fixture(scope="module")
def made():
    """Results to call methods of."""
    other = ["the cat sat", "the dog"]
    statistics, second = BLEU().statistics(TEXTS * 5, other * 5), BLEU().statistics(other * 5, other * 5)
    classes = Classification().statistics([0, 1, 1, 0], [0, 1, 0, 0])
    groups = statistics.by(["a", "b"] * 5)
    return {
        "statistics": statistics,
        "total": statistics.total(),
        "meter": BLEU().accumulator(),
        "prepared": BLEU().prepare(other),
        "groups": groups,
        "intervals": statistics.confidence_interval(resamples=5),
        "group_intervals": groups.confidence_interval(resamples=5),
        "comparison": compare({"a": statistics, "b": second}, resamples=5, interval_resamples=5),
        "classes": classes.score(),
        "rates": classes.by([*"aabb"]),
        "multilabel": Multilabel().score([{"a"}, {"b"}], [{"a"}, {"a", "b"}]),
        "rouge": ROUGE().score(TEXTS, other),
        "bleu": BLEU().score(TEXTS, other),
        "perplexity": Perplexity().score(LOGITS, LABELS),
        "top_k": TopKAccuracy().score(np.eye(2), [0, 1]),
        "alignment": WER().alignment("a", "b"),
        "systems": {"a": statistics, "b": second},
        "compared": compare({"a": statistics, "b": second}, resamples=5)["a"],
        "permuted": groups.permutation_test(permutations=5)["bleu"],
    }


CALLS = {
    "BLEU.score": lambda made, value: BLEU().score(value, TEXTS),
    "WER.score references": lambda made, value: WER().score(TEXTS, value),
    "ids": lambda made, value: BLEU(ignore_index=-100).score(value, [[1, 2], [3]]),
    "prepare": lambda made, value: CHRF().prepare(value),
    "pairwise": lambda made, value: ROUGE(("rouge1",)).pairwise(value),
    "pairwise value": lambda made, value: WER().pairwise(TEXTS, value=value),
    "pairwise out": lambda made, value: WER().pairwise(TEXTS, out=value),
    "pairwise_blocks rows": lambda made, value: [*WER().pairwise_blocks(TEXTS, rows=value)],
    "tokens": lambda made, value: BLEU().tokens(value),
    "alignment": lambda made, value: WER().alignment(value, "a"),
    "score_files": lambda made, value: BLEU().score_files(value, "nowhere"),
    "score_files references": lambda made, value: BLEU().score_files("nowhere", value),
    "mbr_decode": lambda made, value: mbr_decode(value, CHRF()),
    "mbr_decode metric": lambda made, value: mbr_decode([TEXTS], value),
    "mbr_decode value": lambda made, value: mbr_decode([TEXTS], CHRF(), value=value),
    "update": lambda made, value: made["meter"].update(value, TEXTS),
    "merge": lambda made, value: made["meter"].merge(value),
    "from_bytes": lambda made, value: Total.from_bytes(value),
    "from_bytes metric": lambda made, value: Total.from_bytes(made["total"].to_bytes(), value),
    "rows": lambda made, value: made["statistics"][value],
    "prepared": lambda made, value: made["prepared"][value],
    "by": lambda made, value: made["statistics"][:2].by(value),
    "by features": lambda made, value: made["statistics"][:2].by({"x": value}),
    "group": lambda made, value: made["groups"][value],
    "difference": lambda made, value: made["groups"].difference(value if value is not len else "x"),
    "difference method": lambda made, value: made["groups"].difference("bleu", value),
    "groups.format": lambda made, value: made["groups"].format(["x"] if value is len else value),
    "groups.format groups": lambda made, value: made["groups"].format(max_groups=value),
    "intervals": lambda made, value: made["intervals"][value],
    "intervals.format": lambda made, value: made["intervals"].format(value),
    "intervals.plot": lambda made, value: made["intervals"].plot(value or "x"),
    "group intervals": lambda made, value: made["group_intervals"][value],
    "between": lambda made, value: made["group_intervals"].between("a", value),
    "comparison": lambda made, value: made["comparison"][value],
    "comparison.plot": lambda made, value: made["comparison"].plot(value or "x"),
    "compared value": lambda made, value: made["comparison"]["a"][value if value.__hash__ else "x"],
    "compare": lambda made, value: compare(value),
    "compare system": lambda made, value: compare({"a": value, "b": made["statistics"]}),
    "detectable": lambda made, value: minimum_detectable_difference(value, made["statistics"]),
    "ROUGE type": lambda made, value: made["rouge"][value],
    "GroupDifference.format": lambda made, value: made["permuted"].format(value),
    "BLEUScore.format": lambda made, value: made["bleu"].format(value),
    "value": lambda made, value: made["classes"].value(value),
    "f1": lambda made, value: made["classes"].f1(value if value is not None else "x"),
    "f1 labels": lambda made, value: made["classes"].f1(labels=value),
    "report digits": lambda made, value: made["classes"].report(digits=value),
    "report names": lambda made, value: made["classes"].report(target_names=value),
    "Classification": lambda made, value: Classification().score(value, [0, 1]),
    "Classification references": lambda made, value: Classification().score([0, 1], value),
    "Classification weights": lambda made, value: Classification().score([0, 1], [0, 1], value),
    "Classification ignore": lambda made, value: Classification(ignore_index=-1).score(value, [[0], [1]]),
    "Multilabel": lambda made, value: Multilabel().score(value, [{"a"}, {"b"}]),
    "Multilabel indicators": lambda made, value: Multilabel().score(value, np.eye(2)),
    "TopKAccuracy": lambda made, value: TopKAccuracy().score(value, [0, 1]),
    "TopKAccuracy references": lambda made, value: TopKAccuracy().score(np.eye(2), value),
    "TopKAccuracy batches": lambda made, value: TopKAccuracy().score(np.zeros((2, 2, 2)), value),
    "Perplexity": lambda made, value: Perplexity().score(value, LABELS),
    "Perplexity labels": lambda made, value: Perplexity().score(LOGITS, value),
    "Perplexity mask": lambda made, value: Perplexity().score(LOGITS, LABELS, value),
    "Perplexity texts": lambda made, value: Perplexity().score(LOGITS, LABELS, texts=value),
    "Perplexity counts": lambda made, value: Perplexity().score(LOGITS, LABELS, byte_counts=value),
    "score_log_probs": lambda made, value: Perplexity().score_log_probs(value),
    "score_log_probs offsets": lambda made, value: Perplexity().score_log_probs(np.array([-1.0, -2.0]), value),
    "score_losses": lambda made, value: Perplexity().score_losses(value, [1, 2]),
    "score_losses counts": lambda made, value: Perplexity().score_losses([1.0, 2.0], value),
    "perplexity_from_loss": lambda made, value: perplexity_from_loss(value),
    "perplexity_from_loss base": lambda made, value: perplexity_from_loss(1.0, value),
    "loss_from_perplexity": lambda made, value: loss_from_perplexity(value),
    "sliding_windows": lambda made, value: sliding_windows(value, 4),
    "sliding_windows stride": lambda made, value: sliding_windows(10, 4, value),
    "labels": lambda made, value: sliding_windows(5, 3)[0].labels(value),
    "labels ignore": lambda made, value: sliding_windows(5, 3)[0].labels(range(5), value),
    "threads": lambda made, value: set_num_threads(value),
    **{
        f"intervals {option}": lambda made, value, option=option: made["statistics"].confidence_interval(
            **{"resamples": 5, option: value}
        )
        for option in ("confidence", "resamples", "seed", "method", "values", "draws")
    },
    **{
        f"compare {option}": lambda made, value, option=option: compare(
            made["systems"], **{"resamples": 5, "interval_resamples": 5, option: value}
        )
        for option in (
            "method",
            "resamples",
            "seed",
            "confidence",
            "interval_resamples",
            "correction",
            "values",
            "ties",
        )
    },
    "compare progress": lambda made, value: compare(
        made["systems"], resamples=5, progress=None if value is len else value
    ),
    "compare draws": lambda made, value: compare(made["systems"], draws=value),
    **{
        f"Perplexity {option}": lambda made, value, option=option: Perplexity(**{option: value})
        for option in ("ignore_index", "shift", "aggregate", "top_k")
    },
    **{
        f"Classification {option}": lambda made, value, option=option: Classification(**{option: value})
        for option in ("labels", "average", "zero_division", "pos_label", "ignore_index")
    },
    "TopKAccuracy k": lambda made, value: TopKAccuracy(k=value),
    "ROUGE types": lambda made, value: ROUGE(value),
    "ROUGE tokenizer": lambda made, value: ROUGE(tokenizer=value),
    "BLEU tokenize": lambda made, value: BLEU(tokenize=value),
    "BLEU smooth_value": lambda made, value: BLEU(smooth_value=value),
    "BLEU ignore_index": lambda made, value: BLEU(ignore_index=value),
    "WER normalize": lambda made, value: WER(normalize=value),
}


#: The calls whose argument is data.
DATA = {"BLEU.score", "WER.score references", "ids", "prepare", "pairwise", "alignment", "tokens", "update", "rows"}
DATA |= {"prepared", "by", "by features", "f1 labels", "report names", "Classification", "Classification references"}
DATA |= {"Classification weights", "Classification ignore", "Multilabel", "Multilabel indicators", "TopKAccuracy"}
DATA |= {"TopKAccuracy references", "TopKAccuracy batches", "Perplexity", "Perplexity labels", "Perplexity mask"}
DATA |= {"Perplexity texts", "Perplexity counts", "score_log_probs", "score_log_probs offsets", "score_losses"}
DATA |= {"score_losses counts", "perplexity_from_loss", "loss_from_perplexity", "labels", "intervals draws"}
DATA |= {"compare draws", "mbr_decode", "score_files references"}


@pytest.mark.parametrize("name", CALLS)
def test_messages_are_ours(name, made):
    call = CALLS[name]
    for value in VALUES + ARRAYS * (name in DATA):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                call(made, value)
            except (TypeError, ValueError, LookupError, OSError) as error:
                message = str(error)
                assert message
                assert not FOREIGN.search(message), (value, message)
            finally:
                set_num_threads(0)


RESULTS = [
    "classes",
    "multilabel",
    "groups",
    "rates",
    "intervals",
    "group_intervals",
    "comparison",
    "compared",
    "statistics",
    "total",
]
SCORES = ["bleu", "perplexity", "top_k"]


@pytest.mark.parametrize("name", [*RESULTS, *SCORES, "prepared", "rouge", "alignment"])
def test_items_of_results_are_not_set(name, made):
    result = made[name]
    kind = type(result).__name__
    with raises_with_words(TypeError, [f"{kind}['x'] cannot be set", "change a copy"]):
        result["x"] = 1
    with raises_with_words(TypeError, [f"{kind}['x'] cannot be deleted"]):
        del result["x"]


@pytest.mark.parametrize("name", SCORES)
def test_attributes_of_scores_are_not_set(name, made):
    kind = type(made[name]).__name__
    for attribute in "score", "signature", "colour":
        with raises_with_words(dataclasses.FrozenInstanceError, [f"{kind}.{attribute} cannot be set"]):
            setattr(made[name], attribute, 1)


@pytest.mark.parametrize(
    ("call", "exception", "words"),
    [
        (lambda made: made["intervals"].plot("bleu"), TypeError, ["names must be a sequence", "pass ['bleu']"]),
        (lambda made: made["groups"].format("bleu"), ValueError, ["unknown style 'bleu'", "pass names=['bleu']"]),
        (lambda made: made["statistics"][99], IndexError, ["99", "10 rows", "0 to 9"]),
        (lambda made: made["statistics"][[0, -11]], IndexError, ["-11", "10 rows", "0 to 9"]),
        (lambda made: made["statistics"][BIG], IndexError, [str(BIG), "10 rows"]),
        (lambda made: made["statistics"][[True]], IndexError, ["a mask of 1 items", "10 rows", "one for each"]),
        (lambda made: made["prepared"][2], IndexError, ["2", "2 references", "0 to 1"]),
        (
            lambda made: made["statistics"].confidence_interval(draws=[[0] * 10, [0] * 9]),
            ValueError,
            ["draws", "10 items in row 0", "9 items in row 1", "rows of equal length"],
        ),
        (
            lambda made: Perplexity().score(LOGITS, [[1, 2, 3], [1]]),
            ValueError,
            ["labels", "3 items", "1 items in row 1"],
        ),
        (lambda made: Perplexity().score(LOGITS, [[1, 2, 3], [1, BIG, 2]]), ValueError, ["labels[1, 1]", str(BIG)]),
        (lambda made: Perplexity().score_losses([1.0], [BIG]), ValueError, ["token_counts[0]", str(BIG), "int64"]),
        (lambda made: set_num_threads(BIG), ValueError, ["threads", "from 0 to 1024", str(BIG)]),
        (lambda made: set_num_threads("2"), TypeError, ["threads", "'2'"]),
        (lambda made: sliding_windows(2**60, 4), ValueError, ["length", "windows"]),
        (lambda made: made["classes"].report(target_names="ab"), TypeError, ["target_names", "'ab'"]),
        (lambda made: made["comparison"]["a"]["ter"], KeyError, ["'ter'", "choose from bleu"]),
        (lambda made: made["rouge"]["rouge3"], KeyError, ["'rouge3'", "choose from rouge1"]),
        (lambda made: BLEU().score_files(3, "b"), TypeError, ["predictions_path", "3 (int)"]),
        (lambda made: BLEU().score_files("a", ["b", None]), TypeError, ["references_paths[1]", "None"]),
        (lambda made: BLEU().score([["a"]], [["a"]]), TypeError, ["predictions[0] is list, not str", "ignore_index"]),
    ],
)
def test_words(call, exception, words, made):
    with raises_with_words(exception, words):
        call(made)
