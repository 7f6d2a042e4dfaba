"""Names, signatures, imports and threads of `rapidscore.compat.nltk`."""

import inspect
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import nltk.translate
import nltk.translate.bleu_score as their_bleu
import nltk.translate.chrf_score as their_chrf
import pytest
from support.nltk_drop_in import (
    METHODS,
    TOKEN_REFERENCES,
    TOKENS,
)

import rapidscore.compat.nltk.translate as our_translate
import rapidscore.compat.nltk.translate.bleu_score as our_bleu
import rapidscore.compat.nltk.translate.chrf_score as our_chrf
from rapidscore import BLEU


class TestNames:
    @pytest.mark.parametrize("module", [(our_bleu, their_bleu), (our_chrf, their_chrf)])
    def test_signatures(self, module):
        ours, theirs = module
        public = {name: value for name, value in vars(theirs).items() if not name.startswith("_")}
        public = {name for name, value in public.items() if getattr(value, "__module__", "") == theirs.__name__}
        assert public == set(ours.__all__)
        names = [*public, *(f"SmoothingFunction.method{method}" for method in METHODS if ours is our_bleu)]
        for name in names:
            signatures = []
            for found in module:
                for part in name.split("."):
                    found = getattr(found, part)  # noqa: PLW2901
                signature = inspect.signature(found)
                signatures.append([(p.name, p.kind, p.default) for p in signature.parameters.values()])
            assert signatures[0] == signatures[1], name

    def test_short_names(self):
        for name in our_translate.__all__:
            assert getattr(our_translate, name).__name__ == getattr(nltk.translate, name).__name__

    @pytest.mark.parametrize(
        ("module", "unwanted"),
        [("rapidscore", "rapidscore.compat"), ("rapidscore.compat.nltk.translate", "nltk")],
    )
    def test_lazy_imports(self, module, unwanted):
        code = f"import sys, {module}; sys.exit({unwanted!r} in sys.modules)"
        assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

    def test_bleu_is_unchanged(self):
        with pytest.raises(ValueError, match="unknown tokenize"):
            BLEU(tokenize="given")
        for metric in BLEU(), BLEU(tokenize=str.split):
            with pytest.raises(TypeError, match="not str"):
                metric.score([["a"]], [["a"]])

    def test_threads(self):
        segments = list(zip(TOKEN_REFERENCES, TOKENS, strict=True)) * 20
        function = our_bleu.SmoothingFunction().method7

        def score(segment):
            return our_bleu.sentence_bleu(*segment, smoothing_function=function), our_chrf.sentence_chrf(
                *segment[0], "a"
            )

        segments = [segment for segment in segments if len(segment[0]) == 1 and segment[1]]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(score, segments)) == [score(segment) for segment in segments]
