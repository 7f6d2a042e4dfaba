"""Compare rapidscore with reference implementations and other fast packages: equal scores first, then time.

`python benches/compare.py [--data DIR] [--pairs N] [--repeat K] [--quick] [--only NAME ...] [--json FILE]
[--markdown FILE]`

Needs `pip install rapidscore[bench]`; packages that are missing are reported. torch, which takes gigabytes, is not in
this extra. Without `--data`, the pairs are generated. The exit status is 1 if a score differs from the reference
implementation's; missed targets are only shown.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from dataclasses import asdict
from pathlib import Path

import data
import report
from harness import FULL, QUICK, Benchmark, Line, Run
from rich.console import Console
from suites.registry import ROWS

QUICK_PAIRS = 2_000


def main() -> int:
    """Run the rows that the arguments name."""
    arguments = parsed()
    for name in ("sacrebleu", "rapidscore"):
        # Warnings about the texts are the same on both sides.
        logging.getLogger(name).setLevel(logging.ERROR)
    # In a file, tables and messages are not cut at 80 columns.
    console = Console(width=None if sys.stdout.isatty() else 200)
    count = arguments.pairs or (QUICK_PAIRS if arguments.quick else None)
    try:
        pairs = data.load(arguments.data, count)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    size = sum(len(text) for texts in pairs for text in texts) / len(pairs[0])
    source = "WMT 2023" if arguments.data else "generated"
    console.print(
        f"{len(pairs[0]):,} pairs ({source}), {size:.0f} characters a pair, {arguments.repeat} rounds"
        + (", quick: targets are not judged" if arguments.quick else "")
    )

    benchmark = Benchmark(arguments.repeat)
    run = Run(benchmark, pairs, QUICK if arguments.quick else FULL, arguments.data)
    lines: list[Line] = []
    for name, row in ROWS.items():
        if not arguments.only or name in arguments.only:
            console.print(f"{name} …", style="dim")
            lines += row(run)
    console.print(report.table(lines, judge=not arguments.quick))

    content = {
        "machine": report.machine(),
        "pairs": {"count": len(pairs[0]), "source": source, "characters": size},
        "repeat": arguments.repeat,
        "quick": arguments.quick,
        "sizes": asdict(run.sizes),
        "differences": benchmark.differences,
        "lines": [asdict(line) | {"ratio": line.ratio, "met": line.met} for line in lines],
    }
    arguments.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(lines, content), encoding="utf-8")
    for difference in benchmark.differences:
        print(f"error: {difference}", file=sys.stderr)
    return 1 if benchmark.differences else 0


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder that contains wmt23; default: generated pairs")
    parser.add_argument("--pairs", type=positive, help="number of pairs, sampled or repeated; default: all, or 20,000")
    parser.add_argument("--repeat", type=positive, help="rounds, of which the median counts; default: 5, quick 3")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything works; no targets")
    parser.add_argument("--only", nargs="+", choices=ROWS, metavar="NAME", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--json", type=Path, default=Path(__file__).with_name("compare.json"), help="file to write")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="file to write the table to, as Markdown")
    arguments = parser.parse_args()
    arguments.repeat = arguments.repeat or (3 if arguments.quick else 5)
    return arguments


def positive(text: str) -> int:
    """Read a number of one or more."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not one or more")
    return number


if __name__ == "__main__":
    sys.exit(main())
