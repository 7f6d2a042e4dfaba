"""What metrics of texts share: segments in, rows and totals of the compiled core out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

from rapidscore._core import Prepared
from rapidscore._public import public
from rapidscore.inputs import pretokenized
from rapidscore.inputs.options import as_str
from rapidscore.metric import Metric
from rapidscore.statistics import Statistics

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Core
    from rapidscore.statistics import Total
    from rapidscore.text_metrics.files import Path
    from rapidscore.text_metrics.prepared import PreparedReferences

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
class TextMetric(Metric[ScoreT_co], listed=False):
    """A metric of texts: of segments, each a prediction and one reference or more.

    Wherever segments are asked for, `predictions` is a sequence of n `str`, and `references` has for each
    prediction one `str`, or a list of one or more `str` (their number may vary). Unequal lengths raise
    `ValueError`, anything but `str` raises `TypeError`; both name the position.
    """

    # Each instance has its own, set at construction. Annotated otherwise, a dataclass would take it for an option.
    _core: ClassVar[Core]

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
                else [pretokenized.count_references(*pair) for pair in zip(predictions, read, strict=True)]
            )
        return Statistics(self, rows, counts)

    def score_files(self, predictions_path: Path, references_paths: Path | Sequence[Path]) -> ScoreT_co:
        r"""Score a file with a segment in each line against one file of references, or several.

        Files are UTF-8 and are read a window of lines at a time, so memory does not grow with them. Lines end as in
        Python's text files. Raises `OSError` when a file cannot be read, and `ValueError` when there is no line, when
        files differ in length, or where bytes are not UTF-8; the message names file and line.

            >>> from pathlib import Path
            >>> from tempfile import TemporaryDirectory
            >>> from rapidscore import CHRF
            >>> with TemporaryDirectory() as folder:
            ...     _ = Path(folder, "system").write_text("the cat sat\na dog\n")
            ...     _ = Path(folder, "reference").write_text("the cat sat down\na dog\n")
            ...     print(CHRF().score_files(Path(folder, "system"), Path(folder, "reference")))
            chrF2 = 69.62
        """
        return self.total_of_files(predictions_path, references_paths).score()

    def total_of_files(self, predictions_path: Path, references_paths: Path | Sequence[Path]) -> Total[ScoreT_co]:
        """Fold all segments of files, which are given as to `score_files`."""
        from rapidscore.text_metrics import files

        return files.totals({"": self}, predictions_path, references_paths)[""]

    def statistics_of_files(
        self, predictions_path: Path, references_paths: Path | Sequence[Path]
    ) -> Statistics[ScoreT_co]:
        """Measure each segment of files, which are given as to `score_files`; rows are kept, texts are not."""
        from rapidscore.text_metrics import files

        return files.statistics({"": self}, predictions_path, references_paths)[""]

    def prepare(self, references: References) -> PreparedReferences:
        """Read references once, to be scored against many times: the outputs of many systems, or of training steps.

        What comes back stands for the references wherever this metric, or an equal one, is given some, with the same
        results to the bit; see `rapidscore.PreparedReferences`.
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
        `ValueError` for an unknown `value` or an unsuitable `out`.
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
        """Score as `pairwise` does, so many rows at a time, in memory for these and the texts.

        Yields the number of the first row, and the rows: float64 arrays of shape (up to `rows`, m).

            >>> from rapidscore import BLEU
            >>> blocks = BLEU(effective_order=True).pairwise_blocks(["a b c d", "a b c", "c d"], rows=2)
            >>> [(first, block.argmax(axis=1).tolist()) for first, block in blocks]
            [(0, [0, 1]), (2, [2])]
        """
        from rapidscore.text_metrics import pairwise

        return pairwise.blocks(self, predictions, references, rows, value)

    def tokens(self, text: str) -> list[str]:
        """Return the tokens that this metric sees in a text."""
        return [token.decode("utf-8", "surrogatepass") for token in self._core.tokens(as_str("text", text))]

    def _default_value(self, names: list[str]) -> str:
        """Choose from the names of a segment's scores, where none is asked for."""
        return names[0]

    def _is_higher_better(self, value: str | None) -> bool:
        """Say whether of this segment score more is better."""
        return self.higher_is_better

    def _prepare(self, references: Any, tokenized: bool) -> PreparedReferences:
        from rapidscore.text_metrics.prepared import PreparedReferences

        return PreparedReferences(self, self._core.prepare(references, tokenized))

    def _as_read(self, references: Any) -> Any:
        """Return references as the compiled core takes them."""
        # Most are lists, and need no look at anything else.
        if type(references) is list:
            return references
        from rapidscore.text_metrics import prepared

        return prepared.of_metric(self, references)

    def _total(self, predictions: Any, references: Any) -> Any:
        return self._core.total(predictions, self._as_read(references))

    def _fold(self, rows: NDArray[np.float64], references: tuple[int, int]) -> Any:
        return self._core.fold(rows, references)

    def _finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return self._core.finalise_rows(rows)

    def _columns(self) -> tuple[str, ...]:
        return tuple(self._core.columns())


AnyTextMetric: TypeAlias = TextMetric[Any]
