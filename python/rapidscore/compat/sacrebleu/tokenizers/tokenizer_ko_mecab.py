"""MeCab for Korean."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerKoMecab(NamedTokenizer):
    """MeCab for Korean."""

    name = "ko-mecab"
