"""ROUGE of single predictions, as `rouge_score.rouge_scorer` of rouge-score 0.1.2 computes it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from rapidscore._core import TextMetric
from rapidscore.compat.rouge_score import scoring, tokenizers
from rapidscore.compat.rouge_score.tokenize import as_str
from rapidscore.text_metrics.rouge import split_sentences

__all__ = ["RougeScorer"]

_SUMMARY = "rougeLsum"
_N_GRAMS = re.compile("rouge[0-9]$")
_WORD = re.compile("[a-z0-9]")

#: Makes a score of an iterable of three values, faster than the constructor.
_as_score = partial(tuple.__new__, scoring.Score)

#: Attributes of a scorer that are derived from the others, and not pickled: the compiled core cannot be.
_DERIVED = frozenset({"_core", "_prepared", "_splits", "_types", "_lcs_types"})

Scores = dict[Any, scoring.Score]


@cache
def _core_of(kinds: tuple[str, ...], use_stemmer: bool) -> TextMetric:
    return TextMetric.rouge(list(kinds), use_stemmer, "default")


class RougeScorer(scoring.BaseScorer):
    """A scorer that scores one prediction at a time.

        >>> scorer = RougeScorer(["rouge1", "rougeL"], use_stemmer=True)
        >>> scorer.score("The cats sat.", "A cat sat down.")["rouge1"]
        Score(precision=0.5, recall=0.6666666666666666, fmeasure=0.5714285714285715)

    Parameters as `rouge_score.rouge_scorer.RougeScorer` in rouge-score 0.1.2:

    - `rouge_types`: `"rouge1"` to `"rouge9"`, `"rougeL"`, and `"rougeLsum"`, which compares sentences, one in each
      line.
    - `use_stemmer`: compare stems, unless there is a `tokenizer`.
    - `split_summaries`: for `"rougeLsum"`, split texts into sentences by NLTK's `sent_tokenize` instead of by lines.
      This needs the extra `nltk` and NLTK's data.
    - `tokenizer`: any object with a method `tokenize(text)` that returns a list of tokens. Tokens must be hashable, in
      contrast to rouge-score.

    Types are checked when a text is scored, as in rouge-score. `rapidscore.ROUGE` with the same options scores lists of
    texts, many times as fast and on all cores.
    """

    def __init__(
        self,
        rouge_types: Sequence[str],
        use_stemmer: bool = False,
        split_summaries: bool = False,
        tokenizer: Any = None,
    ) -> None:
        self.rouge_types = rouge_types
        self._tokenizer = tokenizer or tokenizers.DefaultTokenizer(use_stemmer)
        self._split_summaries = split_summaries
        self._prepare()

    def _prepare(self) -> None:
        """Make the core that scores texts as they are, if it has the tokenizer and all types."""
        self._core: TextMetric | None = None
        #: A copy of the types that the core computes, because users may change `rouge_types`.
        self._prepared: Any = None
        types, tokenizer = self.rouge_types, self._tokenizer
        if type(tokenizer) is not tokenizers.DefaultTokenizer or type(types) not in (list, tuple) or not types:
            return
        if not all(type(kind) is str and _is_known(kind) for kind in types):
            return
        self._prepared = types[:]
        self._splits = self._split_summaries and _SUMMARY in types
        self._types = tuple(dict.fromkeys(types))
        self._lcs_types = [kind for kind in self._types if not kind[-1].isdigit()]
        self._core = _core_of(self._types, tokenizer._stemmer is not None)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in _DERIVED}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    def score_multi(self, targets: Iterable[str], prediction: str) -> Scores:
        """Score a prediction against several targets: for each type, the score with the greatest F-measure.

        >>> RougeScorer(["rouge1"]).score_multi(["a dog", "two cats"], "two dogs")["rouge1"].fmeasure
        0.5

        Raises `ValueError` if there are no targets, and for an unknown type.
        """
        targets = list(targets)
        if (
            self._core
            and targets
            and self.rouge_types == self._prepared
            and type(prediction) is str
            and all(type(target) is str for target in targets)
            and type(self).score is RougeScorer.score
        ):
            if self._splits:
                targets, prediction = [_by_lines(target) for target in targets], _by_lines(prediction)
            return self._scores(self._core.total([prediction], [targets]).row(), targets[0], prediction)
        by_target = [self.score(target, prediction) for target in targets]
        best: Scores = {}
        for kind in self.rouge_types:
            best[kind] = by_target[np.argmax([scores[kind].fmeasure for scores in by_target])][kind]
        return best

    def score(self, target: str, prediction: str) -> Scores:
        """Return a `Score` (precision, recall and F-measure) for each type.

        Raises `ValueError` for an unknown type.
        """
        if self._core and type(target) is str and type(prediction) is str and self.rouge_types == self._prepared:
            if self._splits:
                target, prediction = _by_lines(target), _by_lines(prediction)
            return self._scores(self._core.total([prediction], [target]).row(), target, prediction)
        return self._score_tokens(target, prediction)

    def _scores(self, row: list[float], target: str, prediction: str) -> Scores:
        """Return a row of the core as scores by type."""
        values = iter(row)
        triples = zip(values, values, values, strict=False)
        # The row ends with the number of segments, which is dropped here.
        scores: Scores = dict(zip(self._types, map(_as_score, triples), strict=False))
        for kind in self._lcs_types:
            # If a text has no words, rouge-score's zeros are of type int, which shows when they are printed.
            if not scores[kind].fmeasure and not (_has_words(target) and _has_words(prediction)):
                scores[kind] = scoring.Score(0, 0, 0)
        return scores

    def _score_tokens(self, target: Any, prediction: Any) -> Scores:
        """Score the tokens that the tokenizer returns."""
        types, tokenize = self.rouge_types, self._tokenizer.tokenize
        texts = target, prediction
        # Whole texts and sentences are tokenized separately: the tokens may differ.
        only_summary = len(types) == 1 and types[0] == _SUMMARY
        whole_texts = None if only_summary else _as_numbers(*([tokenize(text)] for text in texts))
        scores: Scores = {}
        for kind in types:
            if kind == _SUMMARY:
                sentences = ([tokenize(sentence) for sentence in self._sentences(text)] for text in texts)
                scores[kind] = _score_numbers(_SUMMARY, *_as_numbers(*sentences))
            else:
                scores[kind] = _score_numbers(_core_name(kind), *(whole_texts or ("", "")))
        return scores

    def _sentences(self, text: Any) -> list[str]:
        sentences = split_sentences(text) if self._split_summaries else as_str(text).split("\n")
        return [sentence for sentence in sentences if len(sentence)]


def _by_lines(text: str) -> str:
    """Return a text with each sentence in a separate line. The words, which all other types compare, do not change."""
    return "\n".join([sentence.replace("\n", " ") for sentence in split_sentences(text)])


def _is_known(kind: str) -> bool:
    return kind in ("rougeL", _SUMMARY) or (_N_GRAMS.fullmatch(kind) is not None and kind != "rouge0")


def _core_name(kind: Any) -> str:
    """Return the name of a type in the core. Raises `ValueError` for an unknown type."""
    if kind == "rougeL":
        return "rougeL"
    name = as_str(kind)
    if not _N_GRAMS.match(name):
        raise ValueError(f"Invalid rouge type: {kind}")
    if int(name[5:]) == 0:
        raise ValueError(f"rougen requires positive n: {kind}")
    return name.strip()


def _as_numbers(*tokenized: list[Any]) -> list[str]:
    """Return texts, given as lists of sentences of tokens, with a number in place of each different token.

    The core takes texts, not tokens.
    """
    numbers: dict[Hashable, int] = {}
    return [
        "\n".join(
            [" ".join([str(numbers.setdefault(token, len(numbers))) for token in tokens]) for tokens in sentences]
        )
        for sentences in tokenized
    ]


def _score_numbers(kind: str, target: str, prediction: str) -> scoring.Score:
    if not kind[-1].isdigit() and not (target.strip() and prediction.strip()):
        return scoring.Score(0, 0, 0)
    return scoring.Score(*_core_of((kind,), False).total([prediction], [target]).row()[:3])


def _has_words(text: str) -> bool:
    return _WORD.search(text.lower()) is not None
