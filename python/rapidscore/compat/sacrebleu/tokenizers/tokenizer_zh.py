"""The tokenizer that splits Chinese into characters, and other text as 13a does."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerZh(NamedTokenizer):
    """The tokenizer that splits Chinese into characters, and other text as 13a does."""

    name = "zh"
