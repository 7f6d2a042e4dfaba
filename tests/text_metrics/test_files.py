"""Files of texts score as lists of their lines do."""

import pytest
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


#: Lines without the characters at which a line ends.
LINES = [text for text in PREDICTIONS if not {*text} & {"\n", "\r"} and text.isprintable()]


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
