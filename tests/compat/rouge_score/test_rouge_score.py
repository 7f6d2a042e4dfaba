"""`rapidscore.compat.rouge_score`, against rouge-score: results equal in type and to the bit, errors in text."""

import copy
import inspect
import pickle
import subprocess
import sys

import nltk
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem import porter
from rouge_score import rouge_scorer as their_scorer
from rouge_score import scoring as their_scoring
from rouge_score import tokenize as their_tokenize
from rouge_score import tokenizers as their_tokenizers
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES
from support.effort import examples
from support.outcomes import printed
from support.strategies import pairs, texts

from rapidscore.compat.rouge_score import rouge_scorer as our_scorer
from rapidscore.compat.rouge_score import scoring as our_scoring
from rapidscore.compat.rouge_score import tokenize as our_tokenize
from rapidscore.compat.rouge_score import tokenizers as our_tokenizers

EVERY_TYPE = [*(f"rouge{n}" for n in range(1, 10)), "rougeL", "rougeLsum"]


def scorers(*arguments, **named):
    return [module.RougeScorer(*arguments, **named) for module in (our_scorer, their_scorer)]


def assert_equal(both, name, *arguments):
    ours, theirs = (printed(getattr(one, name), *arguments) for one in both)
    assert ours == theirs, arguments
    return ours


class Words:
    def tokenize(self, text):
        return text.split()


class Numbers:
    def tokenize(self, text):
        return [len(word) if len(word) % 2 else float(len(word)) for word in text.split(" ")]


class Characters:
    def tokenize(self, text):
        return text


class Unhashable:
    def tokenize(self, text):
        return [[text]]


@pytest.mark.usefixtures("punkt")
class TestScores:
    @pytest.mark.parametrize("stem", [False, True])
    @pytest.mark.parametrize("types", [EVERY_TYPE, ["rougeL"], ("rougeLsum",), ["rouge2", "rouge1", "rouge2"], []])
    @pytest.mark.parametrize("split", [False, True])
    def test_corpus(self, types, stem, split):
        both = scorers(types, use_stemmer=stem, split_summaries=split)
        for prediction, targets in zip(PREDICTIONS, REFERENCES, strict=True):
            assert_equal(both, "score", targets[0], prediction)
            assert_equal(both, "score_multi", targets, prediction)
            assert_equal(both, "score", "\n".join(targets), f"{prediction}\n\n{prediction[::-1]}")

    @examples(200)
    @given(pair=pairs(), more=st.lists(texts(), max_size=3), stem=st.booleans())
    def test_odd_texts(self, pair, more, stem):
        # rouge-score fills a table with a cell for each pair of words.
        prediction, target = (text[:400] for text in pair)
        both = scorers(EVERY_TYPE, use_stemmer=stem)
        assert_equal(both, "score", target, prediction)
        assert_equal(both, "score_multi", [target, *more], prediction)
        assert_equal(both, "score_multi", [*more, target, prediction], prediction)

    @examples(200)
    @given(
        pair=st.tuples(texts(), texts()), ends=st.lists(st.sampled_from([". ", ".\n", "?", ".A", "! B"]), min_size=3)
    )
    @pytest.mark.parametrize("types", [EVERY_TYPE, ["rougeLsum"]])
    def test_sentences_of_odd_texts(self, types, pair, ends):
        both = scorers(types, split_summaries=True)
        target, prediction = (f"a b{text}{ends[0]}c {text[::-1]}{ends[1]}{text}{ends[2]}" for text in pair)
        assert_equal(both, "score", target, prediction)
        assert_equal(both, "score_multi", [prediction[3:], target], prediction)

    @given(words=st.lists(st.lists(st.sampled_from("abc"), max_size=6), min_size=2, max_size=5))
    def test_several_targets(self, words):
        prediction, *targets = map(" ".join, words)
        assert_equal(scorers(EVERY_TYPE), "score_multi", targets, prediction)

    @pytest.mark.parametrize("text", ["", "...", "我们", "a", "\n", "\n\n\n", "K", "İ", "x\ny\n"])
    @pytest.mark.parametrize("types", [["rouge1"], ["rougeL"], ["rougeLsum"], EVERY_TYPE])
    def test_no_words(self, text, types):
        for other in ("", "a", "b", "。", "k i"):
            assert_equal(scorers(types), "score", text, other)
            assert_equal(scorers(types), "score", other, text)
            assert_equal(scorers(types), "score_multi", [text, other], "b a")

    @pytest.mark.parametrize("tokenizer", [Words(), Numbers(), Characters(), 5])
    @pytest.mark.parametrize("types", [EVERY_TYPE, ["rougeLsum"], ["rouge1", "rougeL"]])
    @pytest.mark.parametrize("split", [False, True])
    def test_custom_tokenizers(self, tokenizer, types, split):
        both = scorers(types, use_stemmer=True, split_summaries=split, tokenizer=tokenizer)
        for prediction, targets in zip(PREDICTIONS, REFERENCES, strict=True):
            assert_equal(both, "score_multi", targets, prediction)
            assert_equal(both, "score", f"{targets[0]}\n{targets[-1]}", f"{prediction}\n")

    @pytest.mark.parametrize("types", [EVERY_TYPE, ["rougeLsum"]])
    def test_unhashable_tokens(self, types):
        assert_equal(scorers(types, tokenizer=Unhashable()), "score", "a b", "a")

    def test_default_tokenizers(self):
        for stem in False, True:
            for module in our_tokenizers, their_tokenizers:
                both = scorers(EVERY_TYPE, not stem, tokenizer=module.DefaultTokenizer(stem))
                assert_equal(both, "score", "two friends were meeting", "a friend is meeting two friends")
            ours = our_scorer.RougeScorer(["rouge1"], tokenizer=their_tokenizers.DefaultTokenizer(stem))
            theirs = their_scorer.RougeScorer(["rouge1"], tokenizer=our_tokenizers.DefaultTokenizer(stem))
            assert_equal([ours, theirs], "score", "two friends were meeting", "a friend is meeting two friends")

    def test_falsy_tokenizer(self):
        class Empty(list):
            def tokenize(self, text):
                return [text]

        assert_equal(scorers(["rouge1"], tokenizer=Empty()), "score", "a b", "a")


