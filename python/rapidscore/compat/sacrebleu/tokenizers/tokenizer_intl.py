"""The international tokenizer of mteval-v14."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerV14International(NamedTokenizer):
    """The international tokenizer of mteval-v14."""

    name = "intl"
