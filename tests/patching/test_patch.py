"""The fast functions in place of peers' own: equal results through other people's code, and no trace afterwards."""

import copy
import importlib
import inspect
import itertools
import json
import os
import pickle
import pydoc
import random
import shutil
import subprocess
import sys
import threading
import types
import warnings
from importlib import metadata

import fairlearn.metrics
import jiwer
import nltk.translate
import nltk.translate.bleu_score
import numpy as np
import pytest
import rouge_score.rouge_scorer
import rouge_score.scoring
import sacrebleu
import sacrebleu.significance
import sklearn.metrics
from hypothesis import HealthCheck, given, settings

# A name that another module holds since before any patch.
from sacrebleu import corpus_chrf as held_elsewhere
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score as f1_held_elsewhere
from sklearn.model_selection import GridSearchCV, cross_validate
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.metrics import many
from support.strategies import corpora

import rapidscore
from rapidscore.compat.sacrebleu import significance as compat_significance
from rapidscore.compat.sacrebleu.metrics import _samples as compat_samples
from rapidscore.patching.peers import PEERS

STREAMS = [list(column) for column in zip(*[[*texts, None, None][:3] for texts in REFERENCES], strict=True)]


@pytest.fixture(autouse=True)
def clean():
    """No test leaves anything patched, nor finds it so."""
    assert all(one.state in ("not patched", "not installed") for one in rapidscore.patch.status().values())
    yield
    rapidscore.unpatch()


def both(call):
    """What a call gives without and with everything patched."""
    before = call()
    with rapidscore.patched():
        after = call()
    return before, after


def everything(score):
    """All that a score of sacrebleu's says."""
    return type(score), score.__dict__, str(score), score.format(width=4)


class Longest(sacrebleu.BLEU):
    """A metric of somebody's, at the top of a module so that other processes find it."""

    def _compute_score_from_stats(self, stats):
        score = super()._compute_score_from_stats(stats)
        score.score = stats[0]
        return score


