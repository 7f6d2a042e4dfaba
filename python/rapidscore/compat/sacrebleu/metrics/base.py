"""What all metrics share: how a score prints, how it is signed, how texts come in and scores come out.

Rows of statistics are lists as sacrebleu's are; inside they are arrays.
"""

from __future__ import annotations

import json
import logging
import statistics
from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from rapidscore.compat.sacrebleu.version import __version__

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Core
    from rapidscore._core import Total as Sums

sacrelogger = logging.getLogger("sacrebleu")

Streams = Sequence[Sequence[str | None]]

#: So many hypotheses that look tokenized are no accident.
_TOKENIZED_LIMIT = 100
_TOKENIZED = (
    "That's 100 lines that end in a tokenized period ('.')",
    "It looks like you forgot to detokenize your test data, which may hurt your score.",
    "If you insist your data is detokenized, or don't care, you can suppress this message with the `force` parameter.",
)


class Score:
    """A number with a name; `_mean` and `_ci` are set where samples were drawn."""

    def __init__(self, name: str, score: float) -> None:
        self.name = name
        self.score = score
        self._mean = -1.0
        self._ci = -1.0
        self._verbose = ""

    def format(self, width: int = 2, score_only: bool = False, signature: str = "", is_json: bool = False) -> str:
        """Return the score in one line, or as JSON, with `width` decimals."""
        number = f"{self.score:.{width}f}"
        described: dict[str, Any] = {"name": self.name, "score": float(number), "signature": signature}
        if self._mean > 0:
            mean, half = f"{self._mean:.{width}f}", f"{self._ci:.{width}f}"
            interval = f"μ = {mean} ± {half}"
            number += f" ({interval})"
            described |= {"confidence_mean": float(mean), "confidence_var": float(half), "confidence": interval}
        if score_only:
            return number
        if self._verbose:
            described["verbose_score"] = self._verbose
        if is_json:
            described |= {key: value for key, value in (item.split(":") for item in signature.split("|"))}  # noqa: C416  # a pair, or ValueError
            return json.dumps(described, indent=1, ensure_ascii=False)
        name = f"{self.name}|{signature}" if signature else self.name
        return f"{name} = {number} {self._verbose}" if self._verbose else f"{name} = {number}"

    def estimate_ci(self, scores: list[Score]) -> None:
        """Set the mean of sampled scores, and half the width of the interval that holds 95 % of them."""
        ordered = sorted(score.score for score in scores)
        tail = len(ordered) // 40
        self._ci = 0.5 * (ordered[len(ordered) - tail - 1] - ordered[tail])
        self._mean = statistics.mean(ordered)

    def __repr__(self) -> str:
        return self.format()


class Signature:
    """How a score came about, in short: what papers cite. `args` are a metric's attributes."""

    def __init__(self, args: dict[str, Any]) -> None:
        self._abbr = {
            "version": "v",
            "nrefs": "#",
            "test": "t",
            "lang": "l",
            "subset": "S",
            "origlang": "o",
            "bs": "bs",
            "ar": "ar",
            "seed": "rs",
        }
        if "num_refs" not in args:
            raise ValueError("Number of references unknown, please evaluate the metric first.")
        count = args["num_refs"]
        self.info: dict[str, Any] = {
            "version": __version__,
            "nrefs": "var" if count == -1 else count,
            "bs": args.get("n_bootstrap"),
            "ar": None,
            "seed": args.get("seed"),
            "test": args.get("test_set"),
            "lang": args.get("langpair"),
            "origlang": args.get("origlang"),
            "subset": args.get("subset"),
        }

    def format(self, short: bool = False) -> str:
        """Return the items that are known, the version last, with long or short names."""
        known = {name: value for name, value in self.info.items() if value is not None}
        if "version" in known:
            known["version"] = known.pop("version")
        said = {True: "yes", False: "no"}
        return "|".join(
            f"{self._abbr[name] if short else name}:{said[value] if isinstance(value, bool) else value}"
            for name, value in known.items()
        )

    def update(self, key: str, value: Any) -> None:
        """Set an item."""
        self.info[key] = value

    def __str__(self) -> str:
        return self.format()

    def __repr__(self) -> str:
        return self.format()


ScoreT = TypeVar("ScoreT", bound=Score)


