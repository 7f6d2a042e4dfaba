"""Memory that does not grow with the corpus, and imports without heavy packages."""

import subprocess
import sys

import numpy as np
import pytest
from support.children import WITH_ASAN

from rapidscore import Classification, Multilabel

MEGABYTE = 1 << 20


def run(code):
    """Run code in another process and return its output."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_import():
    loaded = run("import sys, rapidscore; print(*sys.modules)").split()
    assert "rapidscore._core" in loaded
    assert set(loaded) & {"rich", "nltk", "sacrebleu", "rouge_score", "regex", "absl", "asyncio", "pandas"} == set()


def extra_memory(prepare, call):
    """Return by how many bytes the peak of a call exceeds the memory of the process before."""
    return int(
        run(f"""
import resource
from rapidscore import BLEU, CHRF, ROUGE
{prepare}
BLEU().score(["a"], ["a"]), ROUGE().score(["a"], ["a"])
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # the peak counts from here

def kilobytes(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))

before = kilobytes("VmRSS:")
{call}
print(1024 * (kilobytes("VmHWM:") - before))
""")
    )


linux = pytest.mark.skipif(
    sys.platform != "linux" or WITH_ASAN, reason="reads the peak of memory, which AddressSanitizer raises, from /proc"
)

ASCII = """
predictions = [f"the cat number {i} sat on the mat and looked at me {i % 7} times" for i in range(200_000)]
references = [f"the cat number {i} sat on the mat and gazed at us {i % 5} times" for i in range(200_000)]
"""
# Python caches the UTF-8 form of a string, if it is requested, as long as the string lives.
CYRILLIC = ASCII.replace("the cat", "серая кошка").replace("sat on the mat", "сидела на ковре и смотрела")


@linux
@pytest.mark.parametrize("texts", [ASCII, CYRILLIC], ids=["ASCII", "Cyrillic"])
@pytest.mark.parametrize("metric", ["BLEU()", "ROUGE()", "BLEU(lowercase=True, tokenize='intl')"])
def test_memory_of_a_corpus_score(texts, metric):
    assert extra_memory(texts, f"{metric}.score(predictions, references)") < 50 * MEGABYTE


@linux
def test_extra_memory_is_measured():
    assert extra_memory("", "x = bytearray(b'x') * (80 << 20); del x") > 70 * MEGABYTE


def many_classes(kind):
    """Return a total of labels of about 5 MB."""
    choose = np.random.default_rng(5)
    if kind == "indicators":
        names = [f"label {at}" for at in range(75_000)]
        rows = [{*names[at::20]} for at in range(20)]
        return Multilabel().statistics(rows, rows[::-1]).total()
    classes = {"names": 125_000, "long names": 60_000, "numbers": 220_000, "weights": 108_000}[kind]
    true = choose.permutation(classes)
    predicted = np.where(choose.random(classes) < 0.5, true, choose.permutation(classes))
    weights = None
    if kind == "weights":
        # Three rows for each class, whose sums need many digits.
        true, predicted, weights = np.tile(true, 3), np.tile(predicted, 3), choose.random(3 * classes)
    if "names" in kind:
        end = " of the classification" * 2 if kind == "long names" else ""
        table = np.array([f"{'class' if at % 2 else '種類'} {at * 7919}{end}" for at in range(classes)])
        true, predicted = table[true], table[predicted]
    return Classification().statistics(predicted, true, weights).total()


@linux
@pytest.mark.parametrize("kind", ["names", "long names", "numbers", "weights", "indicators"])
def test_memory_of_many_classes(kind, tmp_path):
    path = tmp_path / "total"
    path.write_bytes(many_classes(kind).to_bytes())
    assert 4 * MEGABYTE < path.stat().st_size < 6 * MEGABYTE
    data = f"""
from rapidscore import Classification, Multilabel, Total
for small in Classification().statistics(["a"], ["b"]), Multilabel().statistics([[1]], [[2]]):
    str(Total.from_bytes(small.total().to_bytes()).score())
with open({str(path)!r}, "rb") as file:
    data = file.read()
"""
    assert extra_memory(data, "total = Total.from_bytes(data)") < 20 * MEGABYTE
    assert extra_memory(f"{data}\ntotal = Total.from_bytes(data)", "str(total.score())") < 60 * MEGABYTE


@linux
def test_memory_of_labels_of_unequal_lengths(tmp_path):
    """A NumPy array of strings pads all of them to the longest one: here that would take 4 GB."""
    labels = "from rapidscore import *\nlabels = [*map(str, range(100_000)), 'x' * 10_000]"
    assert extra_memory(labels, "Classification().score(labels, labels)") < 60 * MEGABYTE
    totals = f"{labels}\none, other = (Classification().statistics(l, l).total() for l in (labels[:-1], labels[-1:]))"
    assert extra_memory(totals, "total = one + other") < 60 * MEGABYTE
    assert extra_memory(f"{totals}\ndata = (one + other).to_bytes()", "Total.from_bytes(data)") < 60 * MEGABYTE


@linux
def test_memory_of_long_documents():
    # A table of 30,000 times 30,000 cells would take 900 MB even with one byte each.
    words = 'a, b = (" ".join(f"w{i * i % n}" for i in range(30_000)) for n in (997, 1009))'
    assert extra_memory(words, "ROUGE(('rougeL',)).score([a], [b])") < 30 * MEGABYTE
    assert extra_memory(words, "ROUGE(('rouge2', 'rougeLsum')).score([a], [b])") < 30 * MEGABYTE


@linux
@pytest.mark.parametrize(
    ("metric", "most"),
    [
        ("BLEU()", 6),
        ("BLEU(tokenize='char')", 20),
        ("CHRF()", 8),
        ("CHRF(word_order=2)", 10),
        ("ROUGE(('rouge2',))", 6),
    ],
)
def test_memory_of_large_texts(metric, most):
    """Bytes for each byte of the texts; the words alone, as they are compared otherwise, would take 4, or 24."""
    words = 'import random\na, b = (" ".join(f"w{random.randrange(5000)}" for _ in range(2_000_000)) for _ in "ab")'
    size = 2 * 2_000_000 * 5.8
    assert extra_memory(words, f"{metric}.score([a], [b])") < most * size
