"""Scores by group as tables, dictionaries and plots."""

import sys

import numpy as np
import pandas as pd
import pytest
from support.groups import OLD, SEX, TEXT_REFERENCES, TEXTS, bits
from support.outcomes import same
from support.tables import cells

from rapidscore import BLEU, ROUGE, WER

# Odd texts make classes that are never predicted, or never true.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


class TestDisplay:
    def test_table(self):
        sizes = pd.Series(["[red]S", "L", "[red]S"], dtype=pd.CategoricalDtype(["XL", "L", "[red]S"]))
        groups = (
            ROUGE(("rouge1",)).statistics(["a", "b", "c d"], ["a", "a", "c"]).by({"$ex": list("FFM"), "[b]": sizes})
        )
        assert cells(str(groups)) == [
            ["$ex", "[b]", "size", "rouge1"],
            ["F", "L", "1", "0.0000"],
            ["F", "XL", "0", "-"],
            ["F", "[red]S", "1", "1.0000"],
            ["M", "L", "0", "-"],
            ["M", "XL", "0", "-"],
            ["M", "[red]S", "1", "0.6667"],
            ["overall", "", "3", "0.5556"],
            ["difference", "", "", "1.0000"],
        ]
        assert groups.format() == str(groups)
        assert repr(groups) == "<GroupScores: 3 groups by $ex, [b] and 3 empty, overall rouge1 = 0.5556>"

    def test_values_of_a_table(self):
        groups = BLEU().statistics(TEXTS, TEXT_REFERENCES).by(SEX)

        def title(score):
            return score.sys_len

        assert cells(groups.format(["bleu_bp", title]))[0] == ["group", "size", "bleu_bp", "title"]
        assert "bleu_precision3" in str(groups)
        assert "bleu_precision4" not in str(groups)

    def test_as_dict(self):
        groups = BLEU().statistics(TEXTS, TEXT_REFERENCES).by({"sex": SEX, "old": OLD})
        values = groups.as_dict()
        names = groups.overall.as_dict()
        assert len(values) == len(names) * (1 + 6 + 2)
        assert all(isinstance(value, float) for value in values.values())
        for name in names:
            assert values[name] == groups.overall.as_dict()[name]
            assert values[f"{name}/F/True"] == groups["F", True].as_dict()[name]
            assert values[f"difference/{name}"] == groups.difference(name)
            assert same(values[f"ratio/{name}"], groups.ratio(name))

    def test_as_dict_keeps_every_group(self):
        statistics = WER().statistics(["a", "b"], ["a", "a"])
        with pytest.raises(ValueError, match="'wer/a/b/c': rename the label"):
            statistics.by({"one": ["a/b", "a"], "other": ["c", "b/c"]}).as_dict()
        intervals = statistics.by({"one": ["a/b", "a"], "other": ["c", "b/c"]}).confidence_interval(resamples=9)
        with pytest.raises(ValueError, match="'wer/a/b/c': rename the label"):
            intervals.as_dict()

    def test_returned_objects_are_copies(self):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        before = bits(groups)
        groups.sizes.clear()
        groups.totals.clear()
        assert bits(groups) == before
        with pytest.raises(TypeError):
            groups["F"] = groups["M"]

    def test_equality(self):
        statistics = WER().statistics(TEXTS, TEXT_REFERENCES)
        assert statistics.by(SEX) == statistics.by(np.array(SEX))
        assert statistics.by(SEX) != statistics.by(SEX[1:] + SEX[:1])


class TestPlot:
    @pytest.fixture(autouse=True)
    def no_window(self):
        import matplotlib as mpl

        mpl.use("agg")
        yield
        mpl.pyplot.close("all")

    def test_points(self):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by({"$e$x": SEX, "old": OLD})
        ax = groups.plot("mer", sort=False)
        assert [line.get_xdata()[0] for line in ax.lines[:-1]] == [score.mer for score in groups.values()]
        assert [label.get_text() for label in ax.get_yticklabels()] == [f"{sex}, {old}" for sex, old in groups]
        assert ax.lines[-1].get_xdata() == [groups.overall.mer] * 2
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("mer, ← lower is better", "$e$x, old")
        assert ax.yaxis_inverted()
        ax.figure.canvas.draw()

    def test_given_axes_and_first_value(self):
        from matplotlib import pyplot

        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(["$", "$$"] * 30)
        ax = pyplot.subplots()[1]
        assert groups.plot(ax=ax) is ax
        assert ax.get_xlabel().startswith("wer (errors")
        ax.figure.canvas.draw()
        assert groups.plot(float, ax=ax).get_xlabel() == "float"
        with pytest.raises(ValueError, match="unknown value 'bleu'"):
            groups.plot("bleu", ax)

    def test_without_matplotlib(self, monkeypatch):
        groups = WER().statistics(TEXTS, TEXT_REFERENCES).by(SEX)
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(ModuleNotFoundError, match=r"pip install 'rapidscore\[plot\]'"):
            groups.plot()
