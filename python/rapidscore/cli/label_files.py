"""Readers of label files, with one label per line or a table with columns of labels."""

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

#: A whole number in Python's notation, with at most 18 digits, which fit into 64 bits.
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")
#: Maximum length of a cell; the csv module's default is too short for some texts.
_MAX_CELL_LENGTH = 2**31 - 1
#: Number of characters of an invalid value that a message shows.
_SHOWN_CHARACTERS = 40
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class LabelledRows:
    """The true and predicted labels of all rows of a file, with their groups and weights."""

    references: list[Label]
    predictions: list[Label]
    groups: dict[str, list[Label]]
    """The labels of groups, by the name of their column."""
    weights: list[float] | None = None
    typed: bool = False
    """Whether the file distinguishes text and numbers, as JSON does."""

    def with_named(self, names: Sequence[str]) -> tuple[LabelledRows, list[Label]]:
        """Return these rows and the labels that `names` denote, with all labels of one kind.

        The kind is that of the file. Labels of a file without types become whole numbers if all of them, and all names,
        are whole numbers. Raises `ValueError` if a name cannot be read as a label of the kind of the file.
        """
        if self.typed:
            return self, [_label_of_kind(type(self.references[0]), name) for name in names]
        references, predictions, named = as_numbers([self.references, self.predictions, [*names]])
        return replace(self, references=references, predictions=predictions), named


def read_lines(references: str, predictions: str, groups: str | None = None) -> LabelledRows:
    """Read files with one label per line. Raises `ValueError` for blank lines, empty files and different lengths."""
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
        # Distinct labels are few, so look for blank ones among them before looking for a line.
        blank = {label for label in {*column} if not label.strip()}
        if blank:
            line = next(line for line, label in enumerate(column, 1) if label in blank)
            raise ValueError(f"{path}, line {line} has no label: leave the row out, or give missing values a label")
    groups_by_name = {} if groups is None else {"group": as_numbers(columns[2:])[0]}
    return LabelledRows(columns[1], columns[0], groups_by_name)


