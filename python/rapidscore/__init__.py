"""BLEU, chrF, TER, ROUGE, WER, perplexity, accuracy, F1 and the other numbers language models are judged by.

A metric is an object of frozen options::

    >>> from rapidscore import BLEU
    >>> bleu = BLEU()
    >>> print(bleu.score(["the cat sat on the mat"], ["the cat sat on a mat"]))
    BLEU = 53.73 83.3/60.0/50.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 6 ref_len = 6)

Each has `score`, `segment_scores`, `statistics` and `accumulator`; see `rapidscore.metric.Metric`. Results equal
those of the reference implementations, sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4.0.0, scikit-learn 1.9.1 and
fairlearn 0.15.0.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rapidscore._core import get_num_threads, set_num_threads

if TYPE_CHECKING:
    from rapidscore.alignment import Alignment, Operation
    from rapidscore.bleu import BLEU, BLEUScore
    from rapidscore.chrf import CHRF, CHRFScore
    from rapidscore.classification import Classification, ClassificationStatistics
    from rapidscore.classification_score import ClassificationScore
    from rapidscore.coded import CodedStatistics
    from rapidscore.comparison import Compared, Comparison, compare
    from rapidscore.fairness import ClassificationGroups
    from rapidscore.given import MissingDataError
    from rapidscore.group_intervals import GroupIntervals
    from rapidscore.groups import GroupScores
    from rapidscore.intervals import Interval, Intervals
    from rapidscore.mbr import MBRDecision, mbr_decode
    from rapidscore.metric import Metric
    from rapidscore.multilabel import Multilabel, MultilabelScore
    from rapidscore.patching import patch, patched, unpatch
    from rapidscore.perplexity import Perplexity, loss_from_perplexity, perplexity_from_loss
    from rapidscore.perplexity_score import PerplexityScore
    from rapidscore.power import minimum_detectable_difference
    from rapidscore.prepared import PreparedReferences
    from rapidscore.rouge import ROUGE, ROUGEScore, ROUGEValues
    from rapidscore.statistics import Accumulator, Statistics, Total
    from rapidscore.ter import TER, TERScore
    from rapidscore.text_metric import TextMetric
    from rapidscore.top_k import TopKAccuracy, TopKAccuracyScore
    from rapidscore.wer import CER, WER, ErrorRateScore
    from rapidscore.windows import SlidingWindow, sliding_windows

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
    "CHRFScore",
    "Classification",
    "ClassificationGroups",
    "ClassificationScore",
    "ClassificationStatistics",
    "CodedStatistics",
    "Compared",
    "Comparison",
    "ErrorRateScore",
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
    "Perplexity",
    "PerplexityScore",
    "PreparedReferences",
    "ROUGEScore",
    "ROUGEValues",
    "SlidingWindow",
    "Statistics",
    "TERScore",
    "TextMetric",
    "TopKAccuracy",
    "TopKAccuracyScore",
    "Total",
    "compare",
    "get_num_threads",
    "loss_from_perplexity",
    "mbr_decode",
    "minimum_detectable_difference",
    "patch",
    "patched",
    "perplexity_from_loss",
    "set_num_threads",
    "sliding_windows",
    "unpatch",
]

#: Where names live. A module is imported when one of its names is asked for, so that nobody waits for what others use.
_HOMES = {
    "Alignment": "alignment",
    "Operation": "alignment",
    "BLEU": "bleu",
    "BLEUScore": "bleu",
    "CHRF": "chrf",
    "CHRFScore": "chrf",
    "Classification": "classification",
    "ClassificationScore": "classification_score",
    "ClassificationStatistics": "classification",
    "CodedStatistics": "coded",
    "Compared": "comparison",
    "Comparison": "comparison",
    "compare": "comparison",
    "minimum_detectable_difference": "power",
    "ClassificationGroups": "fairness",
    "GroupIntervals": "group_intervals",
    "GroupScores": "groups",
    "MBRDecision": "mbr",
    "mbr_decode": "mbr",
    "Interval": "intervals",
    "Intervals": "intervals",
    "Metric": "metric",
    "MissingDataError": "given",
    "Multilabel": "multilabel",
    "MultilabelScore": "multilabel",
    "Perplexity": "perplexity",
    "loss_from_perplexity": "perplexity",
    "perplexity_from_loss": "perplexity",
    "PerplexityScore": "perplexity_score",
    "PreparedReferences": "prepared",
    "ROUGE": "rouge",
    "ROUGEScore": "rouge",
    "ROUGEValues": "rouge",
    "Accumulator": "statistics",
    "Statistics": "statistics",
    "Total": "statistics",
    "TER": "ter",
    "TERScore": "ter",
    "TextMetric": "text_metric",
    "TopKAccuracy": "top_k",
    "TopKAccuracyScore": "top_k",
    "CER": "wer",
    "WER": "wer",
    "ErrorRateScore": "wer",
    "patch": "patch",
    "patched": "patching",
    "unpatch": "patching",
    "SlidingWindow": "windows",
    "sliding_windows": "windows",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = import_module(f"{__name__}.{_HOMES[name]}")
    # `patch` is a module that can be called.
    value = globals()[name] = home if name == "patch" else getattr(home, name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
