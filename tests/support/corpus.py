"""A few sentence pairs in several scripts, and real outputs of translation systems if they are available."""

PREDICTIONS = [
    "The cat sat on the mat, didn't it?",
    "Prices rose by 3.5% to $1,200 - a record.",
    'He said: "We\'ll see" (and left).',
    "Die Straße über den Fluß ist heute gesperrt.",
    "Das Wetter wird morgen schöner als gestern.",
    "我们明天去北京看展览。",
    "他在2023年买了3.5公斤苹果,很便宜!",
    "Мы завтра поедем в Москву на выставку.",
    "Она купила 1 200 книг за 3,5 рубля.",
    "ذهبنا إلى السوق في الصباح.",
    "السعر ٣٫٥ دولار، وهو رخيص.",
    "",
    "...",
    "the the the the the the the",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "Same words here.",
]

REFERENCES = [
    ["The cat was sitting on the mat, wasn't it?", "The cat sat on a mat."],
    ["Prices rose 3.5% to a record $1,200."],
    ['He said, "We\'ll see," and left.', "He left; he said we would see.", "We shall see, said he."],
    ["Die Straße über den Fluss ist heute gesperrt."],
    ["Morgen wird das Wetter schöner als heute.", "Das Wetter wird morgen besser als gestern."],
    ["我们明天去北京参观展览。"],
    ["他2023年买了3.5公斤的苹果,便宜!", "2023年他买苹果。"],
    ["Завтра мы поедем в Москву на выставку."],
    ["Она купила 1200 книг за 3,5 рубля."],
    ["ذهبنا صباحا إلى السوق.", "ذهبنا إلى السوق."],
    ["السعر ٣٫٥ دولار وهذا رخيص."],
    ["", "something"],
    ["..."],
    ["the cat the", "the the the"],
    ["z y x w v u t s r q p o n m l k j i h g f e d c b a"],
    ["Same words here."],
]

SINGLE_REFERENCES = [references[0] for references in REFERENCES]


def lines(path):
    """Return the lines of a file. Only a newline ends a line, as in the number of segments of the WMT files."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def systems(wmt23):
    """Yield (language pair, system, outputs, references) of all outputs; references are one list a segment."""
    for pair in sorted(folder for folder in wmt23.iterdir() if folder.is_dir()):
        references = list(zip(*(lines(path) for path in sorted(pair.glob("ref?.txt"))), strict=True))
        for path in sorted(pair.glob("system.*.txt")):
            yield pair.name, path.name, lines(path), [list(texts) for texts in references]
