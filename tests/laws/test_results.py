"""What every result promises: the same text everywhere, tables, markup, and data for other libraries."""

import copy
import csv
import io
import json
import math
import pickle
import sys
from html.parser import HTMLParser

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.corpus import PREDICTIONS, SINGLE_REFERENCES
from support.tables import cells

from rapidscore import (
    BLEU,
    CER,
    CHRF,
    ROUGE,
    TER,
    WER,
    Classification,
    Multilabel,
    Perplexity,
    SegmentTable,
    TopKAccuracy,
    compare,
    mbr_decode,
    score,
)

pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized")

#: Names that a terminal, Markdown, LaTeX, HTML or a spreadsheet would take for something else.
HOSTILE = ["<img src=x onerror=alert(1)>", "\x1b[2Jred", "=1+1", "a|b_c*", r"50% & $x_1$ \end{tabular}", "中文"]

STYLES = ["table", "markdown", "latex", "html", "csv", "json"]


def all_results():
    """Return a result of each class, by a name."""
    labels = [len(text) % 3 for text in PREDICTIONS], [len(text) % 3 for text in SINGLE_REFERENCES]
    tags = [[{one, (one + at) % 3} for at, one in enumerate(side)] for side in labels]
    scores = np.random.default_rng(1).random((len(labels[0]), 3))
    groups = [HOSTILE[at % len(HOSTILE)] for at in range(len(PREDICTIONS))]
    texts = {metric: metric.statistics(PREDICTIONS, SINGLE_REFERENCES) for metric in (BLEU(), WER(), CHRF())}
    of_labels = Classification().statistics(*labels)
    test = of_labels.by(groups).permutation_test(permutations=30)
    intervals = texts[BLEU()].confidence_interval(resamples=30)
    systems = {name: [texts[BLEU()], texts[WER()]] for name in HOSTILE[:3]}
    compared = compare(systems, resamples=30)
    hostile = {name: [*HOSTILE, *PREDICTIONS[6:]] for name in HOSTILE[:3]}
    of_texts = compare(hostile, SINGLE_REFERENCES, metrics="bleu", by=groups, resamples=9)
    return {
        "BLEU": texts[BLEU()].score(),
        "CHRF": texts[CHRF()].score(),
        "TER": TER().score(PREDICTIONS, SINGLE_REFERENCES),
        "WER": texts[WER()].score(),
        "CER": CER().score(PREDICTIONS, SINGLE_REFERENCES),
        "ROUGE": ROUGE().score(PREDICTIONS, SINGLE_REFERENCES),
        "one ROUGE": ROUGE(("rougeL",)).score(PREDICTIONS, SINGLE_REFERENCES),
        "Classification": of_labels.score(),
        "binary classification": Classification(average="binary", pos_label="a").score(["a", "b"], ["a", "a"]),
        "Multilabel": Multilabel().score(*tags),
        "TopKAccuracy": TopKAccuracy().score(scores, labels[1]),
        "Perplexity": Perplexity().score_log_probs([[-1.0, -2.0], [-0.5]]),
        "infinite perplexity": Perplexity().score_log_probs([[-1.0, -math.inf]]),
        "groups": texts[BLEU()].by(groups),
        "groups of two features": texts[WER()].by({"size": groups, "wer": [at % 2 for at in range(len(groups))]}),
        "groups of labels": of_labels.by(groups),
        "group intervals": texts[WER()].by(groups).confidence_interval(resamples=30),
        "interval": intervals["bleu"],
        "intervals": intervals,
        "group difference": next(iter(test.values())),
        "permutation test": test,
        "compared": compared[HOSTILE[1]]["bleu"],
        "comparison": compared,
        "scores": score(PREDICTIONS, SINGLE_REFERENCES, metrics=["bleu", "rougeL", "wer"]),
        "scores with all": score(
            PREDICTIONS,
            SINGLE_REFERENCES,
            metrics=[BLEU(), BLEU(tokenize="char"), ROUGE()],
            by=groups,
            confidence=0.9,
            resamples=30,
        ),
        "without intervals": compare(systems, resamples=30, interval_resamples=0),
        "segment table": of_texts.segment_table(n=5),
        "segment table of one system": score(PREDICTIONS, SINGLE_REFERENCES, metrics="rouge").segment_table(n=3),
        "buckets": of_texts.buckets(resamples=30),
        "buckets by frequency": of_texts.buckets("frequency", bounds=[2], resamples=30),
        "MBR decision": mbr_decode([HOSTILE], CHRF())[0],
    }


RESULTS = all_results()
every_result = pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)

WITH_ONE_NUMBER = [
    *("BLEU", "CHRF", "TER", "WER", "CER", "one ROUGE", "Classification", "Multilabel", "TopKAccuracy", "Perplexity")
]


