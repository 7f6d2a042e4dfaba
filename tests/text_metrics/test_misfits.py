"""Warnings that a metric does not suit the texts: no spaces between words, or letters other than a-z."""

import pickle

import pytest
import sacrebleu

import rapidscore
from rapidscore import BLEU, CER, CHRF, ROUGE, TER, WER, Total, compare, mbr_decode
from rapidscore.compat.evaluate import load
from rapidscore.compat.jiwer import wer
from rapidscore.compat.rouge_score.rouge_scorer import RougeScorer
from rapidscore.compat.sacrebleu import corpus_bleu

CHINESE = "我们明天去北京。"
SPACED_CHINESE = "我们 明天 去 北京 。"
JAPANESE = "猫がマットの上に座っています。"
THAI = "แมวนั่งอยู่บนเสื่อ"
TEXTS = {
    "Chinese": CHINESE,
    "Japanese": JAPANESE,
    "Thai": THAI,
    "Lao": "ແມວນັ່ງຢູ່ເທິງເສື່ອ",
    "Khmer": "ឆ្មាអង្គុយលើកន្ទេល",
    "Burmese": "ကြောင်သည်ဖျာပေါ်တွင်ထိုင်နေသည်",
    "Tibetan": "ཞི་མི་གདན་གྱི་སྟེང་དུ་བསྡད་འདུག",
}
OTHER_LETTERS = ["Свежий хлеб вкуснее всего.", "שלום עולם", "Καλημέρα κόσμε", "مرحبا بالعالم", "नमस्ते दुनिया", CHINESE]

SPACES = "without spaces between words"
LETTERS = "letters other than a–z"


@pytest.fixture
def warned(caplog):
    """Call a function, and return the messages that it logs."""

    def messages(function, *arguments, **named):
        caplog.clear()
        function(*arguments, **named)
        return [record.getMessage() for record in caplog.records if record.name == "rapidscore"]

    return messages


class TestWhichTexts:
    @pytest.mark.parametrize("script", TEXTS)
    def test_no_spaces(self, script, warned):
        text = TEXTS[script]
        bleu = {"Chinese": "'zh'", "Japanese": "'ja-mecab' or 'char'"}.get(script, "'flores200' or 'char'")
        ter = "asian_support=True" if script in ("Chinese", "Japanese") else "CHRF"
        remedies = {BLEU(): bleu, BLEU(tokenize="intl"): bleu, WER(): "CER", TER(): ter}
        for metric, remedy in remedies.items():
            (message,) = warned(metric.score, [text], [text])
            assert f"in {script}, {SPACES}" in message
            assert remedy in message
        for suitable in CER(), CHRF(), BLEU(tokenize="char"), ROUGE(tokenizer="unicode"), BLEU(tokenize="none"):
            assert warned(suitable.score, [text], [text]) == []

    @pytest.mark.parametrize("text", OTHER_LETTERS)
    def test_letters_that_are_dropped(self, text, warned):
        (message,) = warned(ROUGE().score, [text], [text])
        assert LETTERS in message
        assert "tokenizer='unicode'" in message
        assert warned(ROUGE(tokenizer="unicode").score, [text], [text]) == []

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "the cat sat",
            "Où est le café ?",
            "Tôi yêu tiếng Việt",
            "The city 北京 is large",
            "100 % — 3.5",
            "👍🏽",
            SPACED_CHINESE,
            "แมว นั่ง อยู่ บน เสื่อ",
            "한국어 문장은 띄어 쓴다",
        ],
    )
    def test_texts_that_suit(self, text, warned):
        for metric in BLEU(), WER(), TER():
            assert warned(metric.score, [text], [text]) == []

    def test_tokenizers_for_a_script(self, warned):
        for metric in BLEU(tokenize="zh"), BLEU(trg_lang="zh"), TER(normalized=True, asian_support=True):
            assert warned(metric.score, [CHINESE], [CHINESE]) == []
            assert len(warned(metric.score, [THAI], [THAI])) == 1

    def test_either_side(self, warned):
        assert len(warned(WER().score, ["no output"], [CHINESE])) == 1
        assert len(warned(WER().score, [CHINESE], ["no translation"])) == 1

    def test_few_texts(self, warned):
        # A quarter of the texts is enough, and fewer are not.
        for share, count in (4, 1), (9, 0):
            texts = [CHINESE if at // 64 % share == 0 else "the cat sat" for at in range(64 * 36)]
            assert len(warned(BLEU().score, texts, texts)) == count

    def test_force(self, warned):
        assert warned(BLEU(force=True).score, [CHINESE], [CHINESE]) == []

    def test_tokens(self, warned):
        words = ["我们", "明天", "去", "北京", "Сегодня"]
        for metric in WER(), BLEU(ignore_index=-100), ROUGE(ignore_index=-100):
            assert warned(metric.score, [words], [words]) == []
            assert warned(metric.score, [list(CHINESE)], [list(CHINESE)]) == []


METRICS = [BLEU(), WER(), TER(), ROUGE()]
every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: type(metric).__name__)


