"""Readers of label files, with one label per line or a table with columns of labels.

A label is read from its cell alone, so that the parts of a file have the classes of the whole: see `as_class`.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import isfinite
from sys import intern
from typing import Any, NoReturn, TypeAlias

from rapidscore.text_metrics.files import windows
from rapidscore.warning import warn

Label: TypeAlias = str | int

#: A whole number of which a cell may consist: no sign +, no zeros before it, and after the point only zeros.
_WHOLE = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.0*)?")
#: A whole number in Python's notation, with at most 18 digits, which fit into 64 bits.
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
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
    kind: type | None = None
    """The type of the labels if the file has types, as JSON does; None for a file of text, in which numbers are text
    too."""

    def with_named(self, names: Sequence[str]) -> tuple[LabelledRows, list[Label]]:
        """Return these rows and the labels that `names` denote, with all labels of one kind.

        The kind is that of the file. Labels of a file without types become whole numbers if all of them, and all names,
        are whole numbers. Raises `ValueError` if a name cannot be read as a label of the kind of the file.
        """
        classes = [*map(as_class, names)]
        if self.kind is not None:
            return self, [_label_of_kind(self.kind, name) for name in classes]
        references, predictions, named = as_numbers([self.references, self.predictions, classes])
        return replace(self, references=references, predictions=predictions), named


def as_class(cell: str) -> str:
    """Return the class that a cell denotes, without the other cells being known.

    Spaces around it are no part of it. A whole number may be written as a float, as pandas and Excel write a column of
    whole numbers in which a cell is missing; every other text is the class itself.

    >>> [as_class(cell) for cell in (" 1 ", "1.0", "-0.0", "1e3", "01", "+1", "1.5", "True")]
    ['1', '1', '0', '1e3', '01', '+1', '1.5', 'True']
    """
    text = cell.strip()
    number = _WHOLE.fullmatch(text)
    if number is None:
        return text
    return number[2] if number[2] == "0" else number[1] + number[2]


class _Number(str):
    """A number of a JSON file, as it is written there."""

    __slots__ = ()


def _class_of_number(written: str) -> str:
    """Return the class that a number of JSON denotes, so that equal numbers are one class, as in `1.5` and `15e-1`."""
    if _WHOLE.fullmatch(written):
        return as_class(written)
    value = float(written)
    if not isfinite(value):
        return written
    from decimal import Decimal

    number = Decimal(written)
    return as_class(str(int(number)) if number == number.to_integral_value() else repr(value))


class _Classes(dict[str, str]):
    """The class of each cell that has occurred: one string for all cells of a class saves memory."""

    def __init__(self, class_of: Callable[[str], str] = as_class) -> None:
        super().__init__()
        self._class_of = class_of

    def __missing__(self, cell: str) -> str:
        found = self[cell] = intern(str(self._class_of(cell)))
        return found


def read_lines(references: str, predictions: str, groups: str | None = None, *, max_line_bytes: int) -> LabelledRows:
    """Read files with one label per line. Raises `ValueError` for blank lines, empty files and different lengths."""
    paths = [predictions, references, *([] if groups is None else [groups])]
    columns: list[list[Any]] = [[] for _ in paths]
    classes = _Classes()
    for _, _, window in windows(predictions, paths[1:], max_line_bytes):
        for column, lines in zip(columns, window.lines(), strict=True):
            column.extend(map(classes.__getitem__, lines))
    for path, column in zip(paths, columns, strict=True):
        if "" in classes.values() and "" in column:
            where = f"{path}, line {column.index('') + 1}"
            raise ValueError(f"{where} has no label: leave the row out, or give missing values a label")
    groups_by_name = {} if groups is None else {"group": as_numbers(columns[2:])[0]}
    return LabelledRows(columns[1], columns[0], groups_by_name)


def read_table(
    path: str,
    reference: str,
    prediction: str,
    groups: Sequence[str] = (),
    weight: str | None = None,
    *,
    max_line_bytes: int,
) -> LabelledRows:
    """Read columns of a .csv, .tsv or .jsonl file, named by `reference`, `prediction`, `groups` and `weight`.

    Raises `ValueError` for missing columns, missing or invalid labels and weights, and files that cannot be parsed; the
    message names the line.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in _READERS:
        raise ValueError(f"{path} has no known suffix: name a file that ends in {', '.join(_READERS)}")
    wanted = [reference, prediction, *groups, *([] if weight is None else [weight])]
    columns: list[list[Any]] = [[] for _ in wanted]
    label_columns = len(wanted) - (weight is not None)
    # JSON's string "1e3" is text, and its number 1e3 is the class 1000.
    classes: dict[type, dict[Any, Any]] = {
        str: _Classes(),
        _Number: _Classes(_class_of_number),
        bool: {False: False, True: True},
    }
    types = _Types(path, {reference: "label", prediction: "label"}) if suffix == ".jsonl" else None
    for line, row in _READERS[suffix](path, wanted, max_line_bytes):
        for at, (name, value) in enumerate(zip(wanted, row, strict=True)):
            if value is None or (isinstance(value, str) and not value.strip()):
                what = "label" if at < label_columns else "weight"
                raise ValueError(
                    f"{path}, line {line}: the {what} in column {name!r} is missing: leave the row out, or add a {what}"
                )
            if at < label_columns:
                if types is not None:
                    types.check(line, name, value)
                columns[at].append(classes[type(value)][value])
            else:
                columns[at].append(_as_weight(path, line, name, value))
    if not columns[0]:
        raise ValueError(f"{path} has no rows: there is nothing to score")
    kind = None
    if types is not None:
        kind = types.of(reference)
        if kind is _Number:
            columns[:2] = as_numbers(columns[:2])
            kind = type(columns[0][0])
    groups_by_name = {
        name: as_numbers([column])[0] if types is None or types.of(name) is _Number else column
        for name, column in zip(wanted[2:label_columns], columns[2:label_columns], strict=True)
    }
    return LabelledRows(columns[0], columns[1], groups_by_name, None if weight is None else columns[-1], kind)


