"""mteval-v13a's tokenizer."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class Tokenizer13a(NamedTokenizer):
    """mteval-v13a's tokenizer."""

    name = "13a"
