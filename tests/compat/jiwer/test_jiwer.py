"""`rapidscore.compat.jiwer`, against jiwer: results equal in type and to the bit, printed forms and errors in text."""

import copy
import gc
import inspect
import itertools
import pickle
import random
import subprocess
import sys
from dataclasses import asdict

import jiwer
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.corpus import PREDICTIONS, SINGLE_REFERENCES
from support.effort import examples
from support.outcomes import printed
from support.strategies import corpora, pairs, texts

from rapidscore.compat import jiwer as ours

RATES = ("wer", "mer", "wil", "wip", "cer")
CHAINS = [name for name in ours.__all__ if name.endswith(("default", "contiguous", "standardize"))]
PLAIN = [  # Transforms without options.
    "ExpandCommonEnglishContractions",
    "ReduceToListOfListOfChars",
    "ReduceToListOfListOfWords",
    "ReduceToSingleSentence",
    "RemoveEmptyStrings",
    "RemoveKaldiNonWords",
    "RemoveMultipleSpaces",
    "RemovePunctuation",
    "RemoveWhiteSpace",
    "Strip",
    "ToLowerCase",
    "ToUpperCase",
]
OPTIONS = [
    ("RemoveSpecificWords", [["the", "a.b", "c"]]),
    ("RemoveWhiteSpace", [True]),
    ("ReduceToListOfListOfWords", [", "]),
    ("ReduceToSingleSentence", ["--"]),
    ("SubstituteRegexes", [{r"\b(\w+)ed\b": r"\1", "a": "b", "b": "c"}]),
    ("SubstituteWords", [{"the": "cat", "cat": r"\g<0>s", "'re": " am"}]),
]


def assert_equal(name, *arguments, **named):
    """Call the function of both packages; a string names a chain of transforms."""
    results = [
        printed(getattr(module, name), *arguments, **{key: chain(module) for key, chain in named.items()})
        for module in (ours, jiwer)
    ]
    assert results[0] == results[1], (name, arguments)
    return results[0]


def named_chain(name):
    return lambda module: getattr(module, name)


def assert_equal_outputs(references, hypotheses, transform=None, of=("words", "characters")):
    for kind in of:
        outputs = []
        for module in ours, jiwer:
            chains = dict.fromkeys(("reference_transform", "hypothesis_transform"), transform and transform(module))
            function = getattr(module, f"process_{kind}")
            outputs.append(function(references, hypotheses, **(chains if transform else {})))
        mine, theirs = outputs
        assert repr(mine) == repr(theirs)
        for measures, skip, width in itertools.product((True, False), (True, False), (None, 1, 30)):
            options = {"show_measures": measures, "skip_correct": skip, "line_width": width}
            assert ours.visualize_alignment(mine, **options) == jiwer.visualize_alignment(theirs, **options)
        counts = [module.collect_error_counts(output) for module, output in zip((ours, jiwer), outputs, strict=True)]
        assert [[*one.items()] for one in counts[0]] == [[*one.items()] for one in counts[1]]
        assert [type(one) for one in counts[0]] == [type(one) for one in counts[1]]
        for shown in itertools.product((True, False), repeat=3):
            for top_k in (None, 1, 2, 0, -1):
                tables = [
                    printed(module.visualize_error_counts, output, *shown, top_k)
                    for module, output in zip((ours, jiwer), outputs, strict=True)
                ]
                assert tables[0] == tables[1]


