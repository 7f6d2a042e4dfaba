"""What commands that score texts have in common: files, metrics, and the metrics' options."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from rapidscore.text_metrics.base import AnyTextMetric
from rapidscore.text_metrics.bleu import BLEU
from rapidscore.text_metrics.chrf import CHRF
from rapidscore.text_metrics.error_rate import CER, WER
from rapidscore.text_metrics.rouge import ROUGE
from rapidscore.text_metrics.ter import TER

METRICS = "bleu, chrf, chrf++, ter, wer, cer, rouge1 to rouge9, rougeL, rougeLsum"


def share_out_files(options: argparse.Namespace) -> None:
    """Tell references from systems.

    `--references REF A B` means one reference and two systems; where systems stand before the option or behind
    `--`, all files that follow it are references.
    """
    words = options.words
    *groups, last = options.references
    if not options.systems:
        last, options.systems = last[:1], last[1:]
    elif len(last) > 1 and "--" not in words and words.index(last[-1]) < words.index(options.systems[0]):
        raise ValueError(
            f"is {last[-1]} a reference or a system? name systems before --references, or behind --, "
            "or with no option between"
        )
    if not options.systems:
        raise ValueError(f"no SYSTEM to score against {last[0]}: name one or more files behind it")
    options.references = [file for group in [*groups, last] for file in group]


def chosen_metrics(options: argparse.Namespace) -> dict[str, AnyTextMetric]:
    """Make the metrics that `--metrics` names, in that order; all ROUGE types are one."""
    names = [name.strip() for name in options.metrics.split(",") if name.strip()]
    types = tuple(name for name in names if name.startswith("rouge"))
    makers: dict[str, Callable[[], AnyTextMetric]] = {
        "bleu": lambda: BLEU(
            lowercase=options.lowercase,
            force=options.force,
            tokenize=options.tokenize,
            smooth_method=options.smooth_method,
            smooth_value=options.smooth_value,
            max_ngram_order=options.max_ngram_order,
            effective_order=options.effective_order,
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
            tokenizer=options.rouge_tokenizer,
        ),
    }
    unknown = [name for name in names if name not in types and name not in makers]
    if unknown or not names:
        raise ValueError(f"unknown metric {options.metrics!r}: choose from {METRICS}")
    wanted = dict.fromkeys("rouge" if name in types else name for name in names)
    return {name: makers[name]() for name in wanted}


def chrf(options: argparse.Namespace, word_order: int) -> CHRF:
    """Make chrF with so many orders of word n-grams."""
    return CHRF(
        char_order=options.chrf_char_order,
        word_order=word_order,
        beta=options.chrf_beta,
        lowercase=options.lowercase,
        whitespace=options.chrf_whitespace,
        eps_smoothing=options.chrf_eps_smoothing,
    )


def add_to(command: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add = command.add_argument
    add("systems", nargs="*", metavar="SYSTEM", help="a file with one segment a line")
    add(
        "--references",
        nargs="+",
        action="append",
        required=True,
        metavar="REF",
        help="a file with a reference for each segment; several when systems stand before, behind --, or with "
        "an option for each",
    )
    add(
        "--metrics",
        default="bleu",
        metavar="NAMES",
        help=f"{METRICS}, with commas",
    )
    add("--quiet", action="store_true", help="no progress bar and no warnings")
    add("--threads", type=int, metavar="N", help="threads to use; by default one for each core")
    add("--lowercase", action="store_true", help="BLEU, chrF, WER and CER of lower-case texts")
    add("--force", action="store_true", help="do not warn of texts that look tokenized")
    add(
        "--tokenize",
        metavar="NAME",
        help="BLEU's tokenizer: 13a (default), intl, zh, char, none, ja-mecab, ko-mecab, flores101, flores200, "
        "spBLEU-1K, or a SentencePiece model, FILE.model",
    )
    add("--smooth-method", default="exp", metavar="NAME", help="exp (default), floor, add-k, none")
    add("--smooth-value", type=float, metavar="X", help="for floor (default 0.1) and add-k (default 1)")
    add("--max-ngram-order", type=int, default=4, metavar="N", help="BLEU's highest order (default 4)")
    add("--effective-order", action="store_true", help="only orders a hypothesis is long enough for")
    add("--chrf-char-order", type=int, default=6, metavar="N", help="chrF's highest order of characters (default 6)")
    add("--chrf-word-order", type=int, default=0, metavar="N", help="chrF's highest order of words (default 0)")
    add("--chrf-beta", type=float, default=2, metavar="X", help="importance of recall for chrF (default 2)")
    add("--chrf-whitespace", action="store_true", help="count white space as characters, too")
    add("--chrf-eps-smoothing", action="store_true", help="average over all orders of chrF")
    add("--ter-normalized", action="store_true", help="punctuation as words of its own")
    add("--ter-no-punct", action="store_true", help="TER without punctuation")
    add("--ter-asian-support", action="store_true", help="treat Chinese and Japanese characters too")
    add("--ter-case-sensitive", action="store_true", help="TER of texts as they are, not in lower case")
    add("--remove-punctuation", action="store_true", help="WER and CER without punctuation")
    add("--collapse-whitespace", action="store_true", help="any white space as a space, for WER and CER")
    add("--use-stemmer", action="store_true", help="ROUGE of Porter's stems")
    add("--split-summaries", action="store_true", help="sentences for rougeLsum from NLTK")
    add("--rouge-tokenizer", metavar="NAME", help="unicode for words of every script")
