"""The command `rapidscore classify`: from files of labels to what is printed and drawn."""

from __future__ import annotations

import argparse
import csv
import sys
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rapidscore.classification.classification import Classification
from rapidscore.cli import classification_tables, label_files
from rapidscore.cli.label_files import LabelledRows
from rapidscore.cli.plot_file import PictureFile

if TYPE_CHECKING:
    from rapidscore.classification.score import ClassificationScore
    from rapidscore.cli.label_files import Label

#: The matrix has a cell for each pair of classes: four times as many would take gigabytes.
MOST_CLASSES = 4096
#: Of a picture, so that numbers of four digits do not touch.
INCHES_A_CLASS = 0.5
#: More would take minutes to draw, and nobody could read them.
MOST_CLASSES_DRAWN = 100
#: So many labels are named where one is unknown.
_SHOWN_LABELS = 10
_ZERO_DIVISION: dict[str, float | str] = {"0": 0, "1": 1, "nan": float("nan"), "warn": "warn"}


def classify(options: argparse.Namespace) -> None:
    """Score predicted labels against true ones."""
    if options.digits < 0:
        raise ValueError(f"--digits {options.digits}: a report has 0 decimals or more")
    picture = PictureFile(options.plot)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        outcome = scored(options, read(options))
        text = classification_tables.FORMATS[options.format](outcome)
        draw(picture, outcome.score)
    if not options.quiet:
        for message in dict.fromkeys(str(warning.message) for warning in caught):
            said = " ".join(message.replace("`zero_division` parameter", "--zero-division").split())
            print(f"rapidscore: warning: {said}", file=sys.stderr)
    print(text, end="")


def read(options: argparse.Namespace) -> LabelledRows:
    """Read labels from where the options say. Raises `ValueError` when they do not say that, or say it twice."""
    lines = options.references, options.predictions
    columns = options.reference_column, options.prediction_column
    if options.data is None and None not in lines and columns == (None, None):
        if options.group_column or options.weight_column:
            raise ValueError("--group-column and --weight-column are of a table, --data: name a file of --groups")
        return label_files.of_lines(*lines, options.groups)
    if options.data is not None and None not in columns and lines == (None, None):
        if options.groups:
            raise ValueError("--groups is for files of lines: name a --group-column of the table")
        return label_files.of_table(options.data, *columns, options.group_column, options.weight_column)
    raise ValueError(
        "name the labels: --references FILE --predictions FILE, or --data FILE --reference-column NAME "
        "--prediction-column NAME"
    )


def scored(options: argparse.Namespace, rows: LabelledRows) -> classification_tables.Outcome:
    """Score rows as the options say. Raises `ValueError` when the labels are not such."""
    listed = [] if options.labels is None else next(csv.reader([options.labels], skipinitialspace=True), [])
    rows, named = rows.with_named(listed + ([] if options.pos_label is None else [options.pos_label]))
    listed_labels, positive = named[: len(listed)], named[len(listed) :]
    if options.ignore_label is not None and type(rows.references[0]) is not int:
        raise ValueError(f"--ignore-label {options.ignore_label}: only labels that are whole numbers can be ignored")
    seen = {*rows.references, *rows.predictions} - {options.ignore_label}
    if len(seen) > MOST_CLASSES:
        raise ValueError(
            f"there are {len(seen)} different labels, more than the {MOST_CLASSES} that are counted here: are they "
            "labels?"
        )
    known = listed_labels or sorted(seen)
    if not positive:
        # 1 also stands for true.
        positive = [1] if 1 in known else []
        if options.average == "binary" and not positive:
            raise ValueError(f"--average binary needs --pos-label, the positive class: one of {_names(known)}")
    elif len(known) > 1 and positive[0] not in known:
        raise ValueError(f"--pos-label {options.pos_label} is none of the labels {_names(known)}")
    metric = Classification(
        labels=None if options.labels is None else listed_labels,
        average=options.average,
        zero_division=_ZERO_DIVISION[options.zero_division],
        pos_label=positive[0] if positive else 1,
        ignore_index=options.ignore_label,
    )
    statistics = metric.statistics(rows.predictions, rows.references, rows.weights)
    score = statistics.score()
    return classification_tables.Outcome(
        score,
        average=options.average,
        groups=statistics.by(rows.groups) if rows.groups else None,
        fair=bool(rows.groups and positive) and len(score.labels) == len(("negative", "positive")),
        digits=options.digits,
    )


