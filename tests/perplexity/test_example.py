"""The example `examples/perplexity.py` runs, and its numbers are PyTorch's."""

import importlib.util
import math
import subprocess
import sys
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
    pytest.skip("PyTorch or transformers is not installed: the wheels bring gigabytes", allow_module_level=True)

import torch
from torch.nn.functional import cross_entropy

SCRIPT = Path(__file__).parents[2] / "examples" / "perplexity.py"
TEXT = "Où est la bibliothèque? The ferry leaves at half past seven – “perhaps”.\n" * 4


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("perplexity_example", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(example, tmp_path_factory):
    """A folder with a model and a tokenizer whose tokens have several bytes, like models of the Hub."""
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    pieces = ByteLevelBPETokenizer()
    pieces.train_from_iterator([TEXT], vocab_size=290, special_tokens=["<|end|>"], show_progress=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces._tokenizer, eos_token="<|end|>")
    torch.manual_seed(1)
    size = len(tokenizer)
    model = GPT2LMHeadModel(
        GPT2Config(n_layer=1, n_head=2, n_embd=16, n_positions=48, vocab_size=size, bos_token_id=0, eos_token_id=0)
    )
    folder = tmp_path_factory.mktemp("model")
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@torch.inference_mode()
def reference(model, tokens, window, stride):
    """Return the mean loss in float64, the proportion of tokens predicted first, and the number of windows."""
    losses, hits, starts = [], [], range(0, len(tokens), stride)
    for count, start in enumerate(starts, 1):
        inputs, targets = tokens[start : start + window][: len(tokens) - 1 - start], tokens[start + 1 :][:window]
        logits = model(inputs[None]).logits[0]
        # Earlier windows have scored all tokens but the last.
        new = start + 1 + len(targets) - 1 - len(losses)
        losses += cross_entropy(logits.double(), targets, reduction="none")[-new:].tolist()
        hits += (logits.argmax(-1) == targets)[-new:].tolist()
        if len(losses) == len(tokens) - 1:
            return math.fsum(losses) / len(losses), sum(hits) / len(hits), count
    raise AssertionError("there are tokens that no window scored")


@pytest.mark.parametrize(("window", "stride"), [(64, 64), (64, 32), (64, None), (64, 7), (20, 1), (1, 1)])
def test_equals_torch(example, window, stride):
    model, tokens = example.untrained(TEXT)
    size = len(TEXT.encode())
    assert tokens.tolist() == [256, *TEXT.encode()]
    score = example.measure(model, tokens, size, window, stride)
    loss, accuracy, windows = reference(model, tokens, window, stride or window // 2)
    # Perplexity promises losses within 5e-7 nats for float32 logits, and therefore the mean. The model computes the
    # same logits for both; the error of the reference in float64 is far smaller.
    assert score.cross_entropy == pytest.approx(loss, rel=0, abs=5e-7)
    assert score.perplexity == pytest.approx(math.exp(loss), rel=5.1e-7, abs=0)
    # A token is a byte here, and all bytes are scored.
    assert score.bits_per_byte == pytest.approx(loss / math.log(2), rel=0, abs=5e-7 / math.log(2))
    assert (score.accuracy, score.tokens, score.byte_count, score.segments) == (accuracy, size, size, windows)


def test_output(example, capsys):
    model, tokens = example.untrained(TEXT)
    size = len(TEXT.encode())
    example.main(model, tokens, size)
    score = example.measure(model, tokens, size, 64, 32)
    assert capsys.readouterr().out.splitlines() == [
        f"{size} tokens, {size} bytes, {score.segments} windows of up to 64 tokens",
        f"perplexity     {score.perplexity:10.4f}",
        f"bits per byte  {score.bits_per_byte:10.4f}",
        f"accuracy       {score.accuracy:10.4f}",
    ]
    # Random weights are close to guessing among 257 tokens.
    assert score.perplexity == pytest.approx(257, rel=0.1)


def test_tokens_of_several_bytes(example, folder):
    model, tokens = example.pretrained(folder, TEXT)
    size = len(TEXT.encode())
    # A tokenizer without a token for the beginning puts the token for the end before the text.
    assert tokens[0] == 0
    assert 48 < len(tokens) < size
    score = example.measure(model, tokens, size, 48, 24)
    loss, accuracy, _ = reference(model, tokens, 48, 24)
    assert score.cross_entropy == pytest.approx(loss, rel=0, abs=5e-7)
    assert (score.tokens, score.byte_count, score.accuracy) == (len(tokens) - 1, size, accuracy)
    assert score.bits_per_byte == score.cross_entropy_bits * score.tokens / size


def test_script(folder, tmp_path):
    file = tmp_path / "text.txt"
    file.write_text(TEXT, encoding="utf-8", newline="\n")
    size = len(TEXT.encode())

    def run(*arguments):
        # transformers may write to stderr.
        return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True, check=False)

    plain = run(file, "--stride", "64")
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.startswith(f"{size} tokens, {size} bytes, {math.ceil(size / 64)} windows of up to 64 tokens\n")
    named = run(file, "--model", folder, "--window", "40")
    assert named.returncode == 0, named.stderr
    assert f" tokens, {size} bytes, " in named.stdout
    assert "windows of up to 40 tokens\nperplexity " in named.stdout
