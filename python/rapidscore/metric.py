"""What all metrics share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from math import inf, isfinite, nan
from operator import index
from typing import TYPE_CHECKING, Any, ClassVar, Generic, SupportsFloat, SupportsIndex, TypeAlias, TypeVar

import numpy as np

from rapidscore import given
from rapidscore._core import Prepared
from rapidscore._core import Total as Sums
from rapidscore._public import public
from rapidscore.statistics import Accumulator, Statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rapidscore._core import Core
    from rapidscore.prepared import PreparedReferences

Predictions: TypeAlias = Sequence[str]
References: TypeAlias = "Sequence[str | Sequence[str]] | PreparedReferences"

#: Where tokens may be given instead of texts.
Tokenized: TypeAlias = Sequence[str] | Sequence[Sequence[str | int]]
TokenizedReferences: TypeAlias = (
    "Sequence[str | Sequence[str | int] | Sequence[Sequence[str | int]]] | PreparedReferences"
)

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@public
@dataclass(frozen=True)
class Metric(Generic[ScoreT_co]):
    """Frozen options, and four ways to measure with them.

    Any number of threads may share a metric; scoring changes nothing in it. Two metrics are equal when their
    options are.

    Wherever segments are asked for, `predictions` is a sequence of n `str`, and `references` has for each
    prediction one `str`, or a list of one or more `str` (as many as there are). Unequal lengths raise
    `ValueError`, anything but `str` raises `TypeError`; both name the position.
    """

    higher_is_better: ClassVar[bool] = True
    """Whether of two scores the higher one is the better; error rates and perplexity are better when low."""

    # Each instance has its own, set at construction. Annotated otherwise, a dataclass would take them for options.
    _core: ClassVar[Core]
    _signatures: ClassVar[dict[tuple[int, int] | None, str]]

    #: Whether samples that differ as much as the systems count as evidence against a difference, when systems are
    #: compared. sacrebleu does not count them.
    _counts_ties: ClassVar[bool] = True

    registry: ClassVar[dict[str, type[Metric[Any]]]] = {}

    def __init_subclass__(cls, listed: bool = True) -> None:
        if listed:
            Metric.registry[cls.__name__] = cls

    def __post_init__(self) -> None:
        """Check the options' types, and bring equal values into one form."""
        for option in fields(self):
            if check := _CHECKS.get(str(option.type)):
                object.__setattr__(self, option.name, check(option.name, getattr(self, option.name)))
        # Signatures by the number of references: making one takes as long as scoring a sentence.
        object.__setattr__(self, "_signatures", {})

    def __reduce__(self) -> tuple[type[Metric[ScoreT_co]], tuple[Any, ...]]:
        return type(self), tuple(self.options().values())

    def options(self) -> dict[str, Any]:
        """Return the options by name, in the order of the constructor's arguments."""
        return {option.name: getattr(self, option.name) for option in fields(self)}

    def score(self, predictions: Predictions, references: References) -> ScoreT_co:
        """Score all segments as one corpus.

        Raises `ValueError` when there is no segment.
        """
        return self._score(self._total(predictions, references))

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment for itself.

        Returns a dict from the name of each score to a float64 array of shape (n,).
        """
        return self._core.segment_scores(predictions, self._as_read(references))[0]

    def statistics(self, predictions: Predictions, references: References) -> Statistics[ScoreT_co]:
        """Measure each segment: the rows from which every score is made, to be sliced, joined and scored."""
        read: Any = self._as_read(references)
        rows, total = self._core.rows(predictions, read)
        self._warn(total)
        fewest, most = total.references or (0, 0)
        counts: Any = fewest
        if fewest != most:
            counts = (
                read.counts()
                if isinstance(read, Prepared)
                else [given.count_references(*pair) for pair in zip(predictions, read, strict=True)]
            )
        return Statistics(self, rows, counts)

    def accumulator(self) -> Accumulator[ScoreT_co]:
        """Return an empty accumulator, for segments that arrive bit by bit."""
        return Accumulator(self)

    def prepare(self, references: References) -> PreparedReferences:
        """Read references once, to be scored against many times: the outputs of many systems, or of training steps.

        What comes back stands for the references wherever this metric, or an equal one, is given some, with the same
        results to the bit; see `rapidscore.PreparedReferences`. Raises `TypeError` when it scores no texts.
        """
        return self._prepare(references, False)

    def pairwise(
        self,
        predictions: Predictions,
        references: References | None = None,
        *,
        value: str | None = None,
        out: NDArray[np.float64] | None = None,
    ) -> NDArray[np.float64]:
        """Score each of n predictions with each of m references: a float64 array of shape (n, m).

        Entry [i, j] is `segment_scores([predictions[i]], [references[j]])[value]`, to the bit. Without references each
        prediction is compared with all predictions: i is the hypothesis, j the reference.

            >>> from rapidscore import CHRF
            >>> CHRF().pairwise(["a cat", "the cat"], ["a cat", "a dog", "cats"]).round(1)
            array([[100. ,   6.2,  47.9],
                   [ 42.3,   5.7,  42.3]])

        `value` is the name of a segment score, by default the first; of several ROUGE types one must be named. `out`,
        a writable C-contiguous float64 array of shape (n, m) such as a `numpy.memmap`, is filled and returned. Raises
        `TypeError` when the metric scores no texts, and `ValueError` for an unknown `value` or an unsuitable `out`.
        """
        from rapidscore import pairwise

        return pairwise.matrix(self, predictions, references, value, out)

    def pairwise_blocks(
        self,
        predictions: Predictions,
        references: References | None = None,
        *,
        rows: int = 256,
        value: str | None = None,
    ) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Score as `pairwise` does, so many rows at a time, in memory for these and the texts.

        Yields the number of the first row, and the rows: float64 arrays of shape (up to `rows`, m).

            >>> from rapidscore import BLEU
            >>> blocks = BLEU(effective_order=True).pairwise_blocks(["a b c d", "a b c", "c d"], rows=2)
            >>> [(first, block.argmax(axis=1).tolist()) for first, block in blocks]
            [(0, [0, 1]), (2, [2])]
        """
        from rapidscore import pairwise

        return pairwise.blocks(self, predictions, references, rows, value)

    def _default_value(self, names: list[str]) -> str:
        """Choose from the names of a segment's scores, where none is asked for."""
        return names[0]

    def _is_higher_better(self, value: str | None) -> bool:
        """Say whether of this segment score more is better."""
        return self.higher_is_better

    def _prepare(self, references: Any, tokenized: bool) -> PreparedReferences:
        from rapidscore.prepared import PreparedReferences

        core = self._core_of_texts("it has no references to prepare")
        return PreparedReferences(self, core.prepare(references, tokenized))

    def _as_read(self, references: Any) -> Any:
        """Return references as the compiled core takes them."""
        # Most are lists, and need no look at anything else.
        if type(references) is list:
            return references
        from rapidscore import prepared

        return prepared.of_metric(self, references)

    def _core_of_texts(self, consequence: str) -> Core:
        """Return the compiled core. Raises `TypeError` when the metric scores no texts, with what follows from that."""
        core: Core | None = getattr(self, "_core", None)
        if core is None:
            raise TypeError(f"{type(self).__name__} scores no texts: {consequence}")
        return core

    def tokens(self, text: str) -> list[str]:
        """Return the tokens that this metric sees in a text. Raises `TypeError` when it scores labels or numbers."""
        core = self._core_of_texts("it has no tokens")
        return [token.decode("utf-8", "surrogatepass") for token in core.tokens(_as_str("text", text))]

    def _total(self, predictions: Any, references: Any) -> Any:
        """Measure and fold segments."""
        return self._core.total(predictions, self._as_read(references))

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Any:
        """Fold rows (n, k) of segments with so many references (the fewest, the most)."""
        return self._core.fold(rows, references)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Score each row (n, k) for itself."""
        return self._core.finalise_rows(rows)

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return the values of `as_dict()` of each of m folded rows (m, k), NaN where there is nothing to score."""
        totals = [self._fold(row[np.newaxis], (1, 1)) for row in sums]
        found = [{} if self._is_empty(total) else self._measured(self._score(total)) for total in totals]
        names = dict.fromkeys(name for values in found for name in values)
        return {name: np.array([values.get(name, nan) for values in found]) for name in names}

    def _measured(self, score: Any, names: Sequence[str] | None = None) -> dict[str, float]:
        """Return a score's values that are one number by name, all that there are or at least those named."""
        values: dict[str, float] = score.as_dict()
        return values

    def _headline(self, names: Sequence[str]) -> Sequence[str]:
        """Choose, of the names of all values, those that a table shows."""
        return names[:1]

    def _quiet(self) -> Metric[ScoreT_co]:
        """Return a metric with the same numbers that does not warn."""
        return self

    def _read_sums(self, data: bytes) -> Any:
        """Read the sums of a total from bytes. Raises `ValueError` when they are of other columns."""
        sums = Sums.from_bytes(data)
        if len(sums.row()) != len(self._columns()):
            raise ValueError(f"these bytes hold no total of {self!r}: pass what Total.to_bytes() returned")
        return sums

    def _is_empty(self, total: Any) -> bool:
        """Say whether a total has nothing to score."""
        return bool(total.segments == 0)

    def _columns(self) -> tuple[str, ...]:
        """Name the columns of a row."""
        return tuple(self._core.columns())

    def _warn(self, total: Any) -> None:
        """Warn of what would spoil the score."""

    def _signature(self, references: tuple[int, int] | None) -> str:
        """Return the options in short, for segments with so many references (the fewest, the most)."""
        if references not in self._signatures:
            items = self._signature_items()
            if references:
                fewest, most = references
                items = {"nrefs": f"{fewest}" if fewest == most else "var", **items}
            self._signatures[references] = "|".join(f"{key}:{value}" for key, value in items.items())
        return self._signatures[references]

    def _signature_items(self) -> dict[str, str]:
        """Name the options as a signature does."""
        raise TypeError(f"{type(self).__name__} does not say how it is signed: define _signature_items")

    def _score(self, total: Any) -> ScoreT_co:
        """Turn a total into the metric's own kind of score."""
        raise TypeError(f"{type(self).__name__} does not say how it is scored: define _score")


