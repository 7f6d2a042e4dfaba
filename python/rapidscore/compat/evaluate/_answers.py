"""evaluate's `exact_match` and `squad`: compare whole answers, or the words of answers."""

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

    Options, in the order in which they are applied to predictions and references: `regexes_to_ignore` (their matches
    are removed), `ignore_case`, `ignore_punctuation` and `ignore_numbers` (ASCII characters are removed). With an empty
    list of `regexes_to_ignore` and no other option, the result is 1 if all predictions are equal and else 0, as in
    evaluate.

    Result: `exact_match`, a NumPy float64.
    """

    regexes_to_ignore: Any = None
    ignore_case: bool = False
    ignore_punctuation: bool = False
    ignore_numbers: bool = False

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> Counts:
        """Count the equal predictions, and all predictions."""
        columns = [self._normalize(predictions), self._normalize(references)]
        return Counts(np.array([sum(map(eq, *columns)), len(predictions)], np.int64))

    @property
    def _is_all_or_nothing(self) -> bool:
        """Whether evaluate compares both lists as a whole: with an empty list of patterns and no other option."""
        other_options = self.ignore_case or self.ignore_punctuation or self.ignore_numbers
        return self.regexes_to_ignore is not None and not len(self.regexes_to_ignore) and not other_options

    def _normalize(self, texts: Any) -> list[str]:
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
        # evaluate keeps texts in NumPy arrays of strings, which drop NUL characters at the end.
        return [text.rstrip("\0") if text[-1:] == "\0" else text for text in texts]

    def join(self, parts: list[Counts]) -> Counts:
        """Add counts."""
        return Counts.sum(parts)

    def result(self, part: Counts) -> dict[str, Any]:
        """Return the share of equal predictions."""
        equal, count = part.numbers.tolist()
        return {"exact_match": np.float64(equal == count if self._is_all_or_nothing else equal / count)}


def _remover(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: pattern.sub("", text)


@dataclass(frozen=True)
class Squad:
    """Compute exact matches and word F1 of answers, 0 to 100, as SQuAD 1.1 does.

    Inputs: `predictions`, n dicts with `id` and `prediction_text`; `references`, n dicts with `id` and `answers`, which
    is a dict with `text`, a list of right answers. An answer belongs to the question with the same id. A question
    without an answer scores 0, and is reported on the standard error stream.

    Result: `exact_match` and `f1`, a `float` each. Case, punctuation, articles and white space are ignored.
    """

    EAGER: ClassVar[bool] = False

    def measure(self, predictions: Any, references: Any) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
        """Return the answers by the id of the question, and the id and the right answers of each question."""
        try:
            answers_by_id = {answer["id"]: answer["prediction_text"] for answer in predictions}
            questions = [(question["id"], _texts(question["answers"])) for question in references]
        except (KeyError, TypeError) as error:
            raise ValueError(
                "predictions must be dicts with 'id' and 'prediction_text', references with 'id' and 'answers', "
                f"which has 'text': {type(error).__name__} {error}"
            ) from error
        texts = [("prediction_text", *answer) for answer in answers_by_id.items()]
        texts += [("text among the answers", id_, text) for id_, right_answers in questions for text in right_answers]
        for which, id_, text in texts:
            if not isinstance(text, str):
                raise ValueError(f"{which} of {id_!r} must be a str, not {text!r} ({type(text).__name__})")
        return answers_by_id, questions

    def join(self, parts: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        """Join the answers and the questions."""
        return {id_: text for answers_by_id, _ in parts for id_, text in answers_by_id.items()}, [
            question for _, questions in parts for question in questions
        ]

    def result(self, part: tuple[dict[str, str], list[tuple[str, list[str]]]]) -> dict[str, Any]:
        """Return both means, summed in the order of the references."""
        answers_by_id, questions = part
        exact: int = 0
        f1: float = 0
        for id_, right_texts in questions:
            if id_ not in answers_by_id:
                print(f"question {id_} is not answered and scores 0", file=sys.stderr)
                continue
            if not right_texts:
                raise ValueError(f"question {id_!r} has no right answer: pass at least one text")
            answer = _normalize_answer(answers_by_id[id_])
            right_answers = [_normalize_answer(text) for text in right_texts]
            if answer in right_answers:
                exact += 1
                # F1 is 2 * 1 * 1 / (1 + 1) = 1, but 0 for an empty answer, which shares no word.
                f1 += 1.0 if answer else 0.0
                continue
            words = answer.split()
            word_counts = Counter(words)
            f1 += max(_f1(words, word_counts, right_answer.split()) for right_answer in right_answers)
        return {"exact_match": 100.0 * exact / len(questions), "f1": 100.0 * f1 / len(questions)}


def _texts(answers: Any) -> list[str]:
    # Either the form of the data set, or a list of answers with a text each, which evaluate also takes.
    if not isinstance(answers, dict):
        return [answer["text"] for answer in answers]
    if isinstance(answers["text"], str):
        raise TypeError(f"the 'text' of answers must be a list of texts, not {answers['text']!r:.60}")
    return list(answers["text"])


def _normalize_answer(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def _f1(words: list[str], word_counts: Counter[str], right_words: list[str]) -> float:
    shared = (word_counts & Counter(right_words)).total()
    if not shared:
        return 0.0
    precision, recall = shared / len(words), shared / len(right_words)
    return 2 * precision * recall / (precision + recall)
