"""Scores by length of the references and by frequency of their words, against segments picked one by one."""

import pickle
import statistics
from collections import Counter

import pytest
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES

from rapidscore import BLEU, CHRF, ROUGE, WER, Classification, accumulator, compare, score

pytestmark = pytest.mark.filterwarnings("ignore:.*tokenized")

MANY = PREDICTIONS * 5
REFERENCE_TEXTS = SINGLE_REFERENCES * 5
SYSTEMS = {"base": MANY, "ours": [*reversed(MANY)]}


def tokens(text):
    return BLEU().tokens(text)


def segments_in(bucket, numbers):
    """Return the positions of the segments of a bucket, by its name."""
    match bucket.replace("-", " ").split():
        case ["no", "words"]:
            fits = [number is None for number in numbers]
        case ["up", "to", high]:
            fits = [number is not None and number <= int(high) for number in numbers]
        case ["over", low]:
            fits = [number is not None and number > int(low) for number in numbers]
        case [low, high]:
            fits = [number is not None and int(low) <= number <= int(high) for number in numbers]
        case [only]:
            fits = [number is not None and number == int(only) for number in numbers]
    return [at for at, is_in in enumerate(fits) if is_in]


def check(found, numbers, metrics):
    positions = {bucket: segments_in(bucket, numbers) for bucket in found.sizes}
    assert sorted(at for of_bucket in positions.values() for at in of_bucket) == [*range(len(numbers))]
    assert found.sizes == {bucket: len(of_bucket) for bucket, of_bucket in positions.items()}
    for system, texts in SYSTEMS.items():
        for title, metric in metrics.items():
            rows = metric.statistics(texts, REFERENCE_TEXTS)
            for bucket, of_bucket in positions.items():
                expected = rows[of_bucket].score().as_dict()
                intervals = found.intervals[system][title][bucket]
                for name, interval in intervals.items():
                    assert interval.score == expected[name]
                    assert interval.low <= interval.score <= interval.high


METRICS = {"bleu": BLEU(), "wer": WER(), "rouge": ROUGE()}
COMPARED = compare(SYSTEMS, REFERENCE_TEXTS, metrics=METRICS, resamples=10)


class TestValues:
    @pytest.mark.parametrize("bounds", [None, [5], [0, 1, 2, 8], (3, 9, 27)])
    def test_length(self, bounds):
        found = COMPARED.buckets("length", bounds=bounds, resamples=200)
        check(found, [len(tokens(text)) for text in REFERENCE_TEXTS], METRICS)

    @pytest.mark.parametrize("bounds", [None, [5, 10], [100]])
    @pytest.mark.parametrize("source", ["references", "mapping", "texts", "file"])
    def test_frequency(self, bounds, source, tmp_path):
        other = ["the cat , .", "the the a 我 们 明", "hills"]
        counted = REFERENCE_TEXTS if source == "references" else other
        counts = Counter(token for text in counted for token in tokens(text))
        (tmp_path / "train.txt").write_text("\n".join(other) + "\n", encoding="utf-8")
        given = {"references": None, "mapping": counts, "texts": other, "file": tmp_path / "train.txt"}[source]
        numbers = [
            statistics.median_low([counts[token] for token in tokens(text)]) if tokens(text) else None
            for text in REFERENCE_TEXTS
        ]
        found = COMPARED.buckets("frequency", bounds=bounds, frequencies=given, resamples=200)
        check(found, numbers, METRICS)
        if bounds is None and source == "references":
            # Most words of this corpus occur five times.
            assert [*found.sizes] == ["up to 5", "over 5", "no words"]

    def test_all_texts_are_alike(self):
        found = score(["a b"] * 4, ["a c"] * 4, metrics="wer")
        assert found.buckets("frequency").sizes == {"all": 4}
        assert found.buckets().sizes == {"up to 10": 4}

    def test_several_references_and_tables(self):
        first = score(PREDICTIONS, SINGLE_REFERENCES, metrics="chrf").buckets(bounds=[8]).sizes
        assert score(PREDICTIONS, REFERENCES, metrics="chrf").buckets(bounds=[8]).sizes == first

    def test_tokens(self):
        texts = ["我们明天去北京参观展览。"] * 3
        by_characters = score(texts, texts, metrics=[CHRF(), BLEU(tokenize="zh")]).buckets()
        assert by_characters.sizes == {"11-20": 3}
        assert score(texts, texts, metrics="chrf").buckets().sizes == {"up to 10": 3}
        assert score(texts, texts, metrics="chrf").buckets(tokenize="char").sizes == {"11-20": 3}
        assert score(texts, texts, metrics="chrf").buckets(tokenize=list).sizes == {"11-20": 3}

    def test_statistics_with_texts(self):
        rows = {name: BLEU().statistics(texts, REFERENCE_TEXTS) for name, texts in SYSTEMS.items()}
        found = compare(rows, resamples=10)
        with pytest.raises(ValueError, match="the references are not known"):
            found.buckets()
        assert found.buckets(texts={"reference": REFERENCE_TEXTS}).sizes == COMPARED.buckets().sizes

    def test_kept_rows(self):
        meter = accumulator("chrf", keep_rows=True)
        meter.update(MANY, REFERENCE_TEXTS)
        found = meter.compute().buckets(texts={"reference": REFERENCE_TEXTS}, resamples=50)
        assert str(found) == str(score(MANY, REFERENCE_TEXTS, metrics="chrf").buckets(resamples=50))

    def test_a_seed_repeats(self):
        first, again, other = (str(COMPARED.buckets(resamples=50, seed=seed)) for seed in (1, 1, 2))
        assert first == again != other


