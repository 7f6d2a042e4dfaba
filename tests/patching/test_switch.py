"""Patching and unpatching: blocks, threads, later imports, and no trace afterwards."""

import importlib
import os
import subprocess
import sys
import threading
import types
import warnings
from importlib import metadata

import fairlearn.metrics
import jiwer
import nltk.translate
import nltk.translate.bleu_score
import pytest
import rouge_score.rouge_scorer
import rouge_score.scoring
import sacrebleu
import sacrebleu.significance
import sacrebleu.tokenizers.tokenizer_13a
import sklearn.metrics

import rapidscore
from rapidscore.patching.peers import PEERS


class TestSwitch:
    @staticmethod
    def state():
        """Return the identity of everything that a patch may replace."""
        held = {
            (name, key): id(value)
            for name, module in sys.modules.items()
            if name.partition(".")[0] in (*PEERS, __name__)
            for key, value in vars(module).items()
            if callable(value)
        }
        aggregator = rouge_score.scoring.BootstrapAggregator
        for cls in sacrebleu.metrics.base.Metric, rouge_score.rouge_scorer.RougeScorer, aggregator:
            held |= {(cls, key): id(value) for key, value in vars(cls).items()}
        held |= {id(scorer): id(scorer._score_func) for scorer in sklearn.metrics._scorer._SCORERS.values()}
        return held

    def test_unpatch_restores_everything(self):
        before = self.state()
        rapidscore.patch()
        changed = self.state()
        assert changed != before
        assert {one.state for one in rapidscore.patch.status().values()} == {"patched"}
        rapidscore.patch()
        rapidscore.patch("sklearn")
        assert self.state() == changed
        rapidscore.unpatch("sacrebleu")
        rapidscore.unpatch()
        rapidscore.unpatch()
        assert self.state() == before
        assert not any(type(finder).__module__.startswith("rapidscore") for finder in sys.meta_path)

    def test_some_peers_only(self):
        rapidscore.patch("sacrebleu", "rouge_score")
        status = rapidscore.patch.status()
        assert {name for name, one in status.items() if one.state == "patched"} == {"sacrebleu", "rouge_score"}
        rapidscore.unpatch("sacrebleu")
        assert rapidscore.patch.status()["rouge_score"].state == "patched"
        assert rapidscore.patch.status()["sacrebleu"].replaced == ()

    def test_overlapping_blocks(self):
        first, second = rapidscore.patched("sklearn"), rapidscore.patched("sklearn")
        first.__enter__()
        rapidscore.unpatch()
        second.__enter__()
        first.__exit__(None, None, None)
        assert rapidscore.patch.status()["sklearn"].state == "patched"
        second.__exit__(None, None, None)
        assert rapidscore.patch.status()["sklearn"].state == "not patched"

    def test_reused_block_and_decorator(self):
        block = rapidscore.patched("sklearn")

        @block
        def state(depth):
            return state(depth - 1) if depth else rapidscore.patch.status()["sklearn"].state

        assert state(2) == "patched"
        with block, block:
            pass
        assert rapidscore.patch.status()["sklearn"].state == "not patched"
        with pytest.raises(ValueError, match="unknown peer"):
            rapidscore.patched("sklern")

    def test_warning_raised_as_an_error_leaves_nothing_patched(self, monkeypatch):
        monkeypatch.setattr(metadata, "version", lambda name: "0")
        with pytest.warns(UserWarning, match="0 is installed") as caught, rapidscore.patched("jiwer"):
            pass
        assert caught[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(UserWarning, match="0 is installed"), rapidscore.patched("jiwer"):
                pass
        assert rapidscore.patch.status()["jiwer"].state == "not patched"

    def test_nested_blocks(self):
        with rapidscore.patched("sacrebleu"):
            with rapidscore.patched():
                assert rapidscore.patch.status()["sklearn"].state == "patched"
            status = rapidscore.patch.status()
            assert status["sklearn"].state == "not patched"
            assert status["sacrebleu"].state == "patched"
        assert rapidscore.patch.status()["sacrebleu"].state == "not patched"

    def test_block_keeps_what_others_patched(self):
        with rapidscore.patched("jiwer"):
            rapidscore.patch("jiwer")
        assert rapidscore.patch.status()["jiwer"].state == "patched"
        rapidscore.unpatch()
        inside, leave = threading.Event(), threading.Event()

        def other():
            with rapidscore.patched("jiwer"):
                inside.set()
                leave.wait(10)

        thread = threading.Thread(target=other)
        thread.start()
        inside.wait(10)
        with rapidscore.patched("jiwer"):
            leave.set()
            thread.join()
            assert rapidscore.patch.status()["jiwer"].state == "patched"
        assert rapidscore.patch.status()["jiwer"].state == "not patched"

    def test_peer_that_lacks_a_function(self, monkeypatch):
        before = sklearn.metrics.accuracy_score
        monkeypatch.delattr(sklearn.metrics, "zero_one_loss")
        rapidscore.patch("sklearn")
        assert rapidscore.patch.status()["sklearn"].state == "patched"
        rapidscore.unpatch()
        assert sklearn.metrics.accuracy_score is before

    def test_peer_that_cannot_be_patched_is_still_imported(self, monkeypatch):
        monkeypatch.delitem(sys.modules, "sacrebleu.metrics.base")
        with pytest.warns(UserWarning, match="sacrebleu could not be patched, and stays as it is: KeyError"):
            rapidscore.patch("sacrebleu")
        assert not any("metrics" in name for name in rapidscore.patch.status()["sacrebleu"].replaced)

    def test_odd_modules_are_left_alone(self, monkeypatch):
        class Odd(types.ModuleType):
            wer = jiwer.wer

            def __getattribute__(self, name):
                raise RuntimeError(name)

            def __setattr__(self, name, value):
                raise RuntimeError(name)

        monkeypatch.setitem(sys.modules, "odd_module", Odd("odd_module"))
        monkeypatch.setitem(sys.modules, "no_module", object())
        monkeypatch.setitem(sys.modules, "missing_module", None)
        before = jiwer.wer
        with rapidscore.patched("jiwer"):
            assert jiwer.wer is not before
        assert jiwer.wer is before

    def test_reloaded_module(self):
        rapidscore.patch("nltk")
        module = nltk.translate.bleu_score
        importlib.reload(module)
        assert type(module.sentence_bleu).__module__.startswith("rapidscore")
        fresh = module.sentence_bleu.__wrapped__
        rapidscore.unpatch()
        assert module.sentence_bleu is fresh

    def test_foreign_patch_stays(self, monkeypatch):
        rapidscore.patch("jiwer")
        mine = object()
        monkeypatch.setattr(jiwer, "wer", mine)
        rapidscore.unpatch()
        assert jiwer.wer is mine
        monkeypatch.undo()
        # monkeypatch has restored our function of a patch that has ended: restore jiwer's for the other tests.
        jiwer.wer = jiwer.measures.wer

    def test_loaders_of_patched_modules(self):
        code = """
import importlib.util, pkgutil, rapidscore
rapidscore.patch()
assert b"jiwer" in pkgutil.get_data("jiwer", "__init__.py")
assert "measures" in importlib.util.find_spec("jiwer").loader.get_source("jiwer")
"""
        subprocess.run([sys.executable, "-c", code], check=True)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    def test_child_forked_while_the_lock_is_held(self):
        code = """
import os, threading, rapidscore
from rapidscore.patching import switch
switch._switch._lock.acquire()
pid = os.fork()
if not pid:
    rapidscore.patch.status()
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
        threaded = code.replace(
            "switch._switch._lock.acquire()", "threading.Thread(target=switch._switch._lock.acquire).start()"
        )
        done = subprocess.run([sys.executable, "-c", threaded], capture_output=True, text=True, timeout=60, check=True)
        assert done.stdout == "7\n"

    def test_names_are_str(self):
        with pytest.raises(TypeError, match="name peers one by one"):
            rapidscore.patch(["sacrebleu"])

    def test_error_in_a_block(self):
        with pytest.raises(KeyError), rapidscore.patched():
            raise KeyError
        assert rapidscore.patch.status()["sklearn"].state == "not patched"

    def test_peers_imported_later(self):
        code = """
import sys, rapidscore
rapidscore.patch()
assert "sacrebleu" not in sys.modules and "rouge_score" not in sys.modules
assert rapidscore.patch.status()["sacrebleu"].state == "waits for its import"
import sacrebleu, sklearn.metrics, rouge_score.rouge_scorer, fairlearn.metrics, jiwer, inspect
from nltk.translate import bleu
states = {one.state for one in rapidscore.patch.status().values()}
assert states == {"patched"}, states
assert sacrebleu.__spec__.loader.__class__.__module__ != "rapidscore.patching.importing"
assert "def corpus_bleu" in inspect.getsource(sacrebleu.compat)
print(sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]]), bleu([list("abcd")], list("abcd")))
rapidscore.unpatch()
assert {one.state for one in rapidscore.patch.status().values()} == {"not patched"}
from nltk.translate.bleu_score import sentence_bleu
assert bleu is sentence_bleu and not hasattr(bleu, "__wrapped__")
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "BLEU = 100.00" in done.stdout

    def test_threads(self):
        before = self.state()
        wrong = []

        def work():
            for _ in range(20):
                with rapidscore.patched("sacrebleu", "sklearn"):
                    if not hasattr(sklearn.metrics.f1_score, "_ours"):
                        wrong.append("not patched")
                    if sacrebleu.corpus_bleu(["a b c d"], [["a b c d"]]).score < 99:
                        wrong.append("bleu")
                if sklearn.metrics.f1_score([0, 1], [0, 1]) != 1:
                    wrong.append("f1")

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
        rapidscore.unpatch()
        assert self.state() == before

    def test_unknown_peer(self):
        for switch in rapidscore.patch, rapidscore.unpatch:
            with pytest.raises(ValueError, match="unknown peer 'sacreblue': choose from sacrebleu"):
                switch("sacreblue")

    def test_another_version(self, monkeypatch):
        version = metadata.version
        monkeypatch.setattr(metadata, "version", lambda name: "9.9" if name == "sacrebleu" else version(name))
        with pytest.warns(
            UserWarning, match=r"sacrebleu 9\.9 is installed, and rapidscore was tested with 2\.6\.0"
        ) as caught:
            rapidscore.patch()
        assert caught[0].filename == __file__
        assert "9.9 (tested with 2.6.0): patched" in str(rapidscore.patch.status())

    def test_peer_that_is_not_installed(self, monkeypatch):
        version = metadata.version

        def lacking(name):
            if name == "fairlearn":
                raise metadata.PackageNotFoundError(name)
            return version(name)

        monkeypatch.setattr(metadata, "version", lacking)
        monkeypatch.delitem(sys.modules, fairlearn.metrics.__name__)
        rapidscore.patch("fairlearn")
        assert rapidscore.patch.status()["fairlearn"].state == "not installed"

    def test_status_as_text(self):
        rapidscore.patch("rouge_score")
        text = str(rapidscore.patch.status())
        assert "rouge_score 0.1.2: patched\n  rouge_score.rouge_scorer.RougeScorer.score\n" in text
        assert "sacrebleu 2.6.0: not patched" in text
