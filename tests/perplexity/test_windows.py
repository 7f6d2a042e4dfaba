"""Windows over long documents: each token is scored once, and the losses add to the loss of the document."""

import itertools
import math
import pickle

import numpy as np
import pytest

from rapidscore import Perplexity, SlidingWindow, sliding_windows

#: Every document, window and stride of small sizes.
SIZES = [
    (length, window, stride)
    for length, window in itertools.product(range(26), range(1, 13))
    for stride in range(1, window + 1)
]

#: A document, and a model that depends on the previous token only: the logits of the token after each token.
TOKENS = np.random.default_rng(6).integers(0, 11, 25)
BIGRAMS = np.random.default_rng(5).standard_normal((11, 11)) * 2


def positions(length, part):
    """Return the positions that a slice selects from a document."""
    return [*range(length)][part]


def naive(logits, labels):
    """Return the loss of each label, by slow and obvious code."""
    pairs = zip(logits, labels, strict=True)
    return [math.log(math.fsum(math.exp(x) for x in row)) - row[label] for row, label in pairs]


class TestEverySmallSize:
    def test_each_token_but_the_first_is_scored_once(self):
        for length, window, stride in SIZES:
            scored = []
            for part in sliding_windows(length, window, stride):
                targets = np.array(positions(length, part.targets))
                assert targets[part.scored].tolist() == positions(length, part.scored_targets)
                assert part.scored.any()
                scored += targets[part.scored].tolist()
            assert scored == [*range(1, length)], (length, window, stride)

    def test_targets_follow_inputs(self):
        for length, window, stride in SIZES:
            for at, part in enumerate(sliding_windows(length, window, stride)):
                inputs, targets = positions(length, part.inputs), positions(length, part.targets)
                assert targets == [position + 1 for position in inputs], (length, window, stride)
                assert inputs[0] == at * stride
                assert len(inputs) == min(window, length - 1 - at * stride)
                assert (part.scored.dtype, part.scored.shape) == (bool, (len(targets),))
                assert part.length == length

    def test_length_of_context(self):
        least = {}
        for length, window, stride in SIZES:
            for part in sliding_windows(length, window, stride):
                for target in positions(length, part.scored_targets):
                    # The tokens of this window that the model has read when it predicts the target.
                    context = target - part.start
                    # The document may have fewer tokens before the target.
                    assert min(target, window - stride + 1) <= context <= window, (length, window, stride)
                    if part.start:
                        least[window, stride] = min(context, least.get((window, stride), window))
        # No greater bound holds: the first token that a later window scores has exactly this number.
        assert least == {
            (window, stride): window - stride + 1 for window in range(1, 13) for stride in range(1, window + 1)
        }

    def test_default_stride(self):
        for length, window in itertools.product(range(26), range(1, 13)):
            assert sliding_windows(length, window) == sliding_windows(length, window, max(1, window // 2))

    def test_labels_are_scored_targets(self):
        for length, window, stride in SIZES:
            tokens = np.arange(1000, 1000 + length, dtype=np.uint16)
            for part in sliding_windows(length, window, stride):
                labels = part.labels(tokens, ignore_index=-7)
                expected = np.where(part.scored, tokens[part.targets].astype(np.int64), -7)
                assert labels.dtype == np.int64
                assert labels.tolist() == expected.tolist(), (length, window, stride)


class TestWindows:
    @pytest.mark.parametrize(
        ("length", "window", "stride", "inputs", "scored"),
        [
            (0, 4, 2, [], []),
            (1, 4, 2, [], []),
            (2, 4, 2, [(0, 1)], [(1, 2)]),
            (5, 4, 2, [(0, 4)], [(1, 5)]),
            (6, 4, 2, [(0, 4), (2, 5)], [(1, 5), (5, 6)]),
            (7, 4, 2, [(0, 4), (2, 6)], [(1, 5), (5, 7)]),
            (9, 4, 4, [(0, 4), (4, 8)], [(1, 5), (5, 9)]),
            (10, 4, 4, [(0, 4), (4, 8), (8, 9)], [(1, 5), (5, 9), (9, 10)]),
            (6, 3, 1, [(0, 3), (1, 4), (2, 5)], [(1, 4), (4, 5), (5, 6)]),
            (4, 1, 1, [(0, 1), (1, 2), (2, 3)], [(1, 2), (2, 3), (3, 4)]),
        ],
    )
    def test_known_windows(self, length, window, stride, inputs, scored):
        windows = sliding_windows(length, window, stride)
        assert [(part.inputs.start, part.inputs.stop) for part in windows] == inputs
        assert [(part.scored_targets.start, part.scored_targets.stop) for part in windows] == scored

    def test_windows_are_values(self):
        first, second = sliding_windows(np.int64(7), np.uint8(4), np.int32(2))
        assert first == SlidingWindow(start=0, stop=4, scored_start=1, length=7)
        assert first != second
        assert len({first, second, *sliding_windows(7, 4, 2)}) == 2
        assert pickle.loads(pickle.dumps(second)) == second
        with pytest.raises(AttributeError, match="start"):
            first.start = 1

    def test_scored_is_read_only(self):
        (window,) = sliding_windows(3, 4)
        with pytest.raises(ValueError, match="read-only"):
            window.scored[0] = False

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ((-1, 4, 2), ValueError, "length must be 0 or more, got -1"),
            ((9, 0), ValueError, "window must be 1 or more, got 0"),
            ((9, 4, 0), ValueError, "stride must be from 1 to window = 4, got 0"),
            ((9, 4, 5), ValueError, "stride must be from 1 to window = 4, got 5"),
            ((0, 4, 5), ValueError, "stride must be from 1 to window = 4, got 5"),
            ((9.0, 4, 2), TypeError, "length must be a whole number, not 9.0"),
            ((9, "4", 2), TypeError, "window must be a whole number, not '4'"),
            ((9, 4, True), TypeError, "stride must be a whole number, not True"),
            ((None, 4, 2), TypeError, "length must be a whole number, not None"),
            ((9, None, 2), TypeError, "window must be a whole number, not None"),
        ],
    )
    def test_bad_sizes(self, arguments, error, message):
        with pytest.raises(error, match=message):
            sliding_windows(*arguments)


