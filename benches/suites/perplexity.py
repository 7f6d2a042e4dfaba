"""Perplexity: of logits, times per call, and of ragged log-probabilities of tokens, times per sequence.

PyTorch and SciPy allocate memory of the size of the logits in every call, which may take longer than the computation.
The ratios to them therefore depend on the machine.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from harness import Call, Line, Peer, Run, Values, Work, optional

import rapidscore
from rapidscore import Perplexity, PerplexityScore

#: Logits (tokens, vocabulary), and a label for each token.
Scored = tuple[np.ndarray, np.ndarray]
#: The same sequences twice: in the given form, and as slices of one array.
Sequences = tuple[list[Any], list[np.ndarray]]

#: Sizes of vocabularies of models of 2023 and 2024.
SMALL, LARGE = 32_000, 128_256
#: The number of rows that the reference computes at a time; all rows would take gigabytes.
CHUNK = 64

# Cross-entropies are about 15 nats here. Ours must be within 5e-7 nats for 32 bits and fewer, a relative error of 3e-8;
# the error of the reference in float64 is about 1e-15.
EXACT = 3e-8
# Others sum exponentials in float32. Eight parallel sums of 128,256 numbers take 16,032 additions each, which round by
# up to 6e-8: about 1e-5 nats, a relative error of 6e-7. Fewer parallel sums are slightly worse.
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
    """Prepare the mean loss in float64, `CHUNK` rows at a time."""
    logits, labels = given

    def call() -> float:
        losses: list[float] = []
        for begin in range(0, len(labels), CHUNK):
            chunk, its = logits[begin : begin + CHUNK].astype(np.float64), labels[begin : begin + CHUNK]
            losses += (module.logsumexp(chunk, axis=1) - chunk[np.arange(len(its)), its]).tolist()
        return math.fsum(losses) / len(losses)

    return call


def torch_loss(module: ModuleType, given: Scored) -> Call:
    """Prepare PyTorch's cross-entropy with the same number of threads."""
    module.set_num_threads(rapidscore.get_num_threads())
    logits, labels = map(module.from_numpy, given)
    return lambda: module.nn.functional.cross_entropy(logits, labels)


def log_softmax(module: ModuleType, given: Scored) -> Call:
    """Prepare the mean log-probability of the labels, from all log-probabilities."""
    logits, labels = given
    return lambda: -module.log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def widened(module: ModuleType, given: Scored) -> Call:
    """Prepare our score of the same numbers in float32."""
    logits, labels = given[0].astype(np.float32), given[1]
    return lambda: module.Perplexity().score(logits, labels).cross_entropy


def compare_losses(run: Run, given: Scored, name: str, peers: list[Peer]) -> list[Line]:
    """Compare the score of logits with the reference, which is slow and runs once, and with other peers."""
    metric = Perplexity()
    work = Work(
        f"Perplexity().score, {' x '.join(f'{size:,}' for size in given[0].shape)} {name} logits",
        lambda given: lambda: metric.score(*given),
        lambda given: nats(metric.score(*given).cross_entropy),
    )
    reference = Peer(
        "scipy.special.logsumexp in float64",
        "scipy.special",
        exact,
        nats,
        reference=True,
        most=len(given[1]),
        tolerance=EXACT,
    )
    return run.benchmark.run("logits", given, work, [*peers, reference], "call")


def logits(run: Run) -> list[Line]:
    """Score logits of two vocabularies, and those of the second in formats of 16 bits."""
    peers = [
        Peer(
            "torch cross_entropy on the CPU, same number of threads", "torch", torch_loss, nats, 3.5, tolerance=SINGLE
        ),
        Peer("scipy.special.log_softmax, mean at labels", "scipy.special", log_softmax, nats, 5, tolerance=SINGLE),
        Peer(
            "NumPy's sum of the logits",
            "numpy",
            lambda module, given: given[0].sum,
            lambda result: {},
            target=1 / 1.6,
        ),
    ]
    lines = compare_losses(run, drawn(run.sizes.tokens, SMALL), "float32", peers)
    given = drawn(run.sizes.tokens // 4, LARGE)
    lines += compare_losses(run, given, "float32", peers)
    # Widening is exact, but 16-bit formats use fewer terms for powers of e: both sides may have this error.
    peer = Peer("rapidscore, the same in float32", "rapidscore", widened, nats, target=1, tolerance=2 * EXACT)
    for module, name in ("numpy", "float16"), ("ml_dtypes", "bfloat16"):
        types = optional(module)
        if types is None:
            note = f"skipped: {module} is not installed"
            lines.append(Line("logits", f"Perplexity().score, {name} logits", 0.0, "", note=note))
        else:
            lines += compare_losses(run, (given[0].astype(getattr(types, name)), given[1]), name, [peer])
    return lines


def ragged(count: int) -> list[np.ndarray]:
    """Draw log-probabilities of sequences of 5 to 35 tokens: slices of one array."""
    draw = np.random.default_rng(count)
    offsets = np.concatenate(([0], draw.integers(5, 36, count).cumsum()))
    flat = -draw.exponential(2.0, offsets[-1])
    return [flat[begin:end] for begin, end in itertools.pairwise(offsets.tolist())]


def both(score: PerplexityScore) -> Values:
    """Read the perplexity of all tokens, and the mean perplexity of the sequences."""
    return {"of tokens": [score.token_perplexity], "of sequences": [score.sequence_perplexity]}


def pooled(result: tuple[float, int, list[float]]) -> Values:
    """Read the sums of a loop."""
    nll, tokens, perplexities = result
    return {"of tokens": [np.exp(nll / tokens)], "of sequences": [np.mean(perplexities)]}


def list_loop(module: ModuleType, given: Sequences) -> Call:
    """Prepare a loop that converts each sequence to an array."""

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
    """Return sequences as one array, and their offsets."""
    return np.concatenate(given[1]), np.cumsum([0, *map(len, given[1])])


def log_probs(run: Run) -> list[Line]:
    """Score log-probabilities of many short sequences, as lists of floats and as one array with offsets."""
    metric, slices = Perplexity(), ragged(run.sizes.sequences)
    lines = []
    forms: tuple[tuple[str, Callable[[Sequences], tuple[Any, ...]], Any, str, float], ...] = (
        ("lists of floats", lambda given: (given[0],), list_loop, "NumPy loop over lists", 20),
        ("one array with offsets", flattened, slice_loop, "NumPy loop over slices", 200),
    )
    for name, form, loop, rival_name, target in forms:
        given = [part.tolist() for part in slices] if loop is list_loop else slices, slices

        def prepare(given: Sequences, form: Callable[[Sequences], tuple[Any, ...]] = form) -> Call:
            inputs = form(given)
            return lambda: metric.score_log_probs(*inputs)

        work = Work(
            f"Perplexity().score_log_probs, {name}", prepare, lambda given, prepare=prepare: both(prepare(given)())
        )
        peer = Peer(
            rival_name,
            "numpy",
            loop,
            pooled,
            target,
            reference=True,
            most=run.sizes.sequences // 10,
            # Sums of two million terms of one sign in another order: errors of 1e-16 mostly cancel.
            tolerance=1e-12,
        )
        lines += run.benchmark.run("log_probs", given, work, [peer], "sequence")
    return lines
