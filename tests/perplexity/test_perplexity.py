"""Perplexity, against SciPy in float64: losses within the promised bounds, masks, sizes, merging and errors."""

import math

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from rapidscore import Perplexity, loss_from_perplexity, perplexity_from_loss

#: The promised bounds of the error of a token's loss, in nats.
BOUND = {"float16": 5e-7, "bfloat16": 5e-7, "float32": 5e-7, "float64": 1e-14}
DTYPES = [np.float16, ml_dtypes.bfloat16, np.float32, np.float64]
each_dtype = pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: np.dtype(dtype).name)


def drawn(*shape, dtype=np.float32, scale=3.0, seed=0):
    draw = np.random.default_rng(seed)
    logits = (draw.standard_normal(shape) * scale).astype(dtype)
    return logits, draw.integers(0, shape[-1], shape[:-1])


def naive(logits, labels):
    """Return losses and ranks in float64, by slow and obvious code."""
    logits = np.asarray(logits).astype(np.float64)
    own = np.take_along_axis(logits, labels[..., None], -1)
    losses = -np.take_along_axis(log_softmax(logits, axis=-1), labels[..., None], -1)[..., 0]
    before = np.arange(logits.shape[-1]) < labels[..., None]
    return losses, ((logits > own) | ((logits == own) & before)).sum(-1)


def near(ours, exact, dtype):
    # Large losses add the rounding of float64.
    return np.isclose(ours, exact, rtol=4e-16, atol=BOUND[np.dtype(dtype).name])


def test_large_values_are_printed_with_an_exponent():
    for loss, shown in (700.0, "1.01e+304"), (30.0, "1.07e+13"), (1000.0, "inf"), (20.0, "485165195.41"):
        text = str(Perplexity().score_losses([loss], [1]))
        assert text.startswith(f"perplexity = {shown} (")
        assert len(text) < 80
    endless = str(Perplexity().score_losses([1e300], [1], byte_counts=[1]))
    assert endless == "perplexity = inf (cross-entropy = 1.000e+300 nats, bits per byte = 1.443e+300, tokens = 1)"
    intervals = Perplexity().statistics_losses([700.0, 690.0], [1, 1]).confidence_interval(resamples=20)
    assert len(intervals["perplexity"].format()) < 60
    assert len(intervals["perplexity"].format(2)) < 60


