"""Alignments of hypotheses with references, and all rates that follow, as jiwer 4.0.0's `jiwer.process` has them.

Rates are computed at once; tokens and alignments, a few objects for each of them, when they are first asked for.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidscore.compat._lazy import Lazy
from rapidscore.compat.jiwer import _pairs
from rapidscore.compat.jiwer._pairs import Counts, Texts, Transform
from rapidscore.compat.jiwer.transformations import cer_default, wer_default
from rapidscore.compat.jiwer.transforms import Compose

if TYPE_CHECKING:
    from rapidscore._core import Core

__all__ = ["AlignmentChunk", "CharacterOutput", "WordOutput", "process_characters", "process_words"]

_TYPES = ("replace", "insert", "delete", "equal", "substitute")


@dataclass
class AlignmentChunk:
    """Tokens of a reference that stand beside tokens of its hypothesis: those from a start up to an end.

    Raises `ValueError` when an end is before its start, or for another type.
    """

    type: str
    """`equal`, `substitute` (which may be given as `replace`), `delete` or `insert`."""
    ref_start_idx: int
    ref_end_idx: int
    hyp_start_idx: int
    hyp_end_idx: int

    def __post_init__(self) -> None:
        """Check the values."""
        if self.type not in _TYPES:
            raise ValueError(f"unknown type {self.type!r}: choose from equal, substitute, delete and insert")
        if self.type == "replace":
            self.type = "substitute"
        if self.ref_start_idx > self.ref_end_idx:
            raise ValueError(f"ref_start_idx={self.ref_start_idx} is larger than ref_end_idx={self.ref_end_idx}")
        if self.hyp_start_idx > self.hyp_end_idx:
            raise ValueError(f"hyp_start_idx={self.hyp_start_idx} is larger than hyp_end_idx={self.hyp_end_idx}")


@dataclass
class WordOutput(Lazy):
    """Words, how they are aligned, and the rates and counts of all sentences together."""

    references: list[list[str]]
    hypotheses: list[list[str]]
    alignments: list[list[AlignmentChunk]]
    wer: float
    """Word error rate: errors for each word of the references; without any, the number of insertions."""
    mer: float
    """Match error rate, 0 to 1."""
    wil: float
    """Word information lost, 0 to 1."""
    wip: float
    """Word information preserved, 0 to 1."""
    hits: int
    substitutions: int
    insertions: int
    deletions: int


@dataclass
class CharacterOutput(Lazy):
    """Characters, how they are aligned, and the rate and the counts of all sentences together."""

    references: list[list[str]]
    hypotheses: list[list[str]]
    alignments: list[list[AlignmentChunk]]
    cer: float
    """Character error rate: errors for each character of the references."""
    hits: int
    substitutions: int
    insertions: int
    deletions: int


class Rates(NamedTuple):
    """What follows from counts. As in the reference, what is 0 or 1 for want of words is a whole number."""

    wer: float
    mer: float
    wil: float
    wip: float

    @classmethod
    def of(cls, counts: Counts) -> Rates:
        """Compute them in the reference's order of operations."""
        hits, substitutions, deletions, insertions = counts
        said, heard = hits + substitutions + deletions, hits + substitutions + insertions
        if not said:
            return cls(insertions, 1, 1, 0) if heard else cls(insertions, 0, 0, 1)
        errors = substitutions + deletions + insertions
        wip = (hits / said) * (hits / heard) if heard else 0
        return cls(errors / said, errors / (said + insertions), 1 - wip, wip)


