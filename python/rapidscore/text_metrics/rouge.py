"""ROUGE with the results of rouge-score 0.1.2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from rapidscore import _core
from rapidscore._public import public, unchangeable
from rapidscore.display.keyed import KeyedResult
from rapidscore.display.result import Score
from rapidscore.inputs import pretokenized
from rapidscore.inputs.options import check_ordered
from rapidscore.text_metrics.base import TokenMetric

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rapidscore._core import Total as Sums
    from rapidscore.display.tables import Table
    from rapidscore.text_metrics.base import Tokenized, TokenizedReferences

#: The version of rouge-score whose scores are reproduced.
ROUGE_SCORE_VERSION = "0.1.2"


class Tokenizer(Protocol):
    """The protocol of the option `tokenizer`, which rouge-score's tokenizers satisfy."""

    def tokenize(self, text: str) -> Iterable[str]:
        """Return the tokens of a text."""


@public
class ROUGEValues(NamedTuple):
    """Precision, recall and F-measure of one ROUGE type, each 0 to 1."""

    precision: float
    recall: float
    fmeasure: float


@public
@unchangeable
class ROUGEScore(Score, KeyedResult[str, ROUGEValues]):
    """A mapping from ROUGE types to `ROUGEValues`, the means over all segments; with `segments` and `signature`.

    `float()` and comparisons use the F-measure, and raise `TypeError` if there are several types.
    """

    _decimals: ClassVar[int] = 4
    _part: ClassVar[str] = "ROUGE type"

    __slots__ = ("_values", "segments", "signature")

    def __init__(self, values: dict[str, ROUGEValues], segments: int, signature: str) -> None:
        self._values = values
        self.segments = segments
        self.signature = signature

    def _parts(self) -> Mapping[str, ROUGEValues]:
        return self._values

    def as_dict(self) -> dict[str, float]:
        """Return the mean F-measure of each type by name, as a flat dict for loggers."""
        return {rouge_type: values.fmeasure for rouge_type, values in self._values.items()}

    def _name(self) -> str:
        return "rouge" if len(self) > 1 else next(iter(self))

    def _line(self, width: int, signature: bool) -> str:
        from rapidscore.display.text import fixed

        lines = []
        for rouge_type, values in self._values.items():
            precision, recall, fmeasure = (fixed(value, width) for value in values)
            lines.append(f"{rouge_type} = {fmeasure} (P = {precision} R = {recall})")
        return "\n".join([*lines, self.signature] if signature else lines)

    def _headline(self) -> str:
        return ", ".join(f"{rouge_type} = {value:.4f}" for rouge_type, value in self.as_dict().items())

    def _as_table(self, width: int | None, signature: bool) -> Table:
        from rapidscore.display.tables import Column, Table
        from rapidscore.display.text import fixed

        width = self._decimals if width is None else width
        columns = [Column("type", is_text=True), *map(Column, ROUGEValues._fields)]
        rows = [[name, *(fixed(value, width) for value in values)] for name, values in self._values.items()]
        return Table(columns, rows, notes=[self.signature] if signature else [])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        columns = zip(*self._values.values(), strict=True)
        values = dict(zip(ROUGEValues._fields, columns, strict=True))
        return {"type": [*self._values], **values, "signature": [self.signature] * len(self)}

    def to_dict(self) -> dict[str, Any]:
        """Return precision, recall and F-measure of each type, and the signature, as JSON can hold them."""
        from rapidscore.display.data import json_safe

        values = {rouge_type: values._asdict() for rouge_type, values in self._values.items()}
        content = {"metric": "rouge", "values": values, "segments": self.segments, "signature": self.signature}
        return json_safe(content)

    def __float__(self) -> float:
        if len(self) > 1:
            example = f"score[{next(iter(self))!r}].fmeasure"
            raise TypeError(f"there is a number for each of {', '.join(self)}: choose one, as in {example}")
        return next(iter(self._values.values())).fmeasure


