"""Totals that earlier versions wrote as bytes, with the inputs that they were measured on.

`data/totals/totals.json` has `inputs`, by name, and a list of `totals`, each the sum of its `parts`, which are names of
inputs. Arrays are written as `{"dtype": …, "values": …}`, the `values` of a score as hexadecimal floats, `bytes` in
base64.

To add a total, write an entry without `bytes` and run this file; entries that have bytes stay unchanged:

    python tests/support/old_totals.py
"""

import base64
import json
from pathlib import Path

import numpy as np

import rapidscore

FILE = Path(__file__).parents[1] / "data" / "totals" / "totals.json"


def read():
    """Return the inputs by name, and the totals."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return content["inputs"], content["totals"]


def measure(entry, inputs):
    """Measure the inputs of an entry with its metric, and return the total."""
    metric = metric_of(entry)
    total = metric.accumulator().total
    for part in entry["parts"]:
        given = inputs[part]
        method = getattr(metric, given.get("method", "statistics"))
        keywords = {name: _value(value) for name, value in given.get("keywords", {}).items()}
        total += method(*map(_value, given["arguments"]), **keywords).total()
    return total


def name_of(entry):
    """Return a name for an entry, unique in the file."""
    options = ", ".join(f"{name}={value!r}" for name, value in entry["options"].items())
    return f"{entry['metric']}({options}): {' + '.join(entry['parts']) or 'empty'}"


def metric_of(entry):
    """Construct the metric of an entry."""
    return getattr(rapidscore, entry["metric"])(**entry["options"])


def values_of(total):
    """Return the numbers of the total's score by name, as the file has them; None if there is nothing to score."""
    if not len(total):
        return None
    return {name: float(value).hex() for name, value in total.score().as_dict().items()}


def _value(value):
    """Return an argument as the metric takes it."""
    if isinstance(value, dict):
        return np.array(value["values"], value["dtype"])
    return value


def _fill():
    """Write the bytes and scores that are missing in the file."""
    inputs, totals = read()
    for entry in totals:
        if "bytes" not in entry:
            total = measure(entry, inputs)
            entry["values"] = values_of(total)
            entry["bytes"] = base64.b64encode(total.to_bytes()).decode("ascii")
    given = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in inputs.items())
    lines = ",\n".join(map(json.dumps, totals))
    FILE.write_text(f'{{"inputs": {{\n{given}\n}}, "totals": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    _fill()
