"""Load metrics by name."""

from __future__ import annotations

from typing import Any

from rapidscore.compat.evaluate import (
    _answers,
    _error_rates,
    _labels,
    _ngrams,
    _perplexity,
    _rouge,
    _translations,
    info,
)
from rapidscore.compat.evaluate._scored import Description, ScoredMetric
from rapidscore.compat.evaluate.module import EvaluationModule

_SKLEARN = "https://scikit-learn.org/stable/modules/generated/sklearn.metrics."
_MORRIS = (
    "A. C. Morris, V. Maier and P. Green, 'From WER and RIL to MER and WIL: improved evaluation measures for connected "
    "speech recognition', Interspeech 2004"
)
_PEDREGOSA = "F. Pedregosa et al., 'Scikit-learn: machine learning in Python', JMLR 12 (2011), 2825-2830"


def _describe_labels(scorer: type[Any], summary: str, function: str) -> Description:
    urls = (f"{_SKLEARN}{function}.html",)
    return Description(scorer, summary, _PEDREGOSA, info.LABELS, urls, multilabel_features=info.LABEL_LISTS)


#: By the name for `load`: the name of evaluate's class, from which the attribute `name` is made, and the description.
METRICS: dict[str, tuple[str, Description]] = {
    "accuracy": (
        "Accuracy",
        _describe_labels(_labels.Accuracy, "The share of labels that are right.", "accuracy_score"),
    ),
    "bleu": (
        "Bleu",
        Description(
            _ngrams.NMTBleu,
            "BLEU of a corpus, as the script of TensorFlow NMT computes it from the tokens of mteval-v13a.",
            "K. Papineni et al., 'BLEU: a method for automatic evaluation of machine translation', ACL 2002; C.-Y. Lin "
            "and F. J. Och, 'ORANGE: a method for evaluating automatic evaluation metrics for machine translation', "
            "COLING 2004",
            info.TEXTS_OR_LISTS,
            (
                "https://en.wikipedia.org/wiki/BLEU",
                "https://towardsdatascience.com/evaluating-text-output-in-nlp-bleu-at-your-own-risk-e8609665a213",
            ),
            code="https://github.com/tensorflow/nmt/blob/master/nmt/scripts/bleu.py",
        ),
    ),
    "cer": (
        "CER",
        Description(
            _error_rates.Cer,
            "Character error rate.",
            _MORRIS,
            info.TEXTS,
            (
                "https://en.wikipedia.org/wiki/Word_error_rate",
                "https://sites.google.com/site/textdigitisation/qualitymeasures/computingerrorrates",
            ),
            code="https://github.com/jitsi/jiwer/",
        ),
    ),
    "chrf": (
        "ChrF",
        Description(
            _translations.ChrF,
            "chrF and chrF++: F-measure of n-grams of characters, and of words.",
            "M. Popovic, 'chrF: character n-gram F-score for automatic MT evaluation', WMT 2015, and 'chrF++: words "
            "helping character n-grams', WMT 2017",
            info.TEXTS_OR_LISTS,
            ("https://github.com/m-popovic/chrF",),
            code="https://github.com/mjpost/sacreBLEU#chrf--chrf",
            homepage="https://github.com/mjpost/sacreBLEU#chrf--chrf",
        ),
    ),
    "confusion_matrix": (
        "ConfusionMatrix",
        _describe_labels(
            _labels.ConfusionMatrix, "Counts of each pair of true and predicted label.", "confusion_matrix"
        ),
    ),
    "exact_match": (
        "ExactMatch",
        Description(_answers.ExactMatch, "The share of predictions that equal their references.", "", info.TEXTS),
    ),
    "f1": ("F1", _describe_labels(_labels.F1, "The harmonic mean of precision and recall.", "f1_score")),
    "google_bleu": (
        "GoogleBleu",
        Description(
            _ngrams.GoogleBleu,
            "GLEU: the share of matching n-grams among the n-grams of the longer text.",
            "Y. Wu et al., 'Google's neural machine translation system: bridging the gap between human and machine "
            "translation', arXiv:1609.08144, 2016",
            info.TEXTS_OR_LISTS,
            ("https://www.nltk.org/api/nltk.translate.gleu_score.html",),
        ),
    ),
    "matthews_correlation": (
        "MatthewsCorrelation",
        _describe_labels(
            _labels.MatthewsCorrelation,
            "The Matthews correlation coefficient of true and predicted labels.",
            "matthews_corrcoef",
        ),
    ),
    "perplexity": (
        "Perplexity",
        Description(
            _perplexity.Perplexity,
            "Perplexity: e to the power of the mean negative log-likelihood of the tokens of a sequence.",
            "F. Jelinek et al., 'Perplexity - a measure of the difficulty of speech recognition tasks', 1977",
            info.TOKENS,
            ("https://huggingface.co/docs/transformers/perplexity",),
        ),
    ),
    "precision": (
        "Precision",
        _describe_labels(_labels.Precision, "Precision: true positives / predicted positives.", "precision_score"),
    ),
    "recall": (
        "Recall",
        _describe_labels(_labels.Recall, "Recall: true positives / actual positives.", "recall_score"),
    ),
    "rouge": (
        "Rouge",
        Description(
            _rouge.Rouge,
            "ROUGE: n-grams and subsequences that a summary shares with a reference.",
            "C.-Y. Lin, 'ROUGE: a package for automatic evaluation of summaries', ACL workshop 2004",
            info.TEXTS_OR_LISTS,
            (
                "https://en.wikipedia.org/wiki/ROUGE_(metric)",
                "https://github.com/google-research/google-research/tree/master/rouge",
            ),
            code="https://github.com/google-research/google-research/tree/master/rouge",
        ),
    ),
    "sacrebleu": (
        "Sacrebleu",
        Description(
            _translations.Sacrebleu,
            "BLEU of a corpus, as sacrebleu computes it.",
            "M. Post, 'A call for clarity in reporting BLEU scores', WMT 2018",
            info.TEXTS_OR_LISTS,
            (
                "https://github.com/mjpost/sacreBLEU",
                "https://en.wikipedia.org/wiki/BLEU",
                "https://towardsdatascience.com/evaluating-text-output-in-nlp-bleu-at-your-own-risk-e8609665a213",
            ),
            code="https://github.com/mjpost/sacreBLEU",
            homepage="https://github.com/mjpost/sacreBLEU",
        ),
    ),
    "squad": (
        "Squad",
        Description(
            _answers.Squad,
            "Exact matches and word F1 of answers to questions, as SQuAD 1.1 scores them.",
            "P. Rajpurkar et al., 'SQuAD: 100,000+ questions for machine comprehension of text', EMNLP 2016",
            info.ANSWERS,
            ("https://rajpurkar.github.io/SQuAD-explorer/",),
            code="https://rajpurkar.github.io/SQuAD-explorer/",
        ),
    ),
    "ter": (
        "Ter",
        Description(
            _translations.Ter,
            "Translation edit rate: edits, which include shifts of word sequences, / words of the reference.",
            "M. Snover et al., 'A study of translation edit rate with targeted human annotation', AMTA 2006",
            info.TEXTS_OR_LISTS,
            ("https://github.com/jhclark/tercom",),
            code="https://github.com/mjpost/sacreBLEU#ter",
            homepage="http://www.cs.umd.edu/~snover/tercom/",
        ),
    ),
    "wer": (
        "WER",
        Description(
            _error_rates.Wer,
            "Word error rate.",
            _MORRIS,
            info.TEXTS,
            ("https://en.wikipedia.org/wiki/Word_error_rate",),
            code="https://github.com/jitsi/jiwer/",
        ),
    ),
}

