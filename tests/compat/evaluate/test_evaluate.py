"""`rapidscore.compat.evaluate`, against the packages beneath the peer's scripts, called as these scripts call them."""

import doctest
import importlib.util
import inspect
import math
import pickle
import random
import re
import string
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add

import jiwer
import numpy as np
import pytest
import sacrebleu
import sklearn.metrics
from nltk.translate import gleu_score
from rouge_score import rouge_scorer, scoring
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from support import naive

from rapidscore import _core
from rapidscore.compat import evaluate
from rapidscore.compat.evaluate import _combined, loading
from rapidscore.compat.rouge_score._samples import mean_percentiles

WORDS = ["the", "The", "cat", "sat", "on", "a", "mat", ",", ".", "3.5", "1,000", "don't", "run-time", "running"]
WORDS += ["&quot;", "café", "猫", "x"]
TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
LABEL_METRICS = ["accuracy", "precision", "recall", "f1", "matthews_correlation", "confusion_matrix"]
TEXT_METRICS = ["bleu", "google_bleu", "sacrebleu", "rouge", "chrf", "ter", "wer", "cer", "exact_match"]


def made_up(count, seed=0, references=1):
    draw = random.Random(seed)

    def text():
        words = draw.choices(WORDS, k=draw.choice([0, 1, 2, 3, 5, 8, 13, 30]))
        return draw.choice([" ", " ", "\n"]).join(words) + draw.choice(["", "", " ", "\n"])

    predictions = [text() for _ in range(count)]
    lists = []
    for prediction in predictions:
        near = prediction.replace("cat", "mat", 1) + draw.choice(["", " x"])
        lists.append([near if draw.random() < 0.6 else text() for _ in range(references)])
    return predictions, [texts[0] for texts in lists] if references == 1 else lists


def exactly(value):
    """Return all there is to say of a result, to be compared."""
    if isinstance(value, dict):
        return [(key, exactly(one)) for key, one in value.items()]
    if isinstance(value, list):
        return [exactly(one) for one in value]
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    return type(value), value.hex() if isinstance(value, float) else value


def compute(name, predictions, references, config=None, **options):
    """Compute a result at once, and make sure that it is the same however the examples are given."""
    result = evaluate.load(name, config, seed=5).compute(predictions=predictions, references=references, **options)
    for at_load in {}, {"options": options}:
        metric = evaluate.load(name, config, seed=5, **at_load)
        half = len(predictions) // 2
        metric.add_batch(predictions=predictions[:half], references=references[:half])
        for prediction, reference in zip(predictions[half:-1], references[half:-1], strict=True):
            metric.add(prediction=prediction, reference=reference)
        assert len(metric) == len(predictions) - 1
        found = metric.compute(predictions=predictions[-1:], references=references[-1:], **options)
        assert exactly(found) == exactly(result)
        assert len(metric) == 0
    return result


