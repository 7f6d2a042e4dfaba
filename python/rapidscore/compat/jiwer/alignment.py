"""Alignments and errors to look at, printed as jiwer 4.0.0's `jiwer.alignment` prints them.

Known for oddities, and followed all the same: between a list of errors and the next title stands an empty line, but
none where there are no errors; a token `*` is drawn out as a missing one is; without measures, the last character is
cut off, though it is that of an empty text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from rapidscore.compat.jiwer.process import AlignmentChunk, CharacterOutput, WordOutput

__all__ = ["collect_error_counts", "visualize_alignment", "visualize_error_counts"]

Output: TypeAlias = WordOutput | CharacterOutput

_MARKS = {"equal": " ", "substitute": "S", "delete": "D", "insert": "I"}
_NAMES = ("REF: ", "HYP: ", "     ")


def visualize_alignment(
    output: Output, show_measures: bool = True, skip_correct: bool = True, line_width: int | None = None
) -> str:
    """Return alignments in three lines each: reference, hypothesis (HYP) and the errors' first letters.

        >>> from rapidscore.compat.jiwer.process import process_words
        >>> print(visualize_alignment(process_words("the cat sits", "cat sat")))
        === SENTENCE 1 ===
        <BLANKLINE>
        REF: the cat sits
        HYP: *** cat  sat
               D        S
        <BLANKLINE>
        === SUMMARY ===
        number of sentences: 1
        substitutions=1 deletions=1 insertions=0 hits=1
        <BLANKLINE>
        mer=66.67%
        wil=83.33%
        wip=16.67%
        wer=66.67%
        <BLANKLINE>

    - `show_measures`: append counts and rates.
    - `skip_correct`: leave out sentences without errors.
    - `line_width`: begin new lines before one is longer than this; a single word may be.
    """
    of_characters = isinstance(output, CharacterOutput)
    shown = []
    pairs = zip(output.references, output.hypotheses, output.alignments, strict=False)
    for number, (reference, hypothesis, chunks) in enumerate(pairs, 1):
        if skip_correct and (not chunks or (len(chunks) == 1 and chunks[0].type == "equal")):
            continue
        columns = _columns(reference, hypothesis, chunks)
        lines = _lines(columns, "" if of_characters else " ", line_width)
        shown.append(f"=== SENTENCE {number} ===\n\n{lines}\n")
    text = "".join(shown)
    if not show_measures:
        return text[:-1]
    text += f"=== SUMMARY ===\nnumber of sentences: {len(output.alignments)}\n"
    text += f"substitutions={output.substitutions} deletions={output.deletions} "
    text += f"insertions={output.insertions} hits={output.hits}\n\n"
    names = ("cer",) if of_characters else ("mer", "wil", "wip", "wer")
    return text + "".join(f"{name}={getattr(output, name) * 100:.2f}%\n" for name in names)


def _columns(reference: list[str], hypothesis: list[str], chunks: list[AlignmentChunk]) -> Iterator[tuple[str, ...]]:
    """Return the tokens that stand above each other, with the mark below them, all of one width."""
    for chunk in chunks:
        if chunk.type not in _MARKS:
            raise ValueError(f"unparseable op name={chunk.type}")
        said = reference[chunk.ref_start_idx : chunk.ref_end_idx]
        heard = hypothesis[chunk.hyp_start_idx : chunk.hyp_end_idx]
        if chunk.type == "delete":
            heard = ["*"] * len(said)
        elif chunk.type == "insert":
            said = ["*"] * len(heard)
        for above, below in zip(said, heard, strict=False):
            width = max(len(above), len(below), 1)
            drawn = "*" * width
            column = (drawn, below) if above == "*" else (above, drawn if below == "*" else below)
            yield tuple(token.rjust(width) for token in (*column, _MARKS[chunk.type]))


def _lines(columns: Iterator[tuple[str, ...]], separator: str, line_width: int | None) -> str:
    """Return rows of columns below each other, with an empty line after each but the last."""
    text = ""
    row: list[tuple[str, ...]] = []
    length = len(_NAMES[0])
    for column in columns:
        width = len(column[0])
        if line_width is not None and length + width > line_width:
            text += _row(row, separator) + "\n"
            row, length = [], len(_NAMES[0])
        row.append(column)
        length += width + len(separator)
    return text + _row(row, separator)


def _row(columns: list[tuple[str, ...]], separator: str) -> str:
    if not columns and separator:
        # In the reference the last space is cut off, whatever it separates.
        return "".join(f"{name[:-1]}\n" for name in _NAMES)
    lines = zip(*columns, strict=True) if columns else ((), (), ())
    return "".join(f"{name}{separator.join(tokens)}\n" for name, tokens in zip(_NAMES, lines, strict=True))


def collect_error_counts(
    output: Output,
) -> tuple[defaultdict[tuple[str, str], int], defaultdict[str, int], defaultdict[str, int]]:
    """Return how often words or characters were substituted, inserted and deleted: three dicts, in this order.

    >>> from rapidscore.compat.jiwer.process import process_words
    >>> [*map(dict, collect_error_counts(process_words("the cat sits on the mat", "the cat sat on mat")))]
    [{('sits', 'sat'): 1}, {}, {'the': 1}]

    Neighbours with the same kind of error count as one.
    """
    substitutions: defaultdict[tuple[str, str], int] = defaultdict(int)
    insertions: defaultdict[str, int] = defaultdict(int)
    deletions: defaultdict[str, int] = defaultdict(int)
    separator = " " if isinstance(output, WordOutput) else ""
    for at, chunks in enumerate(output.alignments):
        reference, hypothesis = output.references[at], output.hypotheses[at]
        for chunk in chunks:
            said = separator.join(reference[chunk.ref_start_idx : chunk.ref_end_idx])
            heard = separator.join(hypothesis[chunk.hyp_start_idx : chunk.hyp_end_idx])
            if chunk.type == "substitute":
                substitutions[said, heard] += 1
            elif chunk.type == "insert":
                insertions[heard] += 1
            elif chunk.type == "delete":
                deletions[said] += 1
    return substitutions, insertions, deletions


def visualize_error_counts(
    output: Output,
    show_substitutions: bool = True,
    show_insertions: bool = True,
    show_deletions: bool = True,
    top_k: int | None = None,
) -> str:
    """Return the errors, the most frequent first, below a title for each kind that is asked for.

        >>> from rapidscore.compat.jiwer.process import process_words
        >>> print(visualize_error_counts(process_words("the cat sits on the mat", "the cat sat on mat")))
        === SUBSTITUTIONS ===
        sits --> sat  = 1x
        <BLANKLINE>
        === INSERTIONS ===
        none
        === DELETIONS ===
        the = 1x

    - `top_k`: how many of each kind, at least 1; all by default.
    """
    asked = show_substitutions, show_insertions, show_deletions
    titles = "SUBSTITUTIONS", "INSERTIONS", "DELETIONS"
    counts: tuple[Mapping[Any, int], ...] = collect_error_counts(output)
    found = zip(asked, titles, counts, strict=True)
    lists = [f"=== {title} ===\n{_listed(errors, top_k)}" for show, title, errors in found if show]
    return "\n".join(lists).removesuffix("\n")


def _listed(errors: Mapping[Any, int], top_k: int | None) -> str:
    if not errors:
        return "none"
    most = sorted(errors.items(), key=lambda item: item[1], reverse=True)
    kept = most[:top_k]
    width = max(len(text) for key, _ in kept for text in ([key] if isinstance(key, str) else key))
    if top_k is not None and top_k < 0:
        # In the reference a negative number chooses what the width is taken from, but shows nothing.
        return ""
    return "".join(
        f"{key:<{width}} = {times}x\n"
        if isinstance(key, str)
        else f"{key[0]:<{width}} --> {key[1]:<{width}} = {times}x\n"
        for key, times in kept
    )
