"""Unchanged code that calls peers, under `patch()`: a whole process, and calls from other packages."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import data
import numpy as np
from harness import Call, Line, Peer, Run, Values, Work

import rapidscore

#: A script that does not know rapidscore.
SCRIPT = """
import sys
import sacrebleu

predictions, references = (open(name, encoding="utf-8").read().split("\\n") for name in sys.argv[1:])
for score in sacrebleu.corpus_bleu, sacrebleu.corpus_chrf, sacrebleu.corpus_ter:
    print(score(predictions, [references]).format(width=12))
"""


def rows(run: Run) -> list[Line]:
    """Run all rows of `patch()`."""
    return [*script(run), *paired_test(run), *cross_validation(run)]


def script(run: Run) -> list[Line]:
    """Run an unchanged script as a process, with and without patch()."""
    given = data.thin(run.given, run.sizes.ter)
    texts = [[text.replace("\n", " ") for text in column] for column in given]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "script.py"
        path.write_text(SCRIPT, encoding="utf-8")
        names = [Path(folder) / name for name in ("predictions", "references")]
        for name, column in zip(names, texts, strict=True):
            name.write_text("\n".join(column), encoding="utf-8")

        def outcome(*flags: str) -> tuple[str, float]:
            begin = time.perf_counter()
            command = [sys.executable, *flags, str(path), *map(str, names)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            return done.stdout, time.perf_counter() - begin

        ours = [outcome("-m", "rapidscore.patch") for _ in range(run.benchmark.repeat)]
        theirs = outcome()
    count = len(given[0])
    work = f"python -m rapidscore.patch script.py: sacrebleu's BLEU, chrF and TER of {count:,} segments"
    line = Line("patch", work, float(np.median([taken for _, taken in ours])), "call", at_least=20)
    line.peer, line.theirs = "python script.py, once", theirs[1]
    line.samples = {"ours": [taken for _, taken in ours], "theirs": [theirs[1]]}
    line.scores = "equal" if {printed for printed, _ in ours} == {theirs[0]} else "differs"
    if line.scores == "differs":
        run.benchmark.differences.append(f"patch: the script prints {ours[0][0]!r}, without patch {theirs[0]!r}")
    return [line]


def paired_test(run: Run) -> list[Line]:
    """Compare two systems by sacrebleu's PairedTest, with and without patch()."""

    def prepare(module: ModuleType, given: data.Pairs) -> Call:
        from sacrebleu.metrics import BLEU, CHRF

        predictions, references = given
        systems = [("one", predictions), ("other", [text.replace("e", "", 2) for text in predictions])]
        metrics = {"BLEU": BLEU(), "chrF": CHRF()}

        def call() -> Any:
            return module.PairedTest(systems, metrics, [references], n_ar_confidence=0)()

        return call

    def patched(given: data.Pairs) -> Call:
        from sacrebleu import significance

        def work() -> Any:
            with rapidscore.patched("sacrebleu"):
                return prepare(significance, given)()

        return work

    def values(found: Any) -> Values:
        results = {name: results for name, results in found[1].items() if name != "System"}
        return {
            f"{name} {value}": np.array([getattr(result, value) for result in results[name][1:]], float)
            for name in results
            for value in ("score", "p_value", "mean", "ci")
        }

    given = data.thin(run.given, run.sizes.ter)
    name = f"PairedTest, BLEU and chrF of {len(given[0]):,} segments, 10,000 trials and intervals"
    work = Work(f"sacrebleu's {name}, under patch()", patched, lambda given: values(patched(given)()))
    peer = Peer("sacrebleu's own", "sacrebleu.significance", prepare, values, reference=True)
    return run.benchmark.run("patch", given, work, [peer], "call")


def cross_validation(run: Run) -> list[Line]:
    """Score a model by scikit-learn's cross_validate, with and without patch()."""

    def prepare(module: ModuleType, given: Any) -> Call:
        from sklearn.dummy import DummyClassifier

        features, labels = given
        scoring = ["accuracy", "f1_macro", "recall_macro", "precision_macro", "matthews_corrcoef"]
        model = DummyClassifier(strategy="stratified", random_state=0)
        return lambda: module.cross_validate(model, features, labels, scoring=scoring)

    def patched(given: Any) -> Call:
        from sklearn import model_selection

        call = prepare(model_selection, given)

        def work() -> Any:
            with rapidscore.patched("sklearn"):
                return call()

        return work

    def values(found: Any) -> Values:
        return {name: scores for name, scores in found.items() if name.startswith("test_")}

    draw = np.random.default_rng(2)
    count = run.sizes.labels // 10
    given: Any = draw.random((count, 1)), draw.integers(0, 10, count)
    work = Work(
        f"cross_validate of five scores, {count:,} labels, under patch()",
        patched,
        lambda given: values(patched(given)()),
    )
    peer = Peer(
        "scikit-learn's own, with a model that guesses", "sklearn.model_selection", prepare, values, reference=True
    )
    return run.benchmark.run("patch", given, work, [peer], "call")