class TestSacrebleu:
    @pytest.mark.parametrize(
        ("name", "options"),
        [
            ("BLEU", {}),
            ("BLEU", {"lowercase": True, "tokenize": "intl", "smooth_method": "add-k", "effective_order": True}),
            ("BLEU", {"tokenize": "zh", "max_ngram_order": 2, "smooth_method": "floor"}),
            ("BLEU", {"tokenize": "char"}),
            ("BLEU", {"trg_lang": "ja"}),  # a tokenizer that is left to sacrebleu
            ("CHRF", {}),
            ("CHRF", {"word_order": 2, "lowercase": True, "beta": 1}),
            ("CHRF", {"whitespace": True, "eps_smoothing": True, "char_order": 3}),
            ("TER", {}),
            ("TER", {"normalized": True, "no_punct": True, "asian_support": True, "case_sensitive": True}),
        ],
        ids=str,
    )
    @pytest.mark.parametrize("streams", [[SINGLE_REFERENCES], STREAMS], ids=["one", "several"])
    def test_scores(self, name, options, streams):
        def call():
            metric = getattr(sacrebleu, name)(**options)
            corpus = metric.corpus_score(PREDICTIONS, streams)
            signature = str(metric.get_signature())
            cached = getattr(sacrebleu, name)(**options, references=streams)
            again = [cached.corpus_score(PREDICTIONS, None), cached.corpus_score(PREDICTIONS[::-1], None)]
            cached_signature = str(cached.get_signature())
            sentences = [
                metric.sentence_score(text, references)
                for text, references in zip(PREDICTIONS, REFERENCES, strict=True)
            ]
            bootstrap = metric.corpus_score(PREDICTIONS, streams, n_bootstrap=20)
            scores = [*map(everything, [corpus, *again, *sentences, bootstrap])]
            rows = metric._extract_corpus_statistics(PREDICTIONS, streams)
            return scores, signature, cached_signature, rows, [[type(value) for value in row] for row in rows]

        before, after = both(call)
        assert after == before

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(corpus=corpora(max_size=3))
    def test_odd_texts(self, corpus):
        predictions, references = corpus
        streams = [list(column) for column in zip(*[[*texts, None, None][:3] for texts in references], strict=True)]

        functions = [sacrebleu.corpus_bleu, sacrebleu.corpus_chrf]
        if max(map(len, [*predictions, *itertools.chain(*references)])) < 300:
            functions.append(sacrebleu.corpus_ter)  # of longer texts it takes seconds

        def call():
            return [everything(function(predictions, streams)) for function in functions]

        before, after = both(call)
        assert after == before

    def test_what_is_measured_here_is_not_measured_there(self, monkeypatch):
        def refuse(*_):
            raise AssertionError("sacrebleu measured a segment")

        for metric in sacrebleu.BLEU, sacrebleu.CHRF, sacrebleu.TER:
            monkeypatch.setattr(metric, "_compute_segment_statistics", refuse)
        with rapidscore.patched("sacrebleu"):
            assert sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]]).score == pytest.approx(100)
            assert held_elsewhere(["a b c d"], [["a b c d"]]).score == 100
            assert sacrebleu.BLEU(references=[["a b c d"]]).corpus_score(["a b c d"], None).score == pytest.approx(100)
        with pytest.raises(AssertionError, match="measured a segment"):
            sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]])

    @pytest.mark.parametrize("test_type", ["ar", "bs"])
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_significance(self, test_type, jobs):
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
    def test_significance_with_odd_options(self, test_type):
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
        # Mean lengths of five references, rounded as sacrebleu rounds them, decide whether differences are equal.
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

    def test_what_somebody_replaced_in_a_class(self, monkeypatch):
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

    def test_a_baseline_of_another_length(self):
        systems = [("a", ["a b"]), ("b", ["a b", "c", "d"])]

        def call():
            return sacrebleu.significance.PairedTest(systems, {"m": sacrebleu.BLEU()}, [["a b", "c", "d"]])()

        with pytest.raises(ValueError):  # noqa: PT011  # NumPy's words, of matmul
            call()
        with rapidscore.patched("sacrebleu"), pytest.raises(ValueError):  # noqa: PT011
            call()

    def test_sums_in_tests_are_made_here(self, monkeypatch):
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

    def test_no_references(self):
        with rapidscore.patched("sacrebleu"), pytest.raises(RuntimeError, match="No references provided"):
            sacrebleu.BLEU(references=[]).corpus_score(["a"], None)

    def test_methods_of_one_metric_are_sacrebleus(self):
        class Tokenizer13a:
            def __call__(self, line):
                return line.upper()

            def signature(self):
                return "mine"

        shouting, other = sacrebleu.BLEU(), sacrebleu.BLEU()
        shouting._preprocess_segment = lambda text: text.upper()
        other.tokenizer = Tokenizer13a()
        for metric in shouting, other:
            before, after = both(lambda metric=metric: metric.corpus_score(["A b c d"], [["a B c D"]]).score)
            assert before == after == pytest.approx(100)

    def test_subclasses_are_sacrebleus(self):
        class Shouting(sacrebleu.BLEU):
            def _preprocess_segment(self, sent):
                return super()._preprocess_segment(sent.upper())

        before, after = both(lambda: Shouting().corpus_score(["A b c d"], [["a B c D"]]).score)
        assert before == after == pytest.approx(100)

    @pytest.mark.parametrize(
        ("predictions", "streams"),
        [
            (["a"], [[None]]),
            (["a", None], [["a", "b"]]),
            ([1], [["a"]]),
            (["a"], ["a"]),
            (["a"], [[1]]),
            (["a", "b"], [["a", "b"], ["c"]]),
            (["a", "b"], [["a"]]),
            (("a", "b"), (("a", "b"),)),
            ([], [[]]),
        ],
        ids=repr,
    )
    def test_odd_arguments(self, predictions, streams):
        def call():
            try:
                return everything(sacrebleu.corpus_bleu(predictions, streams))
            except Exception as error:
                return type(error), str(error)

        before, after = both(call)
        assert after == before

    def test_warnings(self, caplog):
        def call():
            caplog.clear()
            metric = sacrebleu.BLEU()
            metric.corpus_score(["a b ."] * 120, [["a b ."] * 120, ["a b"] * 120])
            return [record.getMessage() for record in caplog.records], str(metric.get_signature())

        caplog.set_level("WARNING", logger="sacrebleu")
        before, after = both(call)
        assert after == before
        assert len(before[0]) == 3

    def test_copies_of_metrics(self):
        with rapidscore.patched():
            metric = sacrebleu.BLEU(references=[["a b c d"]])
            twins = [copy.deepcopy(metric), pickle.loads(pickle.dumps(metric))]
            for twin in [metric, *twins]:
                assert twin.corpus_score(["a b c d"], None).score == pytest.approx(100)
        # What was made while patched serves afterwards, too.
        for twin in [metric, *twins]:
            assert twin.corpus_score(["a b c d"], None).score == pytest.approx(100)

    def test_its_command_line(self, tmp_path):
        (tmp_path / "hyp").write_text("\n".join(PREDICTIONS) + "\n", encoding="utf-8")
        (tmp_path / "ref").write_text("\n".join(SINGLE_REFERENCES) + "\n", encoding="utf-8")
        words = [str(tmp_path / "ref"), "-i", str(tmp_path / "hyp"), "-m", "bleu", "chrf", "ter", "--confidence"]
        theirs = subprocess.run([sys.executable, "-m", "sacrebleu", *words], capture_output=True, text=True, check=True)
        ours = subprocess.run(
            [sys.executable, "-m", "rapidscore.patch", "-m", "sacrebleu", *words],
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(ours.stdout) == json.loads(theirs.stdout)


class TestRougeScore:
    @pytest.mark.parametrize("stem", [False, True])
    @pytest.mark.parametrize("types", [["rouge1", "rouge2", "rougeL"], ["rougeLsum"], ["rouge9"], ["rouge0"], ["x"]])
    def test_scores(self, types, stem):
        def call():
            scorer = rouge_score.rouge_scorer.RougeScorer(types, use_stemmer=stem)
            found = []
            for text, references in zip(PREDICTIONS, REFERENCES, strict=True):
                for score in scorer.score, scorer.score_multi:
                    try:
                        found.append(score(references if score == scorer.score_multi else references[0], text))
                    except ValueError as error:
                        found.append(str(error))
            return found

        before, after = both(call)
        # Whole numbers where they are so there.
        assert repr(after) == repr(before)
        assert after == before

    def test_what_is_measured_here_is_not_measured_there(self, monkeypatch):
        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"], use_stemmer=True)
        monkeypatch.setattr(rouge_score.rouge_scorer, "_score_ngrams", None)
        with rapidscore.patched("rouge_score"):
            assert scorer.score("running", "runs")["rouge1"].fmeasure == 1
            assert scorer.score(target="running", prediction="runs") == scorer.score("running", "runs")
            assert scorer.score_multi(targets=["running"], prediction="runs") == scorer.score("running", "runs")
            assert inspect.getfullargspec(type(scorer).score).args == ["self", "target", "prediction"]

    def test_a_method_of_one_object(self):
        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"])
        scorer._tokenizer.tokenize = list
        before, after = both(lambda: scorer.score("abc", "abd"))
        assert before == after
        assert before["rouge1"].fmeasure == pytest.approx(2 / 3)

    def test_a_tokenizer_of_the_users(self):
        class Characters:
            def tokenize(self, text):
                return list(text)

        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"], tokenizer=Characters())
        before, after = both(lambda: scorer.score("abc", "abd"))
        assert before == after

    def test_no_targets(self):
        scorer = rouge_score.rouge_scorer.RougeScorer(["rouge1"])
        with rapidscore.patched(), pytest.raises(ValueError, match="empty"):
            scorer.score_multi([], "a")

    def test_aggregates(self):
        rng = np.random.default_rng(1)

        def call():
            aggregator = rouge_score.scoring.BootstrapAggregator(n_samples=50)
            for values in rng_rows:
                aggregator.add_scores({"rouge1": rouge_score.scoring.Score(*values)})
            np.random.seed(5)
            found = aggregator.aggregate()
            return found, type(found["rouge1"]), type(found["rouge1"].mid)

        rng_rows = rng.random((40, 3)).tolist()
        before, after = both(call)
        assert after == before


class TestJiwer:
    def test_rates_and_alignments(self):
        said, heard = [["", "a b c", "The cat sat.", "x"], ["a", "a c", "the cat  sat", "y x"]]

        def call():
            found = [getattr(jiwer, name)(said[1:], heard[1:]) for name in ("wer", "mer", "wil", "wip", "cer")]
            found += [jiwer.wer("a b", "a c"), jiwer.cer("ab", "ac")]
            for process in jiwer.process_words, jiwer.process_characters:
                output = process(said[1:], heard[1:])
                found += [output, type(output), type(output.alignments[0][0]), jiwer.visualize_alignment(output)]
            return found

        before, after = both(call)
        assert after == before

    def test_transforms(self):
        transform = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])

        def call():
            options = {"reference_transform": transform, "hypothesis_transform": transform}
            words = jiwer.process_words("The cat, sat.", "the Cat sat", **options)
            contiguous = {"reference_transform": jiwer.wer_contiguous, "hypothesis_transform": jiwer.wer_contiguous}
            return (
                words,
                jiwer.wer(["a b", "c"], ["a", "b c"], **contiguous),
                jiwer.wer("A b", "a b", transform, transform),
            )

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize(
        "arguments", [(["a"], ["a", "b"]), ("", "a"), ("a",), (None, "a"), ("a", 1), ([], [])], ids=repr
    )
    def test_odd_arguments(self, arguments):
        def call():
            try:
                return jiwer.wer(*arguments)
            except Exception as error:
                return type(error), str(error)

        before, after = both(call)
        assert after == before

    def test_a_default_that_was_changed(self, monkeypatch):
        steps = [jiwer.ToLowerCase(), *jiwer.transformations.wer_default.transforms]

        def call():
            monkeypatch.setattr(jiwer.transformations.wer_default, "transforms", steps)
            found = jiwer.wer("A b", "a b")
            monkeypatch.undo()
            return found

        before, after = both(call)
        assert before == after == 0

    def test_functions_that_were_stored_before_can_be_pickled(self):
        stored = jiwer.wer
        with rapidscore.patched():
            assert pickle.loads(pickle.dumps(stored)) is stored
            ours = pickle.dumps(jiwer.wer)
        assert pickle.loads(ours) is stored


