"""torchmetrics under `patch()`: its numbers do not change, whether it calls a peer or computes by itself."""

import pytest

import rapidscore

text = pytest.importorskip(
    "torchmetrics.text",
    reason="torchmetrics and PyTorch are not installed: their wheels bring gigabytes",
    exc_type=ImportError,
)

PREDICTIONS = ["the cat sat on the mat", "it rains all day", "a b c d"]
REFERENCES = ["the cat sat on a mat", "it rained all day", "a b c d"]


def scores():
    lists = [[reference] for reference in REFERENCES]
    metrics = {
        "bleu": (text.SacreBLEUScore(), lists),
        "chrf": (text.CHRFScore(), lists),
        "ter": (text.TranslationEditRate(), lists),
        "wer": (text.WordErrorRate(), REFERENCES),
        "cer": (text.CharErrorRate(), REFERENCES),
    }
    return {name: float(metric(PREDICTIONS, references)) for name, (metric, references) in metrics.items()}


def test_equal_scores():
    before = scores()
    with rapidscore.patched():
        assert scores() == before
    # These scores are sacrebleu's and jiwer's, in float32.
    assert before["bleu"] == pytest.approx(rapidscore.BLEU().score(PREDICTIONS, REFERENCES).score / 100, rel=1e-6)
    assert before["wer"] == pytest.approx(rapidscore.WER().score(PREDICTIONS, REFERENCES).score, rel=1e-6)