def as_numbers(columns: Sequence[list[Any]]) -> list[list[Any]]:
    """Return columns of text as whole numbers if all texts of all columns are whole numbers, otherwise unchanged.

    >>> as_numbers([["10", "9"], ["-1"]]), as_numbers([["10", "9"], ["01"]])
    ([[10, 9], [-1]], [['10', '9'], ['01']])
    """
    texts = {*chain(*columns)}
    if not all(map(_INTEGER.fullmatch, texts)):
        return [*columns]
    numbers = {text: int(text) for text in texts}
    return [[numbers[text] for text in column] for column in columns]


def _label_of_kind(kind: type, name: str) -> Label:
    """Return the label of a type that a name denotes. Raises `ValueError` if it denotes a label of another type."""
    if kind is str:
        return name
    if kind is bool and name in ("true", "false"):
        return name == "true"
    if kind is int and _INTEGER.fullmatch(name):
        return int(name)
    what = "true or false" if kind is bool else "a whole number"
    raise ValueError(f"{name!r} is not {what}, but the labels of the file are: pass one of them")


#: The types of labels in JSON, by what messages call them.
_TYPES: dict[type, str] = {str: "a string", _Number: "a number", bool: "true or false"}


class _Types:
    """The types of the columns of a JSON file: all labels of one column, or of true and predicted labels, have one."""

    def __init__(self, path: str, shared: dict[str, str]) -> None:
        self._path = path
        # Columns that map to the same name must have the same type.
        self._shared = shared
        self._first: dict[str, tuple[type, int, Any]] = {}

    def of(self, name: str) -> type:
        """Return the type of the labels of a column."""
        return self._first[self._shared.get(name, name)][0]

    def check(self, line: int, name: str, value: Any) -> None:
        """Raise `ValueError` for a value that is not a label, or that has another type than the first label."""
        kind = type(value)
        if kind not in _TYPES:
            raise ValueError(
                f"{self._path}, line {line}: {_as_json(value)} in column {name!r} is not a label: a label is a string, "
                "a number, true or false"
            )
        first_kind, first_line, first = self._first.setdefault(self._shared.get(name, name), (kind, line, value))
        if kind is not first_kind:
            raise ValueError(
                f"{self._path}, line {line}: {_as_json(value)} in column {name!r} is {_TYPES[kind]}, but "
                f"{_as_json(first)} in line {first_line} is {_TYPES[first_kind]}: use labels of one type"
            )


