"""Reports in a real browser: Chromium, driven by Playwright."""

import math
import os
import shutil
import time

import numpy as np
import pytest

from rapidscore import WER, Classification, compare, score

#: Where it is set, as in CI, these tests may not be skipped.
IS_NEEDED = bool(os.environ.get("RAPIDSCORE_NEEDS_CHROMIUM"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if IS_NEEDED:
    assert CHROMIUM is not None
    import jinja2  # noqa: F401
    import playwright.sync_api as playwright
else:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright: pip install playwright")
    pytest.importorskip("jinja2", reason="reports need jinja2")
if CHROMIUM is None:
    pytest.skip("needs Chromium, such as Debian's package chromium", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing")

#: Markup, also such as arises when accents are removed, and what ends a script.
HOSTILE = (
    "<img src=x onerror=\"document.title='hacked'\"></script><script>document.title='hacked'</script>"
    "R&D ≮img src=x onerror=\"document.title=('hacked')\"≯"
)
REFERENCES = ["the cat sat on the mat", "there is a dog", HOSTILE, *(f"sentence number {at}" for at in range(60))]
SYSTEMS = {
    "base": ["the cat sat on a mat", "there is dog", HOSTILE, *(f"sentence number {at % 50}" for at in range(60))],
    f"ours {HOSTILE}": [*REFERENCES[:40], *["wrong"] * 23],
    "表": ["a"] * 63,
}
GROUPS = [(HOSTILE, "news", "talks")[at % 3] for at in range(63)]


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        # As root, as in a container, Chromium has no sandbox.
        running = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


class Seen:
    """A page with what it said and fetched, and with the boxes that it opened."""

    def __init__(self, browser, path, **options):
        self.page = browser.new_page(**({"viewport": {"width": 1200, "height": 900}} | options))
        self.messages, self.requests = [], []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("dialog", lambda dialog: self.messages.append(dialog.message) or dialog.dismiss())
        self.page.on("request", lambda request: self.requests.append(request.url))
        started = time.monotonic()
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("#segments[data-ready]", timeout=30_000)
        self.seconds = time.monotonic() - started
        self.uri = path.as_uri()

    def column(self, at):
        """Return the texts of a column on this page of the table."""
        return self.page.locator(f"#browser tbody tr > td:nth-child({at + 1})").all_inner_texts()

    def search(self, text):
        self.page.locator("#controls input").fill(text)

    def choose(self, label, option):
        self.page.locator("#controls label", has_text=label).locator("select").select_option(label=option)

    def count(self):
        return int(self.page.locator(".dt-info").inner_text().split(" of ")[-1].split()[0].replace(",", ""))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "r.html"
    found = compare(SYSTEMS, REFERENCES, metrics=["wer", "chrf"], by={f"set {HOSTILE}": GROUPS}, resamples=50)
    found.to_html(path, title=HOSTILE, texts={"source": [f"{HOSTILE} {at}" for at in range(63)]})
    return path


@pytest.fixture
def seen(browser, report):
    found = Seen(browser, report)
    yield found
    # Whatever a test did: the page said nothing, fetched nothing, and no text became markup.
    assert found.messages == []
    assert [url for url in found.requests if not url.startswith("blob:")] == [found.uri]
    assert found.page.title() == HOSTILE
    assert found.page.locator("img").count() == 0
    found.page.close()


class TestSegments:
    def test_search(self, seen):
        seen.search("cat sat")
        assert seen.count() == 1
        assert "the cat sat on a mat" in seen.column(5)[0]
        seen.search('"number 57"')
        assert seen.count() == 1
        assert seen.column(0) == ["60"]
        seen.search("")
        assert seen.count() == 63

    def test_sort(self, seen):
        wer = {name: WER().segment_scores(texts, REFERENCES)["wer"] for name, texts in SYSTEMS.items()}
        gains = (wer["base"] - [*wer.values()][1]).tolist()
        order = sorted(range(63), key=lambda at: -gains[at])
        assert [int(text) for text in seen.column(0)] == order[:20]
        seen.choose("order", "largest losses")
        losses = sorted(range(63), key=lambda at: gains[at])
        assert [gains[int(text)] for text in seen.column(0)] == [gains[at] for at in losses[:20]]
        seen.choose("order", "as in the data")
        assert [int(text) for text in seen.column(0)] == [*range(20)]
        header = seen.page.locator("#browser thead th").nth(2)
        header.click()
        seen.page.wait_for_timeout(200)
        shown = [float(text) for text in seen.column(2)]
        assert shown == sorted(shown)
        header.click()
        seen.page.wait_for_timeout(200)
        shown = [float(text) for text in seen.column(2)]
        assert shown == sorted(shown, reverse=True)

    def test_groups(self, seen):
        seen.choose(f"set {HOSTILE}", "talks")
        assert {*seen.column(1)} == {"talks"}
        assert seen.count() == GROUPS.count("talks")
        seen.choose(f"set {HOSTILE}", HOSTILE)
        assert {*seen.column(1)} == {HOSTILE}
        seen.choose(f"set {HOSTILE}", "all")
        assert seen.count() == 63

    def test_other_systems_and_scores(self, seen):
        seen.choose("beside", "表")
        seen.choose("score", "chrf")
        headers = seen.page.locator("#browser thead th").all_inner_texts()
        assert headers[2:5] == ["chrf base", "chrf 表", "difference"]
        names = seen.page.locator("#browser tbody tr").first.locator(".name").all_inner_texts()
        assert names == ["source", "reference", "base", "表"]

    def test_marked_words(self, seen):
        seen.choose("order", "as in the data")
        first = seen.page.locator("#browser tbody tr").first
        assert first.locator(".wrong").all_inner_texts() == ["a"]
        assert first.locator(".wrong").first.get_attribute("title") == "reference: the"
        second = seen.page.locator("#browser tbody tr").nth(1)
        assert second.locator(".missing").all_inner_texts() == ["a"]
        assert "there is a dog" in second.inner_text()

    def test_a_hostile_segment_stays_text(self, seen):
        seen.search('"<img src" R&D')
        assert seen.count() == 63
        seen.search("</script> sentence")
        assert seen.count() == 60
        seen.choose("order", "as in the data")
        assert HOSTILE in seen.page.locator("#browser tbody").inner_text()
        seen.page.wait_for_timeout(300)


class TestLook:
    def test_phone(self, browser, report):
        seen = Seen(browser, report, viewport={"width": 360, "height": 740})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert seen.page.locator("#browser thead").is_hidden()
        assert seen.page.locator("#browser td").nth(2).get_attribute("data-title") == "wer base"
        seen.choose("system", "表")
        assert seen.page.locator("#browser td").nth(2).get_attribute("data-title") == "wer 表"
        assert seen.messages == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_text_can_be_read(self, browser, report, scheme):
        seen = Seen(browser, report, color_scheme=scheme)
        for name in ("body", "#browser td", ".name", ".wrong", "figure svg text", "dt", ".scroll td"):
            colors = seen.page.locator(name).first.evaluate(
                """element => {
                    const style = getComputedStyle(element);
                    let back = element;
                    while (back.parentElement && getComputedStyle(back).backgroundColor === "rgba(0, 0, 0, 0)")
                        back = back.parentElement;
                    const isText = element instanceof SVGElement;
                    return [isText ? style.fill : style.color, getComputedStyle(back).backgroundColor];
                }"""
            )
            text, back = ([int(part) for part in color.split("(")[1].split(")")[0].split(",")[:3]] for color in colors)
            assert contrast(text, back) >= 4.5, (name, colors)
        assert (contrast(back, (0, 0, 0)) < 2) == (scheme == "dark")
        assert seen.messages == []

    def test_alignment_and_widths(self, browser, report):
        seen = Seen(browser, report)
        cells = seen.page.locator("#browser tbody tr").first.locator("td")
        sides = [cells.nth(at).evaluate("cell => getComputedStyle(cell).textAlign") for at in range(6)]
        assert [side in ("right", "end") for side in sides] == [True, False, True, True, True, False]
        assert cells.nth(5).evaluate("cell => cell.getBoundingClientRect().width") > 450

    def test_print(self, browser, report):
        seen = Seen(browser, report)
        seen.page.emulate_media(media="print")
        assert seen.page.locator("#controls").is_hidden()
        assert seen.page.locator(".dt-paging").is_hidden()
        assert seen.page.locator("figure svg").first.is_visible() is True
        assert len(seen.page.pdf()) > 10_000
        # No table is wider than the paper, A4 here.
        seen.page.set_viewport_size({"width": 794, "height": 1123})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 794

    def test_without_scripts(self, browser, report):
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(report.as_uri())
        assert page.locator("figure svg").count() == 6
        assert "which this browser does not run" in page.locator("noscript").inner_text()
        context.close()


def contrast(one, other):
    """Return the contrast of two colours, as WCAG 2 defines it."""

    def luminance(color):
        parts = [part / 255 for part in color]
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class TestOthers:
    def test_labels(self, browser, tmp_path):
        true = ["a", "b", HOSTILE] * 5
        score([*true[1:], "a"], true, metrics=Classification(), confidence=0.9).to_html(tmp_path / "r.html")
        seen = Seen(browser, tmp_path / "r.html")
        # A picture shows the beginning and the end of a very long name.
        assert "<img src=x onerror=" in "".join(seen.page.locator("figure").all_text_contents())
        assert seen.page.locator("#browser tbody tr").count() == 15
        assert seen.messages == []

    def test_chinese(self, browser, tmp_path):
        score(["我们去北京看展览。"], ["我们去北京参观展览。"], metrics="chrf").to_html(tmp_path / "r.html")
        seen = Seen(browser, tmp_path / "r.html")
        assert seen.page.locator(".wrong").all_inner_texts() == ["看"]
        assert seen.messages == []

    def test_missing_scores_come_last(self, browser, tmp_path):
        log_probs = [[-1.0], [], [-0.5], [-math.inf], [-2.0]]
        score(log_probs, metrics="perplexity").to_html(tmp_path / "r.html")
        seen = Seen(browser, tmp_path / "r.html")
        for order, expected in ("worst", ["3", "4", "0", "2", "1"]), ("best", ["2", "0", "4", "3", "1"]):
            seen.choose("order", order)
            assert seen.column(0) == expected
        assert seen.column(1)[-2:] == ["inf", ""]
        assert seen.messages == []

    def test_no_other_script_runs(self, browser, report, tmp_path):
        # Even if a text became markup, the page's policy would stop its script.
        source = report.read_text(encoding="utf-8")
        injected = "<main><img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
        (tmp_path / "r.html").write_text(source.replace("<main>", injected), encoding="utf-8")
        seen = Seen(browser, tmp_path / "r.html")
        seen.page.wait_for_timeout(300)
        assert seen.page.title() == HOSTILE
        assert any("Content Security Policy" in message for message in seen.messages)

    def test_a_hundred_thousand_segments(self, browser, tmp_path):
        count = 100_000
        rng = np.random.default_rng(1)
        words = [f"word{at}" for at in range(5000)]
        texts = [
            [" ".join(words[at] for at in row) for row in rng.integers(0, 5000, (count, 20)).tolist()] for _ in range(3)
        ]
        found = compare({"a": texts[0], "b": texts[1]}, texts[2], metrics=["bleu", "chrf"], resamples=20)
        found.to_html(tmp_path / "r.html")
        assert (tmp_path / "r.html").stat().st_size < 8_000_000
        # The least of three, because other programs may be busy.
        seconds = []
        for _ in range(3):
            seen = Seen(browser, tmp_path / "r.html")
            seen.search("word17")
            assert 0 < seen.count() < 5000
            seconds.append(seen.seconds)
            assert seen.messages == []
            seen.page.close()
        assert min(seconds) < 2
