"""Plain tables at several widths, character by character."""

import pytest

from rapidscore.display.tables import Column, Table, as_latex, as_text, drawn

COMPARISON = Table(
    [
        Column("metric", is_text=True),
        Column("system", is_text=True),
        Column("score"),
        Column("95 % interval", importance=1),
        Column("difference", importance=3),
        Column("p", importance=0),
        Column("p (Holm)", importance=2),
    ],
    [
        ["bleu", "GPT4-5shot", "43.47", "[41.00, 45.90]", "", "", ""],
        ["bleu", "中文 system with a long name", "41.25", "[39.00, 43.90]", "-2.22", "0.0312", "0.0624"],
        ["wer", "GPT4-5shot", "0.1250", "[0.1100, 0.1400]", "", "", ""],
        ["wer", "中文 system with a long name", "0.2500", "[0.2200, 0.2800]", "+0.1250", "0.0001", "0.0002*"],
    ],
    sections=[2],
    notes=["*: p below 0.05"],
)

GOLDEN = {
    40: """\
metric  system                         score
------  ----------------------------  ------
bleu    GPT4-5shot                     43.47
bleu    中文 system with a long name   41.25
------  ----------------------------  ------
wer     GPT4-5shot                    0.1250
wer     中文 system with a long name  0.2500
*: p below 0.05
left out, because the table would be wider than 40 characters: 95 % interval, difference, p, p (Holm)""",
    60: """\
metric  system                         score  difference
------  ----------------------------  ------  ----------
bleu    GPT4-5shot                     43.47
bleu    中文 system with a long name   41.25       -2.22
------  ----------------------------  ------  ----------
wer     GPT4-5shot                    0.1250
wer     中文 system with a long name  0.2500     +0.1250
*: p below 0.05
left out, because the table would be wider than 60 characters: 95 % interval, p, p (Holm)""",
    80: """\
metric  system                         score  difference  p (Holm)
------  ----------------------------  ------  ----------  --------
bleu    GPT4-5shot                     43.47
bleu    中文 system with a long name   41.25       -2.22    0.0624
------  ----------------------------  ------  ----------  --------
wer     GPT4-5shot                    0.1250
wer     中文 system with a long name  0.2500     +0.1250   0.0002*
*: p below 0.05
left out, because the table would be wider than 80 characters: 95 % interval, p""",
    120: """\
metric  system                         score     95 % interval  difference       p  p (Holm)
------  ----------------------------  ------  ----------------  ----------  ------  --------
bleu    GPT4-5shot                     43.47    [41.00, 45.90]
bleu    中文 system with a long name   41.25    [39.00, 43.90]       -2.22  0.0312    0.0624
------  ----------------------------  ------  ----------------  ----------  ------  --------
wer     GPT4-5shot                    0.1250  [0.1100, 0.1400]
wer     中文 system with a long name  0.2500  [0.2200, 0.2800]     +0.1250  0.0001   0.0002*
*: p below 0.05""",
}


@pytest.mark.parametrize("width", GOLDEN)
def test_widths(width):
    assert as_text(COMPARISON, width) == GOLDEN[width]
    assert drawn(COMPARISON, "table", width) == GOLDEN[width]


def test_without_a_limit():
    assert as_text(COMPARISON) == GOLDEN[120]


def test_no_rows():
    assert as_text(Table([Column("a", is_text=True), Column("bc")], [])) == "a  bc\n-  --"


def test_cells_that_latex_takes_for_arguments():
    table = Table([Column("x", is_text=True), Column("y")], [["[1]", "[2]"], ["*", "3"]])
    assert as_latex(table).splitlines()[4:6] == [r"{[}1] & [2] \\", r"{*} & 3 \\"]


def test_columns_of_a_matrix_are_stacked():
    labels = ["a", "long label", "中文", "d"]
    rows = [[label, *(f"{row * 10 + column}" for column in range(4))] for row, label in enumerate(labels)]
    columns = [Column("true \\ predicted", is_text=True), *map(Column, labels)]
    matrix = Table(columns, rows, notes=["4 classes"], stacks=True)
    assert as_text(matrix, 36) == (
        "true \\ predicted   a  long label\n"
        "----------------  --  ----------\n"
        "a                  0           1\n"
        "long label        10          11\n"
        "中文              20          21\n"
        "d                 30          31\n"
        "\n"
        "true \\ predicted  中文   d\n"
        "----------------  ----  --\n"
        "a                    2   3\n"
        "long label          12  13\n"
        "中文                22  23\n"
        "d                   32  33\n"
        "4 classes"
    )
    for most in range(1, 60):
        parts = as_text(matrix, most).split("\n\n")
        # Each column is there once, and no part is wider than need be.
        titles = [
            title for part in parts for title in part.splitlines()[0].replace("true \\ predicted", "").split("  ")
        ]
        assert [title.strip() for title in titles if title.strip()] == labels
        assert all(part.count("\n") >= 5 for part in parts)
    assert as_text(matrix, None) == as_text(matrix, 100) == as_text(Table(columns, rows, notes=["4 classes"]), None)
