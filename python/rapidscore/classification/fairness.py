"""Fairness of classifiers: differences and ratios of the rates of groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import methodcaller
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rapidscore._public import public
from rapidscore.groups import disparity
from rapidscore.groups.scores import GroupScores
from rapidscore.resampling.measure import rate_key

if TYPE_CHECKING:
    from rapidscore.resampling.intervals import Series
    from rapidscore.resampling.measure import Values

ScoreT_co = TypeVar("ScoreT_co", covariant=True)


@public
class ClassificationGroups(GroupScores[ScoreT_co]):
    """The classification score of each group, and fairlearn 0.15.0's measures of fairness.

    A rate of no rows, such as the true positive rate of a group without positive rows, is 0.

    With the default options, these measures also have intervals, `confidence_interval().fairness`, and p-values of the
    differences, in `permutation_test()`, if the metric's `pos_label` is a label.

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
    >>> many = Classification().statistics([1, 1, 0, 1, 0, 0] * 30, [1, 0, 0, 1, 1, 0] * 30).by([*"aaabbb"] * 30)
    >>> print(many.confidence_interval().fairness["equalized_odds_difference"])
    equalized_odds_difference = 0.5000 [0.4333, 0.6441]
    >>> print(many.permutation_test()["equalized_odds_difference"])
    equalized_odds_difference: difference = 0.5000, p = 0.0010

    """

    __slots__ = ()

    def _fairness(self) -> tuple[Sequence[str], Mapping[str, Series]]:
        try:
            self.overall.selection_rate()  # type: ignore[attr-defined]  # a score of a classification
        except ValueError:
            # The metric's positive class is not among the labels.
            return (), {}
        return _RATES, _MEASURES

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


#: The rates that measures of fairness compare.
_RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")


def _compared(measure: Callable[..., Any], rate: str) -> Series:
    """Return the function from the rates of samples to the difference or the ratio of the groups' rates."""
    key = rate_key(rate)
    return lambda values: measure(values[key][:, :-1], values[key][:, -1])


def _worst(measure: Callable[..., Any], is_worse: Callable[..., Any]) -> Series:
    """Return the function from the rates of samples to the worse disparity of true and of false positive rates."""
    of_true, of_false = _compared(measure, "true_positive_rate"), _compared(measure, "false_positive_rate")

    def worst(values: Values) -> Any:
        one, other = of_true(values), of_false(values)
        # Of NaN and a number, the first, as in `disparity.aggregate`.
        return np.where(is_worse(other, one), other, one)

    return worst


#: Measures of fairness between groups by name, as functions of the rates of many samples.
_MEASURES: dict[str, Series] = {
    "demographic_parity_difference": _compared(disparity.difference, "selection_rate"),
    "demographic_parity_ratio": _compared(disparity.ratio, "selection_rate"),
    "equal_opportunity_difference": _compared(disparity.difference, "true_positive_rate"),
    "equal_opportunity_ratio": _compared(disparity.ratio, "true_positive_rate"),
    "equalized_odds_difference": _worst(disparity.difference, np.greater),
    "equalized_odds_ratio": _worst(disparity.ratio, np.less),
}