class TestLabels:
    @pytest.fixture(params=[2, 4], ids=["binary", "classes"])
    def labels(self, request):
        draw = np.random.default_rng(request.param)
        predictions, references = draw.integers(request.param, size=(2, 200)).tolist()
        return references, predictions, draw.random(200).tolist()

    @pytest.mark.parametrize("normalize", [True, False])
    def test_accuracy(self, labels, normalize):
        true, predicted, weights = labels
        for sample_weight in None, weights:
            theirs = sklearn.metrics.accuracy_score(true, predicted, normalize=normalize, sample_weight=sample_weight)
            found = compute("accuracy", predicted, true, normalize=normalize, sample_weight=sample_weight)
            assert exactly(found) == exactly({"accuracy": float(theirs)})

    @pytest.mark.parametrize("name", ["precision", "recall", "f1"])
    @pytest.mark.parametrize("average", ["micro", "macro", "weighted", None])
    def test_averaged(self, labels, name, average):
        true, predicted, weights = labels
        theirs = getattr(sklearn.metrics, f"{name}_score")
        for options in {}, {"sample_weight": weights}, {"labels": [1, 0]}, {"labels": [1]}:
            score = theirs(true, predicted, average=average, **options)
            score = float(np.reshape(score, ())) if np.size(score) == 1 else score
            assert exactly(compute(name, predicted, true, average=average, **options)) == exactly({name: score})

    @pytest.mark.parametrize("name", ["precision", "recall", "f1"])
    def test_binary(self, name):
        true, predicted = [0, 1, 0, 1, 0], [0, 0, 1, 1, 0]
        theirs = getattr(sklearn.metrics, f"{name}_score")
        for options in {}, {"pos_label": 0}, {"sample_weight": [0.9, 0.5, 3.9, 1.2, 0.3]}:
            assert exactly(compute(name, predicted, true, **options)) == exactly(
                {name: float(theirs(true, predicted, **options))}
            )

    def test_zero_division(self):
        with pytest.warns(sklearn.exceptions.UndefinedMetricWarning, match="Precision is ill-defined"):
            assert evaluate.load("precision").compute(predictions=[0, 0], references=[0, 1]) == {"precision": 0.0}
        assert compute("precision", [0, 0], [0, 1], zero_division=1) == {"precision": 1.0}

    def test_correlation_and_matrix(self, labels):
        true, predicted, weights = labels
        for sample_weight in None, weights:
            theirs = sklearn.metrics.matthews_corrcoef(true, predicted, sample_weight=sample_weight)
            found = compute("matthews_correlation", predicted, true, sample_weight=sample_weight)
            # weighted: added up in another order
            assert found == {"matthews_correlation": pytest.approx(float(theirs), rel=1e-12 if sample_weight else 0)}
            for options in {}, {"normalize": "true"}, {"labels": [1, 0]}:
                theirs = sklearn.metrics.confusion_matrix(true, predicted, sample_weight=sample_weight, **options)
                found = compute("confusion_matrix", predicted, true, sample_weight=sample_weight, **options)
                assert exactly(found) == exactly({"confusion_matrix": theirs})

    @pytest.mark.parametrize("name", ["accuracy", "precision", "recall", "f1"])
    def test_several_labels_each(self, name):
        predicted, true = [[0, 1, 1], [1, 1, 0], [1, 0, 0]], [[0, 1, 1], [0, 1, 0], [1, 0, 1]]
        options = {} if name == "accuracy" else {"average": "macro"}
        theirs = getattr(sklearn.metrics, f"{name}_score")(np.array(true), np.array(predicted), **options)
        assert compute(name, predicted, true, "multilabel", **options) == {name: float(theirs)}

    def test_inputs(self):
        metric = evaluate.load("accuracy")
        for make in np.array, tuple, lambda values: np.array(values, float), lambda values: [str(v) for v in values]:
            found = metric.compute(predictions=make([0, 1, 2]), references=make([0, 1, 1]))
            assert found == {"accuracy": 2 / 3}
        wrong = [
            (["a", "b"], r"\[0\] is 'a' \(str\): pass labels that are integers"),
            ([0.5, 1.0], r"\[0\] is 0.5"),
            ([1, None], r"\[1\] is None"),
            ([1e300, 1], r"\[0\] is 1e\+300"),
            ([2.0**63, 1], r"\[0\] is 9.223372036854775808e\+18|\[0\] is 9.22"),
            ([math.inf, 1], r"\[0\] is inf"),
            (np.array([1, 2**64 - 1], np.uint64), r"\[1\] is 18446744073709551615"),
            ([1, 2**64 - 1], r"\[1\] is 1.8446744073709552e\+19|\[1\] is 18446744073709551615"),
            ([1, 2**70], r"\[1\] is 1180591620717411303424"),
            (np.array([1, 0.5], object), r"\[1\] is 0.5"),
            ([math.nan, 1], r"\[0\] is nan"),
            ([[0], [1]], "multilabel"),
        ]
        for values, message in wrong:
            with pytest.raises(ValueError, match=message):
                metric.compute(predictions=values, references=[0, 1])
        with pytest.raises(ValueError, match="one label for each"):
            evaluate.load("f1").compute(predictions=[[0, 1]], references=[[0, 1]], average="macro")
        with pytest.raises(ValueError, match="a list of 0 and 1"):
            evaluate.load("f1", "multilabel").compute(predictions=[0, 1], references=[0, 1])
        mixed = [Decimal(2), Fraction(1), "0", True, np.int8(1), 1.0, np.bool_(0)]
        for values in mixed, np.array(mixed, object):
            assert metric.compute(predictions=values, references=[2, 1, 0, 1, 1, 1, 0]) == {"accuracy": 1.0}

    def test_several_correlations(self):
        true, predicted = [[0, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 1]], [[0, 1, 1], [0, 1, 0], [1, 0, 1], [0, 1, 0]]
        each = [
            sklearn.metrics.matthews_corrcoef(*columns)
            for columns in zip(*map(np.transpose, (predicted, true)), strict=True)
        ]
        found = compute("matthews_correlation", predicted, true, "multilabel")
        assert exactly(found) == exactly({"matthews_correlation": each})
        found = compute("matthews_correlation", predicted, true, "multilabel", average="macro", sample_weight=None)
        assert exactly(found) == exactly({"matthews_correlation": np.mean(each)})
        with pytest.raises(ValueError, match="average='micro': choose from None and 'macro'"):
            evaluate.load("matthews_correlation", "multilabel").compute(
                predictions=predicted, references=true, average="micro"
            )

    def test_large_batches(self):
        draw = np.random.default_rng(1)
        true, predicted = draw.integers(5, size=(2, 20_000))
        metric = evaluate.load("accuracy")
        for begin, end in (0, 3), (3, 9_000), (9_000, 20_000):
            metric.add_batch(predictions=predicted[begin:end], references=true[begin:end])
        assert len(metric) == 20_000
        assert metric.compute() == {"accuracy": sklearn.metrics.accuracy_score(true, predicted)}


