"""Show alignments and error counts as text, as `jiwer.alignment` of jiwer 4.0.0 does.

Some surprising behaviour of jiwer is kept. An empty line stands between a list of errors and the next title, except
where the list is empty. A token `*` is padded with `*`, as a missing token is. Without measures, the last character is
removed, whatever it is.
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
    """Show each alignment in three lines: reference (REF), hypothesis (HYP) and the first letters of the errors.

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

    Parameters and result as `jiwer.visualize_alignment` in jiwer 4.0.0:

    - `show_measures`: append counts and rates.
    - `skip_correct`: leave out sentences without errors.
    - `line_width`: the largest number of characters in a line, unless a single word is longer.
    """
    of_characters = isinstance(output, CharacterOutput)
    sentences = []
    pairs = zip(output.references, output.hypotheses, output.alignments, strict=False)
    for number, (reference, hypothesis, chunks) in enumerate(pairs, 1):
        if skip_correct and (not chunks or (len(chunks) == 1 and chunks[0].type == "equal")):
            continue
        columns = _columns(reference, hypothesis, chunks)
        lines = _lines(columns, "" if of_characters else " ", line_width)
        sentences.append(f"=== SENTENCE {number} ===\n\n{lines}\n")
    text = "".join(sentences)
    if not show_measures:
        return text[:-1]
    text += f"=== SUMMARY ===\nnumber of sentences: {len(output.alignments)}\n"
    text += f"substitutions={output.substitutions} deletions={output.deletions} "
    text += f"insertions={output.insertions} hits={output.hits}\n\n"
    names = ("cer",) if of_characters else ("mer", "wil", "wip", "wer")
    return text + "".join(f"{name}={getattr(output, name) * 100:.2f}%\n" for name in names)


def _columns(reference: list[str], hypothesis: list[str], chunks: list[AlignmentChunk]) -> Iterator[tuple[str, ...]]:
    """Yield each pair of aligned tokens with the mark of its error, padded to equal widths."""
    for chunk in chunks:
        if chunk.type not in _MARKS:
            raise ValueError(f"unparseable op name={chunk.type}")
        reference_tokens = reference[chunk.ref_start_idx : chunk.ref_end_idx]
        hypothesis_tokens = hypothesis[chunk.hyp_start_idx : chunk.hyp_end_idx]
        if chunk.type == "delete":
            hypothesis_tokens = ["*"] * len(reference_tokens)
        elif chunk.type == "insert":
            reference_tokens = ["*"] * len(hypothesis_tokens)
        for above, below in zip(reference_tokens, hypothesis_tokens, strict=False):
            width = max(len(above), len(below), 1)
            stars = "*" * width
            column = (stars, below) if above == "*" else (above, stars if below == "*" else below)
            yield tuple(token.rjust(width) for token in (*column, _MARKS[chunk.type]))


def _lines(columns: Iterator[tuple[str, ...]], separator: str, line_width: int | None) -> str:
    """Join columns to rows of three lines, with an empty line between rows."""
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
        # jiwer removes the last space of a line in any case, here that of the name.
        return "".join(f"{name[:-1]}\n" for name in _NAMES)
    lines = zip(*columns, strict=True) if columns else ((), (), ())
    return "".join(f"{name}{separator.join(tokens)}\n" for name, tokens in zip(_NAMES, lines, strict=True))


def collect_error_counts(
    output: Output,
) -> tuple[defaultdict[tuple[str, str], int], defaultdict[str, int], defaultdict[str, int]]:
    """Count the substitutions, insertions and deletions of words or characters: three dicts, in this order.

    >>> from rapidscore.compat.jiwer.process import process_words
    >>> [*map(dict, collect_error_counts(process_words("the cat sits on the mat", "the cat sat on mat")))]
    [{('sits', 'sat'): 1}, {}, {'the': 1}]

    Consecutive errors of the same kind count as one.
    """
    substitutions: defaultdict[tuple[str, str], int] = defaultdict(int)
    insertions: defaultdict[str, int] = defaultdict(int)
    deletions: defaultdict[str, int] = defaultdict(int)
    separator = " " if isinstance(output, WordOutput) else ""
    for at, chunks in enumerate(output.alignments):
        reference, hypothesis = output.references[at], output.hypotheses[at]
        for chunk in chunks:
            reference_text = separator.join(reference[chunk.ref_start_idx : chunk.ref_end_idx])
            hypothesis_text = separator.join(hypothesis[chunk.hyp_start_idx : chunk.hyp_end_idx])
            if chunk.type == "substitute":
                substitutions[reference_text, hypothesis_text] += 1
            elif chunk.type == "insert":
                insertions[hypothesis_text] += 1
            elif chunk.type == "delete":
                deletions[reference_text] += 1
    return substitutions, insertions, deletions


def visualize_error_counts(
    output: Output,
    show_substitutions: bool = True,
    show_insertions: bool = True,
    show_deletions: bool = True,
    top_k: int | None = None,
) -> str:
    """List the errors of each kind under a title, the most frequent first.

        >>> from rapidscore.compat.jiwer.process import process_words
        >>> print(visualize_error_counts(process_words("the cat sits on the mat", "the cat sat on mat")))
        === SUBSTITUTIONS ===
        sits --> sat  = 1x
        <BLANKLINE>
        === INSERTIONS ===
        none
        === DELETIONS ===
        the = 1x

    Parameters and result as `jiwer.visualize_error_counts` in jiwer 4.0.0:

    - `show_substitutions`, `show_insertions`, `show_deletions`: the kinds of errors to list.
    - `top_k`: the number of errors of each kind, at least 1; all by default.
    """
    shown = show_substitutions, show_insertions, show_deletions
    titles = "SUBSTITUTIONS", "INSERTIONS", "DELETIONS"
    counts: tuple[Mapping[Any, int], ...] = collect_error_counts(output)
    kinds = zip(shown, titles, counts, strict=True)
    lists = [f"=== {title} ===\n{_list_errors(errors, top_k)}" for show, title, errors in kinds if show]
    return "\n".join(lists).removesuffix("\n")


def _list_errors(errors: Mapping[Any, int], top_k: int | None) -> str:
    if not errors:
        return "none"
    by_frequency = sorted(errors.items(), key=lambda item: item[1], reverse=True)
    listed = by_frequency[:top_k]
    width = max(len(text) for key, _ in listed for text in ([key] if isinstance(key, str) else key))
    if top_k is not None and top_k < 0:
        # jiwer computes the width with a negative number too, but then lists nothing.
        return ""
    return "".join(
        f"{key:<{width}} = {count}x\n"
        if isinstance(key, str)
        else f"{key[0]:<{width}} --> {key[1]:<{width}} = {count}x\n"
        for key, count in listed
    )