class Metric(Generic[ScoreT], metaclass=ABCMeta):
    """Options, references that may be kept, and scores of them. The compiled core measures."""

    _SIGNATURE_TYPE: ClassVar[type[Signature]] = Signature

    #: Attributes that the core is made of. When one is set, it is made anew.
    _OPTIONS: ClassVar[frozenset[str]] = frozenset()

    _force: bool = True
    num_refs: int

    def __init__(self) -> None:
        # The references of each segment.
        self._ref_cache: list[Any] | None = None
        self._force = True
        self.n_bootstrap: int | None = None
        self.seed: str | None = None

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
        """Make what measures."""

    @abstractmethod
    def _preprocess_segment(self, sent: str) -> str:
        """Return a text as it is compared."""

    @abstractmethod
    def _score_of(self, row: Sequence[Any]) -> ScoreT:
        """Return the score of a row, or of a sum of rows."""

    @abstractmethod
    def _lone(self, row: NDArray[np.float64], segments: int) -> None:
        """Set the row of one of so many segments that has no reference, or raise what sacrebleu raises."""

    def _compute_score_from_stats(self, stats: Any) -> ScoreT:
        return self._score_of(stats)

    def _aggregate_and_compute(self, stats: Any) -> ScoreT:
        return self._compute_score_from_stats(stats[0] if len(stats) == 1 else [*map(sum, zip(*stats, strict=True))])

    def _scores(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the score of each of m sums of rows (m, k)."""
        return next(iter(self._core.finalise_rows(sums).values()))

    def _extract_corpus_statistics(self, hypotheses: Sequence[str], references: Streams | None) -> list[list[Any]]:
        """Return the row of each segment."""
        rows = self._rows(hypotheses, references)
        return rows.astype(int).tolist()  # type: ignore[no-any-return]  # a list of lists

    def _cache_references(self, references: Streams) -> list[Any]:
        """Return the references of each segment, and note how many there are."""
        found = by_segment(references)
        self._note_references(found)
        return found

    def _note_references(self, others: Sequence[Any]) -> None:
        counts = {*map(len, others)}
        self.num_refs = counts.pop() if len(counts) == 1 else -1

    def _check_sentence_score_args(self, hyp: Any, refs: Any) -> None:
        """Raise `TypeError` for what is no str, or no sequence of str."""
        name, wrong = type(self).__name__, None
        if not isinstance(hyp, str):
            wrong = "The argument `hyp` should be a string."
        elif isinstance(refs, str) or not isinstance(refs, Sequence):
            wrong = "The argument `refs` should be a sequence of strings."
        elif not isinstance(refs[0], str | None):
            wrong = "Each element of `refs` should be a string."
        if wrong:
            raise TypeError(f"{name}: {wrong}")

    def _check_corpus_score_args(self, hyps: Any, refs: Any) -> None:
        """Raise `TypeError` for what is no sequence of str, or no sequence of such sequences."""
        name, wrong = type(self).__name__, None
        if not isinstance(hyps, Sequence):
            wrong = "`hyps` should be a sequence of strings."
        elif not isinstance(hyps[0], str):
            wrong = "Each element of `hyps` should be a string."
        if refs is not None:
            if not isinstance(refs, Sequence):
                wrong = "`refs` should be a sequence of sequence of strings."
            elif not isinstance(refs[0], Sequence):
                wrong = "Each element of `refs` should be a sequence of strings."
            elif not isinstance(refs[0][0], str | None):
                wrong = "`refs` should be a sequence of sequence of strings."
        if wrong:
            raise TypeError(f"{name}: {wrong}")

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> ScoreT:
        """Score one segment."""
        found = self._core.segment(hypothesis, references)
        if found:
            self.num_refs = len(references)
            return self._measured(found)
        self._check_sentence_score_args(hypothesis, references)
        return self._score_of(self._total([hypothesis], [[reference] for reference in references]))

    def _measured(self, found: tuple[Any, ...]) -> ScoreT:
        """Return the score of one segment from what the core gives of it: the score and the row."""
        return self._score_of([*found[1:]])

    def corpus_score(self, hypotheses: Sequence[str], references: Streams | None, n_bootstrap: int = 1) -> ScoreT:
        """Score all segments as one corpus; with `n_bootstrap` samples, also give mean and interval.

        `references` are streams, one for each reference; `None` for those that the metric was made with.
        """
        self._check_corpus_score_args(hypotheses, references)
        if n_bootstrap <= 1:
            return self._score_of(self._total(hypotheses, references))
        from rapidscore.compat.sacrebleu.significance import _bootstrap_resample

        rows = self._rows(hypotheses, references)
        score = self._score_of(self._sum(rows))
        self.n_bootstrap = n_bootstrap
        self.seed, samples = _bootstrap_resample(rows, self, n_bootstrap)
        score.estimate_ci(samples)
        return score

    def get_signature(self) -> Signature:
        """Return the signature. Raises `ValueError` before anything was scored, or references given."""
        return self._SIGNATURE_TYPE(self.__dict__)

    def _rows(self, hypotheses: Sequence[str], references: Streams | None) -> NDArray[np.float64]:
        """Return the rows of all segments (n, k)."""
        rows: NDArray[np.float64] = self._read(self._core.rows, hypotheses, references)[0]
        return rows

    def _total(self, hypotheses: Sequence[str], references: Streams | None) -> list[Any]:
        """Return the sum of the rows of all segments."""
        rows, total = self._read(lambda *texts: (None, self._core.total(*texts)), hypotheses, references)
        return [*map(int, total.row())] if rows is None else self._sum(rows)

    def _sum(self, rows: NDArray[np.float64]) -> list[Any]:
        return rows.sum(axis=0).astype(int).tolist()  # type: ignore[no-any-return]  # a list

    def _read(self, measure: Callable[..., Any], hypotheses: Sequence[str], references: Streams | None) -> Any:
        """Return rows and total of all segments. What is longer is cut, as sacrebleu does."""
        others: Any
        if references:
            # One stream is measured as it is.
            others = references[0] if len(references) == 1 else [*map(list, zip(*references, strict=False))]
        elif self._ref_cache:
            others = self._ref_cache
        else:
            raise RuntimeError("No references provided and the cache is empty.")
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
        if total.tokenized >= _TOKENIZED_LIMIT and not self._force:
            for line in _TOKENIZED:
                sacrelogger.warning(line)
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


def by_segment(references: Streams) -> list[list[str]]:
    """Return the references of each segment, from streams with None where there is none."""
    return [[text for text in texts if text is not None] for texts in zip(*references, strict=False)]