class TestParity:
    @each_dtype
    @pytest.mark.parametrize("words", [1, 2, 7, 63, 64, 65, 127, 1000, 1023, 1024, 1025, 5000])
    @pytest.mark.parametrize("scale", [0.0, 0.1, 3.0, 40.0, 1e4])
    def test_losses(self, dtype, words, scale):
        logits, labels = drawn(4, 5, words, dtype=np.float64, scale=scale, seed=words)
        logits = logits.clip(-6e4, 6e4).astype(dtype)
        labels[0, 0], labels[0, 1] = 0, words - 1
        exact, ranks = naive(logits, labels)
        ours = Perplexity().token_losses(logits, labels)
        assert ours.shape == labels.shape
        assert near(ours, exact, dtype).all(), np.abs(ours - exact).max()
        score = Perplexity(top_k=3).score(logits, labels)
        assert (score.tokens, score.segments) == (20, 4)
        assert (score.hits, score.top_k_hits) == ((ranks == 0).sum(), (ranks < 3).sum())
        assert near(score.cross_entropy, exact.mean(), dtype)

    @each_dtype
    def test_extreme_logits(self, dtype):
        low, high = (-6e4, 6e4) if dtype == np.float16 else (-1e30, 1e30)
        rows = np.full((8, 2000), -1.5)
        rows[1] = 6e4  # all equal, and far from zero
        rows[2, 1500] = 5e4  # one huge
        rows[3, 10] = 5e4  # and another label
        rows[4, ::2] = -np.inf
        rows[5] = np.linspace(-1e4, 1e4, 2000)
        rows[6] = np.linspace(1e4, -1e4, 2000)
        rows[7] = [low, high] * 1000
        labels = np.array([0, 1, 1500, 1500, 1, 0, 0, 1])
        rows = rows.astype(dtype)
        exact, _ = naive(rows, labels)
        ours = Perplexity().token_losses(rows, labels)
        assert near(ours, exact, dtype).all(), (ours, exact)
        # A share of e^-50000 counts as about 1e-38.
        assert 0 <= ours[2] < 1e-30
        assert ours[0] == pytest.approx(math.log(2000), abs=5e-7)

    def test_small_losses(self):
        # If the model is almost certain, the loss is small, and its relative error is bounded.
        rows = np.zeros((30, 50), np.float64)
        rows[:, 7] = np.arange(30)
        exact = np.log1p(49 * np.exp(-np.arange(30.0)))
        ours = Perplexity().token_losses(rows.astype(np.float32), np.full(30, 7))
        assert np.abs(ours / exact - 1).max() <= 5e-7
        assert np.abs(Perplexity().token_losses(rows, np.full(30, 7)) / exact - 1).max() <= 1e-14

    @given(st.data())
    def test_generated_logits(self, data):
        dtype = data.draw(st.sampled_from(DTYPES))
        numbers = st.floats(-1e4, 1e4, width=32) | st.sampled_from([0.0, 1.0, -np.inf, 88.0, 64.0, -64.0, 256.0])
        row = np.array(data.draw(st.lists(numbers, min_size=1, max_size=150)), np.float32).astype(dtype)
        label = data.draw(st.integers(0, len(row) - 1))
        if np.isneginf(row.astype(np.float32)).all():
            row[label] = 0
        exact, ranks = naive(row[None], np.array([label]))
        score = Perplexity().score(row[None], [label])
        assert near(score.cross_entropy, exact[0], dtype)
        assert score.hits == (ranks[0] == 0)
        assert score.top_k_hits == (ranks[0] < 5)

    def test_ties(self):
        logits = np.zeros((3, 10), np.float32)
        assert Perplexity(top_k=2).score(logits, [0, 1, 2]).as_dict()["accuracy"] == 1 / 3
        assert Perplexity(top_k=2).score(logits, [0, 1, 2]).top_k_accuracy == 2 / 3
        # Minus infinity ties with itself.
        logits[:, :] = -np.inf
        logits[:, 9] = 0
        assert Perplexity(top_k=2).score(logits, [0, 1, 9]).top_k_hits == 2

    def test_strides_and_orders(self):
        base, _ = drawn(6, 8, 2 * 1100)
        for logits in [
            base[::2, 1::3],
            base[..., ::2],
            base[..., ::-1],
            base[::-1, ::-1],
            base.transpose(1, 0, 2),
            np.asfortranarray(base),
            base[0],
            base[:, 3, 5:],
        ]:
            labels = np.arange(logits[..., 0].size).reshape(logits.shape[:-1]) * 7
            expected = Perplexity().token_losses(np.ascontiguousarray(logits), labels)
            assert Perplexity().token_losses(logits, labels).tolist() == expected.tolist()
            halves = logits.astype(np.float16, order="K")
            expected = Perplexity().token_losses(np.ascontiguousarray(halves), labels)
            assert Perplexity().token_losses(halves, labels).tolist() == expected.tolist()

    def test_arrays_that_need_a_copy(self):
        logits, labels = drawn(3, 40)
        expected = Perplexity().score(logits, labels)
        swapped = logits.astype(logits.dtype.newbyteorder())
        shifted = np.frombuffer(b"\0" + logits.tobytes(), np.uint8)[1:].view(np.float32).reshape(logits.shape)
        assert not shifted.flags.aligned
        for same in swapped, shifted, logits.tolist():
            assert Perplexity().score(same, labels).perplexity == pytest.approx(expected.perplexity, rel=1e-6)
        assert Perplexity().score(swapped, labels) == Perplexity().score(shifted, labels) == expected

    @pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64, np.uint16, np.uint64])
    def test_types_of_labels(self, kind):
        logits, labels = drawn(2, 9, 100)
        assert Perplexity().score(logits, labels.astype(kind)) == Perplexity().score(logits, labels)

    def test_read_only_logits(self):
        logits, labels = drawn(2, 9, 100)
        expected = Perplexity().score(logits, labels)
        logits.flags.writeable = False
        assert Perplexity().score(logits, labels) == expected

    def test_number_of_threads(self, threads):
        logits, labels = drawn(5, 40, 3000)
        scores = []
        for count in 1, 2, 5:
            threads(count)
            scores.append(Perplexity().statistics(logits, labels).total().to_bytes())
        assert scores[0] == scores[1] == scores[2]


