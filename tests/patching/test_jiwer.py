"""jiwer under `patch()`."""

import pickle

import jiwer
import pytest
from support.patched import both

import rapidscore


class TestJiwer:
    def test_rates_and_alignments(self):
        references, predictions = [["", "a b c", "The cat sat.", "x"], ["a", "a c", "the cat  sat", "y x"]]

        def call():
            found = [
                getattr(jiwer, name)(references[1:], predictions[1:]) for name in ("wer", "mer", "wil", "wip", "cer")
            ]
            found += [jiwer.wer("a b", "a c"), jiwer.cer("ab", "ac")]
            for process in jiwer.process_words, jiwer.process_characters:
                output = process(references[1:], predictions[1:])
                found += [output, type(output), type(output.alignments[0][0]), jiwer.visualize_alignment(output)]
            return found

        before, after = both(call)
        assert after == before

    def test_transforms(self):
        transform = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.ReduceToListOfListOfWords()])

        def call():
            options = {"reference_transform": transform, "hypothesis_transform": transform}
            words = jiwer.process_words("The cat, sat.", "the Cat sat", **options)
            contiguous = {"reference_transform": jiwer.wer_contiguous, "hypothesis_transform": jiwer.wer_contiguous}
            return (
                words,
                jiwer.wer(["a b", "c"], ["a", "b c"], **contiguous),
                jiwer.wer("A b", "a b", transform, transform),
            )

        before, after = both(call)
        assert after == before

    @pytest.mark.parametrize(
        "arguments", [(["a"], ["a", "b"]), ("", "a"), ("a",), (None, "a"), ("a", 1), ([], [])], ids=repr
    )
    def test_odd_arguments(self, arguments):
        def call():
            try:
                return jiwer.wer(*arguments)
            except Exception as error:
                return type(error), str(error)

        before, after = both(call)
        assert after == before

    def test_changed_default(self, monkeypatch):
        steps = [jiwer.ToLowerCase(), *jiwer.transformations.wer_default.transforms]

        def call():
            monkeypatch.setattr(jiwer.transformations.wer_default, "transforms", steps)
            found = jiwer.wer("A b", "a b")
            monkeypatch.undo()
            return found

        before, after = both(call)
        assert before == after == 0

    def test_functions_stored_before_patching_can_be_pickled(self):
        stored = jiwer.wer
        with rapidscore.patched():
            assert pickle.loads(pickle.dumps(stored)) is stored
            ours = pickle.dumps(jiwer.wer)
        assert pickle.loads(ours) is stored
