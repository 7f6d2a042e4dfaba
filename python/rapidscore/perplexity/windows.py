"""Windows over a document that is longer than what a language model reads at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._public import public
from rapidscore.inputs.arrays import as_integers
from rapidscore.inputs.options import as_int

if TYPE_CHECKING:
    from numpy.typing import NDArray


@public
@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """What a model reads of a document at a time, and which tokens are scored by it. Made by `sliding_windows`.

    With `logits` of the model for `tokens[window.inputs]`, `logits[t]` predict `tokens[window.targets][t]`. They are
    shifted already: score them with `window.labels(tokens)` and without the option `shift` of `Perplexity`.
    """

    start: int
    """Where the inputs begin in the document."""
    stop: int
    """Where the inputs end: the position after the last."""
    scored_start: int
    """Position in the document of the first token that is scored here and was not before."""
    length: int
    """How many tokens the document has."""

    @property
    def inputs(self) -> slice:
        """The tokens that the model reads, as a slice of the document's: one or more."""
        return slice(self.start, self.stop)

    @property
    def targets(self) -> slice:
        """The tokens that are predicted, as many as inputs: each is the one after its input."""
        return slice(self.start + 1, self.stop + 1)

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Whether a target is scored here, for each of them: bool (targets,), read-only. The last ones are.

        Targets that are not have been scored by the windows before.
        """
        scored = np.arange(self.start + 1, self.stop + 1) >= self.scored_start
        scored.flags.writeable = False
        return scored

    @property
    def scored_targets(self) -> slice:
        """The targets that are scored here: one or more. All windows' follow one another, from token 1 to the last."""
        return slice(self.scored_start, self.stop + 1)

    def labels(self, tokens: Any, ignore_index: int = -100) -> NDArray[np.int64]:
        """Return the targets, with `ignore_index` for those that are not scored: int64 (targets,).

        `tokens` are the ids of the whole document: a list, an array or a CPU tensor of shape (length,). Only those that
        are scored are read. Raises `ValueError` when there are not `length` or one of them is `ignore_index`, with
        which it would be left out, and `TypeError` when they are no integers.
        """
        ignored = as_int("ignore_index", ignore_index)
        shape = tuple(getattr(tokens, "shape", (len(tokens),)))
        if shape != (self.length,):
            raise ValueError(
                f"tokens have the shape {shape} and the windows are of a document of {self.length}: pass all tokens of "
                "that one document, of one dimension"
            )
        scored = as_integers(tokens[self.scored_targets], "tokens")
        if scored.ndim != 1:
            raise ValueError(f"tokens[{self.scored_start}] is no integer: pass one id for each token")
        wrong = np.flatnonzero(scored == ignored)
        if len(wrong):
            raise ValueError(
                f"tokens[{self.scored_start + wrong[0]}] is {ignored}, which is ignore_index, and would not be scored: "
                "pass an ignore_index that is no token's id"
            )
        labels = np.full(self.stop - self.start, ignored, np.int64)
        labels[self.scored_start - self.start - 1 :] = scored
        return labels


@public
def sliding_windows(length: int, window: int, stride: int | None = None) -> list[SlidingWindow]:
    """Return windows over a document of `length` tokens, for a model that reads at most `window` tokens at a time.

        >>> from rapidscore import sliding_windows
        >>> tokens = [7, 1, 8, 2, 8, 1, 8]
        >>> for window in sliding_windows(len(tokens), window=4, stride=2):
        ...     print(tokens[window.inputs], window.labels(tokens))
        [7, 1, 8, 2] [1 8 2 8]
        [8, 2, 8, 1] [-100 -100    1    8]

    Inputs begin at multiples of `stride`, 1 to `window`, by default half the window. Each window after the first scores
    `stride` tokens that none before has, the last one what is left. The model sees at least `window - stride + 1`
    tokens before each that is scored, or all there are. So the smaller the stride, the more context tokens have and the
    less the perplexity mostly is; but the model reads about `window / stride` times as many tokens.

    All tokens are scored, each once, but for the document's first: nothing precedes it. Put a token before it that
    begins texts (BOS) to have it scored too. So a document of 0 or 1 tokens has no windows. Targets are one further
    than inputs for a reason: where labels are the inputs and the model shifts them, as in the loop of Hugging Face's
    guide, no window predicts the token after its last input. That costs each token one of context and, when the stride
    is the window, drops the first token of each window.

    Raises `ValueError` when `length` is below 0, `window` below 1 or `stride` not from 1 to `window`, and `TypeError`
    when one is no integer.

    References: "Perplexity of fixed-length models", in the documentation of Hugging Face transformers. The windows are
    those of `get_rolling_token_windows` in lm-evaluation-harness, with `context_len = window - stride + 1` and its
    prefix token as the document's first; but its last window is moved back until it is full, and here it is shorter.
    """
    length, window = as_int("length", length), as_int("window", window)
    if length < 0:
        raise ValueError(f"length must be 0 or more, got {length}: pass the number of tokens of the document")
    if window < 1:
        raise ValueError(f"window must be 1 or more, got {window}: pass the most tokens that the model reads")
    stride = max(window // 2, 1) if stride is None else as_int("stride", stride)
    if not 1 <= stride <= window:
        raise ValueError(
            f"stride must be from 1 to window = {window}, got {stride}: a longer one would leave tokens out"
        )
    # The last token is no input, for nothing follows it.
    last = length - 1
    windows: list[SlidingWindow] = []
    start, scored_start = 0, 1
    while scored_start <= last:
        stop = min(start + window, last)
        windows.append(SlidingWindow(start, stop, scored_start, length))
        start, scored_start = start + stride, stop + 1
    return windows