class TestLabels:
    @pytest.mark.parametrize("kind", [list, tuple, np.array, lambda ids: np.array(ids, np.int16)[::1]])
    def test_containers(self, kind):
        first, second = sliding_windows(7, 4, 2)
        tokens = kind([7, 1, 8, 2, 8, 1, 9])
        assert first.labels(tokens).tolist() == [1, 8, 2, 8]
        assert second.labels(tokens).tolist() == [-100, -100, 1, 9]
        assert second.labels(tokens, ignore_index=0).tolist() == [0, 0, 1, 9]

    def test_tokens_are_not_changed(self):
        tokens = np.arange(7)
        window = sliding_windows(7, 7)[0]
        window.labels(tokens)[:] = 5
        assert tokens.tolist() == [*range(7)]

    @pytest.mark.parametrize(
        ("tokens", "options", "error", "message"),
        [
            ([1] * 6, {}, ValueError, r"tokens have the shape \(6,\) and the windows are of a document of 7"),
            ([1] * 8, {}, ValueError, r"tokens have the shape \(8,\)"),
            ([[1] * 7], {}, ValueError, r"tokens have the shape \(1,\)"),
            (np.ones((1, 7), int), {}, ValueError, r"tokens have the shape \(1, 7\)"),
            (np.ones((7, 2), int), {}, ValueError, r"tokens have the shape \(7, 2\)"),
            ([[1, 2]] * 7, {}, ValueError, r"tokens\[5\] is not an integer"),
            (np.ones(7), {}, TypeError, "tokens have the type float64: pass whole numbers"),
            ("letters", {}, TypeError, "pass whole numbers"),
            (["a"] * 7, {}, TypeError, "pass whole numbers"),
            ([1, 1, 1, 1, 1, 1, -100], {}, ValueError, r"tokens\[6\] is -100, which is ignore_index"),
            ([1, 1, 1, 1, 1, 0, 0], {"ignore_index": 0}, ValueError, r"tokens\[5\] is 0, which is ignore_index"),
            ([1] * 7, {"ignore_index": None}, TypeError, "ignore_index must be a whole number, not None"),
        ],
    )
    def test_bad_tokens(self, tokens, options, error, message):
        window = sliding_windows(7, 4, 2)[1]
        assert window.scored_targets == slice(5, 7)
        with pytest.raises(error, match=message):
            window.labels(tokens, **options)


class TestPerplexityOfADocument:
    """Windows do not change the loss of a model that depends on the previous token only."""

    def test_losses_of_windows(self):
        for length, window, stride in SIZES:
            document = TOKENS[:length]
            whole = naive(BIGRAMS[document[:-1]], document[1:])
            parts = [
                np.array(naive(BIGRAMS[document[part.inputs]], document[part.targets]))[part.scored].tolist()
                for part in sliding_windows(length, window, stride)
            ]
            # The losses are equal, so their exact sums, rounded once, are equal to the bit.
            assert math.fsum(itertools.chain(*parts)) == math.fsum(whole), (length, window, stride)

    @pytest.mark.parametrize("window", [1, 2, 5, 24, 25, 40])
    def test_accumulator(self, window):
        whole = Perplexity().score(BIGRAMS[TOKENS[:-1]], TOKENS[1:])
        # 24 tokens, each within the promised 1e-14 nats for float64.
        assert whole.nll == pytest.approx(math.fsum(naive(BIGRAMS[TOKENS[:-1]], TOKENS[1:])), rel=0, abs=24e-14)
        for stride in range(1, window + 1):
            meter = Perplexity().accumulator()
            windows = sliding_windows(len(TOKENS), window, stride)
            for part in windows:
                meter.update(BIGRAMS[TOKENS[part.inputs]], part.labels(TOKENS))
            score = meter.compute()
            assert (score.tokens, score.segments) == (24, len(windows))
            assert (score.hits, score.top_k_hits) == (whole.hits, whole.top_k_hits)
            # The losses are equal. Each window's sum is rounded once, as is the document's, by at most 2^-53 of it.
            assert score.nll == pytest.approx(whole.nll, rel=5e-16, abs=0)
            # e to a power of about 3: three times that rounding, and the rounding of the power.
            assert score.perplexity == pytest.approx(whole.perplexity, rel=3e-15, abs=0)
