"""The API of `sacrebleu.tokenizers` (2.6.0): objects that are called with a text and return its tokens as text."""
