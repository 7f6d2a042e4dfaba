"""Corrections of p-values for multiple comparisons."""

import numpy as np
import pytest
import scipy.stats
from support.systems import three_systems

from rapidscore import (
    BLEU,
    ROUGE,
    compare,
)
from rapidscore.resampling.p_values import adjusted_p_values


class TestCorrections:
    def test_holm(self):
        # Computed by hand: S. Holm's step-down procedure.
        p_values = np.array([0.01, 0.04, 0.03, 0.005, 0.9])
        assert adjusted_p_values(p_values, "holm").tolist() == pytest.approx([0.04, 0.09, 0.09, 0.025, 0.9])

    def test_benjamini_hochberg(self):
        p_values = np.random.default_rng(1).random(50) ** 2
        expected = scipy.stats.false_discovery_control(p_values)
        assert adjusted_p_values(p_values, "benjamini-hochberg") == pytest.approx(expected, rel=1e-14)

    def test_all_systems_and_values(self):
        systems, references = three_systems()
        bleu, rouge = BLEU(), ROUGE()
        both = {
            name: [bleu.statistics(texts, references), rouge.statistics(texts, references)]
            for name, texts in systems.items()
        }
        for correction in "holm", "benjamini-hochberg", None:
            found = compare(both, resamples=200, correction=correction)
            assert found.value_names() == ("bleu", "rouge1", "rouge2", "rougeL")
            compared = [value for name in ("near", "worse") for value in found[name].values()]
            expected = adjusted_p_values(np.array([value.p_value for value in compared]), correction)
            assert [value.adjusted_p_value for value in compared] == expected.tolist()
        assert all(value.adjusted_p_value == value.p_value for value in compared)

    def test_no_p_values(self):
        assert adjusted_p_values(np.array([]), "holm").tolist() == []
