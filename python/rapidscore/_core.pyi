"""The compiled core, written in Rust. It is not a public interface: use the classes and functions of `rapidscore`.

The rows of n segments are an array of shape (n, k) with the k columns of a metric. A total is the exact sum of rows.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

#: Where the classes of each set of rows end, the classes, and their counts (3, classes).
_ClassRows: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]

__all__ = [
    "Confusion",
    "GroupConfusions",
    "GroupTotals",
    "LineWindow",
    "PairwiseScores",
    "ParallelFiles",
    "Perplexity",
    "Prepared",
    "SampleCounter",
    "TextMetric",
    "Total",
    "arrow_stream",
    "class_counts",
    "count_codes",
    "count_equal",
    "count_pairs",
    "draw_exchanged",
    "draw_exchanges",
    "draw_multiplicities",
    "draw_permutations",
    "draw_positions",
    "encode_integers",
    "encode_strings",
    "fold_draws",
    "fold_exchanges",
    "get_num_threads",
    "integers_of",
    "list_of",
    "measure_indicators",
    "powers_of_e",
    "ranks",
    "read_labels",
    "set_num_threads",
    "stem",
    "sum_numpy_draws",
]

@final
class TextMetric:
    """A text metric with its options."""

    @staticmethod
    def bleu(
        tokenize: str,
        lowercase: bool,
        smooth_method: str,
        smooth_value: float | None,
        max_ngram_order: int,
        effective_order: bool,
        convert: Callable[[str], bytes] | None = None,
        ignored: int | None = None,
    ) -> TextMetric:
        """Construct BLEU. `convert` returns the encoded tokens of a text, for the tokenizer `"given"`.

        With `ignored`, a text may be a list of tokens, from which this number is left out.
        """
    @staticmethod
    def bleu_of_tokens(max_ngram_order: int) -> TextMetric:
        """Construct BLEU of segments that are lists of tokens, `str` or `int`, in place of texts."""
    @staticmethod
    def chrf(
        char_order: int,
        word_order: int,
        beta_squared: float,
        lowercase: bool,
        whitespace: bool,
        eps_smoothing: bool,
    ) -> TextMetric:
        """Construct chrF, or chrF++ with a `word_order` above 0."""
    @staticmethod
    def rouge(
        rouge_types: list[str],
        use_stemmer: bool,
        tokenizer: str,
        convert: Callable[[str], bytes] | None = None,
        ignored: int | None = None,
    ) -> TextMetric:
        """Construct ROUGE. `convert` returns encoded tokens (tokenizer `"given"`) or encoded sentences of a text.

        `ignored` is as for `bleu`.
        """
    @staticmethod
    def ter(normalized: bool, no_punct: bool, asian_support: bool, case_sensitive: bool) -> TextMetric:
        """Construct TER."""
    @staticmethod
    def error_rate(
        characters: bool,
        lowercase: bool,
        remove_punctuation: bool,
        collapse_whitespace: bool,
        convert: Callable[[str], bytes] | None = None,
        ignored: int | None = None,
    ) -> TextMetric:
        """Construct the word or character error rate. `convert` returns the normalized text in UTF-8.

        `ignored` is left out of lists of tokens.
        """
    @property
    def converts(self) -> bool:
        """Whether texts pass through a Python function."""
    def columns(self) -> list[str]:
        """Return the names of the columns of a row."""
    def whole_columns(self) -> list[bool]:
        """Return for each column of a row whether it holds counts."""
    def segment_score_names(self) -> list[str]:
        """Return the names of the scores of a segment."""
    def total(self, predictions: Any, references: Any = None) -> Total:
        """Measure segments, and return their total."""
    def rows(self, predictions: Any, references: Any = None) -> tuple[NDArray[np.float64], Total]:
        """Measure segments: return their rows (n, k), and their total without sums."""
    def segment_scores(self, predictions: Any, references: Any) -> tuple[dict[str, NDArray[np.float64]], str | None]:
        """Score segments: return arrays (n,) by score name, and the `misfit` of a total."""
    def segment(self, hypothesis: Any, references: Any) -> tuple[Any, ...] | None:
        """Return the first score and the row of one segment, or None unless it is a `str` and a list of `str`."""
    def fold(self, rows: NDArray[np.float64], references: tuple[int, int], measured: Total | None = None) -> Total:
        """Return the total of rows (n, k) of segments with a minimum and maximum number of references.

        `measured` is the total that `rows` returned together with these rows.
        """

    def fold_groups(
        self,
        rows: NDArray[np.float64],
        codes: NDArray[np.int32],
        groups: int,
        references: tuple[int, int] | NDArray[np.int64],
    ) -> GroupTotals:
        """Fold rows (n, k) of the groups of `codes` (n,).

        `references` is the lowest and the highest number of references of the segments, or the number of each (n,).
        """

    def finalise_rows(self, rows: NDArray[np.float64], every: bool = False) -> dict[str, NDArray[np.float64]]:
        """Score each row (n, k): return arrays (n,) by name; with `every`, also the values of a corpus score."""
    def finalise(self, total: Total) -> tuple[list[float], list[float]]:
        """Return all scores of a total, those of a segment before their components, and the summed row."""
    def prepare(self, references: Any, tokens: bool) -> Prepared:
        """Read references, each of which is a list of tokens if `tokens` is True."""
    def tokens(self, text: Any) -> list[bytes]:
        """Return the tokens of a text in UTF-8, with lone surrogates as three bytes each."""
    def align(self, prediction: Any, reference: Any) -> list[tuple[str, int, int]]:
        """Return the edits between two texts: type, position in the prediction, position in the reference."""

@final
class Perplexity:
    """Perplexity with its options."""

    def __new__(cls, ignored: int | None, shift: bool, aggregate: str, top_k: int) -> Perplexity: ...
    def columns(self) -> list[str]:
        """Return the names of the columns of a row."""
    def measure_logits(
        self,
        logits: NDArray[Any],
        number_format: str,
        labels: NDArray[np.int64],
        mask: NDArray[np.uint8] | None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]] | tuple[int, int | None] | int:
        """Measure labels (batch x time,) by logits (batch, time, vocabulary).

        Returns the losses of labels in nats, with NaN for labels that are not scored; the negative log-likelihood and
        the number of tokens of each sequence (n, 2); and its hits (n, 2). If a row of logits has no probabilities,
        returns the row and the column of an invalid logit; if a label has no logit, returns its position.
        """
    @staticmethod
    def sum_log_probs(
        log_probs: NDArray[np.float64], offsets: NDArray[np.int64], unit: float
    ) -> NDArray[np.float64] | int:
        """Return negative log-likelihood and tokens (n, 2), or the position of an invalid log-probability."""
    @staticmethod
    def total_log_probs(log_probs: NDArray[np.float64], offsets: NDArray[np.int64], unit: float) -> Total | int:
        """Return the total of sequences, or the position of an invalid log-probability."""
    @staticmethod
    def sum_log_prob_lists(sequences: list[Any], unit: float) -> NDArray[np.float64]:
        """Return negative log-likelihood and tokens (n, 2) of lists, whose first item may be None."""
    @staticmethod
    def rows(
        sums: NDArray[np.float64],
        hits: NDArray[np.float64] | None,
        sizes: Sequence[NDArray[np.float64] | None],
    ) -> NDArray[np.float64]:
        """Return the rows (n, 9) of sequences; `sums` and `hits` are (n, 2), and each size is (n,) or None."""
    @staticmethod
    def total(
        sums: NDArray[np.float64],
        hits: NDArray[np.float64] | None,
        sizes: Sequence[NDArray[np.float64] | None],
    ) -> Total:
        """Return the total of sequences, given as to `rows`."""
    def fold(self, rows: NDArray[np.float64]) -> Total:
        """Return the total of rows (n, 9)."""
    def fold_groups(self, rows: NDArray[np.float64], codes: NDArray[np.int32], groups: int) -> GroupTotals:
        """Fold rows (n, 9) of the groups of `codes` (n,)."""
    def finalise_rows(self, rows: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Score each row (n, 9): return arrays (n,) by name, with NaN for unknown scores."""

