"""Labels of files: one rule for each cell, whatever the format of the file and the other cells are."""

import csv
import json
from pathlib import Path

import pytest

from rapidscore.cli import main
from rapidscore.cli.label_files import as_class

COLUMNS = ["--reference-column", "label", "--prediction-column", "predicted"]

#: Cells and their classes.
CELLS = {
    "1": "1",
    "1.0": "1",
    "1.": "1",
    "1.000": "1",
    " 1 ": "1",
    "\t1.0\u3000": "1",
    "0": "0",
    "-0": "0",
    "-0.0": "0",
    "-1": "-1",
    "-1.0": "-1",
    "10.0": "10",
    "12345678901234567890": "12345678901234567890",
    "12345678901234567890.0": "12345678901234567890",
    "9007199254740993.0": "9007199254740993",
    # All else is text.
    "1.5": "1.5",
    "1.50": "1.50",
    "1e3": "1e3",
    "1.0e3": "1.0e3",
    "01": "01",
    "01.0": "01.0",
    "+1": "+1",
    "+1.0": "+1.0",
    ".0": ".0",
    "1,0": "1,0",
    "1_0": "1_0",
    "1.0.0": "1.0.0",
    "- 1": "- 1",
    "１": "１",
    "True": "True",
    "nan": "nan",
    "inf": "inf",
    " a b ": "a b",
    "yes\r": "yes",
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def classes(capsys, *arguments):
    """Return the classes of a command as text, and the number of its rows."""
    assert main(["classify", *arguments, "--format", "json", "--quiet"]) == 0
    found = json.loads(capsys.readouterr().out)
    return [*map(str, found["confusion_matrix"]["labels"])], found["segments"]


def table(name, cells):
    with open(name, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="," if name.endswith("csv") else "\t").writerows(
            [["label", "predicted", "group"], *([cell, cell, cell] for cell in cells)]
        )
    return ["--data", name, *COLUMNS]


def lines(cells):
    Path("lines.txt").write_text("".join(f"{cell}\n" for cell in cells), encoding="utf-8", newline="")
    return ["--references", "lines.txt", "--predictions", "lines.txt"]


def json_lines(values):
    """Write values that are JSON already."""
    rows = (f'{{"label": {value}, "predicted": {value}, "group": {value}}}\n' for value in values)
    Path("labels.jsonl").write_text("".join(rows), encoding="utf-8")
    return ["--data", "labels.jsonl", *COLUMNS]


@pytest.mark.parametrize(("cell", "expected"), CELLS.items())
def test_a_cell_is_read_alone(cell, expected, capsys):
    """Shards agree with the whole: a class does not depend on the cells beside it."""
    assert as_class(cell) == expected
    written = table("labels.csv", [cell]), table("labels.tsv", [cell]), lines([cell]), json_lines([json.dumps(cell)])
    for arguments in written:
        assert classes(capsys, *arguments) == ([expected], 1)
    everything = sorted({*CELLS.values()})
    for arguments in table("labels.csv", CELLS), lines(CELLS), json_lines(map(json.dumps, CELLS)):
        assert classes(capsys, *arguments) == (everything, len(CELLS))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", "1"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("-0", "0"),
        ("1e3", "1000"),
        ("1.5e1", "15"),
        ("0e9", "0"),
        ("12345678901234567890.0", "12345678901234567890"),
        ("1.5", "1.5"),
        ("1.50", "1.5"),
        ("15e-1", "1.5"),
        ("1e18", "1000000000000000000"),
        ("12345678901234567890.5", "1.2345678901234567e+19"),
        ("123456789012345678901e0", "123456789012345678901"),
        ("1e999999999", "1e999999999"),
        ("1e-999999999", "0"),
    ],
)
def test_numbers_of_json(value, expected, capsys):
    assert classes(capsys, *json_lines([value])) == ([expected], 1)
    assert expected in classes(capsys, *json_lines([value, "2", "0.5"]))[0]


