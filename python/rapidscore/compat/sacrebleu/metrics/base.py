"""The base classes of scores, signatures and metrics, as in `sacrebleu.metrics.base` of sacrebleu 2.6.0."""

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

#: There is a warning if this number of hypotheses, or more, look tokenized.
_TOKENIZED_LIMIT = 100
_TOKENIZED = (
    "That's 100 lines that end in a tokenized period ('.')",
    "It looks like you forgot to detokenize your test data, which may hurt your score.",
    "If you insist your data is detokenized, or don't care, you can suppress this message with the `force` parameter.",
)


class Score:
    """A value with a name. `_mean` and `_ci` are set if bootstrap samples were drawn."""

    def __init__(self, name: str, score: float) -> None:
        self.name = name
        self.score = score
        self._mean = -1.0
        self._ci = -1.0
        self._verbose = ""

    def format(self, width: int = 2, score_only: bool = False, signature: str = "", is_json: bool = False) -> str:
        """Return the score in one line, or as JSON, with `width` decimals.

        Parameters and result as `sacrebleu.metrics.base.Score.format` in sacrebleu 2.6.0.
        """
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
        """Set the mean of the samples' scores, and half the width of the interval that holds 95 % of them."""
        ordered = sorted(score.score for score in scores)
        if len({*map(type, ordered)}) > 1:
            # `statistics.mean` refuses numbers of several types.
            ordered = [*map(float, ordered)]
        tail = len(ordered) // 40
        self._ci = 0.5 * (ordered[len(ordered) - tail - 1] - ordered[tail])
        self._mean = statistics.mean(ordered)

    def __repr__(self) -> str:
        return self.format()


class Signature:
    """A short description of how a score was computed, to be cited in papers. `args` are attributes of a metric."""

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
        """Return all items that are not None, the version last, with long or short names."""
        items = {name: value for name, value in self.info.items() if value is not None}
        if "version" in items:
            items["version"] = items.pop("version")
        yes_no = {True: "yes", False: "no"}
        return "|".join(
            f"{self._abbr[name] if short else name}:{yes_no[value] if isinstance(value, bool) else value}"
            for name, value in items.items()
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
    """The base class of metrics. Abstract methods measure one segment at a time, and score sums of rows."""

    _SIGNATURE_TYPE: ClassVar[type[Signature]] = Signature

    #: Whether hypotheses are searched for None before they are measured.
    _searches_for_none: ClassVar[bool] = True

    num_refs: int

    def __init__(self) -> None:
        # For each segment, the information about its references.
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
        """Return the information about the preprocessed references of a segment that the metric needs."""

    @abstractmethod
    def _compute_segment_statistics(self, hypothesis: str, ref_kwargs: dict[str, Any]) -> list[Any]:
        """Return the row of a segment, from the preprocessed hypothesis and the information about its references."""

    def _check_sentence_score_args(self, hyp: Any, refs: Any) -> None:
        """Raise `TypeError` unless `hyp` is a `str` and `refs` a sequence of `str`."""
        name, problem = type(self).__name__, None
        if not isinstance(hyp, str):
            problem = "The argument `hyp` should be a string."
        elif isinstance(refs, str) or not isinstance(refs, Sequence):
            problem = "The argument `refs` should be a sequence of strings."
        elif not isinstance(refs[0], str | None):
            problem = "Each element of `refs` should be a string."
        if problem:
            raise TypeError(f"{name}: {problem}")

    def _check_corpus_score_args(self, hyps: Any, refs: Any) -> None:
        """Raise `TypeError` unless `hyps` is a sequence of `str` and `refs` a sequence of such sequences."""
        name, problem = type(self).__name__, None
        if not isinstance(hyps, Sequence):
            problem = "`hyps` should be a sequence of strings."
        elif not isinstance(hyps[0], str):
            problem = "Each element of `hyps` should be a string."
        elif self._searches_for_none and any(line is None for line in hyps):
            problem = "Undefined line in hypotheses stream!"
        if refs is not None:
            if not isinstance(refs, Sequence):
                problem = "`refs` should be a sequence of sequence of strings."
            elif not isinstance(refs[0], Sequence):
                problem = "Each element of `refs` should be a sequence of strings."
            elif not isinstance(refs[0][0], str | None):
                problem = "`refs` should be a sequence of sequence of strings."
        if problem:
            raise TypeError(f"{name}: {problem}")

    def _cache_references(self, references: Streams) -> list[Any]:
        """Return the information about the references of each segment, and set their number."""
        grouped = by_segment(references)
        self._set_num_refs(grouped)
        return [self._extract_reference_info([*map(self._preprocess_segment, texts)]) for texts in grouped]

    def _set_num_refs(self, references: Sequence[Any]) -> None:
        """Set `num_refs`: the number of references of each segment, or -1 if the numbers differ."""
        counts = {*map(len, references)}
        self.num_refs = counts.pop() if len(counts) == 1 else -1

    def _extract_corpus_statistics(self, hypotheses: Sequence[str], references: Streams | None) -> list[list[Any]]:
        """Return the row of each segment."""
        reference_infos = self._cache_references(references) if references else self._ref_cache
        if not reference_infos:
            raise RuntimeError(_NO_REFERENCES)
        tokenized, rows = 0, []
        for line, reference_info in zip(hypotheses, reference_infos, strict=False):
            tokenized += not self._force and line.endswith(" .")
            rows.append(self._compute_segment_statistics(self._preprocess_segment(line), reference_info))
        self._warn(tokenized)
        return rows

    def _warn(self, tokenized: int) -> None:
        """Warn if too many hypotheses look tokenized. `tokenized` is their number."""
        if tokenized >= _TOKENIZED_LIMIT:
            for line in _TOKENIZED:
                sacrelogger.warning(line)

    def sentence_score(self, hypothesis: str, references: Sequence[str | None]) -> ScoreT:
        """Score one segment."""
        self._check_sentence_score_args(hypothesis, references)
        streams = [[reference] for reference in references]
        return self._aggregate_and_compute(self._extract_corpus_statistics([hypothesis], streams))

    def corpus_score(self, hypotheses: Sequence[str], references: Streams | None, n_bootstrap: int = 1) -> ScoreT:
        """Score all segments as one corpus; with `n_bootstrap` above 1 also set the mean and interval of the samples.

        `references` are streams, or None for the references that the metric was made with.
        """
        self._check_corpus_score_args(hypotheses, references)
        stats = self._extract_corpus_statistics(hypotheses, references)
        score = self._aggregate_and_compute(stats)
        if n_bootstrap > 1:
            self._sample(score, stats, n_bootstrap)
        return score

    def _sample(self, score: Score, stats: Any, samples: int) -> None:
        """Set the mean and the interval of a score by bootstrap samples of its segments."""
        self.n_bootstrap = samples
        self.seed, sample_scores = bootstrap_resample(stats, self, samples)
        score.estimate_ci(sample_scores)

    def get_signature(self) -> Signature:
        """Return the signature. Raises `ValueError` while the number of references is unknown: score a text first."""
        return self._SIGNATURE_TYPE(self.__dict__)


def by_segment(references: Streams) -> list[list[str]]:
    """Return the references of each segment, from streams that have None for missing references."""
    return [[text for text in texts if text is not None] for texts in zip(*references, strict=False)]
