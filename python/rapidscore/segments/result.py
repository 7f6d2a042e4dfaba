"""Results that keep the rows of their segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar

from rapidscore.display.keyed import KeyedResult

if TYPE_CHECKING:
    import os

    from rapidscore.groups.scores import GroupScores
    from rapidscore.segments.buckets import Buckets
    from rapidscore.segments.measured import MeasuredSegments, Value
    from rapidscore.segments.table import SegmentTable

KeyT = TypeVar("KeyT")
ValueT_co = TypeVar("ValueT_co", covariant=True)


class SegmentedResult(KeyedResult[KeyT, ValueT_co]):
    """A result with parts by name that was made of segments."""

    __slots__ = ()

    # Its public path, as for all public classes.
    __module__ = "rapidscore"

    def _measured(self) -> MeasuredSegments:
        """Return the segments. Raises `ValueError` if they were not kept."""
        raise NotImplementedError

    def _headline_values(self) -> Mapping[str, Value]:
        """Return the values of whole systems that tables show, by title."""
        raise NotImplementedError

    def _groups_by_system(self) -> Mapping[str, Mapping[str, GroupScores[Any]]]:
        """Return the scores by group of each metric, by system; empty without groups."""
        raise NotImplementedError

    def _summary(self) -> list[str]:
        """Return the most important sentences of a report."""
        raise NotImplementedError

    def _made(self) -> list[tuple[str, str]]:
        """Return how the result was made, as pairs of a name and a text."""
        raise NotImplementedError

    def _drawings(self) -> list[Callable[[Any], Any]]:
        """Return functions that draw the whole result on a figure."""
        return []

    def _classifications(self) -> dict[str, Any]:
        """Return the scores that have a confusion matrix, by the title of its picture."""
        return {}

    def to_html(
        self,
        path: str | os.PathLike[str],
        *,
        title: str | None = None,
        texts: Mapping[str, Any] | None = None,
        frequencies: Any = None,
        command: str | None = None,
    ) -> None:
        """Write a report: one page of HTML, to be opened by a double click, that fetches nothing.

        It has the scores with their intervals, pictures, groups, buckets by length and frequency, confusion matrices, a
        browser of segments, and how all of it was computed. Of many segments, the browser has the extremes and a
        sample, so that the file stays below 8 MB.

        Parameters
        ----------
        path : str or path-like
            The file to write.
        title : str, optional
            The title of the report.
        texts : mapping from str to sequence of str, optional
            More columns of texts, such as the sources, as for `segment_table`.
        frequencies : mapping, path, or sequence of str, optional
            The counts of words, as for `buckets`.
        command : str, optional
            The command or the program that made the result, to be named in the report.

        Raises
        ------
        OSError
            If the file cannot be written.
        ValueError
            If texts are not as many as segments; and for scores of an accumulator that did not keep rows.
        ModuleNotFoundError
            If a library is not installed that the extra `report` installs.

        """
        from rapidscore.report import page

        page.write(path, page.render(self._report(title, texts=texts, frequencies=frequencies, command=command)))

    def _report(
        self,
        title: str | None = None,
        *,
        texts: Mapping[str, Any] | None = None,
        frequencies: Any = None,
        command: str | None = None,
        first: int = 0,
        systems: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        """Return the content of the report; segments are numbered from `first` on, and `systems` are names to show."""
        from rapidscore.segments.report import content_of

        shown = ", ".join(map(str, self)) if title is None else title
        return content_of(
            self, shown, texts=texts, frequencies=frequencies, command=command, first=first, systems=systems
        )

    def segment_table(
        self,
        metric: str | None = None,
        n: SupportsIndex | None = 20,
        sort: str | None = None,
        *,
        reverse: bool = False,
        system: str | None = None,
        texts: Mapping[str, Any] | None = None,
    ) -> SegmentTable:
        """Return the segments to read first, with their scores, groups and texts.

        Parameters
        ----------
        metric : str, optional
            The score by which segments are sorted, as `segment_scores` names it; by default the first.
        n : int or None, default 20
            The number of segments, 1 or more; None for all.
        sort : {"difference", "worst", "best"}, optional
            `"difference"`, the default of comparisons, begins with the segments where a system is better than the first
            one by the most; `"worst"` and `"best"` with the scores of the system. Segments with the same score stay in
            order, and those without a score are the last.
        reverse : bool, default False
            Whether the order is the opposite: with `"difference"`, the segments where the first system is better.
        system : str, optional
            The system of a comparison whose scores or differences are sorted; by default the one after the first.
        texts : mapping from str to sequence of str, optional
            More columns of texts, with a text for each segment, such as `{"source": sources}`. Results that were made
            of statistics have no others; `"reference"` and the names of systems replace those that are known.

        Returns
        -------
        SegmentTable
            A result with a row for each segment: its position, from 0, its groups, scores and texts.

        Raises
        ------
        ValueError
            If a name is unknown, `n` is out of range, or texts are not as many as segments; and for scores of an
            accumulator that did not keep rows.

        """
        from rapidscore.segments.table import segment_table

        if not isinstance(reverse, bool):
            raise TypeError(f"reverse must be True or False, not {reverse!r} ({type(reverse).__name__})")
        return segment_table(self._measured(), metric, n, sort, reverse=reverse, system=system, texts=texts)

    def buckets(
        self,
        by: str = "length",
        *,
        bounds: Sequence[int] | None = None,
        tokenize: str | Callable[[str], list[str]] | None = None,
        frequencies: Any = None,
        confidence: float = 0.95,
        resamples: int = 1000,
        seed: int | None = 12345,
        texts: Mapping[str, Any] | None = None,
    ) -> Buckets:
        """Score segments by the length of the reference or the frequency of its words, with confidence intervals.

        Parameters
        ----------
        by : {"length", "frequency"}, default "length"
            `"length"` is the number of tokens of the reference, of several the first. `"frequency"` is the median of
            its tokens' counts, the lower of two; a segment with rare words has a low one.
        bounds : sequence of int, optional
            The greatest length or frequency of each bucket but the last, ascending. The default is 10, 20, 30, 40, 50
            and 60 for lengths; for frequencies, bounds of four buckets of about equal size.
        tokenize : str or callable, optional
            What makes tokens, as for `BLEU`; by default as the first BLEU of the result, or `"13a"`.
        frequencies : mapping, path, or sequence of str, optional
            The count of each token, or the file or the texts in which they are counted, such as the training data. By
            default they are counted in the references.
        confidence, resamples, seed
            As for `Statistics.confidence_interval`. All systems and metrics use the same samples.
        texts : mapping from str to sequence of str, optional
            `{"reference": references}` for a result that was made of statistics.

        Returns
        -------
        Buckets
            A result with a row for each bucket.

        Raises
        ------
        ValueError
            If an option is unknown or out of range, or references are not known.
        OSError
            If the file of frequencies cannot be read.

        """
        from rapidscore.segments.buckets import buckets

        measured = self._measured().with_texts(texts)
        return buckets(
            measured,
            self._headline_values(),
            by,
            bounds=bounds,
            tokenize=tokenize,
            frequencies=frequencies,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        )
