"""Tokens of any type in `rapidscore.compat.nltk`, against NLTK."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.effort import examples
from support.names import plain
from support.nltk_drop_in import Folded, assert_equal, assert_equal_bleu

import rapidscore.compat.nltk.translate.bleu_score as our_bleu


class Index:
    """An object with `__index__`, which is not equal to its number."""

    def __index__(self):
        return 1


NAN, THING = float("nan"), object()
ODD_TOKENS = ["a", "1", 1, True, 1.0, 1.5, 0, False, -0.0, None, (1, 2), (1.0, 2), b"a", frozenset("a"), NAN, THING]
ODD_TOKENS += [np.int64(1), np.str_("a"), np.float32(1.5), Decimal(1), 1 + 0j, 2**70, -(2**70), -1, "", " ", "é", "é"]
ODD_TOKENS += ["\ud800", "\ud83d\ude00", "😀", "\0", "\xff", "ÿ", "w" * 40, Folded("A"), Folded("a"), Index()]

# Without tokens whose equality is not transitive, and without tokens that cannot be compared.
FAIR_TOKENS = [token for token in ODD_TOKENS if not isinstance(token, Folded | Decimal)]


class TestTokens:
    @examples(500)
    @given(
        hypothesis=st.lists(st.sampled_from(FAIR_TOKENS), min_size=1, max_size=12),
        references=st.lists(st.lists(st.sampled_from(FAIR_TOKENS), max_size=12), min_size=1, max_size=2),
    )
    def test_many_types(self, hypothesis, references):
        assert_equal_bleu([references], [hypothesis], 1, weights=(0.5, 0.3, 0.2))
        for n in 1, 2:
            assert_equal("modified_precision", references, hypothesis, n)
            assert_equal("chrf_precision_recall_fscore_support", references[0], hypothesis, n)

    @pytest.mark.parametrize("one", ODD_TOKENS, ids=plain)
    def test_every_pair(self, one):
        for other in ODD_TOKENS:
            assert_equal("modified_precision", [[other]], [one], 1)

    @given(st.data())
    def test_one_type_at_a_time(self, data):
        kind = data.draw(st.sampled_from([st.integers(), st.text(), st.floats(), st.tuples(st.text()), st.booleans()]))
        vocabulary = data.draw(st.lists(kind, min_size=1, max_size=5))
        texts = st.lists(st.sampled_from(vocabulary), max_size=20)
        assert_equal_bleu([[data.draw(texts), data.draw(texts)]], [data.draw(texts)], 2)

    def test_tokens_without_equals(self):
        assert our_bleu.modified_precision([[float("nan")]], [float("nan")], 1).numerator == 0
        assert our_bleu.modified_precision([[NAN]], [NAN], 1).numerator == 1