class TestMasks:
    def test_ignored_logits_are_not_read(self):
        logits, labels = drawn(3, 6, 50)
        labels[0, 2:] = -100
        labels[2, 5] = -100
        kept = labels != -100
        exact, ranks = naive(logits[kept], labels[kept])
        logits[~kept] = np.nan
        score = Perplexity().score(logits, labels)
        assert score.tokens == kept.sum() == 13
        assert near(score.cross_entropy, exact.mean(), np.float32)
        assert score.hits == (ranks == 0).sum()
        losses = Perplexity().token_losses(logits, labels)
        assert (np.isnan(losses) == ~kept).all()

    @pytest.mark.parametrize("kind", [np.int64, np.bool_, np.float32, np.int8])
    def test_attention_mask(self, kind):
        logits, labels = drawn(3, 6, 50)
        mask = np.ones((3, 6))
        mask[1, 4:] = 0
        expected = Perplexity().score(logits, np.where(mask == 1, labels, -100))
        # The labels of padding need not be valid.
        assert Perplexity().score(logits, np.where(mask == 1, labels, 10**6), mask.astype(kind)) == expected
        assert Perplexity(ignore_index=None).score(logits, labels, mask.astype(kind)).nll == expected.nll

    def test_shift(self):
        logits, ids = drawn(3, 6, 50)
        mask = np.ones((3, 6), int)
        mask[2, 3:] = 0
        shifted = Perplexity(shift=True).statistics(logits, ids, mask)
        plain = Perplexity().statistics(logits[:, :-1], ids[:, 1:], mask[:, 1:])
        assert np.array_equal(shifted, plain, equal_nan=True)
        # The last logits, which predict an unknown token, and the first label are not read.
        logits[:, -1] = np.nan
        ids[:, 0] = 10**6
        assert Perplexity(shift=True).statistics(logits, ids, mask) == shifted
        losses = Perplexity(shift=True).token_losses(logits[0], ids[0])
        assert np.isnan(losses).tolist() == [True, False, False, False, False, False]

    def test_padding_on_the_left(self):
        # The first token follows padding, whose logits do not predict it.
        logits, ids = drawn(1, 5, 50)
        mask = np.array([[0, 0, 1, 1, 1]])
        logits[0, :2] = np.nan
        losses = Perplexity(shift=True).token_losses(logits, ids, mask)
        assert np.isnan(losses).tolist() == [[True, True, True, False, False]]
        assert losses[0, 3:].tolist() == Perplexity().token_losses(logits[0, 2:4], ids[0, 3:]).tolist()

    def test_sequence_without_tokens(self):
        logits, labels = drawn(3, 4, 10)
        labels[1] = -100
        score = Perplexity().score(logits, labels)
        assert (score.tokens, score.segments) == (8, 3)
        assert score == Perplexity().score(logits, labels)
        assert score.sequence_perplexity == pytest.approx(
            np.mean([Perplexity().score(logits[at], labels[at]).perplexity for at in (0, 2)]), rel=1e-15
        )
        assert np.isnan(Perplexity().segment_scores(logits, labels)["perplexity"]).tolist() == [False, True, False]
        with pytest.raises(ValueError, match=r"sequence 1 has no token left to score.*pool tokens"):
            Perplexity(aggregate="sequences").score(logits, labels)

    def test_other_ignore_index(self):
        logits, labels = drawn(2, 5, 10)
        labels[0, 0] = 0
        assert Perplexity(ignore_index=0).score(logits, labels).tokens == (labels != 0).sum()


