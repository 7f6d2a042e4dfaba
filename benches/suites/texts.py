"""What is compared: for each row the work, the packages that do it too, and what is aimed at.

blazemetrics computes BLEU of single segments, of tokens between blanks and without smoothing, and is compared
at that. Its ROUGE also takes what stands between blanks as a word, with case and punctuation: no option of
rouge-score gives the same scores, so it is left out. Its chrF counts white space as characters, and takes a text
that is too short for an order of n-grams to have none in common: the former is an option of sacrebleu, the latter is
not, and makes the score of a text of fewer than six characters too low. It is compared with both.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any

import class_rows
import drop_in_rows
import evaluate_rows
import memory
import numpy as np
import own
import pairs
import pairwise_rows
import patch_rows
import perplexity_rows
import resampling_rows
import sacrebleu_rows
from contest import Call, Line, Rival, Run, Values, Work, bleu_values, score_values
from drop_in_rows import FIELDS, TYPES, rouge_loop, their_rouge
from pairs import Pairs

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER

SHORT: Pairs = (
    ["The committee will meet on 12 March, he said."],
    ["The committee meets on 12 March, she said."],
)


def our_rouge(metric: ROUGE, given: Pairs) -> Values:
    """Return precision, recall and F-measure of each type and pair."""
    rows = np.asarray(metric.statistics(*given))
    scores = metric.segment_scores(*given)
    values: Values = {}
    for at, rouge_type in enumerate(metric.rouge_types):
        values |= {f"{rouge_type} {name}": rows[:, 3 * at + of] for of, name in enumerate(FIELDS)}
        values[f"{rouge_type} fmeasure"] = scores[rouge_type]
    return {name: np.ascontiguousarray(column) for name, column in values.items()}


def corpus_bleu(run: Run) -> list[Line]:
    """BLEU of a corpus."""
    work = Work(
        "BLEU().score",
        lambda given: lambda: BLEU().score(*given),
        # bleuscore's values have the names they have there.
        lambda given: bleu_values(score := BLEU().score(*given)) | {"bleu * 100": [score.score]},
    )
    rivals = [
        Rival(
            "sacrebleu.corpus_bleu",
            "sacrebleu",
            lambda module, given: lambda: module.corpus_bleu(given[0], [given[1]]),
            bleu_values,
            target=300,
            reference=True,
            most=run.sizes.sacrebleu,
        ),
        Rival(
            "bleuscore.compute",
            "bleuscore",
            one_list_each(lambda module, *given: module.compute(*given, ref_len_method="closest")),
            lambda result: {"bleu * 100": [result["bleu"] * 100]},
            target=40,
            # It has no smoothing of kind "exp", which matters only when an order has no match in the whole
            # corpus; it divides and multiplies in another order.
            tolerance=1e-9,
        ),
    ]
    return run.contest.run("bleu", run.given, work, rivals)


def segment_bleu(run: Run) -> list[Line]:
    """BLEU of each segment, where there is no target."""
    effective, plain = BLEU(effective_order=True), BLEU(tokenize="none", smooth_method="none")

    def sentences(module: ModuleType, given: Pairs) -> Call:
        return lambda: [module.sentence_bleu(text, [reference]) for text, reference in zip(*given, strict=True)]

    sacrebleu = Rival(
        "sacrebleu.sentence_bleu",
        "sacrebleu",
        sentences,
        lambda scores: {"bleu": np.array([score.score for score in scores])},
        reference=True,
        most=run.sizes.sentence_bleu,
    )
    blazemetrics = Rival(
        "blazemetrics.bleu",
        "blazemetrics",
        one_list_each(lambda module, references, predictions: module.bleu(predictions, references)),
        lambda scores: {"bleu": np.array(scores) * 100},
        # It divides and multiplies in another order.
        tolerance=1e-9,
    )
    lines = []
    for name, metric, rival in (
        ("BLEU(effective_order=True).segment_scores", effective, sacrebleu),
        ("BLEU().segment_scores, words as they stand, no smoothing", plain, blazemetrics),
    ):
        work = Work(
            name,
            lambda given, metric=metric: lambda: metric.segment_scores(*given),
            lambda given, metric=metric: metric.segment_scores(*given),
        )
        lines += run.contest.run("bleu-segments", run.given, work, [rival])
    return lines


def one_list_each(call: Callable[..., Any]) -> Callable[[ModuleType, Pairs], Call]:
    """Prepare a call that takes for each prediction a list of references."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        predictions, references = given[0], [[reference] for reference in given[1]]
        return lambda: call(module, references, predictions)

    return prepare