class TestShown:
    def test_table(self):
        found = score(["a b c", "d"] * 30, ["a b d", "e"] * 30, metrics=["wer", "rouge1"]).buckets(bounds=[1])
        assert str(found) == (
            "metric  reference length  segments   score          interval\n"
            "------  ----------------  --------  ------  ----------------\n"
            "wer     up to 1                 30  1.0000  [1.0000, 1.0000]\n"
            "wer     over 1                  30  0.3333  [0.3333, 0.3333]\n"
            "------  ----------------  --------  ------  ----------------\n"
            "rouge1  up to 1                 30  0.0000  [0.0000, 0.0000]\n"
            "rouge1  over 1                  30  0.6667  [0.6667, 0.6667]\n"
            "95 % intervals by percentile, 1,000 resamples, seed 12345"
        )
        assert repr(found) == "<Buckets: wer by reference length, up to 1: 1.0000; over 1: 0.3333>"
        assert found.as_dict()["wer_low/over 1"] == pytest.approx(1 / 3)

    def test_two_systems(self):
        found = COMPARED.buckets(bounds=[8], resamples=50)
        titles = [cell.strip() for cell in str(found).splitlines()[0].split("  ") if cell]
        assert titles == ["metric", "reference length", "segments", *("base", "base interval", "ours", "ours interval")]
        columns = found.to_pandas()
        assert {*columns["system"]} == {"base", "ours"}
        assert len(columns) == 2 * 2 * 5
        narrow = found.format(max_width=60)
        assert max(map(len, narrow.splitlines()[:4])) <= 60
        assert "left out" in narrow
        assert pickle.loads(pickle.dumps(found)).to_dict() == found.to_dict()


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ({"by": "color"}, ValueError, "unknown property 'color': choose one of length, frequency"),
            ({"bounds": []}, ValueError, "bounds"),
            ({"bounds": [3, 3]}, ValueError, "ascend"),
            ({"bounds": [-1]}, ValueError, "from 0"),
            ({"bounds": [1.5]}, TypeError, r"bounds\[0\] must be a whole number"),
            ({"frequencies": {"a": 1}}, ValueError, "pass by='frequency'"),
            ({"by": "frequency", "frequencies": "no such file"}, OSError, "no such file"),
            ({"by": "frequency", "frequencies": {"a": 0.5}}, TypeError, r"frequencies\['a'\] must be a whole number"),
            ({"by": "frequency", "frequencies": {"a": -1}}, ValueError, r"frequencies\['a'\] is -1: a count is 0"),
            ({"tokenize": "klingon"}, ValueError, "klingon"),
            ({"confidence": 2}, ValueError, "confidence"),
        ],
        ids=lambda value: value if isinstance(value, str) else None,
    )
    def test_wrong_arguments(self, arguments, error, message):
        with pytest.raises(error, match=message):
            COMPARED.buckets(**arguments)

    def test_labels_have_no_words(self):
        found = score([1, 0, 1], [1, 1, 1], metrics=Classification())
        with pytest.raises(TypeError, match="buckets need texts"):
            found.buckets()
