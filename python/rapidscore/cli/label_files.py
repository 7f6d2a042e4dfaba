"""Labels from files: one a line, or in columns of a table."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from math import isfinite
from sys import intern
from typing import Any, NoReturn, TypeAlias

from rapidscore._core import ParallelFiles
from rapidscore.text_metrics.files import WINDOW_BYTES, WINDOW_LINES

Label: TypeAlias = str | int

#: As Python prints a whole number, of so many digits as surely fit into 64 bits.
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
#: A cell of text may be long.
_LONGEST_CELL = 2**31 - 1
#: So many characters of a wrong value are shown.
_SHOWN = 40
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class LabelledRows:
    """A true and a predicted label for each row of a file, and what groups and weights it has."""

    references: list[Label]
    predictions: list[Label]
    groups: dict[str, list[Label]]
    weights: list[float] | None = None
    typed: bool = False
    """Whether the file says what is text and what a number, as JSON does."""

    def with_named(self, names: Sequence[str]) -> tuple[LabelledRows, list[Label]]:
        """Return these rows, and labels that were named as text elsewhere, all labels of one kind.

        That is the file's; text becomes whole numbers when all labels are such. Raises `ValueError` when a name is
        of another kind.
        """
        if self.typed:
            return self, [_of_kind(type(self.references[0]), name) for name in names]
        references, predictions, named = as_numbers([self.references, self.predictions, [*names]])
        return replace(self, references=references, predictions=predictions), named


def of_lines(references: str, predictions: str, groups: str | None = None) -> LabelledRows:
    """Read files with one label a line. Raises `ValueError` when one is empty, or has not as many as another."""
    paths = [predictions, references, *([] if groups is None else [groups])]
    files = ParallelFiles(predictions, paths[1:])
    columns: list[list[Any]] = [[] for _ in paths]
    while len(window := files.read(WINDOW_LINES, WINDOW_BYTES)):
        for column, lines in zip(columns, window.lines(), strict=True):
            column.extend(map(intern, lines))
    if not columns[0]:
        raise ValueError(f"{predictions} is empty: there is nothing to score")
    for path, column in zip(paths, columns, strict=True):
        column[0] = column[0].removeprefix(_BYTE_ORDER_MARK)
        blank = {label for label in {*column} if not label.strip()}
        if blank:
            line = next(line for line, label in enumerate(column, 1) if label in blank)
            raise ValueError(f"{path}, line {line} has no label: leave the row out, or give it a label of its own")
    grouped = {} if groups is None else {"group": as_numbers(columns[2:])[0]}
    return LabelledRows(columns[1], columns[0], grouped)


def of_table(
    path: str, reference: str, prediction: str, groups: Sequence[str] = (), weight: str | None = None
) -> LabelledRows:
    """Read columns of a .csv, .tsv or .jsonl file. Raises `ValueError` for a column or a label that is not there."""
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _READERS:
        raise ValueError(f"{path} has no suffix that says what it is: name a file {', '.join(_READERS)}")
    typed = suffix == ".jsonl"
    wanted = [reference, prediction, *groups, *([] if weight is None else [weight])]
    columns: list[list[Any]] = [[] for _ in wanted]
    of_labels = len(wanted) - (weight is not None)
    kinds = _Kinds(path, {reference: "label", prediction: "label"})
    for line, row in _READERS[suffix](path, wanted):
        for at, (name, value) in enumerate(zip(wanted, row, strict=True)):
            if value is None or (isinstance(value, str) and not value.strip()):
                what = "label" if at < of_labels else "weight"
                raise ValueError(
                    f"{path}, line {line}: the {what} in column {name!r} is missing: leave the row out, or give it one"
                )
            if at < of_labels:
                if typed:
                    kinds.check(line, name, value)
                columns[at].append(intern(value) if type(value) is str else value)
            else:
                columns[at].append(_as_weight(path, line, name, value))
    if not columns[0]:
        raise ValueError(f"{path} has no rows: there is nothing to score")
    grouped = {
        name: column if typed else as_numbers([column])[0]
        for name, column in zip(wanted[2:of_labels], columns[2:of_labels], strict=True)
    }
    return LabelledRows(columns[0], columns[1], grouped, None if weight is None else columns[-1], typed)


def as_numbers(columns: Sequence[list[Any]]) -> list[list[Any]]:
    """Return columns of text as whole numbers when all text is such, and otherwise as they are.

    >>> as_numbers([["10", "9"], ["-1"]]), as_numbers([["10", "9"], ["01"]])
    ([[10, 9], [-1]], [['10', '9'], ['01']])
    """
    texts = {*chain(*columns)}
    if not all(map(_WHOLE_NUMBER.fullmatch, texts)):
        return [*columns]
    numbers = {text: int(text) for text in texts}
    return [[numbers[text] for text in column] for column in columns]


def _of_kind(kind: type, name: str) -> Label:
    if kind is str:
        return name
    label: Label = name
    with suppress(ValueError):
        label = json.loads(name)
    if type(label) is not kind:
        what = "true or false" if kind is bool else "a whole number"
        raise ValueError(f"{name!r} is not {what}, as the labels of the file are: name one of these")
    return label


class _Kinds:
    """Of what type the labels in each column are: all of one."""

    def __init__(self, path: str, together: dict[str, str]) -> None:
        self._path = path
        self._together = together
        self._first: dict[str, tuple[type, int, Any]] = {}

    def check(self, line: int, name: str, value: Any) -> None:
        """Raise `ValueError` for a value that is no label, or of another type than those before it."""
        kind = type(value)
        if kind not in (str, int, bool):
            raise ValueError(
                f"{self._path}, line {line}: {_shown(value)} in column {name!r} is no label: a label is a string, "
                "a whole number, true or false"
            )
        first, at, other = self._first.setdefault(self._together.get(name, name), (kind, line, value))
        if kind is not first:
            raise ValueError(
                f"{self._path}, line {line}: {_shown(value)} in column {name!r} is a {kind.__name__}, but "
                f"{_shown(other)} in line {at} a {first.__name__}: make all labels of one kind"
            )


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:_SHOWN]


def _as_weight(path: str, line: int, name: str, value: Any) -> float:
    try:
        weight = float(value) if not isinstance(value, bool | list | dict) else None
    except (ValueError, OverflowError):
        weight = None
    if weight is None or not isfinite(weight):
        raise ValueError(f"{path}, line {line}: the weight {value!r} in column {name!r} is no finite number")
    return weight


def _lines(path: str) -> Iterator[str]:
    """Yield the lines of a file as they are, and say in which one it is not UTF-8."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                wrong = f"byte {error.start + 1}: not UTF-8 (0x{line[error.start]:02x})"
                raise ValueError(f"{path}, line {number}, {wrong}") from error
            yield text if number > 1 else text.removeprefix(_BYTE_ORDER_MARK)