class TestRates:
    @pytest.mark.parametrize("name", RATES)
    def test_corpus(self, name):
        assert_equal(name, SINGLE_REFERENCES, PREDICTIONS)
        for reference, hypothesis in zip(SINGLE_REFERENCES, PREDICTIONS, strict=True):
            assert_equal(name, reference, hypothesis)
            assert_equal(name, [reference], hypothesis)

    @examples(150)
    @given(corpus=corpora(max_size=3))
    def test_odd_texts(self, corpus):
        hypotheses, references = corpus
        references = [texts[0] for texts in references]
        for name in RATES:
            assert_equal(name, references, hypotheses)

    @pytest.mark.parametrize("chain", CHAINS)
    def test_chains(self, chain):
        transforms = dict.fromkeys(("reference_transform", "hypothesis_transform"), named_chain(chain))
        for name in RATES:
            assert_equal(name, SINGLE_REFERENCES, PREDICTIONS, **transforms)
            assert_equal(name, SINGLE_REFERENCES[1:], PREDICTIONS, **transforms)
            assert_equal(name, SINGLE_REFERENCES, PREDICTIONS, reference_transform=named_chain(chain))
            assert_equal(name, SINGLE_REFERENCES, PREDICTIONS, hypothesis_transform=named_chain(chain))

    @pytest.mark.parametrize("chain", CHAINS)
    @given(pair=pairs())
    def test_chains_on_odd_texts(self, chain, pair):
        hypothesis, reference = (text[:300] for text in pair)
        transforms = dict.fromkeys(("reference_transform", "hypothesis_transform"), named_chain(chain))
        for name in "wer", "wip":
            assert_equal(name, [reference, hypothesis], [hypothesis], **transforms)
            assert_equal(name, reference, hypothesis, **transforms)

    @pytest.mark.parametrize("reference", ["", " ", "a", [], [""], ["", ""], ["a", ""], ["", "a b"]])
    def test_empty_references(self, reference):
        for hypothesis in ("", " ", "a", [], [""], ["", ""], ["a", ""], ["", "a b"]):
            for name in (*RATES, "process_words", "process_characters"):
                assert_equal(name, reference, hypothesis)
                for chain in "wer_contiguous", "cer_contiguous":
                    assert_equal(name, reference, hypothesis, reference_transform=named_chain(chain))

    def test_no_sentences(self):
        def nothing(module):
            return module.Compose([lambda _: []])

        for name in (*RATES, "process_words", "process_characters"):
            assert_equal(name, "a", "b", reference_transform=nothing, hypothesis_transform=nothing)
            assert_equal(name, "a", "b", reference_transform=nothing)