class TestScore:
    def test_all_values(self):
        logits, labels = drawn(2, 8, 30)
        texts = ["Ein Bär ist da.", "zwei  Wörter"]
        exact, _ = naive(logits, labels)
        score = Perplexity().score(logits, labels, texts=texts)
        assert score.perplexity == score.score == float(score) == score.token_perplexity == math.exp(score.nll / 16)
        assert score.cross_entropy == pytest.approx(exact.mean(), abs=5e-7)
        assert score.cross_entropy_bits == pytest.approx(exact.mean() / math.log(2), abs=1e-6)
        assert score.perplexity == pytest.approx(2**score.cross_entropy_bits, rel=1e-14)
        assert (score.byte_count, score.char_count, score.word_count) == (16 + 13, 15 + 12, 4 + 2)
        assert score.bits_per_byte == score.nll / math.log(2) / 29
        assert score.bits_per_character == score.nll / math.log(2) / 27
        assert score.word_perplexity == math.exp(score.nll / 6)
        assert score.sequence_perplexity == pytest.approx(np.exp(exact.mean(1)).mean(), rel=5e-7)
        by_sequences = Perplexity(aggregate="sequences").score(logits, labels)
        assert by_sequences.perplexity == score.sequence_perplexity
        assert score.as_dict().keys() >= {"perplexity", "accuracy", "top_5_accuracy", "bits_per_byte", "tokens"}
        counted = Perplexity().score(logits, labels, byte_counts=[16, 13], char_counts=[15, 12], word_counts=[4, 2])
        assert counted == score

    def test_unknown_values_are_none(self):
        logits, labels = drawn(2, 8, 30)
        score = Perplexity().score(logits, labels)
        assert score.bits_per_byte is score.bits_per_character is score.word_perplexity is None
        assert not {"bits_per_byte", "word_perplexity"} & score.as_dict().keys()
        of_losses = Perplexity().score_losses([1.0], [3])
        assert of_losses.accuracy is of_losses.top_k_accuracy is None
        # If the size of one sequence is unknown, the total is unknown.
        metric = Perplexity()
        both = metric.statistics(logits, labels, byte_counts=[3, 4]) + metric.statistics(logits, labels)
        assert both.score().bits_per_byte is None
        assert both[:2].score().byte_count == 7
        bits = both.segment_scores()["bits_per_byte"]
        assert np.isnan(bits).tolist() == [False, False, True, True]

    def test_printed(self):
        score = Perplexity().score_losses([math.log(20)], [1234])
        assert str(score) == "perplexity = 20.00 (cross-entropy = 2.996 nats, tokens = 1,234)"
        assert score.format(1, signature=True).startswith(
            "perplexity|aggregate:tokens|shift:no|ignore:-100|k:5 = 20.0 "
        )

    def test_overflow_is_infinite(self):
        logits = np.array([[0.0, -np.inf], [0.0, 0.0]], np.float32)
        score = Perplexity().score(logits, [1, 0])
        assert score.perplexity == score.cross_entropy == score.sequence_perplexity == math.inf
        assert Perplexity().score_losses([800.0], [1]).perplexity == math.inf
        assert Perplexity().score_log_probs([[-math.inf], [-1.0]]).perplexity == math.inf
        assert Perplexity().score_log_probs([[-1.0] * 5000], word_counts=[1]).word_perplexity == math.inf

    def test_merged_in_any_order(self):
        logits, labels = drawn(64, 3, 20)
        metric = Perplexity()
        whole = metric.statistics(logits, labels).total()
        order = np.random.default_rng(3).permutation(64)
        total = metric.statistics(logits[:0], labels[:0]).total()
        for part in np.array_split(order, 9):
            total += metric.statistics(logits[part], labels[part]).total()
        assert total.to_bytes() == whole.to_bytes()
        meter = metric.accumulator()
        for at in order:
            meter.update(logits[at : at + 1], labels[at : at + 1], attention_mask=np.ones((1, 3), bool))
        assert meter.compute() == whole.score()

    def test_groups(self):
        logits, labels = drawn(6, 3, 20)
        groups = Perplexity().statistics(logits, labels).by(["de", "en"] * 3)
        assert groups["en"] == Perplexity().score(logits[1::2], labels[1::2])
        labels[1] = -100
        by_sequence = Perplexity().statistics(logits, labels).by([*"abcabc"])
        assert set(by_sequence) == {"a", "b", "c"}
        apart = Perplexity().statistics(logits, labels).by([*"axcabc"])
        assert apart.empty == ("x",)
        assert "perplexity" in str(apart)
        labels[1] = 0
        assert groups.difference("perplexity") == abs(groups["en"].perplexity - groups["de"].perplexity)


