"""The peer's `exact_match` and `squad`: answers that are right as a whole, or share words with what was asked for."""

from __future__ import annotations

import re
import string
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from operator import eq
from typing import Any, ClassVar

import numpy as np

from rapidscore.compat.evaluate._ngrams import Counts

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_NO_DIGITS = str.maketrans("", "", string.digits)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


@dataclass(frozen=True)
class ExactMatch:
    """Compute the share of predictions that equal their references, 0 to 1.

    Inputs: `predictions` and `references`, n `str` each.

    Options, in the order in which they are applied to both: `regexes_to_ignore` (what these match is left out),
    `ignore_case`, `ignore_punctuation`, `ignore_numbers` (ASCII's). An empty list of `regexes_to_ignore` and nothing
    else makes the result 1 where all are equal and 0 else, as in the peer.

    Result: `exact_match`, a NumPy float64.
    """

    regexes_to_ignore: Any = None
    ignore_case: bool = False
    ignore_punctuation: bool = False
    ignore_numbers: bool = False

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> Counts:
        """Count those that are equal, and all."""
        columns = [self._normalized(predictions), self._normalized(references)]
        return Counts(np.array([sum(map(eq, *columns)), len(predictions)], np.int64))

    @property
    def _is_all_or_nothing(self) -> bool:
        """Whether the peer compares both lists as one: for an empty list of patterns, and nothing else."""
        others = self.ignore_case or self.ignore_punctuation or self.ignore_numbers
        return self.regexes_to_ignore is not None and not len(self.regexes_to_ignore) and not others

    def _normalized(self, texts: Any) -> list[str]:
        steps: list[Callable[[str], str]] = []
        for pattern in self.regexes_to_ignore if self.regexes_to_ignore is not None else ():
            steps.append(_remover(re.compile(pattern)))
        if self.ignore_case:
            steps.append(str.lower)
        if self.ignore_punctuation:
            steps.append(lambda text: text.translate(_NO_PUNCTUATION))
        if self.ignore_numbers:
            steps.append(lambda text: text.translate(_NO_DIGITS))
        for step in steps:
            texts = map(step, texts)
        if self._is_all_or_nothing:
            return list(texts)
        # Arrays of strings, in which the peer keeps them, know no zeros at the end.
        return [text.rstrip("\0") if text[-1:] == "\0" else text for text in texts]

    def join(self, parts: list[Counts]) -> Counts:
        """Add counts up."""
        return Counts.sum(parts)

    def result(self, part: Counts) -> dict[str, Any]:
        """Return the share."""
        equal, count = part.numbers.tolist()
        return {"exact_match": np.float64(equal == count if self._is_all_or_nothing else equal / count)}


def _remover(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: pattern.sub("", text)


@dataclass(frozen=True)
class Squad:
    """Compute exact matches and word F1 of answers, 0 to 100, as SQuAD 1.1 does.

    Inputs: `predictions`, n dicts with `id` and `prediction_text`; `references`, n dicts with `id` and `answers`, which
    is a dict with `text`, a list of right answers. Ids say which belong together. A question that is not answered
    scores 0, and is named on the standard error stream.

    Result: `exact_match` and `f1`, a `float` each. Case, punctuation, articles and white space do not count.
    """

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
        """Return answers by question, and right answers of each question: ids may belong together in any order."""
        try:
            given = {answer["id"]: answer["prediction_text"] for answer in predictions}
            asked = [(question["id"], _texts(question["answers"])) for question in references]
        except (KeyError, TypeError) as error:
            raise ValueError(
                "predictions must be dicts with 'id' and 'prediction_text', references with 'id' and 'answers', "
                f"which has 'text': {type(error).__name__} {error}"
            ) from error
        answers = [("prediction_text", *answer) for answer in given.items()]
        answers += [("text among the answers", name, text) for name, texts in asked for text in texts]
        for which, name, text in answers:
            if not isinstance(text, str):
                raise ValueError(f"{which} of {name!r} must be a str, not {text!r} ({type(text).__name__})")
        return given, asked

    def join(self, parts: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        """Return what was measured of all."""
        return {id_: text for given, _ in parts for id_, text in given.items()}, [
            question for _, asked in parts for question in asked
        ]

    def result(self, part: tuple[dict[str, str], list[tuple[str, list[str]]]]) -> dict[str, Any]:
        """Return both means, added up in the order of the references."""
        given, asked = part
        exact: int = 0
        f1: float = 0
        for id_, answers in asked:
            if id_ not in given:
                print(f"question {id_} is not answered and scores 0", file=sys.stderr)
                continue
            if not answers:
                raise ValueError(f"question {id_!r} has no right answer: pass at least one text")
            text = _plain(given[id_])
            rights = [_plain(answer) for answer in answers]
            if text in rights:
                exact += 1
                # 2 * 1 * 1 / (1 + 1), the most there is; but without a word nothing is shared
                f1 += 1.0 if text else 0.0
                continue
            words = text.split()
            counted = Counter(words)
            f1 += max(_f1(words, counted, right.split()) for right in rights)
        return {"exact_match": 100.0 * exact / len(asked), "f1": 100.0 * f1 / len(asked)}


def _texts(answers: Any) -> list[str]:
    # The data set's own form, or a list of answers, which the peer takes for the same.
    if not isinstance(answers, dict):
        return [answer["text"] for answer in answers]
    if isinstance(answers["text"], str):
        raise TypeError(f"answers have the text {answers['text']!r:.60}, where a list of texts belongs")
    return list(answers["text"])


def _plain(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def _f1(words: list[str], counted: Counter[str], right: list[str]) -> float:
    shared = (counted & Counter(right)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(words), shared / len(right)
    return 2 * precision * recall / (precision + recall)