def _as_json(value: Any) -> str:
    """Return the beginning of a value in JSON for a message."""
    text = str(value) if type(value) is _Number else json.dumps(value, ensure_ascii=False)
    return text[:_SHOWN_CHARACTERS]


def _as_weight(path: str, line: int, name: str, value: Any) -> float:
    try:
        weight = float(value) if not isinstance(value, bool | list | dict) else None
    except (ValueError, OverflowError):
        weight = None
    if weight is None or not isfinite(weight):
        raise ValueError(
            f"{path}, line {line}: the weight {repr(value)[:_SHOWN_CHARACTERS]} in column {name!r} is not a finite "
            "number: correct the line"
        )
    return weight


def _lines(path: str, max_line_bytes: int) -> Iterator[str]:
    """Yield the lines of a file with their line ends, which are within quotes part of a cell.

    Raises `ValueError` at a line that is not UTF-8 or too long.
    """
    if max_line_bytes < 1:
        raise ValueError(f"max_line_bytes must be 1 or more, got {max_line_bytes}")
    # Python's own reading releases the GIL and answers signals.
    with open(path, "rb") as file:
        number = 0
        while line := file.readline(max_line_bytes + 1):
            number += 1
            if len(line) > max_line_bytes:
                raise ValueError(
                    f"{path}, line {number}: more than {max_line_bytes} bytes: split the line, or raise the limit "
                    "max_line_bytes"
                )
            try:
                text = line.decode()
            except UnicodeDecodeError as error:
                wrong = f"byte {error.start + 1}: not UTF-8 (0x{line[error.start]:02x})"
                raise ValueError(f"{path}, line {number}, {wrong}; convert the file to UTF-8") from error
            if number == 1 and text.startswith(_BYTE_ORDER_MARK):
                warn(f"{path} begins with a byte order mark (U+FEFF), which was removed")
                text = text.removeprefix(_BYTE_ORDER_MARK)
            yield text


def _delimited(
    path: str, wanted: Sequence[str], max_line_bytes: int, delimiter: str
) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the line number and the wanted cells of each row after the header."""
    # A cell may have several lines, and be as long as a line. A cell whose quotes do not end would be the whole file.
    limit = csv.field_size_limit(min(max_line_bytes, 2**31 - 1))
    reader = csv.reader(_lines(path, max_line_bytes), delimiter=delimiter, strict=True)
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


def _json_lines(path: str, wanted: Sequence[str], max_line_bytes: int) -> Iterator[tuple[int, Iterable[Any]]]:
    """Yield the line number and the wanted values of each object. Numbers are `_Number`."""
    # With hooks, `json.loads` would make a decoder for each line.
    decoder = json.JSONDecoder(parse_int=_Number, parse_float=_Number, object_pairs_hook=_record)
    checked = False
    for line, text in enumerate(_lines(path, max_line_bytes), 1):
        if not text.strip():
            continue
        try:
            record = decoder.decode(text)
        except _RepeatedKeyError as error:
            raise ValueError(f"{path}, line {line} has the key {error.key!r} more than once: keep one") from error
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


class _RepeatedKeyError(Exception):
    """An object of JSON has a key twice, of which Python's dict would keep the last value."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for at, key in enumerate(keys) if key in keys[:at]))
    return record


def _raise_missing_column(path: str, known: Sequence[str], name: str) -> NoReturn:
    raise ValueError(f"{path} has no column {name!r}: it has {', '.join(map(repr, known)) or 'none'}")


_READERS: dict[str, Callable[[str, Sequence[str], int], Iterator[tuple[int, Iterable[Any]]]]] = {
    ".csv": lambda path, wanted, limit: _delimited(path, wanted, limit, ","),
    ".tsv": lambda path, wanted, limit: _delimited(path, wanted, limit, "\t"),
    ".jsonl": _json_lines,
}