def _delimited(path: str, wanted: Sequence[str], delimiter: str) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the line number and the wanted cells of each row below the header."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_lines(path), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = next(reader, [])
        places = [_place(path, header, name) for name in wanted]
        line = reader.line_num + 1
        for row in reader:
            # A line without any cell is no row.
            if row:
                if len(row) != len(header):
                    raise ValueError(f"{path}, line {line} has {len(row)} cells, but the header {len(header)}")
                yield line, [row[place] for place in places]
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path}, line {line} cannot be read: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _place(path: str, header: Sequence[str], name: str) -> int:
    if header.count(name) > 1:
        raise ValueError(f"{path} has {header.count(name)} columns {name!r}: rename all but one")
    if name not in header:
        _no_column(path, header, name)
    return header.index(name)


def _json_lines(path: str, wanted: Sequence[str]) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the line number and the wanted values of each object."""
    checked = False
    for line, text in enumerate(_lines(path), 1):
        if not text.strip():
            continue
        try:
            record = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{path}, line {line} is no JSON: {error}") from error
        if not isinstance(record, dict):
            raise ValueError(f"{path}, line {line} is no JSON object: write one object a line")
        if not checked:
            for name in wanted:
                if name not in record:
                    _no_column(path, [*record], name)
            checked = True
        yield line, map(record.get, wanted)


def _no_column(path: str, known: Sequence[str], name: str) -> NoReturn:
    raise ValueError(f"{path} has no column {name!r}: it has {', '.join(map(repr, known)) or 'none'}")


_READERS: dict[str, Callable[[str, Sequence[str]], Iterator[tuple[int, Iterable[Any]]]]] = {
    ".csv": lambda path, wanted: _delimited(path, wanted, ","),
    ".tsv": lambda path, wanted: _delimited(path, wanted, "\t"),
    ".jsonl": _json_lines,
}
