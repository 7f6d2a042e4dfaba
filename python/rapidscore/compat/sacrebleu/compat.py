"""Functions that score in one call, as `sacrebleu.compat` of sacrebleu 2.6.0 has them.

Parameters and results as in sacrebleu, but `tokenize` may also be a function, or the path of a SentencePiece model.
`rapidscore.compat.sacrebleu` lists what else differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from rapidscore.compat.sacrebleu.metrics import BLEU, CHRF, TER, BLEUScore, CHRFScore, TERScore
from rapidscore.compat.sacrebleu.metrics.base import Streams
from rapidscore.compat.sacrebleu.metrics.bleu import sentence

__all__ = [
    "corpus_bleu",
    "corpus_chrf",
    "corpus_ter",
    "raw_corpus_bleu",
    "sentence_bleu",
    "sentence_chrf",
    "sentence_ter",
]

_Tokenize = str | Callable[[str], list[str]] | None


def corpus_bleu(  # noqa: PLR0917  # sacrebleu's signature
    hypotheses: Sequence[str],
    references: Streams,
    smooth_method: str = "exp",
    smooth_value: float | None = None,
    force: bool = False,
    lowercase: bool = False,
    tokenize: _Tokenize = BLEU.TOKENIZER_DEFAULT,
    use_effective_order: bool = False,
) -> BLEUScore:
    """Return the BLEU of a corpus. `references` are streams: see `rapidscore.compat.sacrebleu`.

    Parameters and result as `sacrebleu.corpus_bleu` in sacrebleu 2.6.0.

    >>> print(corpus_bleu(["the cat sat on the mat"], [["the cat sat on a mat"], ["a cat on the mat"]]))
    BLEU = 67.56 83.3/100.0/75.0/33.3 (BP = 1.000 ratio = 1.000 hyp_len = 6 ref_len = 6)
    """
    metric = BLEU(
        lowercase=lowercase,
        force=force,
        tokenize=tokenize,
        smooth_method=smooth_method,
        smooth_value=smooth_value,
        effective_order=use_effective_order,
    )
    return metric.corpus_score(hypotheses, references)


def raw_corpus_bleu(
    hypotheses: Sequence[str], references: Streams, smooth_value: float | None = BLEU.SMOOTH_DEFAULTS["floor"]
) -> BLEUScore:
    """Return the BLEU of a corpus of tokenized texts, with tokens between spaces and smoothing by `floor`.

    Parameters and result as `sacrebleu.raw_corpus_bleu` in sacrebleu 2.6.0.
    """
    return corpus_bleu(
        hypotheses,
        references,
        smooth_method="floor",
        smooth_value=smooth_value,
        force=True,
        tokenize="none",
        use_effective_order=True,
    )


def _bleu(method: str, value: float | None, lowercase: bool, tokenize: _Tokenize, effective: bool) -> BLEU:
    return BLEU(
        lowercase=lowercase, tokenize=tokenize, smooth_method=method, smooth_value=value, effective_order=effective
    )


#: Cached, because making a metric takes longer than scoring a sentence. Typed, because smoothing by 1 and by 1.0 gives
#: counts of different types.
_kept_bleu = lru_cache(64, typed=True)(_bleu)
_DEFAULT = _bleu("exp", None, False, BLEU.TOKENIZER_DEFAULT, True)
_SEGMENT = _DEFAULT._core.segment
_OPTIONS = ("exp", None, True, 4)


def sentence_bleu(  # noqa: PLR0917  # sacrebleu's signature
    hypothesis: str,
    references: Sequence[str | None],
    smooth_method: str = "exp",
    smooth_value: float | None = None,
    lowercase: bool = False,
    tokenize: _Tokenize = BLEU.TOKENIZER_DEFAULT,
    use_effective_order: bool = True,
) -> BLEUScore:
    """Return the BLEU of one sentence.

    Parameters and result as `sacrebleu.sentence_bleu` in sacrebleu 2.6.0.

    >>> print(sentence_bleu("a cat", ["the cat", "a cat"]))
    BLEU = 100.00 100.0/100.0/0.0/0.0 (BP = 1.000 ratio = 1.000 hyp_len = 2 ref_len = 2)
    """
    if (
        smooth_method == "exp"
        and smooth_value is None
        and lowercase is False
        and tokenize == "13a"
        and use_effective_order is True
    ):
        # The shortest way to the compiled core; it returns None for arguments that it does not take.
        score_and_row = _SEGMENT(hypothesis, references)
        if score_and_row:
            return sentence(_OPTIONS, score_and_row)
    try:
        metric = _kept_bleu(smooth_method, smooth_value, lowercase, tokenize, use_effective_order)
    except TypeError:
        # An argument cannot be hashed for the cache, or the metric refuses it.
        metric = _bleu(smooth_method, smooth_value, lowercase, tokenize, use_effective_order)
    return metric.sentence_score(hypothesis, references)


def corpus_chrf(  # noqa: PLR0917  # sacrebleu's signature
    hypotheses: Sequence[str],
    references: Streams,
    char_order: int = CHRF.CHAR_ORDER,
    word_order: int = CHRF.WORD_ORDER,
    beta: int = CHRF.BETA,
    remove_whitespace: bool = True,
    eps_smoothing: bool = False,
) -> CHRFScore:
    """Return the chrF of a corpus. `references` are streams: see `rapidscore.compat.sacrebleu`.

    Parameters and result as `sacrebleu.corpus_chrf` in sacrebleu 2.6.0.

    >>> print(corpus_chrf(["the cat sat on the mat"], [["the cat sat on a mat"]], word_order=2))
    chrF2++ = 72.03
    """
    metric = CHRF(char_order, word_order, beta, whitespace=not remove_whitespace, eps_smoothing=eps_smoothing)
    return metric.corpus_score(hypotheses, references)


def _chrf(char_order: int, word_order: int, beta: int, remove_whitespace: bool, eps_smoothing: bool) -> CHRF:
    return CHRF(char_order, word_order, beta, whitespace=not remove_whitespace, eps_smoothing=eps_smoothing)


_kept_chrf = lru_cache(64, typed=True)(_chrf)


def sentence_chrf(  # noqa: PLR0917  # sacrebleu's signature
    hypothesis: str,
    references: Sequence[str | None],
    char_order: int = CHRF.CHAR_ORDER,
    word_order: int = CHRF.WORD_ORDER,
    beta: int = CHRF.BETA,
    remove_whitespace: bool = True,
    eps_smoothing: bool = False,
) -> CHRFScore:
    """Return the chrF of one sentence.

    Parameters and result as `sacrebleu.sentence_chrf` in sacrebleu 2.6.0.
    """
    metric = _kept_chrf(char_order, word_order, beta, remove_whitespace, eps_smoothing)
    return metric.sentence_score(hypothesis, references)


def corpus_ter(  # noqa: PLR0917  # sacrebleu's signature
    hypotheses: Sequence[str],
    references: Streams,
    normalized: bool = False,
    no_punct: bool = False,
    asian_support: bool = False,
    case_sensitive: bool = False,
) -> TERScore:
    """Return the TER of a corpus. `references` are streams: see `rapidscore.compat.sacrebleu`.

    Parameters and result as `sacrebleu.corpus_ter` in sacrebleu 2.6.0.

    >>> print(corpus_ter(["on the mat the cat sat"], [["the cat sat on a mat"]]))
    TER = 33.33
    """
    return TER(normalized, no_punct, asian_support, case_sensitive).corpus_score(hypotheses, references)


_kept_ter = lru_cache(64, typed=True)(TER)


def sentence_ter(  # noqa: PLR0917  # sacrebleu's signature
    hypothesis: str,
    references: Sequence[str | None],
    normalized: bool = False,
    no_punct: bool = False,
    asian_support: bool = False,
    case_sensitive: bool = False,
) -> TERScore:
    """Return the TER of one sentence.

    Parameters and result as `sacrebleu.sentence_ter` in sacrebleu 2.6.0.
    """
    return _kept_ter(normalized, no_punct, asian_support, case_sensitive).sentence_score(hypothesis, references)
