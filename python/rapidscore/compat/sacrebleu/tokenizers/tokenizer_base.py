"""What a tokenizer is."""


class BaseTokenizer:
    """To derive from: called with a text, it returns the text with blanks between tokens."""

    def signature(self) -> str:
        """Return what signatures call it."""
        raise NotImplementedError

    def __call__(self, line: str) -> str:
        """Return a text with blanks between its tokens."""
        raise NotImplementedError