def process_words(
    reference: Texts,
    hypothesis: Texts,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> WordOutput:
    """Align the words of hypotheses with those of references: one text of each, or a list of each.

    >>> output = process_words("the cat sits on the mat", "the cat sat on mat")
    >>> output.substitutions, output.deletions, output.insertions, output.wip
    (1, 1, 0, 0.5333333333333333)
    >>> output.alignments[0][1]
    AlignmentChunk(type='substitute', ref_start_idx=2, ref_end_idx=3, hyp_start_idx=2, hyp_end_idx=3)

    Raises `ValueError` when the transforms do not return lists of lists of `str`, as many for references as for
    hypotheses.
    """
    references, hypotheses = _pairs.listed(reference), _pairs.listed(hypothesis)
    core = _pairs.core_of_texts(references, hypotheses, reference_transform, hypothesis_transform)
    if core:
        _pairs.check_lengths(references, hypotheses)
        counts = _pairs.count_texts(core, references, hypotheses)
        steps: Any = reference_transform
        # As they are now: all of it may be changed before it is looked at.
        return _output(counts, (_of_texts, core, [*references], [*hypotheses], [*steps.transforms]))
    said, heard = _pairs.transformed(references, hypotheses, reference_transform, hypothesis_transform)
    edits = list(map(_pairs.words.align, heard, said))
    return _output(_count(edits, said), (_of_tokens, edits, said, heard))


def process_characters(
    reference: Texts,
    hypothesis: Texts,
    reference_transform: Transform = cer_default,
    hypothesis_transform: Transform = cer_default,
) -> CharacterOutput:
    """Align the characters, spaces included, of hypotheses with those of references: see `process_words`.

    >>> process_characters("sits", "sat").cer
    0.5
    """
    words = process_words(reference, hypothesis, reference_transform, hypothesis_transform)
    output: CharacterOutput = CharacterOutput.__new__(CharacterOutput)
    output.cer = words.wer
    for name in Counts._fields:
        setattr(output, name, getattr(words, name))
    output._pending = _of_words, words
    return output


def _output(counts: Counts, pending: tuple[Any, ...]) -> WordOutput:
    """Return what follows from counts, and what gives the words and how they are aligned."""
    output: WordOutput = WordOutput.__new__(WordOutput)
    for name, value in (*Rates.of(counts)._asdict().items(), *counts._asdict().items()):
        setattr(output, name, value)
    output._pending = pending
    return output


def _of_texts(core: Core, references: list[str], hypotheses: list[str], steps: list[Any]) -> dict[str, Any]:
    transform = Compose(steps)
    with _no_collection():
        return _of_tokens(list(map(core.align, hypotheses, references)), transform(references), transform(hypotheses))


def _of_tokens(
    edits: list[list[tuple[str, int, int]]], references: list[list[str]], hypotheses: list[list[str]]
) -> dict[str, Any]:
    chunks = [_chunks(found, len(tokens)) for found, tokens in zip(edits, references, strict=True)]
    return {"references": references, "hypotheses": hypotheses, "alignments": chunks}


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep Python from looking again and again for garbage among millions of new objects, of which none is."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _of_words(words: WordOutput) -> dict[str, Any]:
    return {name: getattr(words, name) for name in ("references", "hypotheses", "alignments")}


def _count(edits: list[list[tuple[str, int, int]]], references: list[list[str]]) -> Counts:
    kinds = [kind for found in edits for kind, _, _ in found]
    substitutions, deletions = kinds.count("substitute"), kinds.count("delete")
    hits = sum(map(len, references)) - substitutions - deletions
    return Counts(hits, substitutions, deletions, len(kinds) - substitutions - deletions)


def _chunks(edits: list[tuple[str, int, int]], length: int) -> list[AlignmentChunk]:
    """Return what edits, and the equal tokens between them, make of a reference of this length."""
    chunks = []
    running, said_from, heard_from = "equal", 0, 0
    said = heard = 0
    for kind, _, position in (*edits, ("end", length, length)):
        if position > said and running != "equal":
            chunks.append(AlignmentChunk(running, said_from, said, heard_from, heard))
            running, said_from, heard_from = "equal", said, heard
        # Tokens up to the edit are equal.
        said, heard = position, heard + position - said
        if kind != running:
            # At the very beginning nothing runs yet.
            if said > said_from or heard > heard_from:
                chunks.append(AlignmentChunk(running, said_from, said, heard_from, heard))
            running, said_from, heard_from = kind, said, heard
        said += kind != "insert"
        heard += kind != "delete"
    return chunks