class TestErrors:
    def test_no_sentence_data(self, monkeypatch):
        monkeypatch.setattr(nltk.data, "path", [])
        nltk.tokenize._get_punkt_tokenizer.cache_clear()
        for scorer in scorers(["rougeLsum"], split_summaries=True):
            with pytest.raises(LookupError, match="punkt_tab"):
                scorer.score("a", "a")

    @pytest.mark.parametrize(
        "types",
        [
            ["rougen"],
            ["rouge0"],
            ["rouge10"],
            ["rouge1", "rougeX"],
            ["rouge1\n"],
            ["rouge1", b"rouge2"],
            [b"rougeL"],
            ["Rouge1"],
            ["rouge"],
            [1],
            [None],
            "rouge1",
            "rougeL",
            ("rougeLsum", "rougeLSum"),
            {"rouge1": 1, "rougeL": 2},
            {"rouge1"},
            None,
            5,
        ],
        ids=repr,
    )
    def test_types(self, types):
        both = scorers(types)
        assert_equal(both, "score", "testing one two", "testing")
        assert_equal(both, "score", None, "testing")
        assert_equal(both, "score_multi", ["testing one two"], "testing")
        assert_equal(both, "score_multi", [], "testing")

    @pytest.mark.parametrize("target", ["a B", b"a B", None, 5, ["a"], np.str_("a B"), b"\xff"], ids=repr)
    @pytest.mark.parametrize("types", [["rouge1"], ["rougeLsum"], EVERY_TYPE, []])
    def test_texts(self, target, types):
        for prediction in ("a", b"A b", None):
            assert_equal(scorers(types), "score", target, prediction)
            assert_equal(scorers(types), "score_multi", [target, "b"], prediction)
            assert_equal(scorers(types), "score_multi", target, prediction)

    def test_no_targets(self):
        assert_equal(scorers(["rouge1"]), "score_multi", [], "a")
        assert_equal(scorers([]), "score_multi", [], "a")

    @pytest.mark.parametrize(("level", "samples"), [(-0.1, 1), (1.1, 1), (0.5, 0), (0.5, -1), ("a", 1), (1, "a")])
    def test_aggregator(self, level, samples):
        ours, theirs = (printed(module.BootstrapAggregator, level, samples) for module in (our_scoring, their_scoring))
        assert ours == theirs

    def test_scores_added(self):
        for scores in (
            [1],
            None,
            {"rouge1": 5},
            {"rouge1": (1, (1, 2))},
            {"rouge1": (1, 2)},
            {"rouge1": our_scoring.Score("a", 1, 1)},
        ):
            results = []
            for module in our_scoring, their_scoring:
                aggregator = module.BootstrapAggregator(n_samples=3)
                results += [[printed(aggregator.add_scores, scores), printed(aggregator.aggregate)]]
            assert results[0] == results[1]