def read_table(
    path: str, reference: str, prediction: str, groups: Sequence[str] = (), weight: str | None = None
) -> LabelledRows:
    """Read columns of a .csv, .tsv or .jsonl file, named by `reference`, `prediction`, `groups` and `weight`.

    Raises `ValueError` for missing columns, missing or invalid labels and weights, and files that cannot be parsed; the
    message names the line.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _READERS:
        raise ValueError(f"{path} has no known suffix: name a file that ends in {', '.join(_READERS)}")
    typed = suffix == ".jsonl"
    wanted = [reference, prediction, *groups, *([] if weight is None else [weight])]
    columns: list[list[Any]] = [[] for _ in wanted]
    label_columns = len(wanted) - (weight is not None)
    types = _TypeCheck(path, {reference: "label", prediction: "label"})
    for line, row in _READERS[suffix](path, wanted):
        for at, (name, value) in enumerate(zip(wanted, row, strict=True)):
            if value is None or (isinstance(value, str) and not value.strip()):
                what = "label" if at < label_columns else "weight"
                raise ValueError(
                    f"{path}, line {line}: the {what} in column {name!r} is missing: leave the row out, or add a {what}"
                )
            if at < label_columns:
                if typed:
                    types.check(line, name, value)
                columns[at].append(intern(value) if type(value) is str else value)
            else:
                columns[at].append(_as_weight(path, line, name, value))
    if not columns[0]:
        raise ValueError(f"{path} has no rows: there is nothing to score")
    groups_by_name = {
        name: column if typed else as_numbers([column])[0]
        for name, column in zip(wanted[2:label_columns], columns[2:label_columns], strict=True)
    }
    return LabelledRows(columns[0], columns[1], groups_by_name, None if weight is None else columns[-1], typed)


def as_numbers(columns: Sequence[list[Any]]) -> list[list[Any]]:
    """Return columns of text as whole numbers if all texts of all columns are whole numbers, otherwise unchanged.

    >>> as_numbers([["10", "9"], ["-1"]]), as_numbers([["10", "9"], ["01"]])
    ([[10, 9], [-1]], [['10', '9'], ['01']])
    """
    texts = {*chain(*columns)}
    if not all(map(_WHOLE_NUMBER.fullmatch, texts)):
        return [*columns]
    numbers = {text: int(text) for text in texts}
    return [[numbers[text] for text in column] for column in columns]


def _label_of_kind(kind: type, name: str) -> Label:
    """Return the label of a type that a name denotes. Raises `ValueError` if it denotes a label of another type."""
    if kind is str:
        return name
    label: Label = name
    with suppress(ValueError):
        label = json.loads(name)
    if type(label) is not kind:
        what = "true or false" if kind is bool else "a whole number"
        raise ValueError(f"{name!r} is not {what}, but the labels of the file are: pass one of them")
    return label


class _TypeCheck:
    """The check that all labels of a column, or of the two columns of true and predicted labels, have one type."""

    def __init__(self, path: str, shared: dict[str, str]) -> None:
        self._path = path
        # Columns that map to the same name must have the same type.
        self._shared = shared
        self._first: dict[str, tuple[type, int, Any]] = {}

    def check(self, line: int, name: str, value: Any) -> None:
        """Raise `ValueError` for a value that is not a label, or that has another type than the first label."""
        kind = type(value)
        if kind not in (str, int, bool):
            raise ValueError(
                f"{self._path}, line {line}: {_as_json(value)} in column {name!r} is not a label: a label is a string, "
                "a whole number, true or false"
            )
        first_kind, first_line, first = self._first.setdefault(self._shared.get(name, name), (kind, line, value))
        if kind is not first_kind:
            raise ValueError(
                f"{self._path}, line {line}: {_as_json(value)} in column {name!r} has the type {kind.__name__}, but "
                f"{_as_json(first)} in line {first_line} has the type {first_kind.__name__}: use labels of one type"
            )


def _as_json(value: Any) -> str:
    """Return the beginning of a value in JSON for a message."""
    return json.dumps(value, ensure_ascii=False)[:_SHOWN_CHARACTERS]


def _as_weight(path: str, line: int, name: str, value: Any) -> float:
    try:
        weight = float(value) if not isinstance(value, bool | list | dict) else None
    except (ValueError, OverflowError):
        weight = None
    if weight is None or not isfinite(weight):
        raise ValueError(
            f"{path}, line {line}: the weight {value!r} in column {name!r} is not a finite number: correct the line"
        )
    return weight


def _lines(path: str) -> Iterator[str]:
    """Yield the lines of a file with their line ends. Raises `ValueError` at a line that is not UTF-8."""
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                wrong = f"byte {error.start + 1}: not UTF-8 (0x{line[error.start]:02x})"
                raise ValueError(f"{path}, line {number}, {wrong}") from error
            yield text if number > 1 else text.removeprefix(_BYTE_ORDER_MARK)


def _delimited(path: str, wanted: Sequence[str], delimiter: str) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the line number and the wanted cells of each row after the header."""
    limit = csv.field_size_limit(_MAX_CELL_LENGTH)
    reader = csv.reader(_lines(path), delimiter=delimiter, strict=True)
    line = 1
    try:
        header = next(reader, [])
        positions = [_column_position(path, header, name) for name in wanted]
        line = reader.line_num + 1
        for row in reader:
            # Empty lines are not rows.
            if row:
                if len(row) != len(header):
                    raise ValueError(
                        f"{path}, line {line} has {len(row)} cells, but the header has {len(header)}: correct the line"
                    )
                yield line, [row[position] for position in positions]
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path}, line {line} cannot be read: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _column_position(path: str, header: Sequence[str], name: str) -> int:
    if header.count(name) > 1:
        raise ValueError(f"{path} has {header.count(name)} columns {name!r}: rename all but one")
    if name not in header:
        _raise_missing_column(path, header, name)
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
            raise ValueError(f"{path}, line {line} is not valid JSON: {error}") from error
        if not isinstance(record, dict):
            raise ValueError(f"{path}, line {line} is not a JSON object: write one object per line")
        if not checked:
            for name in wanted:
                if name not in record:
                    _raise_missing_column(path, [*record], name)
            checked = True
        yield line, map(record.get, wanted)


def _raise_missing_column(path: str, known: Sequence[str], name: str) -> NoReturn:
    raise ValueError(f"{path} has no column {name!r}: it has {', '.join(map(repr, known)) or 'none'}")


_READERS: dict[str, Callable[[str, Sequence[str]], Iterator[tuple[int, Iterable[Any]]]]] = {
    ".csv": lambda path, wanted: _delimited(path, wanted, ","),
    ".tsv": lambda path, wanted: _delimited(path, wanted, "\t"),
    ".jsonl": _json_lines,
}
