"""Several metrics of the same predictions, with their groups and intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from rapidscore._public import public, unchangeable
from rapidscore.classification.score import ClassificationScore
from rapidscore.display.result import Result, Score
from rapidscore.display.tables import Column, Table
from rapidscore.display.text import shown
from rapidscore.perplexity.perplexity import Perplexity
from rapidscore.plots import look, points
from rapidscore.segments.measured import PREDICTION, MeasuredSegments, Value, kept
from rapidscore.segments.result import SegmentedResult
from rapidscore.several.names import headline_values, named, segment_values
from rapidscore.text_metrics.rouge import ROUGEScore

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from rapidscore.groups.scores import GroupScores
    from rapidscore.metric import AnyMetric
    from rapidscore.resampling.intervals import Intervals
    from rapidscore.statistics import Statistics


@public
@unchangeable
class Scores(SegmentedResult[str, Score]):
    """The scores of several metrics by name, with their groups and intervals if they were wanted.

    `rapidscore.score` makes one, and so does `ScoresAccumulator.compute`.
    """

    _part: ClassVar[str] = "metric"
    _is_table: ClassVar[bool] = True

    __slots__ = ("_scores", "_texts", "groups", "intervals", "segments", "statistics")

    statistics: dict[str, Statistics[Any]]
    """The rows of each metric, to be sliced, grouped and resampled further; empty if they were not kept."""
    segments: int
    """The number of segments."""
    groups: dict[str, GroupScores[Any]]
    """The scores by group of each metric; empty without groups."""
    intervals: dict[str, Intervals]
    """The intervals of each metric; empty if no confidence was given."""

    def __init__(
        self,
        scores: Mapping[str, Score],
        segments: int,
        groups: Mapping[str, GroupScores[Any]],
        *,
        intervals: Mapping[str, Intervals] | None = None,
        statistics: Mapping[str, Statistics[Any]] | None = None,
        texts: tuple[Any, Any] = (None, None),
    ) -> None:
        self._scores = dict(scores)
        self.segments = segments
        self.groups = dict(groups)
        self.intervals = dict(intervals or {})
        self.statistics = dict(statistics or {})
        # The predictions and the references, as far as they are to be read.
        self._texts = texts

    def _parts(self) -> Mapping[str, Score]:
        return self._scores

    def _measured(self) -> MeasuredSegments:
        if not self.statistics:
            raise ValueError("the rows of segments were not kept: pass keep_rows=True to rapidscore.accumulator")
        values, shown_names = segment_values(self.statistics)
        predictions, references = self._texts
        return MeasuredSegments(
            {PREDICTION: self.statistics},
            values,
            shown_names,
            predictions=None if predictions is None else {PREDICTION: predictions},
            references=references,
            groups=next(iter(self.groups.values()), None),
        )

    def _groups_by_system(self) -> Mapping[str, Mapping[str, GroupScores[Any]]]:
        return {PREDICTION: self.groups} if self.groups else {}

    def _summary(self) -> list[str]:
        return [f"{self._headline()}."]

    def _made(self) -> list[tuple[str, str]]:
        made = [("metric", f"{name}: {score.signature}") for name, score in self.items()]
        return made + [("intervals", intervals._how()) for intervals in [*self.intervals.values()][:1]]

    def _classifications(self) -> dict[str, Any]:
        return {name: score for name, score in self.items() if isinstance(score, ClassificationScore)}

    def _headline_values(self) -> Mapping[str, Value]:
        return headline_values(self.statistics)

    def as_dict(self) -> dict[str, float]:
        """Return all values of all metrics by name, flat, for a logger.

        Where two metrics have a value of the same name, the name of the metric stands before it, as in
        `bleu|tok:char/bleu_bp`.
        """
        values = [(metric, score.as_dict()) for metric, score in self.items()]
        names = [name for _, of_metric in values for name in of_metric]
        return {
            name if names.count(name) == 1 else f"{metric}/{name}": value
            for metric, of_metric in values
            for name, value in of_metric.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the scores, groups and intervals of each metric, as JSON can hold them."""
        parts: dict[str, Mapping[str, Result]] = {
            "scores": self._scores,
            "groups": self.groups,
            "intervals": self.intervals,
        }
        content = {part: {name: one.to_dict() for name, one in of.items()} for part, of in parts.items()}
        return {"segments": self.segments, **content}

    def _headline(self) -> str:
        rows = [
            f"{title} = {shown(name, self[metric].as_dict()[name])}" for metric, name, title in self._shown_values()
        ]
        return f"{', '.join(rows)}; {self.segments:,} segments"

    def _shown_values(self) -> list[tuple[str, str, str]]:
        """Return for each row of a table the metric, the name of its value, and the title of the row."""
        rows = []
        for metric, score in self.items():
            # The types of ROUGE have equal rights.
            names = [*score] if isinstance(score, ROUGEScore) else score._main_names()[:1]
            for name in names:
                title = metric if len(names) == 1 else name if metric == "rouge" else f"{metric}/{name}"
                rows.append((metric, name, title))
        return rows

    def _as_table(self, width: int | None, signature: bool) -> Table:
        values = self._shown_values()
        columns = [Column("metric", is_text=True), Column("score")]
        rows = [[title, shown(name, self[metric].as_dict()[name], width)] for metric, name, title in values]
        if self.intervals:
            confidence = next(iter(self.intervals.values())).confidence
            columns.append(Column(f"{100 * confidence:g} % interval", importance=0))
            for row, (metric, name, _) in zip(rows, values, strict=True):
                row.append(self.intervals[metric][name].ends(width))
        keys = {key: groups._labels(key) for groups in [*self.groups.values()][:1] for key in groups.sizes}
        for key, labels in keys.items():
            columns.append(Column(", ".join(map(str, labels)), importance=-len(columns)))
            for row, (metric, name, _) in zip(rows, values, strict=True):
                of_metric = self.groups[metric]
                # A group may have nothing to score by one metric.
                row.append(shown(name, of_metric[key].as_dict()[name], width) if key in of_metric else "-")
        notes = [f"{name}: {score.signature}" for name, score in self.items()] if signature else []
        return Table(columns, rows, notes=notes)

    def _drawings(self) -> list[Callable[[Any], Any]]:
        return [self.plot]

    def plot(self, ax: Axes | Sequence[Axes] | Figure | None = None, *, title: str | None = None) -> Any:
        """Draw the score of each metric, with its interval if it has one; return the matplotlib axes.

        Parameters
        ----------
        ax : matplotlib axes, a sequence of them, or a figure, optional
            Where to draw; by default a new figure. Each metric has axes of its own, because their units differ.
        title : str, optional
            The title; by default the number of segments, and how the intervals were made. An empty text is no title.

        Returns
        -------
        matplotlib axes, or numpy.ndarray of them
            The axes of the only score, or an array with the axes of each.

        Raises
        ------
        ValueError
            If the axes are not as many as scores.
        ModuleNotFoundError
            If matplotlib is not installed, which the extra `plot` installs.

        """
        values = self._shown_values()
        found = []
        for metric, name, label in values:
            score = self[metric].as_dict()[name]
            point = points.Point(label, shown(name, score), score)
            found.append(self.intervals[metric][name]._point(label) if metric in self.intervals else point)
        drawn = look.axes(ax, points.size(found)[0], points.size(found[:1])[1], len(found))
        if title is None:
            how = [intervals._how() for intervals in [*self.intervals.values()][:1]]
            title = "; ".join([f"{self.segments:,} segments", *how])
        for at, (axes, point, (_, name, _)) in enumerate(zip(drawn, found, values, strict=True)):
            points.draw(axes, [point], label=look.value_label(name), title=None if at else title)
        return look.as_returned(drawn)

    def _as_columns(self) -> Mapping[str, Sequence[Any]]:
        rows = [(metric, name, value) for metric, score in self.items() for name, value in score.as_dict().items()]
        columns: dict[str, list[Any]] = {
            "metric": [metric for metric, _, _ in rows],
            "value": [name for _, name, _ in rows],
            "score": [value for _, _, value in rows],
        }
        if self.intervals:
            intervals = [self.intervals[metric].get(name) for metric, name, _ in rows]
            columns["low"] = [interval.low if interval else None for interval in intervals]
            columns["high"] = [interval.high if interval else None for interval in intervals]
        columns["signature"] = [self[metric].signature for metric, _, _ in rows]
        return columns


