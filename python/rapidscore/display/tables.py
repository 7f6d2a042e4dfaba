"""Tables, and how they are drawn: as plain text, Markdown, LaTeX and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidscore.display.markup import html, latex, markdown
from rapidscore.display.text import printable

#: What stands between two columns of plain text.
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    title: str
    is_text: bool = False
    """Whether the column holds text, which is aligned to the left, or numbers, to the right."""
    importance: int | None = None
    """Columns of the lowest importance are left out first where a table is too wide; those of None never are."""


def ranked(titles: Iterable[str]) -> list[Column]:
    """Return columns of numbers in the order of their importance, the first of which always stays."""
    return [Column(title, importance=-at if at else None) for at, title in enumerate(titles)]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, all of them with a text for each column."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    sections: Sequence[int] = ()
    """The numbers of the rows that begin a new part, with a line above."""
    notes: Sequence[str] = ()
    """Lines below the table."""
    stacks: bool = False
    """Whether columns that do not fit are shown below, beside the first column again, instead of being left out."""

    @property
    def titles(self) -> list[str]:
        """The titles of the columns."""
        return [column.title for column in self.columns]


def as_text(table: Table, max_width: int | None = None) -> str:
    """Return plain text: columns side by side, with a line below their titles.

    If it would be wider than `max_width`, the least important columns are left out, and a line names them. Nothing is
    cut off, so what remains may still be wider.

    >>> bleu = Table([Column("system", is_text=True), Column("bleu")], [["a", "41.50"], ["an ensemble", "9.00"]])
    >>> print(as_text(bleu))
    system        bleu
    -----------  -----
    a            41.50
    an ensemble   9.00
    """
    from rich.cells import cell_len

    cells = [[*map(printable, row)] for row in (table.titles, *table.rows)]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if table.stacks and max_width is not None and sum(widths) + len(_GAP) * (len(widths) - 1) > max_width:
        return "\n\n".join(map(as_text, _stacked(table, widths, max_width)))
    shown = _fitting(table.columns, widths, max_width)
    rule = _GAP.join("-" * widths[at] for at in shown)

    def line(row: Sequence[str]) -> str:
        padding = {at: " " * (widths[at] - cell_len(row[at])) for at in shown}
        padded = (row[at] + padding[at] if table.columns[at].is_text else padding[at] + row[at] for at in shown)
        return _GAP.join(padded).rstrip()

    lines = [line(cells[0]), rule]
    for number, row in enumerate(cells[1:]):
        if number and number in table.sections:
            lines.append(rule)
        lines.append(line(row))
    lines += map(printable, table.notes)
    if len(shown) < len(table.columns):
        left_out = ", ".join(cells[0][at] for at in range(len(table.columns)) if at not in shown)
        lines.append(f"left out, because the table would be wider than {max_width} characters: {left_out}")
    return "\n".join(lines)


def _fitting(columns: Sequence[Column], widths: Sequence[int], max_width: int | None) -> list[int]:
    """Return the positions of the columns to show."""
    shown = [*range(len(columns))]
    # The last of equally important columns first.
    order = sorted(
        (at for at in shown if columns[at].importance is not None), key=lambda at: (columns[at].importance, -at)
    )
    while max_width is not None and order and sum(widths[at] + len(_GAP) for at in shown) - len(_GAP) > max_width:
        shown.remove(order.pop(0))
    return shown


def _stacked(table: Table, widths: Sequence[int], max_width: int) -> Iterator[Table]:
    """Yield tables with some of the columns each, all of them with the first column."""
    at = 1
    while at < len(widths):
        end, width = at + 1, widths[0] + len(_GAP) + widths[at]
        while end < len(widths) and (width := width + len(_GAP) + widths[end]) <= max_width:
            end += 1
        columns = [table.columns[0], *table.columns[at:end]]
        rows = [[row[0], *row[at:end]] for row in table.rows]
        yield Table(columns, rows, sections=table.sections, notes=table.notes if end == len(widths) else ())
        at = end


def as_markdown(table: Table) -> str:
    r"""Return a Markdown table.

    >>> print(as_markdown(Table([Column("system", is_text=True), Column("bleu")], [["a|b_c<i>\n", "41.5"]])))
    | system | bleu |
    |---|---:|
    | a\|b_c&lt;i>\\n | 41.5 |
    """
    lines = ["| " + " | ".join(map(markdown, row)) + " |" for row in (table.titles, *table.rows)]
    lines.insert(1, "|" + "".join("---|" if column.is_text else "---:|" for column in table.columns))
    notes = ["", *(f"{markdown(note)}  " for note in table.notes)] if table.notes else []
    return "\n".join([*lines, *notes])


def as_latex(table: Table) -> str:
    r"""Return a LaTeX table for the package booktabs; notes are comments.

    >>> print(as_latex(Table([Column("system", is_text=True), Column("bleu")], [["50% A_1", "41.5"]])))
    \begin{tabular}{lr}
    \toprule
    system & bleu \\
    \midrule
    50\% A\_1 & 41.5 \\
    \bottomrule
    \end{tabular}
    """
    lines = [f"% {printable(note)}" for note in table.notes]
    lines.append(r"\begin{tabular}{" + "".join("l" if column.is_text else "r" for column in table.columns) + "}")
    lines += [r"\toprule", _latex_row(table.titles), r"\midrule"]
    for number, row in enumerate(table.rows):
        if number and number in table.sections:
            lines.append(r"\midrule")
        lines.append(_latex_row(row))
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])


def _latex_row(row: Sequence[str]) -> str:
    line = " & ".join(map(latex, row)) + r" \\"
    # After the end of a line, LaTeX takes these for an argument.
    return f"{{{line[0]}}}{line[1:]}" if line.startswith(("[", "*")) else line


def as_html(table: Table) -> str:
    """Return an HTML table, whose colours and fonts are those of the page.

    >>> print(as_html(Table([Column("system", is_text=True), Column("bleu")], [["<b>", "41.5"]])))
    <table>
    <thead><tr>
    <th style="text-align:left; padding:0 0.6em">system</th>
    <th style="text-align:right; padding:0 0.6em">bleu</th>
    </tr></thead>
    <tbody>
    <tr>
    <td style="text-align:left; padding:0 0.6em">&lt;b&gt;</td>
    <td style="text-align:right; padding:0 0.6em">41.5</td>
    </tr>
    </tbody>
    </table>
    """
    lines = ["<table>", f"<thead>{_html_row(table, table.titles, 'th')}</thead>", "<tbody>"]
    for number, row in enumerate(table.rows):
        if number and number in table.sections:
            lines += ["</tbody>", "<tbody>"]
        lines.append(_html_row(table, row, "td"))
    notes = [f"<p>{'<br>'.join(map(html, table.notes))}</p>"] if table.notes else []
    return "\n".join([*lines, "</tbody>", "</table>", *notes])


def _html_row(table: Table, row: Sequence[str], tag: str) -> str:
    def cells() -> Iterator[str]:
        for column, text in zip(table.columns, row, strict=True):
            side = "left" if column.is_text else "right"
            yield f'<{tag} style="text-align:{side}; padding:0 0.6em">{html(text)}</{tag}>'

    return "\n".join(["<tr>", *cells(), "</tr>"])


MARKUP: dict[str, Callable[[Table], str]] = {"markdown": as_markdown, "latex": as_latex, "html": as_html}


def drawn(table: Table, style: str, max_width: int | None = None) -> str:
    """Return a table as plain text, of the style "table", or in a style of `MARKUP`."""
    return as_text(table, max_width) if style == "table" else MARKUP[style](table)