class TestAggregator:
    def aggregated(self, module, rows, kind=None, **options):
        kind = kind or module.Score
        aggregator = module.BootstrapAggregator(**options)
        for row in rows:
            aggregator.add_scores({"rouge1": kind(*row), "rougeL": kind(*row[::-1])})
        np.random.seed(17)
        return repr(aggregator.aggregate()), np.random.random()

    @pytest.mark.parametrize("count", [1, 2, 3, 7, 50, 129, 3000])
    @pytest.mark.parametrize("level", [0, 0.5, 0.95, 1])
    def test_intervals(self, count, level):
        rows = np.random.default_rng(count).random((count, 3)).tolist()
        options = {"confidence_interval": level, "n_samples": 200}
        ours, theirs = (self.aggregated(module, rows, **options) for module in (our_scoring, their_scoring))
        assert ours == theirs

    @pytest.mark.parametrize("samples", [1, 3, 1000])
    def test_samples(self, samples):
        rows = np.random.default_rng(5).random((90, 3)).tolist()
        ours, theirs = (self.aggregated(module, rows, n_samples=samples) for module in (our_scoring, their_scoring))
        assert ours == theirs

    @pytest.mark.parametrize("columns", [1, 2, 5, 9])
    def test_scores_of_another_shape(self, columns):
        rows = np.random.default_rng(6).random((300, columns)).tolist()
        kind = lambda *row: tuple_of(row)  # noqa: E731 - a constructor
        ours, theirs = (self.aggregated(module, rows, kind, n_samples=50) for module in (our_scoring, their_scoring))
        assert ours == theirs

    def test_numbers_of_any_magnitude(self):
        draw = np.random.default_rng(8)
        spread = draw.standard_normal((70, 3)) * 10.0 ** draw.integers(-30, 30, (70, 3))
        for rows in (
            spread,
            np.full((9, 3), 0.1),
            draw.integers(2, size=(40, 3)) / 3,
            draw.random((9, 3)) * 1e-320,
            draw.random((64, 3)) * 3e-317,
            draw.random((9, 3)) * 1e307,
            np.where(spread > 0, -0.0, 0.0),
            [(0.5, np.nan, 1.0), (0.25, 0.5, 0.75)],
            [(0.5, np.inf, 1.0), (0.25, 0.5, -np.inf)],
        ):
            with np.errstate(all="ignore"):
                given_rows = np.array(rows).tolist()
                ours, theirs = (self.aggregated(module, given_rows) for module in (our_scoring, their_scoring))
            assert ours == theirs

    def test_odd_percentiles(self):
        rows = np.random.default_rng(9).random((12, 3)).tolist()
        for samples in (1, 2, 7, 40, 41, 101, 999):
            for level in (0, 1e-9, 1 / 3, 0.6, 0.95, 1 - 1e-9, 1):
                options = {"confidence_interval": level, "n_samples": samples}
                ours, theirs = (self.aggregated(module, rows, **options) for module in (our_scoring, their_scoring))
                assert ours == theirs

    def test_other_generators(self):
        before = np.random.get_bit_generator()
        rows = np.random.default_rng(10).random((50, 3)).tolist()
        results = []
        try:
            for module in our_scoring, their_scoring:
                np.random.set_bit_generator(np.random.PCG64(5))
                aggregator = module.BootstrapAggregator(n_samples=20)
                for row in rows:
                    aggregator.add_scores({"rouge1": module.Score(*row)})
                results.append((repr(aggregator.aggregate()), np.random.random()))
        finally:
            np.random.set_bit_generator(before)
        assert results[0] == results[1]

    def test_state_of_the_generator(self):
        # The generator holds the second of a pair of normal numbers.
        results = []
        for module in our_scoring, their_scoring:
            np.random.seed(4)
            drawn = [np.random.standard_normal(), np.random.randint(5)]
            aggregator = module.BootstrapAggregator(n_samples=7)
            for row in np.random.random((11, 3)):
                aggregator.add_scores({"rouge1": module.Score(*row)})
            drawn += [repr(aggregator.aggregate()), np.random.standard_normal(), np.random.randint(5)]
            results.append(drawn)
        assert results[0] == results[1]

    def test_integers(self):
        rows = [(0, 0, 0), (1, 1, 1), (0, 1, 1), (True, 0, 0.5)]
        for given_rows in (rows[:3], rows):
            ours, theirs = (self.aggregated(module, given_rows) for module in (our_scoring, their_scoring))
            assert ours == theirs

    def test_no_scores(self):
        assert our_scoring.BootstrapAggregator().aggregate() == {}

    def test_with_scorers(self):
        results = []
        for scorer, module in zip(scorers(EVERY_TYPE), (our_scoring, their_scoring), strict=True):
            aggregator = module.BootstrapAggregator()
            for prediction, target in zip(PREDICTIONS, SINGLE_REFERENCES, strict=True):
                aggregator.add_scores(scorer.score(target, prediction))
            np.random.seed(3)
            results.append(repr(aggregator.aggregate()))
        assert results[0] == results[1]


def tuple_of(row):
    class Row(tuple):
        def __new__(cls, *values):
            return super().__new__(cls, values)

        def __repr__(self):
            return f"Row{super().__repr__()}"

    return Row(*row)


