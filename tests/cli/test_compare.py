"""The command `rapidscore compare`: the numbers of the function `compare`, from files."""

import csv
import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from support.corpus import lines
from support.tables import cells

from rapidscore import BLEU, CHRF, ROUGE, TER, WER, compare
from rapidscore.cli import main
from rapidscore.cli.progress import Progress

REFERENCES = ["The cat sat on the mat.", "It rained all day, 3.5 mm an hour.", "", "Good-bye!"] * 8
SYSTEMS = {
    "a.txt": ["The cat sat on a mat.", "It rained all day: 3.5 mm in an hour.", "nothing", "Good bye!"] * 8,
    "b.txt": ["A cat was on the mat.", "Rain fell.", "", "Bye!"] * 8,
    "c.txt": ["The cat sat on a mat.", "It rained all day: 3.5 mm an hour.", "", "Good-bye!"] * 8,
}
FILES = ["--references", "ref.txt", *SYSTEMS]
NAMES = ["a", "b", "c"]


@pytest.fixture(autouse=True)
def files(tmp_path, monkeypatch):
    """Write the texts into the working directory."""
    monkeypatch.chdir(tmp_path)
    for name, texts in {"ref.txt": REFERENCES, **SYSTEMS}.items():
        Path(name).write_text("\n".join(texts) + "\n", encoding="utf-8")


def printed(capsys, *arguments):
    assert main(["compare", *arguments]) == 0
    return capsys.readouterr().out


def expected(*metrics, **options):
    return compare(
        {
            name: [metric.statistics(texts, REFERENCES) for metric in metrics]
            for name, texts in zip(NAMES, SYSTEMS.values(), strict=True)
        },
        **options,
    )


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], {}),
        (["--method", "bootstrap", "--resamples", "200"], {"method": "bootstrap", "resamples": 200}),
        (["--seed", "7", "--confidence", "0.9"], {"seed": 7, "confidence": 0.9}),
        (
            ["--correction", "bh", "--interval-resamples", "50"],
            {"correction": "benjamini-hochberg", "interval_resamples": 50},
        ),
        (["--correction", "none", "--interval-resamples", "0"], {"correction": None, "interval_resamples": 0}),
    ],
    ids=str,
)
def test_numbers(capsys, arguments, options):
    found = json.loads(
        printed(capsys, *FILES, "--metrics", "bleu,chrf,ter,wer,rouge1,rougeL", "--format", "json", *arguments)
    )
    metrics = BLEU(), CHRF(), TER(), WER(), ROUGE(("rouge1", "rougeL"))
    python = expected(*metrics, **options)
    assert found["segments"] == 32
    assert found["baseline"] == "a"
    assert [result["metric"] for result in found["results"][::3]] == list(python.value_names())
    for result in found["results"]:
        compared = python[result["system"]][result["metric"]]
        assert result["score"] == compared.score
        if compared.difference:
            assert result["p_value"] == compared.p_value
            assert result["adjusted_p_value"] == compared.adjusted_p_value
            assert result["difference"] == compared.difference.score
        if options.get("interval_resamples") == 0:
            assert result["low"] is None
        else:
            assert (result["low"], result["high"]) == (compared.interval.low, compared.interval.high)


def test_table_and_markdown_and_csv(capsys):
    table = printed(capsys, *FILES, "--metrics", "bleu,chrf,ter")
    assert "p (Holm)" in table
    assert [row[1] for row in cells(table)] == ["system", *NAMES * 3]
    assert "compared with a on 32 segments: approximate randomization, 10,000 trials, seed 12345" in table
    markdown = printed(capsys, *FILES, "--format", "markdown")
    assert markdown.startswith("| metric | system | score | 95 % interval | difference | p | p (Holm) |\n|---")
    rows = list(csv.DictReader(io.StringIO(printed(capsys, *FILES, "--format", "csv"))))
    assert [row["system"] for row in rows] == NAMES
    assert float(rows[1]["score"]) == BLEU().score(SYSTEMS["b.txt"], REFERENCES).score


