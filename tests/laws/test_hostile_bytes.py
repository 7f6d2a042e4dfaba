"""Bytes of totals that were changed or made up: they raise `ValueError`, at once, and nothing is opened."""

import base64
import json
import os
import random
import sys
import time
from contextlib import contextmanager, suppress

import pytest
from support import old_totals
from support.corpus import PREDICTIONS, REFERENCES
from support.effort import exhaustive
from support.metrics import METRICS, short_name, total_of
from support.names import plain

import rapidscore
from rapidscore import BLEU, CHRF, ROUGE, WER, Classification, Perplexity, Total

pytestmark = pytest.mark.filterwarnings("ignore")

_, TOTALS = old_totals.read()
MAGIC = b"rapidscore total 1\n"

# The modules of all metrics, so that no module is read from a file later.
for name in rapidscore.__all__:
    getattr(rapidscore, name)

#: A list of what Python opens, imports, runs or lists, while something is to be found out.
_lists = []


#: The beginnings of the names of such events.
_EVENTS = (
    "open",
    "os.",
    "import",
    "exec",
    "compile",
    "subprocess.",
    "socket.",
    "ctypes.",
    "marshal.",
    "pickle.",
    "mmap.",
)


def _hook(event, arguments):
    if _lists and event.startswith(_EVENTS):
        _lists[-1].append((event, arguments))


sys.addaudithook(_hook)


@contextmanager
def nothing_opened(seconds=1.0):
    """Assert that the block opens, lists, imports and runs nothing, and that it does not take long."""
    start, found = time.perf_counter(), []
    _lists.append(found)
    try:
        yield
    finally:
        _lists.pop()
    assert found == []
    assert time.perf_counter() - start < seconds


def with_header(total_bytes, metric=None, **options):
    """Return the bytes of a total with other options in its header."""
    header, sums = total_bytes.removeprefix(MAGIC).split(b"\n", 1)
    content = json.loads(header.decode("utf-8", "surrogatepass"))
    content["metric"] = content["metric"] if metric is None else metric
    content["options"] |= options
    return MAGIC + json.dumps(content).encode() + b"\n" + sums


def outcome(data, metric=None):
    """Read bytes and use what they hold. Return the total, or the text of the ValueError."""
    try:
        total = Total.from_bytes(data, metric)
    except ValueError as error:
        return str(error)
    assert isinstance(total, Total)
    assert isinstance(total.to_bytes(), bytes)
    assert isinstance(repr(total), str)
    len(total)
    for use in lambda: total + total, total.score, lambda: str(total.score()), lambda: total.score().as_dict():
        with suppress(ValueError):
            use()
    return total


def mutations(data, choose, count):
    """Yield changed copies of bytes."""
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(choose.choice([1, 1, 1, 2, 5])):
            at = choose.randrange(len(changed))
            piece = bytes(choose.choices(b'\0\1\xff\x7f\x80"{}[],:0123456789eE-.\n', k=choose.randrange(1, 9)))
            match choose.randrange(6):
                case 0:
                    changed[at] ^= 1 << choose.randrange(8)
                case 1:
                    changed[at : at + len(piece)] = piece
                case 2:
                    changed[at:at] = piece
                case 3:
                    del changed[at : at + choose.randrange(1, 20)]
                case 4:
                    other = choose.randrange(len(changed))
                    changed[at:at] = changed[other : other + choose.randrange(1, 40)]
                case 5:
                    # A number of eight bytes, large or odd.
                    number = choose.choice([2**64 - 1, 2**63, 2**53, 1, 0x7FF0 << 48, 0x7FF8 << 48, 0xBFF0 << 48])
                    changed[at : at + 8] = number.to_bytes(8, "little")
        yield bytes(changed)


@pytest.mark.parametrize("entry", TOTALS, ids=old_totals.name_of)
def test_changed_totals(entry):
    data = base64.b64decode(entry["bytes"])
    metric = old_totals.metric_of(entry)
    choose = random.Random(old_totals.name_of(entry))
    for changed in mutations(data, choose, 3000 if exhaustive else 100):
        for given in None, metric:
            with nothing_opened():
                outcome(changed, given)


@pytest.mark.parametrize("metric", METRICS, ids=short_name)
def test_changed_totals_of_a_given_metric(metric):
    data = total_of(metric, PREDICTIONS, REFERENCES).to_bytes()
    for changed in mutations(data, random.Random(short_name(metric)), 2000 if exhaustive else 50):
        with nothing_opened():
            outcome(changed, metric)


