"""Signatures and properties of `rapidscore.compat.evaluate`, against evaluate."""

import importlib.util
import inspect

import pytest

from rapidscore.compat import evaluate


@pytest.mark.skipif(importlib.util.find_spec("evaluate") is None, reason="needs evaluate")
class TestPeer:
    """Against the package itself, which needs a network for its metrics but not for its classes."""

    @pytest.fixture(scope="class")
    def peer(self):
        return pytest.importorskip("evaluate")

    def test_signatures(self, peer):
        for name in (
            "load",
            "combine",
            "list_evaluation_modules",
            "Metric.compute",
            "Metric.add",
            "Metric.add_batch",
            "Metric.__init__",
            "CombinedEvaluations.__init__",
            "CombinedEvaluations.compute",
            "CombinedEvaluations.add",
            "CombinedEvaluations.add_batch",
        ):
            signatures = []
            for found in evaluate, peer:
                for part in name.split("."):
                    found = getattr(found, part)  # noqa: PLW2901
                parameters = inspect.signature(found).parameters.values()
                signatures.append([(p.name.removeprefix("evaluation_"), p.kind, p.default) for p in parameters])
            assert signatures[0] == signatures[1], name

    def test_properties(self, peer):
        public = {name for name in dir(peer.EvaluationModule) if not name.startswith("_")}
        assert public - {*dir(evaluate.EvaluationModule)} == {"download_and_prepare"}
