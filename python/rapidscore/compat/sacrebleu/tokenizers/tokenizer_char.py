"""The tokenizer that splits a text into characters."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerChar(NamedTokenizer):
    """The tokenizer that splits a text into characters."""

    name = "char"

    def __call__(self, line: str) -> str:
        """Return the characters of a text, which include its spaces, joined by spaces."""
        return " ".join(line)
