"""The command `rapidscore classify`, which scores files of predicted labels."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rapidscore.classification.classification import Classification
from rapidscore.cli import classify_tables, common_options, label_files, output, pipes
from rapidscore.cli.label_files import LabelledRows
from rapidscore.cli.plot_file import PlotFile

if TYPE_CHECKING:
    from rapidscore.classification.score import ClassificationScore
    from rapidscore.cli.label_files import Label

#: More classes raise an error: the confusion matrix has a cell for each pair of classes and would take gigabytes.
MAX_CLASSES = 4096
#: More classes raise an error with --plot: they would take minutes to draw and would not be readable.
MAX_CLASSES_DRAWN = 100
#: Number of labels that a message lists.
_LISTED_LABELS = 10
_ZERO_DIVISION: dict[str, float | str] = {"0": 0, "1": 1, "nan": float("nan"), "warn": "warn"}


def classify(options: argparse.Namespace) -> None:
    """Score predicted labels against true labels, and print the results."""
    if options.digits < 0:
        raise ValueError(f"--digits {options.digits}: pass 0 or more")
    plot = PlotFile(options.plot)
    outcome = score_rows(options, read_rows(options))
    text = classify_tables.FORMATS[options.format](outcome)
    draw(plot, outcome.score)
    output.write(text)


def read_rows(options: argparse.Namespace) -> LabelledRows:
    """Read labels from the files that the options name. Raises `ValueError` unless they name one source."""
    paths = options.references, options.predictions
    columns = options.reference_column, options.prediction_column
    if options.data is None and None not in paths and columns == (None, None):
        if options.group_column or options.weight_column:
            raise ValueError(
                "--group-column and --weight-column need a table, --data: pass a file of groups by --groups"
            )
        pipes.check_read_once(path for path in (*paths, options.groups) if path is not None)
        return label_files.read_lines(*paths, options.groups, max_line_bytes=options.max_line_bytes)
    if options.data is not None and None not in columns and paths == (None, None):
        if options.groups:
            raise ValueError("--groups cannot be used with --data: name a column of the table by --group-column")
        return label_files.read_table(
            options.data,
            *columns,
            options.group_column,
            options.weight_column,
            max_line_bytes=options.max_line_bytes,
        )
    raise ValueError(
        "name the labels: --references FILE --predictions FILE, or --data FILE --reference-column NAME "
        "--prediction-column NAME"
    )


def score_rows(options: argparse.Namespace, rows: LabelledRows) -> classify_tables.Outcome:
    """Score rows with the metric of the options. Raises `ValueError` if options and labels do not match."""
    names = [] if options.labels is None else next(csv.reader([options.labels], skipinitialspace=True), [])
    rows, converted = rows.with_named(names + ([] if options.pos_label is None else [options.pos_label]))
    listed, positive = converted[: len(names)], converted[len(names) :]
    if options.ignore_label is not None and type(rows.references[0]) is not int:
        raise ValueError(f"--ignore-label {options.ignore_label}: only labels that are whole numbers can be ignored")
    seen = {*rows.references, *rows.predictions} - {options.ignore_label}
    if len(seen) > MAX_CLASSES:
        raise ValueError(
            f"there are {len(seen)} different labels, but at most {MAX_CLASSES} can be counted: check that the files "
            "contain labels"
        )
    known = listed or sorted(seen)
    if not positive:
        # True equals 1.
        positive = [1] if 1 in known else []
        if options.average == "binary" and not positive:
            raise ValueError(f"--average binary needs --pos-label, the positive class: one of {_listed(known)}")
    elif len(known) > 1 and positive[0] not in known:
        raise ValueError(f"--pos-label {options.pos_label} is not one of the labels {_listed(known)}")
    metric = Classification(
        labels=None if options.labels is None else listed,
        average=options.average,
        zero_division=_ZERO_DIVISION[options.zero_division],
        pos_label=positive[0] if positive else 1,
        ignore_index=options.ignore_label,
    )
    statistics = metric.statistics(rows.predictions, rows.references, rows.weights)
    score = statistics.score()
    return classify_tables.Outcome(
        score,
        name=options.data or options.predictions,
        average=options.average,
        groups=statistics.by(rows.groups) if rows.groups else None,
        has_fairness=bool(rows.groups and positive) and len(score.labels) == 2,
        digits=options.digits,
    )


def whole_number(text: str) -> int:
    """Return the whole number that an argument denotes, by the rule for labels in files: `1.0` is 1."""
    return int(label_files.as_class(text))


def _listed(known: Iterable[Label]) -> str:
    """Return the first labels as text for a message."""
    names = [*map(str, known)]
    return ", ".join(names[:_LISTED_LABELS]) + ", ..." * (len(names) > _LISTED_LABELS)


def draw(plot: PlotFile, score: ClassificationScore) -> None:
    """Draw the confusion matrix into a file, if one was requested. Raises `ValueError` for too many classes."""
    if not plot.requested:
        return
    if len(score.labels) > MAX_CLASSES_DRAWN:
        raise ValueError(
            f"--plot can draw at most {MAX_CLASSES_DRAWN} classes, but there are {len(score.labels)} classes"
        )
    score.plot(ax=plot.figure)
    plot.write()


def add_to(commands: Any) -> None:
    """Add the command and its arguments to the parser."""
    command = commands.add_parser(
        "classify",
        help="score predicted labels: precision, recall, F1, confusion matrix, groups",
        usage="%(prog)s --references FILE --predictions FILE [--groups FILE] [options]\n"
        "       %(prog)s --data FILE --reference-column NAME --prediction-column NAME [--group-column NAME …] "
        "[options]",
        description="Score predicted labels against true labels. Spaces around a label are no part of it, and 1.0 is "
        "the label 1. Labels are sorted as text, or as numbers if all of them are whole numbers, so that 10 comes "
        "after 9. In JSON lines, labels are strings, numbers, or true and false, all of one type.",
    )
    command.set_defaults(run=classify)
    add = command.add_argument
    add("--references", metavar="FILE", help="file of true labels, one per line")
    add("--predictions", metavar="FILE", help="file of predicted labels, one per line")
    add("--groups", metavar="FILE", help="file with the group of each row, one per line")
    add("--data", metavar="FILE", help="table: .csv or .tsv with a header, or .jsonl with one object per line")
    add("--reference-column", metavar="NAME", help="column of the true labels in the table")
    add("--prediction-column", metavar="NAME", help="column of the predicted labels")
    add(
        "--group-column",
        action="append",
        default=[],
        metavar="NAME",
        help="column of groups; repeat the option for the intersections of several columns",
    )
    add("--weight-column", metavar="NAME", help="column of the weights of rows")
    add("--labels", metavar="A,B,…", help="all possible labels, in the order of the report (default: those that occur)")
    add(
        "--average",
        default="macro",
        choices=["macro", "micro", "weighted", "binary"],
        help="average of precision, recall and F1 over classes (default macro)",
    )
    add(
        "--pos-label",
        metavar="LABEL",
        help="positive class, for --average binary and the fairness of groups (default: 1 or true, if there is such a "
        "label)",
    )
    add(
        "--zero-division",
        default="warn",
        choices=list(_ZERO_DIVISION),
        help="value of scores that divide 0 by 0; warn, the default, is 0 with a warning",
    )
    add("--ignore-label", type=whole_number, metavar="N", help="ignore rows with this true label, for example -100")
    add(
        "--format",
        default="table",
        choices=list(classify_tables.FORMATS),
        help="format of the results (default table)",
    )
    add("--digits", type=int, default=2, metavar="N", help="number of decimals of the report (default 2)")
    add(
        "--plot", metavar="FILE", help="draw the confusion matrix into a .png, .svg or .pdf file (needs the extra plot)"
    )
    common_options.add_to(command)