def split_sentences(text: str) -> list[str]:
    """Split a text into sentences with NLTK, as rouge-score does with `split_summaries=True`."""
    try:
        import nltk
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("split_summaries=True needs NLTK: pip install 'rapidscore[nltk]'") from error
    try:
        sentences: list[str] = nltk.sent_tokenize(text)
    except LookupError as error:
        raise pretokenized.MissingDataError(
            "split_summaries=True needs NLTK's sentence data: python -m nltk.downloader punkt_tab"
        ) from error
    return sentences


def _sentences(text: str, split_summaries: bool) -> list[str]:
    sentences = split_sentences(text) if split_summaries else text.split("\n")
    return [sentence for sentence in sentences if sentence]


def _encoded_sentences(text: str) -> bytes:
    return pretokenized.END_OF_SENTENCE.join(pretokenized.encode(sentence) for sentence in _sentences(text, True))


def _encoded_tokens(tokenizer: Tokenizer, by_sentence: bool, split_summaries: bool, text: str) -> bytes:
    encoded = pretokenized.tokens(tokenizer.tokenize, text)
    if by_sentence:
        encoded += pretokenized.BEGIN_SENTENCES
        for sentence in _sentences(text, split_summaries):
            encoded += pretokenized.tokens(tokenizer.tokenize, sentence) + pretokenized.END_OF_SENTENCE
    return encoded