class TestSklearn:
    FEATURES, LABELS = make_classification(300, 8, n_informative=5, n_classes=3, random_state=0)

    def test_cross_validation(self):
        scoring = ["accuracy", "f1_macro", "recall_micro", "precision_weighted", "matthews_corrcoef", "jaccard_macro"]

        def call():
            found = cross_validate(LogisticRegression(), self.FEATURES, self.LABELS, scoring=scoring)
            return {name: values.tolist() for name, values in found.items() if name.startswith("test_")}

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_grid_search(self, jobs):
        def call():
            scorer = sklearn.metrics.make_scorer(sklearn.metrics.f1_score, average="macro")
            search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring=scorer, n_jobs=jobs)
            search.fit(self.FEATURES, self.LABELS)
            return search.best_score_, search.cv_results_["mean_test_score"].tolist()

        before, after = both(call)
        assert after == before

    def test_calls_reach_us(self):
        theirs = sklearn.metrics.f1_score
        with rapidscore.patched("sklearn"):
            ours = sklearn.metrics.f1_score
            assert ours is not theirs
            assert ours.__wrapped__ is theirs
            assert ours.__name__ == "f1_score"
            assert inspect.signature(ours) == inspect.signature(theirs)
            # Other modules' names are exchanged, this one's too, and what scorers call.
            assert f1_held_elsewhere is ours
            assert sklearn.metrics.get_scorer("f1_macro")._score_func is ours
        assert f1_held_elsewhere is sklearn.metrics.f1_score is theirs

    def test_what_is_not_covered_is_scikit_learns(self):
        from scipy.sparse import csr_matrix

        labels = csr_matrix(np.eye(3, dtype=int))
        before, after = both(lambda: sklearn.metrics.f1_score(labels, labels, average="macro"))
        assert before == after == 1

        def refused():
            with pytest.raises(ValueError, match="inconsistent numbers of samples") as error:
                sklearn.metrics.f1_score([0, 1], [0])
            return str(error.value)

        before, after = both(refused)
        assert before == after

    def test_pickles(self):
        with rapidscore.patched():
            ours = sklearn.metrics.f1_score
            assert pickle.loads(pickle.dumps(ours)) is ours
            search = GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, scoring="f1_macro")
            search.fit(self.FEATURES, self.LABELS)
        # What kept a function of the patched time can be pickled afterwards, and is scikit-learn's again when read.
        twin = pickle.loads(pickle.dumps(search))
        assert twin.scorer_._score_func is sklearn.metrics.f1_score
        assert twin.score(self.FEATURES, self.LABELS) == search.score(self.FEATURES, self.LABELS)

    def test_report(self):
        before, after = both(lambda: sklearn.metrics.classification_report(self.LABELS, self.LABELS[::-1]))
        assert before == after


