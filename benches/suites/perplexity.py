"""Perplexity: of logits, times per call, and of ragged log-probabilities of tokens, times per sequence.

PyTorch and SciPy ask for memory as large as the logits at every call. To get it from the system may take longer than
to compute, so that the ratios to them say as much of the machine.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from contest import Call, Line, Rival, Run, Values, Work, optional

import rapidscore
from rapidscore import Perplexity, PerplexityScore

#: Logits (tokens, vocabulary), and a label for each token.
Scored = tuple[np.ndarray, np.ndarray]
#: The same sequences twice: as they are given, and as slices of one array.
Sequences = tuple[list[Any], list[np.ndarray]]

#: As many words as models of 2023 know, and as many as those of 2024.
SMALL, LARGE = 32_000, 128_256
#: Rows that the reference takes at a time: float64 of all, and its copies, would be gigabytes.
CHUNK = 64

# Cross-entropies are about 15 nats here. Ours are to be within 5e-7 nats of exact for 32 bits and fewer, which of 15
# is 3e-8; the reference's own error, in float64, is some 1e-15.
EXACT = 3e-8
# Others sum exponentials in float32. Eight sums side by side of 128,256 are 16,032 additions each, with roundings of
# up to 6e-8 at random: some 1e-5 nats, which of 16 is 6e-7. Sums of fewer lanes are a little worse.
SINGLE = 2e-6


def drawn(tokens: int, words: int) -> Scored:
    """Draw float32 logits, and labels."""
    draw = np.random.default_rng(words)
    logits = draw.standard_normal((tokens, words), np.float32)
    logits *= 3
    return logits, draw.integers(0, words, tokens)


def nats(result: float) -> Values:
    """Read a mean loss."""
    return {"cross-entropy": [float(result)]}


def exact(module: ModuleType, given: Scored) -> Call:
    """Prepare the mean loss in float64, some rows at a time."""
    logits, labels = given

    def call() -> float:
        losses: list[float] = []
        for begin in range(0, len(labels), CHUNK):
            chunk, its = logits[begin : begin + CHUNK].astype(np.float64), labels[begin : begin + CHUNK]
            losses += (module.logsumexp(chunk, axis=1) - chunk[np.arange(len(its)), its]).tolist()
        return math.fsum(losses) / len(losses)

    return call


def torch_loss(module: ModuleType, given: Scored) -> Call:
    """Prepare PyTorch's cross-entropy with as many threads as ours."""
    module.set_num_threads(rapidscore.get_num_threads())
    logits, labels = map(module.from_numpy, given)
    return lambda: module.nn.functional.cross_entropy(logits, labels)


def log_softmax(module: ModuleType, given: Scored) -> Call:
    """Prepare the mean of the labels' log-probabilities, all of which are computed."""
    logits, labels = given
    return lambda: -module.log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def widened(module: ModuleType, given: Scored) -> Call:
    """Prepare our own score of the same numbers in float32."""
    logits, labels = given[0].astype(np.float32), given[1]
    return lambda: module.Perplexity().score(logits, labels).cross_entropy


def contest_of(run: Run, given: Scored, name: str, rivals: list[Rival]) -> list[Line]:
    """Compare a score with the reference, which is slow and runs once, and with others."""
    metric = Perplexity()
    work = Work(
        f"Perplexity().score, {' x '.join(f'{size:,}' for size in given[0].shape)} {name} logits",
        lambda given: lambda: metric.score(*given),
        lambda given: nats(metric.score(*given).cross_entropy),
    )
    reference = Rival(
        "scipy.special.logsumexp in float64",
        "scipy.special",
        exact,
        nats,
        reference=True,
        most=len(given[1]),
        tolerance=EXACT,
    )
    return run.contest.run("logits", given, work, [*rivals, reference], "call")


