"""Fairness of classifiers: how the rates of groups differ."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import Any, TypeVar

from rapidscore._public import public
from rapidscore.groups import disparity
from rapidscore.groups.scores import GroupScores

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@public
class ClassificationGroups(GroupScores[ScoreT_co]):
    """Each group's classification score, and fairlearn 0.15.0's measures of fairness with its definitions.

    Options of all measures:

    - `method`: `"between_groups"` compares groups with each other, `"to_overall"` with all rows; see
      `GroupScores.difference` and `GroupScores.ratio`.
    - `pos_label`: the label that counts as positive; without, it is the scores' own default.

    Differences are 0 to 1, 0 is best; ratios are 0 to 1, 1 is best. Unknown methods raise `ValueError`.

    References: A. Agarwal et al., "A reductions approach to fair classification", ICML 2018; M. Hardt, E. Price and
    N. Srebro, "Equality of opportunity in supervised learning", NeurIPS 2016.
    """

    __slots__ = ()

    def demographic_parity_difference(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return by how much the groups' selection rates differ."""
        return self.difference(_rate(self.overall, "selection_rate", pos_label), method)

    def demographic_parity_ratio(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return the ratio of the groups' selection rates; the four-fifths rule asks for 0.8 or more."""
        return self.ratio(_rate(self.overall, "selection_rate", pos_label), method)

    def equal_opportunity_difference(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return by how much the groups' true positive rates differ."""
        return self.difference(_rate(self.overall, "true_positive_rate", pos_label), method)

    def equal_opportunity_ratio(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return the ratio of the groups' true positive rates."""
        return self.ratio(_rate(self.overall, "true_positive_rate", pos_label), method)

    def equalized_odds_difference(
        self, method: str = "between_groups", agg: str = "worst_case", pos_label: Any = ...
    ) -> float:
        """Return by how much true and false positive rates differ: the greater difference, or with `"mean"` the mean.

        Raises `ValueError` when `agg` is neither `"worst_case"` nor `"mean"`.
        """
        return disparity.aggregate([self.difference(rate, method) for rate in _odds(self.overall, pos_label)], agg, max)

    def equalized_odds_ratio(
        self, method: str = "between_groups", agg: str = "worst_case", pos_label: Any = ...
    ) -> float:
        """Return the ratio of true and of false positive rates: the smaller ratio, or with `"mean"` the mean.

        Raises `ValueError` when `agg` is neither `"worst_case"` nor `"mean"`.
        """
        return disparity.aggregate([self.ratio(rate, method) for rate in _odds(self.overall, pos_label)], agg, min)


def _rate(overall: Any, name: str, pos_label: Any) -> Callable[[Any], float]:
    # All rows know the label, if any do; a group may lack it.
    getattr(overall, name)(pos_label)
    return methodcaller(name, pos_label, may_lack=True)


def _odds(overall: Any, pos_label: Any) -> list[Callable[[Any], float]]:
    return [_rate(overall, name, pos_label) for name in ("true_positive_rate", "false_positive_rate")]
