"""Error rates, as `jiwer.measures` of jiwer 4.0.0 computes them.

Each function takes a reference and a hypothesis, or a list of references and an equally long list of hypotheses, and a
transform for each side: see `rapidscore.compat.jiwer.transforms`. Results equal jiwer's. With the default transforms,
texts go to the compiled core as they are. All functions raise `ValueError` unless the transforms return lists of lists
of `str`, as many for the references as for the hypotheses.
"""

from __future__ import annotations

from typing import Any

from rapidscore.compat.jiwer._pairs import Texts, Transform, count
from rapidscore.compat.jiwer.process import Rates
from rapidscore.compat.jiwer.transformations import cer_default, wer_default

__all__ = ["cer", "mer", "wer", "wil", "wip"]

#: jiwer's signatures have this default, although leaving out the texts raises an error.
_NONE: Any = None


def wer(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the word error rate: errors / reference words, or the number of insertions if there are no such words.

    Parameters as `jiwer.wer` in jiwer 4.0.0.

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
    """Return the match error rate, 0 to 1: errors / (hits + errors).

    Parameters as `jiwer.mer` in jiwer 4.0.0.
    """
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).mer


def wip(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the word information preserved, 0 to 1: (hits / reference words) * (hits / hypothesis words).

    Parameters as `jiwer.wip` in jiwer 4.0.0.
    """
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wip


def wil(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> float:
    """Return the word information lost, 0 to 1: 1 - the word information preserved.

    Parameters as `jiwer.wil` in jiwer 4.0.0.
    """
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wil


def cer(
    reference: Texts = _NONE,
    hypothesis: Texts = _NONE,
    reference_transform: Transform = cer_default,
    hypothesis_transform: Transform = cer_default,
) -> float:
    """Return the character error rate: errors / reference characters. Spaces count as characters.

    Parameters as `jiwer.cer` in jiwer 4.0.0.

    >>> cer("two cats", "two bats")
    0.125
    """
    return Rates.of(count(reference, hypothesis, reference_transform, hypothesis_transform)).wer
