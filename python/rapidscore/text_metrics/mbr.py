"""Minimum Bayes risk decoding: of many candidates the one that agrees best with the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidscore._public import public

if TYPE_CHECKING:
    from rapidscore.text_metrics.base import AnyTextMetric


@public
class MBRDecision(NamedTuple):
    """The candidate that was chosen from a list.

    - `text`: the candidate.
    - `index`: its place in the list.
    - `expected_score`: its mean segment score against all candidates, or against the references of its list.
    """

    text: str
    index: int  # type: ignore[assignment]  # a tuple's method of this name finds a value, which nobody asks here
    expected_score: float


@public
def mbr_decode(
    candidates: Sequence[Sequence[str]],
    metric: AnyTextMetric,
    references: Sequence[Sequence[str]] | None = None,
    *,
    value: str | None = None,
) -> list[MBRDecision]:
    """Choose from each list of candidates the one with the best expected score: the least Bayes risk.

        >>> from rapidscore import CHRF, mbr_decode
        >>> sampled = ["dogs bark", "the cat sat", "the cat slept", "a cat sat"]
        >>> mbr_decode([sampled], CHRF())[0].text
        'the cat sat'

    `candidates` has for each source a list of one or more texts, samples of a model say. Each is scored, as a
    prediction, against all candidates of its list, itself among them; or where `references` has a list for each
    source, against these, each one text. The mean is that of the exact sum, rounded once. Error rates
    (`metric.higher_is_better` is False) are best when low; the first of equally good candidates is chosen. `value`
    names the segment score, as with `metric.pairwise`.

    Returns an `MBRDecision` for each list. Raises `ValueError` when a list is empty or there are not as many lists of
    references, with the position, and `TypeError` for what is no text, or when the metric scores none.

    Reference: S. Kumar and W. Byrne, "Minimum Bayes-Risk Decoding for Statistical Machine Translation", NAACL 2004.
    """
    if not hasattr(metric, "pairwise"):
        raise TypeError(f"metric must score texts, as CHRF() does, not {metric!r} ({type(metric).__name__})")
    candidates = _listed("candidates", candidates)
    if references is not None:
        references = _listed("references", references)
        if len(references) != len(candidates):
            raise ValueError(
                f"{len(candidates)} lists of candidates but {len(references)} of references: pass one for each"
            )
    higher = metric._is_higher_better(value)
    decisions = []
    for at, texts in enumerate(candidates):
        try:
            scores = metric.pairwise(texts, None if references is None else references[at], value=value)
        except (TypeError, ValueError) as error:
            error.add_note(f"(in list {at})")
            raise
        expected = [fsum(row) / len(row) for row in scores.tolist()]
        best = max(expected) if higher else min(expected)
        index = expected.index(best)
        decisions.append(MBRDecision(texts[index], index, best))
    return decisions


def _listed(name: str, lists: Any) -> list[Any]:
    """Return lists as a list, each checked to be one with something in it."""
    if isinstance(lists, str) or not isinstance(lists, Iterable):
        raise TypeError(f"{name} must be a list of lists of str, not {type(lists).__name__}")
    # What can be gone through only once is kept.
    listed = list(lists)
    for at, texts in enumerate(listed):
        if isinstance(texts, str) or not hasattr(texts, "__len__") or not hasattr(texts, "__getitem__"):
            raise TypeError(f"{name}[{at}] is {type(texts).__name__}: pass a list of str for each source")
        if len(texts) == 0:
            raise ValueError(f"{name}[{at}] is empty: give each source at least one text")
    return listed
