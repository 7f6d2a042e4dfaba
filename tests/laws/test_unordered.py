"""Sets and mappings where a sequence is expected raise TypeError: the order of a set differs between processes."""

from importlib import import_module

import numpy as np
import pytest

from rapidscore import (
    BLEU,
    CER,
    CHRF,
    ROUGE,
    TER,
    WER,
    Classification,
    Multilabel,
    Perplexity,
    TopKAccuracy,
    compare,
    mbr_decode,
    minimum_detectable_difference,
)
from rapidscore.compat import evaluate

MAKE = {"set": set, "frozenset": frozenset, "dict": dict.fromkeys, "keys": lambda items: dict.fromkeys(items).keys()}
TEXTS, LABELS = ["a b", "c d", "a d"], ["x", "y", "z"]
LOGITS = np.zeros((3, 2, 4))
SYSTEM = WER().statistics(TEXTS, TEXTS[::-1])
SCORE = Classification().score(LABELS, LABELS)

#: What is called with an unordered collection of the given items.
CALLS = {
    "predictions": (TEXTS, lambda texts: BLEU().score(texts, TEXTS)),
    "references": (TEXTS, lambda texts: CHRF().score(TEXTS, texts)),
    "several references": (TEXTS, lambda texts: TER().score(["a"], [texts])),
    "segment scores": (TEXTS, lambda texts: ROUGE().segment_scores(texts, TEXTS)),
    "statistics": (TEXTS, lambda texts: CER().statistics(TEXTS, texts)),
    "tokens": (["a", "b"], lambda tokens: WER().score([tokens], [["a", "b"]])),
    "tokens of a reference": (["a", "b"], lambda tokens: BLEU().score([["a", "b"]], [tokens])),
    "tokens of a tokenizer": (["a", "b"], lambda tokens: BLEU(tokenize=lambda text: tokens).score(["a"], ["b"])),
    "prepared": (TEXTS, lambda texts: BLEU().prepare(texts)),
    "pairs": (TEXTS, lambda texts: CHRF().pairwise(texts)),
    "references of pairs": (TEXTS, lambda texts: CHRF().pairwise(TEXTS, texts)),
    "candidates": (["a b", "b c"], lambda texts: mbr_decode([texts], CHRF())),
    "lists of candidates": (["a b", "b c"], lambda texts: mbr_decode(texts, CHRF())),
    "references of candidates": (["a b"], lambda texts: mbr_decode([["a"]], CHRF(), [texts])),
    "files": (["no", "files"], lambda paths: BLEU().score_files("none", paths)),
    "types of ROUGE": (["rouge1", "rouge2"], ROUGE),
    "labels": (LABELS, lambda labels: Classification().score(labels, LABELS)),
    "true labels": (LABELS, lambda labels: Classification().score(LABELS, labels)),
    "all labels": (LABELS, lambda labels: Classification(labels=labels)),
    "all labels of rows": (LABELS, lambda labels: Multilabel(labels=labels)),
    "labels of columns": (LABELS, lambda labels: TopKAccuracy(labels=labels)),
    "chosen labels": (LABELS, lambda labels: SCORE.f1(labels=labels)),
    "names in a report": (LABELS, lambda names: SCORE.report(target_names=names)),
    "names in a dict": (LABELS, lambda names: SCORE.report_dict(target_names=names)),
    "rows of labels": ([("x",), ("y",)], lambda rows: Multilabel().score(rows, [{"x"}, {"y"}])),
    "true rows of labels": ([("x",), ("y",)], lambda rows: Multilabel().score([{"x"}, {"y"}], rows)),
    "classes": ([0, 1, 2], lambda classes: TopKAccuracy().score(np.eye(3), classes)),
    "class scores": ([(1, 2, 3), (3, 2, 1)], lambda scores: TopKAccuracy().score(scores, [0, 1])),
    "aligned tokens": (["a", "b"], lambda tokens: WER().alignment(tokens, ["a", "b"])),
    "weights": ([1, 2, 3], lambda weights: Classification().score(LABELS, LABELS, weights)),
    "draws": ([(0, 1, 2)], lambda draws: SYSTEM.confidence_interval(draws=draws)),
    "masks": ([(1, 1), (1, 0)], lambda mask: Perplexity().score(LOGITS, np.zeros((3, 2), int), mask)),
    "groups": (LABELS, SYSTEM.by),
    "a feature": (LABELS, lambda labels: SYSTEM.by({"feature": labels})),
    "values": (["wer", "mer"], lambda values: SYSTEM.confidence_interval(values=values)),
    "values to compare": (["wer", "mer"], lambda values: compare({"a": SYSTEM, "b": SYSTEM}, values=values)),
    "values of the power": (["wer"], lambda values: minimum_detectable_difference(SYSTEM, SYSTEM, values=values)),
    "token labels": ([(0, 1), (2, 3), (1, 2)], lambda labels: Perplexity().score(LOGITS, labels)),
    "log-probabilities": ([(-1.0,), (-2.0,)], lambda lists: Perplexity().score_log_probs(lists)),
    "one sequence": ([-1.0, -2.0], lambda sequence: Perplexity().score_log_probs([sequence])),
    "losses": ([1.0, 2.0], lambda losses: Perplexity().score_losses(losses, [1, 1])),
    "token counts": ([1, 2], lambda counts: Perplexity().score_losses([1.0, 1.0], counts)),
    "texts of tokens": (TEXTS, lambda texts: Perplexity().score(LOGITS, np.zeros((3, 2), int), texts=texts)),
    "evaluate's predictions": (TEXTS, lambda texts: evaluate.load("chrf").compute(predictions=texts, references=TEXTS)),
    "evaluate's references": (TEXTS, lambda texts: evaluate.load("rouge").compute(predictions=TEXTS, references=texts)),
    "evaluate's labels": (
        [1, 2, 3],
        lambda labels: evaluate.load("accuracy").compute(predictions=labels, references=[1, 2, 3]),
    ),
    "evaluate's batch": (TEXTS, lambda texts: evaluate.load("wer").add_batch(predictions=texts, references=TEXTS)),
    "evaluate's other columns": (
        TEXTS,
        lambda texts: evaluate.load("exact_match").compute(predictions=TEXTS, references=texts),
    ),
}
#: A mapping has a meaning here: features of groups, and functions by name.
WITH_MAPPINGS = {"groups", "values", "values to compare", "values of the power"}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("kind", MAKE)
def test_no_order(name, kind):
    items, call = CALLS[name]
    if kind == "dict" and name in WITH_MAPPINGS:
        pytest.skip("a mapping has a meaning here")
    with pytest.raises(TypeError):
        call(MAKE[kind](items))