class TestHowOften:
    @every_metric
    @pytest.mark.parametrize("count", [1, 3000])
    def test_once_for_each_call(self, metric, count, warned):
        texts = [CHINESE] * count
        for method in metric.score, metric.segment_scores, metric.statistics:
            assert len(warned(method, texts, texts)) == 1
        meter = metric.accumulator()
        assert warned(meter.update, texts, texts) == []
        assert len(warned(meter.compute)) == 1
        prepared = metric.prepare(texts)
        assert len(warned(metric.prepare, texts)) == 1
        assert len(warned(metric.score, texts, prepared)) == 1

    @every_metric
    def test_pairs(self, metric, warned):
        texts, value = [CHINESE, JAPANESE, THAI], "rouge1" if metric == ROUGE() else None
        assert len(warned(metric.pairwise, texts, value=value)) == 1
        assert len(warned(metric.pairwise, ["a"], texts, value=value)) == 1
        assert len(warned(lambda: [*metric.pairwise_blocks(texts, rows=1, value=value)])) == 1
        assert len(warned(mbr_decode, [["a", "b"], *[texts] * 20], metric, value=value)) == 1

    @every_metric
    def test_files(self, metric, tmp_path, warned):
        path = tmp_path / "texts"
        path.write_text(f"{CHINESE}\n" * 1000, encoding="utf-8")
        for method in metric.score_files, metric.statistics_of_files:
            assert len(warned(method, path, path)) == 1

    @every_metric
    def test_rows_do_not_warn_again(self, metric, warned):
        statistics = metric.statistics([CHINESE] * 60, [CHINESE, JAPANESE] * 30)
        groups = statistics.by(["a", "b", "c"] * 20)
        for call in (
            statistics.score,
            lambda: (
                statistics.confidence_interval(resamples=50, values=[lambda score: float(score["rouge1"][2])])
                if metric == ROUGE()
                else statistics.confidence_interval(resamples=50, values=[float])
            ),
            lambda: [groups[key] for key in groups],
            groups.difference,
            lambda: groups.confidence_interval(resamples=50),
            lambda: compare({"a": statistics, "b": statistics}, resamples=50),
        ):
            assert warned(call) == []

    def test_totals(self, warned):
        metric = BLEU()
        meter = metric.accumulator()
        meter.update([CHINESE], [CHINESE])
        other = metric.accumulator()
        other.merge(meter)
        assert len(warned((meter.total + other.total).score)) == 1
        # Equal totals have equal bytes, whatever texts they are of.
        plain = metric.accumulator()
        plain.update(["a"], ["a"])
        assert plain.total == meter.total
        assert plain.total.to_bytes() == meter.total.to_bytes()
        for copy in Total.from_bytes(meter.total.to_bytes()), pickle.loads(pickle.dumps(meter.total)):
            assert warned(copy.score) == []


class TestDropIns:
    def test_they_do_not_warn(self, warned):
        texts = [CHINESE] * 3
        for call in (
            lambda: corpus_bleu(texts, [texts]),
            lambda: wer(texts, texts),
            lambda: RougeScorer(["rouge1"]).score(CHINESE, CHINESE),
        ):
            assert warned(call) == []

    @pytest.mark.parametrize("name", ["wer", "rouge", "bleu", "sacrebleu", "ter", "google_bleu"])
    def test_evaluate(self, name, warned):
        references = [CHINESE] if name == "wer" else [[CHINESE]]
        assert warned(lambda: load(name).compute(predictions=[CHINESE], references=references)) == []

    def test_patched(self, warned):
        with rapidscore.patched("sacrebleu"):
            assert warned(lambda: sacrebleu.metrics.BLEU().corpus_score([CHINESE], [[CHINESE]])) == []
