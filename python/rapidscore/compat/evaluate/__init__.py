"""evaluate's API (0.4.6): metrics by name, without a network, scripts, cache folders or lock files.

    >>> import rapidscore.compat.evaluate as evaluate
    >>> rouge = evaluate.load("rouge")
    >>> result = rouge.compute(predictions=["hello there"], references=["hello there"])
    >>> {name: float(value) for name, value in result.items()}
    {'rouge1': 1.0, 'rouge2': 1.0, 'rougeL': 1.0, 'rougeLsum': 1.0}
    >>> clf_metrics = evaluate.combine(["accuracy", "f1"])
    >>> clf_metrics.compute(predictions=[0, 1], references=[1, 1])
    {'accuracy': 0.5, 'f1': 0.6666666666666666}

Metrics: accuracy, bleu, cer, chrf, confusion_matrix, exact_match, f1, google_bleu, matthews_correlation, perplexity,
precision, recall, rouge, sacrebleu, squad, ter, wer. Their options, and the keys and types of their results, are those
of evaluate's own scripts with scikit-learn 1.9.1, sacrebleu 2.6.0, rouge-score 0.1.2, jiwer 4.0.0 and NLTK 3.10.4. None
of these packages need be installed. A class derived from `Metric` with `_info` and `_compute` works too.

Examples passed to `add` and `add_batch` stay in memory until `compute`. Two kinds of metrics measure examples as they
arrive instead, and keep no texts: wer, cer and the metrics of labels, because no option changes what is measured; and
metrics loaded with their options, as in `load("chrf", options={"word_order": 2})`, which evaluate does not have.
"""

from rapidscore.compat.evaluate._combined import CombinedEvaluations, combine
from rapidscore.compat.evaluate.info import EvaluationModuleInfo, MetricInfo
from rapidscore.compat.evaluate.loading import list_evaluation_modules, load, load_metric
from rapidscore.compat.evaluate.module import EvaluationModule, Metric

#: The version of evaluate that this package follows.
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
