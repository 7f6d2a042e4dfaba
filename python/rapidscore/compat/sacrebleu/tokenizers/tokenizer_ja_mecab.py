"""MeCab with the dictionary IPADIC."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerJaMecab(NamedTokenizer):
    """MeCab with the dictionary IPADIC."""

    name = "ja-mecab"
