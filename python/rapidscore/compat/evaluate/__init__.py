"""What is to be had of evaluate 0.4.6: metrics by name, without a network, scripts, cache folders or lock files.

    >>> import rapidscore.compat.evaluate as evaluate
    >>> rouge = evaluate.load("rouge")
    >>> result = rouge.compute(predictions=["hello there"], references=["hello there"])
    >>> {name: float(value) for name, value in result.items()}
    {'rouge1': 1.0, 'rouge2': 1.0, 'rougeL': 1.0, 'rougeLsum': 1.0}
    >>> clf_metrics = evaluate.combine(["accuracy", "f1"])
    >>> clf_metrics.compute(predictions=[0, 1], references=[1, 1])
    {'accuracy': 0.5, 'f1': 0.6666666666666666}

Metrics: accuracy, bleu, cer, chrf, confusion_matrix, exact_match, f1, google_bleu, matthews_correlation, perplexity,
precision, recall, rouge, sacrebleu, squad, ter, wer. Their options, their results' keys and the types of values are
those of the peer's own scripts, with scikit-learn 1.9.1, sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4.0.0 and NLTK
3.10.4 beneath. None of these need be installed. A class derived from `Metric` with `_info` and `_compute` works too.

Examples given by `add` and `add_batch` stay in memory. Those of wer, cer and of labels are measured as they come, since
no option changes that; those of other metrics are, where options are said beforehand, which is this package's addition:
`load("chrf", options={"word_order": 2})`. Then no text is kept.
"""

from rapidscore.compat.evaluate._combined import CombinedEvaluations, combine
from rapidscore.compat.evaluate.info import EvaluationModuleInfo, MetricInfo
from rapidscore.compat.evaluate.loading import list_evaluation_modules, load, load_metric
from rapidscore.compat.evaluate.module import EvaluationModule, Metric

#: That of the peer which is followed.
__version__ = "0.4.6"

__all__ = [
    "CombinedEvaluations",
    "EvaluationModule",
    "EvaluationModuleInfo",
    "Metric",
    "MetricInfo",
    "combine",
    "list_evaluation_modules",
    "load",
    "load_metric",
]
