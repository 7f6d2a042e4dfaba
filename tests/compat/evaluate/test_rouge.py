"""`rouge` of `rapidscore.compat.evaluate`, against rouge-score's scorer and bootstrap aggregator."""

import numpy as np
import pytest
from rouge_score import rouge_scorer, scoring
from support.evaluate_drop_in import TYPES, compute, made_up
from support.outcomes import exactly

from rapidscore import _core
from rapidscore.compat import evaluate
from rapidscore.compat.rouge_score._samples import mean_percentiles


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

    def test_default_seed_is_from_numpys_state(self):
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

    def test_final_state_of_the_generator(self):
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
