"""Several metrics at once: the scores, groups and intervals of each metric alone, under names that tell them apart."""

import pytest
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.tables import cells

import rapidscore
from rapidscore import BLEU, CHRF, ROUGE, WER, Classification, Multilabel, Perplexity, compare, score

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized")

NAMES = ["bleu", "chrf", "chrf++", "ter", "wer", "cer", "rouge1", "rougeL", "rougeLsum", "rouge"]
GROUPS = [("de", "cs", "uk")[at % 3] for at in range(len(PREDICTIONS))]


class TestValues:
    def test_each_metric_as_alone(self):
        found = score(PREDICTIONS, REFERENCES, metrics=NAMES, by=GROUPS, confidence=0.9, resamples=50, seed=7)
        assert [*found] == NAMES
        assert found.segments == len(PREDICTIONS)
        for name, metric in zip(NAMES[:3], (BLEU(), CHRF(), CHRF(word_order=2)), strict=True):
            statistics = metric.statistics(PREDICTIONS, REFERENCES)
            assert found[name] == metric.score(PREDICTIONS, REFERENCES)
            assert found.statistics[name] == statistics
            assert found.groups[name] == statistics.by(GROUPS)
            alone = statistics.confidence_interval(0.9, 50, seed=7)
            assert found.intervals[name].as_dict() == alone.as_dict()
        assert found["rougeL"]["rougeL"] == found["rouge"]["rougeL"]

    def test_groups_and_intervals_are_made_when_asked_for(self):
        found = score(PREDICTIONS, SINGLE_REFERENCES, metrics="wer")
        assert found.groups == found.intervals == {}
        assert [*found] == ["wer"]

    def test_labels_and_log_probabilities(self):
        labels = ["a", "b", "a"], ["a", "b", "b"]
        assert score(*labels, metrics=Classification())["classification"] == Classification().score(*labels)
        tags = [[{"x"}, {"y"}], [{"x"}, {"x"}]]
        assert score(*tags, metrics=["multilabel"])["multilabel"] == Multilabel().score(*tags)
        log_probs = [[-1.0, -2.0], [-0.5]]
        found = score(log_probs, metrics="perplexity", confidence=0.95, resamples=20)
        assert found["perplexity"] == Perplexity().score_log_probs(log_probs)
        assert "perplexity" in str(found)


class TestNames:
    def test_options_tell_metrics_apart(self):
        metrics = [BLEU(), BLEU(tokenize="char"), BLEU(tokenize="char", lowercase=True), WER()]
        found = score(PREDICTIONS, SINGLE_REFERENCES, metrics=metrics)
        names = ["bleu|case:mixed|tok:13a", "bleu|case:mixed|tok:char", "bleu|case:lc|tok:char", "wer"]
        assert [*found] == names
        values = found.as_dict()
        assert values["wer"] == found["wer"].score
        assert values[f"{names[1]}/bleu"] == found[names[1]].score

    def test_names_of_the_caller(self):
        found = score(
            PREDICTIONS, SINGLE_REFERENCES, metrics={"by word": "bleu", "by character": BLEU(tokenize="char")}
        )
        assert [*found] == ["by word", "by character"]
        assert found["by character"].signature == BLEU(tokenize="char").score(["a"], ["a"]).signature
        assert "by character" in str(found)

    @pytest.mark.parametrize(
        ("metrics", "error", "words"),
        [
            ("meteor", ValueError, "unknown metric 'meteor': choose from bleu, chrf"),
            (["bleu", "rouge10"], ValueError, "unknown metric 'rouge10'"),
            ([], ValueError, "metrics is empty"),
            ({}, ValueError, "metrics is empty"),
            (["bleu", BLEU()], ValueError, "two metrics are 'bleu', with the same options"),
            ([BLEU], TypeError, r"metrics\[0\] is <class .*BLEU'> \(\w+\): pass a metric, such as BLEU\(\)"),
            (["bleu", 3], TypeError, r"metrics\[1\] is 3 \(int\)"),
            ({"a": None}, TypeError, r"metrics\['a'\] is None"),
            (5, TypeError, "metrics must be a sequence"),
            ({"bleu"}, TypeError, "metrics is a set"),
        ],
        ids=str,
    )
    def test_wrong_metrics(self, metrics, error, words):
        with pytest.raises(error, match=words):
            score(["a"], ["a"], metrics=metrics)

    def test_unknown_results(self):
        with pytest.raises(KeyError, match="there is no metric 'wer': choose from bleu"):
            score(["a"], ["a"], metrics="bleu")["wer"]

    def test_without_references(self):
        with pytest.raises(TypeError, match="BLEU needs references"):
            score(["a"], metrics="bleu")

    def test_the_name_is_a_function(self):
        assert callable(rapidscore.score)
        assert rapidscore.score is score


#: Outputs of systems, the first of which are the references.
SYSTEMS = {"first": SINGLE_REFERENCES[:12], "second": PREDICTIONS[:12], "third": PREDICTIONS[:12]}


class TestCompare:
    def test_outputs_as_statistics(self):
        references = SINGLE_REFERENCES[:12]
        found = compare(SYSTEMS, references, metrics=["bleu", WER()], resamples=50)
        measured = {
            name: [BLEU().statistics(texts, references), WER().statistics(texts, references)]
            for name, texts in SYSTEMS.items()
        }
        assert found.to_dict() == compare(measured, resamples=50).to_dict()
        assert [*found.value_names()] == ["bleu", "wer"]

    def test_names_of_metrics(self):
        metrics = {"words": BLEU(), "characters": BLEU(tokenize="char")}
        found = compare(SYSTEMS, SINGLE_REFERENCES[:12], metrics=metrics, resamples=20)
        assert [*found.value_names()] == [*found.signatures] == ["words", "characters"]
        # With the decimals of BLEU.
        value = found["second"]["words"]
        (row,) = [row for row in cells(str(found)) if row[:2] == ["words", "second"]]
        assert row[2:5] == [f"{value.score:.2f}", value.interval.ends(2), f"{value.difference.score:.2f}"]

    def test_baseline(self):
        found = compare(SYSTEMS, SINGLE_REFERENCES[:12], metrics="chrf", baseline="second", resamples=50)
        assert [*found] == ["second", "first", "third"]
        assert found["second"]["chrf"].difference is None
        with pytest.raises(ValueError, match="there is no system 'x' to be the baseline: choose from first, second"):
            compare(SYSTEMS, SINGLE_REFERENCES[:12], metrics="chrf", baseline="x")

    def test_types_of_rouge_are_separate_values(self):
        found = compare(SYSTEMS, SINGLE_REFERENCES[:12], metrics=["rouge1", ROUGE(("rougeL",))], resamples=20)
        assert [*found.value_names()] == ["rouge1", "rougeL"]

    def test_wrong_arguments(self):
        statistics = WER().statistics(["a"], ["a"])
        with pytest.raises(TypeError, match="references need metrics"):
            compare(SYSTEMS, SINGLE_REFERENCES)
        with pytest.raises(TypeError, match=r"systems\['b'\] is statistics already"):
            compare({"a": ["a"], "b": statistics}, ["a"], metrics="wer")
        with pytest.raises(TypeError, match="systems must be a mapping from names to predictions, not list"):
            compare([["a"], ["b"]], ["a"], metrics="wer")