class TestBleu:
    """Without a package: by the definition of K. Papineni et al., 2002, and C.-Y. Lin and F. J. Och, 2004."""

    def tokens(self, text):
        # sacrebleu's metric strips texts before; this is its tokenizer alone
        return Tokenizer13a()(text).split()

    def oracle(self, predictions, references, tokenize, orders=4, smooth=False):
        lists = [[texts] if isinstance(texts, str) else texts for texts in references]
        pairs = [(tokenize(text), [*map(tokenize, texts)]) for text, texts in zip(predictions, lists, strict=True)]
        length = sum(len(tokens) for tokens, _ in pairs)
        reference_length = sum(min(map(len, texts)) for _, texts in pairs)
        precisions = []
        for order in range(1, orders + 1):
            matches = sum(naive.matches(tokens, texts, order) for tokens, texts in pairs)
            total = sum(max(len(tokens) - order + 1, 0) for tokens, _ in pairs)
            if smooth:
                matches, total = matches + 1, total + 1
            precisions.append(matches / total if total else 0.0)
        mean = 0.0
        if all(precisions):
            mean = math.exp(sum(1 / orders * math.log(precision) for precision in precisions))
        ratio = length / reference_length if reference_length else 0.0
        penalty = 0.0
        if ratio:
            penalty = 1.0 if ratio > 1 else math.exp(1 - 1 / ratio)
        return {
            "bleu": mean * penalty,
            "precisions": precisions,
            "brevity_penalty": penalty,
            "length_ratio": ratio,
            "translation_length": length,
            "reference_length": reference_length,
        }

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize(("max_order", "smooth"), [(4, False), (4, True), (2, False), (6, True)])
    def test_equals_definition(self, references, max_order, smooth):
        given = made_up(60, max_order, references)
        found = compute("bleu", *given, max_order=max_order, smooth=smooth)
        assert exactly(found) == exactly(self.oracle(*given, self.tokens, max_order, smooth))
        for tokenize in str.split, list, lambda text: [*map(len, text.split())]:
            found = compute("bleu", *given, tokenizer=tokenize, max_order=max_order, smooth=smooth)
            assert exactly(found) == exactly(self.oracle(*given, tokenize, max_order, smooth))

    def test_known(self):
        predictions = ["hello there general kenobi", "foo bar foobar"]
        found = compute("bleu", predictions, [["hello there general kenobi", "hello there!"], ["foo bar foobar"]])
        assert found == {
            "bleu": 1.0,
            "precisions": [1.0] * 4,
            "brevity_penalty": 1.0,
            "length_ratio": 7 / 6,
            "translation_length": 7,
            "reference_length": 6,
        }

    @pytest.mark.parametrize("end", ["", "-\n", "-\n-\n", "--\n\n", "-\n \t", " -\n", "- \n", "-\r\n", "- \n-\n"])
    def test_hyphens_at_the_end(self, end):
        given = ["a b c d" + end, "a b-\nc"], ["a b c d", ["a bc" + end] if end else "a bc"]
        found = evaluate.load("bleu").compute(predictions=given[0], references=given[1])
        assert found == self.oracle(*given, self.tokens)

    @pytest.mark.parametrize(("prediction", "reference"), [("", ""), ("", "a"), ("a", ""), ("a b c d", "a b c d")])
    def test_degenerate(self, prediction, reference):
        for smooth in False, True:
            found = compute("bleu", [prediction], [reference], smooth=smooth)
            assert exactly(found) == exactly(self.oracle([prediction], [reference], self.tokens, smooth=smooth))

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize("lengths", [(1, 4), (2, 4), (2, 6), (1, 1)])
    def test_google_bleu(self, references, lengths):
        shortest, longest = lengths
        predictions, lists = made_up(60, longest, references)
        for tokenize in None, str.split:
            known = tokenize or self.tokens
            nested = [[known(text) for text in ([texts] if references == 1 else texts)] for texts in lists]
            theirs = gleu_score.corpus_gleu(nested, [*map(known, predictions)], shortest, longest)
            options = {"min_len": shortest, "max_len": longest} | ({"tokenizer": tokenize} if tokenize else {})
            assert exactly(compute("google_bleu", predictions, lists, **options)) == exactly({"google_bleu": theirs})

    def test_google_bleu_of_nothing(self):
        assert compute("google_bleu", ["", "a"], [["", " "], ["b", "c"]]) == {"google_bleu": 0.0}
        assert compute("google_bleu", [""], [""]) == {"google_bleu": 0.0}


