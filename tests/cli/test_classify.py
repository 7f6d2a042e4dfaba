"""The command `rapidscore classify`: the numbers of the Python API, from files, and clear error messages."""

import csv
import io
import json
import math
import random
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import classification_report, cohen_kappa_score, confusion_matrix, matthews_corrcoef
from support.tables import cells

from rapidscore import Classification
from rapidscore.cli import main

REFERENCES = ["yes", "no", "no", "yes", "maybe", "no", "yes", "maybe", "no", "yes"]
PREDICTIONS = ["yes", "no", "yes", "yes", "no", "no", "maybe", "maybe", "no", "yes"]
GROUPS = ["b", "a", "a", "b", "b", "a", "c", "c", "b", "a"]
AGES = ["9", "10", "9", "10", "9", "9", "10", "9", "10", "9"]
WEIGHTS = ["1.5", "2", "0.25", "1", "3", "1", "0.5", "1", "1", "2"]
LINES = ["--references", "true.txt", "--predictions", "predicted.txt"]
TABLE = ["--reference-column", "label", "--prediction-column", "predicted"]
HEADER = ["text", "label", "predicted", "group", "age", "weight"]

MARK = "a byte order mark (U+FEFF), which was removed"

EXAMPLE = Path(__file__).parents[2] / "examples" / "sentiment.csv"


def write_table(path, rows, delimiter=",", header=HEADER):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([header, *rows])


