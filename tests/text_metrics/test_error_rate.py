"""Word and character error rate, against jiwer: every number is equal."""

import random
import sys
import time
import unicodedata

import jiwer
import numpy as np
import pytest
import rapidfuzz
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES, systems
from support.effort import examples
from support.strategies import CHARACTERS, SPACES, corpora, pairs

from rapidscore import BLEU, CER, WER, Alignment, Operation

METRICS = {"wer": (WER, jiwer.process_words), "cer": (CER, jiwer.process_characters)}
both = pytest.mark.parametrize("name", METRICS)


def assert_equal_scores(name, predictions, references, options=None, transform=None):
    metric, process = METRICS[name]
    ours = metric(**options or {})
    transforms = {"reference_transform": transform, "hypothesis_transform": transform} if transform else {}

    def theirs(predictions, references):
        output = process(references, predictions, **transforms)
        words = jiwer.process_words(references, predictions, **transforms) if name == "wer" else None
        rates = [getattr(output, name), *((words.mer, words.wil, words.wip) if words else ())]
        return [output.hits, output.substitutions, output.deletions, output.insertions], rates, output

    counts, rates, output = theirs(predictions, references)
    score = ours.score(predictions, references)
    assert [score.hits, score.substitutions, score.deletions, score.insertions] == counts
    assert [score.score, score.mer, score.wil, score.wip][: len(rates)] == rates
    assert float(score) == score.as_dict()[name] == rates[0]

    rows = np.asarray(ours.statistics(predictions, references)).tolist()
    segments = ours.segment_scores(predictions, references)
    names = [name, "mer", "wil", "wip"]
    for at, (prediction, reference) in enumerate(zip(predictions, references, strict=True)):
        counts, rates, _ = theirs([prediction], [reference])
        assert rows[at] == counts
        assert [segments[name][at] for name in names[: len(rates)]] == rates
        assert len(segments) == len(rates)
        alignment = ours.alignment(prediction, reference)
        assert list(alignment.prediction) == output.hypotheses[at]
        assert list(alignment.reference) == output.references[at]
        assert [tuple(operation) for operation in alignment.operations] == [
            (chunk.type, chunk.ref_start_idx, chunk.ref_end_idx, chunk.hyp_start_idx, chunk.hyp_end_idx)
            for chunk in output.alignments[at]
        ]


@both
class TestCorpora:
    def test_corpus(self, name):
        assert_equal_scores(name, PREDICTIONS, SINGLE_REFERENCES)

    def test_plain_functions(self, name):
        metric, _ = METRICS[name]
        expected = getattr(jiwer, name)(SINGLE_REFERENCES, PREDICTIONS)
        assert metric().score(PREDICTIONS, SINGLE_REFERENCES).score == expected

    @examples(300)
    @given(pair=pairs())
    def test_odd_texts(self, name, pair):
        assert_equal_scores(name, [pair[0]], [pair[1]])

    @given(corpus=corpora())
    def test_odd_corpora(self, name, corpus):
        predictions, references = corpus
        assert_equal_scores(name, predictions, [texts[0] for texts in references])

    @pytest.mark.parametrize(
        ("prediction", "reference"),
        [
            ("", ""),
            ("", "a b c"),
            ("a b c", ""),
            (" \n\u3000", " "),
            (" \n", "a"),
            ("a", "a"),
            ("a", "b"),
            ("a\tb", "a b"),
            ("a \tb", "a b"),
            ("a\t\tb", "a b"),
            ("a\u3000b", "a b"),
            ("a\x85\xa0b", "a\x1cb"),
            ("\ta\nb\r", "a\nb"),
            ("a  b", "a b"),
            ("\0", "\0\0"),
            ("\ud800 a", "\ud801 a"),
            ("\ud83d\ude00 a", "😀 a"),
            ("a" * 17, "a" * 18),
            ("é", "e\u0301"),
            ("the cat the", "cat the cat"),
        ],
    )
    def test_degenerate(self, name, prediction, reference):
        assert_equal_scores(name, [prediction], [reference])
        assert_equal_scores(name, [prediction, "x y"], [reference, "x"])
        assert_equal_scores(name, [reference, ""], [prediction, ""])

    def test_fewest_errors_of_several_references(self, name):
        metric, _ = METRICS[name]
        rows = np.asarray(metric().statistics(PREDICTIONS, REFERENCES))
        for row, prediction, texts in zip(rows, PREDICTIONS, REFERENCES, strict=True):
            each = [np.asarray(metric().statistics([prediction], [text]))[0] for text in texts]
            assert row.tolist() == min(each, key=lambda row: row[1:].sum()).tolist()


