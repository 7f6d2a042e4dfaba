"""The Japanese tokenizer: MeCab with the dictionary IPADIC."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerJaMecab(NamedTokenizer):
    """The Japanese tokenizer: MeCab with the dictionary IPADIC."""

    name = "ja-mecab"
