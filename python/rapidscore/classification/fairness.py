"""Fairness of classifiers: differences and ratios of the rates of groups."""

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
    """The classification score of each group, and fairlearn 0.15.0's measures of fairness.

    A rate of no rows, such as the true positive rate of a group without positive rows, is 0.

    References
    ----------
    Agarwal, A. et al., "A reductions approach to fair classification", ICML 2018.

    Hardt, M., Price, E. and Srebro, N., "Equality of opportunity in supervised learning", NeurIPS 2016.

    Examples
    --------
    >>> from rapidscore import Classification
    >>> stats = Classification().statistics(predictions=[1, 1, 0, 1, 0, 0], references=[1, 0, 0, 1, 1, 0])
    >>> groups = stats.by([*"aaabbb"])
    >>> groups["a"].true_positive_rate(), groups["b"].true_positive_rate()
    (1.0, 0.5)
    >>> groups.equal_opportunity_difference(), groups.equal_opportunity_ratio()
    (0.5, 0.5)
    >>> groups.equalized_odds_difference(agg="mean")
    0.5

    """

    __slots__ = ()

    def demographic_parity_difference(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return the largest difference between the groups' selection rates.

        Parameters
        ----------
        method : {"between_groups", "to_overall"}, default "between_groups"
            Whether groups are compared with each other or with all rows; see `GroupScores.difference`.
        pos_label : label, optional
            The label that counts as positive. The default is the metric's `pos_label`.

        Returns
        -------
        float
            The difference, 0 to 1; 0 is best.

        Raises
        ------
        ValueError
            If `method` is unknown, or if `pos_label` is not one of two or more labels.

        """
        return self.difference(_rate(self.overall, "selection_rate", pos_label), method)

    def demographic_parity_ratio(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return the ratio of the groups' selection rates; the four-fifths rule requires 0.8 or more.

        Parameters
        ----------
        method : {"between_groups", "to_overall"}, default "between_groups"
            Whether groups are compared with each other or with all rows; see `GroupScores.ratio`.
        pos_label : label, optional
            The label that counts as positive. The default is the metric's `pos_label`.

        Returns
        -------
        float
            The ratio, 0 to 1; 1 is best.

        Raises
        ------
        ValueError
            If `method` is unknown, or if `pos_label` is not one of two or more labels.

        """
        return self.ratio(_rate(self.overall, "selection_rate", pos_label), method)

    def equal_opportunity_difference(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return the largest difference between the groups' true positive rates.

        Parameters
        ----------
        method : {"between_groups", "to_overall"}, default "between_groups"
            Whether groups are compared with each other or with all rows; see `GroupScores.difference`.
        pos_label : label, optional
            The label that counts as positive. The default is the metric's `pos_label`.

        Returns
        -------
        float
            The difference, 0 to 1; 0 is best.

        Raises
        ------
        ValueError
            If `method` is unknown, or if `pos_label` is not one of two or more labels.

        """
        return self.difference(_rate(self.overall, "true_positive_rate", pos_label), method)

    def equal_opportunity_ratio(self, method: str = "between_groups", pos_label: Any = ...) -> float:
        """Return the ratio of the groups' true positive rates.

        Parameters
        ----------
        method : {"between_groups", "to_overall"}, default "between_groups"
            Whether groups are compared with each other or with all rows; see `GroupScores.ratio`.
        pos_label : label, optional
            The label that counts as positive. The default is the metric's `pos_label`.

        Returns
        -------
        float
            The ratio, 0 to 1; 1 is best.

        Raises
        ------
        ValueError
            If `method` is unknown, or if `pos_label` is not one of two or more labels.

        """
        return self.ratio(_rate(self.overall, "true_positive_rate", pos_label), method)

    def equalized_odds_difference(
        self, method: str = "between_groups", agg: str = "worst_case", pos_label: Any = ...
    ) -> float:
        """Return the larger of the differences between true and between false positive rates, or their mean.

        Parameters
        ----------
        method : {"between_groups", "to_overall"}, default "between_groups"
            Whether groups are compared with each other or with all rows; see `GroupScores.difference`.
        agg : {"worst_case", "mean"}, default "worst_case"
            Whether to return the larger difference, or the mean of both differences.
        pos_label : label, optional
            The label that counts as positive. The default is the metric's `pos_label`.

        Returns
        -------
        float
            The difference, 0 to 1; 0 is best.

        Raises
        ------
        ValueError
            If `method` or `agg` is unknown, or if `pos_label` is not one of two or more labels.

        """
        return disparity.aggregate([self.difference(rate, method) for rate in _odds(self.overall, pos_label)], agg, max)

    def equalized_odds_ratio(
        self, method: str = "between_groups", agg: str = "worst_case", pos_label: Any = ...
    ) -> float:
        """Return the smaller of the ratios of true and of false positive rates, or their mean.

        Parameters
        ----------
        method : {"between_groups", "to_overall"}, default "between_groups"
            Whether groups are compared with each other or with all rows; see `GroupScores.ratio`.
        agg : {"worst_case", "mean"}, default "worst_case"
            Whether to return the smaller ratio, or the mean of both ratios.
        pos_label : label, optional
            The label that counts as positive. The default is the metric's `pos_label`.

        Returns
        -------
        float
            The ratio, 0 to 1; 1 is best.

        Raises
        ------
        ValueError
            If `method` or `agg` is unknown, or if `pos_label` is not one of two or more labels.

        """
        return disparity.aggregate([self.ratio(rate, method) for rate in _odds(self.overall, pos_label)], agg, min)


def _rate(overall: Any, name: str, pos_label: Any) -> Callable[[Any], float]:
    # Check the label on all rows, because a single group may lack it.
    getattr(overall, name)(pos_label)
    return methodcaller(name, pos_label, allow_missing=True)


def _odds(overall: Any, pos_label: Any) -> list[Callable[[Any], float]]:
    return [_rate(overall, name, pos_label) for name in ("true_positive_rate", "false_positive_rate")]