class TestOutputs:
    def test_corpus(self):
        assert_equal_outputs(SINGLE_REFERENCES, PREDICTIONS)

    @examples(150)
    @given(corpus=corpora(max_size=3))
    def test_odd_texts(self, corpus):
        hypotheses, references = corpus
        assert_equal_outputs([texts[0][:200] for texts in references], [text[:200] for text in hypotheses])

    @examples(150)
    @given(corpus=st.lists(st.tuples(*[st.lists(st.sampled_from(["a", "b", "*", "long"]))] * 2), min_size=1))
    def test_few_words(self, corpus):
        references, hypotheses = ([" ".join(words) for words in side] for side in zip(*corpus, strict=True))
        assert_equal_outputs(references, hypotheses)

    @pytest.mark.parametrize("chain", CHAINS)
    def test_chains(self, chain):
        assert_equal_outputs(SINGLE_REFERENCES, PREDICTIONS, named_chain(chain))

    @given(corpus=st.lists(st.tuples(texts(), texts()), min_size=1, max_size=3))
    def test_chains_on_odd_texts(self, corpus):
        references, hypotheses = map(list, zip(*corpus, strict=True))
        assert_equal_outputs(references, hypotheses, named_chain("wer_standardize"), of=["words"])

    def test_long_texts(self):
        choose = random.Random(5)
        for length in (63, 64, 65, 129, 513, 1500):
            reference, hypothesis = (" ".join(choose.choices("abcdef", k=length)) for _ in range(2))
            for name in "process_words", "process_characters":
                assert_equal(name, reference, hypothesis)
                assert_equal(name, reference, hypothesis, reference_transform=named_chain("wer_contiguous"))

    def test_tokens_of_a_derived_class(self):
        def odd(module):
            return lambda found: [[np.str_(token) for token in text.split()] for text in found]

        for name in (*RATES, "process_words"):
            assert_equal(name, "a b c", "a c b", reference_transform=odd, hypothesis_transform=odd)

    @pytest.mark.parametrize("name", ["process_words", "process_characters"])
    def test_lazy_alignments(self, name, monkeypatch):
        references, hypotheses = ["a b  c", "d"], ["a c", ""]
        process = getattr(ours, name)
        expected = process([*references], [*hypotheses])
        as_dict = asdict(expected)
        # Changes of the arguments after the call have no effect.
        late = process(references, hypotheses)
        references[0], hypotheses[:] = "x", []
        monkeypatch.setattr(ours.wer_default, "transforms", [])
        monkeypatch.setattr(ours.cer_default, "transforms", [])
        for copied in late, pickle.loads(pickle.dumps(late)), copy.deepcopy(late):
            assert copied == expected
            assert (repr(copied), asdict(copied)) == (repr(expected), as_dict)
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            _ = late.nothing
        monkeypatch.undo()
        changed = process("a b", "a")
        gone = process("a b", "a")
        gone.__dict__ = {"hits": 5}
        assert vars(gone) == {"hits": 5}
        changed.alignments = []
        assert (changed.alignments, changed.deletions > 0) == ([], True)
        assert changed.references == process("a b", "a").references

    def test_garbage_collection_is_restored(self):
        for switch in gc.disable, gc.enable:
            switch()
            was_enabled = gc.isenabled()
            assert ours.process_words(["a b"] * 3, ["a"] * 3).alignments
            assert gc.isenabled() == was_enabled

    def test_other_values(self):
        for arguments in [
            ("replace", 0, 1, 0, 1),
            ("substitute", 0, 1, 0, 1),
            ("equal", 1, 0, 0, 1),
            ("delete", 0, 1, 2, 1),
        ]:
            assert_equal("AlignmentChunk", *arguments)
        with pytest.raises(ValueError, match="unknown type 'move': choose from"):
            ours.AlignmentChunk("move", 0, 1, 0, 1)
        output = ours.process_words("a", "b")
        output.alignments[0][0].type = "move"
        with pytest.raises(ValueError, match="unparseable op name=move"):
            ours.visualize_alignment(output)

    def test_copies(self):
        output = ours.process_words(SINGLE_REFERENCES, PREDICTIONS)
        for copied in (copy.deepcopy(output), pickle.loads(pickle.dumps(output))):
            assert copied == output
            assert repr(copied) == repr(output)


class TestTransforms:
    @pytest.mark.parametrize(("name", "options"), [*((name, []) for name in PLAIN), *OPTIONS], ids=str)
    def test_each(self, name, options):
        found = [
            *PREDICTIONS,
            *SINGLE_REFERENCES,
            "we're the cat's, a.b, won't they <unk> [laugh] c",
            "\t a\x0b b\xa0 ",
        ]
        mine, theirs = (getattr(module, name)(*options) for module in (ours, jiwer))
        for value in (found, [], [""], *found, None, 5, ("a",), b"a", [5], [b"a"], [None], [["a"]], np.str_("A b!")):
            assert printed(mine, value) == printed(theirs, value)
            for method in "process_string", "process_list":
                assert printed(getattr(mine, method), value) == printed(getattr(theirs, method), value)

    @pytest.mark.parametrize(("name", "options"), [*((name, []) for name in PLAIN), *OPTIONS], ids=str)
    @given(found=st.lists(texts()))
    def test_odd_texts(self, name, options, found):
        mine, theirs = (getattr(module, name)(*options) for module in (ours, jiwer))
        assert mine(found) == theirs(found)
        for text in found:
            assert mine(text) == theirs(text)

    @pytest.mark.parametrize(("name", "options"), OPTIONS, ids=str)
    def test_attributes(self, name, options):
        mine, theirs = (getattr(module, name)(*options) for module in (ours, jiwer))
        assert vars(mine) == vars(theirs)

    def test_punctuation(self):
        mine, theirs = ours.RemovePunctuation(), jiwer.RemovePunctuation()
        assert mine.tokens_to_remove == theirs.tokens_to_remove
        mine.tokens_to_remove = ["a"]
        mine.replace_token = "-"
        assert mine("a. b") == "-. b"

    def test_base_classes(self):
        for module in ours, jiwer:
            with pytest.raises(NotImplementedError):
                module.AbstractTransform()("a")
            derived = type("Derived", (module.AbstractTransform,), {"process_string": lambda self, s: s[::-1]})
            assert derived()(["ab", "c"]) == ["ba", "c"]
            assert module.transforms.BaseRemoveTransform(["a", "b"], "c")("abd") == "ccd"
            assert module.Compose([]).transforms == []
            assert issubclass(module.RemoveSpecificWords, module.SubstituteWords)

    def test_transforms_of_the_peer(self):
        for name in "wer", "process_words", "cer":
            expected = printed(getattr(jiwer, name), SINGLE_REFERENCES, PREDICTIONS, *[jiwer.wer_standardize] * 2)
            for one, other in itertools.product((ours.wer_standardize, jiwer.wer_standardize), repeat=2):
                assert printed(getattr(ours, name), SINGLE_REFERENCES, PREDICTIONS, one, other) == expected

    def test_changed_default(self, monkeypatch):
        for module in ours, jiwer:
            steps = [module.ToLowerCase(), *module.wer_default.transforms]
            monkeypatch.setattr(module.wer_default, "transforms", steps)
        assert assert_equal("wer", "A b", "a B") == "0.0"


