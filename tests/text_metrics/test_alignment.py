"""Alignments as text: letters stand below their tokens on a terminal."""

import pytest
from rich.cells import cell_len

from rapidscore import CER, WER


def cells(alignment):
    """Return each line without its name, as a list of the characters in each cell of a terminal."""
    lines = []
    for line in str(alignment).split("\n"):
        found = []
        for character in line[5:]:
            if cell_len(character):
                found += [character, *[""] * (cell_len(character) - 1)]
            else:
                # A mark belongs to the character before.
                found[-1] += character
        lines.append(found)
    width = max(map(len, lines))
    return [line + [" "] * (width - len(line)) for line in lines]


@pytest.mark.parametrize(
    ("metric", "prediction", "reference", "expected"),
    [
        (
            WER(),
            "the cat sat on mat",
            "the cat sits on the mat",
            "REF: the cat sits on the mat\nHYP: the cat  sat on *** mat\n                S      D",
        ),
        (CER(), "我爱北", "我爱北京", "REF: 我爱北京\nHYP: 我爱北**\n            D"),
        (CER(), "我恨南京", "我爱北京", "REF: 我爱北京\nHYP: 我恨南京\n        S S"),
        (WER(), "我 恨 北京", "我 爱 北京", "REF: 我 爱 北京\nHYP: 我 恨 北京\n         S"),
        (WER(), "猫 が いる", "猫 が い る", "REF: 猫 が   い る\nHYP: 猫 が いる **\n              S  D"),
        (WER(), "मैं घर", "मैं स्कूल गया", None),
        (WER(), "cafe\u0301 x", "cafe\u0301 y", "REF: cafe\u0301 y\nHYP: cafe\u0301 x\n          S"),
        (WER(), "😀 b", "😀 c", "REF: 😀 c\nHYP: 😀 b\n        S"),
        (CER(), "e", "e\u0301", None),
        (WER(), "ｶﾀｶﾅ a", "ｶﾀｶﾅ b", "REF: ｶﾀｶﾅ b\nHYP: ｶﾀｶﾅ a\n          S"),
        (WER(), [1, 22], [1, 3], "REF: 1  3\nHYP: 1 22\n        S"),
    ],
)
def test_marks(metric, prediction, reference, expected):
    alignment = metric.alignment(prediction, reference)
    if expected is not None:
        assert str(alignment) == expected
    reference_cells, prediction_cells, letters = cells(alignment)
    # Lines without an error are equal in every cell.
    for one, other, letter in zip(reference_cells, prediction_cells, letters, strict=True):
        if letter == "D":
            assert other == "*"
        if letter == "I":
            assert one == "*"
    assert len([*filter(str.strip, letters)]) == sum(
        max(operation.reference_end - operation.reference_start, operation.prediction_end - operation.prediction_start)
        for operation in alignment.operations
        if operation.type != "equal"
    )


def test_controls():
    """Three lines, in which a terminal obeys nothing."""
    shown = str(WER().alignment("a\x1b[2Jb c", "c\x1b[1m \u202ed"))
    assert shown.splitlines() == [r"REF:  c\x1b[1m \u202ed", r"HYP: a\x1b[2Jb       c", "             S       S"]
    assert str(CER().alignment("a\nb", "a\rb")).splitlines() == [r"REF: a\rb", r"HYP: a\nb", "       S"]
