"""Reports: what stands in the file, without a browser."""

import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from support.corpus import PREDICTIONS, REFERENCES, SINGLE_REFERENCES

import rapidscore
from rapidscore import BLEU, CHRF, WER, Classification, accumulator, compare, score
from rapidscore.cli import main
from rapidscore.segments import browser

pytest.importorskip("jinja2", reason="reports need jinja2")
pytest.importorskip("itables", reason="reports need itables")
pytest.importorskip("matplotlib", reason="reports need matplotlib")
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized", "ignore:Glyph .* missing")

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script> &amp; ≮b≯ \u2028 --> <!-- $x$"
SYSTEMS = {"base": PREDICTIONS, HOSTILE: [HOSTILE, *PREDICTIONS[:-1]], "表": SINGLE_REFERENCES}
GROUPS = [("de", HOSTILE)[at % 2] for at in range(len(PREDICTIONS))]


class Page(HTMLParser):
    """The elements of a page, and the text of those that have any."""

    def __init__(self, path):
        super().__init__()
        self.source = Path(path).read_text(encoding="utf-8")
        self.elements, self.stack, self.texts = [], [], {}
        self.feed(self.source)
        self.close()
        self.data = json.loads(self.texts["data"]) if "data" in self.texts else None

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.elements.append((tag, named))
        self.stack.append(named.get("id", tag))

    def handle_endtag(self, tag):
        self.stack.pop() if self.stack else None

    def handle_data(self, data):
        name = self.stack[-1] if self.stack else ""
        self.texts[name] = self.texts.get(name, "") + data


def check_nothing_runs_or_is_fetched(page):
    scripts = [named for tag, named in page.elements if tag == "script"]
    assert len(scripts) in (0, 3)
    for tag, named in page.elements:
        assert tag not in ("iframe", "object", "embed", "base", "link", "form", "img")
        assert not any(name.startswith("on") for name in named)
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert named.get(name, "#").startswith(("#", "data:image/png;base64,")), (tag, named)
    for url in re.findall(r"(?:src|href)=[\"']?(https?:[^\"' >]*)", page.source):
        pytest.fail(f"the page would fetch {url}")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "r.html"
    found = compare(SYSTEMS, SINGLE_REFERENCES, metrics=["bleu", "wer"], by={HOSTILE: GROUPS}, resamples=200)
    found.to_html(path, title=f"Title {HOSTILE}", texts={"source": [HOSTILE] * len(PREDICTIONS)}, command="make all")
    return found, Page(path)


