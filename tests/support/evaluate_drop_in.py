"""The drop-in for evaluate: generated texts, and results compared over every way to add examples."""

import random

from support.outcomes import exactly

from rapidscore.compat import evaluate

WORDS = ["the", "The", "cat", "sat", "on", "a", "mat", ",", ".", "3.5", "1,000", "don't", "run-time", "running"]
WORDS += ["&quot;", "café", "猫", "x"]
TYPES = ["rouge1", "rouge2", "rougeL", "rougeLsum"]
LABEL_METRICS = ["accuracy", "precision", "recall", "f1", "matthews_correlation", "confusion_matrix"]
TEXT_METRICS = ["bleu", "google_bleu", "sacrebleu", "rouge", "chrf", "ter", "wer", "cer", "exact_match"]


def made_up(count, seed=0, references=1):
    draw = random.Random(seed)

    def text():
        words = draw.choices(WORDS, k=draw.choice([0, 1, 2, 3, 5, 8, 13, 30]))
        return draw.choice([" ", " ", "\n"]).join(words) + draw.choice(["", "", " ", "\n"])

    predictions = [text() for _ in range(count)]
    lists = []
    for prediction in predictions:
        near = prediction.replace("cat", "mat", 1) + draw.choice(["", " x"])
        lists.append([near if draw.random() < 0.6 else text() for _ in range(references)])
    return predictions, [texts[0] for texts in lists] if references == 1 else lists


def compute(name, predictions, references, config=None, **options):
    """Compute a result in one call, and assert that adding the examples in parts gives the same."""
    result = evaluate.load(name, config, seed=5).compute(predictions=predictions, references=references, **options)
    for at_load in {}, {"options": options}:
        metric = evaluate.load(name, config, seed=5, **at_load)
        half = len(predictions) // 2
        metric.add_batch(predictions=predictions[:half], references=references[:half])
        for prediction, reference in zip(predictions[half:-1], references[half:-1], strict=True):
            metric.add(prediction=prediction, reference=reference)
        assert len(metric) == len(predictions) - 1
        found = metric.compute(predictions=predictions[-1:], references=references[-1:], **options)
        assert exactly(found) == exactly(result)
        assert len(metric) == 0
    return result
