"""What all metrics share, as in sacrebleu 2.6.0's `metrics.base`: scores, signatures, a class to derive from."""

from __future__ import annotations

import json
import logging
import statistics
from abc import ABCMeta, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from rapidscore.compat.sacrebleu.metrics._samples import bootstrap_resample
from rapidscore.compat.sacrebleu.version import __version__

sacrelogger = logging.getLogger("sacrebleu")

_NO_REFERENCES = "No references provided and the cache is empty."

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
        if len({*map(type, ordered)}) > 1:
            # There is no mean of numbers of several types.
            ordered = [*map(float, ordered)]
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
    """To derive from: what is abstract measures segments, one at a time, and scores the sums."""

    _SIGNATURE_TYPE: ClassVar[type[Signature]] = Signature

    #: Whether hypotheses are searched for None before they are measured.
    _looks_for_gaps: ClassVar[bool] = True

    num_refs: int

    def __init__(self) -> None:
        # What is kept of the references of each segment.
        self._ref_cache: list[Any] | None = None
        self._force = True
        self.n_bootstrap: int | None = None
        self.seed: str | None = None

    @abstractmethod
    def _aggregate_and_compute(self, stats: Any) -> ScoreT:
        """Return the score of a list of rows."""

    @abstractmethod
    def _compute_score_from_stats(self, stats: Any) -> ScoreT:
        """Return the score of a row, or of a sum of rows."""

    @abstractmethod
    def _preprocess_segment(self, sent: str) -> str:
        """Return a text as it is compared."""

    @abstractmethod
    def _extract_reference_info(self, refs: Sequence[str]) -> dict[str, Any]:
        """Return what is to be known of a segment's references, which are preprocessed."""

    @abstractmethod
    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[Any]:
        """Return the row of a hypothesis, which is preprocessed, and of what is known of its references."""

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
        elif self._looks_for_gaps and any(line is None for line in hyps):
            wrong = "Undefined line in hypotheses stream!"
        if refs is not None:
            if not isinstance(refs, Sequence):
                wrong = "`refs` should be a sequence of sequence of strings."
            elif not isinstance(refs[0], Sequence):
                wrong = "Each element of `refs` should be a sequence of strings."
            elif not isinstance(refs[0][0], str | None):
                wrong = "`refs` should be a sequence of sequence of strings."
        if wrong:
            raise TypeError(f"{name}: {wrong}")

    def _cache_references(self, references: Streams) -> list[Any]:
        """Return what is to be known of the references of each segment, and note how many there are."""
        others = by_segment(references)
        self._note_references(others)
        return [self._extract_reference_info([*map(self._preprocess_segment, texts)]) for texts in others]

    def _note_references(self, others: Sequence[Any]) -> None:
        counts = {*map(len, others)}
        self.num_refs = counts.pop() if len(counts) == 1 else -1

    def _extract_corpus_statistics(self, hypotheses: Sequence[str], references: Streams | None) -> list[list[Any]]:
        """Return the row of each segment."""
        known = self._cache_references(references) if references else self._ref_cache
        if not known:
            raise RuntimeError(_NO_REFERENCES)
        tokenized, rows = 0, []
        for line, of_references in zip(hypotheses, known, strict=False):
            tokenized += not self._force and line.endswith(" .")
            rows.append(self._compute_segment_statistics(self._preprocess_segment(line), of_references))
        self._warn(tokenized)
        return rows

    def _warn(self, tokenized: int) -> None:
        """Warn when so many hypotheses look tokenized."""
        if tokenized >= _TOKENIZED_LIMIT:
            for line in _TOKENIZED:
                sacrelogger.warning(line)

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> ScoreT:
        """Score one segment."""
        self._check_sentence_score_args(hypothesis, references)
        streams = [[reference] for reference in references]
        return self._aggregate_and_compute(self._extract_corpus_statistics([hypothesis], streams))

    def corpus_score(self, hypotheses: Sequence[str], references: Streams | None, n_bootstrap: int = 1) -> ScoreT:
        """Score all segments as one corpus; with `n_bootstrap` samples, also give mean and interval.

        `references` are streams, one for each reference; `None` for those that the metric was made with.
        """
        self._check_corpus_score_args(hypotheses, references)
        stats = self._extract_corpus_statistics(hypotheses, references)
        score = self._aggregate_and_compute(stats)
        if n_bootstrap > 1:
            self._sample(score, stats, n_bootstrap)
        return score

    def _sample(self, score: Score, stats: Any, samples: int) -> None:
        """Set the mean and the interval of a score by samples of its segments."""
        self.n_bootstrap = samples
        self.seed, drawn = bootstrap_resample(stats, self, samples)
        score.estimate_ci(drawn)

    def get_signature(self) -> Signature:
        """Return the signature. Raises `ValueError` before anything was scored, or references given."""
        return self._SIGNATURE_TYPE(self.__dict__)


def by_segment(references: Streams) -> list[list[str]]:
    """Return the references of each segment, from streams with None where there is none."""
    return [[text for text in texts if text is not None] for texts in zip(*references, strict=False)]