def nltk_bleu(run: Run) -> list[Line]:
    """BLEU of each segment as NLTK has it: a call for each, of tokens."""
    # Here, so that its import is not part of the other rows.
    from rapidscore.compat.nltk.translate import bleu_score

    def loop(module: ModuleType, given: Pairs) -> Call:
        predictions, references = [text.split() for text in given[0]], [[text.split()] for text in given[1]]

        def call() -> list[float]:
            # Both warn where an order has no match: of how to smooth, not of what they compute.
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
    rival = Rival("nltk sentence_bleu in a loop", "nltk.translate.bleu_score", loop, values, 8, reference=True)
    return run.contest.run("nltk", run.given, work, [rival])


def chrf(run: Run) -> list[Line]:
    """ChrF of a corpus, and of each segment with the options that come nearest to blazemetrics."""
    metric, spaces = CHRF(), CHRF(whitespace=True)

    def segments(metric: CHRF, given: Pairs) -> Values:
        return {"chrf of segments": metric.segment_scores(*given)["chrf"]}

    blazemetrics = Rival(
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
    lines = run.contest.run("chrf", run.given, work, [sacrebleu_chrf(run, 0, 250), blazemetrics])
    work = Work(
        "CHRF(whitespace=True).segment_scores",
        lambda given: lambda: spaces.segment_scores(*given),
        lambda given: segments(spaces, given),
    )
    return lines + run.contest.run("chrf", run.given, work, [dataclasses.replace(blazemetrics, target=None)])


def chrf_words(run: Run) -> list[Line]:
    """ChrF++ of a corpus."""
    metric = CHRF(word_order=2)
    work = Work(
        "CHRF(word_order=2).score",
        lambda given: lambda: metric.score(*given),
        lambda given: score_values(metric.score(*given)),
    )
    return run.contest.run("chrf++", run.given, work, [sacrebleu_chrf(run, 2, 220)])


def sacrebleu_chrf(run: Run, word_order: int, target: float) -> Rival:
    """Return sacrebleu's chrF."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        return lambda: module.CHRF(word_order=word_order).corpus_score(given[0], [given[1]])

    name = f"sacrebleu CHRF({f'{word_order=}' if word_order else ''}).corpus_score"
    return Rival(name, "sacrebleu.metrics", prepare, score_values, target, reference=True, most=run.sizes.sacrebleu)


def ter(run: Run) -> list[Line]:
    """TER of a corpus, and of the sample of it that sacrebleu can do in seconds."""
    metric, most = TER(), run.sizes.ter

    def values(score: Any) -> Values:
        return {name: [getattr(score, name)] for name in ("score", "num_edits", "ref_length")}

    work = Work("TER().score", lambda given: lambda: metric.score(*given), lambda given: values(metric.score(*given)))
    rival = Rival("sacrebleu TER().corpus_score", "sacrebleu.metrics", their_ter, values, 250, True, most)
    # What a pair costs varies so much that the ratio is to be of the same pairs.
    sample = run.contest.run("ter", pairs.thin(run.given, most), work, [rival])
    return run.contest.run("ter", run.given, work, []) + sample


def their_ter(module: ModuleType, given: Pairs) -> Call:
    """Prepare a call of sacrebleu's TER."""
    return lambda: module.TER().corpus_score(given[0], [given[1]])


def wer(run: Run) -> list[Line]:
    """Word error rate of a corpus."""
    work = Work(
        "WER().score", lambda given: lambda: WER().score(*given), lambda given: score_values(WER().score(*given))
    )
    return run.contest.run("wer", run.given, work, [jiwer("wer", 120, run.sizes.jiwer)])


def cer(run: Run) -> list[Line]:
    """Character error rate of a corpus."""
    metric = CER()

    def distances(module: ModuleType, given: Pairs) -> Call:
        from rapidfuzz.distance import Levenshtein

        # It takes texts as they are, while CER strips them, in the time that is taken.
        predictions, references = ([text.strip() for text in texts] for texts in given)
        return lambda: module.cpdist(predictions, references, scorer=Levenshtein.distance, workers=-1)

    def values(given: Pairs) -> Values:
        # Substitutions, deletions and insertions: of each pair, as many as its distance.
        errors = np.asarray(metric.statistics(*given))[:, 1:].sum(axis=1)
        return score_values(metric.score(*given)) | {"errors": np.ascontiguousarray(errors)}

    rivals = [
        jiwer("cer", 80, run.sizes.jiwer),
        Rival(
            "rapidfuzz.process.cpdist of stripped texts",
            "rapidfuzz.process",
            distances,
            lambda found: {"errors": found},
            target=1,
        ),
    ]
    return run.contest.run(
        "cer", run.given, Work("CER().score", lambda given: lambda: metric.score(*given), values), rivals
    )


def jiwer(name: str, target: float | None, most: int | None) -> Rival:
    """Return jiwer's rate of this name."""

    def prepare(module: ModuleType, given: Pairs) -> Call:
        return lambda: getattr(module, name)(given[1], given[0])

    return Rival(f"jiwer.{name}", "jiwer", prepare, lambda rate: {"score": [rate]}, target, reference=True, most=most)


def rouge(run: Run) -> list[Line]:
    """ROUGE of each segment."""
    flat = Rival(
        "fast_rouge.score_batch_flat (rouge-rust)",
        "fast_rouge",
        lambda module, given: lambda: module.score_batch_flat(given[1], given[0]),
        lambda result: {
            f"{kind} {name}": np.array(getattr(result, f"{kind}_{name}")) for kind in TYPES for name in FIELDS
        },
        target=10,
    )
    return rouge_rows(run, "rouge", False, [flat], {"rouge_score": 450})


def stemmed_rouge(run: Run) -> list[Line]:
    """ROUGE of each segment, of stems."""
    return rouge_rows(run, "rouge-stemmed", True, [], {"rouge_score": 500, "rouge_score_rs": 12})


def rouge_rows(run: Run, row: str, stem: bool, others: list[Rival], targets: dict[str, float]) -> list[Line]:
    """Compare with those that have the interface of rouge-score."""
    metric = ROUGE(TYPES, use_stemmer=stem)

    def batch(module: ModuleType, given: Pairs) -> Call:
        scorer = module.RougeScorer(list(TYPES), use_stemmer=stem)
        return lambda: scorer.score_batch(given[1], given[0])

    loop, rs = rouge_loop(TYPES, stem), "rouge_score_rs.rouge_scorer"
    rivals = [
        *others,
        Rival("rouge_score_rs, score in a loop", rs, loop, their_rouge, targets.get("rouge_score_rs")),
        Rival("rouge_score_rs, score_batch", rs, batch, their_rouge),
        Rival(
            "rouge_score, score in a loop",
            "rouge_score.rouge_scorer",
            loop,
            their_rouge,
            targets["rouge_score"],
            reference=True,
            most=run.sizes.rouge_score,
        ),
    ]
    work = Work(
        "ROUGE-1/2/L segment_scores" + (", stemmed" if stem else ""),
        lambda given: lambda: metric.segment_scores(*given),
        lambda given: our_rouge(metric, given),
    )
    return run.contest.run(row, run.given, work, rivals)


def long_documents(run: Run) -> list[Line]:
    """ROUGE-L of two long documents: time, and memory that should grow with their length only."""
    metric, types, sizes = ROUGE(("rougeL",)), ("rougeL",), run.sizes

    def work(words: int) -> Work:
        return Work(
            f"ROUGE-L of two documents of {words:,} words",
            lambda given: lambda: metric.segment_scores(*given),
            lambda given: our_rouge(metric, given),
        )

    def made(words: int) -> Pairs:
        prediction, reference = pairs.documents(words)
        return [prediction], [reference]

    def rival(name: str, reference: bool, target: float | None) -> Rival:
        loop = rouge_loop(types, False)
        return Rival(f"{name}, score", f"{name}.rouge_scorer", loop, their_rouge, target, reference)

    contest = run.contest
    words = sizes.document
    lines = contest.run("long", made(words), work(words), [rival("rapidrouge", False, 5)], "call")
    # The reference's table has a cell for each pair of words: hours, and gigabytes, at full length.
    words = sizes.document_reference
    lines += contest.run("long", made(words), work(words), [rival("rouge_score", True, None)], "call")
    for words in (sizes.document, 2 * sizes.document):
        found = memory.measured("documents", "ROUGE", words)
        name = f"memory of ROUGE-L of two documents of {words:,} words"
        lines.append(Line("long", name, found["bytes"], "bytes", 1, note=found["by"]))
    return lines


def long_edits(run: Run) -> list[Line]:
    """TER and CER of two long documents: time and memory."""
    lines = []
    for metric, words, rival in (
        (
            TER(),
            run.sizes.ter_document,
            Rival("sacrebleu TER().corpus_score", "sacrebleu.metrics", their_ter, score_values, None, True, most=1),
        ),
        (CER(), run.sizes.cer_document, jiwer("cer", None, None)),
    ):
        prediction, reference = pairs.documents(words)
        name = type(metric).__name__
        work = Work(
            f"{name} of two documents of {words:,} words, {len(reference):,} characters",
            lambda given, metric=metric: lambda: metric.score(*given),
            lambda given, metric=metric: score_values(metric.score(*given)),
        )
        lines += run.contest.run("long-edits", ([prediction], [reference]), work, [rival], "call")
        for size in (words, 2 * words):
            found = memory.measured("documents", name, size)
            of = f"memory of {name} of two documents of {size:,} words"
            lines.append(Line("long-edits", of, found["bytes"], "bytes", 1, note=found["by"]))
    return lines


def single_pair(run: Run) -> list[Line]:
    """One call on one short pair, with metric objects that were made before, on both sides."""
    bleu, effective, metric, types = BLEU(), BLEU(effective_order=True), ROUGE(TYPES), list(TYPES)

    def corpus_score(module: ModuleType, given: Pairs) -> Call:
        other = module.BLEU()
        return lambda: other.corpus_score(given[0], [given[1]])

    def rouge_scores(module: ModuleType, given: Pairs) -> Call:
        scorer, (prediction,), (reference,) = module.RougeScorer(types), *given
        return lambda: scorer.score(reference, prediction)

    def one(score: dict[str, Any]) -> Values:
        return their_rouge([score])

    def mean_rouge(given: Pairs) -> Values:
        score = metric.score(*given)
        return {f"{kind} {name}": [getattr(score[kind], name)] for kind in TYPES for name in FIELDS}

    corpus = Rival("sacrebleu BLEU().corpus_score", "sacrebleu.metrics", corpus_score, bleu_values, reference=True)
    sentence = Rival(
        "sacrebleu.sentence_bleu",
        "sacrebleu",
        lambda module, given: lambda: module.sentence_bleu(given[0][0], given[1]),
        lambda score: {"bleu": [score.score]},
        reference=True,
    )
    scorers = [
        Rival("rouge_score_rs, score", "rouge_score_rs.rouge_scorer", rouge_scores, one),
        Rival("rouge_score, score", "rouge_score.rouge_scorer", rouge_scores, one, reference=True),
    ]
    lines = []
    contest = dataclasses.replace(run.contest, loops=run.sizes.loops)
    for name, call, values, rivals in (
        ("BLEU().score", bleu.score, lambda given: bleu_values(bleu.score(*given)), [corpus]),
        (
            "BLEU(effective_order=True).segment_scores",
            effective.segment_scores,
            lambda given: effective.segment_scores(*given),
            [sentence],
        ),
        ("ROUGE().score", metric.score, mean_rouge, scorers),
        ("ROUGE().segment_scores", metric.segment_scores, lambda given: our_rouge(metric, given), scorers),
    ):
        work = Work(f"{name} of one pair", lambda given, call=call: lambda: call(*given), values, at_most=5e-6)
        lines += contest.run("single", SHORT, work, rivals, "call")
    return lines


# "threads" is last, as it leaves the number of threads set, which till then is the default.
ROWS: dict[str, Callable[[Run], list[Line]]] = {
    "bleu": corpus_bleu,
    "bleu-segments": segment_bleu,
    "nltk": nltk_bleu,
    "chrf": chrf,
    "chrf++": chrf_words,
    "ter": ter,
    "wer": wer,
    "cer": cer,
    "rouge": rouge,
    "rouge-stemmed": stemmed_rouge,
    "long": long_documents,
    "long-edits": long_edits,
    "single": single_pair,
    "classes": class_rows.classes,
    "names": class_rows.names,
    "small": class_rows.small,
    "fairness": class_rows.fairness,
    "logits": perplexity_rows.logits,
    "log_probs": perplexity_rows.log_probs,
    "logits_memory": own.logits_memory,
    "pairwise": pairwise_rows.all_pairs,
    "pairwise_memory": pairwise_rows.pairwise_memory,
    "prepared": pairwise_rows.prepared,
    "intervals": resampling_rows.rows,
    "patch": patch_rows.rows,
    "drop-ins": drop_in_rows.rows,
    "sacrebleu": sacrebleu_rows.rows,
    "evaluate": evaluate_rows.rows,
    "import": own.import_time,
    "memory": own.corpus_memory,
    "threads": own.two_threads,
}