class TestComparison:
    def test_nothing_runs_or_is_fetched(self, compared):
        check_nothing_runs_or_is_fetched(compared[1])

    def test_texts_are_whole(self, compared):
        _, page = compared
        assert page.texts["h1"] == f"Title {HOSTILE}".replace("\u2028", "\\u2028")
        assert page.data["systems"] == [*SYSTEMS]
        assert page.data["groups"] == [{"name": HOSTILE, "labels": ["de", HOSTILE]}]
        for at, row in enumerate(page.data["rows"]):
            assert row["number"] == at
            assert row["texts"] == [texts[at] for texts in SYSTEMS.values()]
            assert row["references"] == [SINGLE_REFERENCES[at]]
            assert row["more"] == [["source", HOSTILE]]
            assert page.data["groups"][0]["labels"][row["groups"][0]] == GROUPS[at]

    def test_scores(self, compared):
        _, page = compared
        assert [value["name"] for value in page.data["values"]] == ["bleu", "wer"]
        assert [value["higher_is_better"] for value in page.data["values"]] == [True, False]
        assert [value["decimals"] for value in page.data["values"]] == [2, 4]
        for number, metric in enumerate((BLEU(), WER())):
            for at, texts in enumerate(SYSTEMS.values()):
                expected = metric.segment_scores(texts, SINGLE_REFERENCES)[("bleu", "wer")[number]]
                assert [row["scores"][number][at] for row in page.data["rows"]] == pytest.approx(
                    expected.tolist(), abs=1e-6
                )

    def test_alignments_are_those_of_wer(self, compared):
        _, page = compared
        wer = WER().statistics(PREDICTIONS, SINGLE_REFERENCES)
        for row, counts in zip(page.data["rows"], np.asarray(wer), strict=True):
            runs = dict.fromkeys("=sid", 0)
            for kind, count in re.findall(r"([=sid])(\d+)", row["runs"][0]):
                runs[kind] += int(count)
            named = dict(zip(wer.columns, counts.tolist(), strict=True))
            assert (runs["="], runs["s"], runs["d"], runs["i"]) == (
                *(named["hits"], named["substitutions"]),
                *(named["deletions"], named["insertions"]),
            )

    def test_sections(self, compared):
        found, page = compared
        titles = re.findall("<h2>(.*?)</h2>", page.source)
        assert titles == [
            *("Scores", "Groups", "Length of the reference", "Frequency of the words", "Segments"),
            "How it was computed",
        ]
        assert page.source.count("<svg") == 6  # scores, groups of three systems, length, frequency
        for text in ("make all", f"rapidscore {rapidscore.__version__}", f"NumPy {np.__version__}", "seed 12345"):
            assert text in page.source
        for signature in found.signatures.values():
            assert signature in page.source

    def test_the_sentences_say_what_the_tests_say(self, tmp_path):
        systems = {"a": PREDICTIONS * 5, "same": PREDICTIONS * 5, "best": SINGLE_REFERENCES * 5}
        found = compare(systems, SINGLE_REFERENCES * 5, metrics=["bleu", "wer"], resamples=500)
        found.to_html(tmp_path / "r.html")
        text = (tmp_path / "r.html").read_text(encoding="utf-8")
        for name, digits in (("bleu", 2), ("wer", 4)):
            own, gain = found["a"][name].score, found["best"][name].difference.score
            assert (
                f"By {name}, compared with a ({own:.{digits}f}), better: best ({gain:+.{digits}f}); "
                f"not decisively different: same ({0:+.{digits}f})."
            ) in text
        assert "A difference is decisive if its p-value is below 0.05, after Holm&#39;s correction." in text