class TestFairlearn:
    def test_metric_frame_and_disparities(self):
        rng = np.random.default_rng(1)
        true, predicted = rng.integers(0, 2, (2, 200))
        groups = rng.choice(["a", "b", "c"], 200)

        def call():
            frame = fairlearn.metrics.MetricFrame(
                metrics={
                    "accuracy": sklearn.metrics.accuracy_score,
                    "f1": sklearn.metrics.f1_score,
                    "rate": fairlearn.metrics.selection_rate,
                },
                y_true=true,
                y_pred=predicted,
                sensitive_features=groups,
            )
            odds = fairlearn.metrics.equalized_odds_difference(true, predicted, sensitive_features=groups)
            parity = fairlearn.metrics.demographic_parity_ratio(true, predicted, sensitive_features=groups)
            return frame.by_group.to_dict(), frame.overall.to_dict(), odds, parity

        before, after = both(call)
        assert after == before

    def test_what_is_not_covered_is_fairlearns(self):
        def call():
            with pytest.raises(ValueError, match=r".") as error:
                fairlearn.metrics.selection_rate([], [])
            return str(error.value)

        before, after = both(call)
        assert before == after


class TestNltk:
    def test_scores(self):
        hypotheses = [text.split() for text in PREDICTIONS if text]
        references = [
            [text.split() for text in texts] for texts, text in zip(REFERENCES, PREDICTIONS, strict=True) if text
        ]
        smoothing = nltk.translate.bleu_score.SmoothingFunction()

        def call():
            found = [
                nltk.translate.bleu_score.corpus_bleu(references, hypotheses, smoothing_function=smoothing.method1)
            ]
            found += [
                nltk.translate.bleu(texts, text, smoothing_function=method)
                for texts, text in zip(references, hypotheses, strict=True)
                for method in (smoothing.method1, smoothing.method4)
            ]
            found.append(nltk.translate.chrf_score.corpus_chrf([r[0] for r in references], hypotheses))
            found.append(nltk.translate.chrf("a cat here", "the cat here"))
            return found

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize(
        "call",
        [
            lambda: nltk.translate.bleu_score.corpus_bleu([[["a"]]], [["a"], ["a"]]),
            lambda: nltk.translate.bleu_score.sentence_bleu([], ["the"]),
            lambda: nltk.translate.chrf_score.sentence_chrf("a b", "a b", max_len=0),
            lambda: nltk.translate.chrf_score.sentence_chrf("a cat", "the cat", min_len=0),
        ],
    )
    def test_errors_and_odd_options(self, call):
        def outcome():
            try:
                return call()
            except Exception as error:
                return type(error), str(error)

        before, after = both(outcome)
        assert after == before


