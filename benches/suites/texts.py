"""BLEU, chrF, TER, word and character error rates of a corpus, against the packages that compute them too.

blazemetrics computes BLEU of single segments, of tokens between blanks and without smoothing, and is compared with
these options. Its ROUGE also splits at blanks only, with case and punctuation, which no option of rouge-score does, so
it is left out. Its chrF counts white space as characters, and scores an order of n-grams for which a text is too short
as 0. The former is an option of sacrebleu; the latter is not, and makes the score of texts of fewer than six characters
too low. It is compared with both options.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import data
import numpy as np
from data import Pairs
from harness import Call, Line, Peer, Run, Values, Work, bleu_values, score_values

from rapidscore import BLEU, CER, CHRF, TER, WER


def corpus_bleu(run: Run) -> list[Line]:
    """Score a corpus by BLEU."""
    work = Work(
        "BLEU().score",
        lambda given: lambda: BLEU().score(*given),
        # With bleuscore's names for its values.
        lambda given: bleu_values(score := BLEU().score(*given)) | {"bleu * 100": [score.score]},
    )
    peers = [
        Peer(
            "sacrebleu.corpus_bleu",
            "sacrebleu",
            lambda module, given: lambda: module.corpus_bleu(given[0], [given[1]]),
            bleu_values,
            target=300,
            reference=True,
            most=run.sizes.sacrebleu,
        ),
        Peer(
            "bleuscore.compute",
            "bleuscore",
            one_list_each(lambda module, *given: module.compute(*given, ref_len_method="closest")),
            lambda result: {"bleu * 100": [result["bleu"] * 100]},
            target=40,
            # It lacks the smoothing "exp", which matters only if an order has no match in the whole corpus, and it
            # divides and multiplies in another order.
            tolerance=1e-9,
        ),
    ]
    return run.benchmark.run("bleu", run.given, work, peers)


def segment_bleu(run: Run) -> list[Line]:
    """Score each segment by BLEU."""
    effective, plain = BLEU(effective_order=True), BLEU(tokenize="none", smooth_method="none")

    def sentences(module: ModuleType, given: Pairs) -> Call:
        return lambda: [module.sentence_bleu(text, [reference]) for text, reference in zip(*given, strict=True)]

    sacrebleu = Peer(
        "sacrebleu.sentence_bleu",
        "sacrebleu",
        sentences,
        lambda scores: {"bleu": np.array([score.score for score in scores])},
        reference=True,
        most=run.sizes.sentence_bleu,
    )
    blazemetrics = Peer(
        "blazemetrics.bleu",
        "blazemetrics",
        one_list_each(lambda module, references, predictions: module.bleu(predictions, references)),
        lambda scores: {"bleu": np.array(scores) * 100},
        # It divides and multiplies in another order.
        tolerance=1e-9,
    )
    lines = []
    for name, metric, peer in (
        ("BLEU(effective_order=True).segment_scores", effective, sacrebleu),
        ("BLEU().segment_scores, split at white space, no smoothing", plain, blazemetrics),
    ):
        work = Work(
            name,
            lambda given, metric=metric: lambda: metric.segment_scores(*given),
            lambda given, metric=metric: metric.segment_scores(*given),
        )
        lines += run.benchmark.run("bleu-segments", run.given, work, [peer])
    return lines


def one_list_each(call: Callable[..., Any]) -> Callable[[ModuleType, Pairs], Call]:
    """Prepare a call that takes a list of references for each prediction."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        predictions, references = given[0], [[reference] for reference in given[1]]
        return lambda: call(module, references, predictions)

    return prepare


def nltk_bleu(run: Run) -> list[Line]:
    """Score each segment by NLTK's BLEU, with a call for each."""
    # Imported here, so that other rows do not import it.
    from rapidscore.compat.nltk.translate import bleu_score

    def loop(module: ModuleType, given: Pairs) -> Call:
        predictions, references = [text.split() for text in given[0]], [[text.split()] for text in given[1]]

        def call() -> list[float]:
            # Both warn if an order has no match.
            with warnings.catch_warnings(action="ignore"):
                return [module.sentence_bleu(*pair) for pair in zip(references, predictions, strict=True)]

        return call

    def values(scores: list[float]) -> Values:
        return {"bleu": np.array(scores, float)}

    work = Work(
        "compat.nltk sentence_bleu in a loop",
        lambda given: loop(bleu_score, given),
        lambda given: values(loop(bleu_score, given)()),
    )
    peer = Peer("nltk sentence_bleu in a loop", "nltk.translate.bleu_score", loop, values, 8, reference=True)
    return run.benchmark.run("nltk", run.given, work, [peer])


