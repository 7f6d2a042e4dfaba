"""BLEU, chrF and TER, against sacrebleu: every number is equal, unless a comment says why not."""

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from support import effort
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES, systems
from support.effort import examples, thinned
from support.parity import BLEU_ORDERS, SMOOTHING, TER_OPTIONS, any_options, assert_equal_scores, shortened
from support.strategies import corpora, pairs

from rapidscore import BLEU, CHRF, TER

METRICS = [BLEU, CHRF, TER]
every_metric = pytest.mark.parametrize("metric", METRICS)

# Bitmaps hold orders up to 8.
CHRF_ORDERS = [(1, 0), (6, 1), (6, 2), (0, 1), (0, 3), (8, 9), (9, 10), (12, 0), (20, 2)]

OPTIONS = {
    BLEU: [
        {},
        *SMOOTHING,
        *[{"max_ngram_order": order} for order in BLEU_ORDERS],
        *[{"effective_order": True, "max_ngram_order": order} for order in BLEU_ORDERS],
        *[{"tokenize": tokenize} for tokenize in ("13a", "intl", "zh", "char", "none")],
        *[{"tokenize": tokenize, "lowercase": True} for tokenize in ("13a", "intl", "zh", "char", "none")],
        *[{"trg_lang": language} for language in ("", "en", "zh")],
        {"trg_lang": "zh", "tokenize": "13a"},
        {"force": True},
    ],
    CHRF: [
        {},
        *[{"char_order": chars, "word_order": words} for chars, words in CHRF_ORDERS],
        *[{"beta": beta} for beta in (0, 1, 3, 0.5, 1.3, 10_000_000)],
        *[
            {"word_order": word_order, option: True}
            for word_order in (0, 2)
            for option in ("lowercase", "whitespace", "eps_smoothing")
        ],
        {"word_order": 2, "eps_smoothing": True, "beta": 0},
        {"char_order": 3, "word_order": 3, "lowercase": True, "whitespace": True, "eps_smoothing": True, "beta": 7},
    ],
    TER: TER_OPTIONS,
}


def cases(options):
    """Parametrise by metric and options, given as lists of options by metric."""
    found = [(metric, one) for metric, several in options.items() for one in several]
    return pytest.mark.parametrize(("metric", "options"), found, ids=str_of)


def str_of(value):
    return value.__name__ if isinstance(value, type) else str(value)


class TestEveryOption:
    @cases(OPTIONS)
    @pytest.mark.parametrize("references", [SINGLE_REFERENCES, REFERENCES], ids=["single", "ragged"])
    def test_corpus(self, metric, options, references):
        assert_equal_scores(metric, options, PREDICTIONS, references)

    @pytest.mark.parametrize("effective_order", [False, True])
    @pytest.mark.parametrize("smoothing", SMOOTHING, ids=str)
    @pytest.mark.parametrize("order", [1, 2, 4, 6, 12])
    def test_smoothing_and_orders(self, smoothing, order, effective_order):
        options = {**smoothing, "max_ngram_order": order, "effective_order": effective_order}
        # The second corpus has no match of order 2 or more, the third has no match at all.
        for predictions, references in [
            (PREDICTIONS, SINGLE_REFERENCES),
            (["a b c d e", "x"], ["e d c b a", "x y"]),
            (["a b", ""], ["c d", "e"]),
        ]:
            assert_equal_scores(BLEU, options, predictions, references)

    @cases({BLEU: [{}], CHRF: [{}, {"word_order": 2, "eps_smoothing": True}], TER: [{}]})
    @pytest.mark.parametrize("count", [2, 3, 4])
    def test_same_number_of_references(self, metric, options, count):
        references = [[text, text[::-1], text[:10], text[5:]][:count] for text in SINGLE_REFERENCES]
        assert_equal_scores(metric, options, PREDICTIONS, references)

    @cases({BLEU: [{}, {"effective_order": True}], CHRF: [{}, {"word_order": 2}], TER: [{}]})
    def test_sentence_score(self, metric, options):
        theirs = getattr(sacrebleu.metrics, metric.__name__)(**options)
        expected = [theirs.sentence_score(*pair).score for pair in zip(PREDICTIONS, REFERENCES, strict=True)]
        scores = next(iter(metric(**options).segment_scores(PREDICTIONS, REFERENCES).values()))
        assert scores.tolist() == expected

    @pytest.mark.parametrize(
        ("metric", "function"),
        [(BLEU, sacrebleu.corpus_bleu), (CHRF, sacrebleu.corpus_chrf), (TER, sacrebleu.corpus_ter)],
    )
    def test_functions(self, metric, function):
        expected = function(PREDICTIONS, [SINGLE_REFERENCES])
        assert metric().score(PREDICTIONS, SINGLE_REFERENCES).score == expected.score


