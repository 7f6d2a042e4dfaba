"""ROUGE, against rouge-score: every number is equal."""

import math
import random

import nltk
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES, systems
from support.effort import examples, thinned
from support.naive import lcs, matches
from support.names import plain
from support.strategies import WORDS, corpora, repetitive, texts

from rapidscore import ROUGE

ALL_TYPES = (*(f"rouge{n}" for n in range(1, 10)), "rougeL", "rougeLsum")


def assert_equal_scores(rouge_types, predictions, references, **options):
    ours, theirs = ROUGE(rouge_types, **options), RougeScorer(list(rouge_types), **options)
    references = [[texts] if isinstance(texts, str) else texts for texts in references]
    rows = []
    for prediction, targets in zip(predictions, references, strict=True):
        by_type = theirs.score_multi(targets, prediction)
        rows.append([value for rouge_type in rouge_types for value in by_type[rouge_type]] + [1])
    statistics = ours.statistics(predictions, references)
    assert np.asarray(statistics).tolist() == rows

    # rouge-score's only corpus scores are bootstrap means. The mean of the exact sum, rounded once, is the number that
    # every order of addition approximates, and the only one that does not depend on how the segments are divided.
    means = [math.fsum(column) / len(rows) for column in zip(*rows, strict=True)]
    score = ours.score(predictions, references)
    assert [value for rouge_type in rouge_types for value in score[rouge_type]] == means[:-1]
    assert statistics.score() == score
    segments = ours.segment_scores(predictions, references)
    assert list(segments) == list(rouge_types)
    for at, rouge_type in enumerate(rouge_types):
        assert segments[rouge_type].tolist() == [row[3 * at + 2] for row in rows]


class TestEveryOption:
    @pytest.mark.parametrize("references", [SINGLE_REFERENCES, REFERENCES], ids=["single", "ragged"])
    @pytest.mark.parametrize("use_stemmer", [False, True])
    @pytest.mark.parametrize("rouge_types", [ALL_TYPES, ALL_TYPES[::-1], *[(name,) for name in ALL_TYPES]], ids=str)
    def test_corpus(self, rouge_types, use_stemmer, references):
        assert_equal_scores(rouge_types, PREDICTIONS, references, use_stemmer=use_stemmer)

    @pytest.mark.parametrize("use_stemmer", [False, True])
    def test_custom_tokenizer(self, use_stemmer):
        tokenizer = DefaultTokenizer(use_stemmer)
        assert_equal_scores(ALL_TYPES, PREDICTIONS, REFERENCES, tokenizer=tokenizer)

    def test_custom_tokenizer_of_every_script(self):
        class Characters:
            def tokenize(self, text):
                return list(text)

        assert_equal_scores(ALL_TYPES, PREDICTIONS, REFERENCES, tokenizer=Characters())

    def test_ties_of_references(self):
        # Both F-measures are 2/3, with precision and recall swapped.
        predictions, references = ["a b"], [["a", "a b c d"], ["a b c d", "a"]]
        assert_equal_scores(("rouge1",), predictions * 2, references)