class TestTranslations:
    def streams(self, lists):
        return [*zip(*[[texts] if isinstance(texts, str) else texts for texts in lists], strict=True)]

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"lowercase": True, "tokenize": "intl"},
            {"smooth_method": "floor", "smooth_value": 0.2},
            {"smooth_method": "add-k"},
            {"smooth_method": "add-k", "smooth_value": 0.5},
            {"smooth_method": "none", "use_effective_order": True},
        ],
    )
    @pytest.mark.parametrize("count", [1, 50])
    def test_sacrebleu(self, references, options, count):
        predictions, lists = made_up(count, 3, references)
        theirs = sacrebleu.corpus_bleu(predictions, self.streams(lists), **options)
        names = ["score", "counts", "totals", "precisions", "bp", "sys_len", "ref_len"]
        found = compute("sacrebleu", predictions, lists, **options)
        assert exactly(found) == exactly({name: getattr(theirs, name) for name in names})

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize(
        "options",
        [{}, {"word_order": 2, "lowercase": True}, {"beta": 1.5, "whitespace": True}, {"eps_smoothing": True}],
    )
    def test_chrf(self, references, options):
        predictions, lists = made_up(50, 4, references)
        theirs = sacrebleu.CHRF(**options).corpus_score(predictions, self.streams(lists))
        names = ["score", "char_order", "word_order", "beta"]
        assert exactly(compute("chrf", predictions, lists, **options)) == exactly(
            {name: getattr(theirs, name) for name in names}
        )

    @pytest.mark.parametrize("references", [1, 2, 3, 5])
    @pytest.mark.parametrize(
        ("options", "named"),
        [
            ({}, {}),
            ({"normalized": True, "case_sensitive": True}, {"normalized": True, "case_sensitive": True}),
            ({"ignore_punct": True}, {"no_punct": True}),
            (
                {"normalized": True, "support_zh_ja_chars": True},
                {"normalized": True, "asian_support": True},
            ),
        ],
    )
    def test_ter(self, references, options, named):
        predictions, lists = made_up(30, 5, references)
        theirs = sacrebleu.TER(**named).corpus_score(predictions, self.streams(lists))
        names = ["score", "num_edits", "ref_length"]
        assert exactly(compute("ter", predictions, lists, **options)) == exactly(
            {name: getattr(theirs, name) for name in names}
        )

    @pytest.mark.parametrize("name", ["sacrebleu", "chrf", "ter"])
    def test_missing_references(self, name):
        predictions, references = ["a b c d", "c d", "e"], [["a b c d", None], [None, "c e"], ["e f", "e"]]
        peer = {"sacrebleu": "BLEU", "chrf": "CHRF", "ter": "TER"}[name]
        streams = [[*stream] for stream in zip(*references, strict=True)]
        expected = getattr(sacrebleu, peer)().corpus_score(predictions, streams).score
        assert compute(name, predictions, references)["score"] == expected

    @pytest.mark.parametrize("name", ["sacrebleu", "chrf", "ter"])
    def test_unequal_numbers_of_references(self, name):
        with pytest.raises(ValueError, match="the same number"):
            evaluate.load(name).compute(predictions=["a", "b"], references=[["a"], ["b", "c"]])


class TestErrorRates:
    @pytest.mark.parametrize("concatenate_texts", [False, True])
    def test_equal(self, concatenate_texts):
        predictions, references = made_up(80, 6)
        words = jiwer.process_words(references, predictions)
        characters = jiwer.process_characters(references, predictions)
        found = compute("wer", predictions, references, concatenate_texts=concatenate_texts)
        assert exactly(found) == exactly(words.wer)
        errors = words.substitutions + words.deletions + words.insertions
        assert found == errors / (words.hits + words.substitutions + words.deletions)
        found = compute("cer", predictions, references, concatenate_texts=concatenate_texts)
        assert exactly(found) == exactly(characters.cer)

    def test_known(self):
        given = {"predictions": ["this is the prediction", "there is an other sample"]}
        given["references"] = ["this is the reference", "there is another one"]
        assert evaluate.load("wer").compute(**given) == 0.5
        assert evaluate.load("cer").compute(**given) == 0.34146341463414637

    def test_empty_references(self):
        for name in "wer", "cer":
            with pytest.raises(ZeroDivisionError, match="concatenate_texts"):
                evaluate.load(name).compute(predictions=["a"], references=[""])
            assert compute(name, ["a b"], [""], concatenate_texts=True) == len("ab" if name == "wer" else "a b")
            with pytest.raises(ValueError, match=r"predictions\[0\] must be a str, not \['a'\] \(list\)"):
                evaluate.load(name).compute(predictions=[["a"]], references=[["a"]])