NUMBERS = [2**200, -(2**200), 2**127, 2**64, 2**63, -1, 0, 1, 10**4000, 0.5, 1e308, float("nan"), float("inf"), -0.0]
TEXTS = ["", "13b", "x.model", "/etc/passwd", "../" * 50 + "etc/passwd.model", "ja-mecab", "ko-mecab", "flores200"]
TEXTS += ["spm", "spBLEU-1K", "\0", "\x1b[31m", "x" * 10_000, "given", "13a\n", "unicode", "samples", "rouge1"]
LISTS = [[], [[]], [None], [1, "a"], [2**200], ["rouge1"], ["rouge1", "rouge1"], [1.5], [True, 1], ["a"] * 1000, [""]]
DICTS = [{}, {"object": "split"}, {"object": 1}, {"object": "x", "y": 1}, {"object": ["x"]}, {"a": {}}]
HOSTILE = [*NUMBERS, *TEXTS, *LISTS, *DICTS, None, True, False]


@pytest.mark.parametrize("metric", METRICS, ids=short_name)
def test_other_options(metric):
    """Each option of each metric has each of these values, and one that is no option."""
    data = total_of(metric, [], []).to_bytes()
    for option in *metric.options(), "colour", "self", "cls":
        for value in HOSTILE:
            changed = with_header(data, **{option: value})
            for given in None, metric:
                with nothing_opened():
                    outcome(changed, given)


@pytest.mark.parametrize(
    "name", ["", "Metric", "TextMetric", "Statistics", "compare", "patch", "os", "BLEU\n", "x" * 99]
)
def test_other_names(name):
    data = BLEU().accumulator().total.to_bytes()
    with nothing_opened(), pytest.raises(ValueError, match="is not a metric of this version"):
        Total.from_bytes(with_header(data, name))


@pytest.mark.parametrize("name", [3, None, [], {}, True])
def test_names_that_are_no_names(name):
    data = MAGIC + json.dumps({"metric": name, "options": {}}).encode() + b"\n"
    with nothing_opened(), pytest.raises(ValueError, match="description is damaged"):
        Total.from_bytes(data)


class TestFiles:
    """Bytes that name a file, a library or a dictionary as a tokenizer."""

    @pytest.mark.parametrize(
        "options",
        [{"tokenize": name} for name in ("ja-mecab", "ko-mecab", "flores101", "flores200", "spm", "spBLEU-1K", "13b")]
        + [{"trg_lang": "ja"}, {"trg_lang": "ko"}],
        ids=str,
    )
    def test_names(self, options):
        data = with_header(BLEU().accumulator().total.to_bytes(), **options)
        with nothing_opened(), pytest.raises(ValueError, match=r"tokenizer '.*' is not built in.* pass metric="):
            Total.from_bytes(data)

    @pytest.mark.parametrize("exists", [True, False])
    def test_paths(self, tmp_path, exists):
        path = tmp_path / "x.model"
        if exists:
            path.write_bytes(b"a model")
        data = with_header(BLEU().accumulator().total.to_bytes(), tokenize=str(path))
        with nothing_opened(), pytest.raises(ValueError) as caught:  # noqa: PT011 -- the whole message follows
            Total.from_bytes(data)
        assert str(caught.value) == (
            f"BLEU's tokenizer {str(path)!r} is not built in, and bytes must not load one: pass metric="
        )

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
    def test_a_pipe_without_a_writer(self, tmp_path):
        path = tmp_path / "x.model"
        os.mkfifo(path)
        data = with_header(BLEU().accumulator().total.to_bytes(), tokenize=str(path))
        with nothing_opened(), pytest.raises(ValueError, match="is not built in"):
            Total.from_bytes(data)

    def test_the_metric_is_passed(self):
        metric = BLEU(tokenize="ja-mecab")
        total = metric.statistics(["猫が座る。"], ["猫が座った。"]).total()
        with pytest.raises(ValueError, match="'ja-mecab' is not built in"):
            Total.from_bytes(total.to_bytes())
        with nothing_opened():
            assert Total.from_bytes(total.to_bytes(), metric=metric) == total
            with pytest.raises(ValueError, match="these bytes hold a total of 'BLEU' with"):
                Total.from_bytes(total.to_bytes(), metric=BLEU())
            with pytest.raises(ValueError, match="these bytes hold a total of 'BLEU' with"):
                Total.from_bytes(BLEU().accumulator().total.to_bytes(), metric=metric)

    def test_other_languages_have_built_in_tokenizers(self):
        for language in "zh", "de", "":
            total = BLEU(trg_lang=language).accumulator().total
            assert Total.from_bytes(total.to_bytes()) == total


