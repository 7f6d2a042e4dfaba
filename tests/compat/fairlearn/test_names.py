"""Names, signatures and imports of `rapidscore.compat.fairlearn.metrics`."""

import inspect
import subprocess
import sys

import fairlearn.metrics as theirs
import pytest
from support.fairlearn_drop_in import (
    DISPARITIES,
    RATES,
)

import rapidscore.compat.fairlearn.metrics as ours


class TestInterface:
    def test_names(self):
        assert set(ours.__all__) <= set(theirs.__all__)
        assert sorted(ours.__all__) == sorted([*RATES, *DISPARITIES, "selection_rate", "mean_prediction", "count"])

    @pytest.mark.parametrize("name", ours.__all__)
    def test_signatures(self, name):
        one, other = (inspect.signature(getattr(module, name)).parameters for module in (ours, theirs))
        assert [(p.name, p.kind, p.default) for p in one.values()] == [
            (p.name, p.kind, p.default) for p in other.values()
        ]

    def test_lazy_imports(self):
        code = """
import sys
from rapidscore.compat.fairlearn.metrics import demographic_parity_difference, true_positive_rate
demographic_parity_difference([0, 1], [1, 1], sensitive_features=["a", "b"]), true_positive_rate([0, 1], [1, 1])
print(*sys.modules)
"""
        loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
        assert "rapidscore.compat.fairlearn.metrics" in loaded
        assert set(loaded) & {"fairlearn", "pandas", "sklearn", "polars", "narwhals"} == set()