@pytest.mark.parametrize(
    ("prediction", "reference", "values"),
    [
        ("", "", (0, 0, 0, 1)),
        ("a b", "", (2, 1, 1, 0)),
        ("", "a b", (1, 1, 1, 0)),
        ("a b", "a b", (0, 0, 0, 1)),
        ("a", "b", (1, 1, 1, 0)),
    ],
)
def test_known_rates(prediction, reference, values):
    score = WER().score([prediction], [reference])
    assert (score.score, score.mer, score.wil, score.wip) == values


def opcodes(hypothesis, reference):
    """Return RapidFuzz's edit operations, which jiwer counts."""
    return [tuple(code) for code in rapidfuzz.distance.Levenshtein.opcodes(reference, hypothesis)]


def assert_equal_alignments(hypothesis, reference):
    """Assert that the same one of several optimal alignments is found: they differ in hits."""
    expected = opcodes(hypothesis, reference)
    alignment = WER().alignment(hypothesis, reference)
    names = {"replace": "substitute"}
    assert [tuple(operation) for operation in alignment.operations] == [
        (names.get(code[0], code[0]), *code[1:]) for code in expected
    ]
    row = np.asarray(WER().statistics([hypothesis], [reference]))[0].tolist()
    sizes = {kind: sum(max(c[2] - c[1], c[4] - c[3]) for c in expected if c[0] == kind) for kind in row_kinds}
    assert row == [sizes[kind] for kind in row_kinds]


row_kinds = ["equal", "replace", "delete", "insert"]


