"""The tokenizer that leaves texts as they are, with tokens between spaces."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class NoneTokenizer(NamedTokenizer):
    """The tokenizer that leaves texts as they are, with tokens between spaces."""

    name = "none"

    def __call__(self, line: str) -> str:
        """Return the text as it is."""
        return line
