"""Write the results of the benchmark as a table, as Markdown and as JSON."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

from harness import Line
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


def table(lines: list[Line], judge: bool) -> Table:
    """Return the results as a table for the terminal."""
    made = Table(
        caption="Times are per pair or sequence if a number of them is given, otherwise per call. Ratio: peer by ours."
    )
    for title in ("work", "rapidscore", "peer", "peer's", "ratio", "target", "", "scores"):
        made.add_column(title, justify="right" if title in ("rapidscore", "peer's", "ratio", "target") else "left")
    before = ""
    for line in lines:
        work = "\n".join(filter(None, (line.work, counted(line, line.pairs))))
        if work != before and before:
            made.add_section()
        made.add_row(
            "" if work == before else work,
            written(line.ours, line.unit),
            "\n".join(filter(None, (line.peer, sample(line)))),
            "" if line.theirs is None else written(line.theirs, line.unit),
            "" if line.ratio is None else f"{line.ratio:,.1f}x",
            target(line),
            verdict(line.met) if judge else "",
            ", ".join(filter(None, (line.scores, line.note))),
        )
        before = work
    return made


def markdown(lines: list[Line], content: dict[str, Any]) -> str:
    """Return the results as a fragment of a Markdown page: the machine and the versions, then the table."""
    found, pairs = content["machine"], content["pairs"]
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items() if version)
    facts = [
        ("processor", f"{found['cpu']}, {found['cores']} cores"),
        ("system", found["system"]),
        ("Python", found["python"]),
        ("packages", packages),
        ("pairs", f"{pairs['count']:,} ({pairs['source']}), {pairs['characters']:.0f} characters a pair"),
        ("rounds", f"{content['repeat']}, of which the median counts" + ", quick sizes" * content["quick"]),
        ("date", found["date"]),
    ]
    rows = [f"- {name}: {fact}" for name, fact in facts]
    rows += ["", "| work | rapidscore | peer | peer's time | ratio |", "|---|---:|---|---:|---:|"]
    before = ""
    for line in lines:
        work = ", ".join(filter(None, (line.work, counted(line, line.pairs))))
        cells = (
            "" if work == before else work,
            written(line.ours, line.unit) + unit(line),
            ", ".join(
                filter(None, (line.peer, sample(line), line.scores if line.peer and line.theirs is None else ""))
            ),
            "" if line.theirs is None else written(line.theirs, line.unit) + unit(line),
            "" if line.ratio is None else f"{line.ratio:,.1f} ×",
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        before = work
    return "\n".join(rows) + "\n"


def unit(line: Line) -> str:
    """Name the unit of a time."""
    return "" if line.unit in ("", "bytes") else f" a {line.unit}"


def counted(line: Line, count: int) -> str:
    """Write the number of pairs or sequences of which times are; the name of a call has it already."""
    if count <= 1 or line.unit in ("call", "bytes", ""):
        return ""
    return f"{count:,} {line.unit}s"


def sample(line: Line) -> str:
    """Write on which sample a peer ran once that is too slow for all rounds and pairs."""
    is_sample = len(line.samples.get("theirs", ())) == 1 < len(line.samples["ours"])
    return f"{counted(line, line.peer_pairs)}, once" if is_sample and line.unit in ("pair", "sequence") else ""


def target(line: Line) -> str:
    """Write a target."""
    if line.at_most is not None:
        return "< " + written(line.at_most, line.unit)
    return "" if line.at_least is None else f"{line.at_least:.3g}x"


def verdict(met: bool | None) -> str:
    """Write whether a target is met."""
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
    """Describe the machine and the versions of the packages."""
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
    """Return the name of the processor, of which `platform` knows little on Linux."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
