"""Systems to compare."""

import random

from support.metrics import suit


def three_systems(count=60, seed=1):
    """Return the texts of three systems with increasing numbers of errors, and references."""
    choose = random.Random(seed)
    words = [f"w{number}" for number in range(200)]
    references = [" ".join(choose.choices(words, k=choose.randrange(4, 20))) for _ in range(count)]

    def spoiled(share):
        return [
            " ".join(word if choose.random() > share else choose.choice(words) for word in text.split())
            for text in references
        ]

    return {"baseline": spoiled(0.2), "near": spoiled(0.21), "worse": spoiled(0.3)}, references


def statistics_of(metric, count=60):
    systems, references = three_systems(count)
    return {name: metric.statistics(*suit(metric, texts, references)) for name, texts in systems.items()}