class TestLogProbs:
    SEQUENCES = ([None, -0.5, -1.25], [-3.0], (-0.1, -0.2, -1e-9), [], [np.float32(-2), 0])

    def test_lists(self):
        stats = Perplexity().statistics_log_probs(self.SEQUENCES)
        assert np.asarray(stats)[:, 0].tolist() == [1.75, 3.0, math.fsum([0.1, 0.2, 1e-9]), 0.0, 2.0]
        assert np.asarray(stats)[:, 1].tolist() == [2, 1, 3, 0, 2]
        assert stats.score() == Perplexity().score_log_probs(list(self.SEQUENCES))
        arrays = [np.array(sequence[1:] if sequence[:1] == [None] else sequence, float) for sequence in self.SEQUENCES]
        assert Perplexity().statistics_log_probs(arrays) == stats
        lengths = [len(array) for array in arrays]
        offsets = np.append(0, np.cumsum(lengths))
        halves = np.array([[-1.5, -2.0]], ml_dtypes.bfloat16)
        assert Perplexity().score_log_probs(halves) == Perplexity().score_log_probs([[-1.5, -2.0]])
        for kind in np.float64, np.float32:
            flat = np.concatenate(arrays).astype(kind)
            again = Perplexity().statistics_log_probs(flat, offsets)
            assert np.allclose(
                np.asarray(again)[:, :3], np.asarray(stats)[:, :3], rtol=0 if kind == np.float64 else 1e-7
            )
        assert Perplexity().score_log_probs(flat.tolist(), offsets) == Perplexity().score_log_probs(flat, offsets)
        table = np.array([[-1.0, -2.0], [-3.0, -4.0]])
        assert Perplexity().score_log_probs(table) == Perplexity().score_log_probs(table.tolist())
        strided = np.repeat(np.concatenate(arrays), 2)[::2]
        assert Perplexity().statistics_log_probs(strided, offsets) == stats

    def test_bases(self):
        nats = Perplexity().score_log_probs([[-1.0, -2.0]])
        bits = Perplexity().score_log_probs([[-1.0 / math.log(2), -2.0 / math.log(2)]], base=2)
        assert bits.nll == pytest.approx(nats.nll, rel=1e-15)
        assert Perplexity().score_log_probs([[-3.0]], base=2).perplexity == pytest.approx(8, rel=1e-15)
        assert Perplexity().score_losses([3.0], [7], base=2).perplexity == pytest.approx(8, rel=1e-15)

    @given(st.lists(st.lists(st.floats(-1e6, 0.0), max_size=30), min_size=1, max_size=20))
    def test_precision_of_sums(self, sequences):
        rows = np.asarray(Perplexity().statistics_log_probs(sequences))
        for row, sequence in zip(rows, sequences, strict=True):
            # Summed in double the precision, so at most the last digit differs.
            assert abs(row[0] + math.fsum(sequence)) <= math.ulp(row[0])
            assert row[1] == len(sequence)

    def test_equal_to_logits(self):
        logits, labels = drawn(4, 6, 30)
        losses = Perplexity().token_losses(logits, labels)
        ours = Perplexity().statistics(logits, labels)
        assert (
            np.asarray(Perplexity().statistics_log_probs(-losses))[:, :4].tolist() == np.asarray(ours)[:, :4].tolist()
        )
        pooled = Perplexity().score_losses(losses.mean(1), [6] * 4)
        assert pooled.nll == pytest.approx(ours.score().nll, rel=1e-15)

    def test_many_sequences(self):
        draw = np.random.default_rng(5)
        lengths = draw.integers(0, 9, 30_000)
        flat = -draw.random(lengths.sum())
        offsets = np.append(0, np.cumsum(lengths))
        score = Perplexity().score_log_probs(flat, offsets)
        assert score.nll == math.fsum(np.asarray(Perplexity().statistics_log_probs(flat, offsets))[:, 0])
        assert score.tokens == len(flat)
        assert score == Perplexity().statistics_log_probs(flat, offsets).score()
        flat[-1] = np.nan
        with pytest.raises(ValueError, match=rf"log_probs\[{len(flat) - 1}\], in sequence \d+, is nan"):
            Perplexity().score_log_probs(flat, offsets)


