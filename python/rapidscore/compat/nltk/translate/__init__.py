"""The API of `nltk.translate` (3.10.4): the modules `bleu_score` and `chrf_score`, and the names `bleu` and `chrf`.

>>> from rapidscore.compat.nltk.translate import bleu, chrf
>>> bleu([["a", "cat", "sat", "here"]], ["a", "cat", "sat", "here"]), chrf("a cat here", "a cat here")
(1.0, 1.0)

Other names of `nltk.translate` are NLTK's own, if it is installed.
"""

from typing import Any

from rapidscore.compat._peer import attribute
from rapidscore.compat.nltk.translate.bleu_score import sentence_bleu as bleu
from rapidscore.compat.nltk.translate.chrf_score import sentence_chrf as chrf

__all__ = ["bleu", "chrf"]


def __getattr__(name: str) -> Any:
    return attribute(__name__, name)
