"""Minimum Bayes risk (MBR) decoding: choose the candidate that agrees best with all candidates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._public import public, unchangeable
from rapidscore.display.result import Result
from rapidscore.inputs.options import as_sequence, check_ordered
from rapidscore.inputs.references import as_objects
from rapidscore.text_metrics import pairwise
from rapidscore.text_metrics.base import TextMetric

if TYPE_CHECKING:
    from rapidscore.display.tables import Table
    from rapidscore.text_metrics.base import AnyTextMetric


@public
@unchangeable
@dataclass(frozen=True, slots=True, repr=False)
class MBRDecision(Result):
    """The candidate that was chosen from a list of candidates."""

    text: str
    """The candidate."""
    index: int
    """Index of the candidate in its list."""
    expected_score: float
    """Mean segment score of the candidate against all candidates, or against the references of its list."""

    def as_dict(self) -> dict[str, float]:
        """Return the numbers by name, as a flat dict for loggers."""
        return {"index": float(self.index), "expected_score": self.expected_score}

    def to_dict(self) -> dict[str, Any]:
        """Return text and numbers by name, as JSON can hold them."""
        from rapidscore.display.data import json_safe

        return json_safe({"text": self.text, "index": self.index, "expected_score": self.expected_score})

    def _text(self, width: int | None, signature: bool) -> str:
        from rapidscore.display.text import fixed, printable

        score = fixed(self.expected_score, 4 if width is None else width)
        return f"{printable(self.text)} (candidate {self.index}, expected score {score})"

    def _as_table(self, width: int | None, signature: bool) -> Table:
        from rapidscore.display.tables import Column, Table
        from rapidscore.display.text import fixed

        columns = [Column("text", is_text=True), Column("index"), Column("expected_score")]
        return Table(columns, [[self.text, str(self.index), fixed(self.expected_score, 4 if width is None else width)]])

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        return {"text": [self.text], "index": [self.index], "expected_score": [self.expected_score]}


@public
def mbr_decode(
    candidates: Sequence[Sequence[str]],
    metric: AnyTextMetric,
    references: Sequence[Sequence[str]] | None = None,
    *,
    value: str | None = None,
) -> list[MBRDecision]:
    """Choose from each list of candidates the one with the best expected score, which minimizes the Bayes risk.

    The expected score of a candidate is its mean segment score against all candidates of its list, itself included, or
    against the references of its list. Means are exact sums, rounded once. Lower scores are better for error rates,
    whose `higher_is_better` is False. If several candidates are equally good, the first is chosen.

    Parameters
    ----------
    candidates : sequence of sequences of str
        For each source a list of one or more texts, for example samples of a model.
    metric : TextMetric
        The metric that scores texts, such as `CHRF()`.
    references : sequence of sequences of str, optional
        For each source a list of one or more texts against which its candidates are scored, in place of all candidates.
    value : str, optional
        Name of the segment score, as for `TextMetric.pairwise`.

    Returns
    -------
    list of MBRDecision
        The decision for each list of candidates.

    Raises
    ------
    ValueError
        If a list is empty, or there are more or fewer lists of references than of candidates.
    TypeError
        If a text is not a `str`, or the metric does not score texts.

    References
    ----------
    Kumar, S. and Byrne, W., "Minimum Bayes-Risk Decoding for Statistical Machine Translation", NAACL 2004.

    Examples
    --------
    >>> from rapidscore import CHRF, mbr_decode
    >>> sampled = ["dogs bark", "the cat sat", "the cat slept", "a cat sat"]
    >>> mbr_decode([sampled], CHRF())[0].text
    'the cat sat'

    """
    if not isinstance(metric, TextMetric):
        raise TypeError(f"metric must score texts, as CHRF() does, not {metric!r} ({type(metric).__name__})")
    candidates = _checked_lists("candidates", candidates)
    if references is not None:
        references = _checked_lists("references", references)
        if len(references) != len(candidates):
            raise ValueError(
                f"{len(candidates)} lists of candidates but {len(references)} lists of references: pass one list of "
                "references for each list of candidates"
            )
    higher = metric._is_higher_better(value)
    decisions = []
    has_warned = False
    for position, texts in enumerate(candidates):
        try:
            pairs = pairwise.read(metric, texts, None if references is None else references[position], value)
        except (TypeError, ValueError) as error:
            error.add_note(f"(in list {position})")
            raise
        scores = np.empty(pairs.shape)
        pairs.fill(0, scores)
        if pairs.misfit and not has_warned:
            metric._warn_of_misfit(pairs.misfit)
            has_warned = True
        expected = [fsum(row) / len(row) for row in scores.tolist()]
        best = max(expected) if higher else min(expected)
        index = expected.index(best)
        decisions.append(MBRDecision(texts[index], index, best))
    return decisions


def _checked_lists(name: str, lists: Any) -> list[Any]:
    """Return lists of texts as a list, after checking that each is a non-empty sequence."""
    if isinstance(lists, str) or not isinstance(lists, Iterable):
        raise TypeError(f"{name} must be a list of lists of str, not {type(lists).__name__}")
    # A list, because an iterator could be read only once.
    listed = as_sequence(name, as_objects(lists))
    for position, texts in enumerate(listed):
        check_ordered(texts, f"{name}[{position}]")
        if isinstance(texts, str) or not hasattr(texts, "__len__") or not hasattr(texts, "__getitem__"):
            raise TypeError(f"{name}[{position}] is {type(texts).__name__}: pass a list of str for each source")
        if len(texts) == 0:
            raise ValueError(f"{name}[{position}] is empty: pass at least one text for each source")
    # Columns of pandas have other indices than positions.
    return [list(as_objects(texts)) for texts in listed]
