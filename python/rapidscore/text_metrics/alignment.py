"""Alignments of a prediction with a reference, printed in three lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from rapidscore._public import public

Token: TypeAlias = str | int


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
@dataclass(frozen=True)
class Alignment:
    """An alignment of a prediction with a reference.

    `str()` returns three lines: the reference (REF), the prediction (HYP) and the first letters of the errors.
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
        edits: Sequence[tuple[str, int, int]],
        separator: str,
    ) -> Alignment:
        """Make an alignment from edits in text order, each its type and its positions in prediction and reference."""
        operations: list[Operation] = []
        reference_end = prediction_end = 0

        def add(kind: str, reference_tokens: int, prediction_tokens: int) -> None:
            nonlocal reference_end, prediction_end
            reference_start, prediction_start = reference_end, prediction_end
            if operations and operations[-1].type == kind:
                _, reference_start, _, prediction_start, _ = operations.pop()
            reference_end += reference_tokens
            prediction_end += prediction_tokens
            operations.append(Operation(kind, reference_start, reference_end, prediction_start, prediction_end))

        for kind, _, reference_position in edits:
            if reference_position > reference_end:
                add("equal", reference_position - reference_end, reference_position - reference_end)
            add(kind, int(kind != "insert"), int(kind != "delete"))
        if len(reference) > reference_end:
            add("equal", len(reference) - reference_end, len(reference) - reference_end)
        return cls(tuple(prediction), tuple(reference), tuple(operations), separator)

    def _columns(self) -> Iterator[tuple[str, str, str]]:
        """Yield a token of the reference, a token of the prediction and the letter of the error."""
        for kind, reference_start, reference_end, prediction_start, prediction_end in self.operations:
            reference = [str(token) for token in self.reference[reference_start:reference_end]]
            prediction = [str(token) for token in self.prediction[prediction_start:prediction_end]]
            letter = "" if kind == "equal" else kind[0].upper()
            # Asterisks fill the place of a token that one side lacks.
            reference = reference or ["*" * len(token) for token in prediction]
            prediction = prediction or ["*" * len(token) for token in reference]
            yield from ((*tokens, letter) for tokens in zip(reference, prediction, strict=True))

    def __str__(self) -> str:
        rows: list[list[str]] = [[], [], []]
        for column in self._columns():
            width = max(map(len, column))
            for row, text in zip(rows, column, strict=True):
                row.append(text.rjust(width))
        names = "REF: ", "HYP: ", "     "
        return "\n".join((name + self.separator.join(row)).rstrip() for name, row in zip(names, rows, strict=True))
