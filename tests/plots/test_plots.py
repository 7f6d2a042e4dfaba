"""Pictures: what they draw, and that all of it can be read, also in the extremes."""

import io
import itertools
import logging
import math

import numpy as np
import pytest
from support.corpus import PREDICTIONS, SINGLE_REFERENCES

from rapidscore import BLEU, CHRF, ROUGE, WER, Classification, Perplexity, compare, score
from rapidscore.plots import look, points

matplotlib = pytest.importorskip("matplotlib")
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined", "ignore:.*tokenized", "ignore:Glyph .* missing")

#: Names that are long, of other scripts, formulas, or have characters that nothing may obey.
NAMES = [
    *(
        "GPT4-5shot",
        "very long " * 40,
        "a system with a name that is as long as a sentence",
        "中文系统",
        "$x_1$",
        "a\nb\x1b[2J",
    ),
    *("", "نظام", "🙂"),
]
GROUPS = [NAMES[at % len(NAMES)] for at in range(len(PREDICTIONS) * 4)]
MANY = PREDICTIONS * 4
REFERENCES = SINGLE_REFERENCES * 4


@pytest.fixture(autouse=True)
def no_window(caplog):
    matplotlib.use("agg")
    # Fonts for these scripts need not be installed.
    caplog.set_level(logging.ERROR, "matplotlib")
    yield
    matplotlib.pyplot.close("all")


def compared(names, metrics=("bleu", "wer"), resamples=20):
    systems = {name: [*MANY[at * 3 :], *REFERENCES[: at * 3]] for at, name in enumerate(names)}
    return compare(systems, REFERENCES, metrics=[*metrics], resamples=resamples, interval_resamples=resamples)


def matrix_of(classes):
    count = len(classes)
    true = np.arange(20 * count) % count
    rng = np.random.default_rng(1)
    predicted = np.where(rng.random(len(true)) < 0.7, true, rng.integers(0, count, len(true)))
    names = np.array(classes, dtype=object)
    return Classification().score(names[predicted].tolist(), names[true].tolist())


def pictures():
    """Return functions that draw, by name."""
    found = {
        "two systems": lambda: compared(NAMES[:2]).plot("bleu"),
        "all names, two metrics": lambda: compared(NAMES).plot(),
        "forty systems": lambda: compared([f"system {at}" for at in range(40)], ["chrf"], 5).plot(),
        "without intervals": lambda: compare(
            {name: BLEU().statistics(MANY, REFERENCES) for name in NAMES[:3]}, interval_resamples=0, resamples=5
        ).plot(),
        "groups": lambda: BLEU().statistics(MANY, REFERENCES).by(GROUPS).plot(),
        "groups of two features": lambda: (
            WER().statistics(MANY, REFERENCES).by({"a": GROUPS, "$b$": [at % 3 for at in range(len(MANY))]}).plot()
        ),
        "group intervals": lambda: (
            CHRF().statistics(MANY, REFERENCES).by(GROUPS).confidence_interval(resamples=20).plot()
        ),
        "intervals": lambda: (
            ROUGE().statistics(MANY, REFERENCES).confidence_interval(resamples=20).plot(["rouge1", "rougeL"])
        ),
        "scores": lambda: score(
            MANY, REFERENCES, metrics=["bleu", "rouge", "wer"], confidence=0.9, resamples=20
        ).plot(),
        "one score without interval": lambda: score(MANY, REFERENCES, metrics="bleu").plot(),
        "buckets": lambda: compared(NAMES[:3]).buckets(resamples=20).plot(),
        "buckets of one system": lambda: score(MANY, REFERENCES, metrics="rouge").buckets(resamples=20).plot("rouge2"),
    }
    for count in (1, 2, 12, 40):
        found[f"matrix of {count}"] = lambda count=count: matrix_of([*range(count)]).plot()
        long = [f"class {at} with a long name" for at in range(count)]
        found[f"matrix of {count} long names"] = lambda long=long: matrix_of(long).plot(normalize="true")
    found["matrix of names"] = lambda: matrix_of(NAMES).plot(title="中文标题")
    found["large counts"] = lambda: Classification().score([0, 1] * 3, [0, 1] * 3, [1.5e9] * 6).plot()
    return found


every_picture = pytest.mark.parametrize("draw", pictures().values(), ids=pictures())


def figure_of(drawn):
    return (drawn[0] if isinstance(drawn, np.ndarray) else drawn).get_figure()


def texts_of(axes):
    legend = axes.get_legend()
    return [
        *(axes.title, axes._left_title, axes.xaxis.label, axes.yaxis.label),
        *axes.get_xticklabels(),
        *axes.get_yticklabels(),
        *axes.texts,
        *(legend.get_texts() if legend else []),
    ]


