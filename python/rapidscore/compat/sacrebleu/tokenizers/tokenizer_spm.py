"""SentencePiece with the models of spBLEU."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class Flores101Tokenizer(NamedTokenizer):
    """With the model of FLORES-101."""

    name = "flores101"


class Flores200Tokenizer(NamedTokenizer):
    """With the model of FLORES-200."""

    name = "flores200"


class spBLEU1KTokenizer(NamedTokenizer):  # noqa: N801  # the reference's name
    """With the model of spBLEU-1K."""

    name = "spBLEU-1K"


class TokenizerSPM(NamedTokenizer):
    """The old name of `Flores101Tokenizer`."""

    name = "spm"