class TestOthers:
    def test_scores_of_labels(self, tmp_path):
        true = ["a", "b", HOSTILE] * 5
        found = score([*true[1:], "a"], true, metrics=Classification(), by=[1, 2, 3] * 5, confidence=0.9)
        found.to_html(tmp_path / "r.html")
        page = Page(tmp_path / "r.html")
        check_nothing_runs_or_is_fetched(page)
        assert "Confusion matrix" in page.source
        assert page.data["rows"][2]["texts"] == ["a"]
        assert page.data["rows"][2]["references"] == [HOSTILE]
        assert page.data["rows"][2]["runs"] == [None]

    @pytest.mark.parametrize("name", ["BLEU", "groups", "intervals", "segment table"])
    def test_every_result_has_a_page(self, name, tmp_path):
        rows = BLEU().statistics(PREDICTIONS, SINGLE_REFERENCES)
        found = {
            "BLEU": rows.score(),
            "groups": rows.by(GROUPS),
            "intervals": rows.confidence_interval(resamples=20),
            "segment table": score([HOSTILE], ["b"], metrics="wer").segment_table(),
        }[name]
        found.to_html(tmp_path / "r.html", title=HOSTILE)
        page = Page(tmp_path / "r.html")
        check_nothing_runs_or_is_fetched(page)
        assert page.texts["title"] == HOSTILE.replace("\u2028", "\\u2028")
        assert found.format("html") in page.source
        assert page.source.count("<svg") == hasattr(found, "plot")

    def test_statistics_without_texts(self, tmp_path):
        systems = {name: CHRF().statistics(texts, SINGLE_REFERENCES) for name, texts in SYSTEMS.items()}
        compare(systems, resamples=20).to_html(tmp_path / "r.html")
        page = Page(tmp_path / "r.html")
        assert page.data["rows"][0]["texts"] == [None] * 3
        assert "Length of the reference" not in page.source

    def test_several_references_and_characters(self, tmp_path):
        texts = ["我们明天去北京看展览。", "他买苹果。"]
        references = [["我们明天去北京参观展览。", "明天我们去。"], ["他买苹果。"]]
        score(texts, references, metrics="chrf").to_html(tmp_path / "r.html")
        page = Page(tmp_path / "r.html")
        assert page.data["characters"]
        assert page.data["rows"][0]["references"] == references[0]
        assert page.data["rows"][0]["runs"] == ["=7s1d1=3"]
        assert "as for CER" in page.source

    def test_scores_that_are_not_finite(self, tmp_path):
        found = score([[-1.0], [-math.inf], []], metrics="perplexity")
        found.to_html(tmp_path / "r.html")
        assert [row["scores"][0] for row in Page(tmp_path / "r.html").data["rows"]][1:] == [["inf"], [None]]

    def test_systems_with_the_names_of_columns(self, tmp_path):
        systems = {"reference": PREDICTIONS, "source": [*reversed(PREDICTIONS)], "difference": SINGLE_REFERENCES}
        found = compare(systems, SINGLE_REFERENCES, metrics="wer", resamples=20)
        for row in data_of(found, texts={"query": GROUPS})["rows"]:
            at = row["number"]
            assert row["references"] == [SINGLE_REFERENCES[at]]
            assert row["texts"] == [texts[at] for texts in systems.values()]
            assert row["more"] == [["query", GROUPS[at]]]

    def test_matrices_of_a_comparison(self, tmp_path):
        labels = {"one": [0, 1, 1] * 5, "two": [0, 0, 1] * 5}
        compare(labels, [0, 1, 0] * 5, metrics=Classification(), resamples=5).to_html(tmp_path / "r.html")
        page = Page(tmp_path / "r.html")
        assert "Confusion matrix" in page.source
        assert "one: accuracy 0.6667" in page.source
        assert "two: accuracy 0.3333" in page.source

    def test_values_without_a_better_side(self, tmp_path):
        rows = {
            name: WER().statistics(texts, SINGLE_REFERENCES * 5)
            for name, texts in (("a", ["x"] * 80), ("b", SINGLE_REFERENCES * 5))
        }
        text = " ".join(compare(rows, values=["wer", "wer_hits"], resamples=200)._summary())
        assert "better: b (-" in text
        assert "By wer_hits, compared with a (5), higher: b (+470)." in text

    def test_rows_that_were_not_kept(self, tmp_path):
        meter = accumulator("bleu")
        meter.update(PREDICTIONS, REFERENCES)
        with pytest.raises(ValueError, match="keep_rows=True"):
            meter.compute().to_html(tmp_path / "r.html")
        assert not (tmp_path / "r.html").exists()

    def test_missing_libraries(self, tmp_path, monkeypatch):
        found = score(["a"], ["b"], metrics="wer")
        for name in ("jinja2", "itables", "matplotlib"):
            with monkeypatch.context() as patched:
                patched.setitem(__import__("sys").modules, name, None)
                with pytest.raises(ModuleNotFoundError, match=r"a report needs .*pip install 'rapidscore\[report\]'"):
                    found.to_html(tmp_path / "r.html")


def data_of(found, **options):
    return json.loads(found._report(**options)["segments"]["json"])


