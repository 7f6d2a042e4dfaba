"""sacrebleu's significance tests and confidence intervals under `patch()`."""

import random

import numpy as np
import pytest
import sacrebleu
import sacrebleu.significance
from support.metrics import many
from support.patched import both

import rapidscore
from rapidscore.compat.sacrebleu import significance as compat_significance
from rapidscore.compat.sacrebleu.metrics import _samples as compat_samples


class Longest(sacrebleu.BLEU):
    """A user's metric, at the top of a module so that other processes can import it."""

    def _compute_score_from_stats(self, stats):
        score = super()._compute_score_from_stats(stats)
        score.score = stats[0]
        return score


class TestSignificance:
    @pytest.mark.parametrize("test_type", ["ar", "bs"])
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_paired_tests(self, test_type, jobs):
        predictions, references = many(60)
        systems = [
            ("a", predictions),
            ("b", [texts[0] for texts in references]),
            ("c", [text.replace("e", "", 1) for text in predictions]),
        ]

        def call():
            given = {"references": [predictions[::-1], [text[5:] for text in predictions]]}
            metrics = {
                "m": sacrebleu.BLEU(**given),
                "k": sacrebleu.BLEU(smooth_method="add-k", smooth_value=1.5, effective_order=True, **given),
                "c": sacrebleu.CHRF(word_order=2, **given),
                "t": sacrebleu.TER(**given),
                "l": Longest(max_ngram_order=2, **given),
            }
            test = sacrebleu.significance.PairedTest(
                systems, metrics, None, test_type, n_samples=50, n_ar_confidence=20, n_jobs=jobs
            )
            signatures, scores = test()
            kinds = {type(result) for results in scores.values() for result in results}
            return {name: str(signature) for name, signature in signatures.items()}, str(scores), kinds

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize("test_type", ["ar", "bs"])
    def test_odd_options(self, test_type):
        predictions, references = many(20)
        systems = [("a", predictions), ("b", [text[3:] for text in predictions])]

        def call():
            changed = sacrebleu.BLEU()
            changed._compute_score_from_stats = lambda stats: sacrebleu.metrics.base.Score("own", float(stats[0]))
            metrics = {
                "negative": sacrebleu.BLEU(smooth_method="floor", smooth_value=-0.1, max_ngram_order=1),
                "beta": sacrebleu.CHRF(beta=-1, eps_smoothing=True),
                "changed": changed,
            }
            streams = [[texts[0] for texts in references]]
            return str(sacrebleu.significance.PairedTest(systems, metrics, streams, test_type, n_samples=30)()[1])

        before, after = both(call)
        assert after == before

    def test_fractions_and_ties(self):
        # Whether differences tie depends on how mean lengths of five references are rounded.
        def call():
            found = []
            for seed in range(40):
                draw = random.Random(seed)
                text = lambda: " ".join(draw.choices("abcde", k=draw.randint(1, 9)))  # noqa: B023, E731
                streams = [[text() for _ in range(4)] for _ in range(5)]
                base = [text() for _ in range(4)]
                systems = [("a", base), ("b", [text(), *base[1:]]), ("c", [*base[:2], text(), text()])]
                metrics = {"t": sacrebleu.TER(), "b": sacrebleu.BLEU()}
                for test_type in "ar", "bs":
                    test = sacrebleu.significance.PairedTest(
                        systems, metrics, streams, test_type, n_samples=60, n_ar_confidence=20
                    )
                    found.append(str(test()[1]))
            return found

        before, after = both(call)
        assert after == before

    def test_replaced_method_of_a_class(self, monkeypatch):
        original = sacrebleu.BLEU.compute_bleu

        def tenth(*given, **options):
            score = original(*given, **options)
            score.score /= 10
            return score

        monkeypatch.setattr(sacrebleu.BLEU, "compute_bleu", staticmethod(tenth))
        predictions, references = many(20)
        systems = [("a", predictions), ("b", [text[3:] for text in predictions])]
        streams = [[texts[0] for texts in references]]

        def call():
            return [
                str(sacrebleu.significance.PairedTest(systems, {"m": sacrebleu.BLEU()}, streams, kind, 30, 20)()[1])
                for kind in ("ar", "bs")
            ]

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize("row", [lambda text: float(len(text)), lambda text: [[len(text), 1, 2], [3, 4, 0.5]]])
    def test_rows_of_any_shape(self, row):
        class Own(sacrebleu.metrics.base.Metric):
            _SIGNATURE_TYPE = sacrebleu.metrics.base.Signature

            def _aggregate_and_compute(self, stats):
                return self._compute_score_from_stats(np.array(stats).sum(axis=0))

            def _compute_score_from_stats(self, stats):
                return sacrebleu.metrics.base.Score("own", float(np.sum(stats)))

            def _preprocess_segment(self, sent):
                return sent

            def _extract_reference_info(self, refs):
                return {}

            def _compute_segment_statistics(self, hypothesis, ref_kwargs):
                return row(hypothesis)

        def call():
            score = Own().corpus_score(["a", "bcd", "ef"], [["a", "b", "c"]], n_bootstrap=50)
            return score.score, score._mean, score._ci

        before, after = both(call)
        assert after == before

    def test_baseline_of_another_length(self):
        systems = [("a", ["a b"]), ("b", ["a b", "c", "d"])]

        def call():
            return sacrebleu.significance.PairedTest(systems, {"m": sacrebleu.BLEU()}, [["a b", "c", "d"]])()

        with pytest.raises(ValueError):  # noqa: PT011  # the message is NumPy's, from matmul
            call()
        with rapidscore.patched("sacrebleu"), pytest.raises(ValueError):  # noqa: PT011
            call()

    def test_sums_are_ours(self, monkeypatch):
        predictions, references = many(30)
        seen = []
        drawn, exchanged = compat_samples.sum_drawn, compat_significance._exchanged
        monkeypatch.setattr(compat_samples, "sum_drawn", lambda *given: seen.append("drawn") or drawn(*given))
        monkeypatch.setattr(
            compat_significance, "_exchanged", lambda *given: seen.append("exchanged") or exchanged(*given)
        )
        streams = [[texts[0] for texts in references]]
        with rapidscore.patched("sacrebleu"):
            sacrebleu.BLEU().corpus_score(predictions, streams, n_bootstrap=5)
            assert seen == ["drawn"]
            systems = [("a", predictions), ("b", predictions[::-1])]
            sacrebleu.significance.PairedTest(systems, {"m": sacrebleu.BLEU()}, streams, n_samples=5)()
            assert seen == ["drawn", "exchanged"]
        sacrebleu.BLEU().corpus_score(predictions, streams, n_bootstrap=5)
        assert seen == ["drawn", "exchanged"]
