"""The drop-in for NLTK and NLTK itself: tokens, smoothing methods, and comparison of calls."""

import re
import warnings

import nltk.translate.bleu_score as their_bleu
import nltk.translate.chrf_score as their_chrf
import numpy as np
import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.outcomes import exactly

import rapidscore.compat.nltk.translate.bleu_score as our_bleu
import rapidscore.compat.nltk.translate.chrf_score as our_chrf

METHODS = range(8)
every_method = pytest.mark.parametrize("method", METHODS)


def outcome(function, *arguments, **named):
    """Return the result or the class of the error, and the warnings: their classes and the orders that they name."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = exactly(function(*arguments, **named))
        except Exception as error:
            result = type(error)
    return result, [(warning.category, re.search(r"(\d+)-gram", str(warning.message))[1]) for warning in caught]


def smoothing(module, method, *parameters):
    return None if method is None else getattr(module.SmoothingFunction(*parameters), f"method{method}")


def assert_equal(name, *arguments, **named):
    ours, theirs = (outcome(getattr(module, name), *arguments, **named) for module in modules(name))
    assert ours == theirs, (name, arguments, named)
    return ours


def modules(name):
    return (our_chrf, their_chrf) if "chrf" in name else (our_bleu, their_bleu)


def assert_equal_bleu(references, hypotheses, method=None, parameters=(), **options):
    """Compare as a corpus and segment by segment, with the smoothing method of a number."""
    calls = [("corpus_bleu", references, hypotheses)]
    calls += [("sentence_bleu", *segment) for segment in zip(references, hypotheses, strict=True)]
    for name, *arguments in calls:
        ours, theirs = (
            outcome(
                getattr(module, name),
                *arguments,
                smoothing_function=smoothing(module, method, *parameters),
                **options,
            )
            for module in (our_bleu, their_bleu)
        )
        assert ours == theirs, (name, arguments, method, parameters, options)


TOKENS = [text.split() for text in PREDICTIONS]
TOKEN_REFERENCES = [[text.split() for text in texts] for texts in REFERENCES]
CHARACTERS = [[list(text) for text in texts] for texts in REFERENCES], [list(text) for text in PREDICTIONS]

WEIGHTS = [
    (1,),
    (0.5, 0.5),
    (0.25, 0.25, 0.25, 0.25),
    [0.25, 0.25, 0.25, 0.25],
    (0.1, 0.3, 0.5, 0.1),
    (0, 0, 1),
    (-1, 2),
    (0.2,) * 5,
    (1 / 12,) * 12,
    (0.01,) * 100,
    (),
    [],
    [(1,), (0.5, 0.5), (1 / 3,) * 3, (0.25,) * 4, (0.2,) * 5],
    [(0.25, 0.25, 0.25, 0.25)],
    [(0.5, 0.5), ()],
    ((1.0,), (0.1, 0.9)),
    np.array([0.3, 0.7]),
    np.array([[0.3, 0.7], [1, 0]]),
]


class Folded(str):
    """A word that is equal to itself in upper case."""

    def __eq__(self, other):
        return self.lower() == other.lower()

    def __hash__(self):
        return hash(self.lower())
