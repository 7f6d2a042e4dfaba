"""Sliding windows over a document that is longer than the input of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rapidscore._public import public
from rapidscore.inputs.arrays import as_integers
from rapidscore.inputs.options import as_int, check_int64

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: More windows would not fit into memory.
_MOST_WINDOWS = 2**28


@public
@dataclass(frozen=True, slots=True)
class SlidingWindow:
    """One input of a model and the tokens that are scored with it, made by `sliding_windows`.

    If `logits` are the output of the model for `tokens[window.inputs]`, `logits[t]` predict
    `tokens[window.targets][t]`. The targets are already shifted by one: score logits against `window.labels(tokens)`,
    and do not set the option `shift` of `Perplexity`.
    """

    start: int
    """Position of the first input in the document."""
    stop: int
    """Position after the last input."""
    scored_start: int
    """Position of the first token that is scored with this window."""
    length: int
    """Number of tokens of the document."""

    @property
    def inputs(self) -> slice:
        """The tokens that the model reads, as a slice of the document; at least one."""
        return slice(self.start, self.stop)

    @property
    def targets(self) -> slice:
        """The tokens that the model predicts, as a slice of the document: each is the token after an input."""
        return slice(self.start + 1, self.stop + 1)

    @property
    def scored(self) -> NDArray[np.bool_]:
        """Which targets are scored with this window: read-only bool array of shape (targets,).

        These are the last ones; earlier windows have scored the others.
        """
        scored = np.arange(self.start + 1, self.stop + 1) >= self.scored_start
        scored.flags.writeable = False
        return scored

    @property
    def scored_targets(self) -> slice:
        """The targets that are scored with this window, as a slice of the document; at least one.

        The slices of consecutive windows are adjacent, from the second token of the document to the last.
        """
        return slice(self.scored_start, self.stop + 1)

    def labels(self, tokens: Any, ignore_index: int = -100) -> NDArray[np.int64]:
        """Return the targets as labels, with `ignore_index` for targets that are not scored.

        Parameters
        ----------
        tokens : sequence, array or CPU tensor of int
            Ids of all tokens of the document, of shape (length,). Only the scored ones are read.
        ignore_index : int, default -100
            Label of targets that are not scored; it must not be the id of a token.

        Returns
        -------
        numpy.ndarray
            int64 array of shape (targets,).

        Raises
        ------
        ValueError
            If there are more or fewer tokens than `length`, or the id of a scored token is `ignore_index`.
        TypeError
            If an id is not an integer.

        """
        ignored = as_int("ignore_index", ignore_index)
        check_int64("ignore_index", ignored)
        if not hasattr(tokens, "__len__"):
            raise TypeError(f"tokens must be a sequence of integers, not {type(tokens).__name__}: pass a list")
        shape = tuple(tokens.shape if hasattr(tokens, "shape") else (len(tokens),))
        if shape != (self.length,):
            raise ValueError(
                f"tokens have the shape {shape} and the windows are of a document of {self.length} tokens: pass all "
                "tokens of that document, in one dimension"
            )
        scored = as_integers(tokens[self.scored_targets], "tokens")
        if scored.ndim != 1:
            raise ValueError(f"tokens[{self.scored_start}] is not an integer: pass one id for each token")
        wrong = np.flatnonzero(scored == ignored)
        if len(wrong):
            raise ValueError(
                f"tokens[{self.scored_start + wrong[0]}] is {ignored}, which is ignore_index, and would not be scored: "
                "pass an ignore_index that is not the id of a token"
            )
        labels = np.full(self.stop - self.start, ignored, np.int64)
        labels[self.scored_start - self.start - 1 :] = scored
        return labels


@public
def sliding_windows(length: int, window: int, stride: int | None = None) -> list[SlidingWindow]:
    """Return windows over a document, for a model that reads at most `window` tokens at a time.

    Parameters
    ----------
    length : int
        Number of tokens of the document.
    window : int
        Maximum number of tokens that the model reads at a time.
    stride : int, optional
        Distance between the starts of windows, 1 to `window`; by default half the window. With a smaller stride tokens
        have more context, and perplexity is usually lower, but the model reads about `window / stride` times as many
        tokens as the document has.

    Returns
    -------
    list of SlidingWindow
        Windows that together score each token of the document once, except the first token.

    Raises
    ------
    ValueError
        If `length` is below 0, `window` is below 1, or `stride` is not from 1 to `window`.
    TypeError
        If an argument is not an integer.

    Notes
    -----
    Each window after the first scores `stride` new tokens, and the last window the remaining ones. Before each scored
    token the model reads at least `window - stride + 1` tokens, or all that precede it. The first token of a document
    is not scored, because no token precedes it; to score it, begin the document with a token that stands for the
    beginning of a text (BOS). A document of 0 or 1 tokens has no windows.

    In the loop of Hugging Face's guide, labels are the inputs and the model shifts them, so that no window predicts the
    token after its last input. Compared with that, each token here has one more token of context, and with a stride as
    long as the window no token is dropped at the start of each window.

    References
    ----------
    "Perplexity of fixed-length models", documentation of Hugging Face transformers.

    `get_rolling_token_windows` in lm-evaluation-harness, whose windows are the same with
    `context_len = window - stride + 1` and its prefix token as first token of the document. Its last window begins
    earlier, so that it is full; here the last window is shorter.

    Examples
    --------
    >>> from rapidscore import sliding_windows
    >>> tokens = [7, 1, 8, 2, 8, 1, 8]
    >>> for window in sliding_windows(len(tokens), window=4, stride=2):
    ...     print(tokens[window.inputs], window.labels(tokens))
    [7, 1, 8, 2] [1 8 2 8]
    [8, 2, 8, 1] [-100 -100    1    8]

    """
    length, window = as_int("length", length), as_int("window", window)
    if length < 0:
        raise ValueError(f"length must be 0 or more, got {length}: pass the number of tokens of the document")
    if window < 1:
        raise ValueError(
            f"window must be 1 or more, got {window}: pass the maximum number of tokens that the model reads"
        )
    stride = max(window // 2, 1) if stride is None else as_int("stride", stride)
    if not 1 <= stride <= window:
        raise ValueError(
            f"stride must be from 1 to window = {window}, got {stride}: a longer stride would leave tokens out"
        )
    if length // stride > _MOST_WINDOWS:
        raise ValueError(
            f"length {length} with stride {stride} makes more than {_MOST_WINDOWS:,} windows: pass fewer tokens"
        )
    # The last token is not an input, because no token follows it.
    last = length - 1
    windows: list[SlidingWindow] = []
    start, scored_start = 0, 1
    while scored_start <= last:
        stop = min(start + window, last)
        windows.append(SlidingWindow(start, stop, scored_start, length))
        start, scored_start = start + stride, stop + 1
    return windows
