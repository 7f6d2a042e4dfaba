"""What every result can do: print, and become a table, markup or data for other libraries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, SupportsIndex

if TYPE_CHECKING:
    import os

    import pandas as pd

    from rapidscore.display.tables import Table

STYLES = ("table", "markdown", "latex", "html", "csv", "json")

#: The largest width of plain tables, in characters.
WIDTH = 100

#: The most groups or classes in a picture of a page.
MOST_DRAWN = 100


class Result:
    """The base class of results. A subclass has a text, a table of what people read, and columns with all numbers."""

    __slots__ = ()
    # Its public path, as for all public classes.
    __module__ = "rapidscore"

    _is_table: ClassVar[bool] = False
    """Whether the text is the plain table."""

    _is_stacked: ClassVar[bool] = False
    """Whether the style `table` shows the text too, because a table of long texts cannot be read."""

    def _text(self, width: int | None, signature: bool) -> str:
        """Return the text, if it is no table, with `width` decimals or those that suit each value."""
        raise NotImplementedError

    def _headline(self) -> str:
        """Return the most important numbers in one line."""
        return self._text(None, False)

    def _as_table(self, width: int | None, signature: bool) -> Table:
        """Return a table for people, with `width` decimals or those that suit each value."""
        raise NotImplementedError

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        """Return all numbers as columns of equal length, with None where a row has no value."""
        raise NotImplementedError

    def to_dict(self) -> dict[str, Any]:
        """Return all values in nested dicts and lists that JSON can hold, with None for NaN and infinity."""
        raise NotImplementedError

    def format(
        self,
        style: str | SupportsIndex | None = None,
        signature: bool = False,
        *,
        width: SupportsIndex | None = None,
        max_width: int | None = WIDTH,
    ) -> str:
        """Return the result as text.

        Parameters
        ----------
        style : str or int, optional
            `"table"` for plain text, `"markdown"`, `"latex"` (for the package booktabs), `"html"`, `"csv"` or `"json"`;
            the last two have numbers with all their digits. The default is the text that `str()` returns. A number is
            taken for `width`.
        signature : bool, default False
            Whether the options of the metric are added, of results that have them.
        width : int, optional
            The number of decimals, 0 to 100. By default, each value has the number that suits it.
        max_width : int, optional
            The width of the style `"table"`, in characters. If a table would be wider, its least important columns are
            left out, and a line names them; names are never cut off. None means no limit.

        Raises
        ------
        ValueError
            If the style is unknown, or `width` out of range.

        """
        style, decimals = separated(style, width)
        if style == "table" and self._is_stacked:
            style = None
        if style is None:
            if not self._is_table:
                return self._text(decimals, signature)
            style = "table"
        return self._in_style(style, lambda: self._as_table(decimals, signature), max_width)

    def _in_style(self, style: object, table: Callable[[], Table], max_width: int | None) -> str:
        """Return the result in a style, for which a table is made if it needs one."""
        if not isinstance(style, str) or style not in STYLES:
            raise ValueError(f"unknown style {style!r}: choose one of {', '.join(STYLES)}")
        if style in ("csv", "json"):
            from rapidscore.display import data

            return data.csv_of(self._as_columns()) if style == "csv" else data.json_text(self.to_dict())
        from rapidscore.display import tables

        return tables.drawn(table(), style, max_width)

    def __str__(self) -> str:
        return self.format()

    def __repr__(self) -> str:
        from rapidscore.display.text import printable

        return f"<{type(self).__name__}: {printable(self._headline())}>"

    def _repr_html_(self) -> str:
        return self.format("html")

    def to_html(self, path: str | os.PathLike[str], *, title: str | None = None) -> None:
        """Write a page of HTML that shows the result: one file, to be opened by a double click, that fetches nothing.

        Parameters
        ----------
        path : str or path-like
            The file to write.
        title : str, optional
            The title of the page; by default what the result is.

        Raises
        ------
        OSError
            If the file cannot be written.
        ModuleNotFoundError
            If a library is not installed that the extra `report` installs.

        """
        from rapidscore.report import page

        page.write(path, page.render(self._page(title)))

    def _is_drawn(self) -> bool:
        """Return whether a picture of the result can be read."""
        return True

    def _page(self, title: str | None) -> dict[str, Any]:
        """Return the content of the page, as `rapidscore.report.page.render` takes it."""
        from importlib.metadata import version

        from rapidscore.display.text import printable
        from rapidscore.report.svg import svg_of

        plot = getattr(self, "plot", None) if self._is_drawn() else None
        pictures = [] if plot is None else [svg_of(lambda figure: plot(ax=figure), "result")]
        return {
            "title": type(self).__name__ if title is None else printable(title),
            "summary": [],
            "sections": [{"title": "Result", "sentences": [], "tables": [self.format("html")], "pictures": pictures}],
            "made": [("program", f"rapidscore {version('rapidscore')}")],
            "segments": None,
        }

    def to_pandas(self) -> pd.DataFrame:
        """Return all numbers as a DataFrame of pandas."""
        import pandas as pd

        return pd.DataFrame(dict(self._as_columns()))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return all numbers as a stream of Arrow, which polars, pyarrow, DuckDB and others read."""
        from rapidscore.display import data

        return data.arrow_stream(self._as_columns())