class TestSplitSummaries:
    TEXTS = (
        "Dr. Smith met Mr. Jones. They talked! Did they?\nYes. They did.",
        "They talked. Mr. Jones met Dr. Smith. Yes? No. They did not.",
        "No sentence end",
        "",
        "   ",
        "One. Two. Three. One. Two. Three.",
        "Was it 3.5? It was \ud800. Σ. Σ.",
        "...! ? .",
    )

    @pytest.fixture(autouse=True)
    def _model(self, punkt):
        assert len(nltk.sent_tokenize("Dr. Smith came. He left.")) == 2

    @pytest.mark.parametrize("rouge_types", [("rougeLsum",), ALL_TYPES], ids=str)
    @pytest.mark.parametrize("options", [{}, {"use_stemmer": True}, {"tokenizer": DefaultTokenizer()}], ids=plain)
    def test_corpus(self, rouge_types, options):
        pairs = [(a, b) for a in self.TEXTS for b in self.TEXTS]
        predictions, references = zip(*pairs, strict=True)
        assert_equal_scores(rouge_types, predictions, references, split_summaries=True, **options)
        assert_equal_scores(
            rouge_types, predictions, [list(self.TEXTS[:2])] * len(pairs), split_summaries=True, **options
        )

    @given(st.lists(st.sampled_from(["Dr.", "a", "b.", "c!", "\n", "Mr. X", "5.", "E?"]), max_size=30).map(" ".join))
    def test_odd_texts(self, text):
        words = text.split(" ")
        assert_equal_scores(ALL_TYPES, [text], [" ".join(words[::-1])], split_summaries=True)

    def test_splitting_changes_sums_only(self):
        texts = ["They met. We left."], ["We left. They met."]
        split = ROUGE(ALL_TYPES, split_summaries=True).score(*texts)
        whole = ROUGE(ALL_TYPES).score(*texts)
        assert (split["rougeLsum"].fmeasure, whole["rougeLsum"].fmeasure) == (1, 0.5)
        assert [name for name in ALL_TYPES if split[name] != whole[name]] == ["rougeLsum"]

    def test_unicode_words(self):
        rouge = ROUGE(("rougeL", "rougeLsum"), split_summaries=True, tokenizer="unicode")
        texts = ["Кот спит. Dr. Ёж ест.", "Dr. Ёж ест. Кот спит."]
        values = rouge.score(texts[:1], texts[1:])
        assert (values["rougeL"].recall, values["rougeLsum"].recall) == (3 / 5, 1)


@pytest.mark.parametrize("rouge_types", [ALL_TYPES, ("rougeLsum",)], ids=str)
@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("", ""),
        ("", "a"),
        ("a", ""),
        ("...", "a"),
        ("a", "!"),
        ("a", "a"),
        ("a", "b"),
        ("a b", "a b"),
        ("a b c", "c b a"),
        ("我们", "我们"),
        ("İ", "i"),
        ("K", "k"),
        ("\n", "\n\n"),
        ("a\nb", "a b"),
        ("a\n\n\nb\n", "b\na"),
        ("a\n...\nb", "a\nb"),
        ("a a a", "a\na\na"),
        ("a b\na b", "a b"),
        ("\ud800a", "a\udfff"),
        ("a" * 17, "A" * 17),
        ("a\x1cb\x85c\u2028d", "a b c d"),
        ("a\rb\x0bc", "a\nb\nc"),
    ],
)
def test_degenerate(rouge_types, prediction, reference):
    assert_equal_scores(rouge_types, [prediction], [reference])
    assert_equal_scores(rouge_types, [prediction], [["x y", reference, ""]], use_stemmer=True)


class TestOddTexts:
    @examples(400)
    @given(pair=st.tuples(texts(), texts()), use_stemmer=st.booleans())
    def test_pair(self, pair, use_stemmer):
        assert_equal_scores(ALL_TYPES, [pair[0]], [pair[1]], use_stemmer=use_stemmer)

    # rouge-score fills a table with a cell for each pair of words.
    @examples(25)
    @given(pair=repetitive(st.sampled_from(WORDS)), use_stemmer=st.booleans())
    def test_repetitive_pair(self, pair, use_stemmer):
        assert_equal_scores(("rouge1", "rouge2", "rouge9", "rougeL"), [pair[0]], [pair[1]], use_stemmer=use_stemmer)

    @examples(25)
    @given(corpus=corpora(max_size=2))
    def test_corpus(self, corpus):
        assert_equal_scores(("rouge1", "rouge3", "rougeL"), *corpus)

    @examples(400)
    @given(
        texts=st.lists(st.lists(st.sampled_from("abcd \n"), max_size=40).map(" ".join), min_size=3, max_size=3),
        use_stemmer=st.booleans(),
    )
    def test_lines_of_repeated_words(self, texts, use_stemmer):
        """The union depends on which of several longest common subsequences is found."""
        assert_equal_scores(("rougeL", "rougeLsum"), texts[:1], [texts[1:]], use_stemmer=use_stemmer)