class TestConversions:
    def test_round_trip(self):
        for base in math.e, 2, 10:
            assert perplexity_from_loss(0.0, base=base) == 1.0
            losses = np.linspace(0, 20, 50)
            back = loss_from_perplexity(perplexity_from_loss(losses, base=base), base=base)
            assert np.allclose(back, losses, rtol=1e-14, atol=1e-15)
        assert perplexity_from_loss(5, base=2) == perplexity_from_loss(np.float32(5), base=np.int64(2)) == 32.0
        assert loss_from_perplexity(32, base=2) == 5.0
        assert perplexity_from_loss(1e4) == perplexity_from_loss(1e4, base=2) == math.inf
        assert perplexity_from_loss([[1.0, 2.0]]).tolist() == [[math.exp(1), math.exp(2)]]
        score = Perplexity().score_losses([1.7], [13])
        assert perplexity_from_loss(score.cross_entropy) == score.perplexity

    def test_bad_numbers(self):
        with pytest.raises(ValueError, match=r"a perplexity must be 1 or more, got 0\.5"):
            loss_from_perplexity([2.0, 0.5])
        for wrong in "1.5", True, None, [None, 1.0], np.ma.masked_array([1.0, 2.0], [0, 1]):
            with pytest.raises((TypeError, ValueError), match="losses have"):
                perplexity_from_loss(wrong)
        for base in 1, 0, -2, math.inf, math.nan, 10**400:
            with pytest.raises(ValueError, match="base must be a number above 1"):
                perplexity_from_loss(1.0, base=base)
        with pytest.raises(TypeError, match="base must be a number"):
            perplexity_from_loss(1.0, base="e")


LOGITS, LABELS = drawn(2, 3, 10)


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


