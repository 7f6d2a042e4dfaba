"""sacrebleu 2.6.0's tokenizers: objects that are called with a text and return its tokens between blanks."""
