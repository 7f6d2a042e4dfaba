"""Train a sentiment classifier on SST-2, score it by slices, and see it overfit.

    python examples/sentiment.py FOLDER

FOLDER holds the Stanford Sentiment Treebank as `train.tsv` and `dev.tsv`, without headers. Each line has a sentence, a
tab, and 0 (negative) or 1 (positive). Needs scikit-learn.
"""

import sys
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline, make_pipeline

from rapidscore import Classification
from rapidscore.compat.sklearn.metrics import f1_score

NEGATIONS = {"not", "n't", "no", "never", "nothing", "nor", "neither", "without"}
NAMES = ["negative", "positive"]
LONG = 20
#: Strengths of regularisation: scikit-learn's default, and almost none.
STRENGTHS = 1, 0.01


def read(path: Path) -> tuple[list[str], list[int]]:
    """Return the sentences of a file and their labels."""
    with path.open(encoding="utf-8") as file:
        rows = [line.rsplit("\t", 1) for line in file]
    return [sentence for sentence, _ in rows], [int(label) for _, label in rows]


def classifier(strength: float) -> Pipeline:
    """Return a bag-of-words classifier. The stronger its regularisation, the less it can memorize."""
    return make_pipeline(TfidfVectorizer(), LogisticRegression(C=1 / strength, solver="liblinear"))


def slices(sentences: list[str]) -> dict[str, list[str]]:
    """Return for each sentence whether it is long, and whether it has a negation."""
    tokenized = [sentence.split() for sentence in sentences]
    return {
        "length": [f"{LONG} words or more" if len(words) >= LONG else "fewer words" for words in tokenized],
        "negation": ["negated" if NEGATIONS & {*words} else "plain" for words in tokenized],
    }


def overfitting(sentences: list[str], labels: list[int], strength: float) -> tuple[float, float]:
    """Return the mean F1 over five folds: on the sentences trained on, and on held-out sentences."""
    scores = cross_validate(
        classifier(strength), sentences, labels, cv=5, scoring=make_scorer(f1_score), return_train_score=True
    )
    return scores["train_score"].mean(), scores["test_score"].mean()


def main(folder: Path) -> None:
    """Train, score and print the results."""
    train, train_labels = read(folder / "train.tsv")
    dev, labels = read(folder / "dev.tsv")
    predictions = classifier(strength=1).fit(train, train_labels).predict(dev)

    stats = Classification(average="binary").statistics(predictions, labels)
    score = stats.score()
    print(score.report(digits=4, target_names=NAMES))
    print(f"accuracy {score.accuracy:.4f}, F1 {score.f1():.4f}, Matthews {score.matthews_correlation:.4f}\n")

    # The same rows by slice. Nothing is predicted or counted again.
    for name, groups in slices(dev).items():
        print(stats.by({name: groups}).format(["accuracy", "precision", "recall", "f1"]), end="\n\n")

    # A model that memorizes its sentences scores far better on them than on others.
    print("regularisation    F1 in training    F1 held back      gap")
    for strength in STRENGTHS:
        training, held_out = overfitting(train, train_labels, strength)
        print(f"{strength:14g} {training:17.4f} {held_out:15.4f} {training - held_out:8.4f}")


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])) if sys.argv[1:] else __doc__)