class TestErrors:
    @pytest.mark.parametrize("name", [*RATES, "process_words", "process_characters"])
    @pytest.mark.parametrize("reference", [None, 5, "a", ("a",), ["a", "b"], ["a", 5], [["a"]], [b"a"], b"a", [None]])
    def test_texts(self, name, reference):
        for hypothesis in ("a", ["a", "b"], [], None, ["a", 5], [["a"], ["b"]], np.str_("a"), [np.str_("a")]):
            assert_equal(name, reference, hypothesis)
            assert_equal(name, hypothesis, reference)

    @pytest.mark.parametrize("name", [*RATES, "process_words", "process_characters"])
    def test_transforms(self, name):
        for result in (None, "a", ["a"], [["a"], "b"], [[1]], (["a"],), [("a",)], [["a"]], []):
            assert_equal(name, "a", "b", reference_transform=lambda module, result=result: lambda _: result)
            assert_equal(name, "a", "b", hypothesis_transform=lambda module, result=result: lambda _: result)

    @pytest.mark.parametrize("name", RATES)
    def test_missing_arguments(self, name):
        assert_equal(name)
        assert_equal(name, "a")


class TestNames:
    def test_all(self):
        for module in ("measures", "transforms", "transformations", "alignment", "process"):
            mine, theirs = (getattr(package, module) for package in (ours, jiwer))
            assert sorted(mine.__all__) == sorted(theirs.__all__)
            assert set(theirs.__all__) <= set(ours.__all__)
            assert all(getattr(mine, name) is getattr(ours, name) for name in mine.__all__)
        assert ours.name == jiwer.name

    @pytest.mark.parametrize("name", ours.__all__)
    def test_signatures(self, name):
        mine, theirs = (getattr(module, name) for module in (ours, jiwer))
        if name in CHAINS:
            assert [type(one).__name__ for one in mine.transforms] == [type(one).__name__ for one in theirs.transforms]
            return

        def parameters(module, function):
            chains = {id(getattr(module, chain)): chain for chain in CHAINS}
            return [
                (one.name, one.kind, chains.get(id(one.default), one.default))
                for one in inspect.signature(function).parameters.values()
            ]

        assert parameters(ours, mine) == parameters(jiwer, theirs)

    def test_lazy_imports(self):
        code = (
            "import sys; sys.modules.update(dict.fromkeys(['jiwer', 'rapidfuzz', 'click']));"
            "from rapidscore.compat import jiwer;"
            "print(jiwer.wer('a b', 'a c'), jiwer.process.process_words('a', 'a').wer)"
        )
        printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
        assert printed == "0.5 0.0\n"
