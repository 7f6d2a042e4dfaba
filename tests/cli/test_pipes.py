"""The commands read pipes, standard input and sockets, and answer Ctrl-C while they wait for them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rapidscore.cli import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such pipes and signals")

#: Runs a command, and reports when its modules have been imported.
PROGRAM = (
    "import sys; from rapidscore.cli import main; import rapidscore.text_metrics.files;"
    "print('ready', file=sys.stderr, flush=True); raise SystemExit(main())"
)


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("a b c d\ne f g h\n")
    Path("labels.txt").write_text("yes\nno\n")
    os.mkfifo("pipe")
    os.mkfifo("pipe.csv")
    os.mkfifo("pipe.jsonl")


def started(*arguments, **options):
    command = [sys.executable, "-c", PROGRAM, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    assert process.stderr.readline() == "ready\n"
    return process


COLUMNS = ["--reference-column", "x", "--prediction-column", "x"]
WAITING = {
    "system": ["score", "--references", "text.txt", "pipe"],
    "second system": ["score", "--references", "text.txt", "text.txt", "pipe"],
    "reference": ["score", "text.txt", "--references", "text.txt", "pipe"],
    "compare": ["compare", "--references", "text.txt", "text.txt", "pipe"],
    "segments": ["score", "--references", "text.txt", "text.txt", "--segments", "pipe"],
    "labels": ["classify", "--references", "labels.txt", "--predictions", "pipe"],
    "groups": ["classify", "--references", "labels.txt", "--predictions", "labels.txt", "--groups", "pipe"],
    "csv": ["classify", "--data", "pipe.csv", *COLUMNS],
    "json": ["classify", "--data", "pipe.jsonl", *COLUMNS],
}


@pytest.mark.parametrize("name", WAITING)
@pytest.mark.parametrize("has_writer", [False, True], ids=["without writer", "without data"])
def test_interrupts_are_answered(name, has_writer):
    if has_writer and name == "segments":
        pytest.skip("a pipe with a reader is written")
    descriptors = [os.open(pipe, os.O_RDWR) for pipe in ("pipe", "pipe.csv", "pipe.jsonl") if has_writer]
    process = started(*WAITING[name])
    time.sleep(0.5)
    assert process.poll() is None
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=20)
    assert time.monotonic() - start < 1
    for descriptor in descriptors:
        os.close(descriptor)
    assert (process.returncode, out, error) == (130, "", "rapidscore: error: interrupted\n")


def test_standard_input():
    text = Path("text.txt").read_text()
    for path in "/dev/stdin", "/dev/fd/0":
        process = started("score", "--references", "text.txt", path, "--format", "json", stdin=subprocess.PIPE)
        out, _ = process.communicate(text, timeout=20)
        assert json.loads(out)["results"][0]["scores"]["bleu"] == pytest.approx(100)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems open a socket by its name")
def test_a_socket_as_standard_input():
    """As a program on Node.js passes it."""
    ours, theirs = socket.socketpair()
    process = started("score", "--references", "text.txt", "/dev/stdin", "--format", "json", stdin=theirs)
    theirs.close()
    ours.sendall(Path("text.txt").read_bytes())
    ours.close()
    out, _ = process.communicate(timeout=20)
    assert json.loads(out)["results"][0]["scores"]["bleu"] == pytest.approx(100)


@pytest.mark.skipif(not os.path.exists("/bin/bash"), reason="needs bash")
def test_process_substitution():
    line = f"'{sys.executable}' -m rapidscore score --references <(cat text.txt) <(cat text.txt) --format json"
    done = subprocess.run(["/bin/bash", "-c", line], capture_output=True, text=True, check=True)
    (found,) = json.loads(done.stdout)["results"]
    assert found["scores"]["bleu"] == pytest.approx(100)
    assert found["system"].startswith("/dev/fd/")


def test_names_in_the_c_locale():
    """Python then has another encoding for the names of files, and other names for the same bytes."""
    os.mkfifo("né.txt")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}
    process = started("score", "--references", "text.txt", "né.txt", "--format", "json", env=environment)
    Path("né.txt").write_bytes(Path("text.txt").read_bytes())
    out, _ = process.communicate(timeout=20)
    assert json.loads(out)["results"][0]["system"].encode("ascii", "surrogateescape") == "né.txt".encode()
    command = [sys.executable, "-m", "rapidscore", "score", "--references", "text.txt", "nö.txt"]
    done = subprocess.run(command, env=environment, stderr=subprocess.PIPE, check=False)
    assert done.stderr == rb"rapidscore: error: n\xc3\xb6.txt: No such file or directory" + b"\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "--references", "pipe", "text.txt", "text.txt"],
        ["score", "--references", "pipe", "pipe"],
        ["compare", "--references", "text.txt", "pipe", "./pipe"],
        ["classify", "--references", "pipe", "--predictions", "pipe"],
    ],
)
def test_a_pipe_is_read_once(arguments, capsys):
    assert main(arguments) == 2
    assert "pipe is a pipe, which can be read only once: write its content" in capsys.readouterr().err
