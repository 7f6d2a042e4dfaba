"""Metrics that are computed by the compiled core: whole corpora in one call, without a loop over segments.

Rows are arrays inside this package, and lists in the methods that sacrebleu has.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from rapidscore._lazy import lazy_property
from rapidscore.compat.sacrebleu.metrics.base import _NO_REFERENCES, Metric, Score, Streams, by_segment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore._core import TextMetric
    from rapidscore._core import Total as Sums

ScoreT = TypeVar("ScoreT", bound=Score)

_ONLY_STR = frozenset({str})

_PACKAGE = __name__.partition(".")[0]

#: The methods that compute scores from rows.
_SCORING = frozenset({"_compute_score_from_stats", "_aggregate_and_compute", "compute_bleu", "_compute_f_score"})


def _class_is_scored_by(kind: type, package: str) -> bool:
    methods = [getattr(kind, name) for name in _SCORING if hasattr(kind, name)]
    return all(method.__module__.partition(".")[0] == package for method in methods)


#: Cached, because the check takes as long as the scoring of a sentence.
_cached_class_is_scored_by = lru_cache(64)(_class_is_scored_by)


def is_scored_by(metric: Any, package: str, check_class: Callable[[type, str], bool] = _class_is_scored_by) -> bool:
    """Return whether a metric scores rows by the methods of a package, overridden neither by a class nor an object."""
    return _SCORING.isdisjoint(vars(metric)) and check_class(type(metric), package)


class CoreMetric(Metric[ScoreT]):
    """The base class of metrics that pass their options to the core."""

    #: Attributes that are options of the core. When one is set, the core is discarded, and made when next needed.
    _OPTIONS: ClassVar[frozenset[str]] = frozenset()

    # The core refuses values other than str itself; only then they are searched for.
    _searches_for_none = False

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._OPTIONS:
            self.__dict__.pop("_core", None)
        object.__setattr__(self, name, value)

    def __getstate__(self) -> dict[str, Any]:
        # The core cannot be pickled, and is made when next needed.
        return {name: value for name, value in self.__dict__.items() if name != "_core"}

    @lazy_property
    def _core(self) -> TextMetric:
        return self._make_core()

    @abstractmethod
    def _make_core(self) -> TextMetric:
        """Make the core that measures texts."""

    @abstractmethod
    def _make_plain_core(self) -> TextMetric:
        """Make the core that measures preprocessed texts."""

    @abstractmethod
    def _handle_missing_references(self, row: NDArray[np.float64], segments: int) -> None:
        """Set the row of a segment without references, as sacrebleu computes it, or raise sacrebleu's error.

        `segments` is the number of all segments.
        """

    def _lists(self, rows: NDArray[np.float64]) -> list[list[Any]]:
        return rows.astype(int).tolist()  # type: ignore[no-any-return]  # a list of lists

    def _sum(self, rows: NDArray[np.float64]) -> list[Any]:
        return rows.sum(axis=0).astype(int).tolist()  # type: ignore[no-any-return]  # a list

    @property
    def _has_unmodified_scoring(self) -> bool:
        """Whether scores are computed from rows by this package's methods, not by those of a subclass or an object."""
        return is_scored_by(self, _PACKAGE, _cached_class_is_scored_by)

    def _score_of(self, value_and_row: tuple[Any, ...]) -> ScoreT:
        """Return the score of a segment, from the value and the row that the core returns."""
        if self._has_unmodified_scoring:
            return self._score_with_value(value_and_row)
        return self._compute_score_from_stats([*value_and_row[1:]])

    def _score_with_value(self, value_and_row: tuple[Any, ...]) -> ScoreT:
        """Return the score of a segment. Subclasses of this package take the value that is computed already."""
        return self._compute_score_from_stats([*value_and_row[1:]])

    def _value(self, row_sum: Any) -> float:
        """Return the value of a sum of rows, computed in the dtype of the sum, as sacrebleu computes it."""
        return self._compute_score_from_stats(row_sum).score

    def _trial_scores(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the value of each of m trials, from their sums of rows (m, k)."""
        return next(iter(self._core.finalise_rows(sums).values()))

    def _aggregate_and_compute(self, stats: Any) -> ScoreT:
        return self._compute_score_from_stats(stats[0] if len(stats) == 1 else [*map(sum, zip(*stats, strict=True))])

    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        return {"references": [*refs]}

    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[Any]:
        rows, _ = self._make_plain_core().rows([hypothesis], [ref_kwargs["references"]])
        return self._lists(rows)[0]

    def _cache_references(self, references: Streams) -> list[Any]:
        """Return the references of each segment, and set their number."""
        grouped = by_segment(references)
        self._set_num_refs(grouped)
        return grouped

    def _extract_corpus_statistics(self, hypotheses: Sequence[str], references: Streams | None) -> list[list[Any]]:
        return self._lists(self._rows(hypotheses, references))

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> ScoreT:
        """Score one segment."""
        value_and_row = self._core.segment(hypothesis, references)
        if value_and_row:
            self.num_refs = len(references)
            return self._score_of(value_and_row)
        self._check_sentence_score_args(hypothesis, references)
        streams = [[reference] for reference in references]
        return self._compute_score_from_stats(self._total([hypothesis], streams))

    def corpus_score(self, hypotheses: Sequence[str], references: Streams | None, n_bootstrap: int = 1) -> ScoreT:
        """Score all segments as one corpus; with `n_bootstrap` above 1 also set the mean and interval of the samples.

        `references` are streams, or None for the references that the metric was made with.
        """
        self._check_corpus_score_args(hypotheses, references)
        if n_bootstrap <= 1:
            return self._compute_score_from_stats(self._total(hypotheses, references))
        rows = self._rows(hypotheses, references)
        score = self._compute_score_from_stats(self._sum(rows))
        self._sample(score, rows, n_bootstrap)
        return score

    def _rows(self, hypotheses: Sequence[str], references: Streams | None) -> NDArray[np.float64]:
        """Return the rows of all segments (n, k)."""
        rows: NDArray[np.float64] = self._read(self._core.rows, hypotheses, references)[0]
        return rows

    def _total(self, hypotheses: Sequence[str], references: Streams | None) -> list[Any]:
        """Return the sum of the rows of all segments."""
        rows, total = self._read(lambda *texts: (None, self._core.total(*texts)), hypotheses, references)
        return [*map(int, total.row())] if rows is None else self._sum(rows)

    def _read(self, measure: Callable[..., Any], hypotheses: Sequence[str], references: Streams | None) -> Any:
        """Return the result of `measure`: rows and total of all segments. As in sacrebleu, the longer side is cut."""
        grouped: Any
        if references:
            # A single stream of `str` need not be regrouped. A list in it would be several references to the core.
            if len(references) == 1 and _ONLY_STR.issuperset(map(type, references[0])):
                grouped = references[0]
            else:
                grouped = [*map(list, zip(*references, strict=False))]
        elif self._ref_cache:
            grouped = self._ref_cache
        else:
            raise RuntimeError(_NO_REFERENCES)
        lines, grouped = ([*texts] if isinstance(texts, str) else texts for texts in (hypotheses, grouped))
        count = min(len(lines), len(grouped))
        if not count:
            raise IndexError("list index out of range")
        must_count_references = len(grouped) > count
        lines, grouped = (texts if len(texts) == count else texts[:count] for texts in (lines, grouped))
        try:
            rows, total = measure(lines, grouped)
        except (TypeError, ValueError):
            # Some segments have no reference, or a text is not a `str`.
            must_count_references = True
            rows, total = self._rows_with_gaps(lines, by_segment(references)[:count] if references else grouped)
        if references and must_count_references:
            self._set_num_refs(by_segment(references))
        elif references:
            fewest, most = total.references or (0, 0)
            self.num_refs = fewest if fewest == most else -1
        if not self._force:
            self._warn(total.tokenized)
        return rows, total

    def _rows_with_gaps(
        self, lines: Sequence[Any], references: Sequence[Sequence[Any]]
    ) -> tuple[NDArray[np.float64], Sums]:
        """Measure segments of which some may have no reference."""
        try:
            rows, total = self._core.rows(lines, [texts or [""] for texts in references])
        except TypeError:
            self._raise_for_type(lines, references)
            raise
        for segment, texts in enumerate(references):
            if not texts:
                self._handle_missing_references(rows[segment], len(lines))
        return rows, total

    def _raise_for_type(self, lines: Sequence[Any], references: Sequence[Sequence[Any]]) -> None:
        """Raise the error that sacrebleu raises for a text that is not a `str`."""
        if None in lines:
            raise TypeError(f"{type(self).__name__}: Undefined line in hypotheses stream!")
        for texts in references:
            for text in texts:
                self._preprocess_segment(text).split()
        for line in lines:
            if not self._force:
                line.endswith(" .")
            self._preprocess_segment(line).split()
