"""The command `rapidscore score`: the numbers of the Python API, from files, and clear error messages."""

import csv
import io
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sacrebleu

from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER, get_num_threads
from rapidscore.cli import main

REFERENCES = ["The cat sat on the mat.", "It rained all day, 3.5 mm an hour.", "", "Good-bye!"]
SYSTEM_A = ["The cat sat on a mat.", "It rained all day: 3.5 mm in an hour.", "nothing", "Good bye!"]
SYSTEM_B = ["A cat was on the mat.", "Rain fell.", "", "Bye!"]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Write the texts as ref.txt, a.txt and b.txt into the working directory."""
    monkeypatch.chdir(tmp_path)
    for name, lines in [("ref", REFERENCES), ("a", SYSTEM_A), ("b", SYSTEM_B)]:
        Path(f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(*arguments):
    return subprocess.run([sys.executable, "-m", "rapidscore", *arguments], capture_output=True, text=True, check=False)


def scores(capsys, *arguments):
    assert main(["score", "--format", "json", *arguments]) == 0
    return [system["scores"] for system in json.loads(capsys.readouterr().out)["results"]]


@pytest.mark.usefixtures("files")
def test_number_of_threads_is_restored(capsys):
    before = get_num_threads(), logging.getLogger("rapidscore").level
    scores(capsys, "--references", "ref.txt", "a.txt", "--quiet", "--threads", "1")
    assert (get_num_threads(), logging.getLogger("rapidscore").level) == before


@pytest.mark.usefixtures("files")
def test_scores(capsys):
    found = scores(capsys, "--references", "ref.txt", "a.txt", "b.txt", "--metrics", "bleu,rouge1,rougeL")
    for system, predictions in zip(found, [SYSTEM_A, SYSTEM_B], strict=True):
        bleu = BLEU().score(predictions, REFERENCES)
        rouge = ROUGE(("rouge1", "rougeL")).score(predictions, REFERENCES)
        assert system["bleu"] == bleu.score == sacrebleu.corpus_bleu(predictions, [REFERENCES]).score
        assert system["rouge1"] == rouge["rouge1"].fmeasure
        assert system["rougeL_recall"] == rouge["rougeL"].recall


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "arguments",
    [
        ["a.txt", "--references", "ref.txt", "b.txt"],
        ["--references", "ref.txt", "b.txt", "--", "a.txt"],
        ["--references", "ref.txt", "--references", "b.txt", "a.txt"],
    ],
)
def test_several_references(capsys, arguments):
    (found,) = scores(capsys, *arguments)
    assert found["bleu"] == sacrebleu.corpus_bleu(SYSTEM_A, [REFERENCES, SYSTEM_B]).score


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("flags", "metric"),
    [
        (["--lowercase", "--effective-order"], BLEU(lowercase=True, effective_order=True)),
        (["--tokenize", "char", "--max-ngram-order", "6"], BLEU(tokenize="char", max_ngram_order=6)),
        (["--smooth-method", "floor", "--smooth-value", "0.5"], BLEU(smooth_method="floor", smooth_value=0.5)),
        (
            ["--metrics", "chrf", "--chrf-char-order", "3", "--chrf-beta", "1.5", "--chrf-whitespace", "--lowercase"],
            CHRF(char_order=3, beta=1.5, whitespace=True, lowercase=True),
        ),
        (["--metrics", "chrf", "--chrf-word-order", "1"], CHRF(word_order=1)),
        (["--metrics", "chrf++", "--chrf-eps-smoothing"], CHRF(word_order=2, eps_smoothing=True)),
        (
            ["--metrics", "ter", "--ter-normalized", "--ter-no-punct", "--ter-asian-support", "--ter-case-sensitive"],
            TER(normalized=True, no_punct=True, asian_support=True, case_sensitive=True),
        ),
        (["--metrics", "ter"], TER()),
        (
            ["--metrics", "wer", "--lowercase", "--remove-punctuation", "--collapse-whitespace"],
            WER(lowercase=True, remove_punctuation=True, collapse_whitespace=True),
        ),
        (["--metrics", "rouge2", "--use-stemmer"], ROUGE(("rouge2",), use_stemmer=True)),
        (["--metrics", "rougeLsum", "--rouge-tokenizer", "unicode"], ROUGE(("rougeLsum",), tokenizer="unicode")),
    ],
)
def test_options_are_flags(capsys, flags, metric):
    (found,) = scores(capsys, "--references", "ref.txt", "a.txt", *flags)
    for name, value in metric.score(SYSTEM_A, REFERENCES).as_dict().items():
        assert found[name] == value


@pytest.mark.usefixtures("files")
def test_several_metrics(capsys):
    """Metrics keep the given order; equal names of two metrics are made distinct."""
    names = "cer,chrf++,wer,ter,bleu,chrf"
    (found,) = scores(capsys, "--references", "ref.txt", "a.txt", "--metrics", names)
    metrics = {"cer": CER(), "chrf++": CHRF(word_order=2), "wer": WER(), "ter": TER(), "bleu": BLEU(), "chrf": CHRF()}
    for name, metric in metrics.items():
        assert found[name] == metric.score(SYSTEM_A, REFERENCES).score
    assert found["cer_mer"] == CER().score(SYSTEM_A, REFERENCES).mer != found["mer"]
    assert main(["score", "--references", "ref.txt", "a.txt", "--metrics", names, "--format", "csv"]) == 0
    header = capsys.readouterr().out.split("\n")[0].split(",")
    assert [name for name in header if name in metrics] == names.split(",")
    assert len(set(header)) == len(header)


@pytest.mark.usefixtures("files")
def test_formats(capsys):
    arguments = ["score", "--references", "ref.txt", "a.txt", "b.txt", "--metrics", "bleu,rouge1", "--format"]
    expected = BLEU().score(SYSTEM_B, REFERENCES)

    assert main([*arguments, "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["system"] for row in rows] == ["a", "b"]
    assert float(rows[1]["bleu"]) == expected.score

    assert main([*arguments, "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| system | bleu | rouge1 |"
    assert lines[3].startswith(f"| b | {expected.score:.2f} | ")

    assert main([*arguments, "table"]) == 0
    table = capsys.readouterr().out
    assert f"{expected.score:.2f}" in table
    assert expected.signature in table


@pytest.mark.usefixtures("files")
def test_segments_as_json_lines(capsys):
    arguments = ["--references", "ref.txt", "a.txt", "b.txt", "--metrics", "bleu,rougeL", "--segments", "out.jsonl"]
    totals = scores(capsys, *arguments)
    lines = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    assert [(line["system"], line["segment"]) for line in lines] == [(s, n) for s in ("a", "b") for n in (1, 2, 3, 4)]
    expected = BLEU().segment_scores(SYSTEM_A, REFERENCES)["bleu"].tolist()
    assert [line["bleu"] for line in lines[:4]] == expected
    expected = ROUGE(("rougeL",)).segment_scores(SYSTEM_B, REFERENCES)["rougeL"].tolist()
    assert [line["rougeL"] for line in lines[4:]] == expected
    # --segments does not change the output.
    assert totals == scores(capsys, *arguments[:-2])


@pytest.mark.usefixtures("files")
def test_line_ends(capsys):
    raw = b"The cat sat on a mat.\r\nIt rained all day: 3.5 mm in an hour.\nnothing\r\nGood bye!"
    Path("mixed.txt").write_bytes(raw)
    # Nothing else ends a line: a carriage return, U+0085, U+2028 and form feeds do not.
    Path("odd.txt").write_text("a\x85b\rx\nc\u2028d\ne\x0cf\ng\x1ch\n", encoding="utf-8", newline="")
    mixed, plain = scores(capsys, "--references", "ref.txt", "mixed.txt", "a.txt")
    assert mixed == plain
    assert scores(capsys, "--references", "ref.txt", "odd.txt")
    Path("return.txt").write_bytes(b"the cat sat\ron the mat")
    (found,) = scores(capsys, "--references", "return.txt", "return.txt")
    assert found["bleu"] == pytest.approx(100)


@pytest.mark.usefixtures("files")
def test_lines_are_those_of_the_command_of_sacrebleu(capsys):
    """With the same score, whatever stands at the ends of lines."""
    Path("system.txt").write_bytes(b"The cat\rsat on a mat. \r\nIt rained\x0b all day.\r\r\n\r\nGood \xc2\x85bye!\t")
    command = [
        sys.executable,
        "-m",
        "sacrebleu",
        "ref.txt",
        "-i",
        "system.txt",
        "-m",
        "bleu",
        "chrf",
        "ter",
        "-w",
        "17",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    expected = {result["name"]: result["score"] for result in json.loads(done.stdout)}
    (found,) = scores(capsys, "--references", "ref.txt", "system.txt", "--metrics", "bleu,chrf,ter")
    assert {"BLEU": found["bleu"], "chrF2": found["chrf"], "TER": found["ter"]} == pytest.approx(expected, abs=1e-12)


CHINESE = ["我们明天去北京看展览。", "今天天气很好。", "他在看书。", "你好！"]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("language", "tokenizer"),
    [("en-zh", "zh"), ("zh", "zh"), ("zh-en", "13a"), ("en-de", "13a"), ("en-zh_TW", "zh"), ("en-ja", "ja-mecab")],
)
def test_language(language, tokenizer, capsys):
    """BLEU has the tokenizer that sacrebleu's command chooses, and other metrics of sacrebleu have none to choose."""
    Path("zh.txt").write_text("\n".join(CHINESE) + "\n", encoding="utf-8")
    Path("system.txt").write_text("\n".join([*CHINESE[:2], "他看书。", "你好。"]) + "\n", encoding="utf-8")
    arguments = ["--references", "zh.txt", "system.txt", "--metrics", "bleu,chrf,ter,rouge1,wer"]
    (plain,) = scores(capsys, *arguments)
    for option in "-l", "--language":
        assert main(["score", *arguments, option, language, "--format", "json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        (result,) = printed["results"]
        signatures = printed["signatures"]
        assert f"|tok:{tokenizer}" in signatures["bleu"]
        assert ("tok:unicode" in signatures["rouge"]) == (language != "zh-en")
        found = result["scores"]
        assert all(found[name] == plain[name] for name in ("chrf", "ter", "wer"))
    if "-" in language and "_" not in language:
        command = [sys.executable, "-m", "sacrebleu", "zh.txt", "-i", "system.txt", "-l", language, "-w", "17"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        expected = json.loads(done.stdout)
        assert found["bleu"] == pytest.approx(expected["score"], abs=1e-12)
        assert expected["signature"] == signatures["bleu"]
    # Options that are named take precedence.
    chosen = ["-l", language, "--tokenize", "char", "--rouge-tokenizer", "default"]
    assert main(["score", *arguments, *chosen, "--format", "json"]) == 0
    signatures = json.loads(capsys.readouterr().out)["signatures"]
    assert "|tok:char" in signatures["bleu"]
    assert "tok:default" in signatures["rouge"]


@pytest.mark.usefixtures("files")
def test_language_of_compare(capsys):
    arguments = ["--references", "ref.txt", "a.txt", "b.txt", "-l", "en-zh", "--resamples", "9", "--format", "json"]
    assert main(["compare", *arguments]) == 0
    assert "|tok:zh" in json.loads(capsys.readouterr().out)["signatures"]["bleu"]


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("language", ["Chinese", "en-", "-zh", "EN-ZH", "en_zh", ""])
def test_unknown_languages(language, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["score", "--references", "ref.txt", "a.txt", f"--language={language}"])
    assert caught.value.code == 2
    assert "pass codes such as en-zh, or zh" in capsys.readouterr().err


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["--references", "missing.txt", "a.txt"], ["missing.txt", "No such file"]),
        (["--references", ".", "a.txt"], [".", "directory"]),
        (["--references", "short.txt", "a.txt"], ["a.txt has 4 lines", "short.txt has 2 lines"]),
        (["--references", "ref.txt", "a.txt", "latin.txt"], ["latin.txt, line 2, byte 4", "UTF-8", "0xe9"]),
        (["--references", "ref.txt"], ["no SYSTEM"]),
        (["--references", "empty.txt", "empty.txt"], ["empty.txt is empty"]),
        (["--references", "ref.txt", "a.txt", "--metrics", "blue"], ["unknown metric 'blue'"]),
        (["--references", "ref.txt", "a.txt", "--metrics", "bleu,meteor"], ["unknown metric 'meteor'"]),
        (["--references", "ref.txt", "a.txt", "--metrics", " , "], ["--metrics names no metric"]),
        (["--references", "ref.txt", "a.txt", "--metrics", "rouge10"], ["rouge10"]),
        (["--references", "ref.txt", "a.txt", "--tokenize", "14a"], ["14a", "13a"]),
        (["--references", "ref.txt", "a.txt", "--max-ngram-order", "0"], ["max_ngram_order", "from 1 to 100"]),
        (["--references", "ref.txt", "a.txt", "--threads", "-1"], ["threads", "from 0 to 1024", "-1"]),
        (["--references", "ref.txt", "a.txt", "--lowercase", "b.txt"], ["is a.txt a reference or a system?"]),
        (["--references", "ref.txt", "a.txt", "--metrics", "rougeLsum", "--split-summaries"], ["punkt_tab"]),
    ],
)
def test_errors_are_one_line(arguments, messages, capsys):
    Path("short.txt").write_text("one\ntwo\n")
    Path("latin.txt").write_bytes(b"one\ncaf\xe9\n\n\n")
    Path("empty.txt").write_text("")
    assert main(["score", *arguments, "--segments", "out.jsonl"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    for words in messages:
        assert words in captured.err
    # No incomplete segment file remains.
    assert not list(Path.cwd().glob("*out.jsonl*"))


@pytest.mark.usefixtures("files")
def test_a_directory_is_no_file_of_texts(capsys):
    for arguments in ["--references", "ref.txt", "."], ["--references", ".", "ref.txt"]:
        assert main(["score", *arguments]) == 2
        assert "rapidscore: error: .: Is a directory" in capsys.readouterr().err


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("path", "message"),
    [("a.txt", "a.txt is one of the files to be scored"), (".", ".: is a directory"), ("no/x", "No such file")],
)
def test_segments_do_not_overwrite_inputs(path, message, capsys):
    assert main(["score", "--references", "ref.txt", "a.txt", "--segments", path]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert Path("a.txt").read_text(encoding="utf-8").splitlines() == SYSTEM_A


@pytest.mark.usefixtures("files")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such links and pipes")
def test_segments_through_links_and_pipes():
    Path("target.jsonl").write_text("old")
    Path("link.jsonl").symlink_to("target.jsonl")
    assert run("score", "--references", "ref.txt", "a.txt", "--segments", "link.jsonl").returncode == 0
    assert Path("link.jsonl").is_symlink()
    assert len(Path("target.jsonl").read_text().splitlines()) == len(SYSTEM_A)

    os.mkfifo("pipe")
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE, text=True)
    assert run("score", "--references", "ref.txt", "a.txt", "--segments", "pipe").returncode == 0
    assert len(reader.communicate(timeout=30)[0].splitlines()) == len(SYSTEM_A)


@pytest.mark.usefixtures("files")
def test_markup_in_file_names(capsys):
    Path("x[red].txt").write_text("\n".join(SYSTEM_A) + "\n", encoding="utf-8")
    assert main(["score", "--references", "ref.txt", "x[red].txt"]) == 0
    assert "x[red].txt" in capsys.readouterr().out


@pytest.mark.usefixtures("files")
def test_sentences_from_nltk(monkeypatch, capsys):
    nltk = pytest.importorskip("nltk")
    monkeypatch.setattr(nltk, "sent_tokenize", lambda text: text.split(","))
    arguments = ["--references", "ref.txt", "a.txt", "--metrics", "rougeLsum", "--split-summaries"]
    (found,) = scores(capsys, *arguments, "--segments", "out.jsonl")
    metric = ROUGE(("rougeLsum",), split_summaries=True)
    assert found["rougeLsum"] == metric.score(SYSTEM_A, REFERENCES)["rougeLsum"].fmeasure
    lines = [json.loads(line)["rougeLsum"] for line in Path("out.jsonl").read_text().splitlines()]
    assert lines == metric.segment_scores(SYSTEM_A, REFERENCES)["rougeLsum"].tolist()


@pytest.mark.usefixtures("files")
def test_force_silences_the_warning_of_tokenized_text():
    Path("many.txt").write_text("It is done .\n" * 100)
    loud = run("score", "--references", "many.txt", "many.txt", "--format", "csv")
    quiet = run("score", "--references", "many.txt", "many.txt", "--format", "csv", "--quiet")
    assert "100 predictions end in ' .'" in loud.stderr
    assert quiet.stderr == ""
    assert loud.stdout == quiet.stdout


@pytest.mark.usefixtures("files")
def test_texts_without_spaces_are_warned_about_once():
    for name in "one.txt", "two.txt", "three.txt":
        Path(name).write_text("我们明天去北京。\n" * 100, encoding="utf-8")
    arguments = ["score", "--references", "one.txt", "two.txt", "three.txt", "--metrics", "bleu,wer,rouge1,chrf,ter"]
    loud, quiet = run(*arguments), run(*arguments, "--quiet")
    assert [line.split(" means little: ")[0].split()[-1] for line in loud.stderr.splitlines()] == [
        "BLEU",
        "WER",
        "ROUGE",
        "TER",
    ]
    options = "--tokenize", "--metrics cer", "--rouge-tokenizer unicode", "--ter-asian-support"
    assert [option for option in options if option not in loud.stderr] == []
    assert quiet.stderr == ""
    assert loud.stdout == quiet.stdout
    compared = run("compare", *arguments[1:], "--resamples", "10", "--interval-resamples", "0")
    assert sorted(compared.stderr.splitlines()) == sorted(loud.stderr.splitlines())
    suitable = ["--tokenize", "zh", "--rouge-tokenizer", "unicode", "--ter-normalized", "--ter-asian-support"]
    assert run(*arguments[:5], "--metrics", "bleu,cer,rouge1,chrf,ter", *suitable).stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="reads its peak memory from Linux's getrusage, in kilobytes")
def test_bounded_memory(tmp_path):
    lines = 400_000
    line = "the quick brown fox jumps over the lazy dog and runs away from it\n"
    for name in ("ref.txt", "system.txt"):
        (tmp_path / name).write_text(line * lines)
    size = os.path.getsize(tmp_path / "ref.txt") * 2
    code = (
        "import resource, sys; from rapidscore.cli import main;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "main(sys.argv[1:]);"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024, file=sys.stderr)"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "score",
        "--references",
        "ref.txt",
        "system.txt",
        "--format",
        "csv",
        "--quiet",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    # Two windows of 16 MiB and the texts around them, whatever the length of the files.
    assert int(result.stderr) < 50e6 < size
