"""ROUGE of a prediction at a time, as rouge-score 0.1.2's `rouge_score.rouge_scorer` computes it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from rapidscore._core import Core
from rapidscore.compat.rouge_score import scoring, tokenizers
from rapidscore.compat.rouge_score.tokenize import as_str
from rapidscore.text_metrics.rouge import split_sentences

__all__ = ["RougeScorer"]

_SUMMARY = "rougeLsum"
_N_GRAMS = re.compile("rouge[0-9]$")
_WORD = re.compile("[a-z0-9]")

#: Without the class' own constructor, which would take the three values one by one.
_as_score = partial(tuple.__new__, scoring.Score)

#: Attributes of a scorer that follow from the others; the compiled core cannot be pickled.
_MADE_ANEW = frozenset({"_core", "_prepared", "_splits", "_types", "_lcs_types"})

Scores = dict[Any, scoring.Score]


@cache
def _core_of(kinds: tuple[str, ...], use_stemmer: bool) -> Core:
    return Core.rouge(list(kinds), use_stemmer, "default")


class RougeScorer(scoring.BaseScorer):
    """A scorer of predictions, one at a time.

        >>> scorer = RougeScorer(["rouge1", "rougeL"], use_stemmer=True)
        >>> scorer.score("The cats sat.", "A cat sat down.")["rouge1"]
        Score(precision=0.5, recall=0.6666666666666666, fmeasure=0.5714285714285715)

    - `rouge_types`: `"rouge1"` to `"rouge9"`, `"rougeL"`, and `"rougeLsum"`, which looks at sentences, one a line.
    - `use_stemmer`: compare stems, unless there is a `tokenizer`.
    - `split_summaries`: for `"rougeLsum"`, find sentences with NLTK's `sent_tokenize` instead of by lines (extra
      `nltk`, and its data).
    - `tokenizer`: any object with a method `tokenize(text)` that returns a list of hashable tokens.

    Types are looked at when there is something to score, as in the reference. Lists of texts are scored many times as
    fast, and on all cores, by `rapidscore.ROUGE` with the same options.
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
        """Make ready to hand over texts as they are, where the compiled core sees in them what the tokenizer sees."""
        self._core: Core | None = None
        #: The types that the core computes: the user's own list may change.
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
        state = self.__dict__.copy()
        return {
            name: value for name, value in state.items() if name not in ("_core", "_prepared", "_types", "_lcs_types")
        }

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._prepare()

    def score_multi(self, targets: Iterable[str], prediction: str) -> Scores:
        """Score a prediction against several targets: each type takes the one with the greatest F-measure.

        >>> RougeScorer(["rouge1"]).score_multi(["a dog", "two cats"], "two dogs")["rouge1"].fmeasure
        0.5

        Raises `ValueError` when there is no target, and as `score` does.
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
            return self._named(self._core.total([prediction], [targets]).row(), targets[0], prediction)
        found = [self.score(target, prediction) for target in targets]
        best: Scores = {}
        for kind in self.rouge_types:
            best[kind] = found[np.argmax([scores[kind].fmeasure for scores in found])][kind]
        return best

    def score(self, target: str, prediction: str) -> Scores:
        """Return a `Score`, precision, recall and F-measure, by type.

        Raises `ValueError` for a type that is not known.
        """
        if self._core and type(target) is str and type(prediction) is str and self.rouge_types == self._prepared:
            if self._splits:
                target, prediction = _by_lines(target), _by_lines(prediction)
            return self._named(self._core.total([prediction], [target]).row(), target, prediction)
        return self._score_tokens(target, prediction)

    def _named(self, row: list[float], target: str, prediction: str) -> Scores:
        """Return a row of the core as scores by type."""
        values = iter(row)
        triples = zip(values, values, values, strict=False)
        # After the types' values comes the number of segments.
        scores: Scores = dict(zip(self._types, map(_as_score, triples), strict=False))
        for kind in self._lcs_types:
            # Where a text has no words, these zeros are whole numbers in the reference, and are printed as such.
            if not scores[kind].fmeasure and not (_has_words(target) and _has_words(prediction)):
                scores[kind] = scoring.Score(0, 0, 0)
        return scores

    def _score_tokens(self, target: Any, prediction: Any) -> Scores:
        """Score the tokens that the tokenizer finds."""
        types, tokenize = self.rouge_types, self._tokenizer.tokenize
        texts = target, prediction
        # A tokenizer may see something else in a text than in its sentences.
        only_summary = len(types) == 1 and types[0] == _SUMMARY
        whole = None if only_summary else _numbered(*([tokenize(text)] for text in texts))
        scores: Scores = {}
        for kind in types:
            if kind == _SUMMARY:
                sentences = ([tokenize(sentence) for sentence in self._sentences(text)] for text in texts)
                scores[kind] = _score_numbers(_SUMMARY, *_numbered(*sentences))
            else:
                scores[kind] = _score_numbers(_checked(kind), *(whole or ("", "")))
        return scores

    def _sentences(self, text: Any) -> list[str]:
        sentences = split_sentences(text) if self._split_summaries else as_str(text).split("\n")
        return [sentence for sentence in sentences if len(sentence)]


def _by_lines(text: str) -> str:
    """Return a text with each sentence on a line of its own. All other types see the same words as before."""
    return "\n".join([sentence.replace("\n", " ") for sentence in split_sentences(text)])


def _is_known(kind: str) -> bool:
    return kind in ("rougeL", _SUMMARY) or (_N_GRAMS.fullmatch(kind) is not None and kind != "rouge0")


def _checked(kind: Any) -> str:
    """Return a type as the core names it."""
    if kind == "rougeL":
        return "rougeL"
    name = as_str(kind)
    if not _N_GRAMS.match(name):
        raise ValueError(f"Invalid rouge type: {kind}")
    if int(name[5:]) == 0:
        raise ValueError(f"rougen requires positive n: {kind}")
    return name.strip()


def _numbered(*texts: list[Any]) -> list[str]:
    """Return texts, each a list of sentences, in which numbers take the tokens' place: the core takes no tokens."""
    numbers: dict[Hashable, int] = {}
    return [
        "\n".join(
            [" ".join([str(numbers.setdefault(token, len(numbers))) for token in tokens]) for tokens in sentences]
        )
        for sentences in texts
    ]


def _score_numbers(kind: str, target: str, prediction: str) -> scoring.Score:
    if not kind[-1].isdigit() and not (target.strip() and prediction.strip()):
        return scoring.Score(0, 0, 0)
    return scoring.Score(*_core_of((kind,), False).total([prediction], [target]).row()[:3])


def _has_words(text: str) -> bool:
    return _WORD.search(text.lower()) is not None
