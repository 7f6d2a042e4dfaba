"""Score a text that is longer than the context of a language model.

    python examples/perplexity.py FILE [--model NAME] [--window TOKENS] [--stride TOKENS]

NAME is a causal language model of the Hugging Face Hub, such as gpt2, or a folder that holds one. Without it, a small
model with random weights reads the file's bytes: it runs anywhere, and its predictions are guesses. Needs torch and
transformers.
"""

import argparse
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2Config, GPT2LMHeadModel

from rapidscore import Perplexity, PerplexityScore, sliding_windows

#: Logits take memory: 2048 tokens with a vocabulary of 128,000 in float32 are a gigabyte.
LONGEST = 2048


def pretrained(name: str, text: str) -> tuple[Any, torch.Tensor]:
    """Return a model, and the tokens of a text with a BOS token before them."""
    tokenizer = AutoTokenizer.from_pretrained(name)
    # Models without a BOS token were trained on texts that follow the EOS token of another text.
    first = tokenizer.eos_token_id if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    if first is None:
        raise ValueError(f"the tokenizer of {name} has neither a BOS nor an EOS token to put before the text")
    tokens = tokenizer(text, add_special_tokens=False).input_ids
    return AutoModelForCausalLM.from_pretrained(name).eval(), torch.tensor([first, *tokens])


def untrained(text: str) -> tuple[Any, torch.Tensor]:
    """Return a small model with random weights, and the bytes of a text with a BOS token before them."""
    torch.manual_seed(0)
    first = 256
    config = GPT2Config(
        n_layer=2, n_head=2, n_embd=32, n_positions=64, vocab_size=257, bos_token_id=first, eos_token_id=first
    )
    return GPT2LMHeadModel(config).eval(), torch.tensor([first, *text.encode()])


@torch.inference_mode()
def measure(model: Any, tokens: torch.Tensor, byte_count: int, window: int, stride: int | None) -> PerplexityScore:
    """Score all tokens (n,) but the first, which encode `byte_count` bytes of text."""
    meter = Perplexity().accumulator()
    for part in sliding_windows(len(tokens), window, stride):
        logits = model(tokens[None, part.inputs]).logits[0]
        # The sizes of windows add up. They are parts of one text, so the first window may pass the bytes of all.
        meter.update(logits, part.labels(tokens), byte_counts=[0 if part.start else byte_count])
    return meter.compute()


def main(
    model: Any, tokens: torch.Tensor, byte_count: int, window: int | None = None, stride: int | None = None
) -> None:
    """Score the tokens and print the result."""
    if window is None:
        window = min(model.config.max_position_embeddings, LONGEST)
    score = measure(model, tokens, byte_count, window, stride)
    print(f"{score.tokens:,} tokens, {byte_count:,} bytes, {score.segments:,} windows of up to {window:,} tokens")
    print(f"perplexity     {score.perplexity:10.4f}")
    print(f"bits per byte  {score.bits_per_byte:10.4f}")
    print(f"accuracy       {score.accuracy:10.4f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", metavar="NAME")
    parser.add_argument(
        "--window", type=int, metavar="TOKENS", help=f"default: the context length of the model, at most {LONGEST}"
    )
    parser.add_argument("--stride", type=int, metavar="TOKENS", help="default: half the window")
    arguments = parser.parse_args()
    text = arguments.file.read_text(encoding="utf-8")
    model, tokens = pretrained(arguments.model, text) if arguments.model else untrained(text)
    main(model, tokens, len(text.encode()), arguments.window, arguments.stride)