@cases(
    {
        BLEU: [{}, {"effective_order": True}, {"smooth_method": "add-k"}, {"tokenize": "zh"}],
        CHRF: [{}, {"word_order": 2}, {"eps_smoothing": True}, {"whitespace": True}],
        TER: [{}, {"normalized": True}, {"no_punct": True}],
    }
)
@pytest.mark.parametrize(
    ("prediction", "reference"),
    [
        ("", ""),
        ("", "a b c"),
        ("a b c", ""),
        (" \n\u3000", " "),
        ("a", "a"),
        ("a", "b"),
        ("a", "A"),
        ("a b", "a b"),
        ("a b", "b a"),
        ("a b c d", "a b c d"),
        ("a b c d", "c d a b"),
        ("a b c d e", "f g h i j"),
        ("abcdefg", "abcdefg"),
        ("abcdef", "ghijkl"),
        (".", "."),
        ("(hi)", "(hi"),
        ("(a", "(a)"),
        ("a.", "a ."),
        ("..", ". ."),
        ("?!", ""),
        ("...!?", "..."),
        ("!!!", "???"),
        ("a.b", "a .b"),
        ("é.", "é ."),
        ("«a»", "« a »"),
        ("a a a", "a a a a"),
        ("a a a a", "a"),
        ("a", "a a a a"),
        ("aaaa", "a"),
        ("a", "aaaa"),
        ("abab" * 20, "baba" * 3),
        ("\0", "\0\0"),
        ("\x7f\x80", "\x80\x7f"),
        ("\ud800", "\ud800"),
        ("\ud800 a", "\ud801 a"),
        ("\ud83d\ude00 a", "😀 a"),
        ("<skipped>", "<skipped>"),
        ("a" * 17, "a" * 18),
        ("a" * 17 + ".", "a" * 18),
        ("é", "e\u0301"),
        ("ΑΣ Σ", "ας σ"),
    ],
)
def test_degenerate(metric, options, prediction, reference):
    assert_equal_scores(metric, options, [prediction], [reference])
    assert_equal_scores(metric, options, [prediction, "x y"], [[reference, ""], ["x"]])


@pytest.mark.parametrize(
    ("metric", "prediction", "reference", "score"),
    [
        (BLEU, "", "", 0.0),
        (BLEU, "a", "", 0.0),
        (BLEU, "", "a", 0.0),
        (BLEU, "a b c d", "a b c d", 100.00000000000004),  # exp(4 ln 100 / 4), as sacrebleu rounds it
        (BLEU, "a b c d", "e f g h", 0.0),
        (CHRF, "", "", 0.0),
        (CHRF, "a", "", 0.0),
        (CHRF, "", "a", 0.0),
        (CHRF, "a b c d", "a b c d", 100.0),
        (CHRF, "a b c d", "e f g h", 0.0),
        (TER, "", "a", 100.0),
        (TER, "a", "", 100.0),
        (TER, "", "", 0.0),
        (TER, "a b", "a b", 0.0),
        (TER, "a b c d", "c d a b", 25.0),
    ],
)
def test_known_scores(metric, prediction, reference, score):
    assert metric().score([prediction], [reference]).score == score


class TestOddTexts:
    @every_metric
    @examples(400)
    @given(data=st.data(), pair=pairs())
    def test_pair(self, metric, data, pair):
        prediction, reference = (shortened(metric, text) for text in pair)
        assert_equal_scores(metric, data.draw(any_options[metric]), [prediction], [reference])

    @every_metric
    @given(data=st.data(), smoothing=st.sampled_from(SMOOTHING))
    def test_corpus(self, metric, data, smoothing):
        options = data.draw(any_options[metric]) | (smoothing if metric is BLEU else {})
        predictions, references = data.draw(corpora(max_size=2 if metric is TER else 6))
        predictions = [shortened(metric, text) for text in predictions]
        references = [[shortened(metric, text) for text in texts] for texts in references]
        assert_equal_scores(metric, options, predictions, references)


# Tokenizers for languages of which 13a alone would test little.
TOKENIZERS = {"en-zh": ["zh"], "en-ja": ["char", "13a"], "en-he": ["13a", "intl"], "cs-uk": ["13a", "intl"]}


def bleu_options(number, pair):
    return [{"tokenize": name, "lowercase": number % 3 == 0} for name in TOKENIZERS.get(pair, ["13a"])]


def chrf_options(number, _):
    return [{"word_order": 2 * (number % 2), "lowercase": number % 3 == 0, "whitespace": number % 5 == 0}]


def ter_options(number, pair):
    asian = {"normalized": True, "asian_support": True} if pair in ("en-zh", "en-ja") else {}
    return [OPTIONS[TER][number % 16] | asian]


def is_fast(metric, text):
    # sacrebleu's TER takes seconds for long paragraphs.
    return metric is not TER or effort.exhaustive or len(text) < 600


def assert_equal_at(metric, options, outputs, references, sample):
    chosen = [at for at in sample if is_fast(metric, outputs[at])]
    assert_equal_scores(metric, options, [outputs[at] for at in chosen], [references[at] for at in chosen])


class TestTranslations:
    # sacrebleu's TER is slow, so its samples are smaller.
    @pytest.mark.parametrize(
        ("metric", "options_of", "step"), [(BLEU, bleu_options, 7), (CHRF, chrf_options, 23), (TER, ter_options, 211)]
    )
    def test_every_system(self, wmt23, metric, options_of, step):
        """A sample of segments of every system of every direction; each system has other segments."""
        seen = set()
        for number, (pair, _, outputs, references) in thinned(enumerate(systems(wmt23)), 3):
            seen.add(pair)
            for options in options_of(number, pair):
                assert_equal_at(metric, options, outputs, references, range(number % step, len(outputs), step))
        assert len(seen) == 14

    @pytest.mark.parametrize(
        ("metric", "pair", "options"),
        [
            *[(BLEU, pair, {"tokenize": "13a"}) for pair in ("he-en", "en-he", "en-de")],
            (BLEU, "en-zh", {"tokenize": "zh"}),
            *[(CHRF, pair, {"word_order": 2}) for pair in ("he-en", "en-he", "en-zh", "en-ja", "cs-uk")],
            *[(TER, pair, {}) for pair in ("he-en", "en-he", "cs-uk")],
            *[(TER, pair, {"normalized": True, "asian_support": True}) for pair in ("en-zh", "en-ja")],
        ],
        ids=str_of,
    )
    def test_one_system(self, wmt23, metric, pair, options):
        outputs, references = next((o, r) for name, _, o, r in systems(wmt23) if name == pair)
        sample = thinned(range(400), 4) if metric is TER else range(len(outputs))
        assert_equal_at(metric, options, outputs, references, sample)
