"""What the commands print is safe for terminals, spreadsheets and Markdown, and is printed on any stdout."""

import csv
import html
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rapidscore import WER
from rapidscore.cli import main

#: Names with what a terminal obeys, what Markdown reads as markup, and what a spreadsheet reads as a formula.
NAMES = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "two\nlines",
    "over\rwritten",
    "a\tb",
    "\x9b2J",
    "\u202egnp.exe",
    "a\x00b\x7f",
    "<script>alert(1)</script>",
    "a|b",
    "`code` *bold* ~~no~~ $x$",
    "[link](http://example.org)",
    "=1+1",
    "+1+1",
    "-1+1",
    "@sum(a)",
    "'=1+1",
    "\t=1+1",
    "\r=1+1",
    "naïve 中文 🙂",
]

#: What must not reach a terminal.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

FORMATS = ["table", "json", "csv", "markdown"]

#: Commands for a number of names: labels and groups of a table, or names of files.
COLUMNS = ["--reference-column", "label\x1b[7m", "--prediction-column", "predicted", "--group-column", "=group|"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("ref.txt").write_text("a b c d\ne f g h\n")


def written(names):
    """Write a table of labels and groups with these names, and files; return the arguments of each command."""
    rows = [{"label\x1b[7m": name, "predicted": name, "=group|": name} for name in names]
    Path("names.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = [re.sub("[/\x00]", "_", name) for name in names]
    for name in files:
        Path(name).write_text("a b c x\ne f g h\n")
    return {
        "classify": ["classify", "--data", "names.jsonl", *COLUMNS],
        "score": ["score", "--references", "ref.txt", "--metrics", "bleu,wer", "--", *files],
        "compare": ["compare", "--references", "ref.txt", "--resamples", "9", "--", *files],
    }


def printed(capsys, *arguments):
    assert main([*arguments]) == 0
    return capsys.readouterr().out


def formatted(arguments, output_format):
    """Insert the option before the names of files."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return [*arguments[:at], "--format", output_format, *arguments[at:]]


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("command", ["classify", "score", "compare"])
def test_controls_do_not_reach_the_terminal(command, output_format, capsys):
    out = printed(capsys, *formatted(written(NAMES)[command], output_format))
    assert not CONTROL.search(out)
    if output_format != "json":
        assert "\\x1b[31mred" in html.unescape(out.replace("\\\\", "\\"))
    for text in ("naïve 中文 🙂", "two"):
        assert text in out


@pytest.mark.parametrize("command", ["classify", "score", "compare"])
def test_json_keeps_names(command, capsys):
    names = [name for name in NAMES if "\x00" not in name and "/" not in name]
    found = json.loads(printed(capsys, *formatted(written(names)[command], "json")))
    if command == "classify":
        # Spaces around a label are no part of it.
        assert [*found["report"]["classes"]] == sorted(name.strip() for name in {*names} - {"\t=1+1", "\r=1+1"})
        assert found["groups"]["features"] == ["=group|"]
    elif command == "score":
        assert [result["system"] for result in found["results"]] == names
    else:
        assert [result["system"] for result in found["results"]] == names


class TestCsv:
    def rows(self, capsys, arguments):
        return [*csv.reader(io.StringIO(printed(capsys, *formatted(arguments, "csv"))))]

    @pytest.mark.parametrize("command", ["classify", "score", "compare"])
    def test_texts_are_no_formulas(self, command, capsys):
        rows = self.rows(capsys, written(NAMES)[command])
        assert len({len(row) for row in rows}) == 1
        for cell in (cell for row in rows for cell in row if re.match(r"\s*[=+\-@\t\r]", cell)):
            float(cell)
        names = {row[rows[0].index({"classify": "row"}.get(command, "system"))] for row in rows}
        assert {"'=1+1", "'+1+1", "'-1+1", "'@sum(a)", "''=1+1", "naïve 中文 🙂", "a|b"} <= names

    def test_numbers_stay_numbers(self, capsys):
        Path("numbers.csv").write_text("label,predicted\n-1,-1\n-1,3\n3,3\n")
        Path("mixed.csv").write_text("label,predicted\n-1,-1\n-1,x\n+1.5e3,x\n-x,x\n")
        columns = ["--reference-column", "label", "--prediction-column", "predicted", "--quiet"]
        rows = self.rows(capsys, ["classify", "--data", "numbers.csv", *columns])
        assert ["confusion_matrix", "-1", "3", "1"] in rows
        rows = self.rows(capsys, ["classify", "--data", "mixed.csv", *columns])
        assert {row[1] for row in rows if row[0] == "classes"} == {"-1", "x", "+1.5e3", "'-x"}
        score = self.rows(capsys, ["score", "--references", "ref.txt", "ref.txt", "--metrics", "bleu"])
        assert float(score[1][1]) == pytest.approx(100)


class TestMarkdown:
    @pytest.mark.parametrize("command", ["classify", "score", "compare"])
    def test_tables_are_whole(self, command, capsys):
        out = printed(capsys, *formatted(written(NAMES)[command], "markdown"))
        for table in out.split("\n\n"):
            rows = [re.sub(r"\\.", "", line) for line in table.splitlines() if line.startswith("|")]
            assert len({row.count("|") for row in rows}) <= 1
            assert not [row for row in rows if re.search(r"<|(?<!\|)`|\*|~|\]\(", row)]
        assert r"a\|b" in out
        assert "&lt;script>" in out
        assert r"[link]\(http:" in out

    def test_signatures(self, capsys, monkeypatch):
        from rapidscore.cli import metric_options

        monkeypatch.setattr(metric_options.BLEU, "_signature", lambda *_: "tok:`a|b`*<i>\n")
        out = printed(capsys, "compare", "--references", "ref.txt", "ref.txt", *["./ref.txt"], "--format", "markdown")
        assert r"bleu: tok:\`a\|b\`\*&lt;i>\\n" in out


class TestErrors:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["score", "--references", "ref.txt", "no\x1b[31m\n.txt"],
            ["score", "--references", "no\x9b31m.txt", "ref.txt"],
            ["score", "--references", "ref.txt", "short\x1b[31m.txt"],
            ["score", "--references", "ref.txt", "latin\x1b[31m.txt"],
            ["score", "--references", "empty\x1b[31m.txt", "empty\x1b[31m.txt"],
            ["score", "--references", "ref.txt", "ref.txt", "--metrics", "\x1b[31m"],
            ["score", "--references", "ref.txt", "ref.txt", "--tokenize", "\x1b[31m"],
            ["score", "--references", "ref.txt", "ref.txt", "--segments", "no/\x1b[31m"],
            ["compare", "--references", "ref.txt", "\x1b[31m", "\x1b[31m"],
            ["classify", "--data", "\x1b[31m.csv", "--reference-column", "\x1b", "--prediction-column", "b"],
            ["classify", "--data", "labels.csv", "--reference-column", "\x1b", "--prediction-column", "b"],
            [
                "classify",
                "--data",
                "labels.csv",
                "--reference-column",
                "a",
                "--prediction-column",
                "b",
                "--pos-label",
                "\x1b",
            ],
            [
                "classify",
                "--data",
                "labels.csv",
                "--reference-column",
                "a",
                "--prediction-column",
                "b",
                "--labels",
                "\x1b",
            ],
        ],
        ids=repr,
    )
    def test_errors(self, arguments, capsys):
        Path("short\x1b[31m.txt").write_text("a\n")
        Path("latin\x1b[31m.txt").write_bytes(b"\xe9\n\n")
        Path("empty\x1b[31m.txt").write_text("")
        Path("labels.csv").write_text("a,b\n\x1b[31mx,y\ny,y\nz,z\n")
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert error.startswith("rapidscore: error: ")
        assert error.count("\n") == 1
        assert not CONTROL.search(error)

    def test_unknown_arguments(self, capsys):
        with pytest.raises(SystemExit):
            main(["score", "--\x1b[31m"])
        assert not CONTROL.search(capsys.readouterr().err)

    def test_warnings(self, capsys):
        Path("marked\x1b[31m.txt").write_text("\ufeffa\nb\n", encoding="utf-8")
        for command in (["score"], ["compare", "ref.txt"]):
            arguments = [*command, "marked\x1b[31m.txt", "--references", "ref.txt"]
            assert main(arguments) == 0
            error = capsys.readouterr().err
            assert error.startswith(r"rapidscore: warning: marked\x1b[31m.txt begins with a byte order mark")
            assert error.count("\n") == 1
            assert main([*arguments, "--quiet"]) == 0
            assert capsys.readouterr().err == ""


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="needs names of files that are not UTF-8")
def test_names_that_are_not_utf_8(capsys):
    names = [os.fsdecode(b"a\xff"), os.fsdecode(b"a\xfe")]
    for name in names:
        Path(name).write_text("a b c x\ne f g h\n")
    files = ["--references", "ref.txt", *names]
    for output_format in FORMATS:
        out = printed(capsys, "compare", *files, "--format", output_format, "--resamples", "9")
        for shown in (r"a\xff", r"a\xfe") if output_format in ("table", "csv") else ():
            assert shown in out
    found = json.loads(printed(capsys, "score", *files, "--format", "json"))["results"]
    assert [result["system"] for result in found] == names
    printed(capsys, "score", *files, "--segments", "out.jsonl")
    systems = [json.loads(line)["system"] for line in Path("out.jsonl").read_text().splitlines()]
    assert systems == [names[0], names[0], names[1], names[1]]


def test_infinity_in_json(capsys):
    Path("empty.txt").write_text("\n\n")
    out = printed(capsys, "score", "--references", "empty.txt", "ref.txt", "--metrics", "wer", "--format", "json")
    (found,) = json.loads(out, parse_constant=pytest.fail)["results"]
    score = WER().score(["a b c d", "e f g h"], ["", ""]).score
    assert found["scores"]["wer"] == (score if score < float("inf") else None)


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "rapidscore", *arguments], stderr=subprocess.PIPE, check=False, **options
    )


class TestStdout:
    @pytest.mark.parametrize("output_format", FORMATS)
    @pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "utf-8", "utf-16"])
    @pytest.mark.parametrize("command", ["classify", "score", "compare"])
    def test_encodings(self, command, encoding, output_format, monkeypatch):
        arguments = formatted(written(["naïve", "中文", "\u2026"])[command], output_format)
        buffer = io.BytesIO()
        stdout = io.TextIOWrapper(buffer, encoding=encoding, newline="\n")
        monkeypatch.setattr(sys, "stdout", stdout)
        assert main(arguments) == 0
        out = buffer.getvalue().decode(encoding)
        if output_format == "json":
            found = json.loads(out)
            names = found["confusion_matrix"]["labels"] if command == "classify" else str(found)
            assert all(name in names for name in ("naïve", "中文"))
            return
        assert ("中文" in out) == encoding.startswith("utf")
        assert (r"\u4e2d" in out.replace("\\\\", "\\")) != encoding.startswith("utf")
        assert ("naïve" in out) == (encoding != "ascii")

    def test_ascii_in_a_real_process(self):
        environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        done = run("score", "--references", "ref.txt", "ref.txt", stdout=subprocess.PIPE, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"ref.txt  100.00\n" in done.stdout

    @pytest.mark.parametrize("arguments", [["--help"], ["score", "--help"], ["compare", "-h"], ["classify", "-h"]])
    def test_help_in_ascii(self, arguments):
        done = run(*arguments, stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"usage: rapidscore" in done.stdout

    @pytest.mark.skipif(os.name != "posix", reason="Windows has other pipes")
    @pytest.mark.parametrize(
        "arguments", [["score", "--references", "ref.txt", "ref.txt"], ["--help"], ["score", "--help"]]
    )
    def test_a_closed_pipe(self, arguments):
        reader, writer = os.pipe()
        os.close(reader)
        # If Python has no buffer, argparse finds the closed pipe, and ignores it.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        done = run(*arguments, stdout=writer, env=environment)
        os.close(writer)
        assert (done.returncode, done.stderr) == (141, b"")

    @pytest.mark.skipif(os.name != "posix", reason="needs a shell")
    def test_no_stdout(self):
        done = run("score", "--references", "ref.txt", "ref.txt", preexec_fn=lambda: os.close(1))
        assert done.returncode == 2
        assert done.stderr.startswith(b"rapidscore: error: standard output is closed")

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's full device")
    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full:
            done = run("score", "--references", "ref.txt", "ref.txt", stdout=full)
        assert (done.returncode, done.stderr) == (2, b"rapidscore: error: No space left on device\n")

    @pytest.mark.skipif(os.name != "posix", reason="needs a shell")
    def test_no_stderr(self):
        command = [sys.executable, "-m", "rapidscore", "score", "--references", "ref.txt"]
        for path, status in ("ref.txt", 0), ("missing.txt", 2):
            done = subprocess.run([*command, path], stdout=subprocess.PIPE, preexec_fn=lambda: os.close(2), check=False)
            assert done.returncode == status
            assert (b"ref.txt" in done.stdout) == (status == 0)

    @pytest.mark.skipif(os.name != "posix", reason="Windows has other pipes")
    def test_segments_into_a_closed_pipe(self):
        Path("long.txt").write_text("a b c d\n" * 20_000)
        reader, writer = os.pipe()
        os.close(reader)
        os.mkfifo("pipe")
        head = subprocess.Popen(["head", "-n", "1", "pipe"], stdout=subprocess.PIPE)
        for path in "/dev/stdout", "pipe":
            done = run("score", "--references", "long.txt", "long.txt", "--segments", path, stdout=writer)
            assert (done.returncode, done.stderr) == (141, b"")
        os.close(writer)
        assert json.loads(head.communicate()[0])["segment"] == 1

    @pytest.mark.skipif(os.name != "posix", reason="Windows has no such file")
    def test_segments_to_stdout(self):
        done = run("score", "--references", "ref.txt", "ref.txt", "--segments", "/dev/stdout", stdout=subprocess.PIPE)
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout.splitlines()[1])["segment"] == 2

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's full device")
    def test_segments_on_a_full_disk(self):
        done = run("score", "--references", "ref.txt", "ref.txt", "--segments", "/dev/full", stdout=subprocess.PIPE)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr == b"rapidscore: error: /dev/full: No space left on device\n"