class TestSwitch:
    @staticmethod
    def state():
        """Whatever might be replaced, by identity."""
        held = {
            (name, key): id(value)
            for name, module in sys.modules.items()
            if name.partition(".")[0] in (*PEERS, __name__)
            for key, value in vars(module).items()
            if callable(value)
        }
        aggregator = rouge_score.scoring.BootstrapAggregator
        for cls in sacrebleu.metrics.base.Metric, rouge_score.rouge_scorer.RougeScorer, aggregator:
            held |= {(cls, key): id(value) for key, value in vars(cls).items()}
        held |= {id(scorer): id(scorer._score_func) for scorer in sklearn.metrics._scorer._SCORERS.values()}
        return held

    def test_all_is_as_it_was(self):
        before = self.state()
        rapidscore.patch()
        changed = self.state()
        assert changed != before
        rapidscore.patch()
        rapidscore.patch("sklearn")
        assert self.state() == changed
        rapidscore.unpatch("sacrebleu")
        rapidscore.unpatch()
        rapidscore.unpatch()
        assert self.state() == before
        assert not any(type(finder).__module__.startswith("rapidscore") for finder in sys.meta_path)

    def test_some_peers_only(self):
        rapidscore.patch("sacrebleu", "rouge_score")
        status = rapidscore.patch.status()
        assert {name for name, one in status.items() if one.state == "patched"} == {"sacrebleu", "rouge_score"}
        rapidscore.unpatch("sacrebleu")
        assert rapidscore.patch.status()["rouge_score"].state == "patched"
        assert rapidscore.patch.status()["sacrebleu"].replaced == ()

    def test_a_block_ends_for_itself(self):
        first, second = rapidscore.patched("sklearn"), rapidscore.patched("sklearn")
        first.__enter__()
        rapidscore.unpatch()
        second.__enter__()
        first.__exit__(None, None, None)
        assert rapidscore.patch.status()["sklearn"].state == "patched"
        second.__exit__(None, None, None)
        assert rapidscore.patch.status()["sklearn"].state == "not patched"

    def test_a_block_twice_and_a_decorator(self):
        block = rapidscore.patched("sklearn")

        @block
        def state(depth):
            return state(depth - 1) if depth else rapidscore.patch.status()["sklearn"].state

        assert state(2) == "patched"
        with block, block:
            pass
        assert rapidscore.patch.status()["sklearn"].state == "not patched"
        with pytest.raises(ValueError, match="unknown peer"):
            rapidscore.patched("sklern")

    def test_a_warning_that_is_an_error_leaves_nothing(self, monkeypatch):
        monkeypatch.setattr(metadata, "version", lambda name: "0")
        with pytest.warns(UserWarning, match="0 is installed") as caught, rapidscore.patched("jiwer"):
            pass
        assert caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning, match="0 is installed"), rapidscore.patched("jiwer"):
                pass
        assert rapidscore.patch.status()["jiwer"].state == "not patched"

    def test_a_block_within_a_block(self):
        with rapidscore.patched("sacrebleu"):
            with rapidscore.patched():
                assert rapidscore.patch.status()["sklearn"].state == "patched"
            status = rapidscore.patch.status()
            assert status["sklearn"].state == "not patched"
            assert status["sacrebleu"].state == "patched"
        assert rapidscore.patch.status()["sacrebleu"].state == "not patched"

    def test_a_block_does_not_end_what_others_want(self):
        with rapidscore.patched("jiwer"):
            rapidscore.patch("jiwer")
        assert rapidscore.patch.status()["jiwer"].state == "patched"
        rapidscore.unpatch()
        inside, leave = threading.Event(), threading.Event()

        def other():
            with rapidscore.patched("jiwer"):
                inside.set()
                leave.wait(10)

        thread = threading.Thread(target=other)
        thread.start()
        inside.wait(10)
        with rapidscore.patched("jiwer"):
            leave.set()
            thread.join()
            assert rapidscore.patch.status()["jiwer"].state == "patched"
        assert rapidscore.patch.status()["jiwer"].state == "not patched"

    def test_a_peer_that_lacks_something(self, monkeypatch):
        before = sklearn.metrics.accuracy_score
        monkeypatch.delattr(sklearn.metrics, "zero_one_loss")
        rapidscore.patch("sklearn")
        assert rapidscore.patch.status()["sklearn"].state == "patched"
        rapidscore.unpatch()
        assert sklearn.metrics.accuracy_score is before

    def test_a_peer_that_cannot_be_patched_is_imported_all_the_same(self, monkeypatch):
        monkeypatch.delitem(sys.modules, "sacrebleu.metrics.base")
        with pytest.warns(UserWarning, match="sacrebleu could not be patched, and stays as it is: KeyError"):
            rapidscore.patch("sacrebleu")
        assert not any("metrics" in name for name in rapidscore.patch.status()["sacrebleu"].replaced)

    def test_odd_modules_are_left_alone(self, monkeypatch):
        class Odd(types.ModuleType):
            wer = jiwer.wer

            def __getattribute__(self, name):
                raise RuntimeError(name)

            def __setattr__(self, name, value):
                raise RuntimeError(name)

        monkeypatch.setitem(sys.modules, "odd_module", Odd("odd_module"))
        monkeypatch.setitem(sys.modules, "no_module", object())
        monkeypatch.setitem(sys.modules, "missing_module", None)
        before = jiwer.wer
        with rapidscore.patched("jiwer"):
            assert jiwer.wer is not before
        assert jiwer.wer is before

    def test_a_module_that_is_loaded_again(self):
        rapidscore.patch("nltk")
        module = nltk.translate.bleu_score
        importlib.reload(module)
        assert type(module.sentence_bleu).__module__.startswith("rapidscore")
        fresh = module.sentence_bleu.__wrapped__
        rapidscore.unpatch()
        assert module.sentence_bleu is fresh

    def test_somebody_elses_patch_stays(self, monkeypatch):
        rapidscore.patch("jiwer")
        mine = object()
        monkeypatch.setattr(jiwer, "wer", mine)
        rapidscore.unpatch()
        assert jiwer.wer is mine
        monkeypatch.undo()
        # What came back is ours, of a time that is over: the fixture's other tests need jiwer's.
        jiwer.wer = jiwer.measures.wer

    def test_loaders_answer_as_before(self):
        code = """
import importlib.util, pkgutil, rapidscore
rapidscore.patch()
assert b"jiwer" in pkgutil.get_data("jiwer", "__init__.py")
assert "measures" in importlib.util.find_spec("jiwer").loader.get_source("jiwer")
"""
        subprocess.run([sys.executable, "-c", code], check=True)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    def test_a_child_that_is_forked_while_the_lock_is_held(self):
        code = """
import os, threading, rapidscore
from rapidscore.patching import switch
switch._switch._lock.acquire()
pid = os.fork()
if not pid:
    rapidscore.patch.status()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
        threaded = code.replace(
            "switch._switch._lock.acquire()", "threading.Thread(target=switch._switch._lock.acquire).start()"
        )
        done = subprocess.run([sys.executable, "-c", threaded], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == "7\n"

    def test_names_are_str(self):
        with pytest.raises(TypeError, match="name peers one by one"):
            rapidscore.patch(["sacrebleu"])

    def test_an_error_in_a_block(self):
        with pytest.raises(KeyError), rapidscore.patched():
            raise KeyError
        assert rapidscore.patch.status()["sklearn"].state == "not patched"

    def test_what_is_imported_later(self):
        code = """
