"""Metrics that the compiled core measures: whole corpora at a time, without a loop over segments.

What leaves is in lists, as sacrebleu has it; inside, rows are arrays.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from rapidscore.compat.sacrebleu.metrics.base import _NO_REFERENCES, Metric, Score, Streams, by_segment

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore._core import Core
    from rapidscore._core import Total as Sums

ScoreT = TypeVar("ScoreT", bound=Score)

_ONLY_STR = frozenset({str})

_PACKAGE = __name__.partition(".")[0]

#: What makes scores of rows.
_SCORING = frozenset({"_compute_score_from_stats", "_aggregate_and_compute", "compute_bleu", "_compute_f_score"})


def _class_is_scored_by(kind: type, package: str) -> bool:
    methods = [getattr(kind, name) for name in _SCORING if hasattr(kind, name)]
    return all(method.__module__.partition(".")[0] == package for method in methods)


#: Asking each time would take as long as scoring a sentence.
_kept_class_is_scored_by = lru_cache(64)(_class_is_scored_by)


def is_scored_by(metric: Any, package: str, of_class: Callable[[type, str], bool] = _class_is_scored_by) -> bool:
    """Tell whether all that makes scores of rows is a package's own, in a metric's class and in this one object."""
    return _SCORING.isdisjoint(vars(metric)) and of_class(type(metric), package)


class CountedMetric(Metric[ScoreT]):
    """A metric that gives its options to the core."""

    #: Attributes that the core is made of. When one is set, it is made anew.
    _OPTIONS: ClassVar[frozenset[str]] = frozenset()

    # The core refuses what is no str, and then it is looked for.
    _looks_for_gaps = False

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._OPTIONS:
            self.__dict__.pop("_core", None)
        object.__setattr__(self, name, value)

    def __getstate__(self) -> dict[str, Any]:
        # The core is made anew.
        return {name: value for name, value in self.__dict__.items() if name != "_core"}

    @cached_property
    def _core(self) -> Core:
        return self._make_core()

    @abstractmethod
    def _make_core(self) -> Core:
        """Make what measures texts."""

    @abstractmethod
    def _make_plain_core(self) -> Core:
        """Make what measures texts that are preprocessed."""

    @abstractmethod
    def _lone(self, row: NDArray[np.float64], segments: int) -> None:
        """Set the row of one of so many segments that has no reference, or raise what sacrebleu raises."""

    def _lists(self, rows: NDArray[np.float64]) -> list[list[Any]]:
        return rows.astype(int).tolist()  # type: ignore[no-any-return]  # a list of lists

    def _sum(self, rows: NDArray[np.float64]) -> list[Any]:
        return rows.sum(axis=0).astype(int).tolist()  # type: ignore[no-any-return]  # a list

    @property
    def _computes_as_here(self) -> bool:
        """Whether scores are made of rows as here, not as a derived class or one object has it."""
        return is_scored_by(self, _PACKAGE, _kept_class_is_scored_by)

    def _measured(self, found: tuple[Any, ...]) -> ScoreT:
        """Return a score from what the core gives of one segment: the number and the row."""
        return self._at_once(found) if self._computes_as_here else self._compute_score_from_stats([*found[1:]])

    def _at_once(self, found: tuple[Any, ...]) -> ScoreT:
        """Do so where the number is the score's."""
        return self._compute_score_from_stats([*found[1:]])

    def _number(self, row: Any) -> float:
        """Return the number of a sum of rows, in the arithmetic of its type, as sacrebleu computes it."""
        return self._compute_score_from_stats(row).score

    def _trial_scores(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the number of each of m sums of rows (m, k) that were exchanged between systems."""
        return next(iter(self._core.finalise_rows(sums).values()))

    def _aggregate_and_compute(self, stats: Any) -> ScoreT:
        return self._compute_score_from_stats(stats[0] if len(stats) == 1 else [*map(sum, zip(*stats, strict=True))])

    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        return {"references": [*refs]}

    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[Any]:
        rows, _ = self._make_plain_core().rows([hypothesis], [ref_kwargs["references"]])
        return self._lists(rows)[0]

    def _cache_references(self, references: Streams) -> list[Any]:
        """Return the references of each segment, and note how many there are."""
        others = by_segment(references)
        self._note_references(others)
        return others

    def _extract_corpus_statistics(self, hypotheses: Sequence[str], references: Streams | None) -> list[list[Any]]:
        return self._lists(self._rows(hypotheses, references))

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> ScoreT:
        """Score one segment."""
        found = self._core.segment(hypothesis, references)
        if found:
            self.num_refs = len(references)
            return self._measured(found)
        self._check_sentence_score_args(hypothesis, references)
        streams = [[reference] for reference in references]
        return self._compute_score_from_stats(self._total([hypothesis], streams))

    def corpus_score(self, hypotheses: Sequence[str], references: Streams | None, n_bootstrap: int = 1) -> ScoreT:
        """Score all segments as one corpus; with `n_bootstrap` samples, also give mean and interval.

        `references` are streams, one for each reference; `None` for those that the metric was made with.
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
        """Return rows and total of all segments. What is longer is cut, as sacrebleu does."""
        others: Any
        if references:
            # One stream is measured as it is; but to the core, a list in it would be several references.
            if len(references) == 1 and _ONLY_STR.issuperset(map(type, references[0])):
                others = references[0]
            else:
                others = [*map(list, zip(*references, strict=False))]
        elif self._ref_cache:
            others = self._ref_cache
        else:
            raise RuntimeError(_NO_REFERENCES)
        lines, others = ([*texts] if isinstance(texts, str) else texts for texts in (hypotheses, others))
        count = min(len(lines), len(others))
        if not count:
            raise IndexError("list index out of range")
        cut = len(others) > count
        lines, others = (texts if len(texts) == count else texts[:count] for texts in (lines, others))
        try:
            rows, total = measure(lines, others)
        except (TypeError, ValueError):
            # Some have no reference, or are no str.
            cut = True
            rows, total = self._rows_with_gaps(lines, by_segment(references)[:count] if references else others)
        if references and cut:
            self._note_references(by_segment(references))
        elif references:
            fewest, most = total.references or (0, 0)
            self.num_refs = fewest if fewest == most else -1
        if not self._force:
            self._warn(total.tokenized)
        return rows, total

    def _rows_with_gaps(
        self, lines: Sequence[Any], others: Sequence[Sequence[Any]]
    ) -> tuple[NDArray[np.float64], Sums]:
        """Measure segments of which some have no reference."""
        try:
            rows, total = self._core.rows(lines, [texts or [""] for texts in others])
        except TypeError:
            self._refuse(lines, others)
            raise
        for at, texts in enumerate(others):
            if not texts:
                self._lone(rows[at], len(lines))
        return rows, total

    def _refuse(self, lines: Sequence[Any], others: Sequence[Sequence[Any]]) -> None:
        """Raise what sacrebleu raises where a text is no str."""
        if None in lines:
            raise TypeError(f"{type(self).__name__}: Undefined line in hypotheses stream!")
        for texts in others:
            for text in texts:
                self._preprocess_segment(text).split()
        for line in lines:
            if not self._force:
                line.endswith(" .")
            self._preprocess_segment(line).split()
