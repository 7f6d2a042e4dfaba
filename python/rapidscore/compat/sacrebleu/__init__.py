"""sacrebleu 2.6.0's BLEU, chrF and TER, corpus and sentence scores, signatures and significance tests.

    >>> import rapidscore.compat.sacrebleu as sacrebleu
    >>> hypotheses = ["the cat sat on the mat", "a dog"]
    >>> streams = [["the cat sat on a mat", "a dog"], ["a cat is on the mat", None]]
    >>> print(sacrebleu.corpus_bleu(hypotheses, streams))
    BLEU = 68.39 87.5/100.0/75.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 8 ref_len = 8)
    >>> bleu = sacrebleu.BLEU(references=streams)
    >>> print(bleu.corpus_score(hypotheses, None).format(signature=bleu.get_signature().format(short=True)))
    BLEU|#:var|c:mixed|e:no|tok:13a|s:exp|v:2.6.0 = 68.39 87.5/100.0/75.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 8 \
ref_len = 8)

References come as sacrebleu has them: one stream for each, with None where a segment has fewer. Counting is done here;
sacrebleu need not be installed. Test sets and what else is not about scores are sacrebleu's own, where it is installed.
Followed too, though not what one would wish for: what is longer, hypotheses or a stream, is cut; 100 hypotheses that
look tokenized only cause a warning; and approximate randomization drops the fraction of what "add-k" adds.

What differs:

- Where some samples have no tokens, and `n_bootstrap` makes sacrebleu raise `TypeError` ("don't know how to coerce"),
  there is a result.
- Options out of range raise `ValueError` when first scored with: a negative `smooth_value`, orders of n-grams beyond
  100, and none at all.
- Tokenizers' models are looked for where sacrebleu keeps them, and not downloaded. Without its library a tokenizer
  raises `ModuleNotFoundError`.
- `tokenize` may also be a function, or the path of a SentencePiece model that ends in `.model`.
- `PairedTest` works in its own process, whatever `n_jobs`.
- What a derived class of `BLEU`, `CHRF` or `TER` overrides of tokenizing and counting is not asked for; one that
  derives from `metrics.base.Metric` is. Kept references are texts, not n-grams.
- Not here: the command line, `metrics.lib_ter`, and helpers of the metrics' inner loops.
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


#: What sacrebleu 2.6.0's top level has besides scores, by the module that defines it.
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
    """Hand over what is not about scores."""
    if name in ("dataset", "utils"):
        return import_module(f"{__name__}.{name}")
    # The package itself is not asked: its functions for scores are these.
    module = _DEFINED_IN.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    return attribute(f"rapidscore.compat.sacrebleu.{module}", name)