import sys, rapidscore
rapidscore.patch()
assert "sacrebleu" not in sys.modules and "rouge_score" not in sys.modules
assert rapidscore.patch.status()["sacrebleu"].state == "waits for its import"
import sacrebleu, sklearn.metrics, rouge_score.rouge_scorer, fairlearn.metrics, jiwer, inspect
from nltk.translate import bleu
states = {one.state for one in rapidscore.patch.status().values()}
assert states == {"patched"}, states
assert sacrebleu.__spec__.loader.__class__.__module__ != "rapidscore.patching.importing"
assert "def corpus_bleu" in inspect.getsource(sacrebleu.compat)
print(sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]]), bleu([list("abcd")], list("abcd")))
rapidscore.unpatch()
assert {one.state for one in rapidscore.patch.status().values()} == {"not patched"}
from nltk.translate.bleu_score import sentence_bleu
assert bleu is sentence_bleu and not hasattr(bleu, "__wrapped__")
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "BLEU = 100.00" in done.stdout

    def test_threads(self):
        before = self.state()
        wrong = []

        def work():
            for _ in range(20):
                with rapidscore.patched("sacrebleu", "sklearn"):
                    if not hasattr(sklearn.metrics.f1_score, "_ours"):
                        wrong.append("not patched")
                    if sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]]).score < 99:
                        wrong.append("bleu")
                if sklearn.metrics.f1_score([0, 1], [0, 1]) != 1:
                    wrong.append("f1")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        rapidscore.unpatch()
        assert self.state() == before

    def test_an_unknown_peer(self):
        for switch in rapidscore.patch, rapidscore.unpatch:
            with pytest.raises(ValueError, match="unknown peer 'sacreblue': choose from sacrebleu"):
                switch("sacreblue")

    def test_another_version(self, monkeypatch):
        version = metadata.version
        monkeypatch.setattr(metadata, "version", lambda name: "9.9" if name == "sacrebleu" else version(name))
        with pytest.warns(
            UserWarning, match=r"sacrebleu 9\.9 is installed, and rapidscore was tested with 2\.6\.0"
        ) as said:
            rapidscore.patch()
        assert said[0].filename == __file__
        assert "9.9 (tested with 2.6.0): patched" in str(rapidscore.patch.status())

    def test_a_peer_that_is_not_installed(self, monkeypatch):
        version = metadata.version

        def lacking(name):
            if name == "fairlearn":
                raise metadata.PackageNotFoundError(name)
            return version(name)

        monkeypatch.setattr(metadata, "version", lacking)
        monkeypatch.delitem(sys.modules, "fairlearn.metrics")
        rapidscore.patch("fairlearn")
        assert rapidscore.patch.status()["fairlearn"].state == "not installed"

    def test_what_status_prints(self):
        rapidscore.patch("rouge_score")
        text = str(rapidscore.patch.status())
        assert "rouge_score 0.1.2: patched\n  rouge_score.rouge_scorer.RougeScorer.score\n" in text
        assert "sacrebleu 2.6.0: not patched" in text


