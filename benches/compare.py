"""Side by side with the reference implementations and other fast ones: equal scores first, then time.

`python benches/compare.py [--data DIR] [--pairs N] [--repeat K] [--quick] [--only NAME ...] [--json FILE]`

Needs `pip install rapidscore[bench]`; a package that is missing is said to be. torch, of gigabytes, is not among
them. Without `--data` the pairs are made up. Exit status 1 when a score differs from the reference implementation's; a
missed target is only shown.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import logging
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pairs
import rows
from contest import FULL, QUICK, Contest, Line, Run
from rich.console import Console
from rich.table import Table

PACKAGES = (
    "rapidscore",
    "sacrebleu",
    "rouge-score",
    "rouge-score-rs",
    "rouge-rust",
    "rapidrouge",
    "bleuscore",
    "blazemetrics",
    "jiwer",
    "rapidfuzz",
    "nltk",
    "scikit-learn",
    "fairlearn",
    "torch",
    "scipy",
    "ml_dtypes",
    "numpy",
)
QUICK_PAIRS = 2_000


def main() -> int:
    """Run the rows that are asked for."""
    arguments = parsed()
    for name in ("sacrebleu", "rapidscore"):
        # Their warnings about the texts are the same on both sides, and no business of the benchmark.
        logging.getLogger(name).setLevel(logging.ERROR)
    # Neither tables nor messages are to be cut at 80 columns when they go to a file.
    console = Console(width=None if sys.stdout.isatty() else 200)
    count = arguments.pairs or (QUICK_PAIRS if arguments.quick else None)
    try:
        given = pairs.load(arguments.data, count)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    size = sum(len(text) for texts in given for text in texts) / len(given[0])
    source = "WMT 2023" if arguments.data else "made up"
    console.print(
        f"{len(given[0]):,} pairs ({source}), {size:.0f} characters a pair, {arguments.repeat} rounds"
        + (", quick: targets are not judged" if arguments.quick else "")
    )

    contest = Contest(arguments.repeat)
    run = Run(contest, given, QUICK if arguments.quick else FULL, arguments.data)
    lines: list[Line] = []
    for name, row in rows.ROWS.items():
        if not arguments.only or name in arguments.only:
            console.print(f"{name} …", style="dim")
            lines += row(run)
    console.print(table(lines, judge=not arguments.quick))

    report = {
        "machine": machine(),
        "pairs": {"count": len(given[0]), "source": source, "characters": size},
        "repeat": arguments.repeat,
        "quick": arguments.quick,
        "sizes": asdict(run.sizes),
        "differences": contest.differences,
        "lines": [asdict(line) | {"ratio": line.ratio, "met": line.met} for line in lines],
    }
    arguments.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for difference in contest.differences:
        print(f"error: {difference}", file=sys.stderr)
    return 1 if contest.differences else 0


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder that holds wmt23; default: made-up pairs")
    parser.add_argument("--pairs", type=positive, help="so many pairs, thinned or repeated; default: all, or 20,000")
    parser.add_argument("--repeat", type=positive, help="rounds, of which the median counts; default: 5, quick 3")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that all works; no targets")
    parser.add_argument("--only", nargs="+", choices=rows.ROWS, metavar="NAME", help=f"of {', '.join(rows.ROWS)}")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("compare.json"), help="file to write")
    arguments = parser.parse_args()
    arguments.repeat = arguments.repeat or (3 if arguments.quick else 5)
    return arguments


def positive(text: str) -> int:
    """Read a number of one or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not one or more")
    return number


def table(lines: list[Line], judge: bool) -> Table:
    """Lay the results out."""
    made = Table(
        caption="Times are per pair or sequence where a number is given, else per call. Ratio: theirs by ours."
    )
    for title in ("work", "rapidscore", "peer", "peer's", "ratio", "target", "", "scores"):
        made.add_column(title, justify="right" if title in ("rapidscore", "peer's", "ratio", "target") else "left")
    before = ""
    for line in lines:
        work = line.work + counted(line, line.pairs)
        if work != before and before:
            made.add_section()
        sample = f"{counted(line, line.peer_pairs)}, once" if sampled(line) else ""
        made.add_row(
            "" if work == before else work,
            written(line.ours, line.unit),
            line.peer + sample,
            "" if line.theirs is None else written(line.theirs, line.unit),
            "" if line.ratio is None else f"{line.ratio:,.1f}x",
            target(line),
            verdict(line.met) if judge else "",
            ", ".join(filter(None, (line.scores, line.note))),
        )
        before = work
    return made


def counted(line: Line, count: int) -> str:
    """Write on a line of its own how many pairs or sequences times are of; of a call, its name says that."""
    if count <= 1 or line.unit == "call":
        return ""
    return f"\n{count:,} {'sequences' if line.unit == 'sequence' else 'pairs'}"


def sampled(line: Line) -> bool:
    """Whether the peer was too slow to be run as often, or on as many pairs, as we were."""
    return line.unit not in ("call", "bytes") and len(line.samples.get("theirs", ())) == 1 < len(line.samples["ours"])


def target(line: Line) -> str:
    """Write a target."""
    if line.at_most is not None:
        return "< " + written(line.at_most, line.unit)
    return "" if line.at_least is None else f"{line.at_least:.3g}x"


def verdict(met: bool | None) -> str:
    """Write whether a target is reached."""
    return "" if met is None else "[green]ok[/]" if met else "[red]short[/]"


def written(number: float, unit: str) -> str:
    """Write a time or an amount of memory."""
    if not unit:
        return ""
    if unit == "bytes":
        return f"{number / 1e6:,.1f} MB"
    for factor, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if number >= factor:
            return f"{number / factor:.3g} {name}"
    return f"{number * 1e9:.3g} ns"


def machine() -> dict[str, Any]:
    """Describe where and with what this was measured."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return {
        "cpu": processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": versions,
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def processor() -> str:
    """Name the CPU; `platform` alone knows little on Linux."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    sys.exit(main())
