"""The example `examples/sentiment.py` runs, and its numbers are scikit-learn's."""

import importlib.util
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score, classification_report, f1_score, make_scorer, matthews_corrcoef
from sklearn.model_selection import cross_validate
from support import effort
from support.effort import thinned

SCRIPT = Path(__file__).parents[2] / "examples" / "sentiment.py"


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("sentiment", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A folder of generated sentences, some with the wrong label."""
    draw = random.Random(7)
    folder = tmp_path_factory.mktemp("sst2")
    phrases = [["dull", "not good", "a waste of time"], ["lovely", "not bad", "worth every minute"]]
    subjects = ["the film", "its music", "this long and winding story of two brothers who meet again at sea"]
    for name, count in [("train", 120), ("dev", 40)]:
        lines = []
        for _ in range(count):
            label = draw.randrange(2)
            chosen = phrases[label if draw.random() < 0.8 else 1 - label]
            lines.append(
                f"{draw.choice(subjects)} is {draw.choice(chosen)} and {draw.choice(chosen)} {draw.random()}\t{label}"
            )
        (folder / f"{name}.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sst2(tmp_path_factory):
    """A folder with SST-2, of which the training data are a sample by default."""
    folder = Path(os.environ.get("RAPIDSCORE_DATA", "")) / "sst2"
    if "RAPIDSCORE_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("needs SST-2: set RAPIDSCORE_DATA to the folder that holds sst2/")
    sample = tmp_path_factory.mktemp("sample")
    for name, step in ("train.tsv", 6), ("dev.tsv", 1):
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (sample / name).write_text("".join(thinned(lines, step)), encoding="utf-8")
    return sample


def check(example, folder, printed):
    """Compare the output with scikit-learn's numbers; return the accuracy, and F1 on training and held-out data."""
    train, train_labels = example.read(folder / "train.tsv")
    dev, labels = example.read(folder / "dev.tsv")
    predictions = example.classifier(1).fit(train, train_labels).predict(dev)

    report = classification_report(labels, predictions, target_names=["negative", "positive"], digits=4)
    assert printed.startswith(report)
    accuracy = accuracy_score(labels, predictions)
    f1, matthews = f1_score(labels, predictions), matthews_corrcoef(labels, predictions)
    assert f"accuracy {accuracy:.4f}, F1 {f1:.4f}, Matthews {matthews:.4f}\n" in printed

    tables = example.slices(dev)
    assert [*tables] == ["length", "negation"]
    for groups in tables.values():
        assert len({*groups}) == 2
        for group in {*groups}:
            rows = [at for at, label in enumerate(groups) if label == group]
            true, predicted = [labels[at] for at in rows], [predictions[at] for at in rows]
            (line,) = [line for line in printed.splitlines() if re.match(rf"{group}  ", line)]
            size, share, *_, score = re.split(" {2,}", line)[1:]
            assert (size, share) == (str(len(rows)), f"{accuracy_score(true, predicted):.4f}")
            assert score == f"{f1_score(true, predicted):.4f}"

    gaps = [tuple(map(float, line.split())) for line in printed.split("gap\n")[1].splitlines()]
    assert [strength for strength, *_ in gaps] == [*example.STRENGTHS]
    for strength, seen, unseen, gap in gaps:
        expected = cross_validate(
            example.classifier(strength),
            train,
            train_labels,
            cv=5,
            scoring=make_scorer(f1_score),
            return_train_score=True,
        )
        in_training, held_back = expected["train_score"].mean(), expected["test_score"].mean()
        assert (seen, unseen) == (float(f"{in_training:.4f}"), float(f"{held_back:.4f}"))
        assert gap == float(f"{in_training - held_back:.4f}")
    return accuracy, gaps


def test_generated_data(example, tiny, capsys):
    example.main(tiny)
    check(example, tiny, capsys.readouterr().out)


def test_script(tiny):
    run = subprocess.run([sys.executable, SCRIPT, tiny], capture_output=True, text=True, check=True)
    assert run.stderr == ""
    assert "F1 held back" in run.stdout
    without = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert without.returncode == 1
    assert "python examples/sentiment.py FOLDER" in without.stderr


def test_overfitting_on_real_data(example, sst2, capsys):
    example.main(sst2)
    accuracy, gaps = check(example, sst2, capsys.readouterr().out)
    # Bags of words reach about 0.8 of the 872 sentences, and 0.7 with a sample of the training data.
    assert (0.75 if effort.exhaustive else 0.65) < accuracy < 0.9
    (strong, *regularised), (weak, *free) = gaps
    assert strong > weak
    for seen, unseen, gap in (regularised, free):
        assert seen > unseen
        assert gap > 0.05
    assert free[0] > regularised[0]
    assert free[2] > regularised[2]
