"""mteval-v14's international tokenizer."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerV14International(NamedTokenizer):
    """mteval-v14's international tokenizer."""

    name = "intl"
