"""The tokenizer of TER, which follows Tercom."""

import rapidscore
from rapidscore.compat.sacrebleu.tokenizers.tokenizer_base import BaseTokenizer


class TercomTokenizer(BaseTokenizer):
    """The tokenizer of TER, with the options of `rapidscore.TER`.

    >>> TercomTokenizer(normalized=True)("Jim's car.")
    "jim 's car ."
    """

    def __init__(
        self,
        normalized: bool = False,
        no_punct: bool = False,
        asian_support: bool = False,
        case_sensitive: bool = False,
    ) -> None:
        self._normalized = normalized
        self._no_punct = no_punct
        self._asian_support = asian_support
        self._case_sensitive = case_sensitive
        self._ter = rapidscore.TER(*map(bool, (normalized, no_punct, asian_support, case_sensitive)))

    def signature(self) -> str:
        """Return the name shown in signatures."""
        return "tercom"

    def __call__(self, sent: str) -> str:
        """Return the words of a text, joined by spaces."""
        return " ".join(self._ter.tokens(sent))
