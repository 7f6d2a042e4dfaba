"""The names of systems in results."""

import json
from pathlib import Path

import pytest

from rapidscore.cli import main
from rapidscore.cli.system_names import names_of


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["wmt23/cs-uk/system.GPT4-5shot.txt", "wmt23/cs-uk/system.ONLINE-A.txt"], ["GPT4-5shot", "ONLINE-A"]),
        (["/data/system-a.txt", "/data/system-b.txt"], ["system-a", "system-b"]),
        (["old/out.txt", "new/out.txt"], ["old", "new"]),
        (["x/old/de/out.txt", "x/new/de/out.txt"], ["old", "new"]),
        (["old/out.txt", "new/best.txt"], ["old/out", "new/best"]),
        (["a/system.txt"], ["system.txt"]),
        (["/dev/stdin"], ["stdin"]),
        # Versions stay whole, and so does what would not tell systems apart.
        (["model.v1.2.txt", "model.v1.3.txt"], ["v1.2", "v1.3"]),
        (["/dev/fd/63", "/dev/fd/62"], ["/dev/fd/63", "/dev/fd/62"]),
        (["a.txt", "a.txt"], ["a.txt", "a.txt"]),
        (["a", "a.txt"], ["a", "a.txt"]),
        (["out.txt", "new/out.txt"], ["out", "new/out"]),
        (["/dev/fd/63"], ["/dev/fd/63"]),
    ],
)
def test_common_parts_are_left_out(paths, names):
    assert names_of(paths, None) == names
    assert names_of(paths[::-1], None) == names[::-1]


@pytest.mark.parametrize(
    ("given", "words"), [(["x"], "1 names but there are 2 systems"), (["x", "x"], "has 'x' twice")], ids=str
)
def test_wrong_names(given, words):
    with pytest.raises(ValueError, match=words):
        names_of(["a", "b"], given)


@pytest.mark.parametrize("command", ["score", "compare"])
def test_names_of_the_user(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in "a.txt", "b.txt", "ref.txt":
        Path(name).write_text("the cat sat\n" * 9)
    arguments = [command, "--references", "ref.txt", "a.txt", "b.txt", "--format", "json"]
    assert main([*arguments, "--names", "one", "<two>"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["names"] == ["one", "<two>"]
    assert [result["system"] for result in found["results"]] == ["one", "<two>"]
    assert main([*arguments, "--names", "one"]) == 2
    assert "--names has 1 names but there are 2 systems" in capsys.readouterr().err
