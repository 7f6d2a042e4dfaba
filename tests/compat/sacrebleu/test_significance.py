"""Confidence intervals and paired tests of `rapidscore.compat.sacrebleu`, against sacrebleu."""

import random

import numpy as np
import pytest
import sacrebleu as theirs
from support.corpus import PREDICTIONS, SINGLE_REFERENCES
from support.sacrebleu_drop_in import (
    FULL_STREAMS,
    METRICS,
    SIDES,
    SYSTEM_STREAMS,
    SYSTEMS,
    every_metric,
    longest,
)

import rapidscore.compat.sacrebleu as ours
from rapidscore.compat.sacrebleu.metrics.bleu import BLEUScore


class TestSamples:
    @every_metric
    def test_interval(self, name):
        scores, signatures = [], []
        for side in SIDES:
            metric = getattr(side, name)()
            scores.append(metric.corpus_score(PREDICTIONS, FULL_STREAMS, n_bootstrap=60))
            signatures.append(metric.get_signature())
        mine, peer = scores
        assert mine.score == peer.score
        assert (mine._mean, mine._ci) == (peer._mean, peer._ci)
        assert (type(mine._mean), type(mine._ci)) == (type(peer._mean), type(peer._ci))
        assert "bs:60|seed:12345" in str(signatures[0])
        assert str(signatures[0]) == str(signatures[1])
        for options in {}, {"score_only": True}, {"signature": str(signatures[0]), "is_json": True}:
            assert mine.format(**options) == peer.format(**options)

    @pytest.mark.parametrize("seed", ["7", "None"])
    def test_seed(self, monkeypatch, seed):
        monkeypatch.setenv("SACREBLEU_SEED", seed)
        scores = []
        for side in SIDES:
            metric = side.BLEU()
            scores.append(metric.corpus_score(PREDICTIONS, [SINGLE_REFERENCES], n_bootstrap=200)._mean)
            assert metric.seed == seed.lower()
        assert scores[0] == scores[1] if seed == "7" else scores[0] == pytest.approx(scores[1], rel=0.5)

    @pytest.mark.parametrize("smooth_method", ["exp", "add-k"])
    def test_samples_are_scores(self, smooth_method):
        metric = ours.BLEU(smooth_method=smooth_method)
        rows = metric._extract_corpus_statistics(PREDICTIONS, [SINGLE_REFERENCES])
        seed, samples = ours.significance._bootstrap_resample(rows, metric, 20)
        peer = theirs.BLEU(smooth_method=smooth_method)
        theirs_seed, expected = theirs.significance._bootstrap_resample(rows, peer, 20)
        assert seed == theirs_seed
        for one, other in zip(samples, expected, strict=True):
            assert isinstance(one, BLEUScore)
            assert vars(one).keys() == vars(other).keys()
            for name, value in vars(other).items():
                found = getattr(one, name)
                assert type(found) in {type(value), list}
                assert [*found] == [*value] if name in {"counts", "totals"} else found == value

    @pytest.mark.parametrize("largest", [1, 3, 60, 10**7])
    @pytest.mark.parametrize(
        ("name", "options"),
        [
            *[("BLEU", {"smooth_method": method}) for method in ("exp", "floor", "add-k", "none")],
            ("BLEU", {"effective_order": True}),
            ("BLEU", {"smooth_method": "add-k", "smooth_value": 0.3, "max_ngram_order": 2}),
            ("CHRF", {}),
            ("CHRF", {"word_order": 2, "beta": 3}),
            ("CHRF", {"eps_smoothing": True, "beta": 0.5}),
            ("TER", {}),
        ],
    )
    def test_arithmetic(self, name, options, largest):
        # Small and large sums, zeros, and integers that float32 cannot hold exactly.
        metrics = [getattr(side, name)(**options) for side in SIDES]
        columns = {
            "BLEU": 2 + 2 * getattr(metrics[0], "max_ngram_order", 0),
            "CHRF": 3 * getattr(metrics[0], "order", 0),
            "TER": 2,
        }[name]
        draw = np.random.default_rng(largest)
        for count in 2, 40:
            rows = draw.integers(largest + 1, size=(count, columns)) * (draw.random((count, columns)) < 0.5)
            if name == "TER":
                rows = rows + np.array([0, 1 / 3])
            found, expected = (
                [one.score for one in side.significance._bootstrap_resample(rows.tolist(), metric, 50)[1]]
                for side, metric in zip(SIDES, metrics, strict=True)
            )
            assert repr(found) == repr(expected)

    @pytest.mark.parametrize("name", ["CHRF", "TER"])
    def test_samples_without_tokens(self, name):
        given = ["a b", ""], [["a c", ""]]
        with pytest.raises(TypeError, match="don't know how to coerce"):
            getattr(theirs, name)().corpus_score(*given, n_bootstrap=30)
        score = getattr(ours, name)().corpus_score(*given, n_bootstrap=30)
        assert 0 < score._mean < 100
        assert score._ci > 0

    def test_estimate_ci(self):
        scores = np.random.default_rng(1).normal(size=100)
        assert ours.significance.estimate_ci(scores) == theirs.significance.estimate_ci(scores)
        for difference in 0.1, 1.0, 9.0:
            mine, peer = (side.significance._compute_p_value(scores, difference) for side in SIDES)
            assert mine == peer


