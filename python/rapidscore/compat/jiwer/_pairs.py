"""References and hypotheses as the compiled core takes them.

Texts, where the core sees in them what the transforms make of them; otherwise the tokens that the transforms return.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from rapidscore._core import Core
from rapidscore.compat.jiwer.transformations import cer_default, wer_default

Transform: TypeAlias = Callable[[Any], Any]
Texts: TypeAlias = str | list[str]

words, _characters = (Core.error_rate(characters, False, False, False) for characters in (False, True))

#: What the core does by itself, and the steps by which it is recognised: somebody may change them.
_DEFAULTS = [(wer_default, [*wer_default.transforms], words), (cer_default, [*cer_default.transforms], _characters)]

_TEXT = frozenset({str})


class Counts(NamedTuple):
    """Numbers of tokens, as many as were aligned."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int


def listed(texts: Any) -> Any:
    """Return a list of texts where one was given."""
    return [texts] if isinstance(texts, str) else texts


def core_of_texts(
    references: Any, hypotheses: Any, for_references: Transform, for_hypotheses: Transform
) -> Core | None:
    """Return the core that sees in these texts what the transforms make of them, if there is one."""
    if for_references is not for_hypotheses or not references or not hypotheses:
        return None
    if not all(type(texts) is list and _TEXT.issuperset(map(type, texts)) for texts in (references, hypotheses)):
        return None
    for transform, steps, core in _DEFAULTS:
        if for_references is transform and transform.transforms == steps:
            return core
    return None


def transformed(
    references: Any, hypotheses: Any, for_references: Transform, for_hypotheses: Transform
) -> tuple[list[list[str]], list[list[str]]]:
    """Return the tokens of references and hypotheses.

    Raises `ValueError` when transforms return anything else, or not as many of both.
    """
    said, heard = _tokens(references, for_references, "reference"), _tokens(hypotheses, for_hypotheses, "hypothesis")
    check_lengths(said, heard)
    return said, heard


def _tokens(texts: Any, transform: Transform, side: str) -> list[list[str]]:
    found: Any = transform(texts)
    if not isinstance(found, list) or not all(isinstance(tokens, list) and _are_texts(tokens) for tokens in found):
        raise ValueError(
            f"After applying the transformation, each {side} should be a list of strings, with each string being a "
            "single word or character.Please ensure the given transformation reduces the input to a list of list "
            "strings."
        )
    return found


def _are_texts(tokens: list[Any]) -> bool:
    return _TEXT.issuperset(map(type, tokens)) or all(isinstance(token, str) for token in tokens)


def check_lengths(references: list[Any], hypotheses: list[Any]) -> None:
    """Raise `ValueError` when there are not as many of both."""
    if len(references) != len(hypotheses):
        raise ValueError(
            "After applying the transforms on the reference and hypothesis sentences, their lengths must match. "
            f"Instead got {len(references)} reference and {len(hypotheses)} hypothesis sentences."
        )


def count_texts(core: Core, references: list[str], hypotheses: list[str]) -> Counts:
    """Return the counts of all pairs of texts."""
    # For one pair there is a shorter way.
    found = core.segment(hypotheses[0], references) if len(references) == 1 else None
    return Counts(*found[1:]) if found else Counts(*map(int, core.total(hypotheses, references).row()))


def count(references: Any, hypotheses: Any, for_references: Transform, for_hypotheses: Transform) -> Counts:
    """Return the counts of all pairs. Raises as `transformed` and the transforms do."""
    references, hypotheses = listed(references), listed(hypotheses)
    core = core_of_texts(references, hypotheses, for_references, for_hypotheses)
    if core:
        check_lengths(references, hypotheses)
        return count_texts(core, references, hypotheses)
    said, heard = transformed(references, hypotheses, for_references, for_hypotheses)
    if not said:
        return Counts(0, 0, 0, 0)
    return Counts(*map(int, words.total(heard, [[tokens] for tokens in said]).row()))
