"""Arguments of the commands that score texts: files, metrics, and the options of metrics."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from rapidscore.cli import common_options, pipes
from rapidscore.text_metrics.base import AnyTextMetric
from rapidscore.text_metrics.bleu import BLEU
from rapidscore.text_metrics.chrf import CHRF
from rapidscore.text_metrics.error_rate import CER, WER
from rapidscore.text_metrics.rouge import ROUGE
from rapidscore.text_metrics.ter import TER

#: Codes of two or three lower-case letters, of the source and the target or of the target alone. The code of a script
#: or country, which begins with a capital letter, may follow each.
_LANGUAGES = re.compile(r"(?:[a-z]{2,3}(?:[-_][A-Z][A-Za-z]+)*-)?([a-z]{2,3})(?:[-_][A-Z][A-Za-z]+)*")
#: The codes of two letters for those of three, of languages for which there is a tokenizer.
_SHORT_CODES = {"zho": "zh", "cmn": "zh", "jpn": "ja", "kor": "ko", "eng": "en"}

#: The help of `--segments`.
SEGMENTS = (
    "also write the scores of each segment to FILE: as CSV if its name ends in .csv, otherwise one JSON object per "
    "line. - is standard output, where they take the place of the results"
)

METRICS = "bleu, chrf, chrf++, ter, wer, cer, rouge1 to rouge9, rougeL, rougeLsum"


def separate_systems(options: argparse.Namespace) -> None:
    """Separate references from systems in the parsed options.

    `--references REF A B` is one reference and two systems. If systems stand before the option or after `--`, all files
    that follow `--references` are references. Raises `ValueError` if there is no system, if it is not clear whether a
    file is a reference or a system, or if a pipe would be read twice.
    """
    words = options.words
    *groups, last = options.references
    if not options.systems:
        last, options.systems = last[:1], last[1:]
    elif len(last) > 1 and "--" not in words and words.index(last[-1]) < words.index(options.systems[0]):
        raise ValueError(
            f"is {last[-1]} a reference or a system? name systems before --references, after --, or without options "
            "between them"
        )
    if not options.systems:
        raise ValueError(f"no SYSTEM to score against {last[0]}: name one or more files after it")
    options.references = [file for group in [*groups, last] for file in group]
    # Each system is scored with all references.
    pipes.check_read_once([*options.systems, *(file for file in options.references for _ in options.systems)])


def target_language(languages: str) -> str:
    """Return the code of the target language of a pair such as `en-zh`, or of `zh` alone.

    >>> [target_language(languages) for languages in ("en-zh", "ja", "eng_Latn-zho_Hant", "en-pt_BR")]
    ['zh', 'ja', 'zh', 'pt']
    """
    found = _LANGUAGES.fullmatch(languages)
    if found is None:
        raise argparse.ArgumentTypeError(f"{languages!r} names no languages: pass codes such as en-zh, or zh")
    return _SHORT_CODES.get(found[1], found[1])


def chosen_metrics(options: argparse.Namespace) -> dict[str, AnyTextMetric]:
    """Construct the metrics that `--metrics` names, in that order; all ROUGE types are one metric.

    Raises `ValueError` for an unknown name.
    """
    names = [name.strip() for name in options.metrics.split(",") if name.strip()]
    types = tuple(name for name in names if name.startswith("rouge"))
    constructors: dict[str, Callable[[], AnyTextMetric]] = {
        "bleu": lambda: BLEU(
            lowercase=options.lowercase,
            force=options.force,
            tokenize=options.tokenize,
            smooth_method=options.smooth_method,
            smooth_value=options.smooth_value,
            max_ngram_order=options.max_ngram_order,
            effective_order=options.effective_order,
            trg_lang=options.language or "",
        ),
        "chrf": lambda: chrf(options, word_order=options.chrf_word_order),
        "chrf++": lambda: chrf(options, word_order=2),
        "ter": lambda: TER(
            normalized=options.ter_normalized,
            no_punct=options.ter_no_punct,
            asian_support=options.ter_asian_support,
            case_sensitive=options.ter_case_sensitive,
        ),
        "wer": lambda: WER(options.lowercase, options.remove_punctuation, options.collapse_whitespace),
        "cer": lambda: CER(options.lowercase, options.remove_punctuation, options.collapse_whitespace),
        "rouge": lambda: ROUGE(
            types,
            use_stemmer=options.use_stemmer,
            split_summaries=options.split_summaries,
            tokenizer=options.rouge_tokenizer or rouge_tokenizer(options.language),
        ),
    }
    unknown = [name for name in names if name not in types and name not in constructors]
    if unknown:
        raise ValueError(f"unknown metric {unknown[0]!r}: choose from {METRICS}, separated by commas")
    if not names:
        raise ValueError(f"--metrics names no metric: choose from {METRICS}")
    chosen = dict.fromkeys("rouge" if name in types else name for name in names)
    return {name: constructors[name]() for name in chosen}


def rouge_tokenizer(language: str | None) -> str | None:
    """Return the name of ROUGE's tokenizer for texts in a language: the default one knows the letters a to z alone."""
    return None if language in (None, "en") else "unicode"


