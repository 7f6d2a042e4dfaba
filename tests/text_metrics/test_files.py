"""Files of texts score as lists of their lines do."""

import os
import signal
import threading
import time
import warnings

import pytest
import sacrebleu.utils
from support.corpus import PREDICTIONS
from support.metrics import every_text_metric, many, rows, score_bits

from rapidscore import BLEU, WER
from rapidscore.text_metrics import files


@pytest.fixture
def written(tmp_path):
    """Write columns of lines; return their paths."""

    def write(**columns):
        for name, lines in columns.items():
            (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
        return [tmp_path / name for name in columns]

    return write


#: Texts without the character at which a line ends.
LINES = [text for text in PREDICTIONS if "\n" not in text]

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such pipes and signals")


@every_text_metric
def test_a_file_scores_as_its_lines(metric, written):
    predictions, references = written(predictions=LINES, references=LINES[::-1])
    expected = metric.statistics(LINES, LINES[::-1])
    assert score_bits(metric.score_files(predictions, references)) == score_bits(expected.score())
    assert rows(metric.statistics_of_files(str(predictions), str(references))) == rows(expected)
    assert metric.total_of_files(predictions, [references]) == expected.total()


@every_text_metric
def test_several_reference_files(metric, written, monkeypatch):
    monkeypatch.setattr(files, "WINDOW_LINES", 7)
    texts = [text.replace("\n", " ") for text in many(20)[0]]
    paths = written(predictions=texts, one=texts[::-1], other=texts[3:] + texts[:3])
    expected = metric.statistics(texts, list(map(list, zip(texts[::-1], texts[3:] + texts[:3], strict=True))))
    statistics = metric.statistics_of_files(paths[0], paths[1:])
    assert rows(statistics) == rows(expected)
    assert score_bits(statistics.score()) == score_bits(expected.score())
    assert score_bits(metric.score_files(paths[0], paths[1:])) == score_bits(expected.score())


def test_several_metrics_read_the_text_once(written):
    predictions, references = written(predictions=LINES, references=LINES[::-1])
    metrics = {"bleu": BLEU(), "wer": WER()}
    seen = []
    totals = files.totals(metrics, predictions, references, segment_scores=True, on_window=seen.append)
    assert {name: total.score() for name, total in totals.items()} == {
        name: metric.score(LINES, LINES[::-1]) for name, metric in metrics.items()
    }
    (window,) = seen
    assert (window.first, window.position) == (1, predictions.stat().st_size + references.stat().st_size)
    for metric in metrics.values():
        for name, values in metric.segment_scores(LINES, LINES[::-1]).items():
            assert window.segment_scores[name].tolist() == values.tolist()


def test_what_is_wrong_with_files(written, tmp_path):
    predictions, references, empty = written(predictions=["a", "b"], references=["a"], empty=[])
    bleu = BLEU()
    for call in bleu.score_files, bleu.total_of_files, bleu.statistics_of_files:
        with pytest.raises(ValueError, match=r"has 2 lines but .* has 1 lines"):
            call(predictions, references)
        with pytest.raises(ValueError, match="is empty: there is nothing to score"):
            call(empty, empty)
        with pytest.raises(FileNotFoundError, match="nowhere"):
            call(predictions, tmp_path / "nowhere")
        with pytest.raises(ValueError, match="references_paths is empty"):
            call(predictions, [])


#: Contents of files, and the lines in them.
CONTENTS = [
    (b"the cat sat\ron the mat", ["the cat sat\ron the mat"]),
    (b"a b\r\nc d\n\n\r\ne f\r", ["a b", "c d", "", "", "e f\r"]),
    (b"a\r\r\nb\n", ["a\r", "b"]),
    ("a\x85b\nc\u2028d\x0ce\x1cf\x0bg\n".encode(), ["a\x85b", "c\u2028d\x0ce\x1cf\x0bg"]),
    ("\ufeffone two three four".encode(), ["one two three four"]),
    ("\ufeff\r\n\ufeffa".encode(), ["", "\ufeffa"]),
]


@pytest.mark.filterwarnings("ignore:.*begins with a byte order mark")
@pytest.mark.parametrize(("content", "lines"), CONTENTS, ids=repr)
def test_line_ends_and_byte_order_marks(content, lines, tmp_path):
    path, reference = tmp_path / "system", tmp_path / "reference"
    path.write_bytes(content)
    reference.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="")
    for metric in BLEU(tokenize="char"), WER():
        assert rows(metric.statistics_of_files(path, path)) == rows(metric.statistics(lines, lines))
        assert rows(metric.statistics_of_files(path, reference)) == rows(metric.statistics(lines, lines))
    # sacrebleu's command reads the same lines, and strips white space at their ends.
    with sacrebleu.utils.smart_open(str(path), encoding="utf-8-sig") as file:
        read = [line.rstrip() for line in file]
    assert [line.rstrip() for line in lines] == read


