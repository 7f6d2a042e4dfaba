"""The drop-in for sacrebleu and sacrebleu itself: options to test, and comparison of scores."""

import itertools

import pytest
import sacrebleu as theirs
import sacrebleu.metrics.helpers
import sacrebleu.significance
import sacrebleu.tokenizers.tokenizer_ter
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.outcomes import exactly

import rapidscore.compat.sacrebleu as ours

SIDES = [ours, theirs]
METRICS = ["BLEU", "CHRF", "TER"]
FUNCTIONS = ["corpus_bleu", "raw_corpus_bleu", "corpus_chrf", "corpus_ter"]
SENTENCE_FUNCTIONS = ["sentence_bleu", "sentence_chrf", "sentence_ter"]

#: References as streams: a second for all, a third for some.
STREAMS = [list(stream) for stream in itertools.zip_longest(*REFERENCES)]
FULL_STREAMS = [SINGLE_REFERENCES, SINGLE_REFERENCES[::-1]]

BLEU_OPTIONS = [
    {},
    {"lowercase": True, "effective_order": True},
    *({"tokenize": name} for name in ("13a", "intl", "zh", "char", "none")),
    *({"smooth_method": method} for method in ("exp", "floor", "add-k", "none")),
    {"smooth_method": "floor", "smooth_value": 0.5},
    {"smooth_method": "add-k", "smooth_value": 1},
    {"smooth_method": "add-k", "smooth_value": 2.5, "max_ngram_order": 6},
    {"max_ngram_order": 1},
    {"trg_lang": "zh", "force": True},
]

CHRF_OPTIONS = [
    {},
    {"word_order": 2},
    {"char_order": 3, "word_order": 1, "beta": -1},
    {"beta": 3.0, "whitespace": True},
    {"lowercase": True, "eps_smoothing": True},
]

TER_OPTIONS = [
    {},
    {"normalized": True},
    {"no_punct": True, "case_sensitive": True},
    {"normalized": True, "no_punct": True, "asian_support": True},
]

OPTIONS = [
    *(("BLEU", options) for options in BLEU_OPTIONS),
    *(("CHRF", options) for options in CHRF_OPTIONS),
    *(("TER", options) for options in TER_OPTIONS),
]

SYSTEMS = [
    ("base", PREDICTIONS * 3),
    ("worse", [text[: len(text) // 2] for text in PREDICTIONS * 3]),
    ("other", [text.replace("the", "a") for text in PREDICTIONS * 2] + PREDICTIONS),
    ("same", PREDICTIONS * 3),
]
SYSTEM_STREAMS = [stream * 3 for stream in FULL_STREAMS]

every_metric = pytest.mark.parametrize("name", METRICS)
every_option = pytest.mark.parametrize(("name", "options"), OPTIONS)


def contents(score, signature=""):
    """Return all values and texts of a score."""
    named = {name: exactly(value) for name, value in vars(score).items()}
    printed = [repr(score), str(score), score.format(5), score.format(0, score_only=True)]
    if signature:
        texts = [str(signature), repr(signature), signature.format(), signature.format(short=True)]
        printed += [*texts, score.format(signature=texts[3]), score.format(3, is_json=True, signature=texts[0])]
    return type(score).__name__, named, printed


def outcome(function):
    try:
        return function()
    except Exception as error:
        return type(error), str(error)


def scored(module, name, options, *arguments, call="corpus_score", **named):
    metric = getattr(module, name)(**options)
    score = getattr(metric, call)(*arguments, **named)
    return contents(score, metric.get_signature())


def assert_equal_scores(name, options, *arguments, **named):
    one, other = (outcome(lambda side=side: scored(side, name, options, *arguments, **named)) for side in SIDES)
    assert one == other, (name, options, arguments, named)
    return one


def longest(side):
    """Return a user's metric: the percentage of texts that are longer than each of their references."""
    base = side.metrics.base

    class Longest(base.Metric):
        _SIGNATURE_TYPE = base.Signature

        def _preprocess_segment(self, sent):
            return sent.strip()

        def _extract_reference_info(self, refs):
            return {"length": max(map(len, refs))}

        def _compute_segment_statistics(self, hypothesis, ref_kwargs):
            return [int(len(hypothesis) > ref_kwargs["length"]), 1]

        def _compute_score_from_stats(self, stats):
            return base.Score("longest", float(100 * stats[0] / stats[1]))

        def _aggregate_and_compute(self, stats):
            return self._compute_score_from_stats([sum(column) for column in zip(*stats, strict=True)])

    return Longest