def chrf(options: argparse.Namespace, word_order: int) -> CHRF:
    """Construct chrF with the options of the command and a highest order of word n-grams."""
    return CHRF(
        char_order=options.chrf_char_order,
        word_order=word_order,
        beta=options.chrf_beta,
        lowercase=options.lowercase,
        whitespace=options.chrf_whitespace,
        eps_smoothing=options.chrf_eps_smoothing,
    )


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the arguments to the parser of a command."""
    add = command.add_argument
    add("systems", nargs="*", metavar="SYSTEM", help="file of predictions, with one segment per line")
    add(
        "--references",
        nargs="+",
        action="append",
        required=True,
        metavar="REF",
        help="file with one reference per line. For several references, name the systems before this option or after "
        "--, or repeat the option",
    )
    add(
        "--names",
        nargs="+",
        metavar="NAME",
        help="a name for each SYSTEM in the results; by default their paths without what they have in common",
    )
    add(
        "--metrics",
        default="bleu",
        metavar="NAMES",
        help=f"one or more of {METRICS}, separated by commas (default bleu)",
    )
    common_options.add_to(command)
    add(
        "-l",
        "--language",
        type=target_language,
        metavar="XX-YY",
        help="languages of source and target, such as en-zh, or of the target alone. As in sacrebleu's command, BLEU's "
        "tokenizer is zh, ja-mecab or ko-mecab for a target in Chinese, Japanese or Korean. ROUGE's tokenizer is "
        "unicode for a target that is not English",
    )
    add("--lowercase", action="store_true", help="BLEU, chrF, WER and CER: compare texts in lower case")
    add("--force", action="store_true", help="BLEU: do not warn if texts look tokenized")
    add(
        "--tokenize",
        metavar="NAME",
        help="BLEU: tokenizer 13a (default), intl, zh, char, none, ja-mecab, ko-mecab, flores101, flores200, "
        "spBLEU-1K, or a SentencePiece model, FILE.model",
    )
    add("--smooth-method", default="exp", metavar="NAME", help="BLEU: smoothing exp (default), floor, add-k or none")
    add("--smooth-value", type=float, metavar="X", help="BLEU: value for floor (default 0.1) and add-k (default 1)")
    add("--max-ngram-order", type=int, default=4, metavar="N", help="BLEU: highest order of n-grams (default 4)")
    add("--effective-order", action="store_true", help="BLEU: leave out orders for which predictions are too short")
    add("--chrf-char-order", type=int, default=6, metavar="N", help="highest order of character n-grams (default 6)")
    add("--chrf-word-order", type=int, default=0, metavar="N", help="highest order of word n-grams (default 0)")
    add("--chrf-beta", type=float, default=2, metavar="X", help="weight of recall relative to precision (default 2)")
    add("--chrf-whitespace", action="store_true", help="count white space among the characters")
    add("--chrf-eps-smoothing", action="store_true", help="average over all orders of n-grams")
    add("--ter-normalized", action="store_true", help="separate punctuation from words")
    add("--ter-no-punct", action="store_true", help="remove punctuation")
    add("--ter-asian-support", action="store_true", help="treat Chinese and Japanese characters as words")
    add("--ter-case-sensitive", action="store_true", help="do not convert texts to lower case")
    add("--remove-punctuation", action="store_true", help="WER and CER: remove punctuation")
    add("--collapse-whitespace", action="store_true", help="WER and CER: treat any white space as a space")
    add("--use-stemmer", action="store_true", help="ROUGE: compare Porter stems")
    add("--split-summaries", action="store_true", help="ROUGE: find the sentences for rougeLsum with NLTK")
    add("--rouge-tokenizer", metavar="NAME", help="ROUGE: unicode, to find words of every script, or default")
