"""The Korean tokenizer: MeCab with the dictionary mecab-ko-dic."""

from rapidscore.compat.sacrebleu.tokenizers._named import NamedTokenizer


class TokenizerKoMecab(NamedTokenizer):
    """The Korean tokenizer: MeCab with the dictionary mecab-ko-dic."""

    name = "ko-mecab"
