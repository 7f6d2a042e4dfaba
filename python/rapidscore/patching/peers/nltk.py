"""Replacements for NLTK: BLEU and chrF of token lists."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from rapidscore.patching.installing import Replacement, function


def bleu() -> Iterator[Replacement]:
    """Yield what is replaced in `nltk.translate.bleu_score`."""
    from rapidscore.compat.nltk.translate import bleu_score as ours

    yield from _functions(ours, ("sentence_bleu", "corpus_bleu"))


def chrf() -> Iterator[Replacement]:
    """Yield what is replaced in `nltk.translate.chrf_score`."""
    from rapidscore.compat.nltk.translate import chrf_score as ours

    yield from _functions(ours, ("sentence_chrf", "corpus_chrf"))


def _functions(ours: Any, names: tuple[str, ...]) -> Iterator[Replacement]:
    module = ours.__name__.removeprefix("rapidscore.compat.")
    for name in names:
        # Errors are raised by NLTK itself.
        make = function(module, getattr(ours, name), answers_errors=True)
        yield Replacement(sys.modules[module], name, make, everywhere=True)
