"""rouge-score's own tests, run against `rapidscore.compat.rouge_score`."""

import pytest
from support import suites

MODULES = ("rouge_scorer", "scoring", "tokenize", "tokenizers")

_DATA = "compares with files that the source package lacks"
_PRIVATE = "calls a private function, which has no counterpart here: the compiled core does its work"

#: Tests that fail, and why. The test below fails if another one fails, or if one of these passes.
NOT_PASSING = {
    "rouge_scorer_test.py::RougeScorerTest::testRouge1AgainstRouge155": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testRouge1AgainstRouge155WithStemming": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testRouge2AgainstRouge155": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testRouge2AgainstRouge155WithStemming": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testRougeLAgainstRouge155": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testRougeLSumAgainstRouge155WithStemming": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testRougeLsumLarge": _DATA,
    "rouge_scorer_test.py::RougeScorerTest::testLcsTable": _PRIVATE,
    "rouge_scorer_test.py::RougeScorerTest::testSummaryLevelLcs": _PRIVATE,
    "rouge_scorer_test.py::RougeScorerTest::testUnionLcs": _PRIVATE,
    "scoring_test.py::BootstrapAggregatorTest::testConfidenceIntervalsAgainstRouge155": _DATA,
    "scoring_test.py::BootstrapAggregatorTest::testConfidenceIntervalsAgainstRouge155WithStemming": _DATA,
    "scoring_test.py::BootstrapAggregatorTest::testConfidenceIntervalsAgainstRouge155WithStemmingMultiLine": _DATA,
}

#: Files that each test case opens first; most of its tests do not use them.
FILES = ("target.txt", "prediction.txt", "target_large.txt", "prediction_large.txt")


@pytest.fixture(scope="module")
def suite(tmp_path_factory, punkt):
    root = suites.source("rouge-score==0.1.2", tmp_path_factory.mktemp("suite"))
    data = root / "rouge_score" / "testdata"
    data.mkdir()
    for name in FILES:
        (data / name).write_text("a line\n" * 5)
    files = [f"rouge_score/{name}_test.py" for name in MODULES]
    alias = {f"rouge_score.{name}": f"rapidscore.compat.rouge_score.{name}" for name in MODULES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NLTK_DATA", str(punkt))
        return suites.run(root, files, alias)


def test_their_tests_pass(suite):
    assert suite.failed == {f"rouge_score/{name}" for name in NOT_PASSING}, suite.output
    assert len(suite.passed) == 27
    assert not suite.skipped