def write_json(path, records):
    Path(path).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def write_lines(path, labels):
    Path(path).write_text("".join(f"{label}\n" for label in labels), encoding="utf-8")


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Write the labels in every format into the working directory."""
    monkeypatch.chdir(tmp_path)
    for name, labels in [("true", REFERENCES), ("predicted", PREDICTIONS), ("groups", GROUPS)]:
        write_lines(f"{name}.txt", labels)
    texts = ['a "quoted", long', "two\nlines", *["text"] * 8]
    rows = [*zip(texts, REFERENCES, PREDICTIONS, GROUPS, AGES, WEIGHTS, strict=True)]
    write_table("labels.csv", rows)
    write_table("labels.TSV", rows, "\t")
    write_json(
        "labels.jsonl",
        [dict(zip(HEADER, [*row[:4], int(row[4]), float(row[5])], strict=True)) for row in rows],
    )


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "rapidscore", "classify", *arguments], capture_output=True, text=True, check=False
    )


def printed(capsys, *arguments):
    assert main(["classify", *arguments]) == 0
    return capsys.readouterr().out


def nested(report):
    """Return the report of scikit-learn as JSON has it, where the classes are apart from the averages."""
    averages = {name: report[name] for name in ("accuracy", "macro avg", "weighted avg")}
    return {"classes": {name: values for name, values in report.items() if name not in averages}, **averages}


def all_values(score):
    return score.as_dict() | {"cohen_kappa": score.cohen_kappa()}


def scores(capsys, *arguments):
    found = json.loads(printed(capsys, *arguments, "--format", "json"), parse_constant=pytest.fail)
    assert found.pop("names") == [
        arguments[arguments.index("--data" if "--data" in arguments else "--predictions") + 1]
    ]
    return found


class TestInput:
    @pytest.mark.parametrize(
        "arguments",
        [LINES, *(["--data", f"labels.{suffix}", *TABLE] for suffix in ("csv", "TSV", "jsonl"))],
        ids=["lines", "csv", "tsv", "jsonl"],
    )
    def test_every_format(self, capsys, arguments):
        found = scores(capsys, *arguments)
        assert found["report"] == nested(classification_report(REFERENCES, PREDICTIONS, output_dict=True))
        assert found["confusion_matrix"] == {
            "labels": ["maybe", "no", "yes"],
            "matrix": confusion_matrix(REFERENCES, PREDICTIONS).tolist(),
        }
        assert found["values"] == all_values(Classification().score(PREDICTIONS, REFERENCES))
        assert found["values"]["matthews_correlation"] == matthews_corrcoef(REFERENCES, PREDICTIONS)
        assert found["values"]["cohen_kappa"] == cohen_kappa_score(REFERENCES, PREDICTIONS)
        assert found["segments"] == len(REFERENCES)
        assert found["groups"] is found["fairness"] is None

        report = classification_report(REFERENCES, PREDICTIONS, digits=3)
        assert printed(capsys, *arguments, "--digits", "3").startswith(report + "\n")

    def test_integers_are_sorted_as_numbers(self, capsys):
        true, predicted = ["10", "9", "-1", "10", "9"], ["10", "10", "-1", "9", "9"]
        write_table("numbers.csv", zip(true, predicted, strict=True), header=TABLE[1::2])
        found = scores(capsys, "--data", "numbers.csv", *TABLE)
        assert found["confusion_matrix"]["labels"] == [-1, 9, 10]
        expected = classification_report([*map(int, true)], [*map(int, predicted)], output_dict=True)
        assert found["report"] == nested(expected)
        assert [*found["report"]["classes"]] == [*expected][:3]

        # One label that is not a number makes all labels text, and so do quotes in JSON.
        found = scores(capsys, "--data", "numbers.csv", *TABLE, "--labels=-1,9,10,none", "--quiet")
        assert found["confusion_matrix"]["labels"] == ["-1", "9", "10", "none"]
        write_json("numbers.jsonl", [{"label": t, "predicted": p} for t, p in zip(true, predicted, strict=True)])
        assert scores(capsys, "--data", "numbers.jsonl", *TABLE)["confusion_matrix"]["labels"] == ["-1", "10", "9"]

    @pytest.mark.parametrize("labels", [[3, 20, 3, 20], [True, False, False, True], ["3", "20", "1", "x"]])
    def test_types_of_json(self, capsys, labels):
        write_json("typed.jsonl", [{"label": a, "predicted": b} for a, b in zip(labels, labels[::-1], strict=True)])
        found = scores(capsys, "--data", "typed.jsonl", *TABLE, "--quiet")
        assert found["confusion_matrix"]["labels"] == sorted({*labels})
        assert {*map(type, found["confusion_matrix"]["labels"])} == {type(labels[0])}
        with warnings.catch_warnings(action="ignore"):
            assert found["report"] == nested(classification_report(labels, labels[::-1], output_dict=True))

    def test_windows_files(self, capsys):
        """With a byte order mark, which is reported, carriage returns, and no newline at the end."""
        for name in ("true.txt", "predicted.txt", "labels.csv", "labels.jsonl"):
            text = Path(name).read_text(encoding="utf-8").replace("\n", "\r\n").removesuffix("\r\n")
            Path(f"windows-{name}").write_bytes(b"\xef\xbb\xbf" + text.encode())
        expected = scores(capsys, *LINES)
        assert scores(capsys, "--references", "windows-true.txt", "--predictions", "windows-predicted.txt") == expected
        # The mark would become part of the first column's name, "text".
        arguments = ["--reference-column", "text", "--prediction-column", "text"]
        assert scores(capsys, "--data", "windows-labels.csv", *arguments, "--quiet")["values"]["accuracy"] == 1
        for name in ("windows-labels.csv", "windows-labels.jsonl"):
            assert main(["classify", "--data", name, *TABLE, "--format", "json"]) == 0
            captured = capsys.readouterr()
            found = json.loads(captured.out)
            del found["names"]
            assert found == expected
            assert captured.err == f"rapidscore: warning: {name} begins with {MARK}\n"

    def test_empty_lines(self, capsys):
        expected = scores(capsys, *LINES)
        for name in ("labels.csv", "labels.jsonl"):
            with open(name, "a", encoding="utf-8") as file:
                file.write("\n\n")
            assert scores(capsys, "--data", name, *TABLE) == expected

    def test_long_cells_and_the_limit_of_the_csv_module(self, capsys):
        limit = csv.field_size_limit()
        write_table("long.csv", [["x" * (limit + 1), "a", "a"]], header=HEADER[:3])
        assert scores(capsys, "--data", "long.csv", *TABLE)["segments"] == 1
        assert csv.field_size_limit() == limit

    @pytest.mark.parametrize("suffix", ["csv", "jsonl"])
    def test_weights(self, capsys, suffix):
        found = scores(capsys, "--data", f"labels.{suffix}", *TABLE, "--weight-column", "weight")
        weights = [*map(float, WEIGHTS)]
        score = Classification().score(PREDICTIONS, REFERENCES, sample_weight=weights)
        assert found["values"] == all_values(score)
        assert found["report"] == nested(score.report_dict())
        matrix = confusion_matrix(REFERENCES, PREDICTIONS, sample_weight=weights)
        assert found["confusion_matrix"]["matrix"] == matrix.tolist()

    @pytest.mark.serial
    def test_a_million_lines(self, capsys):
        random.seed(1)
        labels = [str(random.randrange(20)) for _ in range(1_000_000)]
        write_lines("many.txt", labels)
        write_lines("shifted.txt", labels[1:] + labels[:1])
        start = time.monotonic()
        found = scores(capsys, "--references", "many.txt", "--predictions", "shifted.txt", "--groups", "many.txt")
        # It takes about half a second; the rest is a margin for a busy machine.
        assert time.monotonic() - start < 5
        assert found["segments"] == len(labels)
        assert sum(map(sum, found["confusion_matrix"]["matrix"])) == len(labels)
        assert sum(group["size"] for group in found["groups"]["groups"]) == len(labels)


class TestOptions:
    @pytest.mark.parametrize("average", ["macro", "micro", "weighted"])
    def test_average(self, capsys, average):
        found = scores(capsys, *LINES, "--average", average)
        score = Classification(average=average).score(PREDICTIONS, REFERENCES)
        assert found["values"] == all_values(score)
        assert found["signatures"]["classification"] == score.signature
        assert f"{average} f1 = {score.f1():.4f}" in printed(capsys, *LINES, "--average", average)

    def test_binary_average(self, capsys):
        true, predicted = [1, 0, 0, 1, 1], [1, 0, 1, 1, 0]
        write_lines("true.txt", true)
        write_lines("predicted.txt", predicted)
        expected = Classification(average="binary").score(predicted, true)
        assert scores(capsys, *LINES, "--average", "binary")["values"] == all_values(expected)
        expected = Classification(average="binary", pos_label=0).score(predicted, true)
        assert scores(capsys, *LINES, "--average", "binary", "--pos-label", "0")["values"] == all_values(expected)
        records = [{"label": bool(t), "predicted": bool(p)} for t, p in zip(true, predicted, strict=True)]
        write_json("bool.jsonl", records)
        arguments = ["--data", "bool.jsonl", *TABLE, "--average", "binary", "--labels", "true,false"]
        assert scores(capsys, *arguments, "--pos-label", "false")["values"] == all_values(expected)

    def test_order_of_labels(self, capsys):
        names = ["yes", "maybe", "no, never", "no"]
        found = scores(capsys, *LINES, "--labels", 'yes, maybe,"no, never",no', "--zero-division", "0")
        assert found["confusion_matrix"]["labels"] == names
        assert found["confusion_matrix"]["matrix"] == confusion_matrix(REFERENCES, PREDICTIONS, labels=names).tolist()
        expected = classification_report(REFERENCES, PREDICTIONS, labels=names, output_dict=True, zero_division=0)
        assert found["report"] == nested(expected)
        assert [*found["report"]["classes"]] == names

    @pytest.mark.parametrize(("named", "value"), [("0", 0), ("1", 1), ("nan", math.nan)])
    def test_zero_division(self, capsys, named, value):
        arguments = [*LINES, "--labels", "maybe,never,no,yes", "--zero-division", named]
        found = scores(capsys, *arguments)["report"]
        score = Classification(labels=["maybe", "never", "no", "yes"], zero_division=value)
        expected = score.score(PREDICTIONS, REFERENCES).report_dict()
        # NaN is null in JSON.
        assert found["classes"]["never"]["precision"] == (None if math.isnan(value) else expected["never"]["precision"])
        assert found["macro avg"] == expected["macro avg"]
        assert capsys.readouterr().err == ""

    def test_ignored_label(self, capsys):
        true, predicted = [0, -100, 1, 1, -100], [0, 1, 0, 1, 2]
        write_lines("true.txt", true)
        write_lines("predicted.txt", predicted)
        found = scores(capsys, *LINES, "--ignore-label", "-100")
        expected = Classification(ignore_index=-100).score(predicted, true)
        assert found["confusion_matrix"]["labels"] == [0, 1]
        assert found["values"] == all_values(expected)
        assert found["segments"] == 3

    def test_threads(self, capsys, threads):
        assert scores(capsys, *LINES, "--threads", "1") == scores(capsys, *LINES, "--threads", "2")
        threads(0)


class TestGroups:
    @pytest.mark.parametrize(
        ("arguments", "groups"),
        [
            ([*LINES, "--groups", "groups.txt"], {"group": GROUPS}),
            (["--data", "labels.csv", *TABLE, "--group-column", "age"], {"age": [*map(int, AGES)]}),
            (
                ["--data", "labels.jsonl", *TABLE, "--group-column", "group", "--group-column", "age"],
                {"group": GROUPS, "age": [*map(int, AGES)]},
            ),
        ],
    )
    def test_groups(self, capsys, arguments, groups):
        expected = Classification(zero_division=0).statistics(PREDICTIONS, REFERENCES).by(groups)
        arguments += ["--zero-division", "0"]
        found = scores(capsys, *arguments)["groups"]
        assert found["features"] == [*groups]
        sizes = {tuple(group["group"].values()): group["size"] for group in found["groups"]}
        keys = {key: (key,) if len(groups) == 1 else key for key in expected.sizes}
        assert sizes == {keys[key]: size for key, size in expected.sizes.items()}
        assert [*sizes] == [*keys.values()]
        for group in found["groups"]:
            key = next(key for key, labels in keys.items() if labels == tuple(group["group"].values()))
            assert (group["values"] is None) == (key in expected.empty)
            if key in expected:
                # NaN is null in JSON.
                values = expected[key].as_dict().items()
                assert group["values"] == {name: None if math.isnan(value) else value for name, value in values}
        assert found["overall"] == expected.overall.as_dict()
        assert found["difference"] == expected.difference()
        assert found["ratio"] == expected.ratio()
        assert expected.format(["f1", "accuracy", "precision", "recall"]) in printed(capsys, *arguments)

    def test_fairness(self, capsys):
        rows = [*csv.DictReader(EXAMPLE.read_text(encoding="utf-8").splitlines())]
        true, predicted, group = ([row[name] for row in rows] for name in ("label", "predicted", "group"))
        metric = Classification(pos_label="positive")
        expected = metric.statistics(predicted, true).by({"group": group})
        arguments = ["--data", str(EXAMPLE), *TABLE, "--group-column", "group", "--pos-label", "positive"]
        found = scores(capsys, *arguments)
        assert found["fairness"] == {
            "demographic_parity": {
                "difference": expected.demographic_parity_difference(),
                "ratio": expected.demographic_parity_ratio(),
            },
            "equalized_odds": {
                "difference": expected.equalized_odds_difference(),
                "ratio": expected.equalized_odds_ratio(),
            },
            "equal_opportunity": {
                "difference": expected.equal_opportunity_difference(),
                "ratio": expected.equal_opportunity_ratio(),
            },
        }
        for group in found["groups"]["groups"]:
            score = expected[group["group"]["group"]]
            assert group["values"]["selection_rate"] == score.selection_rate()
            assert group["values"]["true_positive_rate"] == score.true_positive_rate()
            assert group["values"]["false_positive_rate"] == score.false_positive_rate()
        assert found["groups"]["difference"]["selection_rate"] == expected.demographic_parity_difference()
        shown = f"{expected.equalized_odds_difference():.4f}", f"{expected.equalized_odds_ratio():.4f}"
        (line,) = [line for line in printed(capsys, *arguments).splitlines() if "equalized_odds" in line]
        assert line.split() == ["equalized_odds", *shown]

    def test_fairness_needs_a_positive_label(self, capsys):
        """Of two names, neither is known to be the positive label; of 0 and 1 it is 1; three classes have none."""
        arguments = ["--data", str(EXAMPLE), *TABLE, "--group-column", "group"]
        assert scores(capsys, *arguments)["fairness"] is None
        assert "--pos-label" in printed(capsys, *arguments)
        assert scores(capsys, *LINES, "--groups", "groups.txt", "--pos-label", "yes", "--quiet")["fairness"] is None
        write_lines("true.txt", [1, 0] * 5)
        write_lines("predicted.txt", [1, 1] * 5)
        found = scores(capsys, *LINES, "--groups", "groups.txt", "--quiet")
        expected = Classification().statistics([1, 1] * 5, [1, 0] * 5).by(GROUPS)
        assert found["fairness"]["equal_opportunity"]["ratio"] == expected.equal_opportunity_ratio()


class TestOutput:
    def test_table(self, capsys):
        out = printed(capsys, *LINES)
        score = Classification().score(PREDICTIONS, REFERENCES)
        assert out.startswith(score.report() + "\n")
        _, *rows = cells(out.removeprefix(score.report()).strip().partition("\naccuracy = ")[0])
        matrix = confusion_matrix(REFERENCES, PREDICTIONS).tolist()
        assert rows == [[name, *map(str, row)] for name, row in zip(["maybe", "no", "yes"], matrix, strict=True)]
        assert f"accuracy = {score.accuracy:.4f}, balanced_accuracy = {score.balanced_accuracy:.4f}, " in out
        assert f"matthews_correlation = {score.matthews_correlation:.4f}" in out
        assert f"cohen_kappa = {score.cohen_kappa():.4f}" in out
        assert out.endswith(f"\n{score.signature}\n")

    def test_csv_and_json(self, capsys):
        arguments = ["--data", str(EXAMPLE), *TABLE, "--group-column", "group", "--pos-label", "positive"]
        found = scores(capsys, *arguments)
        rows = list(csv.DictReader(io.StringIO(printed(capsys, *arguments, "--format", "csv"))))
        cells = {(row["part"], row["row"], row["column"]): row["value"] for row in rows}
        assert len(cells) == len(rows)
        assert cells.pop(("signature", "", "")) == found["signatures"]["classification"]
        expected = {("values", name, ""): value for name, value in found["values"].items()}
        classes = found["report"].pop("classes")
        for part, content in ("classes", classes), ("report", found["report"]), ("fairness", found["fairness"]):
            for name, values in content.items():
                columns = values if isinstance(values, dict) else {"": values}
                expected |= {(part, name, column): value for column, value in columns.items()}
        labels = found["confusion_matrix"]["labels"]
        for label, counts in zip(labels, found["confusion_matrix"]["matrix"], strict=True):
            expected |= {("confusion_matrix", label, other): count for other, count in zip(labels, counts, strict=True)}
        for group in found["groups"]["groups"]:
            name = f"group={group['group']['group']}"
            values = {"size": group["size"], **group["values"]}
            expected |= {("groups", name, column): value for column, value in values.items()}
        for how in ("difference", "ratio"):
            expected |= {("groups", how, column): value for column, value in found["groups"][how].items()}
        assert {key: float(value) for key, value in cells.items()} == expected

    def test_markdown(self, capsys):
        arguments = ["--data", str(EXAMPLE), *TABLE, "--group-column", "group", "--pos-label", "positive"]
        *tables, signature = printed(capsys, *arguments, "--format", "markdown").split("\n\n")
        report, matrix, values, groups, fairness = (table.splitlines() for table in tables)
        assert report[:2] == ["|  | precision | recall | f1-score | support |", "|---|---:|---:|---:|---:|"]
        assert report[2] == "| negative | 0.72 | 0.68 | 0.70 | 19 |"
        assert report[4] == "| accuracy |  |  | 0.72 | 40 |"
        assert matrix[2:] == ["| negative | 13 | 6 |", "| positive | 5 | 16 |"]
        assert values[0].startswith("| accuracy | balanced_accuracy | macro precision | ")
        assert [row.split(" | ")[0] for row in groups[2:]] == [
            "| film",
            "| food",
            "| travel",
            "| overall",
            "| difference",
        ]
        assert fairness[2] == "| demographic_parity | 0.0714 | 0.8750 |"
        assert signature.startswith(r"avg:macro\|")
        for table in (report, matrix, values, groups, fairness):
            assert len({row.count(" | ") for row in table if not row.startswith("|---")}) == 1

    def test_markup_in_names(self, capsys):
        write_json("odd.jsonl", [{"label": "x[red]|<b>", "predicted": "x[red]|<b>", "g[b]": "[bold]y"}])
        arguments = ["--data", "odd.jsonl", *TABLE, "--group-column", "g[b]"]
        out = printed(capsys, *arguments)
        assert out.count("x[red]|<b>") == 3
        assert "g[b]" in out
        assert "[bold]y" in out
        assert r"| x[red]\|&lt;b> | 1 |" in printed(capsys, *arguments, "--format", "markdown")

    def test_large_matrices_are_only_in_json(self, capsys):
        write_lines("true.txt", range(31))
        arguments = ["--references", "true.txt", "--predictions", "true.txt"]
        out = printed(capsys, *arguments)
        assert "The confusion matrix of 31 classes is not shown" in out
        assert "predicted" not in out
        assert "predicted" not in printed(capsys, *arguments, "--format", "markdown")
        assert np.array_equal(scores(capsys, *arguments)["confusion_matrix"]["matrix"], np.eye(31))

    def test_warnings(self):
        write_lines("predicted.txt", ["yes"] * len(REFERENCES))
        loud = run(*LINES, "--groups", "groups.txt")
        quiet = run(*LINES, "--groups", "groups.txt", "--quiet")
        lines = loud.stderr.splitlines()
        assert lines[0] == (
            "rapidscore: warning: Precision is ill-defined and being set to 0.0 in labels with no predicted samples. "
            "Use --zero-division to control this behavior."
        )
        assert len({*lines}) == len(lines)
        assert all(line.startswith("rapidscore: warning: ") for line in lines)
        assert quiet.stderr == ""
        assert loud.stdout == quiet.stdout


class TestPlot:
    @pytest.mark.parametrize(
        ("name", "begin"), [("m.png", b"\x89PNG\r\n\x1a\n"), ("m.PDF", b"%PDF"), ("m.svg", b"<?xml")]
    )
    def test_suffix_chooses_the_format(self, capsys, name, begin):
        out = printed(capsys, *LINES, "--plot", name)
        assert Path(name).read_bytes().startswith(begin)
        assert out == printed(capsys, *LINES)

    @pytest.mark.parametrize("with_sklearn", [True, False])
    def test_formulas_in_labels(self, capsys, monkeypatch, with_sklearn):
        if not with_sklearn:
            monkeypatch.setitem(sys.modules, "sklearn.metrics", None)
        write_lines("true.txt", ["$\\frac$", "$x$"])
        write_lines("predicted.txt", ["$x$", "$x$"])
        printed(capsys, *LINES, "--plot", "m.svg", "--quiet")
        assert "<!-- $x$ -->" in Path("m.svg").read_text(encoding="utf-8")

    def test_no_window_and_no_open_figure(self, capsys):
        from matplotlib import pyplot

        before = pyplot.get_fignums()
        printed(capsys, *LINES, "--plot", "m.png")
        assert pyplot.get_fignums() == before

    def test_without_matplotlib(self, monkeypatch, capsys):
        monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
        assert main(["classify", *LINES, "--plot", "m.png"]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == "rapidscore: error: --plot needs matplotlib: pip install 'rapidscore[plot]'\n"
        assert not Path("m.png").exists()


CSV = ["--data", "bad.csv", *TABLE]
JSON = ["--data", "bad.jsonl", *TABLE]


@pytest.mark.parametrize(
    ("bad", "arguments", "messages"),
    [
        # Columns and files.
        ({}, [], ["name the labels: --references"]),
        ({}, LINES[:2], ["name the labels"]),
        ({}, [*LINES, "--data", "labels.csv"], ["name the labels"]),
        ({}, ["--data", "labels.csv", *TABLE[:2]], ["--prediction-column"]),
        ({}, [*LINES, "--group-column", "group"], ["--group-column", "--groups"]),
        ({}, ["--data", "labels.csv", *TABLE, "--groups", "groups.txt"], ["--groups", "--group-column"]),
        ({}, ["--data", "labels.txt", *TABLE], ["labels.txt", ".csv, .tsv, .jsonl"]),
        ({}, ["--data", "none.csv", *TABLE], ["none.csv", "No such file"]),
        ({}, ["--references", "none.txt", *LINES[2:]], ["none.txt", "No such file"]),
        ({}, ["--data", "labels.csv", *TABLE, "--group-column", "sex"], ["no column 'sex'", "'text', 'label', 'pre"]),
        ({}, ["--data", "labels.jsonl", *TABLE, "--group-column", "sex"], ["no column 'sex'", "'text', 'label'"]),
        # Files of lines.
        ({"true.txt": b"yes\nno\n"}, LINES, ["predicted.txt has 10 lines", "true.txt has 2 lines"]),
        ({"groups.txt": b"a\n"}, [*LINES, "--groups", "groups.txt"], ["predicted.txt has 10", "groups.txt has 1"]),
        ({"true.txt": b"yes\n\n \n" + b"no\n" * 7}, LINES, ["true.txt, line 2 has no label"]),
        ({"true.txt": b"yes\ncaf\xe9\n" + b"no\n" * 8}, LINES, ["true.txt, line 2, byte 4", "UTF-8", "0xe9"]),
        ({"true.txt": b"", "predicted.txt": b""}, LINES, ["predicted.txt is empty"]),
        # CSV.
        ({"bad.csv": b""}, CSV, ["bad.csv has no column 'label': it has none"]),
        ({"bad.csv": b"label,predicted\n"}, CSV, ["bad.csv has no rows"]),
        ({"bad.csv": b"label,predicted\na,a\nb,\n"}, CSV, ["bad.csv, line 3", "'predicted' is missing"]),
        ({"bad.csv": b"label,predicted\n'a\n',\"x\ny\"\n ,b\n"}, CSV, ["bad.csv, line 2 has 1 cells", "header has 2"]),
        ({"bad.csv": b'label,predicted\na,"x\ny"\n ,b\n'}, CSV, ["bad.csv, line 4", "'label' is missing"]),
        ({"bad.csv": b"label,predicted\na,a\nb,b,b\n"}, CSV, ["bad.csv, line 3 has 3 cells", "header has 2"]),
        ({"bad.csv": b"label,label,predicted\na,a,a\n"}, CSV, ["2 columns 'label'"]),
        ({"bad.csv": b'label,predicted\na,a\n"b,b\nc,c\n'}, CSV, ["bad.csv, line 3 cannot be read"]),
        ({"bad.csv": b"label,predicted\na,a\ncaf\xe9,b\n"}, CSV, ["bad.csv, line 3, byte 4", "UTF-8", "0xe9"]),
        ({"bad.csv": b"label,predicted,w\na,a,x\n"}, [*CSV, "--weight-column", "w"], ["line 2", "'x'", "number"]),
        ({"bad.csv": b"label,predicted,w\na,a,nan\n"}, [*CSV, "--weight-column", "w"], ["line 2", "'nan'", "number"]),
        (
            {"bad.csv": b"label,predicted,w\na,a,\n"},
            [*CSV, "--weight-column", "w"],
            ["weight in column 'w' is missing"],
        ),
        # JSON lines.
        ({"bad.jsonl": b""}, JSON, ["bad.jsonl has no rows"]),
        ({"bad.jsonl": b'{"label": 1, "predicted": 1}\n{"label": 1}\n'}, JSON, ["line 2", "'predicted' is missing"]),
        ({"bad.jsonl": b'{"label": null, "predicted": 1}\n'}, JSON, ["line 1", "'label' is missing"]),
        ({"bad.jsonl": b'{"label": "", "predicted": "a"}\n'}, JSON, ["line 1", "'label' is missing"]),
        ({"bad.jsonl": b'{"label": {"a": 1}, "predicted": 1}\n'}, JSON, ["line 1", '{"a": "1"}', "is not a label"]),
        ({"bad.jsonl": b'{"label": NaN, "predicted": 1}\n'}, JSON, ["line 1", "NaN", "'label' is not a label"]),
        ({"bad.jsonl": b'{"label": ["a"], "predicted": 1}\n'}, JSON, ["line 1", '["a"]', "'label' is not a label"]),
        (
            {"bad.jsonl": b'{"label": "1", "predicted": 1}\n'},
            JSON,
            ["line 1", "1 in column 'predicted' is a number", '"1" in line 1 is a string'],
        ),
        ({"bad.jsonl": b'\n{"label": 1,\n'}, JSON, ["bad.jsonl, line 2 is not valid JSON", "Expecting"]),
        ({"bad.jsonl": b"[" * 10**5}, JSON, ["bad.jsonl, line 1 is not valid JSON"]),
        ({"bad.jsonl": b"[1, 1]\n"}, JSON, ["bad.jsonl, line 1 is not a JSON object"]),
        ({"bad.jsonl": b'{"label": 1, "predicted": true}\n'}, JSON, ["true in column 'predicted' is true or false"]),
        (
            {"bad.jsonl": b'{"label": 1, "predicted": 1, "w": true}\n'},
            [*JSON, "--weight-column", "w"],
            ["line 1", "True", "finite number"],
        ),
        # Options.
        ({}, [*LINES, "--labels", "yes,no"], ["'maybe'", "not among the labels"]),
        ({}, [*LINES, "--labels", "yes,no,yes"], ["'yes' more than once"]),
        ({}, [*LINES, "--labels", ""], ["labels is empty"]),
        ({}, [*LINES, "--pos-label", "YES"], ["--pos-label YES is", "of the labels maybe, no, yes"]),
        ({}, [*LINES, "--average", "binary"], ["--average binary needs --pos-label", "maybe, no, yes"]),
        ({}, [*LINES, "--average", "binary", "--pos-label", "yes"], ["there are 3"]),
        ({}, [*LINES, "--ignore-label", "0"], ["--ignore-label 0", "whole numbers"]),
        ({}, [*LINES, "--digits", "-1"], ["--digits -1"]),
        ({}, [*LINES, "--threads", "-1"], ["threads", "from 0 to 1024", "-1"]),
        (
            {"bad.jsonl": b'{"label": true, "predicted": true}\n'},
            [*JSON, "--labels", "no"],
            ["'no' is not true or fal"],
        ),
        ({"bad.jsonl": b'{"label": 1, "predicted": 1}\n'}, [*JSON, "--labels", "a"], ["'a' is not a whole number"]),
        ({}, [*LINES, "--plot", "m.doc"], ["m.doc has no suffix of an image format", "png"]),
        ({}, [*LINES, "--plot", "picture"], ["picture has no suffix"]),
        ({}, [*LINES, "--plot", "no/m.png"], ["no/m.png", "No such file"]),
    ],
)
def test_errors_are_one_line(bad, arguments, messages, capsys, threads):
    for name, content in bad.items():
        Path(name).write_bytes(content)
    before = {*Path.cwd().iterdir()}
    assert main(["classify", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("rapidscore: error: ")
    assert captured.err.count("\n") == 1
    for words in messages:
        assert words in captured.err
    assert {*Path.cwd().iterdir()} == before
    threads(0)


def test_too_many_labels(capsys):
    write_lines("true.txt", range(5000))
    assert main(["classify", "--references", "true.txt", "--predictions", "true.txt"]) == 2
    assert "5000 different labels" in capsys.readouterr().err


def test_too_many_classes_to_plot(capsys):
    write_lines("true.txt", range(101))
    assert main(["classify", "--references", "true.txt", "--predictions", "true.txt", "--plot", "m.png"]) == 2
    assert "101 classes" in capsys.readouterr().err
    assert not Path("m.png").exists()


def test_exit_status():
    assert run(*LINES).returncode == 0
    failed = run(*LINES[:2])
    assert (failed.returncode, failed.stdout) == (2, "")
    assert failed.stderr.startswith("rapidscore: error: name the labels")


def test_lazy_imports():
    code = (
        "import sys; from rapidscore.cli import main;"
        "main(['classify', '--references', 'true.txt', '--predictions', 'predicted.txt', '--format', 'csv']);"
        "print({'rich', 'sklearn', 'pandas', 'polars', 'matplotlib'} & {*sys.modules}, file=sys.stderr)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr == "set()\n"