class TestAlignments:
    @examples(500)
    @given(st.lists(st.integers(0, 4), max_size=30), st.lists(st.integers(0, 5), max_size=30))
    def test_short(self, hypothesis, reference):
        assert_equal_alignments(hypothesis, reference)

    @pytest.mark.parametrize("vocabulary", [1, 2, 5, 30, 1000])
    @pytest.mark.parametrize("length", [1, 10, 63, 64, 65, 100, 128, 129, 192, 193, 256, 257, 300, 511, 700])
    def test_lengths(self, length, vocabulary):
        """The method of counting changes every 64 tokens, and beyond 256."""
        choose = random.Random(length * vocabulary)
        reference = [choose.randrange(vocabulary) for _ in range(length)]
        changed = [choose.randrange(vocabulary) if choose.random() < 0.2 else token for token in reference]
        for hypothesis in (
            [token for token in changed if choose.random() < 0.9],
            [choose.randrange(vocabulary) for _ in range(choose.randrange(2 * length))],
            reference[length // 3 :] + reference[: length // 3],
        ):
            assert_equal_alignments(hypothesis, reference)
            assert_equal_alignments(reference, hypothesis)

    @pytest.mark.parametrize("seed", range(12))
    def test_long(self, seed):
        """Beyond a megabyte of differences, texts are halved; the place of the cut decides which alignment is found."""
        choose = random.Random(seed)
        vocabulary = choose.choice([2, 4, 50, 5000])
        length = choose.choice([2047, 2048, 2049, 3000, 6000])
        reference = [choose.randrange(vocabulary) for _ in range(length)]
        change = choose.choice([0.01, 0.1, 0.5])
        hypothesis = [choose.randrange(vocabulary) if choose.random() < change else token for token in reference]
        hypothesis = [token for token in hypothesis if choose.random() > change / 3]
        assert_equal_alignments(hypothesis, reference)
        assert_equal_alignments(reference, hypothesis)

    @pytest.mark.parametrize(("one", "other"), [(64, 70_000), (65, 65_000), (9, 300_000), (10, 420_000), (2048, 2048)])
    def test_threshold_of_halving(self, one, other):
        choose = random.Random(one)
        texts = [[choose.randrange(3) for _ in range(length)] for length in (one, other)]
        assert_equal_alignments(*texts)
        assert_equal_alignments(*texts[::-1])

    @pytest.mark.serial
    def test_hundred_thousand_tokens(self):
        choose = random.Random(5)
        reference = [choose.randrange(300) for _ in range(100_000)]
        hypothesis = [token for token in reference if choose.random() < 0.999]
        start = time.perf_counter()
        assert_equal_alignments(hypothesis, reference)
        assert time.perf_counter() - start < 30


@pytest.mark.serial
def test_long_white_space():
    start = time.perf_counter()
    for space in "\n", "\t", "\u3000", " \n":
        assert WER().score(["a" + space * 200_000 + "b"], ["a b"]).score == 0
    assert time.perf_counter() - start < 2


class TestAlignmentObject:
    def test_operations(self):
        alignment = WER().alignment("short one here and there", "a short word here")
        assert isinstance(alignment, Alignment)
        assert alignment.reference == ("a", "short", "word", "here")
        assert alignment.operations == (
            Operation("delete", 0, 1, 0, 0),
            Operation("equal", 1, 2, 0, 1),
            Operation("substitute", 2, 3, 1, 2),
            Operation("equal", 3, 4, 2, 3),
            Operation("insert", 4, 4, 3, 5),
        )
        assert str(alignment).split("\n") == [
            "REF: a short word here *** *****",
            "HYP: * short  one here and there",
            "     D          S        I     I",
        ]

    def test_text(self):
        """The text is jiwer's, except for spaces at the ends of lines, if each character takes one cell."""
        narrow = [
            pair
            for pair in zip(PREDICTIONS, SINGLE_REFERENCES, strict=True)
            if all(cell_len(character) == 1 for text in pair for character in text)
        ]
        assert len(narrow) > len(PREDICTIONS) / 2
        for prediction, reference in narrow:
            for name, (metric, process) in METRICS.items():
                output = process([reference], [prediction])
                theirs = jiwer.visualize_alignment(output, show_measures=False, skip_correct=False)
                expected = [line.rstrip() for line in theirs.split("\n")[2:5]]
                assert str(metric().alignment(prediction, reference)).split("\n") == expected, name

    def test_normalized(self):
        alignment = WER(lowercase=True, remove_punctuation=True).alignment("A cat!", "a CAT")
        assert [operation.type for operation in alignment.operations] == ["equal"]

    @pytest.mark.parametrize("metric", [WER(), CER(), CER(remove_punctuation=True)], ids=repr)
    def test_texts_are_not_aligned_with_tokens(self, metric):
        for arguments in ("ab", ["a", "b"]), (["a", 1], "ab"), ("", []):
            with pytest.raises(TypeError, match="one text is a str, the other a list of tokens"):
                metric.alignment(*arguments)

    @pytest.mark.parametrize("arguments", [(3, "a"), ("a", None), (["a"], [1.5]), (["a"], [None])])
    def test_bad_input(self, arguments):
        with pytest.raises(TypeError, match=r"not str|token"):
            WER().alignment(*arguments)

    def test_metrics_without_alignments(self):
        with pytest.raises(ValueError, match="aligns no tokens"):
            BLEU()._core.align("a", "b")


class TestTokens:
    """Tokens, `str` or `int`, instead of texts."""

    def test_words(self):
        texts = [text.split() for text in PREDICTIONS], [text.split() for text in SINGLE_REFERENCES]
        for metric in WER(), CER():
            rows = np.asarray(metric.statistics(*texts)).tolist()
            assert rows == np.asarray(WER(collapse_whitespace=True).statistics(PREDICTIONS, SINGLE_REFERENCES)).tolist()

    @given(st.lists(st.integers(-3, 2**70)), st.lists(st.integers(-3, 5)))
    def test_numbers(self, hypothesis, reference):
        score = WER().score([hypothesis], [reference])
        expected = opcodes([str(token) for token in hypothesis], [str(token) for token in reference])
        assert score.substitutions == sum(code[2] - code[1] for code in expected if code[0] == "replace")
        assert WER().alignment(hypothesis, reference).prediction == tuple(hypothesis)

    def test_arrays(self):
        rows = np.asarray(WER().statistics([np.arange(5), (1, 2)], [np.arange(1, 6), [1, 2]]))
        assert rows.tolist() == [[4, 0, 1, 1], [2, 0, 0, 0]]

    def test_several_references_as_arrays(self):
        references = [[np.array([1]), np.array([2, 3])], np.array([2, 3]), np.array([], int)]
        statistics = WER().statistics([np.array([2, 3]), [2, 4], ()], references)
        assert np.asarray(statistics).tolist() == [[2, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0]]
        assert statistics[:1].score().signature.startswith("nrefs:2")
        assert statistics[1:].score().signature.startswith("nrefs:1")

    def test_numbers_are_not_texts(self):
        assert np.asarray(WER().statistics([[1, "1", "a b", ""]], [["1", 1, "a b", ""]])).tolist() == [[3, 0, 1, 1]]

    def test_several_references(self):
        rows = WER().statistics([["a"], ["a"], []], [[["b"], ["a", "c"]], ["a"], []])
        assert np.asarray(rows).tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
        assert rows[:2].score().signature.startswith("nrefs:var")
        assert rows[1:].score().signature.startswith("nrefs:1")

    def test_large_numbers(self):
        assert WER().alignment([10**5000], [-(10**5000)]).prediction == (10**5000,)
        assert WER().score([[255, 2**70]], [[255, 2**70]]).hits == 2

    def test_options_do_not_change_tokens(self):
        metric = WER(lowercase=True, remove_punctuation=True, collapse_whitespace=True, normalize=str.upper)
        assert metric.score([["A!", " "]], [["a", ""]]).hits == 0

    @pytest.mark.parametrize(
        ("predictions", "references", "message"),
        [
            ([["a"]], ["a"], r"predictions\[0\] is a list of tokens, not str as references\[0\] is"),
            (["a"], [[1]], r"references\[0\]\[0\] is int, not str"),
            ([["a", 1.5]], [["a"]], r"predictions\[0\]\[1\] is float: a token is a str or an int"),
            ([["a"]], [[None]], r"references\[0\]\[0\] is NoneType: a token is a str or an int"),
            ([["a"]], [3], r"references\[0\] is int, not str or a list of tokens"),
            ([bytearray(b"a")], [["a"]], r"predictions\[0\] is bytearray, not str or a list of tokens"),
            ([["a", "b"]], [[["a"], "a b"]], r"predictions\[0\] is a list of tokens, not str as references\[0\]\[1\]"),
            ([["a", "b"]], [["a b", ["a"]]], r"predictions\[0\] is a list of tokens, not str as references\[0\]\[0\]"),
            ([1], ["a"], r"predictions\[0\] is int, not str"),
            ([None], ["a"], r"predictions\[0\] is NoneType, not str"),
        ],
    )
    def test_bad_tokens(self, predictions, references, message):
        with pytest.raises(TypeError, match=message):
            WER().score(predictions, references)


ENDS = {"wer": jiwer.ReduceToListOfListOfWords(), "cer": jiwer.ReduceToListOfListOfChars()}
# Characters that newer versions of Unicode may class as punctuation, and that this Python does not name.
NEWER = {chr(c) for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c)) == "Cn"}