class TestParts:
    @given(text=texts(), stem=st.booleans())
    def test_tokenize(self, text, stem):
        ours, theirs = (module.DefaultTokenizer(stem).tokenize(text) for module in (our_tokenizers, their_tokenizers))
        assert ours == theirs
        stemmer = porter.PorterStemmer() if stem else None
        assert our_tokenize.tokenize(text, stemmer) == their_tokenize.tokenize(text, stemmer) == ours

    @pytest.mark.parametrize("text", [None, 5, b"a B\xc3\x9f", b"\xff", ["a"]], ids=repr)
    def test_values_that_are_not_texts(self, text):
        ours, theirs = (printed(module.tokenize, text, None) for module in (our_tokenize, their_tokenize))
        assert ours == theirs

    @pytest.mark.parametrize("stem", ["", "é", "ok", "ok\n", "a b", b"ok", b"\xff", None, 5], ids=repr)
    def test_custom_stemmer(self, stem):
        class Stemmer:
            def stem(self, token):
                return stem

        ours, theirs = (
            printed(module.tokenize, "one three four five", Stemmer()) for module in (our_tokenize, their_tokenize)
        )
        assert ours == theirs

    @given(st.floats(0, 1), st.floats(0, 1))
    def test_fmeasure(self, precision, recall):
        assert repr(our_scoring.fmeasure(precision, recall)) == repr(their_scoring.fmeasure(precision, recall))

    def test_abstract_classes(self):
        for ours, theirs in [
            (our_tokenizers.Tokenizer, their_tokenizers.Tokenizer),
            (our_scoring.BaseScorer, their_scoring.BaseScorer),
        ]:
            assert printed(ours) == printed(theirs)
        assert issubclass(our_scorer.RougeScorer, our_scoring.BaseScorer)
        with pytest.raises(NotImplementedError, match="has no method tokenize"):
            our_tokenizers.Tokenizer.tokenize(Words(), "a")

    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [
            (our_scorer.RougeScorer, their_scorer.RougeScorer),
            (our_scorer.RougeScorer.score, their_scorer.RougeScorer.score),
            (our_scorer.RougeScorer.score_multi, their_scorer.RougeScorer.score_multi),
            (our_scoring.BootstrapAggregator, their_scoring.BootstrapAggregator),
            (our_scoring.BootstrapAggregator.add_scores, their_scoring.BootstrapAggregator.add_scores),
            (our_scoring.fmeasure, their_scoring.fmeasure),
            (our_tokenizers.DefaultTokenizer, their_tokenizers.DefaultTokenizer),
            (our_tokenizers.DefaultTokenizer.tokenize, their_tokenizers.DefaultTokenizer.tokenize),
            (our_tokenize.tokenize, their_tokenize.tokenize),
        ],
    )
    def test_signatures(self, ours, theirs):
        mine, other = (
            [(one.name, one.default, one.kind) for one in inspect.signature(function).parameters.values()]
            for function in (ours, theirs)
        )
        assert mine == other
        assert our_scoring.Score._fields == their_scoring.Score._fields
        assert our_scoring.AggregateScore._fields == their_scoring.AggregateScore._fields


class TestScorerObjects:
    def test_rouge_types_changed_later(self):
        types = ["rouge1"]
        both = scorers(types)
        for add in ("rouge2", "rougeL", "nonsense"):
            types.append(add)
            assert_equal(both, "score", "a b c", "a c b")
        for one in both:
            one.rouge_types = ("rougeLsum",)
        assert_equal(both, "score", "a b c", "a c b")

    @pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
    def test_copies(self, copied):
        for scorer in (our_scorer.RougeScorer(EVERY_TYPE, True), our_scorer.RougeScorer(["rouge1"], tokenizer=Words())):
            assert copied(scorer).score("two friends", "a friend") == scorer.score("two friends", "a friend")
        score = our_scoring.Score(0.1, 0.2, 0.3)
        assert copied(score) == score
        assert type(copied(score)) is our_scoring.Score

    def test_derived_class(self):
        class Reversed(our_scorer.RougeScorer):
            def score(self, target, prediction):
                return super().score(prediction, target)

        found = Reversed(["rouge1"]).score_multi(["a b", "c"], "a")["rouge1"]
        assert found == our_scorer.RougeScorer(["rouge1"]).score("a", "a b")["rouge1"]

    def test_lazy_imports(self):
        code = (
            "import sys; sys.modules.update(dict.fromkeys(['rouge_score', 'nltk', 'absl', 'six']));"
            "from rapidscore.compat.rouge_score import rouge_scorer, scoring, tokenize, tokenizers;"
            "print(rouge_scorer.RougeScorer(['rouge1'], use_stemmer=True).score('two friends', 'friend'))"
        )
        printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        assert printed == "{'rouge1': Score(precision=1.0, recall=0.5, fmeasure=0.6666666666666666)}\n"