class TestReplaced:
    """What takes a function's place looks and behaves like one."""

    FUNCTIONS = (sklearn.metrics.f1_score, jiwer.wer, nltk.translate.bleu_score.sentence_bleu)

    @pytest.mark.parametrize("original", FUNCTIONS, ids=lambda function: function.__name__)
    def test_looks(self, original):
        module = original.__module__.replace("sklearn.metrics._classification", "sklearn.metrics")
        with rapidscore.patched():
            found = getattr(sys.modules[module.replace("jiwer.measures", "jiwer")], original.__name__)
            assert found is not original
            # scikit-learn's own are hidden by a decorator: there it says more.
            assert inspect.getfullargspec(found) == inspect.getfullargspec(inspect.unwrap(original))
            assert inspect.signature(found) == inspect.signature(original)
            for name in ("__name__", "__qualname__", "__doc__", "__code__", "__defaults__", "__kwdefaults__"):
                assert getattr(found, name) == getattr(original, name)
            assert found.__globals__ is original.__globals__
            with pytest.raises(AttributeError, match="no_such_name"):
                _ = found.no_such_name
            assert pydoc.render_doc(found, renderer=pydoc.plaintext).count(original.__name__ + "(") >= 1

    def test_binds(self):
        with rapidscore.patched("sklearn"):

            class Holder:
                score = sklearn.metrics.accuracy_score

            assert Holder.score([0, 1], [0, 0]) == 0.5
            with pytest.raises(TypeError):
                Holder().score([0, 1], [0, 0])

    def test_copies(self):
        with rapidscore.patched():
            for function in sklearn.metrics.f1_score, jiwer.wer:
                assert copy.copy(function) is copy.deepcopy(function) is function

    def test_errors_are_the_originals_alone(self):
        with rapidscore.patched("jiwer"), pytest.raises(ValueError, match="lengths must match") as caught:
            jiwer.wer(["a"], ["a", "b"])
        assert caught.value.__context__ is None

    def test_pickles_do_not_need_us(self, tmp_path):
        with rapidscore.patched("sklearn"):
            scorer = sklearn.metrics.make_scorer(sklearn.metrics.f1_score, average="macro")
        # Also when patched no more.
        (tmp_path / "scorer").write_bytes(pickle.dumps(scorer))
        code = (
            "import pickle, sys\nsys.modules['rapidscore'] = None\n"
            f"print(pickle.load(open({str(tmp_path / 'scorer')!r}, 'rb'))._score_func.__module__)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout == "sklearn.metrics._classification\n", done.stderr


class TestScripts:
    def run(self, *words, **options):
        command = [sys.executable, "-m", "rapidscore.patch", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    def test_a_script_with_its_arguments(self, tmp_path):
        script = tmp_path / "score.py"
        (tmp_path / "beside.py").write_text("VALUE = 3\n")
        script.write_text(
            "import sys, beside, sacrebleu, rapidscore\n"
            "if __name__ == '__main__':\n"
            "    state = rapidscore.patch.status()['sacrebleu'].state\n"
            "    print(sys.argv[1:], beside.VALUE, state, __file__ == sys.argv[0])\n"
            "    sys.exit(5)\n"
        )
        done = self.run(str(script), "-m", "--flag", "x y")
        assert done.stdout == "['-m', '--flag', 'x y'] 3 patched True\n", done.stderr
        assert done.returncode == 5

    @pytest.mark.parametrize(
        "text",
        [
            "import sys; print(sys.argv, __file__, __builtins__.len([1]), __spec__ and __spec__.name, __package__)",
            "print(type(__loader__).__name__, __loader__.get_data(__file__)[:5], __doc__, __cached__)",
            "def f(): return 1 / 0\nf()",
            "class Own(Exception): pass\ntry: 1 / 0\nexcept ZeroDivisionError: raise Own('é')",
            "raise SystemExit('what it says')",
            "import sys; sys.excepthook = lambda *error: print('mine', error[0], error[2].tb_lineno)\n[][0]",
            "this is no Python",
            "import atexit, sys\nkept = [1]\natexit.register(lambda: print(__import__('__main__').kept))\nsys.exit(3)",
            "import pickle, threading, time\nclass A: pass\n"
            "def late(): time.sleep(0.2); print(type(pickle.loads(pickle.dumps(A()))))\n"
            "threading.Thread(target=late).start()",
            "from concurrent.futures import ProcessPoolExecutor\nimport multiprocessing\n"
            "def work(x): return x + 1\n"
            "if __name__ == '__main__':\n"
            "    pool = ProcessPoolExecutor(1, multiprocessing.get_context('fork'))\n"
            "    for at in range(30): pool.submit(work, at).add_done_callback(lambda done: print(done.result()))",
            "from multiprocessing import get_context\ndef work(x): return x + 1\n"
            "if __name__ == '__main__': print(get_context('spawn').Pool(1).map(work, [1, 2]))",
            "import sys; print(sys.stdin.read())",
            "print(globals().get('__annotations__'))",
            "raise KeyboardInterrupt",
            "class Own(BaseException): pass\ndef f(): raise Own(3)\nf()",
        ],
    )
    @pytest.mark.parametrize("as_module", [False, True])
    def test_as_python_runs_it(self, tmp_path, text, as_module):
        (tmp_path / "script.py").write_text(text, encoding="utf-8")
        words = ["-m", "script", "a"] if as_module else ["script.py", "a"]
        given = {"cwd": tmp_path, "input": "from stdin"}
        plain = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, **given)
        patched = self.run(*words, **given)
        assert (patched.stdout, patched.stderr) == (plain.stdout, plain.stderr)
        assert patched.returncode == plain.returncode

    def test_folders_and_archives(self, tmp_path):
        (tmp_path / "__main__.py").write_text("import sys; print(__name__, sys.argv[1:])")
        archive = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "__main__.py")
        for path in str(tmp_path), archive, shutil.copy(archive, tmp_path / "app"):
            assert self.run(path, "a").stdout == "__main__ ['a']\n"

    def test_a_module(self, tmp_path):
        (tmp_path / "work.py").write_text(
            "import sys, sklearn.metrics, rapidscore\n"
            "print(__name__, sys.argv[1:], rapidscore.patch.status()['sklearn'].state)\n"
        )
        done = self.run("-m", "work", "a", cwd=tmp_path)
        assert done.stdout == "__main__ ['a'] patched\n", done.stderr

    def test_where_a_script_is(self, tmp_path):
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "beside.py").write_text("VALUE = 3\n")
        (tmp_path / "real" / "script.py").write_text(
            "import os, beside\nos.chdir('/')\nprint(os.path.exists(__file__))\n"
        )
        (tmp_path / "link.py").symlink_to(tmp_path / "real" / "script.py")
        assert self.run("link.py", cwd=tmp_path).stdout == "True\n"

    @pytest.mark.parametrize(
        ("words", "status", "said"),
        [
            ([], 2, "usage: python -m rapidscore.patch"),
            (["--help"], 0, "usage: python -m rapidscore.patch"),
            (["-m"], 2, "-m needs the name of a module"),
            (["nothing.py"], 2, "nothing.py: no such file"),
            (["-m", "no_such_module"], 1, "no_such_module"),
        ],
        ids=str,
    )
    def test_what_cannot_be_run(self, words, status, said):
        done = self.run(*words)
        assert done.returncode == status
        assert said in done.stdout + done.stderr
