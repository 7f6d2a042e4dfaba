"""The tokenizer of mteval-v13a."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class Tokenizer13a(NamedTokenizer):
    """The tokenizer of mteval-v13a."""

    name = "13a"
