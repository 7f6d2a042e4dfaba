"""Results in a notebook that is executed: they show tables and pictures, and files that are written are whole."""

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs nbconvert and ipykernel")
pytest.importorskip("nbconvert", reason="needs nbconvert and ipykernel")
pytest.importorskip("ipykernel", reason="needs nbconvert and ipykernel")

SETUP = """
import rapidscore
from rapidscore import BLEU, Classification, compare
predictions = ["the cat sat on the mat", "there is a dog", "it rains in the hills"] * 20
references = ["the cat sat on a mat", "there is a dog here", "it is raining in the hills"] * 20
comparison = compare({"a": predictions, "b": references}, references, metrics=["bleu", "wer"], by=["x", "y"] * 30)
labels = Classification().score([0, 1, 1], [0, 1, 0])
"""
RESULTS = [
    "comparison",
    "comparison['b']['bleu']",
    "BLEU().score(predictions, references)",
    "labels",
    "comparison.groups['a']['bleu']",
    "comparison.statistics['a']['bleu'].confidence_interval()",
    "comparison.segment_table()",
    "comparison.buckets()",
    "rapidscore.score(predictions, references, metrics=['bleu', 'rouge'])",
]


def executed(tmp_path, cells):
    """Return the outputs of each cell of a notebook with these cells."""
    from nbconvert.preprocessors import ExecutePreprocessor

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python"}
    ExecutePreprocessor(timeout=120).preprocess(notebook, {"metadata": {"path": str(tmp_path)}})
    return [cell.outputs for cell in notebook.cells]


def test_results_in_a_notebook(tmp_path):
    write = "\n".join(f"open('{at}.txt', 'w').write(str({result}))" for at, result in enumerate(RESULTS))
    cells = [SETUP, write, *RESULTS, *(f"print({result})" for result in RESULTS)]
    cells += ["%matplotlib inline\ncomparison.plot();", "labels.plot();", "comparison.to_html('report.html')"]
    outputs = executed(tmp_path, cells)
    # The same outside of a notebook.
    names = {}
    exec(SETUP, names)
    shown, printed = outputs[2 : 2 + len(RESULTS)], outputs[2 + len(RESULTS) : 2 + 2 * len(RESULTS)]
    for at, result in enumerate(RESULTS):
        expected = eval(result, names)
        (cell,) = shown[at]
        assert cell["data"]["text/html"] == expected._repr_html_()
        assert "<table>" in cell["data"]["text/html"]
        assert cell["data"]["text/plain"] == repr(expected)
        (cell,) = printed[at]
        assert cell["text"] == f"{expected}\n"
        assert (tmp_path / f"{at}.txt").read_text(encoding="utf-8") == str(expected) != ""
    for cell in outputs[-3:-1]:
        assert any("image/png" in output.get("data", {}) for output in cell)
    assert (tmp_path / "report.html").stat().st_size > 100_000