class TestRouge:
    def theirs(self, predictions, references, types=None, stem=False, *, tokenizer=None, seed=5):
        scorer = rouge_scorer.RougeScorer(types or TYPES, use_stemmer=stem, tokenizer=tokenizer)
        aggregator, scores = scoring.BootstrapAggregator(), []
        for prediction, reference in zip(predictions, references, strict=True):
            score = scorer.score_multi if isinstance(reference, list) else scorer.score
            scores.append(score(reference, prediction))
            aggregator.add_scores(scores[-1])
        np.random.seed(seed)
        return {name: value.mid.fmeasure for name, value in aggregator.aggregate().items()}, {
            name: [score[name].fmeasure for score in scores] for name in scores[0]
        }

    @pytest.mark.parametrize("references", [1, 3])
    @pytest.mark.parametrize(
        ("types", "stem"), [(None, False), (["rougeL", "rouge1"], True), (["rouge3", "rougeLsum"], False)]
    )
    @pytest.mark.parametrize("count", [1, 2, 40, 129])
    def test_equal(self, references, types, stem, count):
        given = made_up(count, 8, references)
        middles, each = self.theirs(*given, types, stem)
        options = {"use_stemmer": stem} | ({"rouge_types": types} if types else {})
        if count == 1:
            found = evaluate.load("rouge", seed=5).compute(predictions=given[0], references=given[1], **options)
        else:
            found = compute("rouge", *given, **options)
        assert exactly(found) == exactly(middles)
        found = evaluate.load("rouge").compute(
            predictions=given[0], references=given[1], use_aggregator=False, **options
        )
        assert found == each
        assert {type(value) for values in found.values() for value in values} == {float}

    @pytest.mark.parametrize("types", [None, ["rougeLsum"], ["rougeLsum", "rouge2"], ["rougeLsum", "rougeL"]])
    @pytest.mark.parametrize("stem", [False, True])
    def test_single_lines(self, types, stem):
        predictions, references = ([text.replace("\n", " ") for text in texts] for texts in made_up(60, 12))
        middles, each = self.theirs(predictions, references, types, stem)
        options = {"rouge_types": types, "use_stemmer": stem}
        assert exactly(compute("rouge", predictions, references, **options)) == exactly(middles)
        found = evaluate.load("rouge").compute(
            predictions=predictions, references=references, use_aggregator=False, **options
        )
        assert (found, [*found]) == (each, [*each])

    def test_tokenizer(self):
        given = made_up(30, 9)

        class Splitter:
            def tokenize(self, text):
                return text.split()

        middles, _ = self.theirs(*given, tokenizer=Splitter())
        assert exactly(compute("rouge", *given, tokenizer=str.split)) == exactly(middles)

    def test_no_types(self):
        for use_aggregator in True, False:
            assert compute("rouge", ["a", "b"], ["a", "c"], rouge_types=[], use_aggregator=use_aggregator) == {}

    def test_seed_is_numpys_next_number(self):
        given = dict(zip(["predictions", "references"], made_up(40, 10), strict=True))
        np.random.seed(3)
        found = evaluate.load("rouge").compute(**given)
        assert np.random.get_state()[2] == 624  # nothing was drawn
        np.random.seed(3)
        state = np.random.get_state()
        middles, _ = self.theirs(*given.values(), seed=state[1][0])
        assert exactly(found) == exactly(middles)
        np.random.seed(3)
        np.random.random(5)
        assert evaluate.load("rouge").seed == np.random.get_state()[1][10]


class TestBootstrap:
    def ours(self, columns, seed):
        state = np.random.RandomState(seed).get_state(legacy=False)["state"]
        return [*mean_percentiles(np.stack(columns)[:, None], 1000, np.array([50]), state)[0][0, :, 0]]

    def theirs(self, columns, seed):
        aggregator = scoring.BootstrapAggregator()
        for row in zip(*columns, strict=True):
            aggregator.add_scores({at: scoring.Score(0, 0, value) for at, value in enumerate(row)})
        np.random.seed(seed)
        return [value.mid.fmeasure for value in aggregator.aggregate().values()]

    @pytest.mark.parametrize("count", [1, 2, 3, 5, 63, 64, 65, 128, 1000, 4097])
    def test_equal(self, count):
        draw = np.random.default_rng(count)
        columns = [draw.random(count), draw.integers(3, size=count) / 3, np.full(count, 0.1), np.zeros(count)]
        assert exactly(self.ours(columns, 7)) == exactly(self.theirs(columns, 7))

    def test_many_equal_means(self):
        columns = [np.array([0.1, 0.2, 0.3, 0.7] * 3), np.array([0.1] * 11 + [1.0])]
        assert exactly(self.ours(columns, 1)) == exactly(self.theirs(columns, 1))

    def test_generator_ends_where_numpys_does(self):
        values = np.random.default_rng(1).random((2, 3, 50))
        random = np.random.RandomState(3)
        random.random_sample(7)
        state = random.get_state()
        sums, words, position = _core.sum_numpy_draws(values, state[1], state[2], 20, [*range(20)])
        for group, found in zip(values, sums, strict=True):
            draws = np.array([random.choice(np.arange(50), size=50) for _ in range(20)])
            assert found.tolist() == np.cumsum(group[:, draws], axis=2)[:, :, -1].tolist()
        state = random.get_state()
        assert (words.tolist(), position) == (state[1].tolist(), state[2])

    def test_bad_draws(self):
        words = np.zeros(624, np.uint32)
        for shape in (1, 1, 0), (0, 1, 1), (1, 0, 1):
            with pytest.raises(ValueError, match="none of them 0"):
                _core.sum_numpy_draws(np.zeros(shape), words, 624, 10, [5])
        with pytest.raises(ValueError, match="must have 624 words"):
            _core.sum_numpy_draws(np.zeros((1, 1, 2)), words[1:], 624, 10, [5])
        with pytest.raises(ValueError, match="none of them 0"):
            _core.sum_numpy_draws(np.zeros((1, 1, 2)), words, 624, 0, [5])
        with pytest.raises(ValueError, match="values must be finite, got NaN"):
            _core.sum_numpy_draws(np.array([[[0, np.nan]]]), words, 624, 10, [5])