def logits(run: Run) -> list[Line]:
    """Logits of two vocabularies, then those of the second with 16 bits."""
    rivals = [
        Rival("torch cross_entropy on the CPU, as many threads", "torch", torch_loss, nats, 3.5, tolerance=SINGLE),
        Rival("scipy.special.log_softmax, mean at labels", "scipy.special", log_softmax, nats, 5, tolerance=SINGLE),
        Rival(
            "numpy's sum of the logits",
            "numpy",
            lambda module, given: given[0].sum,
            lambda result: {},
            target=1 / 1.6,
        ),
    ]
    lines = contest_of(run, drawn(run.sizes.tokens, SMALL), "float32", rivals)
    given = drawn(run.sizes.tokens // 4, LARGE)
    lines += contest_of(run, given, "float32", rivals)
    # Widening is exact, but with 16 bits the power of e has fewer terms: each of the two may be off by as much.
    rival = Rival("rapidscore, the same in float32", "rapidscore", widened, nats, target=1, tolerance=2 * EXACT)
    for module, name in ("numpy", "float16"), ("ml_dtypes", "bfloat16"):
        types = optional(module)
        if types is None:
            note = f"skipped: {module} is not installed"
            lines.append(Line("logits", f"Perplexity().score, {name} logits", 0.0, "", note=note))
        else:
            lines += contest_of(run, (given[0].astype(getattr(types, name)), given[1]), name, [rival])
    return lines


def ragged(count: int) -> list[np.ndarray]:
    """Draw log-probabilities of sequences of 5 to 35 tokens: slices of one array."""
    draw = np.random.default_rng(count)
    offsets = np.concatenate(([0], draw.integers(5, 36, count).cumsum()))
    flat = -draw.exponential(2.0, offsets[-1])
    return [flat[begin:end] for begin, end in itertools.pairwise(offsets.tolist())]


def both(score: PerplexityScore) -> Values:
    """Read the perplexity of all tokens, and the mean of the sequences' own."""
    return {"of tokens": [score.token_perplexity], "of sequences": [score.sequence_perplexity]}


def pooled(result: tuple[float, int, list[float]]) -> Values:
    """Read what a loop has summed."""
    nll, tokens, perplexities = result
    return {"of tokens": [np.exp(nll / tokens)], "of sequences": [np.mean(perplexities)]}


def list_loop(module: ModuleType, given: Sequences) -> Call:
    """Prepare a loop that makes an array of each sequence."""

    def call() -> tuple[float, int, list[float]]:
        nll, tokens, perplexities = 0.0, 0, []
        for sequence in given[0]:
            values = module.asarray(sequence)
            nll -= values.sum()
            tokens += len(values)
            perplexities.append(module.exp(-values.mean()))
        return nll, tokens, perplexities

    return call


def slice_loop(module: ModuleType, given: Sequences) -> Call:
    """Prepare a loop over slices of a flat array."""
    flat, offsets = flattened(given)
    bounds = offsets.tolist()

    def call() -> tuple[float, int, list[float]]:
        nll, tokens, perplexities = 0.0, 0, []
        for begin, end in itertools.pairwise(bounds):
            values = flat[begin:end]
            nll -= values.sum()
            tokens += len(values)
            perplexities.append(module.exp(-values.mean()))
        return nll, tokens, perplexities

    return call


def flattened(given: Sequences) -> tuple[np.ndarray, np.ndarray]:
    """Return sequences as one array, and where each begins and the last ends."""
    return np.concatenate(given[1]), np.cumsum([0, *map(len, given[1])])


def log_probs(run: Run) -> list[Line]:
    """Log-probabilities of many short sequences, as lists of floats and as one array with offsets."""
    metric, slices = Perplexity(), ragged(run.sizes.sequences)
    lines = []
    ways: tuple[tuple[str, Callable[[Sequences], tuple[Any, ...]], Any, str, float], ...] = (
        ("lists of floats", lambda given: (given[0],), list_loop, "numpy loop over lists", 20),
        ("one array with offsets", flattened, slice_loop, "numpy loop over slices", 200),
    )
    for name, form, loop, rival_name, target in ways:
        given = [part.tolist() for part in slices] if loop is list_loop else slices, slices

        def prepare(given: Sequences, form: Callable[[Sequences], tuple[Any, ...]] = form) -> Call:
            inputs = form(given)
            return lambda: metric.score_log_probs(*inputs)

        work = Work(
            f"Perplexity().score_log_probs, {name}", prepare, lambda given, prepare=prepare: both(prepare(given)())
        )
        rival = Rival(
            rival_name,
            "numpy",
            loop,
            pooled,
            target,
            reference=True,
            most=run.sizes.sequences // 10,
            # Plain sums of two million terms of one sign, in another order: the errors of 1e-16 mostly cancel.
            tolerance=1e-12,
        )
        lines += run.contest.run("log_probs", given, work, [rival], "sequence")
    return lines