@final
class PairwiseScores:
    """Predictions and references that were read to score each prediction against each reference."""

    def __new__(cls, text_metric: TextMetric, predictions: Any, references: Any, score: int) -> PairwiseScores:
        """Read texts for the segment score with the index `score`; None compares predictions with each other."""
    @property
    def shape(self) -> tuple[int, int]:
        """The number of predictions and of references."""
    @property
    def misfit(self) -> str | None:
        """As for `Total`."""
    def fill(self, first: int, output: NDArray[np.float64]) -> None:
        """Write the scores of predictions from `first` on into an array, a row for each."""

@final
class Prepared:
    """References that a text metric has read. It is accepted in place of references."""

    def __len__(self) -> int: ...
    def counts(self) -> list[int]:
        """Return the number of references of each segment."""
    @property
    def misfit(self) -> str | None:
        """As for `Total`."""
    def select(self, positions: Sequence[int]) -> Prepared:
        """Return the references of the segments at some positions."""

@final
class Total:
    """The exact sum of the rows of segments."""

    @staticmethod
    def of_indicators(rows: NDArray[np.uint8], weights: NDArray[np.float64] | None = None) -> Total:
        """Return the total of indicators (n, 2C), the true and then the predicted ones, with or without weights."""
    @staticmethod
    def of_rows(rows: NDArray[np.float64]) -> Total:
        """Return the exact sum of rows (n, k)."""
    @property
    def segments(self) -> int:
        """The number of segments."""
    @property
    def references(self) -> tuple[int, int] | None:
        """The minimum and maximum number of references of a segment, or None without references."""
    @property
    def tokenized(self) -> int:
        """The number of hypotheses that look tokenized."""
    @property
    def columns(self) -> int:
        """The number of columns."""
    @property
    def misfit(self) -> str | None:
        """Why the metric does not suit the texts, if it does not: the name of their script, or `"letters"`."""
    def row(self) -> list[float]:
        """Return the sum of each column, rounded once."""
    def row_array(self) -> NDArray[np.float64]:
        """Return the sum of each column as array (k,), rounded once."""
    def merged(self, other: Total) -> Total:
        """Return the total of the segments of both. Raises `ValueError` for other columns, and for too large sums."""
    def to_bytes(self) -> bytes:
        """Return the sums as bytes, which are the same for equal totals on every machine."""
    @staticmethod
    def from_bytes(data: bytes, start: int = 0) -> Total:
        """Read what `to_bytes` returned, from `start` on. Raises `ValueError` for other bytes."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Confusion:
    """Exact counts, or sums of weights, of pairs of true and predicted classes."""

    def __new__(cls) -> Confusion: ...
    @property
    def segments(self) -> int:
        """The number of rows that were counted."""
    @property
    def classes(self) -> int:
        """The number of classes, C."""
    def matrix(self) -> NDArray[Any]:
        """Return the confusion matrix (C, C), with a row per true class: int64, or float64 with weights."""
    def class_counts(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Return true positives, predicted counts and support of each class: int64, or float64 with weights."""
    def merged(self, other: Confusion) -> Confusion:
        """Return the counts of the rows of both, which must have the same classes. Raises `ValueError` for too many."""
    def relabelled(self, codes: NDArray[np.uint32], classes: int) -> Confusion:
        """Return the same counts with the code `codes[i]` for class i, out of `classes` codes."""
    def to_bytes(self) -> bytes:
        """Return the counts as bytes, which are the same for equal counts on every machine."""
    @staticmethod
    def from_bytes(data: bytes, start: int = 0) -> Confusion:
        """Read what `to_bytes` returned, from `start` on. Raises `ValueError` for other bytes."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class GroupConfusions:
    """Confusion counts of groups of rows. Those of a group are made when they are asked for."""

    def __len__(self) -> int: ...
    def segments(self) -> NDArray[np.int64]:
        """Return the number of rows of each group."""

    def confusion(self, group: int) -> tuple[NDArray[np.uint32], Confusion]:
        """Return the classes that occur in a group, and the counts of these classes."""

    def class_rows(self) -> _ClassRows:
        """Return the counts of the classes that occur in each group."""

@final
class GroupTotals:
    """The totals of groups of rows. Each total is made when it is asked for."""

    @staticmethod
    def of_rows(rows: NDArray[np.float64], codes: NDArray[np.int32], groups: int) -> GroupTotals:
        """Fold rows (n, k) that were measured elsewhere, whose groups are `codes` (n,)."""

    @staticmethod
    def of_indicators(
        rows: NDArray[np.uint8], weights: NDArray[np.float64] | None, codes: NDArray[np.int32], groups: int
    ) -> GroupTotals:
        """Fold rows of indicators (n, 2C), as `Total.of_indicators` does, whose groups are `codes` (n,)."""

    def __len__(self) -> int: ...
    def segments(self) -> NDArray[np.int64]:
        """Return the number of segments of each group."""

    def rows(self) -> NDArray[np.float64]:
        """Return the summed row of each group (groups, k), each value rounded once."""

    def total(self, group: int) -> Total:
        """Return the total of a group."""

    def overall(self) -> Total:
        """Return the total of all rows."""

@final
class SampleCounter:
    """Distinct rows of labels, of which samples are drawn and counted at once.

    Counts of rows of one label are arrays (ends, classes, counts): where the classes of each set of rows end, the
    classes that occur in it, and their true positives, predicted rows and true rows (3, classes). Counts of rows of
    several labels are arrays (sums, copies): the summed rows (sets, k), and the number of rows of each set. With
    groups, a sample has a set for each group, and then one of all rows.
    """

    @staticmethod
    def of_labels(
        y_true: NDArray[np.int32],
        y_pred: NDArray[np.int32],
        classes: int,
        weights: NDArray[np.float64] | None,
        groups: tuple[NDArray[np.int32], int] | None,
        copies: int,
    ) -> SampleCounter:
        """Take rows of a true and a predicted code below `classes`; rows with a negative true code are not counted."""

    @staticmethod
    def of_indicators(
        rows: NDArray[np.uint8],
        weights: NDArray[np.float64] | None,
        groups: tuple[NDArray[np.int32], int] | None,
        copies: int,
    ) -> SampleCounter:
        """Take rows of indicators (n, 2C), true labels before predicted ones."""

    @property
    def width(self) -> int:
        """The largest number of values in the counts of a sample."""

    def bootstrap(self, sizes: NDArray[np.uint64], seed: int, first: int, samples: int) -> tuple[Any, ...]:
        """Count samples drawn with replacement, as `draw_multiplicities` draws them."""

    def exchanges(self, sizes: NDArray[np.uint64], seed: int, first: int, trials: int) -> tuple[Any, ...]:
        """Count trials in which rows of two systems are exchanged, as `draw_exchanged` draws them, for both systems."""

    def copies(self, copies: NDArray[np.uint64]) -> tuple[Any, ...]:
        """Count samples with given numbers of copies of each row (samples, n)."""

    def positions(self, positions: NDArray[np.uintp]) -> tuple[Any, ...]:
        """Count samples of the rows at given positions (samples, m)."""

    def left_out(self, sizes: NDArray[np.uint64], first: int, count: int) -> tuple[Any, ...]:
        """Count all rows without one copy of each of `count` rows from `first` on."""

@final
class ParallelFiles:
    """Text files with the same number of lines: one of hypotheses and one or more of references.

    A line of more than `max_line_bytes` bytes raises `ValueError`.
    """

    def __new__(cls, hypotheses: str, references: list[str], max_line_bytes: int) -> ParallelFiles: ...
    def read(self, segments: int, size: int) -> LineWindow:
        """Return the next lines, up to a number of segments or bytes (`size`); none at the end of the files."""
    @property
    def position(self) -> int:
        """The number of bytes read so far, of all files."""
    @property
    def marked(self) -> list[bool]:
        """Whether each file began with a byte order mark, once its first line has been read."""

@final
class LineWindow:
    """Consecutive lines of parallel files. It is accepted in place of predictions and references."""

    def __len__(self) -> int: ...
    def lines(self) -> list[list[str]]:
        """Return the lines of each file, hypotheses first."""

def set_num_threads(threads: int) -> None:
    """Set the number of threads of each call, 0 to 1024; 0 is one thread for each available core."""

def get_num_threads() -> int:
    """Return the number of threads of each call."""

def stem(word: str) -> str:
    """Return the Porter stem of a word of a-z and 0-9, as NLTK does."""

def count_pairs(y_true: NDArray[Any], y_pred: NDArray[Any]) -> tuple[NDArray[Any], Confusion]:
    """Count pairs of integer labels: return the sorted labels and the counts of pairs of their indices."""

def class_counts(
    y_true: NDArray[Any], y_pred: NDArray[Any]
) -> tuple[NDArray[Any], tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """Count integer labels: return the sorted labels, and true positives, predicted counts and support of each."""

def count_equal(y_true: NDArray[Any], y_pred: NDArray[Any]) -> int:
    """Return the number of rows in which two columns of integers are equal."""

def count_codes(
    y_true: NDArray[np.int32],
    y_pred: NDArray[np.int32],
    classes: int,
    weights: NDArray[np.float64] | None = None,
    groups: NDArray[np.int32] | None = None,
    group_count: int = 1,
) -> GroupConfusions:
    """Count pairs of codes of `classes` classes in each of `group_count` groups, leaving out negative true codes.

    Returns for each group the codes that occur, and the counts of pairs of their indices.
    """

def encode_integers(columns: Sequence[NDArray[Any]]) -> tuple[list[NDArray[np.int32]], NDArray[Any]]:
    """Return the codes of columns of integers, and their common sorted table of labels."""

def encode_strings(
    columns: Sequence[list[str] | NDArray[np.uint32]], names: Sequence[str]
) -> tuple[list[NDArray[np.int32]], list[str]]:
    """Return the codes of columns of strings, and their common sorted table; `names` are for messages."""

def list_of(values: Any) -> list[Any]:
    """Return the items of an iterable as a list, as list() does, but answer signals."""

def integers_of(values: list[Any]) -> tuple[NDArray[np.int64], bool] | int:
    """Return the integers of a list and whether all are bools, or the position of an item that is neither."""

def read_labels(data: bytes) -> tuple[NDArray[Any] | list[str], int]:
    """Read a sorted table of labels at the start of bytes: return the labels and the length of their line.

    Bools are uint8. Strings are an array of characters (labels, longest string), or a list. Raises `ValueError` for
    other bytes.
    """

def ranks(scores: NDArray[Any], classes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return the rank of the true class among the scores (n, C) of each row, counted from 0."""

