"""Pickles, copies and bytes of metrics, statistics, totals and accumulators."""

import itertools
import pickle

import numpy as np
import pytest
from support.corpus import PREDICTIONS, REFERENCES
from support.metrics import METRICS, Characters, every_metric, score_bits, short_name, suit, total_of

from rapidscore import BLEU, ROUGE, Total

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


class TestRoundTrips:
    @every_metric
    def test_pickle(self, metric):
        statistics = metric.statistics(*suit(metric, PREDICTIONS, REFERENCES))
        total = statistics.total()
        meter = metric.accumulator()
        meter.update(*suit(metric, PREDICTIONS, REFERENCES))
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):

            def carried(thing, protocol=protocol):
                return pickle.loads(pickle.dumps(thing, protocol))

            assert carried(metric) == metric
            assert carried(statistics) == statistics
            assert not np.asarray(carried(statistics)).flags.writeable
            assert carried(total) == total
            assert carried(total).to_bytes() == total.to_bytes()
            assert carried(meter).total == meter.total
            for thing in statistics, total:
                assert score_bits(carried(thing).score()) == score_bits(total.score())
            assert len(carried(metric.accumulator())) == 0
            assert len(carried(metric.statistics(*suit(metric, [], [])))) == 0

    @every_metric
    def test_bytes(self, metric):
        for corpus in (PREDICTIONS, REFERENCES), ([], []):
            total = total_of(metric, *corpus)
            carried = Total.from_bytes(total.to_bytes(), metric)
            assert carried == total
            assert carried.to_bytes() == total.to_bytes()
            assert carried + total_of(metric, ["a"], ["a"]) == total + total_of(metric, ["a"], ["a"])

    @every_metric
    def test_bytes_name_the_metric(self, metric):
        data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
        if any(callable(value) or isinstance(value, Characters) for value in metric.options().values()):
            with pytest.raises(ValueError, match="pass metric="):
                Total.from_bytes(data)
        else:
            assert Total.from_bytes(data).metric == metric
        for other in METRICS:
            if other != metric:
                with pytest.raises(ValueError, match="these bytes hold a total of"):
                    Total.from_bytes(data, other)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (BLEU(smooth_method="add-k", smooth_value=1), BLEU(smooth_method="add-k", smooth_value=1.0)),
            (BLEU(max_ngram_order=2), BLEU(max_ngram_order=np.int64(2))),
            (BLEU(smooth_method="floor", smooth_value=0.5), BLEU(smooth_method="floor", smooth_value=np.float32(0.5))),
            (BLEU(lowercase=True), BLEU(lowercase=np.True_)),
            (ROUGE(("rouge1",)), ROUGE([np.str_("rouge1")])),
        ],
        ids=["int and float", "NumPy int", "NumPy float", "NumPy bool", "NumPy str"],
    )
    def test_equal_totals_have_equal_bytes(self, one, other):
        totals = [total_of(metric, ["a b"], ["a c"]) for metric in (one, other)]
        assert totals[0] == totals[1]
        assert totals[0].to_bytes() == totals[1].to_bytes()
        assert Total.from_bytes(totals[1].to_bytes()) == totals[0]

    @every_metric
    def test_cut_bytes(self, metric):
        data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
        for length in range(len(data)):
            with pytest.raises(ValueError):  # noqa: PT011 -- the message depends on the place of the cut
                Total.from_bytes(data[:length], metric)
        with pytest.raises(ValueError, match="these bytes hold no rapidscore total"):
            Total.from_bytes(data + b"\0", metric)

    @pytest.mark.parametrize("metric", [BLEU(max_ngram_order=1), ROUGE(("rouge1",))], ids=short_name)
    @pytest.mark.parametrize("given", [False, True], ids=["by name", "with metric"])
    def test_changed_bytes(self, metric, given):
        """Not every damage can be detected, but none may have worse effects than a ValueError."""
        data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
        refused = 0
        wrong = []
        for at, change in itertools.product(range(len(data)), (1, 2, 0x20, 0x80, 0xFF)):
            damaged = bytearray(data)
            damaged[at] ^= change
            try:
                total = Total.from_bytes(bytes(damaged), metric if given else None)
                assert isinstance(total, Total)
                total + total
            except ValueError:
                refused += 1
            except BaseException as error:  # a panic of the core is not an Exception
                wrong.append((at, change, repr(error)))
        assert wrong == []
        assert refused > 100

    @pytest.mark.parametrize("data", [b"", b"abc", b"rapidscore total 1\n", b"\0" * 1000, b"rapidscore total 2\n{}\n"])
    def test_other_bytes(self, data):
        with pytest.raises(ValueError):  # noqa: PT011 -- several messages
            Total.from_bytes(data)

    @pytest.mark.parametrize(
        "header",
        [
            b"{}",
            b"[]",
            b"3",
            b'{"metric": "BLEU"}',
            b'{"metric": "BLEU", "options": []}',
            b'{"metric": [], "options": {}}',
            b'{"metric": "CHRF", "options": {}}',
            b'{"metric": "BLEU", "options": {"colour": 1}}',
            b'{"metric": "BLEU", "options": {"lowercase": "yes"}}',
            b"\xff",
            b"[" * 100_000,
        ],
        ids=lambda header: repr(header[:50]),
    )
    def test_other_headers(self, header):
        sums = total_of(BLEU(), ["a"], ["a"]).to_bytes().split(b"\n", 2)[2]
        for metric in None, BLEU():
            with pytest.raises(ValueError):  # noqa: PT011 -- several messages
                Total.from_bytes(b"rapidscore total 1\n" + header + b"\n" + sums, metric)