def chrf(run: Run) -> list[Line]:
    """Score a corpus by chrF, and segments with the options closest to blazemetrics."""
    metric, spaces = CHRF(), CHRF(whitespace=True)

    def segments(metric: CHRF, given: Pairs) -> Values:
        return {"chrf of segments": metric.segment_scores(*given)["chrf"]}

    blazemetrics = Peer(
        "blazemetrics.chrf_score",
        "blazemetrics",
        one_list_each(lambda module, references, predictions: module.chrf_score(predictions, references)),
        lambda scores: {"chrf of segments": np.array(scores) * 100},
        target=30,
        # It divides and multiplies in another order.
        tolerance=1e-9,
    )
    work = Work(
        "CHRF().score",
        lambda given: lambda: metric.score(*given),
        lambda given: score_values(metric.score(*given)) | segments(metric, given),
    )
    lines = run.benchmark.run("chrf", run.given, work, [sacrebleu_chrf(run, 0, 250), blazemetrics])
    work = Work(
        "CHRF(whitespace=True).segment_scores",
        lambda given: lambda: spaces.segment_scores(*given),
        lambda given: segments(spaces, given),
    )
    return lines + run.benchmark.run("chrf", run.given, work, [dataclasses.replace(blazemetrics, target=None)])


def chrf_words(run: Run) -> list[Line]:
    """Score a corpus by chrF++."""
    metric = CHRF(word_order=2)
    work = Work(
        "CHRF(word_order=2).score",
        lambda given: lambda: metric.score(*given),
        lambda given: score_values(metric.score(*given)),
    )
    return run.benchmark.run("chrf++", run.given, work, [sacrebleu_chrf(run, 2, 220)])


def sacrebleu_chrf(run: Run, word_order: int, target: float) -> Peer:
    """Return sacrebleu's chrF as a peer."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        return lambda: module.CHRF(word_order=word_order).corpus_score(given[0], [given[1]])

    name = f"sacrebleu CHRF({f'{word_order=}' if word_order else ''}).corpus_score"
    return Peer(name, "sacrebleu.metrics", prepare, score_values, target, reference=True, most=run.sizes.sacrebleu)


def ter(run: Run) -> list[Line]:
    """Score a corpus by TER, and a sample that sacrebleu scores in seconds."""
    metric, most = TER(), run.sizes.ter

    def values(score: Any) -> Values:
        return {name: [getattr(score, name)] for name in ("score", "num_edits", "ref_length")}

    work = Work("TER().score", lambda given: lambda: metric.score(*given), lambda given: values(metric.score(*given)))
    peer = Peer("sacrebleu TER().corpus_score", "sacrebleu.metrics", their_ter, values, 250, True, most)
    # The cost of a pair varies much, so the ratio is of the same pairs.
    sample = run.benchmark.run("ter", data.thin(run.given, most), work, [peer])
    return run.benchmark.run("ter", run.given, work, []) + sample


def their_ter(module: ModuleType, given: Pairs) -> Call:
    """Prepare a call of sacrebleu's TER."""
    return lambda: module.TER().corpus_score(given[0], [given[1]])


def wer(run: Run) -> list[Line]:
    """Score a corpus by word error rate."""
    work = Work(
        "WER().score", lambda given: lambda: WER().score(*given), lambda given: score_values(WER().score(*given))
    )
    return run.benchmark.run("wer", run.given, work, [jiwer("wer", 120, run.sizes.jiwer)])


def cer(run: Run) -> list[Line]:
    """Score a corpus by character error rate."""
    metric = CER()

    def distances(module: ModuleType, given: Pairs) -> Call:
        from rapidfuzz.distance import Levenshtein

        # It does not strip texts, which CER does within the measured time.
        predictions, references = ([text.strip() for text in texts] for texts in given)
        return lambda: module.cpdist(predictions, references, scorer=Levenshtein.distance, workers=-1)

    def values(given: Pairs) -> Values:
        # Substitutions, deletions and insertions of a pair add to its distance.
        errors = np.asarray(metric.statistics(*given))[:, 1:].sum(axis=1)
        return score_values(metric.score(*given)) | {"errors": np.ascontiguousarray(errors)}

    peers = [
        jiwer("cer", 80, run.sizes.jiwer),
        Peer(
            "rapidfuzz.process.cpdist of stripped texts",
            "rapidfuzz.process",
            distances,
            lambda found: {"errors": found},
            target=1,
        ),
    ]
    return run.benchmark.run(
        "cer", run.given, Work("CER().score", lambda given: lambda: metric.score(*given), values), peers
    )


def jiwer(name: str, target: float | None, most: int | None) -> Peer:
    """Return jiwer's function of this name as a peer."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        return lambda: getattr(module, name)(given[1], given[0])

    return Peer(f"jiwer.{name}", "jiwer", prepare, lambda rate: {"score": [rate]}, target, reference=True, most=most)
