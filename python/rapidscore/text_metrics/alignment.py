"""Alignments of a prediction with a reference, printed in three lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, TypeVar

from rapidscore._public import public, unchangeable

Token: TypeAlias = str | int
Edit: TypeAlias = tuple[str, int, int]
"""Its type, and its positions in the prediction and in the reference."""

RunT = TypeVar("RunT")


def merge_edits(edits: Sequence[Edit], length: int, make: Callable[[str, int, int, int, int], RunT]) -> list[RunT]:
    """Merge consecutive edits of one type, and the equal tokens between edits, into runs.

    `edits` are in text order, and `length` is the number of tokens of the reference. `make` is called for each run with
    its type, and its start and end in the reference and in the prediction.

    >>> merge_edits([("delete", 1, 1), ("delete", 1, 2), ("substitute", 1, 3)], 5, lambda *run: run)
    [('equal', 0, 1, 0, 1), ('delete', 1, 3, 1, 1), ('substitute', 3, 4, 1, 2), ('equal', 4, 5, 2, 3)]
    """
    runs = []
    run_type, ref_start, pred_start = "equal", 0, 0
    ref_end = pred_end = 0
    for edit_type, _, ref_position in (*edits, ("end", length, length)):
        if ref_position > ref_end and run_type != "equal":
            runs.append(make(run_type, ref_start, ref_end, pred_start, pred_end))
            run_type, ref_start, pred_start = "equal", ref_end, pred_end
        # Tokens up to the edit are equal.
        ref_end, pred_end = ref_position, pred_end + ref_position - ref_end
        if edit_type != run_type:
            # The first run may be empty.
            if ref_end > ref_start or pred_end > pred_start:
                runs.append(make(run_type, ref_start, ref_end, pred_start, pred_end))
            run_type, ref_start, pred_start = edit_type, ref_end, pred_end
        ref_end += edit_type != "insert"
        pred_end += edit_type != "delete"
    return runs


@public
class Operation(NamedTuple):
    """One run of equal tokens, or of edits of one type, in an alignment."""

    type: str
    """`equal`, `substitute`, `delete` (the tokens are in the reference only) or `insert` (in the prediction only)."""
    reference_start: int
    """Index of the first token of the reference."""
    reference_end: int
    """Index after the last token of the reference."""
    prediction_start: int
    """Index of the first token of the prediction."""
    prediction_end: int
    """Index after the last token of the prediction."""


@public
@unchangeable
@dataclass(frozen=True)
class Alignment:
    """An alignment of a prediction with a reference.

    `str()` returns three lines: the reference (REF), the prediction (HYP) and the first letters of the errors. Letters
    stand below the tokens on a terminal, where Chinese characters and emoji are two cells wide and marks above a letter
    none. What a terminal would obey is shown as Python's escape.
    """

    prediction: tuple[Token, ...]
    """Tokens of the prediction."""
    reference: tuple[Token, ...]
    """Tokens of the reference."""
    operations: tuple[Operation, ...]
    """Operations in text order; consecutive edits of one type are one operation, as in jiwer."""
    separator: str = " "
    """String printed between tokens."""

    @classmethod
    def of(
        cls,
        prediction: Sequence[Token],
        reference: Sequence[Token],
        edits: Sequence[Edit],
        separator: str,
    ) -> Alignment:
        """Make an alignment from edits in text order, each its type and its positions in prediction and reference."""
        operations = merge_edits(edits, len(reference), Operation)
        return cls(tuple(prediction), tuple(reference), tuple(operations), separator)

    def _columns(self) -> Iterator[tuple[str, str, str]]:
        """Yield a token of the reference, a token of the prediction and the letter of the error."""
        from rich.cells import cell_len

        from rapidscore.display.text import printable

        for kind, reference_start, reference_end, prediction_start, prediction_end in self.operations:
            reference = [printable(token) for token in self.reference[reference_start:reference_end]]
            prediction = [printable(token) for token in self.prediction[prediction_start:prediction_end]]
            letter = "" if kind == "equal" else kind[0].upper()
            # Asterisks fill the place of a token that one side lacks.
            reference = reference or ["*" * max(1, cell_len(token)) for token in prediction]
            prediction = prediction or ["*" * max(1, cell_len(token)) for token in reference]
            yield from ((*tokens, letter) for tokens in zip(reference, prediction, strict=True))

    def __str__(self) -> str:
        from rich.cells import cell_len

        rows: list[list[str]] = [[], [], []]
        for column in self._columns():
            width = max(map(cell_len, column))
            for row, text in zip(rows, column, strict=True):
                row.append(" " * (width - cell_len(text)) + text)
        names = "REF: ", "HYP: ", "     "
        return "\n".join((name + self.separator.join(row)).rstrip() for name, row in zip(names, rows, strict=True))
