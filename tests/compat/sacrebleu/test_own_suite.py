"""sacrebleu's own tests of its scores, run against `rapidscore.compat.sacrebleu`."""

from support import suites

#: Tests that fail, `file::name`, and why. The test below fails if another one fails, or if one of these passes.
NOT_PASSING: dict[str, str] = {}

# test_api and test_dataset are left out: they are about sacrebleu's test sets.
FILES = ["test_bleu", "test_chrf", "test_ter", "test_sentence_bleu", "test_significance", "test_tokenizer_ter"]


def test_their_tests_pass(tmp_path):
    root = suites.source("sacrebleu==2.6.0", tmp_path)
    files = [f"test/{name}.py" for name in FILES]
    outcome = suites.run(root, files, {"sacrebleu": "rapidscore.compat.sacrebleu"})
    assert outcome.failed == set(NOT_PASSING), outcome.output
    assert not outcome.skipped
    # 130 at the time of writing.
    assert len(outcome.passed) > 120, outcome.output