@pytest.mark.parametrize("kind", ["set", "frozenset"])
def test_sets_of_references_of_evaluate(kind):
    with pytest.raises(TypeError, match=r"references\[0\] is a (frozen)?set"):
        evaluate.load("bleu").compute(predictions=["a"], references=[MAKE[kind](["a", "b"])])


def test_sets_where_they_mean_something():
    assert Multilabel().score([{"x"}], [frozenset("x")]).accuracy == 1.0
    assert SYSTEM.by({"feature": LABELS})["x"].score == SYSTEM[:1].score().score


TWO = ["the cat sat", "on the mat"]
#: Calls of a peer's module, which the drop-in must answer as the peer does.
PEERS = {
    "hypotheses of sacrebleu": ("sacrebleu", TWO, lambda peer, texts: peer.corpus_bleu(texts, [TWO])),
    "stream of sacrebleu": ("sacrebleu", TWO, lambda peer, texts: peer.corpus_chrf(TWO, [texts])),
    "references of sacrebleu": ("sacrebleu", TWO, lambda peer, texts: peer.sentence_ter(TWO[0], texts)),
    "references of jiwer": ("jiwer", TWO, lambda peer, texts: peer.wer(texts, TWO)),
    "hypotheses of jiwer": ("jiwer", TWO, lambda peer, texts: peer.process_words(TWO, texts)),
    "labels of scikit-learn": ("sklearn.metrics", [1, 2], lambda peer, labels: peer.accuracy_score(labels, [1, 2])),
    "labels to average": (
        "sklearn.metrics",
        [1, 2],
        lambda peer, labels: peer.f1_score([1, 2], labels, average="macro"),
    ),
    "weights of fairlearn": (
        "fairlearn.metrics",
        [1, 2],
        lambda peer, weights: peer.true_positive_rate([1, 0], [1, 0], sample_weight=weights),
    ),
}


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("kind", MAKE)
def test_peers(name, kind):
    module, items, call = PEERS[name]
    with pytest.raises((TypeError, ValueError)) as theirs:
        call(import_module(module), MAKE[kind](items))
    with pytest.raises(type(theirs.value)):
        call(import_module(f"rapidscore.compat.{module}"), MAKE[kind](items))
