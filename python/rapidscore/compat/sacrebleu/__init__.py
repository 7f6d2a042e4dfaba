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
"""

from typing import Any

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


def __getattr__(name: str) -> Any:
    """Hand over what is not about scores."""
    from rapidscore.compat.sacrebleu._peer import attribute

    return attribute(name)