AnyMetric: TypeAlias = Metric[Any]


def _as_bool(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r} ({type(value).__name__})")
    return bool(value)


def as_int(name: str, value: Any) -> int:
    """Return an option as an `int`. Raises `TypeError` when it is no whole number."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{name} must be a whole number, not {value!r} ({type(value).__name__})")
    return index(value)


def _as_number(name: str, value: Any) -> float:
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number, not {value!r} ({type(value).__name__})")
    try:
        number = float(value)
    except OverflowError:
        number = inf
    if not isfinite(number):
        raise ValueError(f"{name} must be a finite number, got {value!r}")
    return int(number) if number.is_integer() else number


def _as_float_or_none(name: str, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool | np.bool_ | str) or not isinstance(value, SupportsFloat):
        raise TypeError(f"{name} must be a number or None, not {value!r} ({type(value).__name__})")
    return float(_as_number(name, value))


def _as_int_or_none(name: str, value: Any) -> int | None:
    return None if value is None else as_int(name, value)


def _as_str(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {value!r} ({type(value).__name__})")
    return str(value)


#: By the annotation of an option.
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "bool": _as_bool,
    "int": as_int,
    "int | None": _as_int_or_none,
    "int | float": _as_number,
    "float | None": _as_float_or_none,
    "str": _as_str,
}
