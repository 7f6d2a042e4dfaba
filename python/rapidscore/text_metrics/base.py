"""The base class of text metrics, which measures segments in the compiled core."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from rapidscore._core import Prepared
from rapidscore._public import public
from rapidscore.inputs.options import as_str, check_int64
from rapidscore.metric import Metric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import GroupTotals
    from rapidscore._core import TextMetric as Core
    from rapidscore.statistics import Statistics, Total
    from rapidscore.text_metrics.files import Path
    from rapidscore.text_metrics.prepared import PreparedReferences

Predictions: TypeAlias = Sequence[str]
References: TypeAlias = "Sequence[str | Sequence[str]] | PreparedReferences"

#: Texts, or tokens in place of texts.
Tokenized: TypeAlias = Sequence[str] | Sequence[Sequence[str | int]]
TokenizedReferences: TypeAlias = (
    "Sequence[str | Sequence[str | int] | Sequence[Sequence[str | int]]] | PreparedReferences"
)

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@public
class TextMetric(Metric[ScoreT_co], listed=False):
    """A metric that compares predicted texts with reference texts, segment by segment.

    In every method, `predictions` is a sequence of n `str`, such as a list, an array, or a column of pandas, polars or
    pyarrow. `references` has one item for each prediction: a `str`, or a list of one or more `str`, whose number may
    differ between segments. A DataFrame or an array of shape (n, references) has a column for each reference of a
    segment. Different lengths raise `ValueError`, and items that are not `str`, such as missing references, raise
    `TypeError`; both messages name the position.
    """

    # Set on each instance at construction. Without ClassVar, dataclass would treat it as an option.
    _core: ClassVar[Core]

    def score(self, predictions: Predictions, references: References) -> ScoreT_co:
        """Score all segments as one corpus. Raises `ValueError` if there are no segments."""
        total = self._total(predictions, references)
        if total.misfit:
            self._warn_of_misfit(total.misfit)
        return self._score(total)

    def segment_scores(self, predictions: Predictions, references: References) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return a dict from score names to float64 arrays of shape (n,)."""
        scores, misfit = self._core.segment_scores(predictions, self._core_references(references))
        if misfit:
            self._warn_of_misfit(misfit)
        return scores

    def statistics(self, predictions: Predictions, references: References) -> Statistics[ScoreT_co]:
        """Measure each segment: return the rows that scores are computed from, to be sliced, joined and scored."""
        from rapidscore.statistics import Statistics

        core_references: Any = self._core_references(references)
        rows, total = self._core.rows(predictions, core_references)
        self._warn(total)
        self._warn_of_misfit(total.misfit)
        fewest, most = total.references or (0, 0)
        counts: Any = fewest
        if fewest != most and isinstance(core_references, Prepared):
            counts = core_references.counts()
        elif fewest != most:
            from rapidscore.inputs.pretokenized import count_references
            from rapidscore.inputs.references import as_objects

            pairs = zip(as_objects(predictions), core_references, strict=True)
            counts = [count_references(*pair) for pair in pairs]
        return Statistics._of(self, rows, counts)

    def score_files(
        self,
        predictions_path: Path,
        references_paths: Path | Sequence[Path],
        *,
        max_line_bytes: int = 2**26,
    ) -> ScoreT_co:
        r"""Score a file of predictions against one or more files of references, with one segment per line.

        Files are UTF-8. A line ends at `\n`, and a `\r` before it belongs to its end; no other character ends a line.
        One window of lines is read at a time, so memory does not grow with the size of the files.

        Parameters
        ----------
        predictions_path : str or path-like
            File with one prediction per line. It may be a pipe.
        references_paths : str or path-like, or sequence of them
            One or more files with as many lines; each line of a file is a reference of the prediction in that line.
        max_line_bytes : int, default 67_108_864
            The greatest number of bytes of a line, 1 to 4,294,901,760.

        Returns
        -------
        score
            The same score as that of the texts given as lists.

        Raises
        ------
        OSError
            If a file cannot be read.
        ValueError
            If there are no lines, files differ in length, or a line is not UTF-8 or too long; the message names file
            and line.

        Warns
        -----
        UserWarning
            If a file begins with a byte order mark, which is removed.

        Examples
        --------
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from rapidscore import CHRF
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "system").write_text("the cat sat\na dog\n")
        ...     _ = Path(folder, "reference").write_text("the cat sat down\na dog\n")
        ...     print(CHRF().score_files(Path(folder, "system"), Path(folder, "reference")))
        chrF2 = 69.62

        """
        return self.total_of_files(predictions_path, references_paths, max_line_bytes=max_line_bytes).score()

    def total_of_files(
        self,
        predictions_path: Path,
        references_paths: Path | Sequence[Path],
        *,
        max_line_bytes: int = 2**26,
    ) -> Total[ScoreT_co]:
        """Return the total of all segments of files. Takes the arguments of `score_files`."""
        from rapidscore.text_metrics import files

        return files.totals({"": self}, predictions_path, references_paths, max_line_bytes=max_line_bytes)[""]

    def statistics_of_files(
        self,
        predictions_path: Path,
        references_paths: Path | Sequence[Path],
        *,
        max_line_bytes: int = 2**26,
    ) -> Statistics[ScoreT_co]:
        """Measure each segment of files, keeping rows but not texts. Takes the arguments of `score_files`."""
        from rapidscore.text_metrics import files

        return files.statistics({"": self}, predictions_path, references_paths, max_line_bytes=max_line_bytes)[""]

    def prepare(self, references: References) -> PreparedReferences:
        """Read references once, to score the outputs of many systems or training steps against them.

        This metric, and any equal one, accepts the result in place of `references` and returns bit-identical results;
        see `rapidscore.PreparedReferences`.
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
        """Score each of n predictions against each of m references.

        Parameters
        ----------
        predictions : sequence of str
            n texts.
        references : sequence, optional
            m references, each a `str` or a list of `str`, or the result of `prepare`. By default each prediction is
            scored against every prediction.
        value : str, optional
            Name of the segment score, by default the first; with several ROUGE types it must be given.
        out : numpy.ndarray, optional
            Writable C-contiguous float64 array of shape (n, m), such as a `numpy.memmap`, that is filled and returned.

        Returns
        -------
        numpy.ndarray
            float64 array of shape (n, m). Entry [i, j] is bit-identical to
            `segment_scores([predictions[i]], [references[j]])[value]`.

        Raises
        ------
        ValueError
            If `value` is unknown, or `out` has another shape or memory layout.
        TypeError
            If a text is not a `str`, or `out` is not a float64 array.

        Examples
        --------
        >>> from rapidscore import CHRF
        >>> CHRF().pairwise(["a cat", "the cat"], ["a cat", "a dog", "cats"]).round(1)
        array([[100. ,   6.2,  47.9],
               [ 42.3,   5.7,  42.3]])

        """
        from rapidscore.text_metrics import pairwise

        return pairwise.matrix(self, predictions, references, value, out)

    def pairwise_blocks(
        self,
        predictions: Predictions,
        references: References | None = None,
        *,
        rows: int = 256,
        value: str | None = None,
    ) -> Iterator[tuple[int, NDArray[np.float64]]]:
        """Score like `pairwise`, in blocks of rows, so that only one block and the texts are in memory.

        Parameters
        ----------
        predictions : sequence of str
            n texts.
        references : sequence, optional
            m references, as for `pairwise`.
        rows : int, default 256
            Number of rows per block, at least 1.
        value : str, optional
            Name of the segment score, as for `pairwise`.

        Yields
        ------
        first : int
            Index of the first prediction of the block.
        block : numpy.ndarray
            float64 array of shape (rows, m); the last block may have fewer rows.

        Raises
        ------
        ValueError
            If `rows` is less than 1 or `value` is unknown; raised by the call, before the first block.

        Examples
        --------
        >>> from rapidscore import BLEU
        >>> blocks = BLEU(effective_order=True).pairwise_blocks(["a b c d", "a b c", "c d"], rows=2)
        >>> [(first, block.argmax(axis=1).tolist()) for first, block in blocks]
        [(0, [0, 1]), (2, [2])]

        """
        from rapidscore.text_metrics import pairwise

        return pairwise.blocks(self, predictions, references, rows, value)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens that this metric compares in a text."""
        return [token.decode("utf-8", "surrogatepass") for token in self._core.tokens(as_str("text", text))]

    def _default_value(self, names: list[str]) -> str:
        """Choose the segment score for calls without `value`, given the names of all of them."""
        return names[0]

    def _prepare(self, references: Any, tokenized: bool) -> PreparedReferences:
        """Read references, each of which is a list of tokens if `tokenized` is True."""
        from rapidscore.inputs.references import rows_of_references
        from rapidscore.text_metrics.prepared import PreparedReferences

        prepared = self._core.prepare(rows_of_references(references), tokenized)
        self._warn_of_misfit(prepared.misfit)
        return PreparedReferences(self, prepared)

    def _core_references(self, references: Any) -> Any:
        """Return references in the form that the compiled core reads."""
        # Most references are lists, which need no further checks.
        if type(references) is list:
            return references
        from rapidscore.text_metrics import prepared

        return prepared.of_metric(self, references)

    def _warn_of_misfit(self, misfit: str | None) -> None:
        if misfit and (remedy := self._misfit_remedy(misfit)):
            import logging

            found = "have mostly letters other than a–z"
            if misfit != "letters":
                found = f"are in {misfit}, without spaces between words"
            logging.getLogger("rapidscore").warning(
                "the texts %s, so %s means little: %s", found, type(self).__name__, remedy, extra={"is_of_texts": True}
            )

    def _misfit_remedy(self, script: str) -> str:
        """Return what to use for texts in a script that does not suit this metric; an empty text for no warning."""
        return ""

    def _total(self, predictions: Any, references: Any) -> Any:
        return self._core.total(predictions, self._core_references(references))

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Any:
        return self._core.fold(rows, references)

    def _fold_groups(
        self, rows: NDArray[np.float64], codes: NDArray[np.int32], count: int, references: Any
    ) -> GroupTotals:
        return self._core.fold_groups(rows, codes, count, references)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return self._core.finalise_rows(rows)

    def _columns(self) -> tuple[str, ...]:
        return tuple(self._core.columns())

    def _whole_columns(self) -> list[bool]:
        return self._core.whole_columns()


