"""The names of systems in results: their files' paths without what they have in common, or names of the user."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

#: Words that begin all names, such as `system.` before the name of each; versions have digits.
_WORDS = re.compile(r"(?:[A-Za-z_-]+\.)+")


def names_of(paths: Sequence[str], given: Sequence[str] | None) -> list[str]:
    """Return a name for each system: those given, or what is left of the paths without their common parts.

    Raises `ValueError` unless there is one given name for each path, and all of them differ.

    >>> names_of(["wmt23/system.GPT4-5shot.txt", "wmt23/system.ONLINE-A.txt"], None)
    ['GPT4-5shot', 'ONLINE-A']
    >>> names_of(["baseline/out.txt", "new/out.txt"], None), names_of(["new/out.txt"], None)
    (['baseline', 'new'], ['out.txt'])
    """
    if given is None:
        return _shortened(paths)
    if len(given) != len(paths):
        raise ValueError(f"--names has {len(given)} names but there are {len(paths)} systems: pass one for each")
    for name in given:
        if given.count(name) > 1:
            raise ValueError(f"--names has {name!r} twice: give each system its own name")
    return list(given)


def _shortened(paths: Sequence[str]) -> list[str]:
    names = [*paths]
    # A name alone keeps its ending.
    for shorten in (_without_folders, _without_ends) if len(paths) > 1 else (_base_names,):
        shorter = shorten(names)
        if len({*shorter}) < len(shorter) or not all(shorter) or any(name.isdigit() for name in shorter):
            # What would be left tells nothing, such as 63 of the pipe /dev/fd/63.
            break
        names = shorter
    return names


def _base_names(paths: Sequence[str]) -> list[str]:
    return [*map(os.path.basename, paths)]


def _without_folders(paths: Sequence[str]) -> list[str]:
    """Return paths without the folders that begin or end all of them."""
    parts = [path.split(os.sep) for path in paths]
    fewest = min(map(len, parts))
    first = next((at for at in range(fewest) if len({path[at] for path in parts}) > 1), fewest)
    last = next((at for at in range(fewest - first) if len({path[-1 - at] for path in parts}) > 1), 0)
    return [os.sep.join(path[first : len(path) - last]) for path in parts]


def _without_ends(names: Sequence[str]) -> list[str]:
    """Return names without the words, separated by points, that begin or end all of them."""
    found = _WORDS.match(_common_start(names))
    begin = found.end() if found else 0
    end = _common_start([name[begin:][::-1] for name in names])[::-1]
    end = end[end.find(".") :] if "." in end else ""
    return [name[begin : len(name) - len(end)] for name in names]


def _common_start(names: Sequence[str]) -> str:
    length = next((at for at, letters in enumerate(zip(*names, strict=False)) if len({*letters}) > 1), None)
    return min(names, key=len)[:length]