class TestSample:
    def test_extremes_and_a_sample(self, monkeypatch):
        monkeypatch.setattr(browser, "_MOST_ROWS", 60)
        monkeypatch.setattr(browser, "_MOST_EXTREMES", 40)
        rng = np.random.default_rng(1)
        words = [*"abcdefgh"]
        texts = [[" ".join(rng.choice(words, 6)) for _ in range(500)] for _ in range(3)]
        found = compare({"a": texts[0], "b": texts[1]}, texts[2], metrics=["chrf"], resamples=5)
        data = data_of(found)
        assert len(data["rows"]) == 60
        assert "60 of 500 segments: the 5 worst and best of each system by each score" in data["note"]
        shown = {row["number"] for row in data["rows"]}
        for sort in ("worst", "best", "difference"):
            for reverse in (False, True):
                assert {*found.segment_table("chrf", 5, sort, reverse=reverse).positions.tolist()} <= shown
        assert data_of(found) == data

    def test_long_texts_are_cut_off_and_the_report_says_so(self):
        data = data_of(score(["a " * 5000], ["b"], metrics="wer"))
        assert len(data["rows"][0]["texts"][0]) == browser._LONGEST[0] + 2
        assert "Texts of more than 5,000 characters are cut off here." in data["note"]

    @pytest.mark.parametrize("text", ["<&>" * 300, "long " * 3000], ids=["escaped", "long"])
    def test_the_page_stays_below_8_mb(self, text, tmp_path):
        systems = {f"s{number}": [f"{text}{at} {number}" for at in range(1500)] for number in range(6)}
        rows = {name: WER().statistics(["a"] * 1500, ["b"] * 1500) for name in systems}
        compare(rows, resamples=2, interval_resamples=2).to_html(tmp_path / "r.html", texts=systems)
        assert (tmp_path / "r.html").stat().st_size < 8_000_000
        assert "segments: the " in Page(tmp_path / "r.html").data["note"]

    def test_many_groups_and_classes_have_no_picture(self, tmp_path):
        labels = [f"class {at}" for at in range(300)]
        score(labels, labels, metrics=Classification(), by=labels).to_html(tmp_path / "r.html")
        page = Page(tmp_path / "r.html")
        assert page.source.count("<svg") == 1  # the score
        assert "more than 100 classes, which a picture cannot show" in page.source
        assert "200 more groups are left out." in page.source
        score(labels, labels, metrics=Classification())["classification"].to_html(tmp_path / "c.html")
        assert Page(tmp_path / "c.html").source.count("<svg") == 0

    def test_few_segments_are_all_there(self):
        assert data_of(score(["a"], ["b"], metrics="wer"))["note"].startswith("All 1 segments.")


class TestCommand:
    @pytest.fixture(autouse=True)
    def files(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name, texts in {"ref": SINGLE_REFERENCES, "a": PREDICTIONS, "b": [*reversed(PREDICTIONS)]}.items():
            Path(f"{name}.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
        Path("groups.txt").write_text("x\ny\n" * (len(PREDICTIONS) // 2), encoding="utf-8")

    def test_comparison(self, capsys):
        arguments = ["--references", "ref.txt", "a.txt", "b.txt", "--metrics", "bleu,chrf", "--output", "r.html"]
        more = ["--sources", "ref.txt", "--groups", "groups.txt", "--title", "T & T", "--resamples", "20"]
        assert main(["report", *arguments, *more]) == 0
        assert capsys.readouterr().out == "wrote r.html\n"
        page = Page("r.html")
        check_nothing_runs_or_is_fetched(page)
        assert page.data["systems"] == ["a", "b"]
        assert [row["number"] for row in page.data["rows"]] == [*range(1, len(PREDICTIONS) + 1)]
        assert page.data["rows"][0]["more"] == [["source", SINGLE_REFERENCES[0]]]
        assert page.data["groups"] == [{"name": "group", "labels": ["x", "y"]}]
        assert "rapidscore report --references ref.txt a.txt b.txt" in page.source
        assert "<h1>T &amp; T</h1>" in page.source

    def test_one_system_and_several_references(self):
        assert main(["report", "a.txt", "--references", "ref.txt", "b.txt", "--output", "r.html", "--quiet"]) == 0
        page = Page("r.html")
        assert page.data["rows"][0]["references"] == [SINGLE_REFERENCES[0], PREDICTIONS[-1]]
        assert page.data["systems"] == ["a.txt"]
        assert "95 % intervals by percentile" in page.source

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--output", "a.txt"], "a.txt is one of the files to be scored"),
            (["--output", "no/r.html"], "No such file"),
            (["--output", "r.html", "--groups", "short.txt"], "short.txt"),
            (["--output", "r.html", "--sources", "none.txt"], "No such file"),
        ],
    )
    def test_errors(self, arguments, message, capsys):
        Path("short.txt").write_text("x\n", encoding="utf-8")
        assert main(["report", "--references", "ref.txt", "a.txt", "b.txt", *arguments]) == 2
        assert message in capsys.readouterr().err
        assert not Path("r.html").exists()
