"""BLEU, chrF, TER, ROUGE, WER, accuracy, F1 and the other numbers language models are judged by.

A metric is an object of frozen options::

    >>> from rapidscore import BLEU
    >>> bleu = BLEU()
    >>> print(bleu.score(["the cat sat on the mat"], ["the cat sat on a mat"]))
    BLEU = 53.73 83.3/60.0/50.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 6 ref_len = 6)

Each has `score`, `segment_scores`, `statistics` and `accumulator`; see `rapidscore.metric.Metric`. Results equal
those of the reference implementations, sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4.0.0, scikit-learn 1.9.1 and
fairlearn 0.15.0.
"""

from rapidscore._core import get_num_threads, set_num_threads
from rapidscore.alignment import Alignment, Operation
from rapidscore.bleu import BLEU, BLEUScore
from rapidscore.chrf import CHRF, CHRFScore
from rapidscore.classification import Classification
from rapidscore.classification_score import ClassificationScore
from rapidscore.fairness import ClassificationGroups
from rapidscore.groups import GroupScores
from rapidscore.metric import Metric
from rapidscore.multilabel import Multilabel, MultilabelScore
from rapidscore.rouge import ROUGE, ROUGEScore
from rapidscore.statistics import Accumulator, Statistics, Total
from rapidscore.ter import TER, TERScore
from rapidscore.top_k import TopKAccuracy, TopKAccuracyScore
from rapidscore.wer import CER, WER, ErrorRateScore

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
    "ErrorRateScore",
    "GroupScores",
    "Metric",
    "Multilabel",
    "MultilabelScore",
    "Operation",
    "ROUGEScore",
    "Statistics",
    "TERScore",
    "TopKAccuracy",
    "TopKAccuracyScore",
    "Total",
    "get_num_threads",
    "set_num_threads",
]