class TestNormalization:
    """Normalization, against the same steps in jiwer."""

    def transform(self, name, *steps):
        # Collapsing white space collapses all kinds of it.
        return jiwer.Compose([*steps, jiwer.Strip(), ENDS[name]])

    @both
    @examples(150)
    @given(pair=pairs())
    def test_every_step(self, name, pair):
        predictions, references = ([text] for text in pair)
        if NEWER & set("".join(pair)):
            return
        multiple = [jiwer.RemoveMultipleSpaces()] if name == "wer" else []
        collapse = jiwer.SubstituteRegexes({r"\s+": " "})
        for options, steps in [
            ({"lowercase": True}, [jiwer.ToLowerCase(), *multiple]),
            ({"remove_punctuation": True}, [jiwer.RemovePunctuation(), *multiple]),
            ({"collapse_whitespace": True}, [collapse]),
            (
                {"lowercase": True, "remove_punctuation": True, "collapse_whitespace": True},
                [jiwer.ToLowerCase(), jiwer.RemovePunctuation(), collapse],
            ),
            ({"normalize": str.swapcase, "remove_punctuation": True}, [Swap(), jiwer.RemovePunctuation(), *multiple]),
        ]:
            assert_equal_scores(name, predictions, references, options, self.transform(name, *steps))

    def test_all_punctuation(self):
        characters = {chr(c) for c in range(0x20000)} - NEWER
        words = WER(remove_punctuation=True).tokens("  ".join(sorted(characters)))
        punctuation = {character for character in characters if unicodedata.category(character).startswith("P")}
        assert set(words) == {character for character in characters - punctuation if not character.isspace()}

    @given(st.text(CHARACTERS | st.sampled_from(SPACES)))
    def test_tokens(self, text):
        assert WER().tokens(text) == jiwer.transformations.wer_default(text)[0]
        assert CER().tokens(text) == jiwer.transformations.cer_default(text)[0]
        assert WER(collapse_whitespace=True).tokens(text) == text.split()

    def test_function_that_does_not_return_str(self):
        with pytest.raises(TypeError, match="normalize returned list for 'a b': return a str"):
            WER(normalize=str.split).score(["a b"], ["a"])

    @pytest.mark.parametrize("normalize", [3, "lower"])
    def test_not_a_function(self, normalize):
        with pytest.raises(TypeError, match="normalize must be a function, not"):
            WER(normalize=normalize)


class Swap(jiwer.AbstractTransform):
    """`str.swapcase` as a step of jiwer's."""

    def process_string(self, s):
        return s.swapcase()


class TestTranslations:
    @both
    def test_every_system(self, wmt23, name):
        """A sample of segments of every system of every direction; each system has other segments."""
        seen = set()
        for number, (pair, _, outputs, references) in enumerate(systems(wmt23)):
            seen.add(pair)
            sample = slice(number % 29, None, 29)
            assert_equal_scores(name, outputs[sample], [texts[0] for texts in references[sample]])
        assert len(seen) == 14

    @both
    @pytest.mark.parametrize("pair", ["he-en", "en-zh", "en-de"])
    def test_one_system_whole(self, wmt23, pair, name):
        outputs, references = next((o, r) for name, _, o, r in systems(wmt23) if name == pair)
        assert_equal_scores(name, outputs, [texts[0] for texts in references])