class TestAnswers:
    def normalized(self, text, patterns, case, punctuation, numbers):
        for pattern in patterns:
            text = re.sub(pattern, "", text)
        text = text.lower() if case else text
        unwanted = (string.punctuation if punctuation else "") + (string.digits if numbers else "")
        return "".join(character for character in text if character not in unwanted)

    @pytest.mark.parametrize("case", [False, True])
    @pytest.mark.parametrize("punctuation", [False, True])
    @pytest.mark.parametrize("numbers", [False, True])
    @pytest.mark.parametrize("patterns", [[], ["the ", "yell", "YELL"]])
    def test_exact_match(self, case, punctuation, numbers, patterns):
        references = ["the cat", "theater", "YELLING", "agent007", "", "a\0"]
        predictions = ["cat?", "theater", "yelling", "agent", "", "a"]
        equal = [
            self.normalized(one, patterns, case, punctuation, numbers)
            == self.normalized(other, patterns, case, punctuation, numbers)
            for one, other in zip(references[:-1], predictions[:-1], strict=True)
        ]
        options = {"ignore_case": case, "ignore_punctuation": punctuation, "ignore_numbers": numbers}
        options["regexes_to_ignore"] = patterns or None
        # NumPy takes zeros at the end for padding
        expected = {"exact_match": np.mean([*equal, True])}
        assert exactly(compute("exact_match", predictions, references, **options)) == exactly(expected)

    def test_exact_match_of_no_patterns(self):
        for other, expected in ("b", 1.0), ("c", 0.0):
            found = compute("exact_match", ["a", "b", "c"], ["a", other, "c"], regexes_to_ignore=[])
            assert exactly(found) == exactly({"exact_match": np.float64(expected)})

    def words(self, text):
        text = "".join(character for character in text.lower() if character not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    def squad(self, predictions, references):
        """By P. Rajpurkar et al., 2016: the best of all right answers, as a whole and by words."""
        given = {answer["id"]: answer["prediction_text"] for answer in predictions}
        exact, f1 = [], []
        for question in references:
            values = []
            words = self.words(given[question["id"]])
            for answer in question["answers"]["text"]:
                right = self.words(answer)
                shared = sum(min(count, Counter(right)[word]) for word, count in Counter(words).items())
                precision, recall = shared / len(words) if words else 0, shared / len(right) if right else 0
                values.append((words == right, 2 * precision * recall / (precision + recall) if shared else 0))
            exact.append(max(value[0] for value in values))
            f1.append(max(value[1] for value in values))
        # One after the other: sum() has been another one since Python 3.12.
        return {"exact_match": 100.0 * sum(exact) / len(exact), "f1": 100.0 * reduce(add, f1) / len(f1)}

    def test_squad(self):
        texts, lists = made_up(80, 11, 3)
        predictions = [{"id": str(at), "prediction_text": text} for at, text in enumerate(texts)]
        references = [
            {"id": str(at), "answers": {"text": answers, "answer_start": [0] * 3}} for at, answers in enumerate(lists)
        ]
        random.Random(1).shuffle(references)
        assert exactly(compute("squad", predictions, references)) == exactly(self.squad(predictions, references))

    def test_squad_known(self, capsys):
        predictions = [{"prediction_text": "1976", "id": "a"}, {"prediction_text": "The Beatles!", "id": "b"}]
        references = [
            {"answers": {"answer_start": [97], "text": ["1976"]}, "id": "a"},
            {"answers": {"answer_start": [1, 2], "text": ["beatles", "four"]}, "id": "b"},
        ]
        assert compute("squad", predictions, references) == {"exact_match": 100.0, "f1": 100.0}
        predictions[1] |= {"prediction_text": "beatles of liverpool"}
        assert compute("squad", predictions, references) == {"exact_match": 50.0, "f1": 75.0}
        predictions[1] |= {"id": "c"}
        assert evaluate.load("squad").compute(predictions=predictions, references=references)["f1"] == 50.0
        assert capsys.readouterr().err == "question b is not answered and scores 0\n"

    def test_squad_bad_input(self):
        metric = evaluate.load("squad")
        good = [{"id": "a", "answers": {"text": ["b"], "answer_start": [0]}}]
        for predictions, references, error, message in [
            ([{"id": "a"}], good, ValueError, "prediction_text"),
            (["a"], good, ValueError, "must be dicts"),
            ([{"id": "a", "prediction_text": 5}], good, ValueError, "prediction_text of 'a' must be a str"),
            (
                [{"id": "a", "prediction_text": "b"}],
                [{"id": "a", "answers": {"text": [None]}}],
                ValueError,
                "text among the answers of 'a' must be a str",
            ),
            (
                [{"id": "a", "prediction_text": "b"}],
                [{"id": "a", "answers": {"text": "b"}}],
                ValueError,
                "list of texts",
            ),
            (
                [{"id": "a", "prediction_text": "b"}],
                [{"id": "a", "answers": {"text": []}}],
                ValueError,
                "'a' has no right answer",
            ),
        ]:
            with pytest.raises(error, match=message):
                metric.compute(predictions=predictions, references=references)


class TestPerplexity:
    def test_of_log_probs(self):
        log_probs = [[None, -0.5, -1.5], [-1.0], [-0.25, -0.5, -0.75, -3.0]]
        found = evaluate.load("perplexity").compute(predictions=log_probs)
        assert [*found] == ["perplexities", "mean_perplexity"]
        means = [-np.mean([value for value in values if value is not None]) for values in log_probs]
        # within one rounding of NumPy's exponential
        assert found["perplexities"] == pytest.approx(np.exp(means).tolist(), rel=1e-15)
        assert exactly(found["mean_perplexity"]) == exactly(np.mean(found["perplexities"]))
        assert type(found["perplexities"][0]) is float
        losses = [[None if value is None else -value for value in values] for values in log_probs]
        metric = evaluate.load("perplexity")
        for sequence in losses:
            metric.add(prediction=sequence)
        assert metric.compute(losses=True) == found
        assert evaluate.load("perplexity").compute(predictions=np.full((2, 3), -1.0))["mean_perplexity"] == math.e

    def test_no_model(self):
        metric = evaluate.load("perplexity")
        with pytest.raises(ValueError, match="model_id='gpt2': no model is loaded here"):
            metric.compute(predictions=["a text"], model_id="gpt2")
        with pytest.raises(TypeError, match=r"predictions\[0\] is a text"):
            metric.compute(predictions=["a text"])
        with pytest.raises(ValueError, match="a log-probability is a number up to 0"):
            metric.compute(predictions=[[0.5]])


class TestCombined:
    def test_keys(self):
        labels = {"predictions": [0, 1, 0], "references": [0, 1, 1]}
        both = evaluate.combine(["accuracy", "f1"])
        assert both.compute(**labels) == {"accuracy": 2 / 3, "f1": 2 / 3}
        both.add(0, 0)
        both.add(predictions=1, references=1)
        both.add_batch(labels["predictions"][2:], labels["references"][2:])
        assert both.compute() == {"accuracy": 2 / 3, "f1": 2 / 3}
        forced = evaluate.combine([evaluate.load("accuracy"), "f1"], force_prefix=True).compute(**labels)
        assert [*forced] == ["accuracy_accuracy", "f1_f1"]
        twice = evaluate.combine(["accuracy", "f1", "accuracy"]).compute(**labels)
        assert [*twice] == ["accuracy_0_accuracy", "f1", "accuracy_1_accuracy"]
        named = evaluate.combine({"x": "accuracy", "y": "accuracy"}).compute(**labels)
        assert [*named] == ["x_accuracy", "y_accuracy"]
        texts = evaluate.combine(["chrf", "ter"]).compute(predictions=["a"], references=["a"])
        assert next(iter(texts)) == "chr_f_score"

    def test_each_gets_its_own_options(self):
        several = evaluate.combine(["accuracy", "f1", "recall"])
        labels = {"predictions": [0, 1, 2], "references": [0, 1, 1]}
        assert several.compute(**labels, average="macro", zero_division=0) == {
            **evaluate.load("accuracy").compute(**labels),
            **evaluate.load("f1").compute(**labels, average="macro"),
            **evaluate.load("recall").compute(**labels, average="macro", zero_division=0),
        }
        with pytest.raises(TypeError, match="'avrage' is not an option of any of accuracy, f1, recall"):
            several.compute(**labels, avrage="macro")

    def test_nothing_is_lost_when_one_raises(self):
        both = evaluate.combine(["accuracy", "f1"])
        both.add_batch(predictions=[0, 1, 2], references=[0, 1, 1])
        with pytest.raises(ValueError, match="average='binary'"):
            both.compute()
        found = both.compute(average="macro")
        labels = {"predictions": [0, 1, 2], "references": [0, 1, 1]}
        assert found == evaluate.combine(["accuracy", "f1"]).compute(**labels, average="macro")
        with pytest.raises(ValueError, match="no examples"):
            both.compute(average="macro")

    def test_metrics_that_compute_in_their_own_way(self):
        class Constant(evaluate.Metric):
            def _info(self):
                return evaluate.load("accuracy").info

            def compute(self, *, predictions=None, references=None, **kwargs):
                return {"constant": len(predictions)}

        found = evaluate.combine(["accuracy", Constant()]).compute(predictions=[0, 1], references=[0, 0])
        assert found == {"accuracy": 0.5, "constant": 2}

    def test_bad_input(self):
        with pytest.raises(TypeError, match="must be a list or a dict"):
            evaluate.combine("accuracy")
        with pytest.raises(FileNotFoundError, match="no metric 'acuracy'"):
            evaluate.combine(["acuracy"])


class TestSurface:
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
    def test_no_texts(self, name):
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
        # What was refused is not there.
        metric.add(prediction="a", reference="a")
        assert len(metric) == 1
        metric.compute()

    def test_bad_labels_are_refused_at_once(self):
        for name, config, bad in ("accuracy", None, "cat"), ("f1", "multilabel", [[0], [1, 0]]):
            metric = evaluate.load(name, config)
            with pytest.raises(ValueError, match="predictions"):
                metric.add(prediction=bad, reference=1 if config is None else [1, 0])
            assert len(metric) == 0

    def test_what_was_added_is_ones_own(self):
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
    def test_derived_from_a_loaded_one(self, name):
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

    def test_arrays_where_they_are_asked_for(self):
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

    def test_examples_are_kept_where_it_raises(self):
        metric = evaluate.load("f1")
        metric.add_batch(predictions=[0, 1, 2], references=[0, 1, 1])
        with pytest.raises(ValueError, match="multiclass"):
            metric.compute(predictions=[1], references=[1])
        assert len(metric) == 3
        assert metric.compute(average="micro") == {"f1": 2 / 3}

    def test_options_beforehand(self):
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
            # whose rows the aggregator draws from
            assert len(metric._parts) == 1
        assert len(metric) == 15_000
        assert exactly(metric.compute()) == exactly(
            evaluate.load(name, seed=metric.seed).compute(predictions=predictions * 3, references=references * 3)
        )

    @pytest.mark.parametrize("name", [*loading.METRICS])
    def test_what_it_says_of_itself(self, name):
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

    def test_of_ones_own(self):
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

    def test_no_file_is_made(self, tmp_path):
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
        # the names that are defined beside the function
        names = {**vars(evaluate), **vars(module)}
        results = doctest.testmod(module, extraglobs=names)
        assert (results.failed, results.attempted > 0) == (0, True)


@pytest.mark.skipif(importlib.util.find_spec("evaluate") is None, reason="needs evaluate")
class TestPeer:
    """The package itself, which has the surface but no metrics without a network."""

    @pytest.fixture(scope="class")
    def peer(self):
        return pytest.importorskip("evaluate")

    def test_signatures(self, peer):
        for name in (
            "load",
            "combine",
            "list_evaluation_modules",
            "Metric.compute",
            "Metric.add",
            "Metric.add_batch",
            "Metric.__init__",
            "CombinedEvaluations.__init__",
            "CombinedEvaluations.compute",
            "CombinedEvaluations.add",
            "CombinedEvaluations.add_batch",
        ):
            signatures = []
            for found in evaluate, peer:
                for part in name.split("."):
                    found = getattr(found, part)  # noqa: PLW2901
                parameters = inspect.signature(found).parameters.values()
                signatures.append([(p.name.removeprefix("evaluation_"), p.kind, p.default) for p in parameters])
            assert signatures[0] == signatures[1], name

    def test_properties(self, peer):
        public = {name for name in dir(peer.EvaluationModule) if not name.startswith("_")}
        assert public - {*dir(evaluate.EvaluationModule)} == {"download_and_prepare"}


@pytest.mark.parametrize("name", ["accuracy", "rouge", "wer", "squad"])
def test_metrics_can_be_pickled(name):
    twin = pickle.loads(pickle.dumps(evaluate.load(name)))
    assert type(twin) is type(evaluate.load(name))


def test_error_rates_are_combined():
    found = evaluate.combine(["wer", "cer"]).compute(predictions=["a b"], references=["a c"])
    assert found == {"wer": 0.5, "cer": pytest.approx(1 / 3)}
