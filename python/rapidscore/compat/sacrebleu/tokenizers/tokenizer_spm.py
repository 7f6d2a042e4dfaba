"""SentencePiece tokenizers, with the models of spBLEU."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class Flores101Tokenizer(NamedTokenizer):
    """SentencePiece with the model of FLORES-101."""

    name = "flores101"


class Flores200Tokenizer(NamedTokenizer):
    """SentencePiece with the model of FLORES-200."""

    name = "flores200"


class spBLEU1KTokenizer(NamedTokenizer):  # noqa: N801  # sacrebleu's name
    """SentencePiece with the model of spBLEU-1K."""

    name = "spBLEU-1K"


class TokenizerSPM(NamedTokenizer):
    """SentencePiece with the model of FLORES-101, under its old name."""

    name = "spm"
