"""sacrebleu's API (2.6.0): BLEU, chrF and TER of corpora and sentences, signatures and significance tests.

    >>> import rapidscore.compat.sacrebleu as sacrebleu
    >>> hypotheses = ["the cat sat on the mat", "a dog"]
    >>> streams = [["the cat sat on a mat", "a dog"], ["a cat is on the mat", None]]
    >>> print(sacrebleu.corpus_bleu(hypotheses, streams))
    BLEU = 68.39 87.5/100.0/75.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    >>> bleu = sacrebleu.BLEU(references=streams)
    >>> print(bleu.corpus_score(hypotheses, None).format(signature=bleu.get_signature().format(short=True)))
    BLEU|#:var|c:mixed|e:no|tok:13a|s:exp|v:2.6.0 = 68.39 87.5/100.0/75.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 8 \
ref_len = 8)

References are streams, as in sacrebleu: the first stream has the first reference of each segment, and so on, with None
where a segment has fewer references. sacrebleu need not be installed. Names that are not about scores, such as test
sets, are sacrebleu's own, if it is installed.

Some surprising behaviour of sacrebleu is kept: the longer of hypotheses and a stream is cut, 100 hypotheses that look
tokenized cause only a warning, and approximate randomization drops the fraction that `add-k` smoothing adds.

What differs:

- If some samples of `n_bootstrap` have no tokens, there is a result, where sacrebleu raises `TypeError` ("don't know
  how to coerce").
- Options out of range raise `ValueError` when a text is first scored: a negative `smooth_value`, orders of n-grams
  above 100, chrF without any order.
- Models of tokenizers are read from the folder in which sacrebleu keeps them, and never downloaded. A tokenizer whose
  library is missing raises `ModuleNotFoundError`.
- `tokenize` may also be a function, or the path of a SentencePiece model that ends in `.model`.
- `PairedTest` uses a single process, whatever `n_jobs` is.
- Methods for tokenizing and counting that subclasses of `BLEU`, `CHRF` and `TER` override are not called; those of
  subclasses of `metrics.base.Metric` are. Cached references are texts, not n-grams.
- The command line, `metrics.lib_ter`, and helpers of the metrics' inner loops are not included.
"""

from importlib import import_module
from typing import Any

from rapidscore.compat._peer import attribute
from rapidscore.compat.sacrebleu import compat, metrics, significance, tokenizers, version
from rapidscore.compat.sacrebleu.compat import (
    corpus_bleu,
    corpus_chrf,
    corpus_ter,
    raw_corpus_bleu,
    sentence_bleu,
    sentence_chrf,
    sentence_ter,
)
from rapidscore.compat.sacrebleu.metrics import BLEU, CHRF, TER, BLEUScore, CHRFScore, TERScore
from rapidscore.compat.sacrebleu.metrics.helpers import extract_char_ngrams, extract_word_ngrams
from rapidscore.compat.sacrebleu.version import __version__

__all__ = [
    "BLEU",
    "CHRF",
    "TER",
    "BLEUScore",
    "CHRFScore",
    "TERScore",
    "__version__",
    "compat",
    "corpus_bleu",
    "corpus_chrf",
    "corpus_ter",
    "extract_char_ngrams",
    "extract_word_ngrams",
    "metrics",
    "raw_corpus_bleu",
    "sentence_bleu",
    "sentence_chrf",
    "sentence_ter",
    "significance",
    "tokenizers",
    "version",
]


#: Other names of sacrebleu's top level (2.6.0), and the modules that define them.
_DEFINED_IN = {
    "DATASETS": "dataset",
    "SACREBLEU_DIR": "utils",
    "download_test_set": "utils",
    "get_available_testsets": "utils",
    "get_langpairs_for_testset": "utils",
    "get_reference_files": "utils",
    "get_source_file": "utils",
    "smart_open": "utils",
}


def __getattr__(name: str) -> Any:
    """Return names that are not about scores from the installed sacrebleu."""
    if name in ("dataset", "utils"):
        return import_module(f"{__name__}.{name}")
    # Only these names: looking up any name in sacrebleu itself would find functions for scores that differ from ours.
    module = _DEFINED_IN.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    return attribute(f"rapidscore.compat.sacrebleu.{module}", name)
