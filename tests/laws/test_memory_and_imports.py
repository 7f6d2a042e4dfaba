"""Memory that does not grow with the corpus, and imports without heavy packages."""

import subprocess
import sys

import pytest

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
from rapidscore import BLEU, ROUGE
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


linux = pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of memory from Linux's /proc")

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


@linux
def test_memory_of_long_documents():
    # A table of 30,000 times 30,000 cells would take 900 MB even with one byte each.
    words = 'a, b = (" ".join(f"w{i * i % n}" for i in range(30_000)) for n in (997, 1009))'
    assert extra_memory(words, "ROUGE(('rougeL',)).score([a], [b])") < 30 * MEGABYTE
    assert extra_memory(words, "ROUGE(('rouge2', 'rougeLsum')).score([a], [b])") < 30 * MEGABYTE