def test_two_kinds_of_chrf(capsys):
    found = json.loads(printed(capsys, *FILES, "--metrics", "chrf,chrf++", "--format", "json", "--resamples", "20"))
    assert list(found["signatures"]) == ["chrf", "chrf++"]
    assert found["signatures"]["chrf++"] == CHRF(word_order=2).score(["a"], ["a"]).signature


def test_options_of_metrics_and_several_references(capsys):
    Path("more.txt").write_text("\n".join(["Something else."] * 32) + "\n", encoding="utf-8")
    arguments = ["a.txt", "b.txt", "--references", "ref.txt", "more.txt", "--lowercase", "--resamples", "20"]
    found = json.loads(printed(capsys, *arguments, "--format", "json"))
    references = [[text, "Something else."] for text in REFERENCES]
    score = BLEU(lowercase=True).score(SYSTEMS["a.txt"], references)
    assert found["results"][0]["score"] == score.score
    assert found["signatures"]["bleu"] == score.signature


def test_picture(capsys):
    printed(capsys, *FILES, "--metrics", "bleu,wer", "--plot", "p.png", "--resamples", "20")
    assert Path("p.png").read_bytes().startswith(b"\x89PNG")
    printed(capsys, *FILES, "--plot", "p.svg", "--resamples", "20")
    assert "<svg" in Path("p.svg").read_text(encoding="utf-8")


def test_texts_that_look_tokenized(capsys, caplog):
    for name in "t.txt", "u.txt":
        Path(name).write_text("a b .\n" * 100, encoding="utf-8")
    Path("r.txt").write_text("a b.\n" * 100, encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="rapidscore"):
        printed(capsys, "--references", "r.txt", "t.txt", "u.txt", "--resamples", "20")
        assert caplog.text.count("100 predictions end in") == 2
        caplog.clear()
        printed(capsys, "--references", "r.txt", "t.txt", "u.txt", "--resamples", "20", "--force")
        assert not caplog.text


def test_progress_bar(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(Progress, "PATIENCE", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(Progress, "compare", lambda self, share: shown.append(share))
    printed(capsys, *FILES, "--resamples", "20")
    assert shown[-1] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--references", "ref.txt", "a.txt"], "a.txt is the only system: name two or more"),
        (["--references", "ref.txt", "a.txt", "b.txt", "a.txt"], "a.txt is named twice"),
        (["--references", "ref.txt"], "no SYSTEM"),
        ([*FILES, "--confidence", "95"], "confidence must be between 0 and 1, got 95"),
        ([*FILES, "--resamples", "0"], "resamples must be from 1 to"),
        ([*FILES, "--seed", "-1"], "seed must be from 0"),
        ([*FILES, "--metrics", "blue"], "unknown metric 'blue'"),
        ([*FILES, "--plot", "p.doc"], "has no suffix of an image format"),
        (["--references", "ref.txt", "a.txt", "no.txt"], "no.txt"),
        (["--references", "ref.txt", "a.txt", "short.txt"], "short.txt has 3 lines but ref.txt has 32"),
        (["--references", "none.txt", "none.txt", "empty.txt"], "is empty"),
    ],
)
def test_errors(capsys, arguments, message):
    Path("short.txt").write_text("a\nb\nc\n", encoding="utf-8")
    for name in "none.txt", "empty.txt":
        Path(name).write_text("", encoding="utf-8")
    assert main(["compare", *arguments]) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.startswith("rapidscore: error: ")
    assert captured.err.count("\n") == 1
    assert not captured.out


def test_command():
    done = subprocess.run(
        [sys.executable, "-m", "rapidscore", "compare", *FILES, "--metrics", "ter", "--resamples", "50"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "50 trials" in done.stdout
    assert not done.stderr


def test_real_outputs(wmt23, capsys):
    folder = wmt23 / "zh-en"
    names = [str(path) for path in sorted(folder.glob("system.*.txt"))[:3]]
    found = json.loads(printed(capsys, *names, "--references", str(folder / "refA.txt"), "--format", "json"))
    references = lines(folder / "refA.txt")
    for name, result in zip(names, found["results"], strict=True):
        assert result["score"] == BLEU().score(lines(Path(name)), references).score
        assert result["low"] < result["score"] < result["high"]