@public
@dataclass(frozen=True, eq=False)
class ROUGE(TokenMetric[ROUGEScore]):
    """Compute ROUGE, 0 to 1, with the results of rouge-score 0.1.2's `RougeScorer` with the same options.

    The score of a corpus is the mean over its segments: their exact sum, rounded once. If a prediction has several
    references, each ROUGE type takes the reference with the highest F-measure, as rouge-score's `score_multi` does.

    Parameters
    ----------
    rouge_types : sequence of str, default ("rouge1", "rouge2", "rougeL")
        `"rouge1"` to `"rouge9"`, `"rougeL"`, and `"rougeLsum"`, which compares sentences, one per line.
    use_stemmer : bool, default False
        Compare the Porter stems of words with more than three letters, if all letters are ASCII.
    split_summaries : bool, default False
        For `"rougeLsum"`, find sentences with NLTK's `sent_tokenize` instead of at line ends. This needs the extra
        `nltk` and NLTK's data `punkt_tab`.
    tokenizer : str or object, optional
        The default is rouge-score's tokenizer, which keeps a–z and 0–9 only and therefore scores Chinese, Arabic or
        Russian as 0. `"unicode"` finds words of every script by Unicode's word boundaries (UAX #29), with each Han and
        Hiragana character as a word, and each emoji too. An object with a method `tokenize(text)` returns tokens, which
        are not stemmed.
    ignore_index : int, optional
        Token id that is left out wherever it occurs; -100 is usual for padding. With this option, predictions and
        references may be lists of token ids in place of texts, or an integer array or tensor of shape (n, time). They
        are compared as they are, for `"rougeLsum"` as one sentence. Several references of a prediction are a list of
        such lists.

    Raises
    ------
    ValueError
        If a ROUGE type or the tokenizer is unknown.
    TypeError
        If `rouge_types` is not a sequence of `str`, or the tokenizer has no method `tokenize`.

    References
    ----------
    Lin, C.-Y., "ROUGE: a package for automatic evaluation of summaries", ACL workshop 2004.

    Examples
    --------
    >>> rouge = ROUGE(("rouge1", "rougeL"), use_stemmer=True)
    >>> score = rouge.score(["The cats sat."], ["A cat sat down."])
    >>> print(score)
    rouge1 = 0.5714 (P = 0.6667 R = 0.5000)
    rougeL = 0.5714 (P = 0.6667 R = 0.5000)
    >>> score["rouge1"].recall
    0.5

    """

    rouge_types: tuple[str, ...] = ("rouge1", "rouge2", "rougeL")
    use_stemmer: bool = False
    split_summaries: bool = False
    tokenizer: str | Tokenizer | None = None
    ignore_index: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        types: Any = self.rouge_types
        check_ordered(types, "rouge_types")
        if isinstance(types, str) or not isinstance(types, Iterable):
            raise TypeError(
                f"rouge_types must be a sequence of str, not {types!r} ({type(types).__name__}): pass [{types!r}]"
            )
        object.__setattr__(self, "rouge_types", tuple(types))
        for wrong in [rouge_type for rouge_type in self.rouge_types if not isinstance(rouge_type, str)]:
            raise TypeError(f"rouge_types must be str, such as 'rouge1', not {wrong!r} ({type(wrong).__name__})")
        tokenizer: str | Tokenizer = "default" if self.tokenizer is None else self.tokenizer
        convert: Callable[[str], bytes] | None = None
        if not isinstance(tokenizer, str):
            if not hasattr(tokenizer, "tokenize"):
                raise TypeError(f"tokenizer {tokenizer!r} has no method tokenize(text): pass an object that has one")
            # A bound method would keep the metric alive forever: the garbage collector does not see into the core.
            by_sentence = "rougeLsum" in self.rouge_types
            convert = partial(_encoded_tokens, tokenizer, by_sentence, self.split_summaries)
            tokenizer = "given"
        elif tokenizer not in ("default", "unicode"):
            raise ValueError(f"unknown tokenizer {tokenizer!r}: choose None, 'unicode', or an object with tokenize()")
        elif self.split_summaries and "rougeLsum" in self.rouge_types:
            convert = _encoded_sentences
        types = list(self.rouge_types)
        core = _core.TextMetric.rouge(types, self.use_stemmer, tokenizer, convert, self.ignore_index)
        object.__setattr__(self, "_core", core)

    def _default_value(self, names: list[str]) -> str:
        if len(names) > 1:
            raise ValueError(f"there are several ROUGE types: pass value=, one of {', '.join(map(repr, names))}")
        return super()._default_value(names)

    def _signature_items(self) -> dict[str, str]:
        tokenizer = "default" if self.tokenizer is None else self.tokenizer
        return {
            "stem": "yes" if self.use_stemmer else "no",
            "split": "yes" if self.split_summaries else "no",
            "tok": tokenizer if isinstance(tokenizer, str) else type(tokenizer).__name__,
            **self._ignored(),
            "version": ROUGE_SCORE_VERSION,
        }

    def segment_scores(self, predictions: Tokenized, references: TokenizedReferences) -> dict[str, NDArray[np.float64]]:
        """Score each segment separately: return the F-measures of each ROUGE type, float64 of shape (n,), 0 to 1.

        Precision and recall are columns of `statistics()`.
        """
        return super().segment_scores(predictions, references)

    def _misfit_remedy(self, script: str) -> str:
        return "pass tokenizer='unicode', on the command line --rouge-tokenizer unicode"

    def _values(self, sums: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return self._core.finalise_rows(sums)

    def _wrong_rows(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = self._wrong_sums(rows)
        wrong[:, -1] |= rows[:, -1] != 1
        return wrong

    def _contradictions(self, sums: NDArray[np.float64]) -> NDArray[np.bool_]:
        wrong = super()._contradictions(sums)
        # Each value of a segment is at most 1.
        wrong[:, :-1] = sums[:, :-1] > sums[:, -1:]
        return wrong

    def _headline(self, names: Sequence[str]) -> Sequence[str]:
        return names

    def _score(self, total: Sums) -> ROUGEScore:
        scores, _ = self._core.finalise(total)
        values = scores[len(self.rouge_types) :]
        by_type = {
            rouge_type: ROUGEValues(*values[3 * at : 3 * at + 3]) for at, rouge_type in enumerate(self.rouge_types)
        }
        return ROUGEScore(by_type, total.segments, self._signature(total.references))