class Tags(HTMLParser):
    """The tags and the text of HTML, which must be balanced."""

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.text = [], set(), ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert all(name == "style" for name, _ in attributes)
        self.seen.add(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@every_result
class TestText:
    def test_repr_is_one_line(self, result):
        shown = repr(result)
        assert shown.startswith(f"<{type(result).__name__}: ")
        assert shown.endswith(">")
        assert len(shown.splitlines()) == 1
        assert len(shown) < 400
        assert any(character.isdigit() for character in shown)
        assert "\x1b" not in shown

    def test_text_is_the_same_everywhere(self, result, monkeypatch, capsys):
        before = str(result), repr(result), *map(result.format, STYLES)
        assert result.format() == str(result) == f"{result}"
        assert "\x1b" not in "".join(before)
        monkeypatch.setenv("COLUMNS", "30")
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "dumb")
        for stdout in io.TextIOWrapper(io.BytesIO(), encoding="ascii"), io.StringIO(), None:
            with monkeypatch.context() as patched:
                patched.setattr(sys, "stdout", stdout)
                assert (str(result), repr(result), *map(result.format, STYLES)) == before
            assert stdout is None or stdout.tell() == 0
        assert capsys.readouterr() == ("", "")

    def test_copies_print_the_same(self, result):
        for again in pickle.loads(pickle.dumps(result)), copy.deepcopy(result):
            assert [*map(again.format, STYLES)] == [*map(result.format, STYLES)]

    @pytest.mark.parametrize("style", STYLES)
    def test_styles(self, result, style):
        text = result.format(style)
        assert text.strip()
        assert text.endswith("\n") == (style == "csv")
        assert result.format(style, signature=True)

    @pytest.mark.parametrize("style", ["", "xml", "TABLE", True])
    def test_unknown_styles(self, result, style):
        # A name in the first place is that of a value for some results, which do not have this one either.
        with pytest.raises((ValueError, KeyError, TypeError)):
            result.format(style)

    def test_width(self, result):
        assert result.format(1) == result.format(width=1)
        with pytest.raises(ValueError, match="width must be from 0 to 100"):
            result.format("latex", width=101)
        if "inf" not in str(result):
            assert result.format("latex", width=7) != result.format("latex", width=1)

    @pytest.mark.parametrize("most", [20, 60, 80, 120, None])
    def test_largest_width(self, result, most):
        wide = result.format("table", max_width=None)
        text = result.format("table", max_width=most)
        if str(result) == result.format("table"):
            # The largest width is also that of the text.
            assert result.format(max_width=most) == text
        if isinstance(result, SegmentTable):
            # Texts are never cut off.
            assert text == wide
            return
        shown, known = cells(text)[0], cells(wide)[0]
        assert set(shown) <= set(known)
        note = [line for line in text.splitlines() if line.startswith("left out, because")]
        if shown == known:
            assert note == []
            assert text == wide
        else:
            (line,) = note
            left_out = line.partition("characters: ")[2].split(", ")
            assert sorted([*shown, *left_out]) == sorted(known)
        # Names are whole.
        assert [row[0] for row in cells(text)] == [row[0] for row in cells(wide)]


@every_result
class TestPage:
    @pytest.mark.filterwarnings("ignore:Glyph .* missing")
    def test_page(self, result, tmp_path, caplog):
        for library in ("jinja2", "itables", "matplotlib"):
            pytest.importorskip(library, reason="pages need the extra report")
        caplog.set_level("ERROR", "matplotlib")
        result.to_html(tmp_path / "r.html", title=HOSTILE[0])
        text = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert text.startswith("<!DOCTYPE html>")
        assert "<h1>&lt;img src=x onerror=alert(1)&gt;</h1>" in text
        assert "<img" not in text
        assert "\x1b" not in text
        assert ("<svg" in text) >= hasattr(result, "plot")


@every_result
class TestMarkup:
    def test_html(self, result):
        html = result._repr_html_()
        assert html == result.format("html")
        found = Tags(html)
        assert found.seen <= {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "br"}
        assert "table" in found.seen

    def test_markdown(self, result):
        lines = [line for line in result.format("markdown").splitlines() if line.startswith("|")]
        bars = [line.replace("\\\\", "").replace("\\|", "").count("|") for line in lines]
        assert len({*bars}) == 1
        assert set(lines[1]) <= set("|-:")

    def test_latex(self, result):
        lines = result.format("latex").splitlines()
        rows = [line for line in lines if line.endswith(r"\\")]
        columns = next(line for line in lines if line.startswith(r"\begin{tabular}")).removeprefix(r"\begin{tabular}")
        assert {line.replace(r"\&", "").count("&") for line in rows} == {len(columns.strip("{}")) - 1}
        assert lines[-1] == r"\end{tabular}"
        assert sum(line.startswith(r"\end{tabular}") for line in lines) == 1


