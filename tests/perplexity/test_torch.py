"""Perplexity of PyTorch's tensors, against PyTorch and torchmetrics, if they are installed."""

import importlib.util
import math

import numpy as np
import pytest

from rapidscore import Perplexity, perplexity_from_loss, sliding_windows
from rapidscore.inputs.arrays import as_logits

if importlib.util.find_spec("torch") is None:
    pytest.skip("PyTorch is not installed: its wheels bring gigabytes", allow_module_level=True)

import torch
from torch.nn.functional import cross_entropy

KINDS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]


def drawn(*shape, dtype=torch.float32):
    draw = torch.Generator().manual_seed(3)
    logits = (torch.randn(shape, generator=draw) * 3).to(dtype)
    return logits, torch.randint(0, shape[-1], shape[:-1], generator=draw)


@pytest.mark.parametrize("dtype", KINDS, ids=str)
def test_losses(dtype):
    logits, labels = drawn(3, 20, 3001, dtype=dtype)
    labels[1, 12:] = -100
    # The error of the reference in float64 is far below our bound for formats of 32 and 16 bits, 5e-7.
    exact = cross_entropy(logits.double().transpose(1, 2), labels, reduction="none").numpy()
    ours = Perplexity().token_losses(logits, labels)
    kept = labels.numpy() != -100
    assert np.abs(ours[kept] - exact[kept]).max() <= (1e-14 if dtype == torch.float64 else 5e-7)
    assert np.isnan(ours[~kept]).all()
    score = Perplexity().score(logits, labels)
    assert score.cross_entropy == pytest.approx(exact[kept].mean(), abs=5e-7)
    assert score.hits == int((logits.argmax(-1) == labels).sum())


def test_tensors_are_not_copied():
    for dtype in KINDS:
        logits, _ = drawn(2, 5, 100, dtype=dtype)
        address = as_logits(logits.requires_grad_()).values.__array_interface__["data"][0]
        assert address == logits.data_ptr()


def test_strides_and_gradients():
    for dtype in KINDS:
        logits, labels = drawn(2, 5, 100, dtype=dtype)
        expected = Perplexity().score(logits.float().numpy() if dtype == torch.bfloat16 else logits.numpy(), labels)
        views = logits.flip(0)[[1, 0]], logits.transpose(1, 2).contiguous().transpose(1, 2), logits.requires_grad_()
        for view in views:
            assert Perplexity().score(view, labels).perplexity == pytest.approx(expected.perplexity, rel=5e-7)


def test_16_bit_floats_are_not_integers():
    logits, labels = drawn(1, 3, 10)
    ones = torch.ones(1, 3)
    assert Perplexity().score(logits, labels, ones.bfloat16()) == Perplexity().score(logits, labels, ones)
    for wrong in [
        lambda: Perplexity().score(logits, labels.bfloat16()),
        lambda: Perplexity().score(logits, labels, byte_counts=torch.tensor([5.0]).bfloat16()),
        lambda: Perplexity().score_losses([2.0], torch.tensor([5.0]).bfloat16()),
        lambda: Perplexity().score_log_probs(torch.zeros(3), torch.tensor([0.0, 3.0]).bfloat16()),
        lambda: sliding_windows(3, 3)[0].labels(torch.ones(3).bfloat16()),
    ]:
        with pytest.raises(TypeError, match="have the type bfloat16: pass whole numbers"):
            wrong()


def test_losses_and_log_probabilities_of_training():
    losses = [torch.tensor(2.0, requires_grad=True), torch.tensor(3.0).bfloat16()]
    expected = Perplexity().score_losses([2.0, 3.0], [1, 2])
    assert Perplexity().score_losses(losses, [1, 2]) == expected
    assert Perplexity().score_losses(torch.tensor([2.0, 3.0]).bfloat16(), torch.tensor([1, 2])) == expected
    table = torch.tensor([[-1.0, -2.0]], requires_grad=True)
    for same in table, table.bfloat16():
        assert Perplexity().score_log_probs(same) == Perplexity().score_log_probs([[-1.0, -2.0]])
    assert perplexity_from_loss(losses[0]) == perplexity_from_loss(2.0)


def test_other_devices():
    logits, labels = drawn(2, 5, 100)
    with pytest.raises(ValueError, match=r"logits are on meta: pass logits\.cpu\(\)"):
        Perplexity().score(logits.to("meta"), labels)


def test_shift():
    logits, ids = drawn(4, 9, 50, dtype=torch.float64)
    mask = torch.ones(4, 9, dtype=torch.int64)
    mask[2, 5:] = 0
    # Models of the transformers library drop the last logits and the first label.
    labels = ids.masked_fill(mask == 0, -100)
    loss = cross_entropy(logits[:, :-1].reshape(-1, 50), labels[:, 1:].reshape(-1)).item()
    assert Perplexity(shift=True).score(logits, ids, mask).cross_entropy == pytest.approx(loss, rel=1e-14)
    # The perplexity of the evaluate library is the mean of the perplexities of the sequences.
    losses = cross_entropy(logits[:, :-1].transpose(1, 2), ids[:, 1:], reduction="none")
    weights = mask[:, 1:]
    mean = torch.exp((losses * weights).sum(1) / weights.sum(1)).mean().item()
    assert Perplexity(shift=True, aggregate="sequences").score(logits, ids, mask).perplexity == pytest.approx(
        mean, rel=1e-14
    )


def test_batches_against_torchmetrics():
    if importlib.util.find_spec("torchmetrics") is None:
        pytest.skip("torchmetrics is not installed")
    from torchmetrics.text import Perplexity as Pooled

    theirs, ours = Pooled(ignore_index=-100), Perplexity().accumulator()
    for seed in range(4):
        logits, labels = drawn(2, 7 + seed, 200)
        labels[0, :seed] = -100
        theirs.update(logits, labels)
        ours.update(logits, labels)
    # torchmetrics computes in float32 and loses some of the 24 bits in exp, in sums and in exp again.
    assert ours.compute().perplexity == pytest.approx(theirs.compute().item(), rel=2e-6)
    assert math.isfinite(ours.compute().perplexity)
