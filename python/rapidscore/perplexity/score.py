"""The score of a corpus by perplexity."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

from rapidscore._public import public, unchangeable
from rapidscore.display.result import Score
from rapidscore.display.text import fixed

_LN2 = log(2)


@public
@unchangeable
@dataclass(frozen=True, slots=True, repr=False)
class PerplexityScore(Score):
    """Perplexity with its components. Values are None if the inputs they need were not given.

    `str()` returns a line with the main values, and `float()` the perplexity.
    """

    perplexity: float
    """Perplexity, 1 to infinity: of all tokens or the mean over sequences, depending on the metric's `aggregate`."""
    token_perplexity: float
    """Perplexity of all tokens: e to the power of their mean loss."""
    sequence_perplexity: float
    """Mean perplexity of the sequences that have tokens to score."""
    nll: float
    """Negative log-likelihood of all tokens, in nats."""
    tokens: int
    """Number of tokens that were scored."""
    segments: int
    """Number of sequences."""
    k: int
    """Number of likeliest words among which `top_k_accuracy` looks for the label."""
    hits: int | None
    """Number of tokens whose label is the likeliest word."""
    top_k_hits: int | None
    """Number of tokens whose label is among the k likeliest words."""
    byte_count: int | None
    """Number of bytes of the texts in UTF-8."""
    char_count: int | None
    """Number of characters of the texts."""
    word_count: int | None
    """Number of words of the texts."""
    signature: str
    """Options, to be quoted with the score."""

    @property
    def score(self) -> float:
        """The perplexity, as `perplexity`."""
        return self.perplexity

    @property
    def cross_entropy(self) -> float:
        """The mean loss, in nats per token."""
        return self.nll / self.tokens

    @property
    def cross_entropy_bits(self) -> float:
        """The mean loss, in bits per token."""
        return self.nll / _LN2 / self.tokens

    @property
    def accuracy(self) -> float | None:
        """The share of tokens whose label is the likeliest word, 0 to 1."""
        return None if self.hits is None else self.hits / self.tokens

    @property
    def top_k_accuracy(self) -> float | None:
        """The share of tokens whose label is among the k likeliest words, 0 to 1."""
        return None if self.top_k_hits is None else self.top_k_hits / self.tokens

    @property
    def bits_per_byte(self) -> float | None:
        """Bits per byte of the texts; models with different tokenizers can be compared by it."""
        return self.nll / _LN2 / self.byte_count if self.byte_count else None

    @property
    def bits_per_character(self) -> float | None:
        """Bits per character of the texts."""
        return self.nll / _LN2 / self.char_count if self.char_count else None

    @property
    def word_perplexity(self) -> float | None:
        """The perplexity per word: e to the power of the mean negative log-likelihood of a word."""
        return power_of_e(self.nll / self.word_count) if self.word_count else None

    def as_dict(self) -> dict[str, float]:
        """Return the values that are not None by name, as a flat dict for loggers."""
        values = {
            "perplexity": self.perplexity,
            "cross_entropy": self.cross_entropy,
            "cross_entropy_bits": self.cross_entropy_bits,
            "accuracy": self.accuracy,
            f"top_{self.k}_accuracy": self.top_k_accuracy,
            "bits_per_byte": self.bits_per_byte,
            "bits_per_character": self.bits_per_character,
            "word_perplexity": self.word_perplexity,
            "tokens": float(self.tokens),
        }
        return {name: value for name, value in values.items() if value is not None}

    def _line(self, width: int, signature: bool) -> str:
        name = "perplexity" + (f"|{self.signature}" if signature else "")
        parts = [f"cross-entropy = {fixed(self.cross_entropy, 3)} nats"]
        for title, value in (("bits per byte", self.bits_per_byte), ("accuracy", self.accuracy)):
            if value is not None:
                parts.append(f"{title} = {fixed(value, 3)}")
        return f"{name} = {fixed(self.perplexity, width)} ({', '.join(parts)}, tokens = {self.tokens:,d})"

    def __float__(self) -> float:
        return self.perplexity


def power_of_e(exponent: float) -> float:
    """Return e to the power of `exponent`, or infinity if that is too large for a float."""
    try:
        return exp(exponent)
    except OverflowError:
        return inf