@pytest.mark.parametrize("metric", ["BLEU", BLEU, 3, object()], ids=plain)
def test_what_is_no_metric(metric):
    with pytest.raises(TypeError, match="metric must be a metric"):
        Total.from_bytes(BLEU().accumulator().total.to_bytes(), metric)


@pytest.mark.parametrize("data", ["rapidscore total 1\n", None, 3, [1]], ids=repr)
def test_what_is_no_bytes(data):
    with pytest.raises(TypeError, match=r"data must be bytes, not .*: pass what Total.to_bytes\(\) returned"):
        Total.from_bytes(data)


def test_other_kinds_of_bytes():
    total = WER().statistics(["a b"], ["a c"]).total()
    for kind in bytearray, memoryview:
        assert Total.from_bytes(kind(total.to_bytes())) == total


def test_more_segments_than_can_be_counted():
    data = bytearray(WER().accumulator().total.to_bytes())
    at = data.index(b"\n", len(MAGIC)) + 1 + 8
    data[at : at + 8] = (2**63).to_bytes(8, "little")
    with pytest.raises(ValueError, match="these bytes hold no rapidscore total"):
        Total.from_bytes(bytes(data))


class TestImpossibleSums:
    """Numbers that no rows can sum to."""

    @staticmethod
    def bytes_of(metric, columns, segments=1):
        """Return the bytes of a total with these columns: whole numbers as `int`, others as `float`."""
        head = metric.accumulator().total.to_bytes().split(b"\n", 2)
        numbers = [len(columns), segments, 1, 1, 0]
        body = b"".join(number.to_bytes(8, "little") for number in numbers)
        for value in columns:
            if isinstance(value, int):
                body += b"\0" + value.to_bytes(8, "little")
            else:
                exact = rapidscore._core.Total.of_rows(rapidscore.statistics.np.array([[value]])).to_bytes()
                body += exact[40:]
        return b"\n".join(head[:2]) + b"\n" + body

    def test_possible_ones(self):
        total = Total.from_bytes(self.bytes_of(WER(), [1, 2, 3, 4]))
        assert total.score().hits == 1
        assert (
            Total.from_bytes(self.bytes_of(ROUGE(("rouge1",)), [0.5, 0.25, 0.125, 1])).score()["rouge1"].recall == 0.25
        )

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, float("-inf")])
    @pytest.mark.parametrize("metric", [WER(), CHRF(), BLEU(), ROUGE(("rouge1",))], ids=short_name)
    def test_numbers(self, metric, value):
        count = len(metric._columns())
        for at in range(count):
            columns = [1.0] * count if metric == ROUGE(("rouge1",)) else [1] * count
            columns[at] = value
            if metric == ROUGE(("rouge1",)) and at < count - 1:
                columns[-1] = 1
            with nothing_opened(), pytest.raises(ValueError, match="these bytes hold no total of"):
                Total.from_bytes(self.bytes_of(metric, columns))

    @pytest.mark.parametrize("at", [1, 3, 4, 5, 6, 7, 8])
    @pytest.mark.parametrize("value", [float("inf"), -1.0])
    def test_counts_of_perplexity(self, at, value):
        columns = [1.0, 2, 3.0, 1, *[float("nan")] * 5]
        assert Total.from_bytes(self.bytes_of(Perplexity(), columns)).score().tokens == 2
        columns[at] = value
        with pytest.raises(ValueError, match="these bytes hold no total of"):
            Total.from_bytes(self.bytes_of(Perplexity(), columns))


@pytest.mark.parametrize("value", [2**200, -(2**200), 10**4000])
def test_options_that_are_huge_numbers(value):
    """The constructors raise `ValueError` as well, with the name of the option."""
    for make, option in (
        (BLEU, "max_ngram_order"),
        (CHRF, "char_order"),
        (CHRF, "word_order"),
        (Classification, "zero_division"),
        (Classification, "ignore_index"),
        (Perplexity, "top_k"),
        (rapidscore.TopKAccuracy, "k"),
    ):
        with pytest.raises(ValueError, match=option):
            make(**{option: value})
