"""Metrics of `rapidscore.compat.evaluate` as objects: examples, options, errors, derived and custom classes."""

import doctest
import pickle
import subprocess
import sys

import numpy as np
import pytest
from support.evaluate_drop_in import LABEL_METRICS, TEXT_METRICS, made_up
from support.outcomes import exactly

from rapidscore.compat import evaluate
from rapidscore.compat.evaluate import _combined, loading


class TestMetric:
    def test_unknown(self):
        with pytest.raises(FileNotFoundError, match=r"no metric 'bertscore' here: choose from accuracy, bleu, .*, wer"):
            evaluate.load("bertscore")
        with pytest.raises(TypeError, match="is a metric, not a comparison"):
            evaluate.load("bleu", module_type="comparison")
        with pytest.raises(
            TypeError, match="'smoth' is not an option of bleu: choose from tokenizer, max_order, smooth"
        ):
            evaluate.load("bleu").compute(predictions=["a"], references=["a"], smoth=True)
        with pytest.raises(TypeError, match="'smoth' is not an option of bleu"):
            evaluate.load("bleu", options={"smoth": True})
        with pytest.raises(ValueError, match="examples of other processes are not gathered"):
            evaluate.load("bleu", num_process=2)
        for arguments in {"process_id": -1}, {"process_id": 1}:
            with pytest.raises(ValueError, match="process_id"):
                evaluate.load("bleu", **arguments)

    @pytest.mark.parametrize("name", [*LABEL_METRICS, *TEXT_METRICS, "squad"])
    def test_bad_inputs(self, name):
        metric = evaluate.load(name)
        for predictions, references, message in [
            (["a"], ["a", "b"], "1 predictions but 2 references"),
            (["a"], None, "references is None"),
            (None, ["a"], "predictions is None"),
        ]:
            with pytest.raises(ValueError, match=message):
                metric.compute(predictions=predictions, references=references)
            with pytest.raises(ValueError, match=message):
                metric.add_batch(predictions=predictions, references=references)
        with pytest.raises(ValueError, match="no examples"):
            metric.compute()
        with pytest.raises(ValueError, match="bad inputs"):
            metric.add_batch(predictions=[], references=[], average="macro")
        with pytest.raises(ValueError, match="prediction is None"):
            metric.add(reference="a")
        with pytest.raises(TypeError, match="must be a list or an array"):
            metric.compute(predictions="a", references="a")
        with pytest.raises(TypeError):
            metric.compute(["a"], ["a"])
        assert len(metric) == 0

    @pytest.mark.parametrize("name", [*TEXT_METRICS])
    def test_values_that_are_not_texts(self, name):
        metric = evaluate.load(name)
        wrong = {"predictions": ["a", 5], "references": ["a", "b"]}
        for call in metric.compute, metric.add_batch, metric._compute:
            with pytest.raises(ValueError, match=r"predictions\[1\] must be a str, not 5 \(int\)"):
                call(**wrong)
        for reference in 5, b"a", {"a": "b"}, ["a", 5]:
            with pytest.raises(ValueError, match=r"references\[0\](\[1\])? must be a str"):
                metric.add(prediction="a", reference=reference)
        if name not in {"sacrebleu", "chrf", "ter"}:
            with pytest.raises(ValueError, match=r"references\[0\](\[0\])? must be a str"):
                metric.add(prediction="a", reference=[None, "a"])
        # Rejected examples are not added.
        metric.add(prediction="a", reference="a")
        assert len(metric) == 1
        metric.compute()

    def test_bad_labels_are_rejected_when_added(self):
        for name, config, bad in ("accuracy", None, "cat"), ("f1", "multilabel", [[0], [1, 0]]):
            metric = evaluate.load(name, config)
            with pytest.raises(ValueError, match="predictions"):
                metric.add(prediction=bad, reference=1 if config is None else [1, 0])
            assert len(metric) == 0

    def test_added_examples_are_copies(self):
        label, metric = np.zeros(2, int), evaluate.load("f1", "multilabel")
        for values in [1, 0], [0, 1]:
            label[:] = values
            metric.add(prediction=label, reference=[1, 0])
        assert metric.compute(average="micro") == {"f1": 0.5}
        texts = [["a b c d"]]
        for name in "bleu", "sacrebleu", "rouge":
            metric = evaluate.load(name)
            metric.add_batch(predictions=["a b c d"], references=texts)
            texts[0][0] = "e"
            assert exactly(metric.compute()) == exactly(
                evaluate.load(name).compute(predictions=["a b c d"], references=["a b c d"])
            )
            texts[0][0] = "a b c d"
        metric = evaluate.load("accuracy")
        metric.add(prediction=np.array(1), reference=np.int64(1))
        metric.add_batch(predictions=[np.array(1), np.array(0)], references=[1, 1])
        assert metric.compute() == {"accuracy": 2 / 3}
        answer, metric = {"id": "a", "prediction_text": "b"}, evaluate.load("squad")
        metric.add(prediction=answer, reference={"id": "a", "answers": {"text": ["b"], "answer_start": [0]}})
        answer["prediction_text"] = "c"
        assert metric.compute() == {"exact_match": 100.0, "f1": 100.0}

        class Last(evaluate.Metric):
            def _info(self):
                return evaluate.load("accuracy").info

            def _compute(self, predictions, references):
                return {"all": predictions}

        metric, rows = Last(), [np.arange(2), ({"a": [1]}, np.float64(0.5))]
        metric.add_batch(predictions=rows, references=[0, 0])
        rows[0][:] = 5
        rows[1][0]["a"][0] = 5
        assert metric.compute() == {"all": [[0, 1], [{"a": [1]}, 0.5]]}

    @pytest.mark.parametrize("name", [*LABEL_METRICS, *TEXT_METRICS])
    def test_class_derived_from_a_loaded_metric(self, name):
        kind = type(evaluate.load(name))

        class Derived(kind):
            def _compute(self, predictions, references, more=0):
                return {
                    "count": len(predictions) + more,
                    "own": super()._compute(predictions=predictions, references=references),
                }

        given = {"predictions": ["1", "0"], "references": ["1", "1"]}
        expected = evaluate.load(name, seed=1).compute(**given)
        derived = Derived(seed=1)
        derived.add_batch(**given)
        found = derived.compute(more=3)
        assert found["count"] == 5
        assert exactly(found["own"]) == exactly(expected)
        if name in {"precision", "recall", "f1"}:
            several = {"predictions": [0, 1, 2], "references": [0, 2, 1]}
            expected = evaluate.load(name, options={"average": "macro"}).compute(**several)
            assert Derived(options={"average": "macro"}).compute(**several)["own"] == expected
        metric = evaluate.load(name)
        metric._compute = lambda predictions, references: len(predictions)
        assert metric.compute(**given) == 2

    def test_numpy_format(self):
        class Arrays(evaluate.Metric):
            def _info(self):
                return evaluate.MetricInfo("", "", {"predictions": None, "references": None}, format="numpy")

            def _compute(self, predictions, references):
                return {"equal": (predictions == references).mean()}

        metric = Arrays()
        metric.add(prediction=1, reference=1)
        assert metric.compute(predictions=[1], references=[0]) == {"equal": 0.5}

    @pytest.mark.parametrize("name", [*TEXT_METRICS])
    def test_no_examples(self, name):
        for call in evaluate.load(name).compute, evaluate.load(name)._compute:
            with pytest.raises(ValueError, match="no examples"):
                call(predictions=[], references=[])

    def test_examples_stay_when_compute_raises(self):
        metric = evaluate.load("f1")
        metric.add_batch(predictions=[0, 1, 2], references=[0, 1, 1])
        with pytest.raises(ValueError, match="multiclass"):
            metric.compute(predictions=[1], references=[1])
        assert len(metric) == 3
        assert metric.compute(average="micro") == {"f1": 2 / 3}

    def test_options_at_load(self):
        metric = evaluate.load("chrf", options={"word_order": 2})
        metric.add_batch(predictions=["a b"], references=["a c"])
        for options in {"word_order": 1}, {"beta": 3}:
            with pytest.raises(ValueError, match="comes too late"):
                metric.compute(**options)
        expected = evaluate.load("chrf").compute(predictions=["a b"], references=["a c"], word_order=2)
        assert metric.compute(word_order=2) == expected

    @pytest.mark.parametrize("name", [*TEXT_METRICS])
    def test_texts_are_not_kept(self, name):
        metric = evaluate.load(name, options={})
        predictions, references = made_up(5_000, 2)
        for _ in range(3):
            metric.add_batch(predictions=predictions, references=references)
        assert metric._columns == {"predictions": [], "references": []}
        if name != "rouge":
            # ROUGE keeps its rows, from which the aggregator draws.
            assert len(metric._parts) == 1
        assert len(metric) == 15_000
        assert exactly(metric.compute()) == exactly(
            evaluate.load(name, seed=metric.seed).compute(predictions=predictions * 3, references=references * 3)
        )

    @pytest.mark.parametrize("name", [*loading.METRICS])
    def test_description(self, name):
        metric = evaluate.load(name, experiment_id="x", cache_dir="/nowhere", keep_in_memory=True)
        assert isinstance(metric, evaluate.Metric)
        assert metric.name == {"chrf": "chr_f"}.get(name, name)
        assert metric.module_type == metric.info.module_type == "metric"
        assert metric.description
        assert "Inputs:" in metric.inputs_description
        assert metric.experiment_id == "x"
        assert repr(metric).startswith(f'EvaluationModule(name: "{metric.name}", module_type: "metric", features: ')
        assert repr(metric).endswith("stored examples: 0)")
        first = metric.features[0] if isinstance(metric.features, list) else metric.features
        assert [*first] == ["predictions"] + ["references"] * (name != "perplexity")
        assert not metric.streamable
        assert metric.format is None
        assert isinstance(metric.info, evaluate.MetricInfo)
        assert metric.license == ""
        assert all(url.startswith("https://") for url in metric.reference_urls + metric.codebase_urls)
        assert bool(metric.homepage) == (name in {"sacrebleu", "chrf", "ter"})
        assert bool(metric.citation) == (name != "exact_match")
        assert evaluate.load_metric(name).name == metric.name
        assert name in evaluate.list_evaluation_modules()

    def test_custom_metric(self):
        class OddOnes(evaluate.Metric):
            def _info(self):
                return evaluate.MetricInfo("", "", {"predictions": None, "references": None, "sources": None})

            def _compute(self, predictions, references, sources, scale=1):
                return {"odd": scale * sum(predictions) / len(sources), "draw": np.random.random()}

        metric = OddOnes(seed=1)
        assert metric.name == "odd_ones"
        metric.add(prediction=1, reference=0, sources="a")
        metric.add_batch(predictions=np.array([0, 1]), references=[0, 0], sources=["b", "c"])
        state = np.random.get_state()[1].tolist()
        found = metric.compute(predictions=[1], references=[0], sources=["d"], scale=2)
        assert found == {"odd": 1.5, "draw": np.random.RandomState(1).random_sample()}
        assert np.random.get_state()[1].tolist() == state
        with pytest.raises(NotImplementedError, match="define _info"):
            evaluate.Metric()

    def test_no_files_and_no_peers(self, tmp_path):
        home, work = tmp_path / "home", tmp_path / "work"
        home.mkdir()
        work.mkdir()
        code = (
            "import rapidscore.compat.evaluate as evaluate\n"
            f"for name in {TEXT_METRICS}:\n"
            "    metric = evaluate.load(name)\n"
            "    metric.add_batch(predictions=['a b', 'c'], references=['a', 'c'])\n"
            "    metric.compute()\n"
            "evaluate.combine(['accuracy', 'f1']).compute(predictions=[0, 1], references=[1, 1])\n"
            "import sys\n"
            "peers = {'evaluate', 'datasets', 'sklearn', 'sacrebleu', 'rouge_score', 'jiwer', 'nltk'}\n"
            "sys.exit(str(peers & {*sys.modules}) if peers & {*sys.modules} else 0)\n"
        )
        paths = ":".join(path for path in sys.path if path)
        environment = {"HOME": str(home), "TMPDIR": str(work), "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run([sys.executable, "-c", code], check=False, timeout=60, cwd=work, env=environment)
        assert run.returncode == 0
        assert sorted(tmp_path.rglob("*")) == [home, work]

    @pytest.mark.parametrize("module", [evaluate, _combined, loading])
    def test_examples_in_docs(self, module):
        # The names that examples use without importing them.
        names = {**vars(evaluate), **vars(module)}
        results = doctest.testmod(module, extraglobs=names)
        assert (results.failed, results.attempted > 0) == (0, True)


@pytest.mark.parametrize("name", ["accuracy", "rouge", "wer", "squad"])
def test_metrics_can_be_pickled(name):
    twin = pickle.loads(pickle.dumps(evaluate.load(name)))
    assert type(twin) is type(evaluate.load(name))
