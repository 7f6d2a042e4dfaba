"""Alignments of a prediction with a reference, to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from rapidscore._public import public

Token: TypeAlias = str | int


@public
class Operation(NamedTuple):
    """What is done to tokens `prediction_start` to `prediction_end` to make `reference_start` to `reference_end`."""

    type: str
    """`equal`, `substitute`, `delete` (only the reference has these tokens) or `insert` (only the prediction)."""
    reference_start: int
    reference_end: int
    prediction_start: int
    prediction_end: int


@public
@dataclass(frozen=True)
class Alignment:
    """An alignment. `str()` shows it in three lines: reference, prediction (HYP) and the errors' first letters."""

    prediction: tuple[Token, ...]
    reference: tuple[Token, ...]
    operations: tuple[Operation, ...]
    """In the order of the texts; neighbours of one type are one operation, as in jiwer."""
    separator: str = " "
    """What stands between tokens when they are shown."""

    @classmethod
    def of(
        cls,
        prediction: Sequence[Token],
        reference: Sequence[Token],
        edits: Sequence[tuple[str, int, int]],
        separator: str,
    ) -> Alignment:
        """Return the alignment of these edits: each its type and the two tokens at which it stands, in order."""
        operations: list[Operation] = []
        said = heard = 0

        def add(kind: str, in_reference: int, in_prediction: int) -> None:
            nonlocal said, heard
            start, predicted_start = said, heard
            if operations and operations[-1].type == kind:
                _, start, _, predicted_start, _ = operations.pop()
            said, heard = said + in_reference, heard + in_prediction
            operations.append(Operation(kind, start, said, predicted_start, heard))

        for kind, _, at_reference in edits:
            if at_reference > said:
                add("equal", at_reference - said, at_reference - said)
            add(kind, int(kind != "insert"), int(kind != "delete"))
        if len(reference) > said:
            add("equal", len(reference) - said, len(reference) - said)
        return cls(tuple(prediction), tuple(reference), tuple(operations), separator)

    def _columns(self) -> Iterator[tuple[str, str, str]]:
        for kind, start, end, predicted_start, predicted_end in self.operations:
            reference = [str(token) for token in self.reference[start:end]]
            prediction = [str(token) for token in self.prediction[predicted_start:predicted_end]]
            mark = "" if kind == "equal" else kind[0].upper()
            for at in range(max(len(reference), len(prediction))):
                said = reference[at] if reference else "*" * len(prediction[at])
                heard = prediction[at] if prediction else "*" * len(reference[at])
                yield said, heard, mark

    def __str__(self) -> str:
        rows: list[list[str]] = [[], [], []]
        for column in self._columns():
            width = max(map(len, column))
            for row, text in zip(rows, column, strict=True):
                row.append(text.rjust(width))
        names = "REF: ", "HYP: ", "     "
        return "\n".join((name + self.separator.join(row)).rstrip() for name, row in zip(names, rows, strict=True))
