"""What perplexity says of a corpus."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log

from rapidscore._public import public

_LN2 = log(2)


@public
@dataclass(frozen=True, slots=True)
class PerplexityScore:
    """Perplexity and what belongs to it. What is not known, because it was not given, is None."""

    perplexity: float
    """From 1 to infinity: that of all tokens, or the mean of all sequences', as the metric's `aggregate` says."""
    token_perplexity: float
    """That of all tokens: e to their mean loss."""
    sequence_perplexity: float
    """The mean of the sequences' own perplexities, of those that have tokens to score."""
    nll: float
    """The negative log-likelihood of all tokens, in nats."""
    tokens: int
    """How many tokens were scored."""
    segments: int
    """How many sequences there are."""
    k: int
    """What top-k accuracy counts."""
    hits: int | None
    """Tokens whose label is the likeliest word."""
    top_k_hits: int | None
    """Tokens whose label is among the k likeliest words."""
    byte_count: int | None
    """Bytes of the texts, in UTF-8."""
    char_count: int | None
    """Characters of the texts."""
    word_count: int | None
    """Words of the texts."""
    signature: str
    """The options in short, for papers."""

    @property
    def score(self) -> float:
        """The perplexity."""
        return self.perplexity

    @property
    def cross_entropy(self) -> float:
        """Nats a token: the mean loss."""
        return self.nll / self.tokens

    @property
    def cross_entropy_bits(self) -> float:
        """Bits a token."""
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
        """Bits for each byte of the texts, which does not depend on the tokenizer."""
        return self.nll / _LN2 / self.byte_count if self.byte_count else None

    @property
    def bits_per_character(self) -> float | None:
        """Bits for each character of the texts."""
        return self.nll / _LN2 / self.char_count if self.char_count else None

    @property
    def word_perplexity(self) -> float | None:
        """The perplexity of a word: e to its negative log-likelihood."""
        return power_of_e(self.nll / self.word_count) if self.word_count else None

    def as_dict(self) -> dict[str, float]:
        """Return the values that are known by name, flat, for a logger."""
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

    def format(self, width: int = 2, signature: bool = False) -> str:
        """Return a line with `width` decimals of the perplexity, on request with the signature."""
        name = "perplexity" + (f"|{self.signature}" if signature else "")
        parts = [f"cross-entropy = {self.cross_entropy:.3f} nats"]
        for title, value in (("bits per byte", self.bits_per_byte), ("accuracy", self.accuracy)):
            if value is not None:
                parts.append(f"{title} = {value:.3f}")
        return f"{name} = {self.perplexity:.{width}f} ({', '.join(parts)}, tokens = {self.tokens:,d})"

    def __str__(self) -> str:
        return self.format()

    def __float__(self) -> float:
        return self.perplexity


def power_of_e(exponent: float) -> float:
    """Return the power of e, infinite where that is too large."""
    try:
        return exp(exponent)
    except OverflowError:
        return inf
