"""Error rates, as jiwer 4.0.0's `jiwer.measures` computes them.

Each takes a reference and its hypothesis, or lists of as many of both, and a transform for each side: see
`rapidscore.compat.jiwer.transforms`. With the default transforms, texts are handed to the compiled core as they are.
All raise `ValueError` when transforms do not return lists of lists of `str`, as many for references as for hypotheses.
"""

from __future__ import annotations

from typing import Any

from rapidscore.compat.jiwer._pairs import Texts, Transform, count
from rapidscore.compat.jiwer.process import Rates
from rapidscore.compat.jiwer.transformations import cer_default, wer_default

__all__ = ["cer", "mer", "wer", "wil", "wip"]

#: In the reference, too, texts may be left out, but are then found to be no texts.
_NONE: Any = None


def wer(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the word error rate: errors for each word of the references; without any, the number of insertions.

    >>> wer(["two cats", "a dog"], ["two cats", "the dog"])
    0.25
    """
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wer


def mer(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the match error rate, 0 to 1: errors by all words that were aligned."""
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).mer


def wip(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the word information preserved, 0 to 1."""
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wip


def wil(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the word information lost, 0 to 1."""
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wil


def cer(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = cer_default,
    hypothesis_transform: Transform = cer_default,
) -> float:
    """Return the character error rate: errors for each character of the references, spaces included.

    >>> cer("two cats", "two bats")
    0.125
    """
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wer