def measure_indicators(rows: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the rows (n, 9) of indicators (n, 2C), the true and then the predicted ones."""

def arrow_stream(columns: Sequence[tuple[str, Literal["text", "bool", "int", "float"], Sequence[Any]]]) -> object:
    """Return columns of names, kinds and values as a stream of Arrow, with None for missing values."""

def powers_of_e(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return e to the power of each value."""

def fold_draws(
    rows: NDArray[np.float64],
    seed: int,
    first: int,
    samples: int,
    order: NDArray[np.uintp] | None = None,
    group_ends: Sequence[int] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.uint64]]:
    """Sum rows (n, k) drawn with replacement, n for each sample, for samples from number `first` on.

    `order` has the positions of rows group by group, and `group_ends` the end of each group. Returns the sums
    (samples, groups + 1, k) and the numbers of rows drawn (samples, groups + 1), with all rows last; without groups
    (samples, 1, k) and (samples, 1).
    """

def fold_exchanges(
    one: NDArray[np.float64], other: NDArray[np.float64], seed: int, first: int, trials: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum rows (n, k) of two systems, exchanged at random, for trials from number `first` on.

    Each trial exchanges the rows of about half of the segments. Returns the sums (trials, k) of either system.
    """

def sum_numpy_draws(
    values: NDArray[np.float64], words: NDArray[np.uint32], position: int, samples: int, ranks: Sequence[int]
) -> tuple[NDArray[np.float64], NDArray[np.uint32], int]:
    """Sum values (groups, columns, n) at positions drawn like NumPy's legacy generator, n for each sample.

    All columns of a group share their positions. `words` and `position` are the state of the generator. Sums that
    decide the order statistics `ranks` are added in sequence, and others may be rounded differently. Returns the sums
    (groups, columns, samples) and the new state.
    """

def draw_positions(count: int, seed: int, samples: int) -> NDArray[np.uintp]:
    """Return the positions (samples, n) that `fold_draws` draws."""

def draw_exchanges(count: int, seed: int, trials: int) -> NDArray[np.bool_]:
    """Return which segments `fold_exchanges` exchanges, bool (trials, n)."""

def draw_multiplicities(sizes: NDArray[np.uint64], seed: int, first: int, samples: int) -> NDArray[np.uint64]:
    """Return how often each distinct row, which occurs `sizes` times, is drawn: (samples, distinct rows)."""

def draw_permutations(codes: NDArray[np.int32], seed: int, first: int, permutations: int) -> NDArray[np.int32]:
    """Return permutations of the groups of rows, given the code of each row's group: (permutations, rows)."""

def draw_exchanged(sizes: NDArray[np.uint64], seed: int, first: int, trials: int) -> NDArray[np.uint64]:
    """Return how many of each distinct row, which occurs `sizes` times, are exchanged: (trials, distinct rows)."""
