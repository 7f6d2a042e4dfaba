"""Chinese characters one by one, the rest as 13a."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerZh(NamedTokenizer):
    """Chinese characters one by one, the rest as 13a."""

    name = "zh"
