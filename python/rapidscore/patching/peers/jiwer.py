"""jiwer: its rates and alignments, with any transforms."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from rapidscore.patching.installing import Replacement

_RATES = ("wer", "mer", "wil", "wip", "cer")


def jiwer() -> Iterator[Replacement]:
    """Say what is replaced in jiwer."""
    from rapidscore.compat.jiwer import measures, process

    for name in _RATES:
        yield Replacement(_module("measures"), name, _calling(getattr(measures, name)), everywhere=True)
    for name in ("process_words", "process_characters"):
        output = "WordOutput" if name == "process_words" else "CharacterOutput"
        make = _calling(getattr(process, name), _theirs(output))
        yield Replacement(_module("process"), name, make, everywhere=True)


def _module(name: str) -> Any:
    return sys.modules[f"jiwer.{name}"]


def _calling(ours: Callable[..., Any], convert: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    """Return what makes a replacement that calls a function of ours, with our defaults for jiwer's."""
    transforms = {
        name: parameter.default
        for name, parameter in inspect.signature(ours).parameters.items()
        if parameter.default is not inspect.Parameter.empty
    }

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)
        defaults = {name: signature.parameters[name].default for name in transforms}

        @wraps(original)
        def replaced(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs).arguments
            # Only our own defaults are known to the core; others are called as they are.
            for name, default in defaults.items():
                if given.get(name, default) is default:
                    given[name] = transforms[name]
            found = ours(**given)
            return convert(found) if convert else found

        return replaced

    return make


def _theirs(output: str) -> Callable[[Any], Any]:
    """Return what makes jiwer's output of ours."""

    def convert(found: Any) -> Any:
        process = _module("process")
        chunk = process.AlignmentChunk
        values = dict(vars(found))
        values["alignments"] = [[chunk(**vars(part)) for part in parts] for parts in found.alignments]
        return getattr(process, output)(**values)

    return convert