@every_result
class TestData:
    def test_dict(self, result):
        content = result.to_dict()
        assert json.loads(json.dumps(content, allow_nan=False)) == content
        assert json.loads(result.format("json")) == content
        values = result.as_dict()
        assert values
        assert all(type(value) is float for value in values.values())
        assert all(type(name) is str for name in values)

    def test_csv(self, result):
        header, *rows = csv.reader(io.StringIO(result.format("csv")))
        columns = result._as_columns()
        escaped = [name.replace("\x1b", "\\x1b") for name in columns]
        assert header == [name if not name.startswith("=") else f"'{name}" for name in escaped]
        assert {len(row) for row in rows} == {len(header)}
        assert len(rows) == len(next(iter(columns.values())))

    def test_data_frames(self, result):
        columns = {name: [*values] for name, values in result._as_columns().items()}
        table, frame = pa.table(result), pl.DataFrame(result)
        assert table.column_names == frame.columns == [*columns]
        assert [*result.to_pandas().columns] == [*columns]
        for name, values in columns.items():
            for found in table[name].to_pylist(), frame[name].to_list():
                assert list(map(repr, found)) == list(map(repr, values)) or found == [*map(str, values)]
        assert len(result.to_pandas()) == len(frame) == len(table)
        # DuckDB finds the variable by its name.
        rows = duckdb.sql("SELECT * FROM result").fetchall()
        assert repr(rows) == repr([*zip(*table.to_pydict().values(), strict=True)])
        pd.testing.assert_frame_equal(result.to_pandas(), table.to_pandas(), check_dtype=False)


@pytest.mark.parametrize("name", WITH_ONE_NUMBER)
class TestNumbers:
    def test_format(self, name):
        score = RESULTS[name]
        assert f"{score:.3f}" == f"{float(score):.3f}"
        assert f"{score:8.1f}" == f"{float(score):8.1f}"
        assert f"{score}" == str(score)

    def test_order(self, name):
        score = RESULTS[name]
        same = copy.copy(score)
        assert score <= same
        assert score >= same
        assert not score < same
        assert not score > same
        for other in RESULTS["Perplexity" if name == "BLEU" else "BLEU"], 1.0, "a", None:
            with pytest.raises(TypeError, match="cannot be compared"):
                score < other  # noqa: B015


def test_scores_are_sorted():
    texts = ["the cat sat on the mat", "the cat sat on a mat", "a dog"]
    scores = [BLEU(effective_order=True).score([text], ["the cat sat on the mat"]) for text in texts]
    assert sorted(scores) == scores[::-1]
    assert max(scores) is scores[0]
    # Several references are no option.
    assert scores[0] >= BLEU(effective_order=True).score(["a dog"], [["a dog", "the cat"]])
    with pytest.raises(TypeError, match="different options"):
        max([*scores, BLEU().score(texts[:1], texts[:1])])
    with pytest.raises(TypeError, match="different options"):
        max(CHRF().score(["a"], ["a"]), CHRF(word_order=2).score(["a"], ["a"]))
    with pytest.raises(TypeError):
        max(WER().score(["a"], ["a"]), CER().score(["a"], ["a"]))


def test_rouge_of_several_types_has_no_one_number():
    score = ROUGE(("rouge1", "rougeL")).score(["a b"], ["a c"])
    for use in float, lambda score: f"{score:.2f}", lambda score: score < copy.copy(score):
        with pytest.raises(TypeError, match="choose one"):
            use(score)
    assert float(ROUGE(("rougeL",)).score(["a b"], ["a c"])) == 0.5


class TestGroups:
    def test_f1_is_shown(self):
        groups = RESULTS["groups of labels"]
        assert cells(str(groups))[0] == ["group", "size", "f1", "accuracy", "precision", "recall"]

    def test_hostile_names(self):
        groups = RESULTS["groups"]
        assert "<img" not in groups.format("html")
        assert "&lt;img src=x onerror=alert(1)&gt;" in groups.format("html")
        assert r"\x1b[2Jred" in str(groups)
        assert "'=1+1" in groups.format("csv")
        assert r"50\% \& \$x\_1\$ \textbackslash{}end\{tabular\}" in groups.format("latex")
        assert r"a\|b_c\*" in groups.format("markdown")
        assert [row[0] for row in cells(groups.format("table"))][-1] == "difference"

    def test_features_named_like_values(self):
        groups = RESULTS["groups of two features"]
        columns = [*groups._as_columns()]
        assert columns[:4] == ["size (group)", "wer (group)", "size", "wer"]

    def test_legacy_arguments(self):
        groups = RESULTS["groups"]
        assert groups.format(["bleu"], 3) == groups.format("table", 3, names=["bleu"])
        assert cells(groups.format(["bleu"], None))[0] == ["group", "size", "bleu"]


def test_bleu_keeps_its_positional_arguments():
    score = RESULTS["BLEU"]
    assert score.format(3).startswith(f"BLEU = {score.score:.3f} ")
    assert score.format(3, True).startswith(f"BLEU|{score.signature} = {score.score:.3f} ")
    assert score.format(signature=True, width=0).startswith(f"BLEU|{score.signature} = {score.score:.0f} ")