def test_a_carriage_return_does_not_end_a_line(written, tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"the cat sat\ron the mat")
    assert BLEU().score_files(path, path).score == pytest.approx(100)  # sacrebleu: 100.00000000000004
    assert len(BLEU().statistics_of_files(path, path)) == 1


def test_a_byte_order_mark_is_reported(tmp_path):
    path, marked = tmp_path / "plain", tmp_path / "marked\x1b[31m"
    path.write_text("one two three four\n", encoding="utf-8")
    marked.write_text("\ufeffone two three four\n", encoding="utf-8")
    for call in WER().score_files, WER().total_of_files, WER().statistics_of_files:
        with pytest.warns(UserWarning, match=r"marked\\x1b\[31m begins with a byte order mark") as caught:
            call(marked, path)
        assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(UserWarning, match="byte order mark"):
        assert WER().score_files(path, [marked]).score == 0
    with warnings.catch_warnings(action="error"):
        WER().score_files(path, path)
    marked.write_bytes(b"\xef\xbb\xbf")
    with pytest.raises(ValueError, match="is empty"):
        WER().score_files(marked, marked)


def test_lines_have_a_limit(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"a\n" + b"b" * 100 + b"\r\nc")
    for call in WER().score_files, WER().total_of_files, WER().statistics_of_files:
        call(path, path, max_line_bytes=100)
        with pytest.raises(ValueError, match=r"text, line 2: more than 99 bytes: .* max_line_bytes"):
            call(path, path, max_line_bytes=99)
        for wrong in 0, -1, 2**32, 2**80:
            with pytest.raises(ValueError, match="max_line_bytes must be from 1 to 4294901760"):
                call(path, path, max_line_bytes=wrong)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs the endless files of Unix")
def test_endless_files(tmp_path):
    path = tmp_path / "text"
    path.write_text("a\nb\n")
    with pytest.raises(ValueError, match="/dev/zero, line 1: more than 67108864 bytes"):
        WER().score_files(path, "/dev/zero")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # The writer ends with an error when the reader has closed the pipe.
    writer = threading.Thread(target=lambda: os.system(f"yes 2> /dev/null > {pipe}"))
    writer.start()
    with pytest.raises(ValueError, match=r"text has 2 lines but .*pipe has more than 16777219 lines"):
        WER().score_files(path, pipe)
    writer.join(30)


@posix
class TestPipes:
    @pytest.fixture
    def pipe(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        return tmp_path / "pipe"

    def test_a_pipe_scores_as_a_file(self, pipe, written):
        predictions, references = written(predictions=LINES, references=LINES[::-1])
        content = predictions.read_bytes()

        def write():
            with open(pipe, "wb", buffering=0) as file:
                for byte in range(0, len(content), 7):
                    file.write(content[byte : byte + 7])

        writer = threading.Thread(target=write)
        writer.start()
        found = BLEU().score_files(pipe, references)
        writer.join()
        assert score_bits(found) == score_bits(BLEU().score_files(predictions, references))

    @pytest.mark.parametrize("position", [0, 1])
    def test_threads_go_on_while_a_pipe_waits(self, position, pipe, written):
        paths = written(one=["a"], two=["a"])
        paths[position] = pipe
        found = []
        thread = threading.Thread(target=lambda: found.append(WER().score_files(*paths).score))
        thread.start()
        # Without the GIL, this thread would not see the time pass.
        start = time.monotonic()
        time.sleep(0.2)
        assert time.monotonic() - start < 2
        assert not found
        pipe.write_text("a\n")
        thread.join(10)
        assert found == [0]

    @pytest.mark.parametrize("opened", [False, True], ids=["without writer", "without data"])
    @pytest.mark.parametrize("position", [0, 1, 2])
    def test_signals_are_answered(self, opened, position, pipe, written):
        paths = written(one=["a"], two=["a"], three=["a"])
        paths[position] = pipe
        handled = []

        class AnsweredError(Exception):
            pass

        def handle(*_):
            handled.append(time.monotonic())
            if len(handled) == 3:
                raise AnsweredError

        before = signal.signal(signal.SIGALRM, handle)
        # Opened for reading and writing, a pipe has a writer.
        descriptor = os.open(pipe, os.O_RDWR) if opened else None
        signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
        try:
            with pytest.raises(AnsweredError):
                WER().score_files(paths[0], paths[1:])
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
            if descriptor is not None:
                os.close(descriptor)
        assert handled[-1] - handled[0] < 1

    def test_files_are_closed(self, pipe, written):
        (path,) = written(path=["a"])
        count = len(os.listdir("/dev/fd"))
        for wrong in (path, "nowhere"), ("nowhere", path):
            with pytest.raises(FileNotFoundError, match="nowhere"):
                WER().score_files(*wrong)
        WER().score_files(path, path)
        assert len(os.listdir("/dev/fd")) == count