def separated(style: Any, width: Any) -> tuple[Any, Any]:
    """Return a style and a width, of which the width may stand in the place of the style."""
    is_width = isinstance(style, SupportsIndex) and not isinstance(style, bool)
    return (None, style) if is_width else (style, width)


class Score(Result):
    """A result with one number in the first place, by which scores of the same metric and options compare."""

    __slots__ = ()
    __module__ = "rapidscore"

    _decimals: ClassVar[int] = 2
    """The number of decimals of the text."""

    signature: str
    """The metric's options in one line, to be quoted with the score."""

    def _line(self, width: int, signature: bool) -> str:
        """Return the score and its parts in one line, with `width` decimals of the score."""
        raise NotImplementedError

    def _text(self, width: int | None, signature: bool) -> str:
        return self._line(self._decimals if width is None else width, signature)

    def as_dict(self) -> dict[str, float]:
        """Return all values by name, as a flat dict for loggers."""
        raise NotImplementedError

    def _main_names(self) -> list[str]:
        """Return the names of the most important values, the first of which is the score."""
        return [*self.as_dict()][:4]

    def _name(self) -> str:
        """Return the name of the metric, as on the command line."""
        return next(iter(self.as_dict()))

    def _as_table(self, width: int | None, signature: bool) -> Table:
        from rapidscore.display.tables import Table, ranked
        from rapidscore.display.text import shown

        values = self.as_dict()
        row = [shown(name, value, width) for name, value in values.items()]
        return Table(ranked(values), [row], notes=[self.signature] if signature else [])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return {**{name: [value] for name, value in self.as_dict().items()}, "signature": [self.signature]}

    def to_dict(self) -> dict[str, Any]:
        """Return the name of the metric, its score, all values by name, and the signature, as JSON can hold them."""
        from rapidscore.display.data import json_safe

        content = {"metric": self._name(), "score": float(self), "values": self.as_dict(), "signature": self.signature}
        return json_safe(content)

    def __float__(self) -> float:
        raise NotImplementedError

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    def __lt__(self, other: object) -> bool:
        own, theirs = self._comparable(other)
        return own < theirs

    def __le__(self, other: object) -> bool:
        own, theirs = self._comparable(other)
        return own <= theirs

    def __gt__(self, other: object) -> bool:
        own, theirs = self._comparable(other)
        return own > theirs

    def __ge__(self, other: object) -> bool:
        own, theirs = self._comparable(other)
        return own >= theirs

    def _comparable(self, other: object) -> tuple[float, float]:
        """Return both numbers; raise `TypeError` unless the other is a score of the same metric and options."""
        if not isinstance(other, type(self)):
            raise TypeError(f"a {type(self).__name__} cannot be compared with {type(other).__name__}: use float()")
        own, theirs = (" ".join([score._name(), *_options(score.signature)]) for score in (self, other))
        if own != theirs:
            raise TypeError(f"scores of different options cannot be compared: {own} and {theirs}; use float()")
        return float(self), float(other)


def _options(signature: str) -> list[str]:
    """Return the parts of a signature that are options; the number of references depends on the data."""
    return [part for part in signature.split("|") if not part.startswith("nrefs:")]
