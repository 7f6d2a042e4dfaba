"""`bleu` and `google_bleu` of `rapidscore.compat.evaluate`, against their definition and NLTK."""

import math

import pytest
from nltk.translate import gleu_score
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from support import naive
from support.evaluate_drop_in import compute, made_up
from support.outcomes import exactly

from rapidscore.compat import evaluate


class TestBleu:
    """Against the definition of K. Papineni et al., 2002, and C.-Y. Lin and F. J. Och, 2004."""

    def tokens(self, text):
        # The tokenizer alone: sacrebleu's metric strips texts first.
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

    def test_known_scores(self):
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

    def test_google_bleu_of_empty_texts(self):
        assert compute("google_bleu", ["", "a"], [["", " "], ["b", "c"]]) == {"google_bleu": 0.0}
        assert compute("google_bleu", [""], [""]) == {"google_bleu": 0.0}