@every_picture
class TestEveryPicture:
    def test_all_texts_are_inside_and_ticks_do_not_overlap(self, draw):
        figure = figure_of(draw())
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        width, height = figure.bbox.width, figure.bbox.height
        for axes in figure.axes:
            for text in texts_of(axes):
                if text.get_visible() and text.get_text():
                    box = text.get_window_extent(renderer)
                    low, high = axes.get_xlim()
                    if text in axes.get_xticklabels() and not low <= text.get_position()[0] <= high:
                        continue
                    assert box.x0 >= -1, text
                    assert box.y0 >= -1, text
                    assert box.x1 <= width + 1, text
                    assert box.y1 <= height + 1, text
            names = [label.get_window_extent(renderer) for label in axes.get_yticklabels() if label.get_text()]
            for one, other in itertools.pairwise(sorted(names, key=lambda box: box.y0)):
                assert one.y1 <= other.y0 + 2

    @pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
    def test_formats(self, draw, suffix):
        content = io.BytesIO()
        figure_of(draw()).savefig(content, format=suffix)
        begin = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
        assert content.getvalue().startswith(begin)
        assert b"\x1b[2J" not in content.getvalue()


class TestPoints:
    def test_the_best_is_the_first(self):
        found = compared(NAMES[:4])
        for axes, name in zip(found.plot(), ("bleu", "wer"), strict=True):
            values = [found[system][name].score for system in found]
            drawn = [line.get_xdata()[0] for line in axes.lines if line.get_marker() != "None"]
            assert drawn == sorted(values, reverse=name == "bleu")
        own_order = [line.get_xdata()[0] for line in found.plot("wer", sort=False).lines if line.get_marker() != "None"]
        assert own_order == [found[system]["wer"].score for system in found]

    def test_colours_say_what_the_test_says(self):
        systems = {"first": MANY, "same": MANY, "best": REFERENCES, "worst": ["x"] * len(MANY)}
        found = compare(systems, REFERENCES, metrics=["bleu", "wer"], resamples=200)
        for axes in found.plot(sort=False):
            markers = [(line.get_color(), line.get_marker()) for line in axes.lines if line.get_marker() != "None"]
            kinds = ("baseline", "undecided", "better", "worse")
            assert markers == [points.KINDS[kind] for kind in kinds]
        legend = [text.get_text() for text in found.plot()[-1].get_legend().get_texts()]
        assert legend == ["better than first (p < 0.05)", "worse (p < 0.05)", "undecided"]
        # The legend explains the markers of all values.
        rows = {
            name: BLEU().statistics(texts, REFERENCES) for name, texts in systems.items() if name in ("first", "best")
        }
        of_lengths = compare(rows, values=["bleu", "bleu_bp", "bleu_sys_len"], resamples=200).plot()
        legend = [text.get_text() for text in of_lengths[-1].get_legend().get_texts()]
        assert legend[0] == "better than first (p < 0.05)"

    def test_intervals_and_numbers(self):
        found = compared(NAMES[:2]).plot("bleu", sort=False)
        comparison = compared(NAMES[:2])
        bars = [[*line.get_xdata()] for line in found.lines if line.get_linestyle() == "-"]
        intervals = [comparison[name]["bleu"].interval for name in NAMES[:2]]
        assert bars == [[interval.low, interval.high] for interval in intervals]
        assert [text.get_text() for text in found.texts] == [f"{interval.score:.2f}" for interval in intervals]

    def test_values_that_are_not_finite(self):
        statistics = {
            "fine": Perplexity().statistics_log_probs([[-1.0], [-2.0]]),
            "infinite": Perplexity().statistics_log_probs([[-1.0], [-math.inf]]),
        }
        axes = compare(statistics, resamples=20).plot()
        axes.figure.canvas.draw()
        assert [label.get_text() for label in axes.get_yticklabels()] == ["fine", "infinite"]
        assert [text.get_text() for text in axes.texts][1] == "inf"

    def test_titles(self):
        found = compared(NAMES[:2])
        assert found.plot("bleu").get_title("left") == f"{len(MANY)} segments, approximate randomization"
        assert found.plot("bleu", title="Ours").get_title("left") == "Ours"
        assert found.plot("bleu", title="").get_title("left") == ""

    def test_figures_and_axes(self):
        from matplotlib.figure import Figure

        found = compared(NAMES[:3])
        figure = Figure()
        drawn = found.plot(ax=figure)
        assert [*figure.axes] == [*drawn]
        own = Figure().subplots(2)
        assert [*found.plot(ax=own)] == [*own]
        parts = Figure(layout="constrained").subfigures(1, 2)
        assert found.plot("wer", parts[0]).figure is parts[0]
        parts[0].figure.canvas.draw()

    def test_size_grows_with_the_content(self):
        few, many = (compared([f"{at}" for at in range(count)], ["chrf"], 3).plot().figure for count in (3, 30))
        assert many.get_figheight() > few.get_figheight() + 27 * 0.25
        short, long = (compared(names, ["chrf"], 3).plot().figure for names in (["a", "b"], ["a" * 50, "b"]))
        assert long.get_figwidth() > short.get_figwidth() + 3

    def test_without_matplotlib(self, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
        for draw in (compared(NAMES[:2]).plot, matrix_of([*"ab"]).plot, compared(NAMES[:2]).buckets(resamples=5).plot):
            with pytest.raises(ModuleNotFoundError, match=r"pip install 'rapidscore\[plot\]'"):
                draw()

    def test_unknown_bucket_value(self):
        with pytest.raises(ValueError, match="unknown value 'chrf': choose from bleu, wer"):
            compared(NAMES[:2]).buckets(resamples=5).plot("chrf")

    @pytest.mark.parametrize(
        ("name", "higher"),
        [
            *[
                (name, True)
                for name in ("bleu", "bleu_precision2", "chrf++", "rougeLsum", "f1", "top_5_accuracy", "wip")
            ],
            *[(name, False) for name in ("ter", "wer", "mer", "cer", "perplexity", "cross_entropy")],
            *[(name, None) for name in ("bleu_bp", "bleu_sys_len", "ter_num_edits", "wer_hits", "certainty")],
        ],
    )
    def test_better_side(self, name, higher):
        assert look.is_higher_better(name) is higher


class TestMatrix:
    SCORE = Classification().score([*"aabbbc"], [*"abbbcc"])

    def numbers(self, **options):
        count = len(self.SCORE.labels) if "labels" not in options else len(options["labels"])
        texts = [text.get_text() for text in self.SCORE.plot(**options).texts]
        return [texts[at : at + count] for at in range(0, len(texts), count)]

    def test_counts(self):
        assert self.numbers() == [[str(count) for count in row] for row in self.SCORE.confusion_matrix]

    @pytest.mark.parametrize("normalize", ["true", "pred", "all"])
    def test_shares_are_those_of_scikit_learn(self, normalize):
        metrics = pytest.importorskip("sklearn.metrics")
        expected = metrics.confusion_matrix([*"abbbcc"], [*"aabbbc"], normalize=normalize)
        assert self.numbers(normalize=normalize) == [[f"{share:.2f}" for share in row] for row in expected]
        image = self.SCORE.plot(normalize=normalize).images[0]
        np.testing.assert_array_equal(image.get_array(), expected)

    def test_a_class_without_rows(self):
        score = Classification(labels=["a", "b", "z"]).score([*"ab"], [*"ab"])
        assert score.plot(normalize="true").images[0].get_array()[2].tolist() == [0, 0, 0]

    def test_chosen_classes(self):
        counts = self.SCORE.confusion_matrix
        assert self.numbers(labels=["c", "a"]) == [[str(counts[row, column]) for column in (2, 0)] for row in (2, 0)]
        axes = self.SCORE.plot(labels={"c": "see", "b": "bee"})
        assert [label.get_text() for label in axes.get_yticklabels()] == ["see", "bee"]
        assert [label.get_text() for label in axes.get_xticklabels()] == ["see", "bee"]
        assert axes.get_title("left") == "accuracy 0.6667 of 6 rows; 2 of 3 classes"
        assert self.SCORE.plot(labels=["a", "b"], title="").get_title("left") == ""

    def test_options(self):
        assert self.numbers(values_format=".1f")[0][0] == "1.0"
        assert self.numbers(values_format="d")[0][0] == "1"
        assert self.numbers(include_values=False) == []
        axes = self.SCORE.plot(cmap="Greens", colorbar=False, title="Mine")
        assert (axes.get_title("left"), len(axes.figure.axes)) == ("Mine", 1)
        assert axes.images[0].get_cmap().name == "Greens"
        assert matrix_of([*range(40)]).plot().texts[:] == []
        assert len(matrix_of([*range(40)]).plot(include_values=True).texts) == 1600

    def test_given_axes(self):
        own = matplotlib.pyplot.subplots()[1]
        assert self.SCORE.plot(own) is own

    def test_numbers_can_be_read_on_their_cells(self):
        axes = self.SCORE.plot(normalize="true")
        image = axes.images[0]
        for text in axes.texts:
            column, row = text.get_position()
            light = matplotlib.colors.rgb_to_hsv(image.to_rgba(image.get_array()[row, column])[:3])[2]
            assert text.get_color() == ("white" if light < 0.75 else "#0b0b0b")

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"normalize": "rows"}, "unknown normalize 'rows': choose one of true, pred, all"),
            ({"labels": ["d"]}, "there is no class 'd': choose from 'a', 'b', 'c'"),
            ({"labels": []}, "labels is empty"),
            ({"labels": ["a", "a"]}, "labels has a class twice"),
        ],
    )
    def test_errors(self, options, message):
        with pytest.raises(ValueError, match=message):
            self.SCORE.plot(**options)