_CLASSES: dict[str, type[EvaluationModule]] = {
    name: type(class_name, (ScoredMetric,), {"DESCRIPTION": description, "__doc__": description.scorer.__doc__})
    for name, (class_name, description) in METRICS.items()
}
# Module attributes under the names of the classes, so that metrics can be pickled.
globals().update({metric.__name__: metric for metric in _CLASSES.values()})


def load(  # noqa: PLR0917  # evaluate's order
    path: str,
    config_name: str | None = None,
    module_type: str | None = None,
    process_id: int = 0,
    num_process: int = 1,
    cache_dir: str | None = None,
    experiment_id: str | None = None,
    keep_in_memory: bool = False,
    download_config: Any = None,
    download_mode: Any = None,
    revision: Any = None,
    **init_kwargs: Any,
) -> EvaluationModule:
    """Return the metric with this name.

    Parameters as `evaluate.load` in evaluate 0.4.6, and `options`, which evaluate does not have:

    - `config_name`: "multilabel" for metrics of labels if an example may have several labels.
    - `seed`: see `EvaluationModule`.
    - `options`: a dict with options for `compute`. Examples are then measured as they arrive, and no text is kept.

    Parameters about files and the network have no effect.

    >>> load("wer").compute(predictions=["a b"], references=["a c"])
    0.5

    Raises `FileNotFoundError` for an unknown name, as evaluate does, and `TypeError` for another `module_type` than
    "metric".
    """
    if path not in _CLASSES:
        raise FileNotFoundError(
            f"no metric {path!r} here: choose from {', '.join(METRICS)}. Nothing is loaded from files or the network"
        )
    if module_type not in (None, "metric"):
        raise TypeError(f"{path} is a metric, not a {module_type}: leave module_type out")
    return _CLASSES[path](
        config_name=config_name,
        process_id=process_id,
        num_process=num_process,
        cache_dir=cache_dir,
        keep_in_memory=keep_in_memory,
        experiment_id=experiment_id,
        **init_kwargs,
    )


def load_metric(path: str, config_name: str | None = None, **load_options: Any) -> EvaluationModule:
    """Return the metric with this name: `load` under the name that it had in the package datasets."""
    return load(path, config_name, **load_options)


def list_evaluation_modules(
    module_type: str | None = None, include_community: bool = True, with_details: bool = False
) -> list[Any]:
    """List the names of all metrics, or with `with_details` dicts that describe them.

    Parameters as `evaluate.list_evaluation_modules` in evaluate 0.4.6. `include_community` has no effect.
    """
    names = [*METRICS] if module_type in (None, "metric") else []
    if with_details:
        return [{"name": name, "type": "metric", "community": False, "likes": 0} for name in names]
    return [*names]