def _names(known: Iterable[Label]) -> str:
    names = [*map(str, known)]
    return ", ".join(names[:_SHOWN_LABELS]) + ", ..." * (len(names) > _SHOWN_LABELS)


def draw(picture: PictureFile, score: ClassificationScore) -> None:
    """Draw the confusion matrix, if that is wanted."""
    if not picture.wanted:
        return
    if len(score.labels) > MOST_CLASSES_DRAWN:
        raise ValueError(f"--plot: {len(score.labels)} classes are more than can be drawn, {MOST_CLASSES_DRAWN}")
    least = len(score.labels) * INCHES_A_CLASS
    axes = score.plot(ax=picture.axes(least, least))
    axes.tick_params(axis="x", labelrotation=90)
    picture.write()


def add_to(commands: Any) -> None:
    """Add the command's arguments."""
    command = commands.add_parser(
        "classify",
        help="score predicted labels: precision, recall, F1, confusion matrix, groups",
        usage="%(prog)s --references FILE --predictions FILE [--groups FILE] [options]\n"
        "       %(prog)s --data FILE --reference-column NAME --prediction-column NAME [--group-column NAME …] "
        "[options]",
        description="Score predicted labels against true ones. Labels are text, but whole numbers where all are such "
        "in both columns, so that 10 comes after 9; in JSON lines they are what JSON says: strings, whole numbers, "
        "true and false.",
    )
    command.set_defaults(run=classify)
    add = command.add_argument
    add("--references", metavar="FILE", help="the true labels, one a line")
    add("--predictions", metavar="FILE", help="the predicted labels, one a line")
    add("--groups", metavar="FILE", help="the group of each row, one a line")
    add("--data", metavar="FILE", help="a table: .csv or .tsv with a header, or .jsonl with an object a line")
    add("--reference-column", metavar="NAME", help="where the table has the true labels")
    add("--prediction-column", metavar="NAME", help="where it has the predicted labels")
    add(
        "--group-column",
        action="append",
        default=[],
        metavar="NAME",
        help="where it has groups; more than once for the intersections of several",
    )
    add("--weight-column", metavar="NAME", help="where it has the weight of each row")
    add("--labels", metavar="A,B,…", help="all labels there may be, in the order of the report; by default those seen")
    add(
        "--average",
        default="macro",
        choices=["macro", "micro", "weighted", "binary"],
        help="how precision, recall and F1 of classes become one number (default macro)",
    )
    add(
        "--pos-label",
        metavar="LABEL",
        help="the positive class, for --average binary and the fairness of groups; by default 1 or true, where there "
        "is such a label",
    )
    add(
        "--zero-division",
        default="warn",
        choices=list(_ZERO_DIVISION),
        help="what 0/0 is; warn, the default, is 0 with a warning",
    )
    add("--ignore-label", type=int, metavar="N", help="rows with this true label do not count, -100 for instance")
    add("--format", default="table", choices=list(classification_tables.FORMATS), help="how results are printed")
    add("--digits", type=int, default=2, metavar="N", help="decimals of the report (default 2)")
    add("--plot", metavar="FILE", help="draw the confusion matrix into a .png, .svg or .pdf; needs the extra plot")
    add("--quiet", action="store_true", help="no warnings")
    add("--threads", type=int, metavar="N", help="threads to use; by default one for each core")
