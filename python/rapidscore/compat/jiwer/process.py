"""Alignments of hypotheses with references, and their error rates, as `jiwer.process` of jiwer 4.0.0 computes them.

Rates are computed at once. Tokens and alignments are many Python objects, so they are made when first accessed.
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
from rapidscore.text_metrics.alignment import Edit, merge_edits

if TYPE_CHECKING:
    from rapidscore._core import TextMetric

__all__ = ["AlignmentChunk", "CharacterOutput", "WordOutput", "process_characters", "process_words"]

_TYPES = ("replace", "insert", "delete", "equal", "substitute")


@dataclass
class AlignmentChunk:
    """A range of reference tokens aligned with a range of hypothesis tokens, each from its start up to its end.

    Raises `ValueError` if an end is before its start, and for an unknown type.
    """

    type: str
    """`equal`, `substitute`, `delete` or `insert`. `replace` is changed to `substitute`."""
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
    """The words of all sentences, their alignments, and the rates and counts of all sentences together."""

    references: list[list[str]]
    """The words of each reference."""
    hypotheses: list[list[str]]
    """The words of each hypothesis."""
    alignments: list[list[AlignmentChunk]]
    """The alignment of each pair, in the order of the words."""
    wer: float
    """Word error rate: errors / reference words, or the number of insertions if there are no such words."""
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
    """The characters of all sentences, their alignments, and the rate and counts of all sentences together."""

    references: list[list[str]]
    """The characters of each reference."""
    hypotheses: list[list[str]]
    """The characters of each hypothesis."""
    alignments: list[list[AlignmentChunk]]
    """The alignment of each pair, in the order of the characters."""
    cer: float
    """Character error rate: errors / reference characters, or the number of insertions without such characters."""
    hits: int
    substitutions: int
    insertions: int
    deletions: int


class Rates(NamedTuple):
    """The rates of counts. As in jiwer, a rate that is 0 or 1 because there are no words is an `int`."""

    wer: float
    mer: float
    wil: float
    wip: float

    @classmethod
    def of(cls, counts: Counts) -> Rates:
        """Compute the rates in jiwer's order of operations."""
        hits, substitutions, deletions, insertions = counts
        ref_len, hyp_len = hits + substitutions + deletions, hits + substitutions + insertions
        if not ref_len:
            return cls(insertions, 1, 1, 0) if hyp_len else cls(insertions, 0, 0, 1)
        errors = substitutions + deletions + insertions
        wip = (hits / ref_len) * (hits / hyp_len) if hyp_len else 0
        return cls(errors / ref_len, errors / (ref_len + insertions), 1 - wip, wip)


def process_words(
    reference: Texts,
    hypothesis: Texts,
    reference_transform: Transform = wer_default,
    hypothesis_transform: Transform = wer_default,
) -> WordOutput:
    """Align the words of hypotheses with the words of references: one text of each, or a list of each.

    Parameters and result as `jiwer.process_words` in jiwer 4.0.0. The lists of words and alignments are made when they
    are first accessed.

    >>> output = process_words("the cat sits on the mat", "the cat sat on mat")
    >>> output.substitutions, output.deletions, output.insertions, output.wip
    (1, 1, 0, 0.5333333333333333)
    >>> output.alignments[0][1]
    AlignmentChunk(type='substitute', ref_start_idx=2, ref_end_idx=3, hyp_start_idx=2, hyp_end_idx=3)

    Raises `ValueError` unless the transforms return lists of lists of `str`, as many for the references as for the
    hypotheses.
    """
    references, hypotheses = _pairs.as_list(reference), _pairs.as_list(hypothesis)
    core = _pairs.core_for_texts(references, hypotheses, reference_transform, hypothesis_transform)
    if core:
        _pairs.check_lengths(references, hypotheses)
        counts = _pairs.count_texts(core, references, hypotheses)
        transform: Any = reference_transform
        # Copies, because the lists and the transform may change before the words are accessed.
        return _output(counts, (_align_texts, core, [*references], [*hypotheses], [*transform.transforms]))
    reference_tokens, hypothesis_tokens = _pairs.tokenize(
        references, hypotheses, reference_transform, hypothesis_transform
    )
    edits = list(map(_pairs.words.align, hypothesis_tokens, reference_tokens))
    return _output(_count(edits, reference_tokens), (_details, edits, reference_tokens, hypothesis_tokens))


def process_characters(
    reference: Texts,
    hypothesis: Texts,
    reference_transform: Transform = cer_default,
    hypothesis_transform: Transform = cer_default,
) -> CharacterOutput:
    """Align the characters, spaces included, of hypotheses with the characters of references: see `process_words`.

    Parameters and result as `jiwer.process_characters` in jiwer 4.0.0.

    >>> process_characters("sits", "sat").cer
    0.5
    """
    words = process_words(reference, hypothesis, reference_transform, hypothesis_transform)
    output: CharacterOutput = CharacterOutput.__new__(CharacterOutput)
    output.cer = words.wer
    for name in Counts._fields:
        setattr(output, name, getattr(words, name))
    output._pending = _details_of, words
    return output


def _output(counts: Counts, pending: tuple[Any, ...]) -> WordOutput:
    """Return an output with these counts and their rates; `pending` gives the words and alignments when accessed."""
    output: WordOutput = WordOutput.__new__(WordOutput)
    for name, value in (*Rates.of(counts)._asdict().items(), *counts._asdict().items()):
        setattr(output, name, value)
    output._pending = pending
    return output


def _align_texts(core: TextMetric, references: list[str], hypotheses: list[str], steps: list[Any]) -> dict[str, Any]:
    transform = Compose(steps)
    with _no_garbage_collection():
        edits = list(map(core.align, hypotheses, references))
        return _details(edits, transform(references), transform(hypotheses))


def _details(edits: list[list[Edit]], references: list[list[str]], hypotheses: list[list[str]]) -> dict[str, Any]:
    """Return the pending attributes of an output."""
    alignments = [
        merge_edits(pair_edits, len(tokens), AlignmentChunk)
        for pair_edits, tokens in zip(edits, references, strict=True)
    ]
    return {"references": references, "hypotheses": hypotheses, "alignments": alignments}


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep Python from searching millions of new objects for garbage repeatedly; they are all in use."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _details_of(words: WordOutput) -> dict[str, Any]:
    return {name: getattr(words, name) for name in ("references", "hypotheses", "alignments")}


def _count(edits: list[list[Edit]], references: list[list[str]]) -> Counts:
    kinds = [kind for pair_edits in edits for kind, _, _ in pair_edits]
    substitutions, deletions = kinds.count("substitute"), kinds.count("delete")
    hits = sum(map(len, references)) - substitutions - deletions
    return Counts(hits, substitutions, deletions, len(kinds) - substitutions - deletions)
