"""The inputs of the benchmark: pairs of sentences, from WMT files or generated, and long documents."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from pathlib import Path

#: Predictions and references, of equal length.
Pairs = tuple[list[str], list[str]]

DEFAULT_COUNT = 20_000

# The most frequent words of English, by frequency; rarer words are generated from syllables.
COMMON = """
the of and to in a is that for it was on with as he be at by his this had not are but from or have an they
which one you were her all she there would their we him been has when who will more no if out so said what
up its about into than them can only other new some could time these two may then do first any my now such
like our over man me even most made after also did many before must through back years where much your way
well down should because each just those people how too little state good very make world still own see men
work long get here between both life being under never day same another know while last might us great old
year off come since
"""
SYLLABLES = "ba con de ex fi gra hi in jo ka lo men ni or per qua re sta ti un ver wo ya za ple tri sho"
ENDINGS = ["", "", "", "", "s", "s", "ed", "ing", "ly", "ation", "er", "ness", "ies", "al", "ment", "able"]
FOREIGN = ["café", "naïve", "Zürich", "São", "Łódź", "—", "“quoted”", "€20", "it\u2019s", "東京", "Москва", "🙂"]
SPECIAL = [
    "3.5",
    "1,200",
    "2023",
    "10%",
    "$4.99",
    "U.S.",
    "e.g.",
    "co-operate",
    "don't",
    "(sic)",
    "&",
    "A/B",
    "12:30",
]

# Proportions of names, words beyond ASCII, numbers and the like, and words before a comma.
NAMES, FOREIGN_WORDS, SPECIAL_WORDS, COMMAS = 0.08, 0.002, 0.03, 0.06

EDITS = ("keep", "delete", "substitute", "swap")


def load(folder: Path | None, count: int | None) -> Pairs:
    """Return `count` pairs, or all, from `folder` or generated; they are repeated or sampled evenly."""
    pairs = read(folder) if folder else generate(count or DEFAULT_COUNT)
    if count is None or count <= len(pairs[0]):
        return thin(pairs, count)
    predictions, references = (list(itertools.islice(itertools.cycle(texts), count)) for texts in pairs)
    return predictions, references


def thin(pairs: Pairs, most: int | None) -> Pairs:
    """Return at most `most` pairs, evenly spaced, since the start of a corpus often differs from the rest."""
    predictions, references = pairs
    count = len(predictions)
    if most is None or most >= count:
        return pairs
    index = evenly(count, most)
    return [predictions[at] for at in index], [references[at] for at in index]


def evenly(count: int, most: int | None) -> Sequence[int]:
    """Return at most `most` positions, evenly spaced."""
    return range(count) if most is None or most >= count else [at * count // most for at in range(most)]


def fresh(pairs: Pairs, count: int) -> Pairs:
    """Return `count` pairs, each text a separate `str` object, like texts read from a file."""
    predictions, references = (
        [(text + " ")[:-1] for text in itertools.islice(itertools.cycle(texts), count)] for texts in pairs
    )
    return predictions, references


def read(folder: Path) -> Pairs:
    """Return the English translations of WMT 2023 with their references, in the order of their file names."""
    predictions: list[str] = []
    references: list[str] = []
    for direction in sorted((folder / "wmt23").glob("*-en")):
        reference = lines(direction / "refA.txt")
        for path in sorted(direction.glob("system.*.txt")):
            prediction = lines(path)
            if len(prediction) == len(reference):
                predictions += prediction
                references += reference
    if not predictions:
        raise FileNotFoundError(
            f"no translations in {folder}/wmt23/*-en/system.*.txt: pass the folder that holds wmt23"
        )
    return predictions, references


def lines(path: Path) -> list[str]:
    """Return the lines of a file."""
    # Not splitlines(), which also splits at characters that occur within a segment: U+2028, U+0085.
    text = path.read_text(encoding="utf-8")
    return text.removesuffix("\n").split("\n")


def generate(count: int, seed: int = 2023) -> Pairs:
    """Generate sentences, and predictions that are edited copies; equal seeds give equal pairs."""
    draw = random.Random(seed)
    words, weights = vocabulary(draw)
    lengths = [min(max(round(draw.lognormvariate(2.85, 0.6)), 1), 150) for _ in range(count)]
    stream = iter(draw.choices(words, cum_weights=weights, k=sum(lengths)))
    predictions, references = [], []
    for length in lengths:
        sentence = list(itertools.islice(stream, length))
        for at in range(length):
            chance = draw.random()
            if chance < FOREIGN_WORDS:
                sentence[at] = draw.choice(FOREIGN)
            elif chance < FOREIGN_WORDS + SPECIAL_WORDS:
                sentence[at] = draw.choice(SPECIAL)
        copy = edited(sentence, draw.uniform(0, 0.7), draw, words, weights)
        references.append(punctuated(sentence, draw))
        predictions.append(punctuated(copy, draw))
    return predictions, references


def documents(words: int, seed: int = 2024) -> tuple[str, str]:
    """Generate two documents of about `words` words, the first an edited copy of the second."""
    draw = random.Random(seed)
    known, weights = vocabulary(draw)
    reference = draw.choices(known, cum_weights=weights, k=words)
    prediction = edited(reference, 0.2, draw, known, weights)
    return " ".join(prediction), " ".join(reference)


def vocabulary(draw: random.Random, size: int = 30_000) -> tuple[list[str], list[float]]:
    """Return words, and their cumulative weights by Zipf's law."""
    words, syllables = COMMON.split(), SYLLABLES.split()
    while len(words) < size:
        word = "".join(draw.choices(syllables, k=draw.choice((1, 2, 2, 3)))) + draw.choice(ENDINGS)
        words.append(word.capitalize() if draw.random() < NAMES else word)
    return words, list(itertools.accumulate(1 / (rank + 2.7) for rank in range(size)))


def edited(words: list[str], rate: float, draw: random.Random, known: list[str], weights: list[float]) -> list[str]:
    """Return a copy in which a proportion of the words is deleted, substituted or swapped with its neighbour."""
    copy: list[str] = []
    edits = draw.choices(EDITS, weights=(1 - rate, rate / 4, rate / 2, rate / 4), k=len(words))
    others = iter(draw.choices(known, cum_weights=weights, k=edits.count("substitute")))
    for word, edit in zip(words, edits, strict=True):
        if edit == "substitute":
            copy.append(next(others))
        elif edit == "swap" and copy:
            copy.insert(len(copy) - 1, word)
        elif edit != "delete":
            copy.append(word)
    return copy


def punctuated(words: list[str], draw: random.Random) -> str:
    """Join words to a sentence with a capital, commas and a mark at the end."""
    if not words:
        return ""
    written = [word + "," if draw.random() < COMMAS else word for word in words]
    written[0] = written[0][0].upper() + written[0][1:]
    return " ".join(written) + draw.choice((".", ".", ".", ".", ".", "?", "!", '."', ""))