class TestPairedTest:
    def run(self, side, *more, kept=False, **options):
        given = {"references": SYSTEM_STREAMS} if kept else {}
        metrics = {name: getattr(side.metrics, name)(**given) for name in METRICS}
        metrics["chars"] = side.BLEU(smooth_method="add-k", smooth_value=2.5, max_ngram_order=2, **given)
        test = side.significance.PairedTest(SYSTEMS, metrics, None if kept else SYSTEM_STREAMS, *more, **options)
        signatures, scores = test()
        assert scores.pop("System") == [name for name, _ in SYSTEMS]
        return {name: signature.format() for name, signature in signatures.items()}, scores

    @pytest.mark.parametrize(
        "options",
        [
            {"n_samples": 200},
            {"test_type": "ar", "n_samples": 100, "n_ar_confidence": 50},
            {"test_type": "bs", "n_samples": 200},
            {"test_type": "bs", "n_samples": 50, "kept": True, "n_jobs": 2},
        ],
    )
    @pytest.mark.parametrize("seed", ["12345", "3"])
    def test_equal(self, monkeypatch, options, seed):
        monkeypatch.setenv("SACREBLEU_SEED", seed)
        (mine, results), (peer, expected) = (self.run(side, **options) for side in SIDES)
        assert mine == peer
        assert list(results) == list(expected)
        for name, found in results.items():
            for one, other in zip(found, expected[name], strict=True):
                assert type(one).__name__ == type(other).__name__
                assert vars(one) == vars(other), name
                assert repr(one) == repr(other)

    @pytest.mark.parametrize("references", [1, 3, 5])
    def test_ties(self, references):
        for seed in range(40):
            draw = random.Random(seed)
            text = lambda: " ".join(draw.choices("abcde", k=draw.randint(1, 9)))  # noqa: B023, E731
            streams = [[text() for _ in range(4)] for _ in range(references)]
            base = [text() for _ in range(4)]
            systems = [("a", base), ("b", [text(), *base[1:]])]
            found, expected = (
                repr(side.significance.PairedTest(systems, {"t": side.TER()}, streams, n_samples=60)()[1])
                for side in SIDES
            )
            assert found == expected

    def test_lengths(self):
        systems = [("a", ["a b"]), ("b", ["a b", "c", "d"])]
        for side in SIDES:
            test = side.significance.PairedTest(systems, {"m": side.BLEU()}, [["a b", "c", "d"]])
            with pytest.raises(ValueError):  # noqa: PT011  # the message is NumPy's, from matmul
                test()

    def test_without_a_seed(self, monkeypatch):
        monkeypatch.setenv("SACREBLEU_SEED", "none")
        signatures, scores = self.run(ours, n_samples=50)
        assert "seed:none" in signatures["BLEU"]
        assert scores["BLEU"][1].p_value < 0.5

    def test_defaults(self):
        for side in SIDES:
            given = SYSTEMS[:1], {}, SYSTEM_STREAMS
            test = side.significance.PairedTest(*given, n_ar_confidence=0)
            assert (test.n_samples, test.n_ar_confidence, test.n_systems) == (10000, 1000, 0)
            assert side.significance.PairedTest(*given, "bs").n_samples == 1000
            with pytest.raises(AssertionError, match="Unknown test type 'x'"):
                side.significance.PairedTest(*given, "x")

    def test_results(self):
        for side in SIDES:
            assert repr(side.significance.Result(1.5, mean=2.0)) == "score=1.5,p_value=None,mean=2.0,ci=None"

    def test_metrics_of_other_classes(self):
        found = []
        for side in SIDES:
            metrics = {"theirs": theirs.BLEU(), "mine": longest(side)()}
            for test_type in "ar", "bs":
                test = side.significance.PairedTest(SYSTEMS[:2], metrics, SYSTEM_STREAMS, test_type, n_samples=40)
                found.append(
                    {name: [one.p_value for one in results] for name, results in test()[1].items() if name != "System"}
                )
        assert found[:2] == found[2:]
