"""Each character for itself."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerChar(NamedTokenizer):
    """Each character for itself."""

    name = "char"
