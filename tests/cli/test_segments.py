"""Scores of segments on the command line: in files, on stdout, and the segments to read."""

import csv
import io
import json
from pathlib import Path

import pytest
from support.corpus import PREDICTIONS, SINGLE_REFERENCES

from rapidscore import BLEU, ROUGE, compare
from rapidscore.cli import main

pytestmark = pytest.mark.filterwarnings("ignore:.*tokenized")

SYSTEMS = {"a": PREDICTIONS, "b": [*reversed(PREDICTIONS)], "=c": SINGLE_REFERENCES}
FILES = ["--references", "ref.txt", "a.txt", "b.txt", "=c.txt", "--metrics", "bleu,rougeL"]
METRICS = {"bleu": BLEU(), "rougeL": ROUGE(("rougeL",))}


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Write the texts into the working directory."""
    monkeypatch.chdir(tmp_path)
    for name, texts in {"ref": SINGLE_REFERENCES, **SYSTEMS}.items():
        Path(f"{name}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")


def printed(capsys, *arguments):
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def expected():
    scores = {name: metric.segment_scores for name, metric in METRICS.items()}
    return [
        {"system": system, "segment": at + 1, **{name: columns[name][at] for name, columns in of_system.items()}}
        for system, texts in SYSTEMS.items()
        for of_system in [{name: one(texts, SINGLE_REFERENCES) for name, one in scores.items()}]
        for at in range(len(texts))
    ]


@pytest.mark.parametrize("command", ["score", "compare"])
class TestFiles:
    def test_json_lines(self, command, capsys):
        before = printed(capsys, command, *FILES)
        assert printed(capsys, command, *FILES, "--segments", "out.jsonl") == before
        assert [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()] == expected()

    @pytest.mark.parametrize("name", ["out.csv", "OUT.CSV"])
    def test_csv(self, command, name, capsys):
        printed(capsys, command, *FILES, "--segments", name)
        rows = [*csv.DictReader(Path(name).read_text(encoding="utf-8").splitlines())]
        assert [*rows[0]] == ["system", "segment", "bleu", "rougeL"]
        found = [(row["system"], int(row["segment"]), float(row["bleu"]), float(row["rougeL"])) for row in rows]
        # A spreadsheet would take the name for a formula.
        values = [({"=c": "'=c"}.get(row["system"], row["system"]), *[*row.values()][1:]) for row in expected()]
        assert found == values

    def test_stdout_has_segments_in_place_of_results(self, command, capsys):
        lines = printed(capsys, command, *FILES, "--segments", "-").splitlines()
        assert [json.loads(line) for line in lines] == expected()
        rows = [*csv.reader(io.StringIO(printed(capsys, command, *FILES, "--segments", "-", "--format", "csv")))]
        assert len(rows) == 1 + len(expected())
        assert not Path("-").exists()

    def test_inputs_are_not_replaced(self, command, capsys):
        assert main([command, *FILES, "--segments", "a.txt"]) == 2
        assert "one of the files to be scored" in capsys.readouterr().err
        assert Path("a.txt").read_text(encoding="utf-8").splitlines()[0] == PREDICTIONS[0]


class TestSegmentsToRead:
    COMPARED = compare(SYSTEMS, SINGLE_REFERENCES, metrics=METRICS)

    def rows(self, system, sort, reverse, n):
        rows = self.COMPARED.segment_table("bleu", n, sort, system=system, reverse=reverse).to_dict()["rows"]
        return [row | {"segment": row["segment"] + 1} for row in rows]

    @pytest.mark.parametrize(
        ("option", "title", "sort", "reverse"),
        [
            ("--worst", "the worst scores", "worst", False),
            ("--gains", "the largest gains over a", "difference", False),
            ("--losses", "the largest losses to a", "difference", True),
        ],
    )
    def test_json(self, option, title, sort, reverse, capsys):
        found = json.loads(printed(capsys, "compare", *FILES, "--format", "json", option, "3"))["segment_tables"]
        assert [table["title"] for table in found] == [f"{system}: {title}, by bleu" for system in ("b", "=c")]
        for table, system in zip(found, ("b", "=c"), strict=True):
            assert table["rows"] == self.rows(system, sort, reverse, 3)

    def test_table(self, capsys):
        plain = printed(capsys, "compare", *FILES)
        found = printed(capsys, "compare", *FILES, "--gains", "1", "--worst", "1")
        assert found.startswith(plain)
        (row,) = self.rows("b", "difference", False, 1)
        parts = found.removeprefix(plain).strip().split("\n\n")
        assert [part.splitlines()[0] for part in parts] == [
            *("b: the worst scores, by bleu", "b: the largest gains over a, by bleu"),
            *("=c: the worst scores, by bleu", "=c: the largest gains over a, by bleu"),
        ]
        assert parts[1].splitlines()[1].startswith(f"segment {row['segment']}: bleu/a = {row['bleu/a']:.2f}, ")
        assert parts[1].splitlines()[2] == f"  reference  {row['reference']}".rstrip()

    @pytest.mark.parametrize(
        ("style", "title"),
        [
            ("markdown", "### b: the worst scores, by bleu\n\n| segment |"),
            ("html", "<h3>b: the worst scores, by bleu</h3>\n<table>"),
            ("latex", "% b: the worst scores, by bleu\n\\begin{tabular}"),
        ],
    )
    def test_markup(self, style, title, capsys):
        assert title in printed(capsys, "compare", *FILES, "--worst", "2", "--format", style)

    def test_several_references(self, capsys):
        arguments = ["a.txt", "b.txt", "--references", "ref.txt", "a.txt", "--format", "json", "--worst", "1"]
        (table,) = json.loads(printed(capsys, "compare", *arguments))["segment_tables"]
        (row,) = table["rows"]
        assert [row["reference 1"], row["reference 2"]] == [SINGLE_REFERENCES[row["segment"] - 1], row["a"]]

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--worst", "0"], "--worst must be 1 or more, got 0"),
            (["--gains", "2", "--format", "csv"], "--gains does not fit into CSV"),
            (["--gains", "2", "--segments", "-"], "which --segments - leaves out"),
        ],
    )
    def test_errors(self, arguments, message, capsys):
        assert main(["compare", *FILES, *arguments]) == 2
        assert message in capsys.readouterr().err
