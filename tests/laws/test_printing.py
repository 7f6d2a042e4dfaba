"""What is printed holds nothing that a terminal obeys, and tables are the same whatever stdout is."""

import io
import re
import sys

import pytest

from rapidscore import BLEU, WER, Classification, Multilabel, compare
from rapidscore.display.text import printable

#: What must not reach a terminal.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

EVIL = "\x1b[31mred\x1b[0m\n\x9b2J\u202e\udcff"
#: `EVIL` as it is shown.
SHOWN = r"\x1b[31mred\x1b[0m\n\x9b2J\u202e\xff"


def printed():
    """Yield what is printed of results whose labels, groups and systems are called `EVIL`."""
    labels = [EVIL, "b", EVIL, "b"]
    score = Classification(zero_division=0).score(labels, labels[::-1])
    yield score.report()
    yield score.report(target_names=[EVIL, "c"])
    yield Multilabel().score([[label] for label in labels], [[label] for label in labels]).report()
    statistics = WER().statistics(["a", "a b", "c", "d"], ["a", "b", "c", "d d"])
    for features in {EVIL: labels}, {EVIL: labels, "other": labels[::-1]}:
        groups = statistics.by(features)
        yield str(groups)
        yield repr(groups)
        yield str(groups.confidence_interval(resamples=9))
        yield repr(groups.confidence_interval(resamples=9))
    comparison = compare({EVIL: statistics, "b": statistics}, resamples=9)
    yield str(comparison)
    yield repr(comparison)


@pytest.mark.filterwarnings("ignore:.* is ill-defined")
def test_controls_are_shown():
    for text in printed():
        assert not CONTROL.search(text)
        if "confidence" not in text:
            assert SHOWN in text or "GroupIntervals" in text or "wer" in text
    assert sum(SHOWN in text for text in printed()) > 8


def test_ordinary_text_is_unchanged():
    texts = ["naïve", "中文", "🙂", "👩‍👩‍👧", "שלום", "می‌خواهم", "क्षि", "C:\\new", "a  b", "\u00a0", "x[red]", ""]
    assert [*map(printable, texts)] == texts


def test_markup_in_names():
    """Brackets are not read as rich's markup, in no line of a table."""
    statistics = BLEU(tokenize=str.split).statistics(["a b c d", "a"], ["a b c d", "a"])
    table = str(compare({"x[red]": statistics, "[/]": statistics}, resamples=9))
    assert table.count("x[red]") == 2
    assert table.count("[/]") == 1


def test_text_does_not_depend_on_stdout(monkeypatch):
    """Tables are drawn with characters that every encoding has. Names are as they are, as everywhere in Python."""
    statistics = WER().statistics(["a"] * 100, ["b"] * 100)
    groups = statistics.by([f"ü中{number}" for number in range(100)])
    comparison = compare({"ü": statistics, "中": statistics}, resamples=9)
    expected = [str(groups), str(comparison), comparison.format("json"), groups.format("json")]
    assert "ü中0" in expected[0]
    assert "ü" in expected[1]
    assert expected[0].replace("ü中", "").isascii()
    for stdout in io.TextIOWrapper(io.BytesIO(), encoding="ascii"), io.StringIO(), None:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setenv("COLUMNS", "20")
        monkeypatch.setenv("FORCE_COLOR", "1")
        assert [str(groups), str(comparison), comparison.format("json"), groups.format("json")] == expected


def test_without_stdout(monkeypatch):
    groups = WER().statistics(["a"], ["b"]).by(["x"])
    expected = str(groups)
    monkeypatch.setattr(sys, "stdout", None)
    assert str(groups) == expected
