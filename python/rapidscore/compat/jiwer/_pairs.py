"""Convert references and hypotheses to what the compiled core takes, and count their errors.

With the default transforms, which the core applies itself, these are texts; otherwise the tokens that the transforms
return.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from rapidscore._core import TextMetric
from rapidscore.compat.jiwer.transformations import cer_default, wer_default

Transform: TypeAlias = Callable[[Any], Any]
Texts: TypeAlias = str | list[str]

words, _characters = (TextMetric.error_rate(characters, False, False, False) for characters in (False, True))

#: The transforms that the core applies itself. A copy of their steps shows whether users have changed them.
_DEFAULTS = [(wer_default, [*wer_default.transforms], words), (cer_default, [*cer_default.transforms], _characters)]

_TEXT = frozenset({str})


class Counts(NamedTuple):
    """Numbers of aligned tokens."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int


def as_list(texts: Any) -> Any:
    """Return a list with the text if there is a single text."""
    return [texts] if isinstance(texts, str) else texts


def core_for_texts(
    references: Any, hypotheses: Any, reference_transform: Transform, hypothesis_transform: Transform
) -> TextMetric | None:
    """Return the core that takes these texts as they are, or None if the transforms must be called."""
    if reference_transform is not hypothesis_transform or not references or not hypotheses:
        return None
    if not all(type(texts) is list and _TEXT.issuperset(map(type, texts)) for texts in (references, hypotheses)):
        return None
    for transform, steps, core in _DEFAULTS:
        if reference_transform is transform and transform.transforms == steps:
            return core
    return None


def tokenize(
    references: Any, hypotheses: Any, reference_transform: Transform, hypothesis_transform: Transform
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the tokens of references and of hypotheses, by calling the transforms.

    Raises `ValueError` if a transform does not return lists of lists of `str`, or if the lengths differ.
    """
    reference_tokens = _tokens(references, reference_transform, "reference")
    hypothesis_tokens = _tokens(hypotheses, hypothesis_transform, "hypothesis")
    check_lengths(reference_tokens, hypothesis_tokens)
    return reference_tokens, hypothesis_tokens


def _tokens(texts: Any, transform: Transform, side: str) -> list[list[str]]:
    tokenized: Any = transform(texts)
    if not isinstance(tokenized, list) or not all(
        isinstance(tokens, list) and _are_str(tokens) for tokens in tokenized
    ):
        raise ValueError(
            f"After applying the transformation, each {side} should be a list of strings, with each string being a "
            "single word or character.Please ensure the given transformation reduces the input to a list of list "
            "strings."
        )
    return tokenized


def _are_str(tokens: list[Any]) -> bool:
    return _TEXT.issuperset(map(type, tokens)) or all(isinstance(token, str) for token in tokens)


def check_lengths(references: list[Any], hypotheses: list[Any]) -> None:
    """Raise `ValueError` if the numbers of references and hypotheses differ."""
    if len(references) != len(hypotheses):
        raise ValueError(
            "After applying the transforms on the reference and hypothesis sentences, their lengths must match. "
            f"Instead got {len(references)} reference and {len(hypotheses)} hypothesis sentences."
        )


def count_texts(core: TextMetric, references: list[str], hypotheses: list[str]) -> Counts:
    """Return the counts of all pairs of texts together."""
    # A single pair has a faster call: the score and the row, or None where it does not apply.
    score_and_row = core.segment(hypotheses[0], references) if len(references) == 1 else None
    return Counts(*score_and_row[1:]) if score_and_row else Counts(*map(int, core.total(hypotheses, references).row()))


def count(references: Any, hypotheses: Any, reference_transform: Transform, hypothesis_transform: Transform) -> Counts:
    """Return the counts of all pairs together. Raises the errors of `tokenize` and of the transforms."""
    references, hypotheses = as_list(references), as_list(hypotheses)
    core = core_for_texts(references, hypotheses, reference_transform, hypothesis_transform)
    if core:
        check_lengths(references, hypotheses)
        return count_texts(core, references, hypotheses)
    reference_tokens, hypothesis_tokens = tokenize(references, hypotheses, reference_transform, hypothesis_transform)
    if not reference_tokens:
        return Counts(0, 0, 0, 0)
    return Counts(*map(int, words.total(hypothesis_tokens, [[tokens] for tokens in reference_tokens]).row()))
