"""Evaluation metrics for language models: BLEU, chrF, TER, ROUGE, WER, perplexity, accuracy, F1 and others.

A metric is an object whose attributes are its options, which do not change::

    >>> from rapidscore import BLEU
    >>> bleu = BLEU()
    >>> print(bleu.score(["the cat sat on the mat"], ["the cat sat on a mat"]))
    BLEU = 53.73 83.3/60.0/50.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 6 ref_len = 6)

Each metric has the methods `score`, `segment_scores`, `statistics` and `accumulator`; see `rapidscore.Metric`. Results
equal those of the reference implementations: sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4.0.0, scikit-learn 1.9.1 and
fairlearn 0.15.0.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rapidscore import _forks  # noqa: F401  # registers what is done before a fork
from rapidscore._core import get_num_threads, set_num_threads

if TYPE_CHECKING:
    from rapidscore.accumulators import Accumulator
    from rapidscore.classification.classification import Classification, ClassificationStatistics
    from rapidscore.classification.coded import CodedStatistics
    from rapidscore.classification.fairness import ClassificationGroups
    from rapidscore.classification.multilabel import Multilabel
    from rapidscore.classification.multilabel_score import MultilabelScore
    from rapidscore.classification.score import ClassificationScore
    from rapidscore.classification.top_k import TopKAccuracy, TopKAccuracyScore
    from rapidscore.comparison.compare import compare
    from rapidscore.comparison.power import minimum_detectable_difference
    from rapidscore.comparison.result import Compared, Comparison
    from rapidscore.display.result import Result, Score
    from rapidscore.groups.intervals import GroupIntervals
    from rapidscore.groups.permutation_test import GroupDifference, PermutationTest
    from rapidscore.groups.scores import GroupScores
    from rapidscore.inputs.pretokenized import MissingDataError
    from rapidscore.metric import Metric
    from rapidscore.patching import patch, patched, unpatch
    from rapidscore.perplexity.perplexity import Perplexity, loss_from_perplexity, perplexity_from_loss
    from rapidscore.perplexity.score import PerplexityScore
    from rapidscore.perplexity.windows import SlidingWindow, sliding_windows
    from rapidscore.resampling.intervals import Interval, Intervals
    from rapidscore.segments.buckets import Buckets
    from rapidscore.segments.table import SegmentTable
    from rapidscore.several.accumulator import ScoresAccumulator, accumulator
    from rapidscore.several.score import Scores, score
    from rapidscore.statistics import Statistics, Total
    from rapidscore.text_metrics.alignment import Alignment, Operation
    from rapidscore.text_metrics.base import TextMetric
    from rapidscore.text_metrics.bleu import BLEU, BLEUScore
    from rapidscore.text_metrics.chrf import CHRF, CHRFScore
    from rapidscore.text_metrics.error_rate import CER, WER, ErrorRateScore
    from rapidscore.text_metrics.mbr import MBRDecision, mbr_decode
    from rapidscore.text_metrics.prepared import PreparedReferences
    from rapidscore.text_metrics.rouge import ROUGE, ROUGEScore, ROUGEValues
    from rapidscore.text_metrics.ter import TER, TERScore

__version__ = "0.1.0"

__all__ = [
    "BLEU",
    "CER",
    "CHRF",
    "ROUGE",
    "TER",
    "WER",
    "Accumulator",
    "Alignment",
    "BLEUScore",
    "Buckets",
    "CHRFScore",
    "Classification",
    "ClassificationGroups",
    "ClassificationScore",
    "ClassificationStatistics",
    "CodedStatistics",
    "Compared",
    "Comparison",
    "ErrorRateScore",
    "GroupDifference",
    "GroupIntervals",
    "GroupScores",
    "Interval",
    "Intervals",
    "MBRDecision",
    "Metric",
    "MissingDataError",
    "Multilabel",
    "MultilabelScore",
    "Operation",
    "PermutationTest",
    "Perplexity",
    "PerplexityScore",
    "PreparedReferences",
    "ROUGEScore",
    "ROUGEValues",
    "Result",
    "Score",
    "Scores",
    "ScoresAccumulator",
    "SegmentTable",
    "SlidingWindow",
    "Statistics",
    "TERScore",
    "TextMetric",
    "TopKAccuracy",
    "TopKAccuracyScore",
    "Total",
    "accumulator",
    "compare",
    "get_num_threads",
    "loss_from_perplexity",
    "mbr_decode",
    "minimum_detectable_difference",
    "patch",
    "patched",
    "perplexity_from_loss",
    "score",
    "set_num_threads",
    "sliding_windows",
    "unpatch",
]

#: The module of each public name. It is imported when the name is first used, which keeps `import rapidscore` fast.
_HOMES = {
    "Alignment": "text_metrics.alignment",
    "Operation": "text_metrics.alignment",
    "BLEU": "text_metrics.bleu",
    "BLEUScore": "text_metrics.bleu",
    "CHRF": "text_metrics.chrf",
    "CHRFScore": "text_metrics.chrf",
    "Classification": "classification.classification",
    "ClassificationScore": "classification.score",
    "ClassificationStatistics": "classification.classification",
    "CodedStatistics": "classification.coded",
    "Buckets": "segments.buckets",
    "Compared": "comparison.result",
    "Comparison": "comparison.result",
    "compare": "comparison.compare",
    "minimum_detectable_difference": "comparison.power",
    "ClassificationGroups": "classification.fairness",
    "GroupDifference": "groups.permutation_test",
    "GroupIntervals": "groups.intervals",
    "GroupScores": "groups.scores",
    "MBRDecision": "text_metrics.mbr",
    "mbr_decode": "text_metrics.mbr",
    "Interval": "resampling.intervals",
    "Intervals": "resampling.intervals",
    "PermutationTest": "groups.permutation_test",
    "Metric": "metric",
    "SegmentTable": "segments.table",
    "MissingDataError": "inputs.pretokenized",
    "Multilabel": "classification.multilabel",
    "MultilabelScore": "classification.multilabel_score",
    "Perplexity": "perplexity.perplexity",
    "loss_from_perplexity": "perplexity.perplexity",
    "perplexity_from_loss": "perplexity.perplexity",
    "PerplexityScore": "perplexity.score",
    "PreparedReferences": "text_metrics.prepared",
    "ROUGE": "text_metrics.rouge",
    "ROUGEScore": "text_metrics.rouge",
    "ROUGEValues": "text_metrics.rouge",
    "Result": "display.result",
    "Score": "display.result",
    "ScoresAccumulator": "several.accumulator",
    "accumulator": "several.accumulator",
    "Scores": "several.score",
    "score": "several.score",
    "Accumulator": "accumulators",
    "Statistics": "statistics",
    "Total": "statistics",
    "TER": "text_metrics.ter",
    "TERScore": "text_metrics.ter",
    "TextMetric": "text_metrics.base",
    "TopKAccuracy": "classification.top_k",
    "TopKAccuracyScore": "classification.top_k",
    "CER": "text_metrics.error_rate",
    "WER": "text_metrics.error_rate",
    "ErrorRateScore": "text_metrics.error_rate",
    "patch": "patch",
    "patched": "patching",
    "unpatch": "patching",
    "SlidingWindow": "perplexity.windows",
    "sliding_windows": "perplexity.windows",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    # The module `patch` can be called itself.
    value = globals()[name] = home if name == "patch" else getattr(home, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
