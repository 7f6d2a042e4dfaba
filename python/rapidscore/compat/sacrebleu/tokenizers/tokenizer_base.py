"""The base class of tokenizers."""


class BaseTokenizer:
    """The base class of tokenizers, which are called with a text and return its tokens joined by spaces."""

    def signature(self) -> str:
        """Return the name shown in signatures."""
        raise NotImplementedError

    def __call__(self, line: str) -> str:
        """Return the tokens of a text, joined by spaces."""
        raise NotImplementedError