class TestBadInput:
    @each_dtype
    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.nan])
    def test_bad_logits(self, dtype, value):
        logits = changed(LOGITS, (1, 2, 7), value).astype(dtype)
        with pytest.raises(ValueError, match=rf"logits\[1, 2, 7\] is {abs(value)}: logits are numbers or minus inf"):
            Perplexity().score(logits, LABELS)
        with pytest.raises(ValueError, match=r"logits\[2, 7\] is"):
            Perplexity().score(logits[1], LABELS[1])
        with pytest.raises(ValueError, match=r"logits\[1, 2, 7\] is"):
            Perplexity(shift=True).score(np.concatenate([logits, logits], 1), np.concatenate([LABELS, LABELS], 1))

    def test_rows_of_minus_infinity(self):
        with pytest.raises(ValueError, match=r"logits\[0, 1\] are minus infinity for all words"):
            Perplexity().score(changed(LOGITS, (0, 1), -np.inf), LABELS)

    @pytest.mark.parametrize(
        ("logits", "labels", "more", "error", "message"),
        [
            (LOGITS, changed(LABELS, (1, 0), 10), {}, ValueError, r"labels\[1, 0\] is 10, .* 10 words: .*to -100"),
            (LOGITS, changed(LABELS, (1, 0), -1), {}, ValueError, r"labels\[1, 0\] is -1"),
            (LOGITS, LABELS[:1], {}, ValueError, r"logits have the shape \(2, 3, 10\) and labels \(1, 3\)"),
            (LOGITS, LABELS.ravel(), {}, ValueError, "pass one label for each row"),
            (LOGITS[0, 0], 3, {}, ValueError, r"logits have the shape \(10,\)"),
            (LOGITS[None], LABELS[None], {}, ValueError, r"logits have the shape \(1, 2, 3, 10\)"),
            (LOGITS.astype(int), LABELS, {}, TypeError, "logits have the type int64"),
            (LOGITS.astype(complex), LABELS, {}, TypeError, "logits have the type complex128"),
            (LOGITS, np.full((2, 3), 2**64 - 100, np.uint64), {}, ValueError, r"labels\[0, 0\] is 184467.*int64"),
            (LOGITS, LABELS.astype(float), {}, TypeError, "labels have the type float64"),
            (LOGITS, LABELS, {"attention_mask": LABELS[:1]}, ValueError, "attention_mask has the shape"),
            (LOGITS, LABELS, {"attention_mask": np.full((2, 3), 2)}, ValueError, r"attention_mask\[0, 0\] is 2"),
            (LOGITS, LABELS, {"attention_mask": np.zeros((2, 3))}, ValueError, "no token left to score"),
            (LOGITS, np.full((2, 3), -100), {}, ValueError, "no token left to score"),
            (LOGITS, LABELS, {"texts": ["a"]}, ValueError, "1 texts for 2 sequences"),
            (LOGITS, LABELS, {"texts": "ab"}, ValueError, "a str for 2 sequences"),
            (LOGITS, LABELS, {"texts": {"a", "b"}}, TypeError, "texts is a set"),
            (LOGITS, LABELS, {"texts": iter("ab")}, ValueError, "a str_.*iterator for 2 sequences"),
            (
                LOGITS,
                LABELS,
                {"byte_count": [1, 2]},
                TypeError,
                "unknown argument 'byte_count': sizes are given as texts",
            ),
            (LOGITS[:1], LABELS[:1], {"byte_counts": 5}, ValueError, r"byte_counts have the shape \(\)"),
            (LOGITS, LABELS, {"byte_counts": [1, 2**53 + 1]}, ValueError, "a count is 0 to"),
            (LOGITS, LABELS, {"attention_mask": np.full((2, 3), "1")}, TypeError, "attention_mask has the type <U1"),
            (np.ma.masked_array(LOGITS, LOGITS > 0), LABELS, {}, ValueError, "logits have masked values"),
            (LOGITS, np.ma.masked_array(LABELS, LABELS > 1), {}, ValueError, "labels have masked values"),
            (LOGITS, LABELS, {"texts": ["a", 1]}, TypeError, r"texts\[1\] must be a str"),
            (LOGITS, LABELS, {"texts": ["a", "b"], "byte_counts": [1, 1]}, TypeError, "texts or byte_counts, not both"),
            (LOGITS, LABELS, {"byte_counts": [1, -1]}, ValueError, r"byte_counts\[1\] is -1"),
            (LOGITS, LABELS, {"word_counts": [1.5, 1]}, TypeError, "word_counts have the type float64"),
            (LOGITS, LABELS, {"char_counts": [1]}, ValueError, r"char_counts have the shape \(1,\)"),
        ],
    )
    def test_bad_shapes_and_types(self, logits, labels, more, error, message):
        with pytest.raises(error, match=message):
            Perplexity().score(logits, labels, **more)

    @pytest.mark.parametrize(
        ("log_probs", "offsets", "error", "message"),
        [
            ([[-1.0], [-1.0, None]], None, TypeError, r"log_probs\[1\]\[1\] is None: .*only the first"),
            (
                [[-1.0, math.nan]],
                None,
                ValueError,
                r"log_probs\[0\]\[1\] is nan: a log-probability is a number up to 0",
            ),
            ([[0.7]], None, ValueError, r"log_probs\[0\]\[0\] is 0.7"),
            ([["a"]], None, TypeError, r"log_probs\[0\]\[0\] is 'a'"),
            ([-1.0, -2.0], None, TypeError, r"log_probs\[0\] is -1.0: pass a sequence"),
            (np.array([-1.0]), None, ValueError, r"log_probs have the shape \(1,\)"),
            (np.array([[1]]), None, TypeError, "log_probs are ndarray"),
            ("abc", None, TypeError, "log_probs are str: pass a list"),
            (iter([[-1.0]]), None, TypeError, "log_probs are list_iterator: pass a list"),
            ([{-1.0, -2.0}], None, TypeError, r"log_probs\[0\] is \{-[12].0, -[12].0\}: pass a sequence"),
            ([[-1.0], {0: -5.0}], None, TypeError, r"log_probs\[1\] is \{0: -5.0\}: pass a sequence"),
            ([b"\0\0"], None, TypeError, r"log_probs\[0\] is b"),
            ([""], None, TypeError, r"log_probs\[0\] is ''"),
            ([[False]], None, TypeError, r"log_probs\[0\]\[0\] is False"),
            ([[np.False_]], None, TypeError, r"log_probs\[0\]\[0\] is np.False_"),
            (np.ma.masked_array([[-1.0, -2.0]], [[0, 1]]), None, ValueError, "log_probs have masked values"),
            (np.array([[-1.0]]), [0, 1], ValueError, "with offsets, pass one flat array"),
            (np.array([-1.0, -2.0]), [0, 1], ValueError, "offsets go from 0 to 1, but there are 2"),
            (np.array([-1.0, -2.0]), [0, 2, 1, 2], ValueError, r"offsets\[2\] is 1, less than the one before"),
            (np.array([-1.0, -2.0]), [0.0, 2.0], TypeError, "offsets have the type float64"),
            (np.array([-1.0, -2.0]), [], ValueError, r"offsets have the shape \(0,\)"),
            ([[]], None, ValueError, "no token left to score"),
            ([], None, ValueError, "no segments to score"),
        ],
    )
    def test_log_probs(self, log_probs, offsets, error, message):
        with pytest.raises(error, match=message):
            Perplexity().score_log_probs(log_probs, offsets)

    @pytest.mark.parametrize(
        ("losses", "counts", "error", "message"),
        [
            ([1.0, -0.5], [1, 1], ValueError, r"losses\[1\] is -0.5"),
            ([1.0, math.nan], [1, 1], ValueError, r"losses\[1\] is nan"),
            ([1.0], [1, 2], ValueError, r"token_counts have the shape \(2,\)"),
            ([1.0], [1.0], TypeError, "token_counts have the type float64"),
            (["a"], [1], TypeError, "losses have the type"),
            (np.ma.masked_array([1.0, 2.0], [0, 1]), [1, 1], ValueError, "losses have masked values"),
            ([[1.0]], [1], ValueError, r"losses have the shape \(1, 1\)"),
        ],
    )
    def test_losses(self, losses, counts, error, message):
        with pytest.raises(error, match=message):
            Perplexity().score_losses(losses, counts)

    def test_losses_without_tokens_are_ignored(self):
        assert Perplexity().score_losses([math.nan, 2.0], [0, 3]).cross_entropy == 2.0

    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"aggregate": "batches"}, ValueError, "unknown aggregate 'batches': choose one of tokens, sequences"),
            ({"top_k": 0}, ValueError, "top_k must be from 1 to .*, got 0"),
            ({"top_k": 2**40}, ValueError, "top_k must be from 1 to"),
            ({"ignore_index": 2**70}, ValueError, "ignore_index must fit into int64"),
            ({"ignore_index": 1.5}, TypeError, "ignore_index must be a whole number"),
            ({"shift": 1}, TypeError, "shift must be True or False"),
        ],
    )
    def test_options(self, options, error, message):
        with pytest.raises(error, match=message):
            Perplexity(**options)