@public
def score(
    predictions: Any,
    references: Any = None,
    *,
    metrics: Any,
    by: Any = None,
    confidence: float | None = None,
    resamples: int = 1000,
    seed: int | None = 12345,
) -> Scores:
    """Score predictions with several metrics at once, in all and by group, with intervals if wanted.

    Parameters
    ----------
    predictions, references
        What the metrics take: texts, labels, or logits and labels. For `Perplexity`, `predictions` alone are
        log-probabilities.
    metrics : metric, str, or a sequence or mapping of these
        Metrics, or their names as on the command line: `"bleu"`, `"chrf"`, `"chrf++"`, `"ter"`, `"wer"`, `"cer"`,
        `"rouge1"` to `"rouge9"`, `"rougeL"`, `"rougeLsum"`; also `"rouge"`, `"classification"`, `"multilabel"` and
        `"perplexity"`, with their default options. A mapping gives them other names. Without one, metrics of one name
        get the options in which they differ as suffix, as in `bleu|tok:char`.
    by : sequence of labels, or mapping or table of several features, optional
        The group of each segment, as in `Statistics.by`.
    confidence : float, optional
        The confidence level of intervals, between 0 and 1, such as 0.95. By default no intervals are made.
    resamples : int, default 1000
        The number of bootstrap samples for the intervals.
    seed : int or None, default 12345
        The seed of the samples, as in `Statistics.confidence_interval`. All metrics draw the same segments.

    Returns
    -------
    Scores
        The score of each metric by name, `groups` and `intervals` beside it.

    Raises
    ------
    ValueError
        If a metric is unknown or named twice, if there are no segments, or as the metrics raise it.
    TypeError
        If a metric is neither a metric nor a name, or as the metrics raise it.

    Examples
    --------
    >>> import rapidscore
    >>> predictions = ["the cat sat on the mat", "there is a dog", "it rains in the hills"] * 20
    >>> references = ["the cat sat on a mat", "there is a dog here", "it is raining in the hills"] * 20
    >>> found = rapidscore.score(predictions, references, metrics=["bleu", "chrf", "rougeL"], confidence=0.95)
    >>> print(found)
    metric   score     95 % interval
    ------  ------  ----------------
    bleu     50.05    [45.46, 54.85]
    chrf     64.32    [61.89, 66.75]
    rougeL  0.8165  [0.8002, 0.8327]
    >>> found["bleu"].score == rapidscore.BLEU().score(predictions, references).score
    True
    >>> groups = rapidscore.score(predictions, references, metrics=["bleu", "wer"], by=["a", "b", "b"] * 20).groups
    >>> groups["wer"]["a"].score
    0.16666666666666666

    """
    statistics = {name: statistics_of(metric, predictions, references) for name, metric in named(metrics).items()}
    return scores_of(statistics, by, confidence, resamples, seed, texts=kept(predictions, references))


def scores_of(
    statistics: Mapping[str, Statistics[Any]],
    by: Any,
    confidence: float | None,
    resamples: int,
    seed: int | None,
    *,
    texts: tuple[Any, Any] = (None, None),
) -> Scores:
    """Score the rows of each metric, with groups and intervals if they are wanted."""
    groups, intervals = {}, {}
    if by is not None:
        groups = {name: one.by(by) for name, one in statistics.items()}
    if confidence is not None:
        intervals = {
            name: one.confidence_interval(confidence, resamples, seed=seed) for name, one in statistics.items()
        }
    scores = {name: one.score() for name, one in statistics.items()}
    return Scores(
        scores, len(next(iter(statistics.values()))), groups, intervals=intervals, statistics=statistics, texts=texts
    )


def statistics_of(metric: AnyMetric, predictions: Any, references: Any) -> Statistics[Any]:
    """Measure predictions; without references they are log-probabilities."""
    if references is None:
        if isinstance(metric, Perplexity):
            return metric.statistics_log_probs(predictions)
        raise TypeError(f"{type(metric).__name__} needs references: pass one, or a list of them, for each prediction")
    return metric.statistics(predictions, references)
