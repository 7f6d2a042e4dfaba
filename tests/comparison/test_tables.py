"""Comparisons as text, tables, dictionaries and plots, and their progress."""

import json
import math

import pytest
from support.systems import statistics_of, three_systems

from rapidscore import (
    BLEU,
    WER,
    Classification,
    compare,
)

# Some trials have classes that are never predicted.
pytestmark = pytest.mark.filterwarnings("ignore:.* is ill-defined")


@pytest.fixture(scope="module")
def found():
    systems, references = three_systems()
    bleu, wer = BLEU(), WER()
    return compare(
        {f"{name}[|*]": [m.statistics(texts, references) for m in (bleu, wer)] for name, texts in systems.items()},
        resamples=200,
    )


class TestReports:
    def test_table(self, found):
        table = str(found)
        assert "baseline[|*]" in table
        assert "95 % interval" in table
        assert "p (Holm)" in table
        assert "compared with baseline[|*] on 60 segments: approximate randomization, 200 trials, seed 12345" in table
        assert BLEU().score(["a"], ["a"]).signature in table
        lines = [line for line in table.splitlines() if "worse" in line]
        assert len(lines) == 2
        assert all("*" in line.replace("[|*]", "") for line in lines)

    def test_one_p_value_needs_no_correction(self):
        systems = statistics_of(BLEU())
        found = compare({name: systems[name] for name in ("baseline", "near")}, resamples=50)
        assert "Holm" not in str(found)

    def test_markdown(self, found):
        lines = found.format("markdown").splitlines()
        assert lines[0] == "| metric | system | score | 95 % interval | difference | p | p (Holm) |"
        assert lines[1].count("|") == lines[0].count("|")
        assert lines[2].startswith("| bleu | baseline[\\|\\*] | ")
        assert len(lines[2].replace("\\|", "").split("|")) == 9

    def test_json_and_csv(self, found):
        content = json.loads(found.format("json"))
        assert content["baseline"] == "baseline[|*]"
        assert content["resamples"] == 200
        first, second = content["results"][:2]
        assert first["p_value"] is None
        assert second["score"] == found["near[|*]"]["bleu"].score
        assert second["adjusted_p_value"] == found["near[|*]"]["bleu"].adjusted_p_value
        lines = found.format("csv").splitlines()
        assert lines[0].startswith("metric,system,score,low,high,standard_error,difference,")
        assert len(lines) == 7

    def test_as_dict(self, found):
        values = found.as_dict()
        assert values["wer_p_value/worse[|*]"] == found["worse[|*]"]["wer"].p_value
        assert "wer_p_value/baseline[|*]" not in values
        assert all(isinstance(value, float) for value in values.values())

    def test_mapping(self, found):
        assert list(found) == ["baseline[|*]", "near[|*]", "worse[|*]"]
        assert len(found) == 3
        assert repr(found).startswith("<Comparison: bleu of baseline[|*] = ")
        assert math.isnan(found["baseline[|*]"]["bleu"].p_value)
        with pytest.raises(KeyError, match="there is no system 'other'"):
            found["other"]

    def test_picture(self, found):
        matplotlib = pytest.importorskip("matplotlib")
        matplotlib.use("agg")
        from matplotlib import pyplot

        ax = found.plot("wer", sort=False)
        assert [label.get_text() for label in ax.get_yticklabels()] == list(found)
        assert ax.get_xlabel() == "wer (errors per reference word), ← lower is better"
        assert found.plot("wer", ax) is ax
        assert [one.get_xlabel().partition(" ")[0] for one in found.plot()] == ["bleu", "wer"]
        with pytest.raises(ValueError, match="2 pictures need as many axes, but ax has 1"):
            found.plot(ax=ax)
        with pytest.raises(ValueError, match="unknown value 'ter'"):
            found.plot("ter")
        pyplot.close("all")

    @pytest.mark.parametrize(
        "options",
        [{}, {"interval_resamples": 0}, {"method": "bootstrap"}, {"resamples": 300_000, "interval_resamples": 0}],
        ids=str,
    )
    @pytest.mark.parametrize("metric", [BLEU(), Classification()], ids=repr)
    def test_progress(self, metric, options):
        shares = []
        options = {"resamples": 30, **options} if metric == BLEU() else {**options, "resamples": 30}
        compare(statistics_of(metric), progress=shares.append, **options)
        assert shares == sorted(set(shares))
        assert shares[-1] == pytest.approx(1)
        # Long work reports progress several times.
        assert len(shares) > (4 if options["resamples"] > 30 else 1)