def test_a_column_with_a_gap(capsys):
    """What pandas and Excel write if a cell is missing, next to what they write if none is."""
    Path("gap.csv").write_text("label,predicted,group\n1.0,1,2\n0.0,0,2.0\n1.0,0, 2\n")
    assert main(["classify", "--data", "gap.csv", *COLUMNS, "--group-column", "group", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["confusion_matrix"] == {"labels": [0, 1], "matrix": [[1, 0], [1, 1]]}
    assert [group["group"] for group in found["groups"]["groups"]] == [{"group": 2}]
    assert classes(capsys, *json_lines(["1", "1.0", "0", "0.0"])) == (["0", "1"], 4)


def test_labels_in_options(capsys):
    arguments = table("labels.csv", ["1", "0.0", "1.0", "-100"])
    options = ["--labels", "0.0, 1 ", "--ignore-label", "-100.0", "--pos-label", "1.0", "--average", "binary"]
    assert classes(capsys, *arguments, *options) == (["0", "1"], 3)
    assert classes(capsys, *json_lines(["1", "0.0"]), "--labels", "1.0,0") == (["1", "0"], 2)
    with pytest.raises(SystemExit):
        main(["classify", *arguments, "--ignore-label", "1.5"])


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u3000"])
def test_blank_cells(blank, capsys):
    for arguments, line in (
        (table("labels.csv", ["a", blank]), 3),
        (lines(["a", blank]), 2),
        (json_lines(['"a"', json.dumps(blank)]), 2),
    ):
        assert main(["classify", *arguments]) == 2
        error = capsys.readouterr().err
        assert f"line {line}" in error
        assert "leave the row out" in error


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"label": 1, "predicted": 1, "label": 2}', "label"),
        ('{"label": 1, "predicted": 1, "text": "a", "text": "a"}', "text"),
        (r'{"label": 1, "l\u0061bel": 1, "predicted": 1}', "label"),
        ('{"label": 1, "predicted": 1, "more": {"a": {"b": 1, "b": 1}}}', "b"),
        ('{"label": 1, "predicted": 1, "": 1, "": 1}', ""),
    ],
)
def test_repeated_keys(text, key, capsys):
    Path("labels.jsonl").write_text('{"label": 1, "predicted": 1}\n' + text)
    assert main(["classify", "--data", "labels.jsonl", *COLUMNS]) == 2
    assert f"labels.jsonl, line 2 has the key {key!r} more than once: keep one\n" in capsys.readouterr().err


def test_names_of_averages(capsys):
    """A class that is called as an average is keeps its values, and so does the average."""
    true = ["accuracy", "macro avg", "weighted avg", "classes", "accuracy", "x"]
    predicted = ["accuracy", "x", "weighted avg", "classes", "x", "x"]
    rows = [["label", "predicted"], *zip(true, predicted, strict=True)]
    with open("labels.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    arguments = ["classify", "--data", "labels.csv", *COLUMNS, "--zero-division", "0", "--format"]
    assert main([*arguments, "json"]) == 0
    report = json.loads(capsys.readouterr().out)["report"]
    assert report.pop("accuracy") == 4 / 6
    assert report["classes"]["accuracy"] == {"precision": 1, "recall": 0.5, "f1-score": 2 / 3, "support": 2}
    assert [*report["classes"]] == sorted({*true})
    assert [*report] == ["classes", "macro avg", "weighted avg"]
    assert main([*arguments, "csv"]) == 0
    cells = {tuple(row[:3]): row[3] for row in csv.reader(capsys.readouterr().out.splitlines())}
    assert float(cells["classes", "accuracy", "recall"]) == 0.5
    assert float(cells["report", "accuracy", ""]) == 4 / 6
    assert float(cells["classes", "macro avg", "support"]) == 1
    assert float(cells["report", "macro avg", "support"]) == 6
    for output_format in "table", "markdown":
        assert main([*arguments, output_format]) == 0
        out = capsys.readouterr().out
        assert sum("accuracy" in line and "0.50" in line for line in out.splitlines()) == 1


def test_names_of_groups(capsys):
    """Intersections whose names would be equal without quotes stay different in CSV."""
    Path("labels.csv").write_text('label,predicted,a,b\n1,1,"x, b=y",z\n0,0,x,"y, b=z"\n')
    arguments = ["--data", "labels.csv", *COLUMNS, "--group-column", "a", "--group-column", "b", "--format", "csv"]
    assert main(["classify", *arguments]) == 0
    rows = [*csv.reader(capsys.readouterr().out.splitlines())]
    sizes = [(row[1], row[3]) for row in rows if row[2] == "size"]
    assert len({name for name, _ in sizes}) == len(sizes) == 4
    assert ('a="x, b=y", b=z', "1") in sizes
    assert ('a=x, b="y, b=z"', "1") in sizes