class TokenMetric(TextMetric[ScoreT_co], listed=False):
    """A metric of texts that also takes tokens in place of texts, and can leave out one of them."""

    ignore_index: int | None

    _later_options: ClassVar[frozenset[str]] = frozenset({"ignore_index"})

    def __post_init__(self) -> None:
        super().__post_init__()
        check_int64("ignore_index", self.ignore_index)

    if TYPE_CHECKING:
        # The methods of `TextMetric`, which also take tokens. Calling them through others would take time.

        def score(self, predictions: Tokenized, references: TokenizedReferences) -> ScoreT_co:
            """Score all segments as one corpus."""
            ...

        def segment_scores(
            self, predictions: Tokenized, references: TokenizedReferences
        ) -> dict[str, NDArray[np.float64]]:
            """Score each segment separately."""
            ...

        def statistics(self, predictions: Tokenized, references: TokenizedReferences) -> Statistics[ScoreT_co]:
            """Measure each segment."""
            ...

        def pairwise(
            self,
            predictions: Tokenized,
            references: TokenizedReferences | None = None,
            *,
            value: str | None = None,
            out: NDArray[np.float64] | None = None,
        ) -> NDArray[np.float64]:
            """Score all pairs."""
            ...

        def pairwise_blocks(
            self,
            predictions: Tokenized,
            references: TokenizedReferences | None = None,
            *,
            rows: int = 256,
            value: str | None = None,
        ) -> Iterator[tuple[int, NDArray[np.float64]]]:
            """Score all pairs in blocks."""
            ...

    def prepare(self, references: TokenizedReferences, *, tokenized: bool = False) -> PreparedReferences:
        """Read references once, to score many predictions against them: see `TextMetric.prepare`.

        With `tokenized=True` each item of `references` is a list of tokens, or a list of such lists. A list of `str`
        could be the tokens of one reference or several references; by default it is several references.
        """
        return self._prepare(references, tokenized)

    def _ignored(self) -> dict[str, str]:
        """Return the item of the signature for the token that is left out, if there is one."""
        return {} if self.ignore_index is None else {"ignore": str(self.ignore_index)}


AnyTextMetric: TypeAlias = TextMetric[Any]
