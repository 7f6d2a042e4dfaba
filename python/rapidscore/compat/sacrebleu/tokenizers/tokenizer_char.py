"""Each character for itself."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerChar(NamedTokenizer):
    """Each character for itself."""

    name = "char"

    def __call__(self, line: str) -> str:
        """Return a text with blanks between its characters, of which some are blanks."""
        return " ".join(line)