@pytest.mark.parametrize("words_a_line", [1, 5, 30, 63, 64, 65, 200, 300])
@pytest.mark.parametrize("vocabulary", [2, 10, 100])
def test_summaries_of_lines(words_a_line, vocabulary):
    choose = random.Random(f"{words_a_line} {vocabulary}")
    texts = [
        "\n".join(
            " ".join(f"w{choose.randrange(vocabulary)}" for _ in range(choose.randrange(words_a_line + 2)))
            for _ in range(max(2, 400 // words_a_line // 4))
        )
        for _ in range(2)
    ]
    assert_equal_scores(("rougeLsum", "rouge2"), texts[:1], texts[1:])


@pytest.mark.parametrize("vocabulary", [1, 2, 30, 10_000])
@pytest.mark.parametrize("lengths", [(63, 64), (64, 65), (65, 64), (256, 257), (513, 512), (513, 900), (3000, 1)])
def test_lengths(lengths, vocabulary):
    choose = random.Random(f"{lengths} {vocabulary}")
    prediction, reference = ([f"w{choose.randrange(vocabulary)}" for _ in range(n)] for n in lengths)
    row = np.asarray(ROUGE(("rougeL", "rouge2", "rouge9")).statistics([" ".join(prediction)], [" ".join(reference)]))[0]
    hits = [lcs(prediction, reference), *(matches(prediction, [reference], n) for n in (2, 9))]
    totals = [[max(len(words) - n, 0) or 1 for n in (0, 1, 8)] for words in (prediction, reference)]
    assert row[[0, 3, 6]].tolist() == [hit / total for hit, total in zip(hits, totals[0], strict=True)]
    assert row[[1, 4, 7]].tolist() == [hit / total for hit, total in zip(hits, totals[1], strict=True)]


class TestLongDocuments:
    def documents(self, words, vocabulary=500):
        choose = random.Random(words)
        document = [f"w{choose.randrange(vocabulary)}" for _ in range(words)]
        return document, [word if choose.random() < 0.8 else "x" for word in document]

    def test_2_000_words(self):
        prediction, reference = map(" ".join, self.documents(2_000))
        assert_equal_scores(("rouge1", "rouge2", "rougeL"), [prediction], [reference], use_stemmer=True)

    def test_3_000_words(self):
        prediction, reference = self.documents(3_000, vocabulary=50)
        values = ROUGE(("rougeL",)).score([" ".join(prediction)], [" ".join(reference)])["rougeL"]
        assert values.precision == lcs(prediction, reference) / 3_000

    def test_100_000_words(self):
        document, changed = self.documents(100_000)
        kept = sum(word != "x" for word in changed)
        rouge = ROUGE(ALL_TYPES[:10])
        same = rouge.score([" ".join(document)], [" ".join(document)])
        assert {value for values in same.values() for value in values} == {1.0}
        without = rouge.score([" ".join(word for word in changed if word != "x")], [" ".join(document)])["rougeL"]
        # A document without some of its words is a subsequence of it.
        assert (without.precision, without.recall) == (1.0, kept / 100_000)


def test_translations(wmt23):
    """A sample of segments of every system of every direction; each system has other segments."""
    seen = set()
    for number, (pair, _, outputs, references) in enumerate(systems(wmt23)):
        seen.add(pair)
        sample = slice(number % 40, None, 40)
        assert_equal_scores(
            ("rouge1", "rouge2", "rougeL", "rougeLsum"),
            outputs[sample],
            references[sample],
            use_stemmer=number % 2 == 0,
        )
    assert len(seen) == 14


def test_translations_as_documents(wmt23):
    """Documents of ten lines, each a sentence."""
    for pair, _, outputs, references in systems(wmt23):
        if pair in ("en-de", "de-en"):
            starts = thinned(range(0, 60, 10), 3)
            documents = ["\n".join(outputs[at : at + 10]) for at in starts]
            targets = ["\n".join(texts[0] for texts in references[at : at + 10]) for at in starts]
            assert_equal_scores(("rougeLsum",), documents, targets, use_stemmer=True)
