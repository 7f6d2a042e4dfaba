"""The commands limit the length of a line, so that memory stays bounded for every file."""

import os
from pathlib import Path

import pytest

from rapidscore.cli import main

COLUMNS = ["--reference-column", "a", "--prediction-column", "b"]
LINES = ["classify", "--references", "text.txt", "--predictions"]


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("a\nb\nc\n")
    Path("long.txt").write_bytes(b"a\n" + b"b" * 100 + b"\r\nc\n")
    Path("long.csv").write_bytes(b"a,b\r\nx," + b"b" * 100 + b"\r\n")
    Path("open.csv").write_bytes(b'a,b\nx,"' + b"b\n" * 100)
    Path("long.jsonl").write_bytes(b'{"a": "x", "b": "x"}\n{"a": "x", "b": "' + b"b" * 100 + b'"}\n')


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (["score", "--references", "text.txt", "long.txt"], "long.txt, line 2"),
        (["score", "--references", "long.txt", "text.txt"], "long.txt, line 2"),
        (["compare", "--references", "text.txt", "text.txt", "long.txt"], "long.txt, line 2"),
        ([*LINES, "long.txt"], "long.txt, line 2"),
        ([*LINES, "text.txt", "--groups", "long.txt"], "long.txt, line 2"),
        (["classify", "--data", "long.csv", *COLUMNS], "long.csv, line 2"),
        (["classify", "--data", "open.csv", *COLUMNS], "open.csv, line 2"),
        (["classify", "--data", "long.jsonl", *COLUMNS], "long.jsonl, line 2"),
    ],
)
def test_long_lines(arguments, where, capsys):
    assert main([*arguments, "--max-line-bytes", "50"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"rapidscore: error: {where}")
    assert captured.err.count("\n") == 1
    if "open.csv" not in arguments:
        assert ": more than 50 bytes: split the line, or raise the limit --max-line-bytes\n" in captured.err
        assert main([*arguments, "--max-line-bytes", "150", "--quiet"]) == 0


@pytest.mark.parametrize("limit", ["0", "-1", str(2**32)])
def test_invalid_limits(limit, capsys):
    arguments = ["score", "--references", "text.txt", "text.txt"], [*LINES, "text.txt"]
    for command in (*arguments, ["classify", "--data", "long.csv", *COLUMNS]):
        status = main([*command, "--max-line-bytes", limit])
        assert status == 2 or (command[1] == "--data" and int(limit) > 0)
        if status:
            assert "--max-line-bytes must be" in capsys.readouterr().err


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs the endless files of Unix")
@pytest.mark.parametrize("suffix", ["txt", "csv", "tsv", "jsonl"])
def test_endless_files(suffix, capsys):
    Path(f"zero.{suffix}").symlink_to("/dev/zero")
    columns = ["classify", "--data", f"zero.{suffix}", *COLUMNS]
    commands = (
        [columns] if suffix != "txt" else [[*LINES, "zero.txt"], ["score", "--references", "text.txt", "zero.txt"]]
    )
    for arguments in commands:
        assert main([*arguments, "--max-line-bytes", "1000000"]) == 2
        assert f"zero.{suffix}, line 1: more than 1000000 bytes" in capsys.readouterr().err
