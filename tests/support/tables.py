"""The cells of tables in plain text."""

import re

from rich.cells import cell_len


def cells(text):
    """Return the cells of a table, line by line, without the lines above and below it."""
    lines = [*map(_by_cell, text.splitlines())]
    first = next(at for at, line in enumerate(lines) if line and not line.strip("- "))
    spans = [found.span() for found in re.finditer("-+", lines[first])]
    gaps = [end for _, end in spans[:-1]]
    rows = []
    for line in lines[first - 1 :]:
        if line.startswith("left out, because") or any(line[at : at + 2].strip() for at in gaps):
            break  # a note
        if line.strip("- "):
            rows.append([line[start:end].strip().replace("\0", "") for start, end in spans])
    return rows


def _by_cell(line):
    """Return a line with one character for each cell of a terminal: after a wide one, a NUL."""
    return "".join(character + "\0" * (cell_len(character) - 1) for character in line)
